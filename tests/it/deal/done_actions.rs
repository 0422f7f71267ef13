//! What was done, apart from what is left to do.

use serde_json::{Value, json};

use crate::support::{Client, each};

/// What was done, and what the whole checklist says of that.
async fn done(client: &Client, deal: &str) -> (Value, Value) {
    let item =
        "{ id action { name } state completion { doneAt performer { name } } undo { allowed } }";
    let document =
        format!("query($id: ID!) {{ deal(id: $id) {{ doneActions {item} checklist {item} }} }}");
    let mut deal = client.query(&document, json!({ "id": deal })).await["deal"].take();
    let whole = deal["checklist"].take();
    let done = whole.as_array().unwrap().iter().filter(|item| item["state"] == "DONE").cloned();
    (deal["doneActions"].take(), done.collect())
}

#[tokio::test]
async fn what_was_done_is_the_done_part_of_the_checklist_in_its_order() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        assert_eq!(done(&ada, &deal).await.0, json!([]));
        for action in ["Write", "Call", "Meet"] {
            ada.complete(&deal, sales.action(action)).await;
        }
        let (found, expected) = done(&ada, &deal).await;
        assert_eq!((&found, found.as_array().unwrap().len()), (&expected, 3));
        assert_eq!(found[0]["action"]["name"], "Call", "in the order of the process");
        let completion = "query($id: ID!) { deal(id: $id) { checklist { completion { id } } } }";
        let items = ada.query(completion, json!({ "id": deal })).await;
        let undo = json!({ "completionId": items["deal"]["checklist"][0]["completion"]["id"] });
        ada.done("undoCompletion", undo, "").await;
        ada.done("removeAction", json!({ "actionId": sales.action("Meet") }), "").await;
        let (found, expected) = done(&ada, &deal).await;
        assert_eq!((&found, found.as_array().unwrap().len()), (&expected, 1));
        ada.done("loseDeal", json!({ "dealId": deal }), "").await;
        ada.done("removeAction", json!({ "actionId": sales.action("Write") }), "").await;
        let (found, expected) = done(&ada, &deal).await;
        assert_eq!(found[0]["action"]["name"], "Write", "as it was when the deal was closed");
        assert_eq!(found, expected);
    })
    .await;
}
