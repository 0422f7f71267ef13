//! Documents of webhooks: what is sent is what they select.

use serde_json::json;

use super::{deliver, deliveries, scene, webhook};
use crate::support::{Client, builders::text, each, receiver::Receiver};

const DOCUMENT: &str = "subscription { webhookEvent { __typename id summary
    ... on ActionCompleted { actionName completion { performer { name } } } after { percent } } }";

#[tokio::test]
async fn a_document_says_what_is_sent() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let with = json!({ "document": DOCUMENT, "memberId": scene.people.participant.id() });
        let (id, _) = webhook(admin, &receiver, with).await;
        scene.deal("PARTICIPANTS").await;
        deliver(&app, &id).await;
        let received = receiver.received();
        assert_eq!(received.len(), 2);
        assert_eq!(received[1].body["type"], "ACTION_COMPLETED");
        let id = &received[1].id;
        let expected = json!({ "__typename": "ActionCompleted", "id": id, "after": { "percent": 10 },
            "summary": "“Call” was done.", "actionName": "Call",
            "completion": { "performer": { "name": "Olga" } } });
        let mut data = received[1].body["data"].clone();
        assert!(data["summary"].is_string());
        data["summary"] = expected["summary"].clone();
        assert_eq!(data, expected);
        app.stop().await;
    })
    .await;
}

/// How much of what was sent can still be looked at and has the text of a note.
async fn told(admin: &Client, webhook: &str) -> usize {
    let all = deliveries(admin, webhook).await;
    all.iter().filter(|one| one["request"].to_string().contains("they pay")).count()
}

#[tokio::test]
async fn what_an_edited_or_withdrawn_note_said_is_forgotten_in_what_was_sent() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let document = "subscription { webhookEvent { ... on NoteAdded { note { body } }
            ... on NoteEdited { note { body } } ... on NoteWithdrawn { noteId } } }";
        let (id, _) = webhook(admin, &receiver, json!({ "document": document })).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let add = async |body: &str| {
            let input = json!({ "dealId": deal, "body": body });
            admin.done("addNote", input, "note { id }").await["note"]["id"].take()
        };
        let note = add("they pay 7").await;
        deliver(&app, &id).await;
        assert_eq!(told(admin, &id).await, 1);
        admin.done("editNote", json!({ "noteId": note, "body": "they pay 8" }), "").await;
        assert_eq!(told(admin, &id).await, 0);
        deliver(&app, &id).await;
        assert_eq!(told(admin, &id).await, 1);
        let never_sent = add("they pay 9").await;
        admin.done("withdrawNote", json!({ "noteId": note }), "").await;
        assert_eq!(told(admin, &id).await, 0);
        admin.done("withdrawNote", json!({ "noteId": never_sent }), "").await;
        deliver(&app, &id).await;
        let received = receiver.received();
        let last: Vec<_> = received[2..].iter().map(|one| one.body["data"].clone()).collect();
        let expected = [
            json!({ "note": { "body": "they pay 7" } }),
            json!({ "note": { "body": "they pay 8" } }),
            json!({ "note": null }),
            json!({ "noteId": note }),
            json!({ "noteId": never_sent }),
        ];
        assert_eq!(last, expected);
        assert!(!app.fingerprint().await.contains("they pay"));
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_document_comes_through_the_front_door() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let deal =
            "subscription { dealProgress(dealId: \"deal_01jd8k2x7sfm5a9k2v0q3c4d5e\") { cursor } }";
        let deep = format!(
            "subscription {{ webhookEvent {{ {} id {} }} }}",
            "actor { ".repeat(20),
            "}".repeat(20)
        );
        for wrong in [
            "",
            "{ viewer { member { id } } }",
            "subscription { webhookEvent { nothing } }",
            "mutation { winDeal(input: { dealId: \"x\" }) { userErrors { code } } }",
            "subscription($id: ID!) { webhookEvent { id } }",
            deal,
            &deep,
        ] {
            let input = json!({ "name": "ERP", "url": receiver.url(), "document": wrong });
            assert_eq!(admin.refusals("createWebhook", input).await, ["INVALID_VALUE"], "{wrong}");
        }
        let (id, _) = webhook(admin, &receiver, json!({ "document": DOCUMENT })).await;
        let back = json!({ "webhookId": id, "document": null });
        admin.done("updateWebhook", back, "webhook { document }").await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        assert_eq!(deliveries(admin, &id).await.len(), 2);
        assert_eq!(receiver.versions(), [1, 2]);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_document_says_is_in_the_language_of_the_webhooks_member() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let (admin, manager) = (&scene.people.admin, &scene.people.manager);
        let input = json!({ "memberId": manager.id(), "locale": "POLISH" });
        manager.done("updateMember", input, "").await;
        let document = json!("subscription { webhookEvent { __typename summary } }");
        let mut webhooks = Vec::new();
        for (who, document) in [
            (manager, &document),
            (admin, &document),
            (manager, &json!(null)),
            (admin, &json!(null)),
        ] {
            let with = json!({ "memberId": who.id(), "document": document });
            webhooks.push(webhook(admin, &receiver, with).await.0);
        }
        let (deal, _) = scene.deal("EVERYONE").await;
        admin.done("loseDeal", json!({ "dealId": deal }), "").await;
        for id in &webhooks {
            deliver(&app, id).await;
        }
        let received = receiver.received();
        let last = |at: usize| received[at * 3 + 2].body["data"].clone();
        assert_eq!(received.len(), 12);
        let said = |at: usize| text(&last(at)["summary"]);
        assert!(said(0).starts_with("Szansa przegrana"), "{}", said(0));
        assert!(said(1).starts_with("Lost"), "{}", said(1));
        assert_eq!(last(2), last(3), "what comes without a document has no words of the server's");
        app.stop().await;
    })
    .await;
}
