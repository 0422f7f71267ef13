//! Keeping webhooks: administrators alone.

use chrono::TimeDelta;
use engine::webhook::signature;
use entity::ids;
use serde_json::json;

use super::{deliver, pass, scene, webhook};
use crate::support::{
    builders::text,
    each,
    receiver::{Mood, Receiver},
};

const ALL: &str = "{ webhooks { id name url state events document createdAt oldSecretUntil
    processes { name } member { name } manage { allowed } } }";

#[tokio::test]
async fn a_webhook_is_added_once_changed_paused_and_removed() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let input = json!({ "newId": admin.new_id::<ids::Webhook>(), "name": " ERP ", "url": receiver.url(),
            "processIds": [scene.process.id], "events": ["DEAL_WON", "DEAL_LOST"] });
        let made = admin.done("createWebhook", input.clone(), "webhook { id name } secret").await;
        assert!(text(&made["secret"]).starts_with("whsec_"));
        let again = admin.done("createWebhook", input.clone(), "webhook { id name } secret").await;
        assert_eq!(again["webhook"], made["webhook"]);
        assert_eq!(again["secret"], json!(null), "it is shown once");
        let all = admin.query(ALL, json!({})).await;
        assert_eq!(all["webhooks"].as_array().unwrap().len(), 1);
        let one = &all["webhooks"][0];
        assert_eq!((&one["name"], &one["state"]), (&json!("ERP"), &json!("ACTIVE")));
        assert_eq!(one["processes"], json!([{ "name": "Sales" }]));
        assert_eq!(one["events"], json!(["DEAL_WON", "DEAL_LOST"]));
        let id = text(&one["id"]);

        let all_of_it = json!({ "webhookId": id, "name": "Mirror", "processIds": null, "events": null,
            "memberId": scene.people.manager.id(), "active": false });
        let selection = "webhook { name state events stoppedAt processes { name } member { name } }";
        let changed = admin.done("updateWebhook", all_of_it.clone(), selection).await;
        let expected = json!({ "name": "Mirror", "state": "PAUSED", "events": null, "processes": null,
            "stoppedAt": "2026-03-02T08:00:00.000Z", "member": { "name": "Mia" } });
        assert_eq!(changed["webhook"], expected);
        admin.calm("updateWebhook", all_of_it, "").await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        assert_eq!(receiver.received().len(), 0);
        admin.done("updateWebhook", json!({ "webhookId": id, "active": true }), "").await;
        deliver(&app, &id).await;
        assert_eq!(receiver.versions(), [1, 2], "what happened meanwhile comes");

        let node = "query($id: ID!) { node(id: $id) { __typename id } }";
        assert_eq!(admin.query(node, json!({ "id": id })).await["node"]["__typename"], "Webhook");
        let gone = admin.done("deleteWebhook", json!({ "webhookId": id }), "webhooks { id }").await;
        assert_eq!(gone["webhooks"], json!([]));
        let twice = json!({ "webhookId": id });
        assert_eq!(admin.refusals("deleteWebhook", twice).await, ["NOT_FOUND"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn while_a_secret_is_replaced_both_sign_for_a_day() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, old) = webhook(admin, &receiver, json!({ "events": ["DEAL_CREATED"] })).await;
        let rotated = admin.done("rotateWebhookSecret", json!({ "webhookId": id }), "secret").await;
        let new = text(&rotated["secret"]);
        assert_ne!(old, new);
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        pass(&app, TimeDelta::hours(24));
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        let received = receiver.received();
        let signed = |index: usize, secrets: &[&str]| {
            let one = &received[index];
            signature::header(secrets, &one.id, one.timestamp, &one.text)
        };
        assert_eq!(received[0].signature, signed(0, &[&new, &old]));
        assert_eq!(received[1].signature, signed(1, &[&new]));
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn trying_one_out_shows_request_and_answer_and_counts_nothing() {
    each(|app| async move {
        let receiver = Receiver::moody(|_| Mood::Status(418)).await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, secret) = webhook(admin, &receiver, json!({ "events": ["DEAL_CREATED"] })).await;
        let input = json!({ "webhookId": id });
        let nothing = admin.refusals("testWebhook", input.clone()).await;
        assert_eq!(nothing, ["INVALID_VALUE"], "nothing has happened yet");
        scene.deal("EVERYONE").await;
        app.number_log().await;
        let selection =
            "trial { webhookId webhookTimestamp webhookSignature request taken status error }
            webhook { deliveries { totalCount } }";
        let done = admin.done("testWebhook", input, selection).await;
        let (trial, received) = (&done["trial"], &receiver.received()[0]);
        assert_eq!((&trial["status"], &trial["taken"]), (&json!(418), &json!(false)));
        assert_eq!(trial["request"], json!(received.text));
        let signed =
            signature::header(&[&secret], &received.id, received.timestamp, &received.text);
        assert_eq!((&trial["webhookSignature"], &received.signature), (&json!(signed), &signed));
        assert_eq!(done["webhook"]["deliveries"]["totalCount"], 0);
        deliver(&app, &id).await;
        assert_eq!(receiver.received().len(), 2, "it is still to be delivered");
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn many_webhooks_cost_as_few_statements_as_one() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let document = "{ webhooks { name member { name } processes { name } deliveries(first: 5) {
            totalCount nodes { state event { summary } deal { title } webhook { name } } } } }";
        let of = || json!({ "processIds": [scene.process.id] });
        let (first, _) = webhook(admin, &receiver, of()).await;
        scene.deal("EVERYONE").await;
        deliver(&app, &first).await;
        let (few, _) = app.statements(admin.query(document, json!({}))).await;
        for _ in 0..4 {
            let (id, _) = webhook(admin, &receiver, of()).await;
            scene.deal("EVERYONE").await;
            deliver(&app, &id).await;
        }
        let (many, data) = app.statements(admin.query(document, json!({}))).await;
        assert_eq!(data["webhooks"].as_array().unwrap().len(), 5);
        assert_eq!(few, many);
        app.stop().await;
    })
    .await;
}
