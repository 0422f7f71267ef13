//! What is true of every mutation of a process: who may, which version, and what is unknown.

use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{
    BuiltProcess, Client, TestApp, each,
    process::{check, nobody},
};

/// One valid call of every mutation that changes a process that is there.
fn changes(sales: &BuiltProcess) -> Vec<(&'static str, Value)> {
    let (process, contact, offer) = (&sales.id, sales.stage("Contact"), sales.stage("Offer"));
    let (call, send) = (sales.action("Call"), sales.action("Send"));
    vec![
        ("updateProcess", json!({ "processId": process, "description": "How we sell" })),
        ("addStage", json!({ "processId": process, "name": "Close" })),
        ("updateStage", json!({ "stageId": contact, "hint": "Be kind" })),
        ("moveStage", json!({ "stageId": contact, "afterId": offer })),
        ("addAction", json!({ "stageId": contact, "name": "Mail" })),
        ("updateAction", json!({ "actionId": call, "mandatory": true })),
        ("setActionWeight", json!({ "actionId": call, "weight": 999 })),
        ("moveAction", json!({ "actionId": call, "stageId": offer })),
        ("removeAction", json!({ "actionId": send })),
        ("restoreAction", json!({ "actionId": send })),
        ("removeStage", json!({ "stageId": offer })),
        ("restoreStage", json!({ "stageId": offer })),
        ("archiveProcess", json!({ "processId": process })),
        ("unarchiveProcess", json!({ "processId": process })),
    ]
}

/// What is said of a change that takes no message.
fn said_by_itself(name: &str) -> Option<&'static str> {
    match name {
        "archiveProcess" => Some("Archived"),
        "unarchiveProcess" => Some("Brought back"),
        _ => None,
    }
}

/// An input with one field more.
fn with(input: &Value, field: &str, value: impl Into<Value>) -> Value {
    let mut input = input.clone();
    input[field] = value.into();
    input
}

fn target(input: &Value) -> &'static str {
    ["actionId", "stageId", "processId"]
        .into_iter()
        .find(|field| input[*field].is_string())
        .unwrap()
}

/// `moveAction` names its action first, `addAction` its stage.
fn kind_of(field: &str) -> &str {
    field.trim_end_matches("Id")
}

async fn world(app: &TestApp) -> (Client, BuiltProcess) {
    let ada = app.admin().await;
    let sales = ada.sales().await;
    (ada, sales)
}

#[tokio::test]
async fn every_change_raises_the_version_by_one_and_records_the_definition_author_and_message() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let eve = app.member("Eve", Role::Administrator).await;
        for (name, input) in changes(&sales) {
            let before = ada.version(&sales.id).await;
            let said = said_by_itself(name);
            let input = if said.is_some() { input } else { with(&input, "message", name) };
            let input = with(&input, "expectedVersion", before);
            let done = eve.done(name, input, "process { version latest { number } }").await;
            assert_eq!(done["process"]["version"], before + 1, "{name}");
            assert_eq!(done["process"]["latest"]["number"], before + 1, "{name}");
            let latest = ada.latest(&sales.id).await;
            assert_eq!(latest["author"]["id"], eve.id(), "{name}");
            assert_eq!(latest["message"], said.unwrap_or(name));
            assert_eq!(latest["savedAt"], "2026-03-02T08:00:00.000Z");
            check(&app, &sales.id).await;
        }
    })
    .await;
}

#[tokio::test]
async fn ids_stay_through_every_change() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let actions = sales.actions.iter().map(|(_, id)| id.clone());
        let ids: Vec<_> = sales.stages.iter().map(|(_, id)| id.clone()).chain(actions).collect();
        for (name, input) in changes(&sales) {
            ada.done(name, input, "").await;
            let data = ada.query(document, json!({ "ids": ids })).await;
            let found = data["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone());
            assert_eq!(found.collect::<Vec<_>>(), ids, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn only_administrators_configure_processes() {
    each(|app| async move {
        let (_, sales) = world(&app).await;
        for role in [Role::Manager, Role::Salesperson] {
            let other = app.member(&format!("{role:?}"), role).await;
            let create = ("createProcess", json!({ "name": "Mine" }));
            for (name, input) in changes(&sales).into_iter().chain([create]) {
                let errors = other.refused(name, input.clone()).await;
                assert_eq!(errors.len(), 1, "{name}");
                assert_eq!(errors[0]["code"], "FORBIDDEN", "{name}");
                assert_eq!(
                    errors[0]["message"], "Administrators configure processes. Ask one of them.",
                    "{name}"
                );
                let subject = ["actionId", "stageId", "processId", "id"];
                let subject = subject.into_iter().find(|field| input.get(field).is_some());
                assert_eq!(errors[0]["path"], json!([subject.unwrap_or("newId")]), "{name}");
            }
            let document =
                "query($id: ID!) { process(id: $id) { configure { allowed blockers { code } } } }";
            let data = other.query(document, json!({ "id": sales.id })).await;
            let expected = json!({ "allowed": false, "blockers": [{ "code": "FORBIDDEN" }] });
            assert_eq!(data["process"]["configure"], expected);
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_from_another_version_is_refused_with_the_process_as_it_is() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let current = ada.version(&sales.id).await;
        // Of a process in use there is nothing to bring back, whatever version it has.
        let all = changes(&sales).into_iter().filter(|(name, _)| *name != "unarchiveProcess");
        for (name, input) in all {
            for expected in [0, current - 1, current + 1] {
                let errors = ada.refused(name, with(&input, "expectedVersion", expected)).await;
                assert_eq!(errors.len(), 1, "{name}");
                assert_eq!(errors[0]["__typename"], "VersionConflict", "{name}");
                assert_eq!(errors[0]["code"], "VERSION_CONFLICT", "{name}");
                assert_eq!(errors[0]["path"], json!(["expectedVersion"]), "{name}");
                assert_eq!(errors[0]["nodeId"], sales.id, "{name}");
            }
            let stale = with(&input, "expectedVersion", 1);
            let facts = "process { id version } userErrors { ... on VersionConflict { \
                         expectedVersion currentVersion process { id version stages { name } } } }";
            let payload = ada.mutate(name, stale, facts).await;
            let conflict = &payload["userErrors"][0];
            assert_eq!(payload["process"], json!({ "id": sales.id, "version": current }), "{name}");
            assert_eq!(conflict["expectedVersion"], 1);
            assert_eq!(conflict["currentVersion"], current);
            assert_eq!(conflict["process"]["stages"][1]["name"], "Offer");
        }
    })
    .await;
}

#[tokio::test]
async fn what_does_not_exist_is_not_found_at_its_field() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        for (name, input) in changes(&sales) {
            let field = target(&input);
            let id = nobody(kind_of(field));
            let errors = ada.refused(name, with(&input, field, id.clone())).await;
            assert_eq!(errors.len(), 1, "{name}");
            assert_eq!(errors[0]["code"], "NOT_FOUND", "{name}");
            assert_eq!(errors[0]["path"], json!([field]), "{name}");
            assert_eq!(errors[0]["nodeId"], id, "{name}");
            let unknown = with(&input, field, id);
            assert_eq!(ada.mutate(name, unknown, "process { id }").await["process"], Value::Null);
        }
    })
    .await;
}

#[tokio::test]
async fn an_id_of_another_type_or_no_id_at_all_is_refused_at_its_field() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        for (name, input) in changes(&sales) {
            let field = target(&input);
            for wrong in [nobody("deal"), "42".into(), String::new(), "\0".into(), "ł".repeat(500)]
            {
                let errors = ada.refused(name, with(&input, field, wrong.clone())).await;
                assert_eq!(errors.len(), 1, "{name} {wrong}");
                assert_eq!(errors[0]["code"], "INVALID_ID", "{name} {wrong}");
                assert_eq!(errors[0]["path"], json!([field]), "{name} {wrong}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_wrong_id_of_an_input_is_told_at_once() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let input = json!({
            "stageId": sales.id, "newId": "x", "afterId": "y", "name": "Mail",
            "performers": { "group": "CHOSEN", "memberIds": [ada.id(), "z"] },
            "notify": { "memberIds": ["z"] },
            "followUps": [{ "title": "t", "assignee": "MEMBER", "assigneeId": "z", "dueInDays": -1 }],
        });
        let errors = ada.refused("addAction", input).await;
        let paths: Vec<_> = errors.iter().map(|error| error["path"].clone()).collect();
        let expected = json!([
            ["stageId"], ["newId"], ["afterId"], ["performers", "memberIds", "1"],
            ["notify", "memberIds", "0"], ["followUps", "0", "assigneeId"],
            ["followUps", "0", "dueInDays"]
        ]);
        assert_eq!(json!(paths), expected);
    })
    .await;
}

#[tokio::test]
async fn a_message_is_bounded_and_wrong_settings_are_told_with_it() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let long = "x".repeat(10_001);
        let input =
            json!({ "actionId": sales.action("Call"), "message": long, "name": "", "weight": -1 });
        let errors = ada.refused("updateAction", input).await;
        let paths: Vec<_> = errors.iter().map(|error| error["path"].clone()).collect();
        assert_eq!(json!(paths), json!([["message"], ["name"], ["weight"]]));
        for (name, input) in changes(&sales) {
            if said_by_itself(name).is_none() {
                let refused = ada.refusals(name, with(&input, "message", "a\0b")).await;
                assert_eq!(refused, ["INVALID_VALUE"], "{name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_that_changes_nothing_makes_no_version() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let (call, contact) = (sales.action("Call"), sales.stage("Contact"));
        let before = app.fingerprint().await;
        for (name, input) in [
            ("updateProcess", json!({ "processId": sales.id, "name": "Sales" })),
            ("updateStage", json!({ "stageId": contact, "name": " Contact " })),
            ("moveStage", json!({ "stageId": contact })),
            ("updateAction", json!({ "actionId": call, "weight": 10, "evidence": null })),
            ("setActionWeight", json!({ "actionId": call, "weight": 10 })),
            ("moveAction", json!({ "actionId": call, "stageId": contact, "afterId": null })),
        ] {
            ada.done(name, input, "").await;
            assert_eq!(app.fingerprint().await, before, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_same_change_again_changes_nothing_more() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        for (name, input) in changes(&sales) {
            ada.done(name, input.clone(), "").await;
            let before = app.fingerprint().await;
            if name.starts_with("add") {
                assert_eq!(ada.refusals(name, input).await, ["NAME_TAKEN"], "{name}");
            } else {
                ada.done(name, input, "").await;
            }
            assert_eq!(app.fingerprint().await, before, "{name}");
        }
    })
    .await;
}
