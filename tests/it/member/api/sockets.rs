//! A change of role or activity through the API takes effect on open sockets, at the server that did it and at
//! another one on the same database (rule 17).

use entity::member::Role;
use serde_json::json;

use crate::support::{
    BuiltProcess, Client, TestApp, each,
    feed::{Feed, appeared, withdrawn},
    live::server::Client as Socket,
};

/// A deal that only its participants and those who lead see.
async fn hidden(ada: &Client, sales: &BuiltProcess) -> String {
    let input = json!({ "processId": sales.id, "title": "hidden", "visibility": "PARTICIPANTS" });
    ada.deal_of(input).await
}

async fn board_cursor(who: &Client, process: &str) -> String {
    let document = "query($id: ID!) { process(id: $id) { feedCursor } }";
    let data = who.query(document, json!({ "id": process })).await;
    data["process"]["feedCursor"].as_str().unwrap().to_owned()
}

/// A subscription to one deal, past its mark.
async fn follow(who: &Client, deal: &str) -> Socket {
    let address = who.app.address.to_string();
    let mut socket = Socket::connect(&address, Some("graphql-transport-ws")).await;
    let payload = json!({ "Authorization": format!("Bearer {}", who.secret) });
    socket.send(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(socket.receive().await["type"], "connection_ack");
    let query = "subscription($id: ID!) { dealProgress(dealId: $id) { caughtUp event { id } } }";
    let payload = json!({ "query": query, "variables": { "id": deal } });
    socket.send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    let mark = socket.receive().await;
    assert_eq!(mark["payload"]["data"]["dealProgress"]["caughtUp"], true, "{mark:#}");
    socket
}

/// Runs a test with two servers on one database, each with its background work.
async fn on_two_servers<F: Future<Output = ()>>(test: impl Fn(TestApp, TestApp) -> F) {
    each(|here| {
        let test = &test;
        async move {
            let there = here.again().await;
            let background = [&here, &there].map(|app| engine::background::start(&app.app));
            test(here.clone(), there.clone()).await;
            for one in background {
                one.shutdown().await;
            }
            there.stop().await;
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_is_demoted_loses_hidden_deals_on_every_open_socket() {
    on_two_servers(|here, there| async move {
        let ada = here.admin().await;
        let bob = here.member("Bob", Role::Administrator).await;
        let sales = ada.process("Sales", &[]).await;
        let deal = hidden(&ada, &sales).await;
        here.number_log().await; // or it may come to the boards at any time
        let mut boards = Vec::new();
        let mut feeds = Vec::new();
        for server in [&here, &there] {
            let viewer = bob.at(server);
            let cursor = board_cursor(&viewer, &sales.id).await;
            boards.push(Feed::board(&viewer, &sales.id, Some(&cursor)).await);
            feeds.push(follow(&viewer, &deal).await);
        }
        for board in &mut boards {
            board.mark().await;
        }
        let role = |role: &str| json!({ "memberId": bob.id(), "role": role });
        ada.done("updateMember", role("SALESPERSON"), "").await;
        for board in &mut boards {
            assert_eq!(board.change().await, withdrawn(&deal));
        }
        for feed in &mut feeds {
            let end = feed.receive().await;
            assert_eq!(end["type"], "error", "{end:#}");
            assert_eq!(end["payload"][0]["extensions"]["code"], "NOT_FOUND");
        }
        ada.done("updateMember", role("MANAGER"), "").await;
        for board in &mut boards {
            assert_eq!(board.change().await, appeared(&deal));
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_is_deactivated_or_whose_token_is_revoked_is_cut_off_on_every_server() {
    on_two_servers(|here, there| async move {
        let ada = here.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let sam = here.member("Sam", Role::Salesperson).await;
        let tom = here.member("Tom", Role::Salesperson).await;
        let mut feeds = Vec::new();
        for who in [&sam, &tom] {
            for server in [&here, &there] {
                let mut feed = Feed::board(&who.at(server), &sales.id, None).await;
                feed.mark().await;
                feeds.push(feed);
            }
        }
        ada.done("deactivateMember", json!({ "memberId": sam.id() }), "").await;
        tom.done("revokeToken", json!({ "tokenId": tom.token.to_string() }), "").await;
        for feed in &mut feeds {
            feed.ended().await;
        }
    })
    .await;
}
