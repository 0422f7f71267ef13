//! Notes about deals: `addNote`.

use entity::ids;
use serde_json::json;

use crate::support::{builders::text, each};

const NOTES: &str = "query($id: ID!) { deal(id: $id) { notes { totalCount nodes { body isEvidence author { name } } } } }";

#[tokio::test]
async fn a_note_is_added_and_read_back() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let input = json!({ "dealId": deal, "body": "They *like*\nthe blue ones. Zażółć 🪑" });
        ada.happens(&deal, "addNote", input.clone(), &[("NoteAdded", "A note was added")]).await;
        let data = ada.query(NOTES, json!({ "id": deal })).await;
        let note =
            json!({ "body": input["body"], "isEvidence": false, "author": { "name": "Ada" } });
        assert_eq!(data["deal"]["notes"], json!({ "totalCount": 1, "nodes": [note] }));

        ada.happens(&deal, "addNote", input, &[("NoteAdded", "A note was added")]).await;
    })
    .await;
}

#[tokio::test]
async fn adding_a_note_twice_with_the_same_id_adds_one() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let id = ada.new_id::<ids::Note>();
        let input = json!({ "dealId": deal, "newId": id, "body": "blue" });
        ada.happens(&deal, "addNote", input.clone(), &[("NoteAdded", "A note was added")]).await;
        let again = ada.calm("addNote", input.clone(), "note { id body }").await;
        assert_eq!(again["note"], json!({ "id": id, "body": "blue" }));

        let mut other = input.clone();
        other["body"] = json!("green");
        assert_eq!(ada.refusal("addNote", other).await, "ID_TAKEN newId");
        let mut elsewhere = input;
        elsewhere["dealId"] = json!(ada.deal(&sales.id, "Tables").await);
        assert_eq!(ada.refusal("addNote", elsewhere).await, "ID_TAKEN newId");
    })
    .await;
}

#[tokio::test]
async fn the_id_of_a_note_that_the_server_made_is_taken_too() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let input = json!({ "dealId": deal, "body": "blue" });
        let made = ada.done("addNote", input, "note { id }").await;
        let input = json!({ "dealId": deal, "body": "blue", "newId": text(&made["note"]["id"]) });
        assert_eq!(ada.refusal("addNote", input).await, "ID_TAKEN newId");
    })
    .await;
}

#[tokio::test]
async fn a_closed_deal_still_takes_notes_participants_and_changes() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.done("loseDeal", json!({ "dealId": deal }), "").await;
        let note = json!({ "dealId": deal, "body": "they may come back" });
        ada.happens(&deal, "addNote", note, &[("NoteAdded", "A note was added")]).await;
        let title = json!({ "dealId": deal, "title": "Tables" });
        ada.happens(&deal, "updateDeal", title, &[("DealUpdated", "Changed title")]).await;
    })
    .await;
}

#[tokio::test]
async fn the_longest_note_is_ten_thousand_characters_in_any_script() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let longest = json!({ "dealId": deal, "body": "ł".repeat(10_000) });
        ada.happens(&deal, "addNote", longest, &[("NoteAdded", "A note was added")]).await;
        for body in ["", " \n ", &"ł".repeat(10_001), "a\0b"] {
            let input = json!({ "dealId": deal, "body": body });
            assert_eq!(ada.refusal("addNote", input).await, "INVALID_VALUE body");
        }
    })
    .await;
}
