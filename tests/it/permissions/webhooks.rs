//! Who may look after webhooks, through the API: everybody tries.

use serde_json::json;

use super::{
    api::{attempt, heading},
    policy::table,
};
use crate::{
    faults::mutations::waiting,
    support::{builders::text, each, scene::Scene},
};

#[tokio::test]
async fn everybody_tries_what_is_about_webhooks() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let endpoint = json!({ "name": "ERP", "url": "https://127.0.0.1:1/" });
        let make = || scene.people.admin.done("createWebhook", endpoint.clone(), "webhook { id }");
        let made = text(&make().await["webhook"]["id"]);
        let delivery = waiting(&scene, &made).await;
        let of = json!({ "webhookId": made });
        let mut rows = vec![heading(&scene)];
        for (name, input) in [
            ("createWebhook", endpoint.clone()),
            ("updateWebhook", json!({ "webhookId": made, "name": "Mirror" })),
            ("rotateWebhookSecret", of.clone()),
            ("testWebhook", of.clone()),
            ("redeliverWebhook", json!({ "deliveryId": delivery })),
            ("replayWebhook", json!({ "webhookId": made, "after": null })),
            ("deleteWebhook", json!({})),
        ] {
            let mut row = vec![name.to_owned()];
            for (_, person) in scene.people.all() {
                let mut input = input.clone();
                if name == "deleteWebhook" {
                    input["webhookId"] = make().await["webhook"]["id"].clone();
                }
                row.push(attempt(person, name, input).await);
            }
            rows.push(row);
        }
        for (name, document) in [
            ("webhooks", "query { webhooks { id } }"),
            ("webhook", "query($id: ID!) { webhook(id: $id) { id } }"),
            ("node(webhook)", "query($id: ID!) { node(id: $id) { id } }"),
        ] {
            let mut row = vec![name.to_owned()];
            for (_, person) in scene.people.all() {
                let answer = person.raw(document, json!({ "id": made })).await;
                let code = answer["errors"][0]["extensions"]["code"].as_str();
                let field = name.split('(').next().unwrap();
                let seen = if answer["data"][field].is_null() { "null" } else { "yes" };
                row.push(code.unwrap_or(seen).to_owned());
            }
            rows.push(row);
        }
        insta::assert_snapshot!("api_on_webhooks", table(&rows));
    })
    .await;
}
