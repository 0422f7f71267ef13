//! Mail about notifications, to a real mail server.

mod dead;
mod delivery;
mod many;

use engine::{
    app::App,
    delivery::{Round, run_due},
    mail::{self, send::Mailer},
};
use serde_json::json;

use crate::support::{TestApp, post::Post, scene::Scene};

/// The way from this application to its mail server.
pub fn mailer(app: &App) -> Mailer {
    let mail = mail::settings(app).unwrap();
    Mailer::new(&mail.smtp, &mail.from, &app.settings().public_url).unwrap()
}

/// Sends what is due now.
pub async fn send(app: &TestApp) -> Round {
    run_due(&app.app, &mailer(&app.app)).await.unwrap()
}

/// A scene whose `Send` tells its participants, on a server that sends mail here.
pub async fn scene(app: &TestApp, post: &Post) -> (TestApp, Scene) {
    let app = app.with(post.settings()).await;
    let scene = Scene::new(&app).await;
    let notify = json!({ "groups": ["PARTICIPANTS"] });
    let input = json!({ "actionId": scene.process.action("Send"), "notify": notify });
    scene.people.admin.done("updateAction", input, "").await;
    (app, scene)
}
