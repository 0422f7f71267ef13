//! `dealProgress` as a front end has it: over a real socket, torn and resumed, across restarts.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
};

use engine::{app::App, background::Background, clock::Clock, db::Db};
use entity::{event, ids::DealId, member::Role};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tokio::{sync::oneshot, task::JoinHandle};
use waypost::http;

use crate::support::{
    Client, TestApp,
    builders::text,
    each,
    live::{server::Client as Socket, soon},
};

const FOLLOW: &str = "subscription($id: ID!, $after: FeedCursor) {
    dealProgress(dealId: $id, after: $after) {
        cursor caughtUp
        event { id summary before { version percent } after { version percent stageName } }
        deal { id version progress { percent } stage { name } }
    }
}";

/// A server of its own, that can be stopped as an operator stops it.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    background: Background,
    app: App,
}

impl Server {
    async fn start(url: &str) -> Self {
        let app = App::new(Db::connect(url, None).await.unwrap(), Clock::system());
        let background = engine::background::start(&app);
        let settings = http::Settings::default();
        let connections = settings.connections;
        let router = http::router(app.clone(), settings);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await;
        };
        let serving = tokio::spawn(http::server::serve(listener, router, connections, stopped));
        Self { address, stop, serving, background, app }
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        soon(self.background.shutdown()).await;
        soon(self.serving).await.unwrap();
        self.app.db().close().await;
    }
}

/// A socket that is signed in; `resume` as reconnecting clients send it.
async fn greeted(address: SocketAddr, secret: &str, resume: Option<&str>) -> Socket {
    let mut socket = Socket::connect(&address.to_string(), Some("graphql-transport-ws")).await;
    let mut payload = json!({ "Authorization": format!("Bearer {secret}") });
    if let Some(cursor) = resume {
        payload["resume"] = json!({ "1": cursor });
    }
    socket.send(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(socket.receive().await["type"], "connection_ack");
    socket
}

async fn subscribe(socket: &mut Socket, deal: &str, after: Option<&str>) {
    let variables = json!({ "id": deal, "after": after });
    let payload = json!({ "query": FOLLOW, "variables": variables });
    socket.send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
}

/// The next item: the client keeps `extensions.cursor`, as docs/live.md shows.
async fn item(socket: &mut Socket) -> (Value, String) {
    let message = socket.receive().await;
    assert_eq!(message["type"], "next", "{message:#}");
    let payload = &message["payload"];
    assert!(payload.get("errors").is_none(), "{payload:#}");
    let cursor = text(&payload["extensions"]["cursor"]);
    let item = payload["data"]["dealProgress"].clone();
    assert_eq!(text(&item["cursor"]), cursor);
    (item, cursor)
}

async fn code(socket: &mut Socket) -> String {
    let message = socket.receive().await;
    assert_eq!(message["type"], "error", "{message:#}");
    text(&message["payload"][0]["extensions"]["code"])
}

async fn history(app: &TestApp, deal: &str) -> Vec<event::Model> {
    let deal: DealId = deal.parse().unwrap();
    let query = event::Entity::find().filter(event::Column::DealId.eq(deal));
    query.order_by_asc(event::Column::Version).all(app.app.db().reader()).await.unwrap()
}

/// An administrator, and a deal of a process with one stage and one action.
async fn world(app: &TestApp) -> (Client, String, String) {
    let ada = app.admin().await;
    let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
    let deal = ada.deal(&sales.id, "Chairs").await;
    (ada, deal, sales.action("Call").to_owned())
}

#[tokio::test]
async fn a_query_and_a_subscription_after_its_cursor_leave_no_gap() {
    each(|app| async move {
        let (ada, deal, call) = world(&app).await;
        let document = "query($id: ID!) { deal(id: $id) { feedCursor } }";
        let data = ada.query(document, json!({ "id": deal })).await;
        let cursor = text(&data["deal"]["feedCursor"]);
        ada.complete(&deal, &call).await;

        let mut socket = greeted(app.address, &ada.secret, None).await;
        subscribe(&mut socket, &deal, Some(&cursor)).await;
        let (missed, _) = item(&mut socket).await;
        assert_eq!(missed["caughtUp"], false);
        assert_eq!(missed["event"]["after"]["percent"], 100);
        let (marker, _) = item(&mut socket).await;
        assert_eq!((&marker["caughtUp"], &marker["event"]), (&json!(true), &Value::Null));

        let move_away = json!({ "dealId": deal, "stageId": null });
        ada.done("moveDeal", move_away, "").await;
        let (live, _) = item(&mut socket).await;
        assert_eq!(live["event"]["before"]["percent"], 100);
        assert_eq!(live["event"]["after"]["stageName"], Value::Null);
        assert_eq!(live["deal"]["version"], 3);
    })
    .await;
}

#[tokio::test]
async fn what_may_not_be_followed_ends_with_a_code() {
    each(|app| async move {
        let (ada, _, _) = world(&app).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let hidden = json!({ "title": "Hidden", "visibility": "PARTICIPANTS" });
        let hidden = ada.deal_of(hidden).await;
        let unknown = DealId::from_uuid(uuid::Uuid::nil()).to_string();
        for (deal, after, expected) in [
            (hidden.as_str(), None, "NOT_FOUND"),
            (&unknown, None, "NOT_FOUND"),
            (&ada.id(), None, "BAD_USER_INPUT"),
            ("42", None, "BAD_USER_INPUT"),
        ] {
            let mut socket = greeted(app.address, &sam.secret, None).await;
            subscribe(&mut socket, deal, after).await;
            assert_eq!(code(&mut socket).await, expected, "{deal}");
        }
        let mut socket = greeted(app.address, &ada.secret, None).await;
        subscribe(&mut socket, &hidden, Some("garbage")).await;
        assert_eq!(code(&mut socket).await, "CURSOR_INVALID");
    })
    .await;
}

#[tokio::test]
async fn whoever_loses_sight_of_a_deal_is_told_so_and_nothing_more() {
    each(|app| async move {
        let (ada, _, _) = world(&app).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let input =
            json!({ "title": "Ours", "visibility": "PARTICIPANTS", "participantIds": [sam.id()] });
        let deal = ada.deal_of(input).await;
        let mut socket = greeted(app.address, &sam.secret, None).await;
        subscribe(&mut socket, &deal, None).await;
        item(&mut socket).await;
        ada.done("removeParticipant", json!({ "dealId": deal, "memberId": sam.id() }), "").await;
        assert_eq!(code(&mut socket).await, "NOT_FOUND");
    })
    .await;
}

/// Small random numbers, the same in every run.
fn random(below: u64) -> u64 {
    static STATE: AtomicU64 = AtomicU64::new(0x9e37_79b9_7f4a_7c15);
    let mut next = STATE.load(Ordering::Relaxed);
    next ^= next << 13;
    next ^= next >> 7;
    next ^= next << 17;
    STATE.store(next, Ordering::Relaxed);
    next % below
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_torn_and_servers_restarted_lose_and_double_nothing() {
    const EVENTS: usize = 60;
    each(|app| async move {
        let (ada, deal, call) = world(&app).await;
        let writer = tokio::spawn(work(ada.clone(), deal.clone(), call, EVENTS));
        let mut seen = Vec::new();
        let mut last: Option<String> = None;
        let mut server = Server::start(&app.url).await;
        let first = first_cursor(&ada, &deal).await;
        while seen.len() < EVENTS {
            // The variables are those of the first time; only `resume` knows better.
            let mut socket = greeted(server.address, &ada.secret, last.as_deref()).await;
            subscribe(&mut socket, &deal, Some(&first)).await;
            for _ in 0..=random(9) {
                if seen.len() == EVENTS {
                    break;
                }
                let (item, cursor) = item(&mut socket).await;
                last = Some(cursor);
                seen.extend(item["event"]["id"].as_str().map(str::to_owned));
            }
            drop(socket);
            if random(4) == 0 {
                server.stop().await;
                server = Server::start(&app.url).await;
            }
        }
        server.stop().await;
        writer.await.unwrap();
        let log = history(&app, &deal).await;
        let log: Vec<_> = log.iter().skip(1).map(|event| event.id.to_string()).collect();
        assert_eq!(seen, log);
    })
    .await;
}

/// The place right after the deal began, whatever happened since.
async fn first_cursor(ada: &Client, deal: &str) -> String {
    let log = history(&ada.app, deal).await;
    let first = &log[0];
    let cursor = domain::event::cursor::FeedCursor::Deal {
        deal: first.deal_id,
        version: first.version,
        event: first.id,
    };
    ada.app.sealed(&cursor).await
}

/// Does and undoes an action until the deal has this many more events.
async fn work(ada: Client, deal: String, call: String, events: usize) {
    for _ in 0..events / 2 {
        let completion = ada.complete(&deal, &call).await;
        ada.done("undoCompletion", json!({ "completionId": completion }), "").await;
    }
}
