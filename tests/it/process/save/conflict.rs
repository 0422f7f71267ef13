//! Saves that come too late (rule 4): refused with what others changed, what the caller wanted, and where
//! the two meet.

use entity::{ids, member::Role};
use serde_json::{Value, json};

use super::{codes, refusal, world};
use crate::support::{each, tree::summaries};

#[tokio::test]
async fn a_late_save_is_refused_with_enough_to_merge() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let eve = app.member("Eve", Role::Administrator).await;
        let (mut theirs, mut yours) = (ada.as_it_is(&sales.id).await, ada.as_it_is(&sales.id).await);
        theirs["stages"][0]["actions"][0]["weight"] = json!(11);
        theirs["stages"][1]["actions"].as_array_mut().unwrap().pop();
        theirs["message"] = json!("Less is more");
        yours["stages"][0]["actions"][0]["name"] = json!("Phone");
        yours["stages"][1]["name"] = json!("Tender");
        eve.done("saveProcess", theirs, "").await;

        let facts = "process { version } version { number } changes { summary } userErrors { ... on VersionConflict { \
            expectedVersion currentVersion overlapping theirs { summary } yours { summary } \
            latest { number message author { name } definition { stages { name } } } } }";
        let payload = ada.mutate("saveProcess", yours.clone(), facts).await;
        let conflict = &payload["userErrors"][0];
        assert_eq!((&payload["version"], &payload["changes"]), (&Value::Null, &json!([])));
        assert_eq!(summaries(&conflict["theirs"]), ["Removed “Send” from “Offer”", "Changed the weight of “Call” from 10 to 11"]);
        assert_eq!(summaries(&conflict["yours"]), ["Renamed the stage “Offer” to “Tender”", "Renamed “Call” to “Phone”"]);
        assert_eq!(conflict["overlapping"], json!([sales.action("Call")]));
        assert_eq!(conflict["since"], Value::Null, "only what is asked for is told");
        assert_eq!(conflict["latest"]["author"]["name"], "Eve");
        assert_eq!(conflict["latest"]["message"], "Less is more");
        assert_eq!(refusal(&ada, yours.clone()).await, "VERSION_CONFLICT expectedVersion");
        let preview = ada.preview(&yours).await;
        assert_eq!(codes(&preview), ["VERSION_CONFLICT expectedVersion"]);
        assert_eq!(preview["impact"], Value::Null);
        assert_eq!(summaries(&preview["changes"]).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn removing_what_the_other_builds_on_overlaps() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let (mut theirs, mut yours) =
            (ada.as_it_is(&sales.id).await, ada.as_it_is(&sales.id).await);
        theirs["stages"].as_array_mut().unwrap().pop();
        let new = json!({ "newId": ada.new_id::<ids::Action>(), "name": "Follow up" });
        yours["stages"][1]["actions"].as_array_mut().unwrap().push(new);
        ada.done("saveProcess", theirs, "").await;
        let facts = "userErrors { ... on VersionConflict { overlapping } }";
        let payload = ada.mutate("saveProcess", yours, facts).await;
        assert_eq!(payload["userErrors"][0]["overlapping"], json!([sales.stage("Offer")]));
    })
    .await;
}

#[tokio::test]
async fn the_same_new_name_in_both_overlaps_although_neither_touched_what_the_other_did() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let ids = [ada.new_id::<ids::Action>(), ada.new_id::<ids::Action>()];
        let add = |id: &str, name: &str, mut input: Value| {
            let new = json!({ "newId": id, "name": name });
            input["stages"][0]["actions"].as_array_mut().unwrap().push(new);
            input
        };
        let base = ada.as_it_is(&sales.id).await;
        ada.done("saveProcess", add(&ids[0], "Łódź", base.clone()), "").await;
        let facts = "userErrors { ... on VersionConflict { overlapping } }";
        let payload = ada.mutate("saveProcess", add(&ids[1], "łódź", base.clone()), facts).await;
        let mut expected = ids.to_vec();
        expected.sort();
        assert_eq!(payload["userErrors"][0]["overlapping"], json!(expected));
        let other = add(&ada.new_id::<ids::Action>(), "Other", base);
        let payload = ada.mutate("saveProcess", other, facts).await;
        assert_eq!(payload["userErrors"][0]["overlapping"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_late_save_with_an_id_that_is_taken_meanwhile_is_told_of_the_conflict() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let mut input = ada.as_it_is(&sales.id).await;
        let new = json!({ "newId": ada.new_id::<ids::Stage>(), "name": "Close", "actions": [] });
        input["stages"].as_array_mut().unwrap().push(new);
        ada.done("saveProcess", input.clone(), "").await;
        input["stages"][2]["name"] = json!("Sign");
        let both = ["VERSION_CONFLICT", "ID_TAKEN"];
        assert_eq!(ada.refusals("saveProcess", input.clone()).await, both);
        input["expectedVersion"] = json!(ada.version(&sales.id).await);
        assert_eq!(refusal(&ada, input).await, "ID_TAKEN stages.2.newId");
    })
    .await;
}

const SINCE: &str = "userErrors { ... on VersionConflict { \
    since { number savedAt message author { name } changes { summary } } } }";

/// A conflict that every path of changing a process tells in the same way.
#[tokio::test]
async fn a_conflict_tells_every_save_since_by_whom_when_and_what_it_changed() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let eve = app.member("Eve", Role::Administrator).await;
        let (contact, call) = (sales.stage("Contact"), sales.action("Call"));
        let started = ada.version(&sales.id).await;
        let yours = ada.as_it_is(&sales.id).await;
        let file = ada.query(EXPORT, json!({ "id": sales.id })).await["exportProcess"].take();
        app.app.clock().set("2026-03-02T09:00:00Z".parse().unwrap());
        let hint = json!({ "stageId": contact, "hint": "Smile", "message": "Kinder" });
        eve.done("updateStage", hint, "").await;
        app.app.clock().set("2026-03-02T10:00:00Z".parse().unwrap());
        let weight = json!({ "actionId": call, "weight": 11 });
        ada.done("setActionWeight", weight, "").await;
        let expected = json!([
            { "number": started + 1, "savedAt": "2026-03-02T09:00:00.000Z", "message": "Kinder",
              "author": { "name": "Eve" },
              "changes": [{ "summary": "Changed the hint of the stage “Contact”" }] },
            { "number": started + 2, "savedAt": "2026-03-02T10:00:00.000Z", "message": null,
              "author": { "name": "Ada" },
              "changes": [{ "summary": "Changed the weight of “Call” from 10 to 11" }] },
        ]);
        let mut save = yours.clone();
        save["name"] = json!("Selling");
        let late = |input: Value| {
            let mut input = input;
            input["expectedVersion"] = json!(started);
            input
        };
        for (name, input) in [
            ("saveProcess", save.clone()),
            ("updateStage", late(json!({ "stageId": contact, "name": "Hello" }))),
            ("setActionWeight", late(json!({ "actionId": call, "weight": 12 }))),
            ("removeStage", late(json!({ "stageId": sales.stage("Offer") }))),
            ("addStage", late(json!({ "processId": sales.id, "name": "Contract" }))),
            ("updateProcess", late(json!({ "processId": sales.id, "name": "Selling" }))),
            ("archiveProcess", late(json!({ "processId": sales.id }))),
            ("restoreProcessVersion", late(json!({ "processId": sales.id, "version": 1 }))),
            ("importProcess", late(json!({ "processId": sales.id, "file": file }))),
        ] {
            let before = app.fingerprint().await;
            let told = ada.mutate(name, input, SINCE).await["userErrors"][0].take();
            assert_eq!(told["code"], "VERSION_CONFLICT", "{name}");
            assert_eq!(told["since"], expected, "{name}");
            assert_eq!(app.fingerprint().await, before, "{name}");
        }
        let document = format!(
            "query($input: SaveProcessInput!) {{ processPreview(input: $input) {{ {SINCE} }} }}"
        );
        let preview = ada.query(&document, json!({ "input": save })).await;
        assert_eq!(preview["processPreview"]["userErrors"][0]["since"], expected);
        let mut future = yours;
        future["expectedVersion"] = json!(started + 9);
        let told = ada.mutate("saveProcess", future, SINCE).await["userErrors"][0].take();
        assert_eq!(told["since"], json!([]), "from a version that is still to come");
    })
    .await;
}

const EXPORT: &str = "query($id: ID!) { exportProcess(id: $id) }";

#[tokio::test]
async fn a_conflict_tells_hundreds_of_saves_with_few_statements() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let started = ada.as_it_is(&sales.id).await;
        for weight in 0..120 {
            let input = json!({ "actionId": sales.action("Call"), "weight": 100 + weight });
            ada.done("setActionWeight", input, "").await;
        }
        let mut yours = started.clone();
        yours["name"] = json!("Selling");
        let late = ada.mutate("saveProcess", yours, SINCE);
        let (statements, told) = app.statements(late).await;
        let since = told["userErrors"][0]["since"].as_array().unwrap().clone();
        assert_eq!(since.len(), 120);
        let first = &since[0]["changes"][0]["summary"];
        assert_eq!(first, "Changed the weight of “Call” from 10 to 100");
        assert!(statements < 25, "{statements} on {:?}", app.kind);
    })
    .await;
}
