//! A message is never lost in silence: said with a save that changes nothing, a version of its own holds it.

use serde_json::{Value, json};

use super::world;
use crate::support::{each, process::check};

const SAVED: &str = "process { version } version { number message } changes { summary }";

#[tokio::test]
async fn a_save_with_a_message_alone_is_a_version_without_changes() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let before = ada.version(&sales.id).await;
        let same = ada.as_it_is(&sales.id).await;
        let said = |message: Value| {
            let mut input = same.clone();
            input["message"] = message;
            input
        };
        for nothing in [Value::Null, json!(""), json!(" \n")] {
            ada.calm("saveProcess", said(nothing), "").await;
        }
        let done = ada.done("saveProcess", said(json!("Agreed in spring")), SAVED).await;
        assert_eq!(
            done,
            json!({ "process": { "version": before + 1 }, "changes": [],
            "version": { "number": before + 1, "message": "Agreed in spring" }, "userErrors": [] })
        );
        assert_eq!(ada.history(&deal).await.len(), 1, "no deal hears of it");
        let again = ada.refusals("saveProcess", said(json!("Agreed in spring"))).await;
        assert_eq!(again, ["VERSION_CONFLICT"], "a repeated call finds what it made");
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn other_changes_keep_a_message_alone_where_they_say_from_which_version() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let call = sales.action("Call");
        let file = "query($id: ID!) { exportProcess(id: $id) }";
        let file = ada.query(file, json!({ "id": sales.id })).await["exportProcess"].take();
        for (name, input) in [
            ("setActionWeight", json!({ "actionId": call, "weight": 10, "message": "Still 10" })),
            ("updateProcess", json!({ "processId": sales.id, "message": "All as it was" })),
            ("importProcess", json!({ "processId": sales.id, "file": file, "message": "From git" })),
        ] {
            ada.calm(name, input.clone(), "").await;
            let before = ada.version(&sales.id).await;
            let mut input = input;
            input["expectedVersion"] = json!(before);
            ada.done(name, input.clone(), "").await;
            assert_eq!(ada.version(&sales.id).await, before + 1, "{name}");
            assert_eq!(ada.latest(&sales.id).await["message"], input["message"], "{name}");
        }
        let now = ada.version(&sales.id).await;
        let restore = |message: Value| {
            json!({ "processId": sales.id, "version": now, "expectedVersion": now, "message": message })
        };
        ada.calm("restoreProcessVersion", restore(Value::Null), "").await;
        ada.done("restoreProcessVersion", restore(json!("Just right")), "").await;
        assert_eq!(ada.latest(&sales.id).await["message"], "Just right");
    })
    .await;
}
