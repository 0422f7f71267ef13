//! Names that look the same are the same, wherever names must differ.

use serde_json::{Value, json};

use crate::support::{Client, builders::text, each, scene::Scene, story::code_and_path};

async fn taken(who: &Client, name: &str, input: Value, path: &str, by: &str) {
    let errors = who.refused(name, input.clone()).await;
    let told: Vec<_> = errors.iter().map(code_and_path).collect();
    assert_eq!(told, [format!("NAME_TAKEN {path}")], "{name} {input}");
    assert_eq!(errors[0]["nodeId"], by, "{name} {input}");
}

#[tokio::test]
async fn a_process_is_named_like_no_other_in_use() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (ada, sales) = (&scene.people.admin, scene.process.id.as_str());
        for twin in [
            "SALES",
            "Ｓａｌｅｓ",
            "Sa\u{ad}les",
            "\u{feff}Sales",
            "Sales\u{fe0f}",
            "\u{2800}Sales",
        ] {
            taken(ada, "createProcess", json!({ "name": twin }), "name", sales).await;
            let update = json!({ "processId": scene.other.id, "name": twin });
            taken(ada, "updateProcess", update, "name", sales).await;
            let copy = json!({ "processId": scene.other.id, "name": twin });
            taken(ada, "duplicateProcess", copy, "name", sales).await;
        }
        ada.process("sales\u{a0} (ｃｏｐｙ)", &[]).await;
        let copy = json!({ "processId": sales });
        let copied = ada.done("duplicateProcess", copy, "process { name }").await;
        assert_eq!(copied["process"]["name"], "Sales (copy 2)");
        let own = json!({ "processId": sales, "name": "Ｓａｌｅｓ" });
        let renamed = ada.done("updateProcess", own, "process { name }").await;
        assert_eq!(
            renamed["process"]["name"], "Ｓａｌｅｓ",
            "its own name may be written otherwise"
        );
    })
    .await;
}

#[tokio::test]
async fn stages_and_actions_are_named_like_no_sibling() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (ada, process) = (&scene.people.admin, &scene.process);
        let (contact, offer, call) = (process.stage("Contact"), process.stage("Offer"), process.action("Call"));
        let stage = json!({ "processId": process.id, "name": "Con\u{200b}tact" });
        taken(ada, "addStage", stage, "name", contact).await;
        let stage = json!({ "stageId": offer, "name": "ＣＯＮＴＡＣＴ" });
        taken(ada, "updateStage", stage, "name", contact).await;
        let action = json!({ "stageId": contact, "name": "ca\u{2060}ll" });
        taken(ada, "addAction", action, "name", call).await;
        let action = json!({ "actionId": process.action("Minutes"), "name": "\u{feff}CALL" });
        taken(ada, "updateAction", action, "name", call).await;
        let there = ada.action(json!({ "stageId": offer, "name": "Call\u{fe0f}" })).await;
        let moved = json!({ "actionId": there, "stageId": contact });
        taken(ada, "moveAction", moved, "name", call).await;
        ada.done("moveAction", json!({ "actionId": there }), "").await;
        let read = "query($id: ID!) { process(id: $id) { version } }";
        let version = ada.query(read, json!({ "id": process.id })).await["process"]["version"].take();
        let stages = json!([{ "id": contact, "actions": [] }, { "id": offer, "name": "contact\u{3164}", "actions": [] }]);
        let save = json!({ "id": process.id, "expectedVersion": version, "stages": stages });
        taken(ada, "saveProcess", save, "stages.1.name", contact).await;
    })
    .await;
}

#[tokio::test]
async fn a_close_reason_is_named_like_no_other_of_its_status() {
    each(|app| async move {
        let ada = app.admin().await;
        let add = async |status: &str, name: &str| {
            let input = json!({ "status": status, "name": name });
            text(
                &ada.done("addCloseReason", input, "closeReason { id }").await["closeReason"]["id"],
            )
        };
        let price = add("LOST", "Price\u{a0}too high").await;
        let other = add("LOST", "Other").await;
        add("WON", "ＰＲＩＣＥ too high").await;
        for twin in ["price  too\thigh", "Price\u{200d} too high", "ＰＲＩＣＥ too high"] {
            let twin = twin.replace('\t', "\u{3000}");
            let input = json!({ "status": "LOST", "name": twin });
            taken(&ada, "addCloseReason", input, "name", &price).await;
            let input = json!({ "reasonId": other, "name": twin });
            taken(&ada, "updateCloseReason", input, "name", &price).await;
        }
        ada.done("archiveCloseReason", json!({ "reasonId": price }), "").await;
        add("LOST", "PRICE too high\u{ad}").await;
        let errors = ada.refused("restoreCloseReason", json!({ "reasonId": price })).await;
        assert_eq!(code_and_path(&errors[0]), "NAME_TAKEN reasonId");
    })
    .await;
}
