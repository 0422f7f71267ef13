//! `processSaved`: every save once.

use entity::ids::ProcessId;
use serde_json::json;

use super::cursor;
use crate::support::{builders::text, each, feed::Feed};

#[tokio::test]
async fn every_save_comes_once_first_those_missed_then_a_mark_then_live() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await; // version 3
        let after = cursor(&ada, &sales.id).await;
        ada.stage(&sales.id, "Offer").await;
        let mut feed = Feed::saved(&ada, &sales.id, Some(&after)).await;
        let missed = feed.item().await;
        assert_eq!(missed["caughtUp"], false);
        assert_eq!(missed["version"]["number"], 4);
        assert_eq!(missed["version"]["author"]["name"], "Ada");
        assert_eq!(missed["changes"][0]["__typename"], "StageAdded");
        feed.mark().await;

        let hint =
            json!({ "stageId": sales.stage("Contact"), "name": "Hello", "message": "kinder" });
        ada.done("updateStage", hint, "").await;
        let live = feed.item().await;
        assert_eq!(live["caughtUp"], true);
        assert_eq!(
            (&live["version"]["number"], &live["version"]["message"]),
            (&json!(5), &json!("kinder"))
        );
        assert_eq!(live["process"]["version"], 5);
        assert_eq!(live["process"]["stages"][0]["name"], "Hello");

        ada.stage(&sales.id, "Contract").await;
        let mut resumed =
            Feed::open(&ada, "processSaved", &sales.id, Some(&after), Some(&feed.cursor)).await;
        assert_eq!(resumed.item().await["version"]["number"], 6);
        resumed.mark().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_saved_and_what_happens_to_deals_or_elsewhere_is_not_told() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let service = ada.process("Service", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let mut feed = Feed::saved(&ada, &sales.id, None).await;
        feed.mark().await;
        ada.complete(&deal, sales.action("Call")).await;
        ada.stage(&service.id, "Visit").await;
        let same = json!({ "stageId": sales.stage("Contact"), "name": "Contact" });
        ada.done("updateStage", same, "").await;
        ada.refusals("addStage", json!({ "processId": sales.id, "name": "Contact" })).await;
        ada.stage(&sales.id, "Offer").await;
        assert_eq!(feed.item().await["version"]["number"], 4);
    })
    .await;
}

#[tokio::test]
async fn a_save_on_another_server_is_seen_here() {
    each(|app| async move {
        let other = app.again().await;
        let background = engine::background::start(&app.app);
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let (mut saves, mut board) =
            (Feed::saved(&ada, &sales.id, None).await, Feed::board(&ada, &sales.id, None).await);
        saves.mark().await;
        board.mark().await;
        ada.at(&other).stage(&sales.id, "Contact").await;
        assert_eq!(saves.item().await["version"]["number"], 2);
        assert_eq!(board.item().await["change"]["version"]["number"], 2);
        other.stop().await;
        background.shutdown().await;
    })
    .await;
}

#[tokio::test]
async fn a_board_s_cursor_is_good_for_saves_but_none_of_something_else() {
    each(|app| async move {
        let ada = app.admin().await;
        let (sales, service) = (ada.process("Sales", &[]).await, ada.process("Service", &[]).await);
        let deal = ada.deal(&sales.id, "Chairs").await;
        let document = "query($deal: ID!) { viewer { feedCursor } deal(id: $deal) { feedCursor } }";
        let data = ada.query(document, json!({ "deal": deal })).await;
        let mut feed = Feed::saved(&ada, &sales.id, None).await;
        let saved = feed.mark().await;
        for (field, after) in [
            ("processSaved", cursor(&ada, &service.id).await),
            ("processProgress", cursor(&ada, &service.id).await),
            ("processProgress", saved),
            ("processSaved", text(&data["viewer"]["feedCursor"])),
            ("processProgress", text(&data["viewer"]["feedCursor"])),
            ("processSaved", text(&data["deal"]["feedCursor"])),
            ("processProgress", text(&data["deal"]["feedCursor"])),
            ("processSaved", "garbage".into()),
            ("processProgress", "garbage".into()),
        ] {
            let mut feed = Feed::open(&ada, field, &sales.id, Some(&after), None).await;
            assert_eq!(feed.code().await, "CURSOR_INVALID", "{field} {after}");
        }
        Feed::saved(&ada, &sales.id, Some(&cursor(&ada, &sales.id).await)).await.mark().await;
    })
    .await;
}

#[tokio::test]
async fn an_unknown_process_is_not_found_and_another_id_is_wrong() {
    each(|app| async move {
        let ada = app.admin().await;
        let unknown = ProcessId::from_uuid(uuid::Uuid::nil()).to_string();
        for field in ["processSaved", "processProgress"] {
            for (id, code) in [
                (&unknown, "NOT_FOUND"),
                (&ada.id(), "BAD_USER_INPUT"),
                (&"42".into(), "BAD_USER_INPUT"),
            ] {
                let mut feed = Feed::open(&ada, field, id, None, None).await;
                assert_eq!(feed.code().await, code, "{field} {id}");
            }
        }
    })
    .await;
}
