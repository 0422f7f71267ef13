//! Where endpoints may be: not inside, by whichever way one gets there.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex},
};

use chrono::TimeDelta;
use engine::webhook::{Lookup, WebhookSettings};
use futures_util::FutureExt;
use serde_json::json;

use super::{deliver, deliveries, pass, scene, webhook};
use crate::support::{
    each,
    receiver::{Mood, Receiver, settings_with},
    scene::Scene,
};

/// Finds all hosts where this says.
fn lookup(at: Arc<Mutex<&'static str>>) -> Lookup {
    Arc::new(move |_| {
        let address: IpAddr = at.lock().unwrap().parse().unwrap();
        async move { Ok(vec![address]) }.boxed()
    })
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    each(|app| async move {
        let inside = Receiver::start().await;
        let to = inside.url();
        let receiver = Receiver::moody(move |_| Mood::With(307, "location", to.clone())).await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({ "events": ["DEAL_CREATED"] })).await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        assert_eq!((receiver.received().len(), inside.received().len()), (1, 0));
        let reason = deliveries(admin, &id).await[0]["lastError"].to_string();
        assert!(reason.contains("redirects (307)"), "{reason}");
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn addresses_inside_are_refused_unless_allowed() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let port = receiver.address.port();
        let app = app.with(settings_with(WebhookSettings::default())).await;
        let scene = Scene::new(&app).await;
        let admin = &scene.people.admin;
        let plain = json!({ "name": "ERP", "url": receiver.url() });
        assert_eq!(admin.refusals("createWebhook", plain).await, ["INVALID_VALUE"]);
        for host in
            ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]
        {
            let url = format!("https://{host}:{port}/");
            let input = json!({ "name": host, "url": url, "events": ["DEAL_CREATED"] });
            let made = admin.done("createWebhook", input, "webhook { id }").await;
            let id = made["webhook"]["id"].as_str().unwrap().to_owned();
            scene.deal("EVERYONE").await;
            deliver(&app, &id).await;
            let reason = deliveries(admin, &id).await[0]["lastError"].to_string();
            assert!(reason.contains("not in the open internet"), "{host}: {reason}");
        }
        assert_eq!(receiver.received().len(), 0);
        app.stop().await;
    })
    .await;
}

/// The name is looked up when the connection is made, and it is made to the address that was looked at.
#[tokio::test]
async fn a_name_that_leads_elsewhere_later_is_looked_at_again() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let port = receiver.address.port();
        let at = Arc::new(Mutex::new("127.0.0.1"));
        let networks = vec!["127.0.0.0/8".parse().unwrap()];
        let lookup = lookup(at.clone());
        let settings = WebhookSettings { networks, lookup, ..WebhookSettings::default() };
        let app = app.with(settings_with(settings)).await;
        let scene = Scene::new(&app).await;
        let admin = &scene.people.admin;
        let input = json!({ "name": "ERP", "url": format!("http://hook.example:{port}/"),
            "events": ["DEAL_CREATED"] });
        let made = admin.done("createWebhook", input, "webhook { id }").await;
        let id = made["webhook"]["id"].as_str().unwrap().to_owned();
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        assert_eq!(receiver.received().len(), 1);
        for (tries, inside) in (1..).zip(["10.0.0.1", "169.254.169.254", "::1", "93.184.216.34"]) {
            *at.lock().unwrap() = inside;
            scene.deal("EVERYONE").await;
            pass(&app, TimeDelta::hours(3));
            deliver(&app, &id).await;
            let known = deliveries(admin, &id).await;
            let first = known.iter().rfind(|one| one["state"] == "PENDING").unwrap();
            let reason = first["lastError"].to_string();
            assert!(reason.contains("only to networks that are allowed"), "{inside}: {reason}");
            assert_eq!(first["attempts"], tries);
        }
        assert_eq!(receiver.received().len(), 1);
        app.stop().await;
    })
    .await;
}
