//! Endpoints that fail, in all ways, and who is told.

use std::time::Duration;

use chrono::TimeDelta;
use engine::webhook::{send::Sender, settings};
use serde_json::{Value, json};

use super::{deliver, deliver_by, deliveries, pass, scene, states, webhook};
use crate::support::{
    Client, each,
    receiver::{Mood, Receiver},
};

async fn told(who: &Client) -> Vec<Value> {
    let query = "{ viewer { notifications { nodes { kind summary deal { id } } } } }";
    let data = who.query(query, json!({})).await;
    data["viewer"]["notifications"]["nodes"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_fails_is_tried_for_three_days_then_kept_told_and_delivered_when_asked() {
    each(|app| async move {
        let receiver = Receiver::moody(|_| Mood::Status(500)).await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({ "events": ["DEAL_CREATED"] })).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        for _ in 0..35 {
            deliver(&app, &id).await;
            deliver(&app, &id).await; // at once it is not tried again
            pass(&app, TimeDelta::hours(2));
        }
        let tries = receiver.received().len();
        assert!((30..=36).contains(&tries), "{tries}");
        assert_eq!(
            (states(admin, &id).await, told(admin).await.len()),
            (vec!["PENDING".into()], 0)
        );
        for _ in 0..3 {
            pass(&app, TimeDelta::hours(2));
            deliver(&app, &id).await;
        }
        assert_eq!(states(admin, &id).await, ["DEAD"]);
        let found = told(admin).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (&found[0]["kind"], &found[0]["deal"]["id"]),
            (&json!("WEBHOOK_FAILED"), &json!(deal))
        );
        assert_eq!(told(&scene.people.manager).await.len(), 0, "it is for administrators");
        let dead = &deliveries(admin, &id).await[0];
        assert_eq!(dead["lastError"], "the endpoint answered 500");

        scene.deal("EVERYONE").await;
        for _ in 0..40 {
            deliver(&app, &id).await;
            pass(&app, TimeDelta::hours(2));
        }
        assert_eq!(states(admin, &id).await, ["DEAD", "DEAD"]);
        assert_eq!(told(admin).await.len(), 1, "once until something is delivered");

        receiver.feels(|_| Mood::Status(200));
        let again = json!({ "deliveryId": dead["id"] });
        let done = admin.done("redeliverWebhook", again, "delivery { state attempts }").await;
        assert_eq!(done["delivery"], json!({ "state": "PENDING", "attempts": 0 }));
        deliver(&app, &id).await;
        assert_eq!(states(admin, &id).await, ["SENT", "DEAD"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_sent_nothing_more_until_it_is_set_going() {
    each(|app| async move {
        let receiver = Receiver::moody(|_| Mood::Status(410)).await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({})).await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        assert_eq!(states(admin, &id).await, ["DEAD", "DEAD"]);
        assert_eq!(told(admin).await.len(), 1);
        let state = admin.query("{ webhooks { state stoppedAt } }", json!({})).await;
        assert_eq!(state["webhooks"][0]["state"], "GONE");
        scene.deal("EVERYONE").await;
        pass(&app, TimeDelta::hours(3));
        deliver(&app, &id).await;
        assert_eq!(receiver.received().len(), 1);
        receiver.feels(|_| Mood::Status(200));
        let on = json!({ "webhookId": id, "active": true });
        admin.done("updateWebhook", on, "webhook { state }").await;
        deliver(&app, &id).await;
        assert_eq!(receiver.versions(), [1, 1, 2], "it goes on from where it stopped");
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_says_when_is_left_alone_until_then() {
    each(|app| async move {
        let receiver = Receiver::moody(|_| Mood::With(429, "retry-after", "14400".into())).await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({ "events": ["DEAL_CREATED"] })).await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        scene.deal("EVERYONE").await;
        pass(&app, TimeDelta::hours(3));
        deliver(&app, &id).await;
        assert_eq!(receiver.received().len(), 1, "neither this one nor another");
        receiver.feels(|_| Mood::Status(200));
        pass(&app, TimeDelta::hours(2));
        deliver(&app, &id).await;
        assert_eq!(states(admin, &id).await, ["SENT", "SENT"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_says_nothing_is_given_up_and_tried_again() {
    each(|app| async move {
        let receiver = Receiver::moody(|_| Mood::Nothing).await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({ "events": ["DEAL_CREATED"] })).await;
        scene.deal("EVERYONE").await;
        let sender = Sender::new(settings(&app.app)).unwrap();
        let hurried = sender.with_patience(Duration::from_secs(2));
        deliver_by(&app, &hurried, &id).await;
        let waits = &deliveries(admin, &id).await[0];
        assert_eq!(waits["lastError"], "the endpoint did not answer in time");
        assert_eq!((&waits["state"], &waits["status"]), (&json!("PENDING"), &json!(null)));
        receiver.feels(|_| Mood::Status(200));
        pass(&app, TimeDelta::hours(3));
        deliver(&app, &id).await;
        let ids: Vec<_> = receiver.received().into_iter().map(|one| one.id).collect();
        assert_eq!((ids.len(), &ids[0]), (2, &ids[1]), "it is known by its id");
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn of_an_answer_only_the_beginning_is_kept() {
    each(|app| async move {
        let receiver = Receiver::moody(|_| Mood::Says("x".repeat(1_000_000))).await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({ "events": ["DEAL_CREATED"] })).await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        let answer = deliveries(admin, &id).await[0]["answer"].as_str().unwrap().len();
        assert_eq!(answer, 4096);
        app.stop().await;
    })
    .await;
}
