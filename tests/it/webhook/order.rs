//! In which order events come, how far the log was read, and which server delivers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use chrono::TimeDelta;
use engine::webhook::{deliver::step, hold, send::Sender};
use serde_json::json;

use super::{deliver, deliveries, pass, scene, scene_with, states, webhook};
use crate::support::{
    each,
    receiver::{self, Mood, Receiver},
};

/// Fails every second attempt, whatever it is of.
fn every_second() -> impl FnMut(&receiver::Received) -> Mood + Send {
    let mut count = 0;
    move |_| {
        count += 1;
        Mood::Status(if count % 2 == 0 { 200 } else { 500 })
    }
}

#[tokio::test]
async fn the_events_of_each_deal_come_in_order_and_none_is_missing() {
    each(|app| async move {
        let taken = Arc::new(Mutex::new(HashMap::<String, Vec<i64>>::new()));
        let (keeps, mut moods) = (taken.clone(), every_second());
        let receiver = Receiver::moody(move |one| {
            let mood = moods(one);
            if matches!(mood, Mood::Status(200)) {
                let data = &one.body["data"];
                let deal = data["deal"]["id"].as_str().unwrap().to_owned();
                let version = data["version"].as_i64().unwrap();
                keeps.lock().unwrap().entry(deal).or_default().push(version);
            }
            mood
        })
        .await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({})).await;
        for _ in 0..3 {
            let (deal, _) = scene.deal("EVERYONE").await;
            for note in 0..4 {
                let input = json!({ "dealId": deal, "body": format!("note {note}") });
                admin.done("addNote", input, "").await;
            }
        }
        for _ in 0..60 {
            deliver(&app, &id).await;
            pass(&app, TimeDelta::hours(2));
        }
        let taken = taken.lock().unwrap().clone();
        assert_eq!(taken.len(), 3);
        for versions in taken.values() {
            assert_eq!(*versions, (1..=6).collect::<Vec<_>>(), "once each, and in order");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_event_that_fails_holds_up_its_deal_and_no_other() {
    each(|app| async move {
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let receiver = Receiver::start().await;
        let (id, _) = webhook(admin, &receiver, json!({})).await;
        let (stuck, _) = scene.deal("EVERYONE").await;
        let (other, _) = scene.deal("EVERYONE").await;
        let of = stuck.clone();
        receiver.feels(move |one| match one.body["data"]["deal"]["id"] == json!(of) {
            true => Mood::Status(500),
            false => Mood::Status(200),
        });
        deliver(&app, &id).await;
        let known = deliveries(admin, &id).await;
        let of = |deal: &str| {
            let rows = known.iter().filter(|one| one["deal"]["id"] == json!(deal));
            rows.map(|one| (one["state"].clone(), one["attempts"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(of(&other), vec![(json!("SENT"), json!(1)); 2]);
        let waits = of(&stuck);
        assert_eq!(waits[0], (json!("PENDING"), json!(0)), "the second one was not tried");
        assert_eq!(waits[1], (json!("PENDING"), json!(1)));
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn very_many_events_of_a_deal_that_fails_hold_up_no_other() {
    each(|app| async move {
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let receiver = Receiver::start().await;
        let (id, _) = webhook(admin, &receiver, json!({})).await;
        let (stuck, _) = scene.deal("EVERYONE").await;
        for note in 0..250 {
            let note = json!({ "dealId": stuck, "body": format!("note {note}") });
            admin.done("addNote", note, "").await;
        }
        let (other, _) = scene.deal("EVERYONE").await;
        receiver.feels(move |one| match one.body["data"]["deal"]["id"] == json!(stuck) {
            true => Mood::Status(500),
            false => Mood::Status(200),
        });
        for _ in 0..3 {
            deliver(&app, &id).await;
            pass(&app, TimeDelta::seconds(6));
        }
        let came = receiver.received();
        let of_other = came.iter().filter(|one| one.body["data"]["deal"]["id"] == json!(other));
        assert_eq!(
            (of_other.count(), came.len()),
            (2, 3),
            "and the first of the deal that fails was tried once"
        );
        app.stop().await;
    })
    .await;
}

/// Rule 17: what is sent a while after it was judged is judged again.
#[tokio::test]
async fn what_comes_late_in_a_round_is_judged_again() {
    each(|app| async move {
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let clock = app.app.clock().clone();
        let receiver = Receiver::moody(move |_| {
            clock.set(clock.now() + TimeDelta::seconds(1));
            Mood::Status(200)
        })
        .await;
        let member = json!({ "memberId": scene.people.stranger.id() });
        let (id, _) = webhook(admin, &receiver, member).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        app.number_log().await;
        let sender = Sender::new(engine::webhook::settings(&app.app)).unwrap();
        assert!(step(&app.app, &sender, id.parse().unwrap()).await.unwrap());
        assert_eq!(receiver.versions(), [1], "the answer took longer than a judgement holds");
        let hidden = json!({ "dealId": deal, "visibility": "PARTICIPANTS" });
        admin.done("updateDeal", hidden, "").await;
        deliver(&app, &id).await;
        assert_eq!(receiver.versions(), [1]);
        assert_eq!(states(admin, &id).await[..2], ["SENT", "CANCELLED"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_dead_endpoint_delays_no_other_and_keeps_little_waiting() {
    each(|app| async move {
        let (app, scene) = scene_with(&app, receiver::settings_with_room(200)).await;
        let admin = &scene.people.admin;
        let dead = Receiver::moody(|_| Mood::Status(500)).await;
        let well = Receiver::start().await;
        let (one, _) = webhook(admin, &dead, json!({})).await;
        let (other, _) = webhook(admin, &well, json!({})).await;
        let items: Vec<_> = (0..350).map(|number| format!("note {number}")).collect();
        let (deal, _) = scene.deal("EVERYONE").await;
        for note in &items {
            admin.done("addNote", json!({ "dealId": deal, "body": note }), "").await;
        }
        for _ in 0..6 {
            deliver(&app, &one).await;
            pass(&app, TimeDelta::hours(3));
        }
        deliver(&app, &other).await;
        assert_eq!(well.versions(), (1..=352).collect::<Vec<_>>());
        let count = "query($id: ID!) { webhook(id: $id) { deliveries { totalCount } } }";
        let data = admin.query(count, json!({ "id": one })).await;
        let waiting = data["webhook"]["deliveries"]["totalCount"].as_i64().unwrap();
        assert!((100..=300).contains(&waiting), "{waiting}");
        dead.feels(|_| Mood::Status(200));
        pass(&app, TimeDelta::hours(3));
        deliver(&app, &one).await;
        let mut versions = dead.versions();
        versions.dedup();
        assert_eq!(versions, (1..=352).collect::<Vec<_>>(), "all of the backlog comes");
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn one_server_delivers_and_another_takes_over_within_ten_seconds() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (one, scene) = scene(&app).await;
        let other = app.with(receiver::settings()).await;
        let (id, _) = webhook(&scene.people.admin, &receiver, json!({})).await;
        scene.deal("EVERYONE").await;
        assert!(hold(&one.app).await.unwrap());
        deliver(&other, &id).await;
        assert_eq!(receiver.received().len(), 0, "another server is at it");
        // the first one falls: it says nothing any more
        one.number_log().await;
        let sender = Sender::new(engine::webhook::settings(&one.app)).unwrap();
        let more = step(&one.app, &sender, id.parse().unwrap()).await.unwrap();
        assert!(more, "it would go on");
        assert_eq!(receiver.versions(), [1, 2]);
        scene.deal("EVERYONE").await;
        deliver(&other, &id).await;
        assert_eq!(receiver.versions(), [1, 2], "nobody knows yet that it fell");
        pass(&other, TimeDelta::seconds(10));
        deliver(&other, &id).await;
        assert_eq!(receiver.versions(), [1, 2, 1, 2]);
        assert!(!{
            pass(&one, TimeDelta::seconds(10));
            hold(&one.app).await.unwrap()
        });
        // one that stops in good order lets go at once
        engine::webhook::let_go(other.app.clone()).await;
        assert!(hold(&one.app).await.unwrap());
        one.stop().await;
        other.stop().await;
    })
    .await;
}

#[tokio::test]
async fn it_is_replayed_from_any_place_under_the_same_ids() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({})).await;
        scene.deal("EVERYONE").await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        let first: Vec<_> = receiver.received().into_iter().map(|one| one.id).collect();
        assert_eq!(first.len(), 4);
        let known = deliveries(admin, &id).await;
        let after =
            &known.iter().find(|one| one["event"]["id"] == json!(first[1])).unwrap()["cursor"];
        admin
            .done("replayWebhook", json!({ "webhookId": id, "after": after }), "webhook { id }")
            .await;
        deliver(&app, &id).await;
        let again: Vec<_> = receiver.received().into_iter().map(|one| one.id).skip(4).collect();
        let position =
            |id: &String| known.iter().rev().position(|one| one["event"]["id"] == json!(id));
        assert!(again.iter().all(|id| position(id) > position(&first[1])), "{again:?}");
        assert!(!again.is_empty());
        admin.done("replayWebhook", json!({ "webhookId": id, "after": null }), "").await;
        deliver(&app, &id).await;
        let all = receiver.received().len() - 4 - again.len();
        assert_eq!(all, 4, "from the beginning");
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_waits_and_is_replayed_comes_once_and_in_order() {
    each(|app| async move {
        let receiver = Receiver::moody(|_| Mood::Status(500)).await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({})).await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        admin.done("replayWebhook", json!({ "webhookId": id, "after": null }), "").await;
        receiver.feels(|_| Mood::Status(200));
        pass(&app, TimeDelta::hours(3));
        deliver(&app, &id).await;
        assert_eq!(receiver.versions(), [1, 1, 2]);
        assert_eq!(states(admin, &id).await, ["SENT", "SENT"]);
        app.stop().await;
    })
    .await;
}
