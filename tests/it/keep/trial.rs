//! A copy that is restored beside what was backed up, to look at.

use engine::backup::Webhooks;
use serde_json::json;

use super::tools::{assert_clean, backed_up, restored_as};
use crate::{
    cli,
    support::{Client, TestApp, database, each, receiver, receiver::Receiver, scene::Scene},
    webhook::{deliver, webhook},
};

/// A member at a copy, whose webhooks may be sent to this machine.
async fn at(who: &Client, copy: &TestApp) -> (Client, TestApp) {
    let copy = copy.with(receiver::settings()).await;
    (who.at(&copy), copy)
}

#[tokio::test]
async fn a_copy_whose_webhooks_are_paused_calls_nobody_until_it_is_told_to() {
    each(|app| async move {
        let hook = Receiver::start().await;
        let app = app.with(receiver::settings()).await;
        let scene = Scene::new(&app).await;
        let admin = &scene.people.admin;
        let (told, _) = webhook(admin, &hook, json!({})).await;
        let (paused, _) = webhook(admin, &hook, json!({})).await;
        admin.done("updateWebhook", json!({ "webhookId": paused, "active": false }), "").await;
        scene.deal("EVERYONE").await;
        app.number_log().await;
        let (bytes, _) = backed_up(&app).await;
        for kind in database::kinds() {
            restored_as(kind, (&bytes, Webhooks::Pause), async |copy| {
                let (admin, copy) = at(admin, &copy).await;
                let states = admin.query("{ webhooks { id state } }", json!({})).await;
                let states = states["webhooks"].as_array().unwrap().clone();
                assert_eq!(states.len(), 2);
                assert!(states.iter().all(|one| one["state"] == "PAUSED"), "{states:?}");
                for id in [&told, &paused] {
                    deliver(&copy, id).await;
                }
                assert_eq!(hook.received().len(), 0, "a copy calls nobody");
                assert_clean(&copy).await;
                admin.done("updateWebhook", json!({ "webhookId": told, "active": true }), "").await;
                copy.stop().await;
            })
            .await;
        }
        restored_as(app.kind, (&bytes, Webhooks::GoOn), async |copy| {
            let (_, copy) = at(admin, &copy).await;
            deliver(&copy, &told).await;
            assert!(!hook.received().is_empty(), "what takes its place goes on");
            copy.stop().await;
        })
        .await;
        app.stop().await;
    })
    .await;
}

#[test]
fn the_program_restores_a_copy_that_tells_nobody_anything() {
    let help = cli::run(&["restore", "--help"]);
    assert!(String::from_utf8(help.stdout).unwrap().contains("--pause-webhooks"));
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    for folder in [&from, &to] {
        std::fs::create_dir(folder).unwrap();
    }
    let file = folder.path().join("b.tar.gz").display().to_string();
    let served = ["serve", "--listen", "127.0.0.1:0", "--database", &cli::sqlite(&from)];
    cli::Running::start(&mut cli::waypost(&served)).stop();
    for args in [
        vec!["backup", &file, "--database", &cli::sqlite(&from)],
        vec!["restore", &file, "--pause-webhooks", "--database", &cli::sqlite(&to)],
    ] {
        let done = cli::run(&args);
        assert!(done.status.success(), "{}", cli::told(&done));
    }
}
