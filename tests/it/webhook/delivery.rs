//! What endpoints get.

use chrono::TimeDelta;
use engine::webhook::signature;
use serde_json::json;

use super::{deliver, deliveries, pass, scene, states, webhook};
use crate::support::{
    each,
    receiver::{Mood, Receiver},
};

#[tokio::test]
async fn what_happens_comes_once_signed_and_in_full() {
    each(|app| async move {
        let receiver = Receiver::moody(|_| Mood::Says("thanks".into())).await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (before, _) = scene.deal("EVERYONE").await;
        app.number_log().await;
        let (id, secret) = webhook(admin, &receiver, json!({})).await;
        let value = json!({ "amount": "19.9", "currency": "EUR" });
        let (deal, completion) = scene.deal("EVERYONE").await;
        admin.done("updateDeal", json!({ "dealId": deal, "value": value }), "").await;
        deliver(&app, &id).await;
        deliver(&app, &id).await;

        let received = receiver.received();
        let types: Vec<_> = received.iter().map(|one| one.body["type"].clone()).collect();
        assert_eq!(
            types,
            [json!("DEAL_CREATED"), json!("ACTION_COMPLETED"), json!("DEAL_UPDATED")]
        );
        for one in &received {
            let signed = signature::header(&[&secret], &one.id, one.timestamp, &one.text);
            assert_eq!(one.signature, signed);
            assert_eq!(one.body["data"]["id"], json!(one.id), "the event's id is the delivery's");
            assert_eq!(one.timestamp, app.app.clock().now().timestamp());
            assert_eq!(one.body["data"]["deal"]["id"], json!(deal));
            assert_ne!(one.body["data"]["deal"]["id"], json!(before));
        }
        assert_eq!(received[1].body["data"]["fact"]["completionId"], json!(completion));
        assert_eq!(received[1].body["data"]["fact"]["actionName"], "Call");
        let changed = &received[2].body["data"];
        assert_eq!(changed["fact"]["changes"], json!([{ "value": { "from": null, "to": value } }]));
        assert_eq!(
            (&changed["before"]["value"], &changed["after"]["value"]),
            (&json!(null), &value)
        );

        let known = deliveries(admin, &id).await;
        assert_eq!(states(admin, &id).await, ["SENT"; 3]);
        assert_eq!(known[0]["request"], json!(received[2].text));
        assert_eq!((&known[0]["status"], &known[0]["answer"]), (&json!(200), &json!("thanks")));
        assert_eq!((&known[0]["attempts"], &known[0]["lastError"]), (&json!(1), &json!(null)));
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn only_what_is_asked_for_comes() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let of = |process: &str, events| json!({ "processIds": [process], "events": events });
        let won = of(&scene.process.id, json!(["DEAL_CREATED"]));
        let (here, _) = webhook(admin, &receiver, won).await;
        let (there, _) = webhook(admin, &receiver, of(&scene.other.id, json!(null))).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        deliver(&app, &here).await;
        deliver(&app, &there).await;
        assert_eq!(receiver.versions(), [1]);
        let leave = json!({ "dealId": deal, "processId": scene.other.id });
        admin.done("changeDealProcess", leave, "").await;
        deliver(&app, &there).await;
        assert_eq!(receiver.received()[1].body["type"], "DEAL_PROCESS_CHANGED");
        assert_eq!(receiver.received().len(), 2);
        app.stop().await;
    })
    .await;
}

/// Rule 23: rights are judged when it is delivered.
#[tokio::test]
async fn what_its_member_may_not_see_does_not_come_even_if_it_waited() {
    each(|app| async move {
        let receiver = Receiver::moody(|_| Mood::Status(503)).await;
        let (app, scene) = scene(&app).await;
        let (admin, participant) = (&scene.people.admin, &scene.people.participant);
        let member = json!({ "memberId": participant.id(), "events": ["DEAL_CREATED"] });
        let (id, _) = webhook(admin, &receiver, member).await;
        let stranger = json!({ "memberId": scene.people.stranger.id() });
        let (unseen, _) = webhook(admin, &receiver, stranger).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        deliver(&app, &unseen).await;
        assert_eq!(receiver.received().len(), 0, "it is of no concern to a stranger");
        deliver(&app, &id).await;
        assert_eq!(receiver.received().len(), 1);
        receiver.feels(|_| Mood::Status(200));
        let leave = json!({ "dealId": deal, "memberId": participant.id() });
        scene.people.owner.done("removeParticipant", leave, "").await;
        pass(&app, TimeDelta::hours(3));
        deliver(&app, &id).await;
        assert_eq!(receiver.received().len(), 1, "it is not theirs any more");
        assert_eq!(states(admin, &id).await, ["CANCELLED"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_webhook_of_a_deactivated_member_waits_and_loses_nothing() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let (admin, manager) = (&scene.people.admin, &scene.people.manager);
        let (id, _) = webhook(admin, &receiver, json!({ "memberId": manager.id() })).await;
        app.deactivate(manager.member).await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        assert_eq!(receiver.versions(), Vec::<i64>::new());
        let state =
            admin.query("query($id: ID!) { webhook(id: $id) { state } }", json!({ "id": id }));
        assert_eq!(state.await["webhook"]["state"], "MEMBER_INACTIVE");
        let other = json!({ "webhookId": id, "memberId": admin.id() });
        admin.done("updateWebhook", other, "").await;
        deliver(&app, &id).await;
        assert_eq!(receiver.versions(), [1, 2]);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_waits_when_its_member_is_deactivated_is_not_lost() {
    each(|app| async move {
        let receiver = Receiver::moody(|_| Mood::Status(503)).await;
        let (app, scene) = scene(&app).await;
        let (admin, manager) = (&scene.people.admin, &scene.people.manager);
        let (id, _) = webhook(admin, &receiver, json!({ "memberId": manager.id() })).await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        app.deactivate(manager.member).await;
        receiver.feels(|_| Mood::Status(200));
        pass(&app, TimeDelta::hours(3));
        deliver(&app, &id).await;
        assert_eq!(states(admin, &id).await, ["PENDING", "PENDING"]);
        let other = json!({ "webhookId": id, "memberId": admin.id() });
        admin.done("updateWebhook", other, "").await;
        deliver(&app, &id).await;
        assert_eq!(receiver.versions(), [1, 1, 2]);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_delivered_is_removed_after_a_week_and_what_was_not_stays() {
    each(|app| async move {
        let receiver = Receiver::moody(|one| match one.body["data"]["version"] == 2 {
            true => Mood::Status(410),
            false => Mood::Status(200),
        })
        .await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let (id, _) = webhook(admin, &receiver, json!({})).await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        assert_eq!(states(admin, &id).await, ["SENT", "DEAD"]);
        pass(&app, TimeDelta::days(8));
        assert_eq!(engine::webhook::prune(&app.app).await.unwrap(), 1);
        assert_eq!(states(admin, &id).await, ["DEAD"]);
        app.stop().await;
    })
    .await;
}
