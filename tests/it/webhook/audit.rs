//! What the audit log tells of webhooks: what of them was changed, and what was sent again.

use serde_json::{Value, json};

use super::{deliver, deliveries, scene, webhook};
use crate::support::{Client, builders::text, each, receiver::Receiver};

const LOG: &str = "query($id: ID!) { auditLog(filter: { subjectId: $id }, first: 50) {
    nodes { kind summary actor { id } } } }";

/// What was done to a webhook since it was added, the oldest first: kinds and sentences.
async fn told(who: &Client, id: &str) -> Vec<(String, String)> {
    let data = who.query(LOG, json!({ "id": id })).await;
    let nodes = data["auditLog"]["nodes"].as_array().unwrap();
    assert!(nodes.iter().all(|entry| entry["actor"]["id"] == json!(who.id())), "{nodes:?}");
    let told = |entry: &Value| (text(&entry["kind"]), text(&entry["summary"]));
    nodes.iter().rev().skip(1).map(told).collect()
}

/// What follows the sentence that a webhook to this endpoint was changed.
fn changes(all: &[(String, String)], name: &str, receiver: &Receiver) -> Vec<String> {
    let url = receiver.url();
    let origin = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let start = format!("The webhook “{name}” to {origin} was changed. ");
    let told = |(kind, summary): &(String, String)| {
        assert_eq!(kind, "WEBHOOK_CHANGED");
        summary.strip_prefix(&start).unwrap_or_else(|| panic!("{summary}")).to_owned()
    };
    all.iter().map(told).collect()
}

#[tokio::test]
async fn each_change_of_a_webhook_says_what_was_changed_and_nothing_that_is_secret() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let (admin, manager) = (&scene.people.admin, &scene.people.manager);
        let with = json!({ "memberId": admin.id() });
        let (id, secret) = webhook(admin, &receiver, with).await;
        let document = "subscription { webhookEvent { id hidden: summary } }";
        let elsewhere = format!("{}/unsaid?key=unsaid", receiver.url());
        for change in [
            json!({ "memberId": manager.id() }),
            json!({ "document": document }),
            json!({ "document": "subscription { webhookEvent { id } }" }),
            json!({ "document": null }),
            json!({ "processIds": [scene.process.id], "events": ["DEAL_WON", "DEAL_LOST"] }),
            json!({ "events": null }),
            json!({ "url": elsewhere, "active": false }),
            json!({ "active": true }),
            json!({ "active": true }),
        ] {
            let mut input = json!({ "webhookId": id });
            input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            admin.done("updateWebhook", input, "").await;
        }
        let expected = [
            "It runs with the rights of “Mia” now, not of “Ada”.",
            "A document selects what is sent now.",
            "Another document selects what is sent now.",
            "No document selects what is sent any more.",
            "Events: DEAL_WON, DEAL_LOST (before: all). Processes: “Sales” (before: all).",
            "Events: all (before: DEAL_WON, DEAL_LOST).",
            "Its address has another path or query. It was paused.",
            "It goes on.",
        ];
        let all = told(admin, &id).await;
        assert_eq!(changes(&all, "ERP", &receiver), expected);
        let log = format!("{all:?}");
        for hidden in ["unsaid", "hidden", secret.as_str()] {
            assert!(!log.contains(hidden), "{hidden}");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_again_and_a_new_secret_have_an_entry_in_the_readers_language() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({})).await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        let last = &deliveries(admin, &id).await[0];
        let event = text(&last["event"]["id"]);
        admin.done("redeliverWebhook", json!({ "deliveryId": last["id"] }), "").await;
        for after in [&last["cursor"], &Value::Null] {
            admin.done("replayWebhook", json!({ "webhookId": id, "after": after }), "").await;
        }
        admin.done("rotateWebhookSecret", json!({ "webhookId": id }), "").await;
        let nowhere = json!({ "webhookId": id, "after": "nowhere" });
        admin.refused("replayWebhook", nowhere).await;
        let mine = json!({ "memberId": admin.id(), "locale": "POLISH" });
        let expected = [
            (
                "WEBHOOK_REDELIVERED",
                format!("The event {event} is sent to the webhook “ERP” again."),
            ),
            (
                "WEBHOOK_REPLAYED",
                format!(
                    "What happened after the event {event} is sent to the webhook “ERP” again."
                ),
            ),
            (
                "WEBHOOK_REPLAYED",
                "All that ever happened is sent to the webhook “ERP” again.".into(),
            ),
            ("WEBHOOK_SECRET_ROTATED", "The webhook “ERP” signs with a new secret.".into()),
        ];
        let expected = expected.map(|(kind, summary)| (kind.to_owned(), summary));
        assert_eq!(told(admin, &id).await, expected);
        admin.done("updateMember", mine, "").await;
        let polish = told(admin, &id).await;
        let event = format!("Ponownie wysyłane jest do webhooka „ERP” zdarzenie {event}.");
        assert_eq!(polish[0].1, event);
        app.stop().await;
    })
    .await;
}
