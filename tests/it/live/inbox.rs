//! `inboxChanged` as a front end has it: what came and what was read, in this tab or another, on this
//! server or another, torn off and resumed.

use domain::event::cursor::{FeedCursor, InboxCursor};
use entity::{ids::InboxEventId, member::Role};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{BuiltProcess, Client, TestApp, builders::text, each, feed::Feed, live::soon};

/// An administrator, a manager who is told whenever `Call` is done, and a deal.
struct World {
    ada: Client,
    mia: Client,
    process: BuiltProcess,
    deal: String,
}

impl World {
    async fn new(app: &TestApp) -> Self {
        let ada = app.admin().await;
        let mia = app.member("Mia", Role::Manager).await;
        let process = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let notify = json!({ "groups": ["MANAGERS", "PARTICIPANTS"] });
        let input = json!({ "actionId": process.action("Call"), "notify": notify });
        ada.done("updateAction", input, "").await;
        let deal = ada.deal(&process.id, "Chairs").await;
        Self { ada, mia, process, deal }
    }

    /// Does `Call` (so that Mia is told) and undoes it.
    async fn call(&self, by: &Client) {
        let completion = by.complete(&self.deal, self.process.action("Call")).await;
        by.done("undoCompletion", json!({ "completionId": completion }), "").await;
    }
}

async fn cursor(who: &Client) -> String {
    text(&who.query("{ viewer { feedCursor } }", json!({})).await["viewer"]["feedCursor"])
}

/// All that is in the inbox, the newest first.
async fn ids(who: &Client) -> Vec<String> {
    let query = "{ viewer { notifications(first: 100) { nodes { id } } } }";
    let data = who.query(query, json!({})).await;
    let nodes = data["viewer"]["notifications"]["nodes"].as_array().unwrap().clone();
    nodes.iter().map(|node| text(&node["id"])).collect()
}

async fn read(who: &Client, id: &str) {
    who.done("markNotificationsRead", json!({ "ids": [id] }), "").await;
}

#[tokio::test]
async fn a_query_and_a_subscription_after_its_cursor_leave_no_gap() {
    each(|app| async move {
        let world = World::new(&app).await;
        let mia = &world.mia;
        let before_anything = cursor(mia).await;
        world.call(&world.ada).await;
        let mut feed = Feed::inbox(mia, Some(&before_anything)).await;
        let item = feed.item().await;
        assert_eq!(item["caughtUp"], false);
        assert_eq!(item["notifications"][0]["summary"], "Ada did “Call” for “Chairs”.");
        assert_eq!(item["viewer"]["unreadCount"], 1);
        let mark = feed.mark().await;
        assert_eq!(app.opened(&mark).await, app.opened(&cursor(mia).await).await);
        world.call(&world.ada).await;
        let item = feed.item().await;
        assert_eq!((&item["caughtUp"], &item["viewer"]["unreadCount"]), (&json!(true), &json!(2)));
    })
    .await;
}

#[tokio::test]
async fn another_tab_is_told_what_was_read() {
    each(|app| async move {
        let world = World::new(&app).await;
        let mia = &world.mia;
        world.call(&world.ada).await;
        let mut tab = Feed::inbox(mia, None).await;
        let mark = tab.item().await;
        assert_eq!(mark["notifications"], json!([]));
        assert_eq!(mark["viewer"]["unreadCount"], 1);
        let id = ids(mia).await.remove(0);
        read(mia, &id).await;
        let item = tab.item().await;
        assert_eq!(item["viewer"]["unreadCount"], 0);
        assert_eq!(item["notifications"][0]["id"], json!(id));
        assert!(item["notifications"][0]["readAt"].is_string());
        read(mia, &id).await;
        world.call(&world.ada).await;
        let item = tab.item().await;
        assert_eq!(item["viewer"]["unreadCount"], 1, "reading it twice told nothing");
    })
    .await;
}

#[tokio::test]
async fn what_may_not_be_seen_any_more_is_passed_over() {
    each(|app| async move {
        let world = World::new(&app).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let start = cursor(&sam).await;
        let hidden = json!({ "processId": world.process.id, "title": "Hidden",
            "visibility": "PARTICIPANTS", "participantIds": [sam.id()] });
        let hidden = world.ada.deal_of(hidden).await;
        world.ada.complete(&hidden, world.process.action("Call")).await;
        let leave = json!({ "dealId": hidden, "memberId": sam.id() });
        world.ada.done("removeParticipant", leave, "").await;
        let mut feed = Feed::inbox(&sam, Some(&start)).await;
        let mark = feed.item().await;
        assert_eq!(mark["caughtUp"], true, "{mark:#}");
        assert_eq!(mark["viewer"]["unreadCount"], 0);
        let (begun, now) = (app.opened(&start).await, app.opened(&feed.cursor).await);
        assert_ne!(begun, now, "it is behind them for good");
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_another_member_or_another_log_is_refused() {
    each(|app| async move {
        let world = World::new(&app).await;
        let mia = &world.mia;
        world.call(&world.ada).await;
        let FeedCursor::Inbox(good) = app.opened(&cursor(mia).await).await else {
            panic!("no inbox's cursor")
        };
        let stranger = InboxEventId::from_uuid(Uuid::from_u128(1));
        let wrong = [
            InboxCursor { version: good.version + 1, ..good },
            InboxCursor { version: good.version + 1, event: None, ..good },
            InboxCursor { event: Some(stranger), ..good },
            InboxCursor { version: 0, ..good },
            InboxCursor { version: -1, event: None, ..good },
            InboxCursor { member: world.ada.member, ..good },
        ];
        let app = &app;
        let sealed = |place| async move { app.sealed(&FeedCursor::Inbox(place)).await };
        let wrong = futures_util::future::join_all(wrong.map(sealed)).await;
        let of_deal = "query($id: ID!) { deal(id: $id) { feedCursor } }";
        let of_deal = mia.query(of_deal, json!({ "id": world.deal })).await;
        let of_deal = text(&of_deal["deal"]["feedCursor"]);
        for after in wrong.iter().chain([&cursor(&world.ada).await, &of_deal, &"garbage".into()]) {
            let mut feed = Feed::inbox(mia, Some(after)).await;
            assert_eq!(feed.code().await, "CURSOR_INVALID", "{after}");
        }
        let before_anything = InboxCursor { version: 0, event: None, ..good };
        let before_anything = app.sealed(&FeedCursor::Inbox(before_anything)).await;
        let mut feed = Feed::inbox(mia, Some(&before_anything)).await;
        assert_eq!(feed.item().await["notifications"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_tells_within_a_second_what_came_and_what_was_read_here() {
    each(|app| async move {
        let other = app.again().await;
        let (here, there) =
            (engine::background::start(&app.app), engine::background::start(&other.app));
        let world = World::new(&app).await;
        let mut feed = Feed::inbox(&world.mia.at(&other), None).await;
        feed.mark().await;
        let begun = std::time::Instant::now();
        world.call(&world.ada).await;
        assert_eq!(feed.item().await["viewer"]["unreadCount"], 1);
        let id = ids(&world.mia).await.remove(0);
        read(&world.mia, &id).await;
        assert_eq!(feed.item().await["viewer"]["unreadCount"], 0);
        // two seconds for two news: far more, because other tests run beside this one
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
        soon(here.shutdown()).await;
        soon(there.shutdown()).await;
        other.stop().await;
    })
    .await;
}

const ROUNDS: usize = 25;

/// Tells Mia, and lets her read, on both servers in turn.
async fn work(world: World, servers: [TestApp; 2]) {
    for round in 0..ROUNDS {
        let app = &servers[round % 2];
        world.call(&world.ada.at(app)).await;
        if round % 3 == 0 {
            let mia = world.mia.at(&servers[(round / 3) % 2]);
            read(&mia, &ids(&mia).await[0]).await;
        }
    }
}

/// The notifications of each thing that happened to an inbox, in order.
async fn truth(app: &TestApp) -> Vec<Vec<String>> {
    let query = entity::inbox_event::Entity::find();
    let query = query.order_by_asc(entity::inbox_event::Column::Version);
    let events = query.all(app.app.db().reader()).await.unwrap();
    let written =
        |ids: Vec<entity::ids::NotificationId>| ids.into_iter().map(|id| id.to_string()).collect();
    events.into_iter().map(|event| written(event.notification_ids.0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_torn_off_again_and_again_misses_nothing_and_doubles_nothing() {
    each(|app| async move {
        let other = app.again().await;
        let (here, there) =
            (engine::background::start(&app.app), engine::background::start(&other.app));
        let world = World::new(&app).await;
        let mia = world.mia.clone();
        let first = cursor(&mia).await;
        let writer = tokio::spawn(work(world, [app.clone(), other.clone()]));
        let servers = [mia.clone(), mia.at(&other)];
        let mut seen: Vec<Vec<String>> = Vec::new();
        let mut last: Option<String> = None;
        for round in 0.. {
            let client = &servers[round % 2];
            let is_over = writer.is_finished();
            let mut feed =
                Feed::open(client, "inboxChanged", "", Some(&first), last.as_deref()).await;
            for _ in 0..if is_over { 1000 } else { 1 + round % 5 } {
                let item = feed.item().await;
                last = Some(feed.cursor.clone());
                let told: &Vec<Value> = item["notifications"].as_array().unwrap();
                if told.is_empty() {
                    break;
                }
                seen.push(told.iter().map(|one| text(&one["id"])).collect());
            }
            if is_over {
                break;
            }
        }
        writer.await.unwrap();
        assert_eq!(seen, truth(&app).await);
        assert_eq!(seen.len(), ROUNDS + ROUNDS.div_ceil(3));
        soon(here.shutdown()).await;
        soon(there.shutdown()).await;
        other.stop().await;
    })
    .await;
}
