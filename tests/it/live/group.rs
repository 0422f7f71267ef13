//! Many who follow the same with the same selection are told what was read, judged and written once.

use entity::member::Role;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Client, TestApp, each, live::server::Client as Socket};

/// How many follow, each member with as many sockets as a member may have: both ends of all are files of this process, of
/// which many systems allow it a thousand.
const MEMBERS: usize = 5;
const EACH: usize = 50;
/// How much happens: enough that who reads nothing is full.
const EVENTS: usize = 40;

fn document(deal: &str) -> String {
    format!(
        "subscription {{ dealProgress(dealId: \"{deal}\") {{ caughtUp event {{ after {{ version }} }} \
        deal {{ title process {{ description }} }} }} }}"
    )
}

async fn socket(client: &Client, is_narrow: bool) -> Socket {
    let address = client.app.address.to_string();
    let mut socket = match is_narrow {
        true => Socket::connect_narrow(&address).await,
        false => Socket::connect(&address, Some("graphql-transport-ws")).await,
    };
    socket.introduce(&client.secret, json!({})).await;
    socket
}

async fn item(socket: &mut Socket) -> Value {
    let mut message = socket.receive().await;
    assert_eq!(message["type"], "next", "{message:#}");
    message["payload"]["data"]["dealProgress"].take()
}

async fn following(client: &Client, deal: &str) -> Socket {
    let mut socket = socket(client, false).await;
    socket.subscribe("1", &document(deal)).await;
    assert_eq!(item(&mut socket).await["caughtUp"], true);
    socket
}

async fn members(app: &TestApp) -> Vec<Client> {
    let mut members = Vec::new();
    for number in 0..MEMBERS {
        members.push(app.member(&format!("Member{number}"), Role::Manager).await);
    }
    members
}

/// Reads everything that happens, in its order.
async fn read_all(mut socket: Socket) {
    for number in 0..EVENTS {
        let item = item(&mut socket).await;
        assert_eq!(item["event"]["after"]["version"], json!(number + 2));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_who_reads_nothing_holds_up_nobody() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let description = json!({ "processId": sales.id, "description": "x".repeat(8000) });
        ada.done("updateProcess", description, "").await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let members = members(&app).await;
        let mut stuck = socket(&ada, true).await;
        stuck.subscribe("1", &document(&deal)).await;
        let mut all = JoinSet::new();
        for client in members.iter().flat_map(|member| std::iter::repeat_n(member, EACH)) {
            all.spawn(read_all(following(client, &deal).await));
        }
        for number in 0..EVENTS {
            ada.done("updateDeal", json!({ "dealId": deal, "title": format!("{number}") }), "")
                .await;
        }
        all.join_all().await;
        drop(stuck);
    })
    .await;
}
