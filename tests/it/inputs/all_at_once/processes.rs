//! Processes, their stages and actions, and files.

use entity::ids;
use serde_json::json;

use super::{Case, World};

const NIL_STAGE: &str = "stage_00000000000000000000000000";

pub fn cases(world: &World) -> Vec<Case> {
    let World { scene, long, name, gone, version, .. } = world;
    let process = &scene.process;
    let (offer, call) = (process.stage("Offer"), process.action("Call"));
    let stage = || world.nothing::<ids::Stage>();
    let action = || world.nothing::<ids::Action>();
    let nobody = || world.nothing::<ids::Member>();
    let tasks = json!([
        { "title": "", "assignee": "PERFORMER", "dueInDays": 1 },
        { "title": "Send", "assignee": "MEMBER", "dueInDays": -1 },
        { "title": "Send", "assignee": "MEMBER", "assigneeId": nobody(), "dueInDays": 3651 },
    ]);
    vec![
        (
            "createProcess",
            json!({ "newId": "x", "template": "nope", "name": name, "description": long, "message": long }),
            "INVALID_ID newId INVALID_VALUE template INVALID_VALUE name INVALID_VALUE description INVALID_VALUE message",
            "",
        ),
        (
            "createProcess",
            json!({ "newId": process.id, "name": "service", "message": long }),
            "ID_TAKEN newId NAME_TAKEN name INVALID_VALUE message",
            "",
        ),
        (
            "createProcess",
            json!({ "newId": process.id, "template": "nope", "message": long }),
            "ID_TAKEN newId INVALID_VALUE template INVALID_VALUE message",
            "",
        ),
        (
            "duplicateProcess",
            json!({ "processId": world.nothing::<ids::Process>(), "newId": process.id, "name": "", "message": long }),
            "NOT_FOUND processId ID_TAKEN newId INVALID_VALUE name INVALID_VALUE message",
            "",
        ),
        (
            "duplicateProcess",
            json!({ "processId": process.id, "newId": "x", "name": "Service" }),
            "INVALID_ID newId NAME_TAKEN name",
            "",
        ),
        (
            "updateProcess",
            json!({ "processId": process.id, "expectedVersion": 1, "name": "", "description": long, "message": long }),
            "VERSION_CONFLICT expectedVersion INVALID_VALUE name INVALID_VALUE description INVALID_VALUE message",
            "process",
        ),
        (
            "updateProcess",
            json!({ "processId": process.id, "name": "Service", "description": long }),
            "NAME_TAKEN name INVALID_VALUE description",
            "process",
        ),
        (
            "updateProcess",
            json!({ "processId": "x", "name": "", "description": long, "message": long }),
            "INVALID_ID processId INVALID_VALUE name INVALID_VALUE description INVALID_VALUE message",
            "",
        ),
        (
            "addStage",
            json!({ "processId": process.id, "newId": NIL_STAGE, "afterId": stage(), "name": "offer", "hint": long, "message": long }),
            "INVALID_ID newId NOT_A_SIBLING afterId NAME_TAKEN name INVALID_VALUE hint INVALID_VALUE message",
            "process",
        ),
        (
            "addStage",
            json!({ "processId": process.id, "newId": scene.other.stage("Contact"), "name": "", "afterId": "x" }),
            "ID_TAKEN newId INVALID_VALUE name INVALID_ID afterId",
            "process",
        ),
        (
            "addStage",
            json!({ "processId": world.nothing::<ids::Process>(), "newId": offer, "name": "", "hint": long, "message": long }),
            "NOT_FOUND processId ID_TAKEN newId INVALID_VALUE name INVALID_VALUE hint INVALID_VALUE message",
            "",
        ),
        (
            "updateStage",
            json!({ "stageId": offer, "expectedVersion": 99, "name": "Contact", "hint": long, "message": long }),
            "VERSION_CONFLICT expectedVersion NAME_TAKEN name INVALID_VALUE hint INVALID_VALUE message",
            "process stage",
        ),
        (
            "updateStage",
            json!({ "stageId": stage(), "name": "", "hint": long, "message": long }),
            "NOT_FOUND stageId INVALID_VALUE name INVALID_VALUE hint INVALID_VALUE message",
            "",
        ),
        (
            "moveStage",
            json!({ "stageId": offer, "afterId": stage(), "message": long, "expectedVersion": 1 }),
            "NOT_A_SIBLING afterId INVALID_VALUE message VERSION_CONFLICT expectedVersion",
            "process stage",
        ),
        (
            "removeStage",
            json!({ "stageId": offer, "moveDealsTo": stage(), "message": long }),
            "NOT_FOUND moveDealsTo INVALID_VALUE message",
            "process stage",
        ),
        (
            "addAction",
            json!({ "stageId": offer, "newId": "x", "afterId": call, "name": "", "weight": 5000, "hint": long,
                "performers": { "group": "CHOSEN", "memberIds": [] },
                "notify": { "memberIds": [nobody(), "y", gone] }, "followUps": tasks, "message": long, "expectedVersion": 1 }),
            "INVALID_ID newId NOT_A_SIBLING afterId INVALID_VALUE name INVALID_VALUE weight INVALID_VALUE hint
             INVALID_VALUE performers NOT_FOUND notify.memberIds.0 INVALID_ID notify.memberIds.1
             MEMBER_INACTIVE notify.memberIds.2 INVALID_VALUE followUps.0.title INVALID_VALUE followUps.1.assigneeId
             INVALID_VALUE followUps.1.dueInDays NOT_FOUND followUps.2.assigneeId INVALID_VALUE followUps.2.dueInDays
             INVALID_VALUE message VERSION_CONFLICT expectedVersion",
            "process",
        ),
        (
            "addAction",
            json!({ "stageId": offer, "afterId": action(), "name": "SEND", "performers": { "group": "CHOSEN", "memberIds": [nobody()] } }),
            "NOT_A_SIBLING afterId NAME_TAKEN name NOT_FOUND performers.memberIds.0",
            "process",
        ),
        (
            "addAction",
            json!({ "stageId": stage(), "newId": call, "name": "", "weight": -1,
                "performers": { "group": "CHOSEN", "memberIds": [gone] }, "message": long }),
            "NOT_FOUND stageId ID_TAKEN newId INVALID_VALUE name INVALID_VALUE weight MEMBER_INACTIVE performers.memberIds.0
             INVALID_VALUE message",
            "",
        ),
        (
            "updateAction",
            json!({ "actionId": call, "name": "minutes", "weight": 1001, "hint": long, "followUps": tasks,
                "performers": { "group": "CHOSEN", "memberIds": [gone, nobody(), gone] }, "message": long }),
            "NAME_TAKEN name INVALID_VALUE weight INVALID_VALUE hint MEMBER_INACTIVE performers.memberIds.0
             NOT_FOUND performers.memberIds.1 MEMBER_INACTIVE performers.memberIds.2 INVALID_VALUE followUps.0.title
             INVALID_VALUE followUps.1.assigneeId INVALID_VALUE followUps.1.dueInDays NOT_FOUND followUps.2.assigneeId
             INVALID_VALUE followUps.2.dueInDays INVALID_VALUE message",
            "process action",
        ),
        (
            "setActionWeight",
            json!({ "actionId": action(), "weight": 5000, "message": long }),
            "NOT_FOUND actionId INVALID_VALUE weight INVALID_VALUE message",
            "",
        ),
        (
            "setActionWeight",
            json!({ "actionId": call, "weight": 5000, "message": long, "expectedVersion": 99 }),
            "INVALID_VALUE weight INVALID_VALUE message VERSION_CONFLICT expectedVersion",
            "process action",
        ),
        (
            "moveAction",
            json!({ "actionId": call, "stageId": stage(), "message": long }),
            "NOT_FOUND stageId INVALID_VALUE message",
            "process action",
        ),
        (
            "moveAction",
            json!({ "actionId": call, "stageId": "x", "afterId": "y", "message": long, "expectedVersion": 1 }),
            "INVALID_ID stageId INVALID_ID afterId INVALID_VALUE message VERSION_CONFLICT expectedVersion",
            "process action",
        ),
        (
            "moveAction",
            json!({ "actionId": action(), "stageId": stage(), "afterId": action(), "message": long }),
            "NOT_FOUND actionId NOT_FOUND stageId NOT_A_SIBLING afterId INVALID_VALUE message",
            "",
        ),
        (
            "moveAction",
            json!({ "actionId": call, "stageId": stage(), "afterId": action() }),
            "NOT_FOUND stageId NOT_A_SIBLING afterId",
            "process action",
        ),
        (
            "moveStage",
            json!({ "stageId": stage(), "afterId": stage() }),
            "NOT_FOUND stageId NOT_A_SIBLING afterId",
            "",
        ),
        (
            "removeStage",
            json!({ "stageId": stage(), "moveDealsTo": stage() }),
            "NOT_FOUND stageId NOT_FOUND moveDealsTo",
            "",
        ),
        (
            "removeStage",
            json!({ "stageId": offer, "moveDealsTo": stage(), "expectedVersion": 1 }),
            "VERSION_CONFLICT expectedVersion NOT_FOUND moveDealsTo",
            "process stage",
        ),
        (
            "addStage",
            json!({ "processId": world.nothing::<ids::Process>(), "afterId": stage(), "name": "" }),
            "NOT_FOUND processId NOT_A_SIBLING afterId INVALID_VALUE name",
            "",
        ),
        (
            "addAction",
            json!({ "stageId": stage(), "afterId": action(), "name": "" }),
            "NOT_FOUND stageId NOT_A_SIBLING afterId INVALID_VALUE name",
            "",
        ),
        (
            "archiveProcess",
            json!({ "processId": world.nothing::<ids::Process>(), "newDefaultId": world.nothing::<ids::Process>() }),
            "NOT_FOUND processId NOT_FOUND newDefaultId",
            "",
        ),
 (
            "unarchiveProcess",
            json!({ "processId": world.nothing::<ids::Process>(), "name": name }),
            "NOT_FOUND processId INVALID_VALUE name",
            "",
        ),
        (
            "unarchiveProcess",
            json!({ "processId": process.id, "name": name, "expectedVersion": 1 }),
            "INVALID_VALUE name",
            "process",
        ),
        (
            "saveProcess",
            json!({ "id": process.id, "expectedVersion": version, "stages": [
                { "id": offer, "clientKey": "a", "actions": [{ "clientKey": "b", "name": "" }, { "clientKey": "b", "name": "B" }] },
                { "clientKey": "", "actions": [{ "newId": "x", "clientKey": name, "name": "C" }] } ] }),
            "INVALID_VALUE stages.0 INVALID_VALUE stages.0.actions.0.name INVALID_VALUE stages.0.actions.1.clientKey
             INVALID_VALUE stages.1.clientKey INVALID_VALUE stages.1.name INVALID_ID stages.1.actions.0.newId
             INVALID_VALUE stages.1.actions.0.clientKey",
            "process",
        ),
        (
            "restoreStage",
            json!({ "stageId": stage(), "afterId": stage(), "name": "", "message": long }),
            "NOT_FOUND stageId NOT_A_SIBLING afterId INVALID_VALUE name INVALID_VALUE message",
            "",
        ),
        (
            "restoreStage",
            json!({ "stageId": offer, "afterId": "x", "name": name, "message": long, "expectedVersion": 1 }),
            "INVALID_ID afterId INVALID_VALUE message VERSION_CONFLICT expectedVersion",
            "process stage",
        ),
        (
            "restoreAction",
            json!({ "actionId": action(), "stageId": stage(), "afterId": action(), "name": name, "message": long }),
            "NOT_FOUND actionId NOT_FOUND stageId NOT_A_SIBLING afterId INVALID_VALUE name INVALID_VALUE message",
            "",
        ),
        (
            "restoreAction",
            json!({ "actionId": "x", "stageId": "y", "afterId": "z", "name": "" }),
            "INVALID_ID actionId INVALID_ID stageId INVALID_ID afterId INVALID_VALUE name",
            "",
        ),
        (
            "removeAction",
            json!({ "actionId": action(), "message": long }),
            "NOT_FOUND actionId INVALID_VALUE message",
            "",
        ),
        (
            "saveProcess",
            json!({ "id": process.id, "expectedVersion": version, "name": "service", "description": long, "message": long,
                "stages": [
                    { "id": offer, "name": "", "actions": [
                        { "id": call, "weight": 1001, "notify": { "memberIds": [gone] } },
                        { "newId": scene.other.action("Call"), "name": "Write", "hint": long },
                        { "id": "x", "name": name },
                        { "name": "Neither" } ] },
                    { "newId": NIL_STAGE, "actions": [] },
                    { "id": stage(), "name": "Offer", "actions": [] } ],
                "removedStages": [{ "stageId": "y", "moveDealsTo": offer }] }),
            "NAME_TAKEN name INVALID_VALUE description INVALID_VALUE message INVALID_VALUE stages.0.name INVALID_VALUE stages.0.actions.0.weight
             MEMBER_INACTIVE stages.0.actions.0.notify.memberIds.0 ID_TAKEN stages.0.actions.1.newId
             INVALID_VALUE stages.0.actions.1.hint INVALID_ID stages.0.actions.2.id INVALID_VALUE stages.0.actions.2.name
             INVALID_VALUE stages.0.actions.3 INVALID_ID stages.1.newId INVALID_VALUE stages.1.name NOT_FOUND stages.2.id
             INVALID_ID removedStages.0.stageId",
            "process",
        ),
        (
            "saveProcess",
            json!({ "id": process.id, "expectedVersion": 1, "name": "", "stages": [{ "id": offer, "name": name,
                "actions": [{ "id": call, "weight": -1, "performers": { "group": "CHOSEN", "memberIds": [gone] } }] }] }),
            "VERSION_CONFLICT expectedVersion INVALID_VALUE name INVALID_VALUE stages.0.name
             INVALID_VALUE stages.0.actions.0.weight MEMBER_INACTIVE stages.0.actions.0.performers.memberIds.0",
            "process",
        ),
        (
            "saveProcess",
            json!({ "id": process.id, "expectedVersion": 1, "stages": [
                { "id": stage(), "name": "A", "actions": [
                    { "id": action(), "name": "B" }, { "id": scene.other.action("Call"), "name": "C" } ] },
                { "id": scene.other.stage("Contact"), "name": "D", "actions": [] } ],
                "removedStages": [{ "stageId": offer, "moveDealsTo": stage() }] }),
            "VERSION_CONFLICT expectedVersion NOT_FOUND stages.0.id NOT_FOUND stages.0.actions.0.id
             ACTION_NOT_IN_PROCESS stages.0.actions.1.id STAGE_NOT_IN_PROCESS stages.1.id
             NOT_FOUND removedStages.0.moveDealsTo",
            "process",
        ),
        (
            "saveProcess",
            json!({ "id": world.nothing::<ids::Process>(), "expectedVersion": 1, "stages": [
                { "id": stage(), "name": "A", "actions": [{ "id": action(), "name": "B" }] } ],
                "removedStages": [{ "stageId": stage(), "moveDealsTo": offer }] }),
            "NOT_FOUND id NOT_FOUND stages.0.id NOT_FOUND stages.0.actions.0.id NOT_FOUND removedStages.0.stageId",
            "",
        ),
        (
            "saveProcess",
            json!({ "id": world.nothing::<ids::Process>(), "expectedVersion": 1, "message": long, "stages": [
                { "newId": offer, "name": "", "actions": [{ "newId": "x", "name": "A", "notify": { "memberIds": [gone] } }] }] }),
            "NOT_FOUND id INVALID_VALUE message INVALID_VALUE stages.0.name INVALID_ID stages.0.actions.0.newId
             MEMBER_INACTIVE stages.0.actions.0.notify.memberIds.0",
            "",
        ),
        (
            "restoreProcessVersion",
            json!({ "processId": process.id, "version": 99, "expectedVersion": 1, "message": long }),
            "NOT_FOUND version VERSION_CONFLICT expectedVersion INVALID_VALUE message",
            "process",
        ),
        (
            "restoreProcessVersion",
            json!({ "processId": "x", "version": 1, "expectedVersion": 1, "message": long,
                "removedStages": [{ "stageId": "y", "moveDealsTo": "z" }] }),
            "INVALID_ID processId INVALID_VALUE message INVALID_ID removedStages.0.stageId INVALID_ID removedStages.0.moveDealsTo",
            "",
        ),
        (
            "importProcess",
            json!({ "file": "process: Sales\nstages:\n  - {stage: Offer, actions: [{action: Send, weight: 5000}]}",
                "newId": "x", "message": long }),
            "INVALID_FILE file INVALID_ID newId INVALID_VALUE message",
            "process",
        ),
        (
            "importProcess",
            json!({ "file": "process: Sales\nstages:\n  - {stage: Offer, actions: [{action: Send, notify: [no@example.org]}]}",
                "newId": "x", "message": long, "expectedVersion": 1 }),
            "INVALID_FILE file INVALID_ID newId INVALID_VALUE message VERSION_CONFLICT expectedVersion",
            "process",
        ),
        (
            "importProcess",
            json!({ "file": "process: New\nstages:\n  - {stage: A, actions: [{action: B, notify: [no@example.org]}]}",
                "newId": process.id, "message": long, "expectedVersion": 1 }),
            "INVALID_FILE file ID_TAKEN newId INVALID_VALUE message INVALID_VALUE expectedVersion",
            "",
        ),
        (
            "importProcess",
            json!({ "file": "process: New\nstages:\n  - {stage: A, actions: [{action: B, notify: [no@example.org]}]}",
                "processId": world.nothing::<ids::Process>(), "newId": "x", "message": long }),
            "NOT_FOUND processId INVALID_FILE file INVALID_ID newId INVALID_VALUE message",
            "",
        ),
    ]
}
