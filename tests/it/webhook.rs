//! Webhooks (rule 25), to a real endpoint.

mod addresses;
mod audit;
mod delivery;
mod document;
mod manage;
mod order;
mod trouble;

use chrono::TimeDelta;
use engine::{
    app::Settings,
    webhook::{deliver::step, send::Sender, settings},
};
use entity::ids::WebhookId;
use serde_json::{Value, json};

use crate::support::{
    Client, TestApp,
    builders::text,
    receiver::{self, Receiver},
    scene::Scene,
};

/// A server whose webhooks reach this machine, with a scene.
async fn scene(app: &TestApp) -> (TestApp, Scene) {
    scene_with(app, receiver::settings()).await
}

/// A server with these settings, with a scene.
async fn scene_with(app: &TestApp, settings: Settings) -> (TestApp, Scene) {
    let app = app.with(settings).await;
    let scene = Scene::new(&app).await;
    (app, scene)
}

/// A webhook to this endpoint: its id and its secret.
pub async fn webhook(who: &Client, receiver: &Receiver, more: Value) -> (String, String) {
    let mut input = json!({ "name": "ERP", "url": receiver.url() });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    let made = who.done("createWebhook", input, "webhook { id } secret").await;
    (text(&made["webhook"]["id"]), text(&made["secret"]))
}

/// Delivers all that is due now to a webhook.
pub async fn deliver(app: &TestApp, id: &str) {
    deliver_by(app, &Sender::new(settings(&app.app)).unwrap(), id).await;
}

async fn deliver_by(app: &TestApp, sender: &Sender, id: &str) {
    app.number_log().await;
    let id: WebhookId = id.parse().unwrap();
    while step(&app.app, sender, id).await.unwrap() {}
}

/// Time goes by.
fn pass(app: &TestApp, time: TimeDelta) {
    app.app.clock().set(app.app.clock().now() + time);
}

const DELIVERIES: &str = "query($id: ID!, $states: [DeliveryState!]) { webhook(id: $id) { state failingSince
    deliveries(first: 100, filter: { states: $states }) { totalCount nodes {
        id state attempts status answer request lastError nextAttemptAt cursor event { id summary } deal { id }
    } } } }";

/// What is known of the deliveries of a webhook, the newest first.
async fn deliveries(who: &Client, id: &str) -> Vec<Value> {
    let data = who.query(DELIVERIES, json!({ "id": id })).await;
    data["webhook"]["deliveries"]["nodes"].as_array().unwrap().clone()
}

async fn states(who: &Client, id: &str) -> Vec<String> {
    let found = deliveries(who, id).await;
    found.iter().rev().map(|one| text(&one["state"])).collect()
}
