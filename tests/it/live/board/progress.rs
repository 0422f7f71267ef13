//! `processProgress`: what happens to the deals of a process, and a save as one change.

use entity::{event, event::Fact, process_version};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{cursor, rename, transfer};
use crate::support::{
    TestApp, each,
    feed::{Feed, appeared, brief, changed, recalculated, withdrawn},
};

#[tokio::test]
async fn a_query_and_a_subscription_after_its_cursor_leave_no_gap() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let chairs = ada.deal(&sales.id, "Chairs").await;
        app.number_log().await;
        let after = cursor(&ada, &sales.id).await;
        ada.complete(&chairs, sales.action("Call")).await;
        let tables = ada.deal(&sales.id, "Tables").await;
        ada.stage(&sales.id, "Offer").await;
        app.number_log().await;

        let mut feed = Feed::board(&ada, &sales.id, Some(&after)).await;
        let item = feed.item().await;
        assert_eq!(item["caughtUp"], false);
        assert_eq!(item["change"]["event"]["after"]["percent"], 100);
        assert_eq!(item["change"]["deal"]["id"], *chairs);
        assert_eq!(feed.change().await, appeared(&tables));
        assert_eq!(feed.change().await, recalculated(4));
        feed.mark().await;

        rename(&ada, &tables, "Desks").await;
        app.number_log().await;
        let item = feed.item().await;
        assert_eq!(item["caughtUp"], true);
        assert_eq!(item["change"]["deal"]["title"], "Desks");
    })
    .await;
}

#[tokio::test]
async fn what_another_server_does_is_seen_here() {
    each(|app| async move {
        let other = app.again().await;
        let background = engine::background::start(&app.app);
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let mut feed = Feed::board(&ada, &sales.id, None).await;
        feed.mark().await;
        let deal = ada.at(&other).deal(&sales.id, "Chairs").await;
        assert_eq!(feed.change().await, appeared(&deal));
        rename(&ada.at(&other), &deal, "Tables").await;
        assert_eq!(feed.change().await, changed(&deal));
        other.stop().await;
        background.shutdown().await;
    })
    .await;
}

#[tokio::test]
async fn a_save_is_one_change_however_many_deals_it_recalculates() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1), ("Write", 1)])]).await;
        let mut deals = Vec::new();
        for title in ["a", "b", "c"] {
            let deal = ada.deal(&sales.id, title).await;
            ada.complete(&deal, sales.action("Call")).await;
            deals.push(deal);
        }
        app.number_log().await;
        let mut feed = Feed::board(&ada, &sales.id, Some(&cursor(&ada, &sales.id).await)).await;
        feed.mark().await;
        ada.done("removeAction", json!({ "actionId": sales.action("Write") }), "").await;
        app.number_log().await;
        let item = feed.item().await;
        assert_eq!(item["change"]["dealCount"], 3);
        assert_eq!(item["change"]["process"]["version"], item["change"]["version"]["number"]);
        rename(&ada, &deals[0], "after").await;
        app.number_log().await;
        assert_eq!(feed.change().await, changed(&deals[0]), "no deal is told of by itself");
        assert_eq!(recalculated_events(&app).await, 3, "each deal has its event");
    })
    .await;
}

async fn recalculated_events(app: &TestApp) -> usize {
    let all = event::Entity::find().all(app.app.db().reader()).await.unwrap();
    all.iter().filter(|event| matches!(event.fact, Fact::ProgressRecalculated { .. })).count()
}

#[tokio::test]
async fn a_save_that_no_deal_follows_is_told_too_so_that_columns_are_right() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let mut feed = Feed::board(&ada, &sales.id, None).await;
        feed.mark().await;
        ada.stage(&sales.id, "Offer").await;
        app.number_log().await;
        let change = feed.item().await["change"].take();
        assert_eq!((&change["dealCount"], &change["version"]["number"]), (&json!(0), &json!(4)));
        let names: Vec<_> = change["process"]["stages"].as_array().unwrap().iter().collect();
        assert_eq!(names, [&json!({ "name": "Contact" }), &json!({ "name": "Offer" })]);
    })
    .await;
}

#[tokio::test]
async fn a_save_is_told_when_it_has_its_place_in_the_log() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1), ("Write", 1)])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.complete(&deal, sales.action("Call")).await;
        app.number_log().await;
        let mut feed = Feed::board(&ada, &sales.id, Some(&cursor(&ada, &sales.id).await)).await;
        feed.mark().await;
        ada.done("removeAction", json!({ "actionId": sales.action("Write") }), "").await;
        app.number_log().await;
        assert_eq!(feed.change().await, recalculated(5));
        let torn = feed.cursor.clone();
        rename(&ada, &deal, "Tables").await;
        app.number_log().await;
        assert_eq!(feed.change().await, changed(&deal));
        let mut resumed = Feed::board(&ada, &sales.id, Some(&torn)).await;
        assert_eq!(resumed.change().await, changed(&deal));
        resumed.mark().await;
    })
    .await;
}

#[tokio::test]
async fn the_number_of_deals_is_kept_with_each_version() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        for title in ["a", "b"] {
            let deal = ada.deal(&sales.id, title).await;
            ada.complete(&deal, sales.action("Call")).await;
        }
        ada.deal(&sales.id, "c").await;
        ada.action(json!({ "stageId": sales.stage("Contact"), "name": "Write", "weight": 1 }))
            .await;
        ada.stage(&sales.id, "Offer").await;
        let id: entity::ids::ProcessId = sales.id.parse().unwrap();
        let query = process_version::Entity::find()
            .filter(process_version::Column::ProcessId.eq(id))
            .filter(process_version::Column::Number.gte(4));
        let mut rows = query.all(app.app.db().reader()).await.unwrap();
        rows.sort_by_key(|row| row.number);
        let counts: Vec<_> = rows.iter().map(|row| row.recalculated).collect();
        assert_eq!(counts, [2, 0]);
    })
    .await;
}

#[tokio::test]
async fn another_process_never_appears_on_the_board() {
    each(|app| async move {
        let ada = app.admin().await;
        let (sales, service) = (
            ada.process("Sales", &[("A", &[("x", 1)])]).await,
            ada.process("Service", &[("B", &[("y", 1)])]).await,
        );
        let (ours, theirs) = (ada.deal(&sales.id, "o").await, ada.deal(&service.id, "t").await);
        app.number_log().await;
        let mut feed = Feed::board(&ada, &sales.id, Some(&cursor(&ada, &sales.id).await)).await;
        feed.mark().await;
        ada.complete(&theirs, service.action("y")).await;
        ada.stage(&service.id, "C").await;
        ada.deal(&service.id, "u").await;
        rename(&ada, &ours, "ours").await;
        app.number_log().await;
        assert_eq!(feed.change().await, changed(&ours));
    })
    .await;
}

#[tokio::test]
async fn a_deal_that_changes_its_process_goes_from_one_board_and_comes_to_the_other() {
    each(|app| async move {
        let ada = app.admin().await;
        let (sales, service) = (ada.process("Sales", &[]).await, ada.process("Service", &[]).await);
        let deal = ada.deal(&sales.id, "Chairs").await;
        app.number_log().await;
        let mut from = Feed::board(&ada, &sales.id, Some(&cursor(&ada, &sales.id).await)).await;
        let mut to = Feed::board(&ada, &service.id, Some(&cursor(&ada, &service.id).await)).await;
        from.mark().await;
        to.mark().await;
        transfer(&ada, &deal, &service.id).await;
        app.number_log().await;
        assert_eq!(from.change().await, withdrawn(&deal));
        let came = to.item().await["change"].take();
        assert_eq!(brief(&came), appeared(&deal));
        assert_eq!(came["event"]["__typename"], "DealProcessChanged");
        rename(&ada, &deal, "Tables").await;
        app.number_log().await;
        assert_eq!(to.change().await, changed(&deal));
        let other = ada.deal(&sales.id, "Lamps").await;
        app.number_log().await;
        assert_eq!(from.change().await, appeared(&other), "what happens there is not told here");
    })
    .await;
}

#[tokio::test]
async fn an_event_costs_a_board_few_statements_however_many_deals_there_are() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        for more in [0, 20] {
            for number in 0..more {
                ada.deal(&sales.id, &format!("{number}")).await;
            }
            app.number_log().await;
            let happen = async |title: String| {
                rename(&ada, &deal, &title).await;
                app.number_log().await;
            };
            let (alone, ()) = app.statements(happen(format!("a{more}"))).await;
            let mut feed = Feed::board(&ada, &sales.id, None).await;
            feed.mark().await;
            let told = async {
                happen(format!("b{more}")).await;
                feed.item().await
            };
            let (cost, item) = app.statements(told).await;
            assert_eq!(item["change"]["deal"]["id"], *deal);
            assert!(cost - alone <= BUDGET, "{cost} - {alone} on {:?}", app.kind);
        }
    })
    .await;
}

/// Two looks of four statements (one finds nothing: SQLite tells of the commit, and the test once more),
/// three to judge the viewer and the deal, and those of the selection.
const BUDGET: usize = 15;
