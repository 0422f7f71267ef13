//! `changeDealProcessPreview`: it tells what would happen, and then exactly that happens.

use entity::member::Role;
use serde_json::{Value, json};

use super::Moving;
use crate::support::{Client, each};

const PREVIEW: &str =
    "query($input: ChangeDealProcessInput!) { changeDealProcessPreview(input: $input) {
    before { ...O } after { ...O }
    mapping { from { actionName stageName } to { actionName stageName } done follows }
    unmapped { actionName } countingAgain { actionName } userErrors { code path message } } }
  fragment O on DealOutlook { stageId stageName percent doneWeight totalWeight canBeWon }";

/// The answer to a preview, which writes nothing.
async fn preview(who: &Client, input: Value) -> Value {
    let before = who.app.fingerprint().await;
    let data = who.query(PREVIEW, json!({ "input": input })).await;
    assert_eq!(before, who.app.fingerprint().await, "a preview changed something");
    data["changeDealProcessPreview"].clone()
}

/// Where the deal stands, in the words of an outlook.
async fn outlook(moving: &Moving) -> Value {
    let document = "query($id: ID!) { deal(id: $id) { stage { id name } \
        progress { percent doneWeight totalWeight } permissions { win { allowed } } } }";
    let data = moving.ada.query(document, json!({ "id": moving.deal })).await;
    let (deal, progress) = (&data["deal"], &data["deal"]["progress"]);
    json!({ "stageId": deal["stage"]["id"], "stageName": deal["stage"]["name"],
        "percent": progress["percent"], "canBeWon": deal["permissions"]["win"]["allowed"],
        "doneWeight": progress["doneWeight"], "totalWeight": progress["totalWeight"] })
}

fn named(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["actionName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_a_preview_tells_is_what_happens() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let pay = json!({ "actionId": moving.service.action("Pay"), "mandatory": true });
        moving.ada.done("updateAction", pay, "").await;
        for input in [
            moving.to(&moving.service),
            moving.to(&moving.sales),
            moving.with(&[]),
            moving.to(&moving.sales),
            moving.with(&[("Meet", "Pay"), ("Send", "Pay"), ("Write", "Call")]),
        ] {
            let told = preview(&moving.ada, input.clone()).await;
            assert_eq!(told["before"], outlook(&moving).await);
            assert_eq!(told["userErrors"], json!([]));
            moving.go(input).await;
            assert_eq!(told["after"], outlook(&moving).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_preview_tells_what_follows_what_stays_and_what_counts_again() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let place = |action: &str, stage: &str| json!({ "actionName": action, "stageName": stage });
        let told = preview(&moving.ada, moving.to(&moving.service)).await;
        let expected = json!([
            { "from": place("Call", "Contact"), "to": place("Call", "Contact"), "done": true, "follows": true },
            { "from": place("Send", "Offer"), "to": place("Send", "Repair"), "done": true, "follows": true },
        ]);
        assert_eq!(told["mapping"], expected);
        assert_eq!((named(&told["unmapped"]), named(&told["countingAgain"])), (vec!["Meet"], vec![]));

        let several = moving.with(&[("Send", "Pay"), ("Write", "Send"), ("Call", "Pay")]);
        let told = preview(&moving.ada, several).await;
        let follows = told["mapping"].as_array().unwrap().iter();
        let follows: Vec<_> = follows.map(|one| (&one["done"], &one["follows"])).collect();
        let (yes, no) = (&json!(true), &json!(false));
        assert_eq!(follows, [(yes, no), (no, no), (yes, yes)]);
        assert_eq!(named(&told["unmapped"]), ["Meet", "Send"]);

        moving.go(moving.to(&moving.service)).await;
        let told = preview(&moving.ada, moving.to(&moving.sales)).await;
        assert_eq!(named(&told["countingAgain"]), ["Meet"]);
    })
    .await;
}

#[tokio::test]
async fn a_preview_of_the_process_it_goes_through_changes_nothing() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let told = preview(&moving.ada, moving.to(&moving.sales)).await;
        assert_eq!(told["before"], told["after"]);
        assert_eq!((&told["mapping"], &told["userErrors"]), (&json!([]), &json!([])));
    })
    .await;
}

#[tokio::test]
async fn a_preview_is_refused_like_the_change() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let stan = app.member("Stan", Role::Salesperson).await;
        let archived = moving.ada.process("Old", &[]).await;
        moving.ada.done("archiveProcess", json!({ "processId": archived.id }), "").await;
        let mut bad = moving.with(&[("Call", "Call"), ("Call", "Pay")]);
        bad["mapping"][0]["toActionId"] = json!(moving.sales.action("Send"));
        let mut no_id = moving.to(&moving.service);
        no_id["processId"] = json!("42");
        for (who, input) in [
            (&moving.ada, moving.to(&archived)),
            (&moving.ada, bad),
            (&moving.ada, no_id),
            (&stan, moving.to(&moving.service)),
        ] {
            let told = preview(who, input.clone()).await;
            assert_eq!(told["before"]["percent"], 70, "the deal is seen: {input}");
            assert_eq!((&told["after"], &told["mapping"]), (&Value::Null, &json!([])));
            let errors = who.refused("changeDealProcess", input).await;
            let essence = |all: &[Value]| {
                all.iter()
                    .map(|one| json!([one["code"], one["path"], one["message"]]))
                    .collect::<Vec<_>>()
            };
            assert_eq!(essence(told["userErrors"].as_array().unwrap()), essence(&errors));
        }
    })
    .await;
}

#[tokio::test]
async fn a_deal_that_may_not_be_seen_has_no_preview() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let stan = app.member("Stan", Role::Salesperson).await;
        let hide = json!({ "dealId": moving.deal, "visibility": "PARTICIPANTS" });
        moving.ada.done("updateDeal", hide, "").await;
        let told = preview(&stan, moving.to(&moving.service)).await;
        assert_eq!((&told["before"], &told["after"]), (&Value::Null, &Value::Null));
        assert_eq!(told["userErrors"][0]["code"], "NOT_FOUND");
        assert_eq!(told["userErrors"][0]["path"], json!(["dealId"]));
    })
    .await;
}
