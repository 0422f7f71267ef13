//! Deals, their notes and tasks.

use entity::ids;
use serde_json::json;

use super::{Case, World};

pub fn cases(world: &World) -> Vec<Case> {
    let World { scene, long, name, gone, deal, lost, .. } = world;
    let nobody = || world.nothing::<ids::Member>();
    let unknown = || world.nothing::<ids::Deal>();
    let value = json!({ "amount": "-1", "currency": "euro" });
    vec![
        (
            "reopenDeal",
            json!({ "dealId": deal, "comment": world.long }),
            "DEAL_OPEN dealId INVALID_VALUE comment",
            "deal",
        ),
        (
            "reopenDeal",
            json!({ "dealId": world.nothing::<ids::Deal>(), "comment": world.long }),
            "NOT_FOUND dealId INVALID_VALUE comment",
            "",
        ),
        (
            "undoCompletion",
            json!({ "completionId": world.nothing::<ids::Completion>(), "comment": world.long }),
            "NOT_FOUND completionId INVALID_VALUE comment",
            "",
        ),
        (
            "undoCompletion",
            json!({ "completionId": "x", "comment": world.long }),
            "INVALID_ID completionId INVALID_VALUE comment",
            "",
        ),
        (
            "createDeal",
            json!({ "newId": deal, "processId": world.nothing::<ids::Process>(), "title": "", "value": value,
                "ownerId": gone, "participantIds": [scene.people.owner.id(), "x", nobody(), gone] }),
            "ID_TAKEN newId NOT_FOUND processId INVALID_VALUE title INVALID_VALUE value.amount INVALID_VALUE value.currency
             MEMBER_INACTIVE ownerId INVALID_ID participantIds.1 NOT_FOUND participantIds.2 MEMBER_INACTIVE participantIds.3",
            "",
        ),
        (
            "updateDeal",
            json!({ "dealId": deal, "title": name, "value": value, "ownerId": nobody() }),
            "INVALID_VALUE title INVALID_VALUE value.amount INVALID_VALUE value.currency NOT_FOUND ownerId",
            "deal",
        ),
        (
            "updateDeal",
            json!({ "dealId": unknown(), "title": "", "value": value, "ownerId": gone }),
            "NOT_FOUND dealId INVALID_VALUE title INVALID_VALUE value.amount INVALID_VALUE value.currency
             MEMBER_INACTIVE ownerId",
            "",
        ),
        ("moveDeal", json!({ "dealId": "x" }), "INVALID_ID dealId INVALID_VALUE stageId", ""),
        ("moveDeal", json!({ "dealId": deal, "stageId": "x" }), "INVALID_ID stageId", "deal"),
        (
            "moveDeal",
            json!({ "dealId": unknown(), "stageId": world.nothing::<ids::Stage>() }),
            "NOT_FOUND dealId NOT_FOUND stageId",
            "",
        ),
        (
            "completeAction",
            json!({ "dealId": unknown(), "actionId": world.nothing::<ids::Action>(),
                "noteId": world.nothing::<ids::Note>() }),
            "NOT_FOUND dealId NOT_FOUND actionId NOT_FOUND noteId",
            "",
        ),
        (
            "changeDealProcess",
            json!({ "dealId": unknown(), "processId": world.nothing::<ids::Process>(), "mapping": [
                { "fromActionId": world.nothing::<ids::Action>(), "toActionId": world.nothing::<ids::Action>() } ] }),
            "NOT_FOUND dealId NOT_FOUND processId NOT_FOUND mapping.0.fromActionId NOT_FOUND mapping.0.toActionId",
            "",
        ),
        (
            "changeDealProcess",
            json!({ "dealId": deal, "processId": world.nothing::<ids::Process>(), "mapping": [
                { "fromActionId": world.nothing::<ids::Action>(), "toActionId": world.nothing::<ids::Action>() } ] }),
            "NOT_FOUND processId ACTION_NOT_IN_PROCESS mapping.0.fromActionId NOT_FOUND mapping.0.toActionId",
            "deal",
        ),
        (
            "changeDealProcess",
            json!({ "dealId": unknown(), "processId": scene.other.id, "mapping": [
                { "fromActionId": scene.process.action("Call"), "toActionId": world.nothing::<ids::Action>() } ] }),
            "NOT_FOUND dealId ACTION_NOT_IN_PROCESS mapping.0.toActionId",
            "",
        ),
        (
            "addParticipant",
            json!({ "dealId": unknown(), "memberId": gone }),
            "NOT_FOUND dealId MEMBER_INACTIVE memberId",
            "",
        ),
        (
            "removeParticipant",
            json!({ "dealId": unknown(), "memberId": nobody() }),
            "NOT_FOUND dealId NOT_FOUND memberId",
            "",
        ),
        (
            "completeAction",
            json!({ "dealId": unknown(), "actionId": world.nothing::<ids::Action>(), "newId": "x",
                "note": { "body": "", "fileIds": ["y", world.nothing::<ids::File>()] }, "noteId": "z" }),
            "NOT_FOUND dealId NOT_FOUND actionId INVALID_ID newId INVALID_VALUE note.body INVALID_ID note.fileIds.0
             NOT_FOUND note.fileIds.1 INVALID_ID noteId",
            "",
        ),
        (
            "completeAction",
            json!({ "dealId": lost, "actionId": world.nothing::<ids::Action>(), "newId": "x",
                "note": { "body": "", "fileIds": ["y"] } }),
            "DEAL_CLOSED dealId NOT_FOUND actionId INVALID_ID newId INVALID_VALUE note.body INVALID_ID note.fileIds.0",
            "deal",
        ),
        (
            "winDeal",
            json!({ "dealId": deal, "reasonId": world.nothing::<ids::CloseReason>(), "comment": long }),
            "MANDATORY_MISSING dealId NOT_FOUND reasonId INVALID_VALUE comment",
            "deal",
        ),
        (
            "loseDeal",
            json!({ "dealId": unknown(), "reasonId": world.nothing::<ids::CloseReason>(), "comment": long }),
            "NOT_FOUND dealId NOT_FOUND reasonId INVALID_VALUE comment",
            "",
        ),
        (
            "outdateDeal",
            json!({ "dealId": "x", "reasonId": "y", "comment": long }),
            "INVALID_ID dealId INVALID_ID reasonId INVALID_VALUE comment",
            "",
        ),
        (
            "addNote",
            json!({ "dealId": unknown(), "newId": "x", "body": "", "fileIds": ["y", world.nothing::<ids::File>()] }),
            "NOT_FOUND dealId INVALID_ID newId INVALID_VALUE body INVALID_ID fileIds.0 NOT_FOUND fileIds.1",
            "",
        ),
        (
            "addNote",
            json!({ "dealId": deal, "newId": "note_00000000000000000000000000", "body": long }),
            "INVALID_ID newId INVALID_VALUE body",
            "deal",
        ),
        (
            "editNote",
            json!({ "noteId": world.nothing::<ids::Note>(), "body": "" }),
            "NOT_FOUND noteId INVALID_VALUE body",
            "",
        ),
        (
            "editNote",
            json!({ "noteId": "x", "body": long }),
            "INVALID_ID noteId INVALID_VALUE body",
            "",
        ),
        (
            "changeDealProcess",
            json!({ "dealId": lost, "processId": scene.other.id, "mapping": [
                { "fromActionId": "x", "toActionId": world.nothing::<ids::Action>() } ] }),
            "DEAL_CLOSED dealId INVALID_ID mapping.0.fromActionId ACTION_NOT_IN_PROCESS mapping.0.toActionId",
            "deal process",
        ),
        (
            "changeDealProcess",
            json!({ "dealId": unknown(), "processId": world.nothing::<ids::Process>(), "mapping": [
                { "fromActionId": "x", "toActionId": "y" } ] }),
            "NOT_FOUND dealId NOT_FOUND processId INVALID_ID mapping.0.fromActionId INVALID_ID mapping.0.toActionId",
            "",
        ),
        (
            "createTask",
            json!({ "dealId": unknown(), "newId": "x", "title": "", "description": long, "assigneeId": nobody(),
                "dueOn": "2026-03-09" }),
            "NOT_FOUND dealId INVALID_ID newId INVALID_VALUE title INVALID_VALUE description NOT_FOUND assigneeId",
            "",
        ),
        (
            "createTask",
            json!({ "dealId": deal, "newId": "x", "title": name, "description": long, "assigneeId": gone,
                "dueOn": "2026-03-09" }),
            "INVALID_ID newId INVALID_VALUE title INVALID_VALUE description MEMBER_INACTIVE assigneeId",
            "deal",
        ),
        (
            "updateTask",
            json!({ "taskId": world.nothing::<ids::Task>(), "title": "", "description": long, "assigneeId": gone }),
            "NOT_FOUND taskId INVALID_VALUE title INVALID_VALUE description MEMBER_INACTIVE assigneeId",
            "",
        ),
    ]
}
