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
        for (stage, code) in [
            (&*ada.new_id::<ids::Stage>(), "NOT_FOUND"),
            (other.stage("Ask"), "STAGE_NOT_IN_PROCESS"),
            (sales.stage("Offer"), "STAGE_REMOVED"),
        ] {
            let input = json!({ "dealId": deal, "stageId": stage });
            let errors = ada.refused("moveDeal", input).await;
            assert_eq!(errors[0]["code"], code);
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

#[tokio::test]
async fn a_move_to_where_the_deal_is_counts_and_stays_when_the_work_is_undone() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        let done = ada.complete(&deal, sales.action("Send")).await;
        assert_eq!(ada.state(&deal).await, (50, Some("Offer".into())));
        let to_offer = json!({ "dealId": deal, "stageId": sales.stage("Offer") });
        let moved = [("DealMoved", "Moved to “Offer”")];
        ada.happens(&deal, "moveDeal", to_offer.clone(), &moved).await;
        ada.calm("moveDeal", to_offer.clone(), "").await;
        ada.done("undoCompletion", json!({ "completionId": done }), "").await;
        assert_eq!(ada.state(&deal).await, (0, Some("Offer".into())));
        ada.calm("moveDeal", to_offer, "").await;
    })
    .await;
}

#[tokio::test]
async fn a_move_to_where_the_last_one_led_counts_when_work_has_pushed_the_deal_on() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        let to_contact = json!({ "dealId": deal, "stageId": sales.stage("Contact") });
        ada.done("moveDeal", to_contact.clone(), "").await;
        ada.complete(&deal, sales.action("Send")).await;
        let back = [("DealMoved", "Moved to “Contact” (Offer → Contact)")];
        ada.happens(&deal, "moveDeal", to_contact.clone(), &back).await;
        assert_eq!(ada.state(&deal).await, (50, Some("Contact".into())));
        ada.complete(&deal, sales.action("Call")).await;
        ada.calm("moveDeal", to_contact, "").await;
    })
    .await;
}

#[tokio::test]
async fn a_move_to_no_stage_of_a_deal_at_none_counts_once() {
    each(|app| async move {
        let (ada, _, deal) = begin(&app).await;
        let nowhere = json!({ "dealId": deal, "stageId": null });
        let moved = [("DealMoved", "Moved to no stage")];
        ada.happens(&deal, "moveDeal", nowhere.clone(), &moved).await;
        ada.calm("moveDeal", nowhere, "").await;
        assert_eq!(ada.state(&deal).await, (0, None));
    })
    .await;
}

#[tokio::test]
async fn a_deal_moved_to_where_it_is_is_protected_from_the_removal_of_the_stage() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        ada.complete(&deal, sales.action("Send")).await;
        let offer = sales.stage("Offer");
        ada.done("moveDeal", json!({ "dealId": deal, "stageId": offer }), "").await;
        let mut save = ada.as_it_is(&sales.id).await;
        save["stages"].as_array_mut().unwrap().pop();
        for (name, input) in
            [("removeStage", json!({ "stageId": offer })), ("saveProcess", save.clone())]
        {
            assert_eq!(ada.refusals(name, input).await, ["STAGE_HAS_DEALS"], "{name}");
        }
        let contact = sales.stage("Contact");
        save["removedStages"] = json!([{ "stageId": offer, "moveDealsTo": contact }]);
        ada.done("saveProcess", save, "").await;
        assert_eq!(ada.state(&deal).await, (0, Some("Contact".into())));
    })
    .await;
}

#[tokio::test]
async fn a_move_to_where_the_deal_is_goes_along_to_another_process() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        let other = ada.process("Renewals", &[("Contact", &[]), ("Offer", &[])]).await;
        let done = ada.complete(&deal, sales.action("Send")).await;
        ada.done("moveDeal", json!({ "dealId": deal, "stageId": sales.stage("Offer") }), "").await;
        ada.done("undoCompletion", json!({ "completionId": done }), "").await;
        let change = json!({ "dealId": deal, "processId": other.id });
        ada.done("changeDealProcess", change, "").await;
        assert_eq!(ada.state(&deal).await, (0, Some("Offer".into())));
    })
    .await;
}

#[tokio::test]
async fn a_wrong_stage_of_a_closed_deal_is_told_with_everything_else() {
    each(|app| async move {
        let (ada, _, deal) = begin(&app).await;
        let sam = app.member("Sam", entity::member::Role::Salesperson).await;
        ada.done("loseDeal", json!({ "dealId": deal }), "").await;
        let unknown = json!({ "dealId": deal, "stageId": ada.new_id::<ids::Stage>() });
        assert_eq!(ada.refusals("moveDeal", unknown.clone()).await, ["DEAL_CLOSED", "NOT_FOUND"]);
        let stranger = sam.refusals("moveDeal", unknown).await;
        assert_eq!(stranger, ["FORBIDDEN", "DEAL_CLOSED", "NOT_FOUND"]);
    })
    .await;
}
