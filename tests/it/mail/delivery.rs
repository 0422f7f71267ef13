//! What is mailed to whom, and what is not.

use std::time::Duration;

use engine::{
    delivery,
    mail::{self, send::Mailer},
};
use serde_json::{Value, json};

use super::{mailer, scene, send};
use crate::support::{
    each,
    post::{Mood, Post, a_while},
};

#[tokio::test]
async fn a_notification_comes_by_mail_once_with_a_link_to_the_deal() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (app, scene) = scene(&app, &post).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        assert_eq!(send(&app).await.sent, 1);
        assert_eq!(send(&app).await.due, 0);
        let received = post.received();
        assert_eq!(received.len(), 1);
        let mail = &received[0];
        assert_eq!(mail.to, "piotr@example.org");
        assert!(mail.message_id.starts_with("<mail_"), "{mail:?}");
        assert!(mail.message_id.ends_with("@waypost.example.org>"), "{mail:?}");
        for part in [
            "From: Waypost <crm@example.org>",
            "To: Piotr <piotr@example.org>",
            "Auto-Submitted: auto-generated",
            "multipart/alternative",
            "text/plain",
            "text/html",
        ] {
            assert!(mail.text.contains(part), "{part} is missing: {}", mail.text);
        }
        let joined = mail.text.replace("=\r\n", "");
        assert!(joined.contains(&format!("https://crm.example.org/deals/{deal}")), "{joined}");
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_is_mailed_about_a_task_that_was_deleted_since() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (app, scene) = scene(&app, &post).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let (owner, piotr) = (&scene.people.owner, &scene.people.participant);
        let task = owner.task(&deal, "Send", "2026-03-09", Some(piotr)).await;
        owner.task(&deal, "Call", "2026-03-09", Some(piotr)).await;
        owner.done("deleteTask", json!({ "taskId": task }), "").await;
        send(&app).await;
        let received = post.received();
        assert_eq!(received.len(), 1, "{received:?}");
        assert!(received[0].text.contains("Call"), "{received:?}");
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_kept_to_be_sent() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (sending, scene) = scene(&app, &post).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let owner = scene.people.owner.at(&app);
        owner.complete(&deal, scene.process.action("Send")).await;
        assert_eq!(send(&sending).await.due, 0);
        sending.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_turned_off_is_not_mailed() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (app, scene) = scene(&app, &post).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let mute = |kinds: Value| json!({ "muted": kinds });
        let participant = &scene.people.participant;
        let off = mute(json!(["ACTION_COMPLETED"]));
        participant.done("updateMailPreferences", off, "").await;
        scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        assert_eq!(send(&app).await.due, 0);
        let unread = "{ viewer { unreadCount } }";
        assert_eq!(participant.query(unread, json!({})).await["viewer"]["unreadCount"], 1);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn before_each_attempt_rights_and_wishes_are_judged_again() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (app, scene) = scene(&app, &post).await;
        let people = &scene.people;
        for reason in ["left", "muted", "deactivated"] {
            let (deal, _) = scene.deal("PARTICIPANTS").await;
            people.owner.complete(&deal, scene.process.action("Send")).await;
            match reason {
                "left" => {
                    let leave = json!({ "dealId": deal, "memberId": people.participant.id() });
                    drop(people.owner.done("removeParticipant", leave, "").await);
                }
                "muted" => {
                    let off = json!({ "muted": ["ACTION_COMPLETED"] });
                    people.participant.done("updateMailPreferences", off, "").await;
                }
                _ => app.deactivate(people.participant.member).await,
            }
            let round = send(&app).await;
            assert_eq!((round.due, round.sent), (1, 0), "{reason}");
            let on = json!({ "muted": [] });
            if reason != "deactivated" {
                people.participant.done("updateMailPreferences", on, "").await;
            }
        }
        app.app.clock().set(app.app.clock().now() + a_while());
        assert_eq!(send(&app).await.due, 0, "cancelled is cancelled");
        assert_eq!(post.received(), []);
        app.stop().await;
    })
    .await;
}

/// Of many that were taken at once, the last ones wait for the first.
#[tokio::test]
async fn rights_are_judged_right_before_a_mail_is_sent() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (app, scene) = scene(&app, &post).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        let take = app.app.write(mail::POSTMAN, delivery::ClaimDue::<Mailer>::new(50));
        let (claim, letter) = take.await.unwrap().messages.pop().unwrap();
        app.deactivate(scene.people.participant.member).await;
        let outcome = delivery::deliver(&app.app, &mailer(&app.app), claim, letter).await.unwrap();
        assert_eq!(outcome, None);
        app.app.clock().set(app.app.clock().now() + a_while());
        assert_eq!(send(&app).await.due, 0, "cancelled is cancelled");
        assert_eq!(post.received(), []);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_that_is_down_delays_mail_and_nothing_else() {
    each(|app| async move {
        let mut post = Post::start(|_| Mood::Take).await;
        let (app, scene) = scene(&app, &post).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        post.stop().await;
        scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        for _ in 0..5 {
            let round = send(&app).await;
            assert_eq!((round.due, round.sent), (1, 0));
            assert!(round.trouble.is_some());
            assert_eq!(send(&app).await.due, 0, "it is not tried again at once");
            app.app.clock().set(app.app.clock().now() + a_while());
        }
        post.restart().await;
        assert_eq!(send(&app).await.sent, 1);
        assert_eq!(post.received().len(), 1);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn two_servers_send_each_mail_once() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (one, scene) = scene(&app, &post).await;
        let two = app.with(post.settings()).await;
        for _ in 0..12 {
            let (deal, _) = scene.deal("PARTICIPANTS").await;
            scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        }
        let (first, second) = tokio::join!(send(&one), send(&two));
        let rest = send(&one).await;
        assert_eq!(first.sent + second.sent + rest.sent, 12);
        let mut ids: Vec<_> = post.received().into_iter().map(|mail| mail.message_id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), post.received().len()), (12, 12));
        one.stop().await;
        two.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_server_that_fell_while_sending_leaves_its_mail_to_others() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (app, scene) = scene(&app, &post).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        let taken = app.app.write(mail::POSTMAN, delivery::ClaimDue::<Mailer>::new(10));
        assert_eq!(taken.await.unwrap().messages.len(), 1);
        assert_eq!(send(&app).await.due, 0, "somebody is at it");
        app.app.clock().set(app.app.clock().now() + a_while());
        assert_eq!(send(&app).await.sent, 1);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_that_says_nothing_is_left_and_its_connection_with_it() {
    each(|app| async move {
        let mut moods = vec![Mood::Take, Mood::SaysNothing];
        let post = Post::start(move |_| moods.pop().unwrap_or(Mood::Take)).await;
        let (app, scene) = scene(&app, &post).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        let mailer = mailer(&app.app).with_patience(Duration::from_secs(2));
        let round = delivery::run_due(&app.app, &mailer).await.unwrap();
        assert_eq!(round.trouble.as_deref(), Some("the mail server did not answer in time"));
        app.app.clock().set(app.app.clock().now() + a_while());
        let mailer = mailer.with_patience(Duration::from_secs(30));
        assert_eq!(delivery::run_due(&app.app, &mailer).await.unwrap().sent, 1);
        assert_eq!(post.received().len(), 1);
        app.stop().await;
    })
    .await;
}
