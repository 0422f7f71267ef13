//! Those who rest together are given what one of them found: all of it, in its order, and nothing that they may not see,
//! however they come and go.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use entity::member::Role;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Client, builders::text, each, live::server::Client as Socket};

pub const EVENTS: i64 = 60;

/// The document that follows this after that place, or from now.
pub type Document = fn(&str, Option<&str>) -> String;

pub async fn socket(client: &Client) -> Socket {
    let address = client.app.address.to_string();
    let mut socket = Socket::connect(&address, Some("graphql-transport-ws")).await;
    socket.introduce(&client.secret, json!({})).await;
    socket
}

fn of_deal(deal: &str, after: Option<&str>) -> String {
    let after = after.map(|after| format!(", after: \"{after}\"")).unwrap_or_default();
    format!(
        "subscription {{ dealProgress(dealId: \"{deal}\"{after}) {{ cursor caughtUp event {{ after {{ version }} }} }} }}"
    )
}

/// The item of a message, under the one key that it has.
pub fn item(message: &Value) -> Value {
    assert_eq!(message["type"], "next", "{message:#}");
    let data = message["payload"]["data"].as_object().unwrap();
    data.values().next().unwrap().clone()
}

/// Follows a deal, or the board that it is on, in pieces: some items, then away, by leaving the socket or only the operation,
/// and back after the last one. Each has to be the one after the one before. Tells how many saves there were among them.
pub async fn comes_and_goes(
    client: Client,
    (document, id): (Document, String),
    begin: String,
    mut number: usize,
) -> usize {
    let (mut cursor, mut version, mut saves) = (Some(begin), 1, 0);
    let mut here = socket(&client).await;
    while version < EVENTS {
        number =
            number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (stay, is_gone) = ((number >> 33) % 9 + 1, (number >> 40).is_multiple_of(2));
        if is_gone {
            here = socket(&client).await;
        }
        let name = format!("{number}");
        here.subscribe(&name, &document(&id, cursor.as_deref())).await;
        for _ in 0..stay {
            let message = loop {
                let message = here.receive().await;
                if message["id"] == *name {
                    break message;
                }
            };
            let item = item(&message);
            cursor = item["cursor"].as_str().map(str::to_owned);
            saves += usize::from(item["change"]["dealCount"].is_i64());
            if let Some(found) = version_of(&item) {
                version += 1;
                assert_eq!(found, version);
            }
            if version == EVENTS {
                return saves;
            }
        }
        here.send(json!({ "id": name, "type": "complete" })).await;
    }
    saves
}

/// Which version of its deal an item of a deal or of a board tells of.
pub fn version_of(item: &Value) -> Option<i64> {
    let event = if item["event"].is_object() { &item["event"] } else { &item["change"]["event"] };
    event["after"]["version"].as_i64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_and_goes_misses_nothing_and_gets_nothing_twice() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let place = "query($id: ID!) { deal(id: $id) { feedCursor } }";
        let place = ada.query(place, json!({ "id": deal })).await["deal"]["feedCursor"].take();
        let mut all = JoinSet::new();
        for number in 0..4 {
            let member = app.member(&format!("Member{number}"), Role::Manager).await;
            for seed in 0..5 {
                let (member, place) = (member.clone(), text(&place));
                let what = (of_deal as Document, deal.clone());
                all.spawn(comes_and_goes(member, what, place, number * 100 + seed));
            }
        }
        for version in 1..EVENTS {
            ada.done("updateDeal", json!({ "dealId": deal, "title": format!("{version}") }), "")
                .await;
        }
        all.join_all().await;
    })
    .await;
}

/// Somebody follows with the document that all have.
pub async fn following(client: &Client, document: &str) -> Socket {
    let mut socket = socket(client).await;
    socket.subscribe("1", document).await;
    assert_eq!(item(&socket.receive().await)["caughtUp"], true);
    socket
}

pub async fn versions(socket: &mut Socket, expected: &[i64]) {
    for version in expected {
        assert_eq!(version_of(&item(&socket.receive().await)), Some(*version));
    }
}

async fn rename(ada: &Client, deal: &str, title: &str) {
    ada.done("updateDeal", json!({ "dealId": deal, "title": title }), "").await;
}

#[tokio::test]
async fn whoever_loses_sight_of_a_deal_gets_nothing_more_and_the_others_all() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let (sam, sue) = (
            app.member("Sam", Role::Salesperson).await,
            app.member("Sue", Role::Salesperson).await,
        );
        let deal = ada
            .deal_of(json!({ "processId": sales.id, "title": "Ours", "visibility": "PARTICIPANTS",
                "participantIds": [sam.id(), sue.id()] }))
            .await;
        let document = of_deal(&deal, None);
        let mut all = Vec::new();
        for client in [&sam, &sam, &ada, &sue, &ada, &sue] {
            all.push((client.id(), following(client, &document).await));
        }
        rename(&ada, &deal, "a").await;
        rename(&ada, &deal, "b").await;
        ada.done("removeParticipant", json!({ "dealId": deal, "memberId": sam.id() }), "").await;
        rename(&ada, &deal, "c").await;
        for (who, socket) in &mut all {
            versions(socket, &[2, 3]).await;
            if *who == sam.id() {
                let message = socket.receive().await;
                assert_eq!(message["type"], "error", "{message:#}");
                assert_eq!(message["payload"][0]["extensions"]["code"], "NOT_FOUND");
            } else {
                versions(socket, &[4, 5]).await;
            }
        }
    })
    .await;
}

/// Readers that go away as soon as they may be the one who looks leave nobody waiting.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_one_who_looks_goes_away_another_one_looks() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let document = of_deal(&deal, None);
        let mut steady = following(&ada, &document).await;
        let is_over = Arc::new(AtomicBool::new(false));
        let hasty = tokio::spawn(leaves_at_once(ada.clone(), document, is_over.clone()));
        for version in 2..40 {
            rename(&ada, &deal, &format!("{version}")).await;
            versions(&mut steady, &[version]).await;
        }
        is_over.store(true, Ordering::Relaxed);
        hasty.await.unwrap();
    })
    .await;
}

async fn leaves_at_once(client: Client, document: String, is_over: Arc<AtomicBool>) {
    while !is_over.load(Ordering::Relaxed) {
        let mut hasty = socket(&client).await;
        for id in ["1", "2", "3"] {
            hasty.subscribe(id, &document).await;
        }
        hasty.receive().await;
    }
}
