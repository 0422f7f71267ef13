//! Moves by hand: `moveDeal`.

use entity::ids;
use serde_json::json;

use crate::support::{Client, TestApp, builders::BuiltProcess, each};

async fn begin(app: &TestApp) -> (Client, BuiltProcess, String) {
    let ada = app.admin().await;
    let sales =
        ada.process("Sales", &[("Contact", &[("Call", 1)]), ("Offer", &[("Send", 1)])]).await;
    let deal = ada.deal(&sales.id, "Chairs").await;
    (ada, sales, deal)
}

#[tokio::test]
async fn a_deal_moves_forward_back_and_to_no_stage() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        for (stage, summary) in [
            (Some("Offer"), "Moved to “Offer” (no stage → Offer)"),
            (Some("Contact"), "Moved to “Contact” (Offer → Contact)"),
            (None, "Moved to no stage (Contact → no stage)"),
        ] {
            let id = stage.map(|name| sales.stage(name));
            let input = json!({ "dealId": deal, "stageId": id });
            ada.happens(&deal, "moveDeal", input.clone(), &[("DealMoved", summary)]).await;
            ada.calm("moveDeal", input, "").await;
            assert_eq!(ada.state(&deal).await, (0, stage.map(str::to_owned)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_move_marks_nothing_as_done() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        ada.done("moveDeal", json!({ "dealId": deal, "stageId": sales.stage("Offer") }), "").await;
        let document = "query($id: ID!) { deal(id: $id) { checklist { state } } }";
        let data = ada.query(document, json!({ "id": deal })).await;
        assert_eq!(data["deal"]["checklist"], json!([{ "state": "OPEN" }, { "state": "OPEN" }]));
    })
    .await;
}

#[tokio::test]
async fn a_deal_moves_only_to_a_stage_of_its_process() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        let other = ada.process("Renewals", &[("Ask", &[])]).await;
        ada.done("removeStage", json!({ "stageId": sales.stage("Offer") }), "").await;
        for stage in [&ada.new_id::<ids::Stage>(), other.stage("Ask"), sales.stage("Offer")] {
            let input = json!({ "dealId": deal, "stageId": stage });
            let errors = ada.refused("moveDeal", input).await;
            assert_eq!(errors[0]["code"], "NOT_FOUND");
            assert_eq!(errors[0]["path"], json!(["stageId"]));
            assert_eq!(errors[0]["nodeId"], json!(stage));
        }
        let input = json!({ "dealId": deal, "stageId": sales.action("Call") });
        assert_eq!(ada.refusal("moveDeal", input).await, "INVALID_ID stageId");
    })
    .await;
}

#[tokio::test]
async fn a_move_that_does_not_say_where_to_is_refused() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let errors = ada.refused("moveDeal", json!({ "dealId": deal })).await;
        assert_eq!(
            (&errors[0]["code"], &errors[0]["path"]),
            (&json!("INVALID_VALUE"), &json!(["stageId"]))
        );
    })
    .await;
}
