//! A closed deal keeps the process version it was closed with; reopened, it follows the process as it
//! then is (rule 14).

use serde_json::{Value, json};

use crate::support::{Client, TestApp, builders::BuiltProcess, each, story::told};

const SHOWN: &str = "query($id: ID!) { deal(id: $id) {
    version stage { name } progress { percent doneWeight totalWeight mandatoryMissing { name } }
    checklist { state definition { name weight } blockers { code } } } }";

async fn begin(app: &TestApp) -> (Client, BuiltProcess, String) {
    let ada = app.admin().await;
    let stages: [(&str, &[(&str, i64)]); 3] =
        [("Contact", &[("Call", 30)]), ("Offer", &[("Send", 70)]), ("Contract", &[])];
    let sales = ada.process("Sales", &stages).await;
    let deal = ada.deal(&sales.id, "Chairs").await;
    (ada, sales, deal)
}

async fn shown(client: &Client, deal: &str) -> Value {
    client.query(SHOWN, json!({ "id": deal })).await["deal"].take()
}

async fn change_everything(ada: &Client, sales: &BuiltProcess) {
    let call = sales.action("Call");
    ada.done("setActionWeight", json!({ "actionId": call, "weight": 500 }), "").await;
    ada.done("updateAction", json!({ "actionId": sales.action("Send"), "mandatory": true }), "")
        .await;
    let more = json!({ "stageId": sales.stage("Offer"), "name": "Thank", "weight": 500 });
    ada.action(more).await;
    ada.done("moveStage", json!({ "stageId": sales.stage("Contract") }), "").await;
    ada.done("removeAction", json!({ "actionId": sales.action("Send") }), "").await;
}

#[tokio::test]
async fn progress_stage_and_checklist_stay_while_the_process_changes() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        ada.complete(&deal, sales.action("Send")).await;
        ada.done("winDeal", json!({ "dealId": deal }), "").await;
        let before = shown(&ada, &deal).await;
        let history = ada.history(&deal).await;
        change_everything(&ada, &sales).await;
        assert_eq!(shown(&ada, &deal).await, before);
        assert_eq!(ada.history(&deal).await, history, "and nothing happened to it");
        assert_eq!(before["progress"]["percent"], 70);

        ada.done("updateDeal", json!({ "dealId": deal, "title": "Tables" }), "").await;
        let mut after = shown(&ada, &deal).await;
        after["version"] = before["version"].clone();
        assert_eq!(after, before, "a change of its title counts nothing anew");
    })
    .await;
}

#[tokio::test]
async fn reopened_it_follows_the_process_as_it_is() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        ada.complete(&deal, sales.action("Call")).await;
        ada.complete(&deal, sales.action("Send")).await;
        ada.done("winDeal", json!({ "dealId": deal }), "").await;
        change_everything(&ada, &sales).await;

        let input = json!({ "dealId": deal });
        let reopened = [("DealReopened", "Reopened (100 % → 50 %, Offer → Contact)")];
        ada.happens(&deal, "reopenDeal", input, &reopened).await;
        let deal = shown(&ada, &deal).await;
        assert_eq!(deal["progress"]["totalWeight"], 1000);
        let names = deal["checklist"].as_array().unwrap().iter();
        let names: Vec<_> = names.map(|item| &item["definition"]["name"]).collect();
        assert_eq!(names, ["Call", "Thank"]);
    })
    .await;
}

#[tokio::test]
async fn a_move_to_a_stage_that_is_gone_is_dropped_on_reopening() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        ada.complete(&deal, sales.action("Call")).await;
        ada.done("moveDeal", json!({ "dealId": deal, "stageId": sales.stage("Contract") }), "")
            .await;
        ada.done("loseDeal", json!({ "dealId": deal }), "").await;
        ada.done("removeStage", json!({ "stageId": sales.stage("Contract") }), "").await;
        assert_eq!(ada.state(&deal).await, (30, Some("Contract".into())), "it keeps its stage");

        let reopened = [("DealReopened", "Reopened (Contract → Contact)")];
        ada.happens(&deal, "reopenDeal", json!({ "dealId": deal }), &reopened).await;
        let document = "query($id: ID!) { deal(id: $id) { events(last: 1) { nodes {
            ... on DealReopened { droppedMoveTo } } } } }";
        let data = ada.query(document, json!({ "id": deal })).await;
        let dropped = &data["deal"]["events"]["nodes"][0]["droppedMoveTo"];
        assert_eq!(dropped, &json!(sales.stage("Contract")));
    })
    .await;
}

#[tokio::test]
async fn an_action_that_came_after_the_deal_was_closed_was_not_removed() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        ada.done("loseDeal", json!({ "dealId": deal }), "").await;
        let input = json!({ "stageId": sales.stage("Offer"), "name": "Thank" });
        let new = ada.action(input).await;
        let input = json!({ "dealId": deal, "actionId": new });
        assert_eq!(ada.refusals("completeAction", input).await, ["DEAL_CLOSED"]);
    })
    .await;
}

#[tokio::test]
async fn each_closing_keeps_the_version_of_its_own_moment() {
    each(|app| async move {
        let (ada, sales, deal) = begin(&app).await;
        let input = json!({ "dealId": deal });
        ada.complete(&deal, sales.action("Call")).await;
        ada.done("loseDeal", input.clone(), "").await;
        let weight = |weight: i64| json!({ "actionId": sales.action("Call"), "weight": weight });
        ada.done("setActionWeight", weight(70), "").await;
        ada.done("reopenDeal", input.clone(), "").await;
        assert_eq!(ada.state(&deal).await.0, 50);
        ada.done("outdateDeal", input, "").await;
        ada.done("setActionWeight", weight(0), "").await;
        assert_eq!(ada.state(&deal).await.0, 50);
        let history = ada.history(&deal).await;
        let summaries: Vec<_> = told(&history).into_iter().map(|(_, summary)| summary).collect();
        assert_eq!(summaries[2..], ["Lost", "Reopened (30 % → 50 %)", "Closed as outdated"]);
    })
    .await;
}
