//! Processes as a whole: made, renamed, archived, and their versions.

mod action;
mod action_settings;
pub mod any_sequence;
mod archive;
mod catalog;
mod client_key;
mod diff;
mod every_mutation;
mod file;
mod limits;
mod preview;
mod removal;
mod restore;
mod save;
mod small_changes;
mod stage;
mod template;
mod versions;

use serde_json::{Value, json};

use crate::support::{
    builders::text,
    each,
    process::{DEFINITION, check, fresh},
};

#[tokio::test]
async fn the_first_process_in_use_is_the_default_and_deals_take_it_when_they_name_none() {
    each(|app| async move {
        let ada = app.admin().await;
        let none = ada.refused("createDeal", json!({ "title": "Chairs" })).await;
        assert_eq!(none[0]["path"], json!(["processId"]));
        let [one, two, three] = [
            ada.process("One", &[]).await.id,
            ada.process("Two", &[]).await.id,
            ada.process("Three", &[]).await.id,
        ];
        let default = || async {
            let data = ada
                .query(
                    "{ processes(includeArchived: true) { nodes { name isDefault } } }",
                    json!({}),
                )
                .await;
            let nodes = data["processes"]["nodes"].as_array().unwrap().clone();
            nodes
                .iter()
                .filter(|node| node["isDefault"] == true)
                .map(|node| text(&node["name"]))
                .collect::<Vec<_>>()
        };
        assert_eq!(default().await, ["One"]);
        ada.done("archiveProcess", json!({ "processId": two }), "").await;
        assert_eq!(default().await, ["One"]);
        let archive = json!({ "processId": one, "newDefaultId": three });
        ada.done("archiveProcess", archive, "").await;
        assert_eq!(default().await, ["Three"]);
        let made =
            ada.done("createDeal", json!({ "title": "Chairs" }), "deal { process { id } }").await;
        assert_eq!(made["deal"]["process"]["id"], three);
        ada.done("archiveProcess", json!({ "processId": three }), "").await;
        assert_eq!(default().await, Vec::<String>::new());
        ada.process("Four", &[]).await;
        assert_eq!(default().await, ["Four"]);
    })
    .await;
}

#[tokio::test]
async fn a_new_process_is_version_one_with_its_author_and_message() {
    each(|app| async move {
        let ada = app.admin().await;
        let input = json!({ "name": "  Sales ", "description": "How *we* sell", "message": "Begun" });
        let selection = "process { id name description version archivedAt createdAt totalWeight stages { id } }";
        let made = ada.done("createProcess", input, selection).await["process"].take();
        let id = text(&made["id"]);
        assert_eq!(made, json!({
            "id": id, "name": "Sales", "description": "How *we* sell", "version": 1, "archivedAt": null,
            "createdAt": "2026-03-02T08:00:00.000Z", "totalWeight": 0, "stages": []
        }));
        let latest = ada.latest(&id).await;
        assert_eq!(latest["message"], "Begun");
        assert_eq!(latest["author"]["id"], ada.id());
        check(&app, &id).await;
    })
    .await;
}

#[tokio::test]
async fn creating_a_process_again_with_its_id_answers_with_it_and_another_input_is_refused() {
    each(|app| async move {
        let ada = app.admin().await;
        let new_id = fresh(&app, "process");
        let input = json!({ "newId": new_id, "name": "Sales" });
        let made = ada.done("createProcess", input.clone(), "process { id }").await;
        assert_eq!(made["process"]["id"], new_id);
        ada.done("updateProcess", json!({ "processId": new_id, "name": "Selling" }), "").await;
        let before = app.fingerprint().await;
        let again = ada.done("createProcess", input, "process { id name }").await;
        assert_eq!(again["process"], json!({ "id": new_id, "name": "Selling" }));
        assert_eq!(app.fingerprint().await, before);
        let other = json!({ "newId": new_id, "name": "Other" });
        let errors = ada.refused("createProcess", other).await;
        assert_eq!(
            (&errors[0]["code"], &errors[0]["path"]),
            (&json!("ID_TAKEN"), &json!(["newId"]))
        );
    })
    .await;
}

#[tokio::test]
async fn an_id_that_the_server_made_is_taken_too() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let process = json!({ "newId": sales.id, "name": "Other" });
        assert_eq!(ada.refusals("createProcess", process).await, ["ID_TAKEN"]);
        let stage = json!({ "newId": sales.stage("Offer"), "processId": sales.id, "name": "Other" });
        assert_eq!(ada.refusals("addStage", stage).await, ["ID_TAKEN"]);
        let action = json!({ "newId": sales.action("Send"), "stageId": sales.stage("Offer"), "name": "Other" });
        assert_eq!(ada.refusals("addAction", action).await, ["ID_TAKEN"]);
    })
    .await;
}

#[tokio::test]
async fn names_of_processes_in_use_are_unique_whatever_their_case() {
    each(|app| async move {
        let ada = app.admin().await;
        let lodz = ada.process("ŁÓDŹ", &[]).await.id;
        let other = ada.process("Cafe\u{301}", &[]).await.id;
        for (name, input) in [
            ("createProcess", json!({ "name": "łódź" })),
            ("updateProcess", json!({ "processId": other, "name": " Łódź " })),
        ] {
            let errors = ada.refused(name, input).await;
            assert_eq!(errors[0]["__typename"], "NameTaken");
            assert_eq!(errors[0]["path"], json!(["name"]));
            assert_eq!(errors[0]["nodeId"], lodz);
        }
        assert_eq!(ada.refusals("createProcess", json!({ "name": "CAFÉ" })).await, ["NAME_TAKEN"]);
        ada.done("updateProcess", json!({ "processId": lodz, "name": "Łódź" }), "").await;
        let archive = json!({ "processId": lodz, "newDefaultId": other });
        ada.done("archiveProcess", archive, "").await;
        ada.process("łódź", &[]).await;
        ada.done("updateProcess", json!({ "processId": lodz, "description": "of old" }), "").await;
    })
    .await;
}

#[tokio::test]
async fn names_and_descriptions_of_processes_have_bounds() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await.id;
        for bad in [
            "".to_owned(),
            " \t\n".into(),
            "x".repeat(201),
            "x".repeat(10_000),
            "a\0b".into(),
            "a\u{7}b".into(),
            "two\nlines".into(),
        ] {
            let create = ada.refused("createProcess", json!({ "name": bad })).await;
            assert_eq!(
                (&create[0]["code"], &create[0]["path"]),
                (&json!("INVALID_VALUE"), &json!(["name"]))
            );
            let update = json!({ "processId": sales, "name": bad });
            assert_eq!(ada.refusals("updateProcess", update).await, ["INVALID_VALUE"]);
        }
        for bad in ["x".repeat(10_001), "a\0b".into()] {
            let errors =
                ada.refused("createProcess", json!({ "name": "A", "description": bad })).await;
            assert_eq!(errors[0]["path"], json!(["description"]));
        }
        let both = ada.refused("createProcess", json!({ "name": "", "description": "\0" })).await;
        assert_eq!(both.len(), 2);
        let fits = json!({ "name": "ł".repeat(200), "description": "ł".repeat(10_000) });
        ada.done("createProcess", fits, "").await;
    })
    .await;
}

#[tokio::test]
async fn a_description_left_out_stays_and_null_empties_it() {
    each(|app| async move {
        let ada = app.admin().await;
        let made = ada
            .done("createProcess", json!({ "name": "A", "description": "B" }), "process { id }")
            .await;
        let id = text(&made["process"]["id"]);
        let update = async |input: Value| {
            ada.done("updateProcess", input, "process { name description }").await["process"].take()
        };
        let renamed = update(json!({ "processId": id, "name": "C" })).await;
        assert_eq!(renamed, json!({ "name": "C", "description": "B" }));
        let emptied = update(json!({ "processId": id, "name": null, "description": null })).await;
        assert_eq!(emptied, json!({ "name": "C", "description": "" }));
    })
    .await;
}

#[tokio::test]
async fn old_versions_stay_as_they_were() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let number = ada.version(&sales.id).await;
        let then = ada.latest(&sales.id).await;
        ada.done("updateStage", json!({ "stageId": sales.stage("Offer"), "name": "Deal" }), "").await;
        ada.done("removeAction", json!({ "actionId": sales.action("Send") }), "").await;
        let document = format!(
            "query($id: ID!, $number: Int!) {{ process(id: $id) {{ versionAt(number: $number) {{ id number \
             savedAt message author {{ id }} definition {{ {DEFINITION} }} }} }} }}"
        );
        let read = async |number: i64| ada.query(&document, json!({ "id": sales.id, "number": number })).await["process"]["versionAt"].take();
        let mut old = read(number).await;
        let version_id = text(&old["id"]);
        old.as_object_mut().unwrap().remove("id");
        assert_eq!(old, then);
        assert_eq!(read(1).await["definition"]["stages"], json!([]));
        for missing in [0, -1, number + 3, i32::MAX.into()] {
            assert_eq!(read(missing).await, Value::Null);
        }
        let node = "query($id: ID!) { node(id: $id) { id ... on ProcessVersion { number } } }";
        let found = ada.query(node, json!({ "id": version_id })).await;
        assert_eq!(found["node"], json!({ "id": version_id, "number": number }));
    })
    .await;
}

#[tokio::test]
async fn an_archived_process_takes_no_new_deals_and_keeps_running_ones() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let selection = "process { archivedAt version }";
        let done = ada.done("archiveProcess", json!({ "processId": sales.id }), selection).await;
        assert_eq!(done["process"]["archivedAt"], "2026-03-02T08:00:00.000Z");
        let errors =
            ada.refused("createDeal", json!({ "processId": sales.id, "title": "Desks" })).await;
        assert_eq!(
            (&errors[0]["code"], &errors[0]["path"]),
            (&json!("PROCESS_ARCHIVED"), &json!(["processId"]))
        );
        ada.complete(&deal, sales.action("Call")).await;
        ada.done("setActionWeight", json!({ "actionId": sales.action("Call"), "weight": 110 }), "")
            .await;
        assert_eq!(ada.state(&deal).await, (55, Some("Contact".into())));
        ada.done("winDeal", json!({ "dealId": deal }), "").await;
        let listed = ada.query("{ processes { nodes { id } totalCount } }", json!({})).await;
        assert_eq!(listed["processes"], json!({ "nodes": [], "totalCount": 0 }));
        let all = ada.query("{ processes(includeArchived: true) { totalCount } }", json!({})).await;
        assert_eq!(all["processes"]["totalCount"], 1);
    })
    .await;
}
