//! The audit log: who changed rights, tokens, processes and close reasons.

use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{Client, builders::text, each};

const LOG: &str = "query($filter: AuditFilter, $first: Int, $after: Cursor) {
    auditLog(filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { id recordedAt actor { id } program kind subjectId summary } } }";

/// The entries of a filter, the newest first.
async fn entries(who: &Client, filter: Value) -> Vec<Value> {
    let variables = json!({ "filter": filter, "first": 100 });
    let mut data = who.query(LOG, variables).await;
    let nodes = data["auditLog"]["nodes"].take();
    assert_eq!(data["auditLog"]["totalCount"], json!(nodes.as_array().unwrap().len()));
    nodes.as_array().unwrap().clone()
}

/// What a member did, the oldest first: kind and summary.
async fn done_by(who: &Client) -> Vec<(String, String)> {
    let mut found = entries(who, json!({ "actorId": who.id() })).await;
    found.reverse();
    found.iter().map(|entry| (text(&entry["kind"]), text(&entry["summary"]))).collect()
}

fn told(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(kind, summary)| ((*kind).to_owned(), (*summary).to_owned())).collect()
}

#[tokio::test]
async fn what_is_done_to_members_and_tokens_is_told_in_order() {
    each(|app| async move {
        let ada = app.admin().await;
        let input = json!({ "email": "bob@example.org", "name": "Bob", "role": "SALESPERSON" });
        let bob = ada.done("addMember", input, "member { id }").await;
        let bob = text(&bob["member"]["id"]);
        for change in [
            json!({ "memberId": bob, "role": "MANAGER" }),
            json!({ "memberId": bob, "name": "Robert", "email": "robert@example.org" }),
            json!({ "memberId": bob, "role": "MANAGER" }),
        ] {
            ada.done("updateMember", change, "").await;
        }
        let input = json!({ "memberId": bob, "name": "laptop" });
        let made = ada.done("createToken", input, "token { id } secret").await;
        let token = json!({ "tokenId": made["token"]["id"] });
        ada.done("revokeToken", token.clone(), "").await;
        ada.done("revokeToken", token, "").await;
        for _ in 0..2 {
            ada.done("deactivateMember", json!({ "memberId": bob }), "").await;
        }
        for _ in 0..2 {
            ada.done("reactivateMember", json!({ "memberId": bob }), "").await;
        }
        let expected = told(&[
            ("MEMBER_ADDED", "“Bob” was added as salesperson."),
            ("MEMBER_ROLE_CHANGED", "“Bob” is manager now, not salesperson."),
            ("MEMBER_RENAMED", "“Bob” is called “Robert” now."),
            (
                "MEMBER_EMAIL_CHANGED",
                "“Robert” has the address robert@example.org now, not bob@example.org.",
            ),
            ("TOKEN_CREATED", "“Robert” got the token “laptop”."),
            ("TOKEN_REVOKED", "The token “laptop” of “Robert” was revoked."),
            ("MEMBER_DEACTIVATED", "“Robert” was deactivated, with all tokens."),
            ("MEMBER_REACTIVATED", "“Robert” was reactivated."),
        ]);
        assert_eq!(done_by(&ada).await, expected, "what changes nothing has no entry");
        let all = format!("{:?}", entries(&ada, json!({})).await);
        assert!(!all.contains(made["secret"].as_str().unwrap()), "the secret is told to nobody");
        let first = entries(&ada, json!({ "subjectId": ada.id() })).await;
        assert_eq!((&first[0]["actor"], &first[0]["program"]), (&Value::Null, &json!("test")));
    })
    .await;
}

#[tokio::test]
async fn what_is_done_to_processes_and_close_reasons_is_told_in_order() {
    each(|app| async move {
        let ada = app.admin().await;
        let name = |name: &str| json!({ "name": name });
        let sales = ada.done("createProcess", name("Sales"), "process { id }").await;
        let sales = text(&sales["process"]["id"]);
        let other = ada.done("createProcess", name("Other"), "process { id }").await;
        let other = text(&other["process"]["id"]);
        let stage = json!({ "processId": sales, "name": "Offer" });
        ada.done("addStage", stage, "").await;
        let old = json!({ "processId": sales, "version": 1, "expectedVersion": 2 });
        ada.done("restoreProcessVersion", old, "").await;
        ada.done("setDefaultProcess", json!({ "processId": other }), "").await;
        ada.done("setDefaultProcess", json!({ "processId": other }), "").await;
        for name in ["archiveProcess", "archiveProcess", "unarchiveProcess", "unarchiveProcess"] {
            ada.done(name, json!({ "processId": sales }), "").await;
        }
        let reason = |name: &str| json!({ "status": "LOST", "name": name });
        let price = ada.done("addCloseReason", reason("Price"), "closeReason { id }").await;
        let price = text(&price["closeReason"]["id"]);
        ada.done("addCloseReason", reason("Time"), "").await;
        ada.done("updateCloseReason", json!({ "reasonId": price, "name": "Cost" }), "").await;
        for name in ["archiveCloseReason", "archiveCloseReason", "restoreCloseReason"] {
            ada.done(name, json!({ "reasonId": price }), "").await;
        }
        for _ in 0..2 {
            let first = json!({ "reasonId": price, "afterId": null });
            ada.done("moveCloseReason", first, "").await;
        }
        let expected = told(&[
            ("PROCESS_CREATED", "The process “Sales” was made."),
            ("PROCESS_CREATED", "The process “Other” was made."),
            ("PROCESS_SAVED", "The process “Sales” was saved as version 2."),
            ("PROCESS_SAVED", "The process “Sales” was saved as version 3."),
            ("PROCESS_RESTORED", "The process “Sales” was taken back to version 1."),
            ("DEFAULT_PROCESS_CHANGED", "“Other” is the default process now."),
            ("PROCESS_ARCHIVED", "The process “Sales” was archived as version 4."),
            ("PROCESS_UNARCHIVED", "The process “Sales” was brought back as version 5."),
            ("CLOSE_REASON_ADDED", "The close reason “Price” for lost was added."),
            ("CLOSE_REASON_ADDED", "The close reason “Time” for lost was added."),
            ("CLOSE_REASON_RENAMED", "The close reason “Price” is “Cost” now."),
            ("CLOSE_REASON_ARCHIVED", "The close reason “Cost” was archived."),
            ("CLOSE_REASON_RESTORED", "The close reason “Cost” was restored."),
            ("CLOSE_REASON_MOVED", "The close reason “Cost” was moved."),
        ]);
        assert_eq!(done_by(&ada).await, expected);
        let saves = entries(&ada, json!({ "subjectId": sales, "kinds": ["PROCESS_SAVED"] })).await;
        assert_eq!(saves.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_is_done_to_webhooks_is_told_without_what_is_secret_in_them() {
    each(|app| async move {
        let ada = app.admin().await;
        let webhook = json!({ "name": "Books", "url": "https://books.example/in/hidden",
            "memberId": ada.id() });
        let made = ada.done("createWebhook", webhook, "webhook { id } secret").await;
        let id = &made["webhook"]["id"];
        for name in ["Ledger", "Ledger"] {
            ada.done("updateWebhook", json!({ "webhookId": id, "name": name }), "").await;
        }
        let rotated = ada.done("rotateWebhookSecret", json!({ "webhookId": id }), "secret").await;
        ada.done("deleteWebhook", json!({ "webhookId": id }), "").await;
        let expected = told(&[
            (
                "WEBHOOK_CREATED",
                "The webhook “Books” to https://books.example was added. It runs with the rights of “Ada”.",
            ),
            (
                "WEBHOOK_CHANGED",
                "The webhook “Ledger” to https://books.example was changed. It was called “Books” before.",
            ),
            ("WEBHOOK_SECRET_ROTATED", "The webhook “Ledger” signs with a new secret."),
            ("WEBHOOK_DELETED", "The webhook “Ledger” was removed."),
        ]);
        assert_eq!(done_by(&ada).await, expected, "what changes nothing has no entry");
        let all = format!("{:?}", entries(&ada, json!({})).await);
        for secret in [&made["secret"], &rotated["secret"], &json!("hidden")] {
            assert!(!all.contains(secret.as_str().unwrap()));
        }
    })
    .await;
}

#[tokio::test]
async fn only_administrators_see_it_and_a_refused_change_leaves_no_entry() {
    each(|app| async move {
        let (ada, max) = (app.admin().await, app.member("Max", Role::Manager).await);
        assert_eq!(max.error("{ auditLog { totalCount } }", json!({})).await, "FORBIDDEN");
        let id = entries(&ada, json!({})).await[0]["id"].clone();
        let node = "query($id: ID!) { node(id: $id) { ... on AuditEntry { id summary } } }";
        let seen = ada.query(node, json!({ "id": id })).await;
        assert_eq!(seen["node"]["id"], id);
        let unseen = max.query(node, json!({ "id": id })).await;
        assert_eq!(unseen["node"], Value::Null);
        let may = "{ viewer { permissions { auditLog { allowed } } } }";
        for (who, allowed) in [(&ada, true), (&max, false)] {
            let told = who.query(may, json!({})).await;
            assert_eq!(told["viewer"]["permissions"]["auditLog"]["allowed"], json!(allowed));
        }
        let before = entries(&ada, json!({})).await;
        max.refused("createProcess", json!({ "name": "Mine" })).await;
        max.refused("deactivateMember", json!({ "memberId": ada.id() })).await;
        ada.refused("deactivateMember", json!({ "memberId": ada.id() })).await;
        assert_eq!(entries(&ada, json!({})).await, before);
    })
    .await;
}

#[tokio::test]
async fn it_is_read_page_by_page_and_by_time() {
    each(|app| async move {
        let ada = app.admin().await;
        for number in 0..5 {
            let input = json!({ "status": "WON", "name": format!("Reason {number}") });
            ada.done("addCloseReason", input, "").await;
        }
        let all = entries(&ada, json!({})).await;
        let (mut paged, mut after) = (Vec::new(), Value::Null);
        loop {
            let data = ada.query(LOG, json!({ "first": 2, "after": after })).await;
            let page = &data["auditLog"];
            paged.extend(page["nodes"].as_array().unwrap().clone());
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
        }
        assert_eq!(paged, all);
        let begin = "2026-03-02T08:00:00Z";
        assert_eq!(entries(&ada, json!({ "from": begin })).await.len(), all.len());
        assert_eq!(entries(&ada, json!({ "until": begin })).await.len(), 0);
        let wrong = json!({ "filter": { "actorId": "deal_x" } });
        assert_eq!(ada.error(LOG, wrong).await, "BAD_USER_INPUT");
    })
    .await;
}
