//! How far a deal is (rule 9).

use serde_json::json;

use crate::support::{Client, each};

async fn percent(client: &Client, deal: &str) -> i64 {
    client.state(deal).await.0
}

#[tokio::test]
async fn progress_is_rounded_down_and_100_only_when_all_is_done() {
    each(|app| async move {
        let ada = app.admin().await;
        let actions: &[(&str, i64)] = &[("One", 1), ("Much", 998), ("Last", 1)];
        let sales = ada.process("Sales", &[("Only", actions)]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        for (action, expected) in [("One", 0), ("Much", 99), ("Last", 100)] {
            ada.complete(&deal, sales.action(action)).await;
            assert_eq!(percent(&ada, &deal).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn an_action_without_weight_brings_nothing_where_others_have_one() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Only", &[("Nothing", 0), ("All", 5)])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.complete(&deal, sales.action("Nothing")).await;
        assert_eq!(percent(&ada, &deal).await, 0);
        ada.complete(&deal, sales.action("All")).await;
        assert_eq!(percent(&ada, &deal).await, 100);
    })
    .await;
}

#[tokio::test]
async fn without_any_weight_actions_are_counted() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales =
            ada.process("Sales", &[("A", &[("One", 0), ("Two", 0)]), ("B", &[("Three", 0)])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        for (action, expected) in [("Three", 33), ("One", 66), ("Two", 100)] {
            ada.complete(&deal, sales.action(action)).await;
            assert_eq!(percent(&ada, &deal).await, expected);
        }
        let document = "query($id: ID!) { deal(id: $id) { progress { doneWeight totalWeight } } }";
        let data = ada.query(document, json!({ "id": deal })).await;
        assert_eq!(data["deal"]["progress"], json!({ "doneWeight": 0, "totalWeight": 0 }));
    })
    .await;
}

#[tokio::test]
async fn a_process_without_actions_gives_no_progress() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Empty", &[])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        assert_eq!(percent(&ada, &deal).await, 0);
        ada.done("winDeal", json!({ "dealId": deal }), "").await;
        assert_eq!(percent(&ada, &deal).await, 0, "won, and still nothing was done");
    })
    .await;
}

#[tokio::test]
async fn what_is_done_stays_done_when_the_process_changes_around_it() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[("One", 10), ("Two", 10)]), ("B", &[])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.complete(&deal, sales.action("One")).await;
        for (mutation, input, expected) in [
            (
                "setActionWeight",
                json!({ "actionId": sales.action("Two"), "weight": 90 }),
                (10, "A"),
            ),
            (
                "moveAction",
                json!({ "actionId": sales.action("One"), "stageId": sales.stage("B") }),
                (10, "B"),
            ),
            (
                "updateAction",
                json!({ "actionId": sales.action("One"), "name": "First" }),
                (10, "B"),
            ),
            ("removeAction", json!({ "actionId": sales.action("Two") }), (100, "B")),
        ] {
            ada.done(mutation, input, "").await;
            assert_eq!(ada.state(&deal).await, (expected.0, Some(expected.1.into())), "{mutation}");
        }
        ada.done("removeAction", json!({ "actionId": sales.action("One") }), "").await;
        assert_eq!(ada.state(&deal).await, (0, None), "what was removed stops counting");
    })
    .await;
}

#[tokio::test]
async fn an_event_tells_of_a_deal_that_a_save_changed_and_of_no_other() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[("One", 10), ("Two", 10)])]).await;
        let (begun, idle) =
            (ada.deal(&sales.id, "Chairs").await, ada.deal(&sales.id, "Tables").await);
        ada.complete(&begun, sales.action("One")).await;
        let weight = json!({ "actionId": sales.action("Two"), "weight": 30 });
        let version = 5;
        let summary = format!("The process changed to version {version} (50 % → 25 %)");
        let recalculated = [("ProgressRecalculated", summary.as_str())];
        ada.happens(&begun, "setActionWeight", weight, &recalculated).await;
        assert_eq!(ada.history(&idle).await.len(), 1);
    })
    .await;
}
