//! Dead letters: mail that the mail server never takes, or did not take for three days.

use entity::ids;
use serde_json::{Value, json};

use super::{scene, send};
use crate::support::{
    Client, TestApp, each,
    post::{Mood, Post, a_while},
    scene::Scene,
};

const DEAD: &str = "{ deadLetters { totalCount nodes { id kind state attempts lastError createdAt
    finishedAt member { name } deal { title } } } viewer { manageMail { allowed } } }";

async fn dead(who: &Client) -> Vec<Value> {
    let data = who.query(DEAD, json!({})).await;
    assert_eq!(data["viewer"]["manageMail"]["allowed"], true);
    let nodes = data["deadLetters"]["nodes"].as_array().unwrap().clone();
    assert_eq!(data["deadLetters"]["totalCount"], json!(nodes.len()));
    nodes
}

/// A mail that the mail server refused for ever.
async fn refused(app: &TestApp, post: &Post) -> (TestApp, Scene, Value) {
    let (app, scene) = scene(app, post).await;
    let (deal, _) = scene.deal("PARTICIPANTS").await;
    scene.people.owner.complete(&deal, scene.process.action("Send")).await;
    send(&app).await;
    let letter = dead(&scene.people.admin).await.swap_remove(0);
    (app, scene, letter)
}

#[tokio::test]
async fn what_is_refused_for_ever_is_a_dead_letter_at_once() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Refuse).await;
        let (app, _, letter) = refused(&app, &post).await;
        assert_eq!((&letter["state"], &letter["attempts"]), (&json!("DEAD"), &json!(1)));
        assert_eq!(letter["member"]["name"], "Piotr");
        assert!(letter["lastError"].as_str().unwrap().contains("550"), "{letter}");
        app.app.clock().set(app.app.clock().now() + a_while());
        assert_eq!(send(&app).await.due, 0);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_taken_for_three_days_is_a_dead_letter() {
    each(|app| async move {
        let post = Post::start(|_| Mood::RefuseForNow).await;
        let (app, scene) = scene(&app, &post).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        for _ in 0..36 {
            assert_eq!(dead(&scene.people.admin).await.len(), 0);
            send(&app).await;
            app.app.clock().set(app.app.clock().now() + a_while());
        }
        send(&app).await;
        let letters = dead(&scene.people.admin).await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0]["attempts"].as_i64().unwrap() > 30, "{letters:?}");
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_administrator_sends_dead_letters_again() {
    each(|app| async move {
        let mut moods = vec![Mood::Take, Mood::Refuse, Mood::Refuse];
        let post = Post::start(move |_| moods.pop().unwrap()).await;
        let (app, scene, letter) = refused(&app, &post).await;
        let admin = &scene.people.admin;
        // after more than three days it still gets all the time that a new mail has
        app.app.clock().set(app.app.clock().now() + a_while() * 50);
        let these = json!({ "ids": [letter["id"]] });
        let again = admin.done("retryMail", these.clone(), "mails { id state attempts }").await;
        assert_eq!(again["mails"][0]["state"], "PENDING");
        admin.calm("retryMail", these, "").await;
        send(&app).await;
        assert_eq!(dead(admin).await.len(), 1, "refused again");
        admin.done("retryMail", json!({ "all": true }), "mails { id }").await;
        assert_eq!(send(&app).await.sent, 1);
        assert_eq!(dead(admin).await, Vec::<Value>::new());
        let node = "query($id: ID!) { node(id: $id) { ... on Mail { state } } }";
        let mail = admin.query(node, json!({ "id": letter["id"] })).await;
        assert_eq!(mail["node"]["state"], "SENT");
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn only_administrators_look_after_mail() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Refuse).await;
        let (app, scene, letter) = refused(&app, &post).await;
        let node = "query($id: ID!) { node(id: $id) { id } }";
        for (name, person) in scene.people.all().into_iter().skip(1) {
            assert_eq!(person.error(DEAD, json!({})).await, "FORBIDDEN", "{name}");
            let all = person.refusal("retryMail", json!({ "all": true })).await;
            assert_eq!(all, "FORBIDDEN ids");
            let one = person.refusal("retryMail", json!({ "ids": [letter["id"]] })).await;
            assert_eq!(one, "FORBIDDEN ids");
            let seen = person.query(node, json!({ "id": letter["id"] })).await;
            assert!(seen["node"].is_null());
        }
        let admin = &scene.people.admin;
        let unknown = app.app.clock().new_id::<ids::Mail>().to_string();
        for (input, expected) in [
            (json!({ "ids": [letter["id"], unknown] }), "NOT_FOUND ids.1"),
            (json!({ "ids": [admin.id()] }), "INVALID_ID ids.0"),
            (json!({}), "INVALID_VALUE ids"),
            (json!({ "all": false }), "INVALID_VALUE ids"),
            (json!({ "ids": [], "all": true }), "INVALID_VALUE ids"),
        ] {
            assert_eq!(admin.refusal("retryMail", input).await, expected);
        }
        app.stop().await;
    })
    .await;
}
