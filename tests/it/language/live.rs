//! Live updates: who follows the same deal gets the same event, each in their own language.

use serde_json::{Value, json};

use super::choose;
use crate::support::{Client, each, live::server::Client as Socket, scene::Scene};

const FOLLOW: &str =
    "subscription($id: ID!) { dealProgress(dealId: $id) { caughtUp event { summary } } }";

/// Somebody who follows the deal and has been told that they missed nothing.
async fn follower(who: &Client, deal: &str, payload: Value) -> Socket {
    let address = who.app.address.to_string();
    let mut socket = Socket::connect(&address, Some("graphql-transport-ws")).await;
    socket.introduce(&who.secret, payload).await;
    let payload = json!({ "query": FOLLOW, "variables": { "id": deal } });
    socket.send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    assert!(told(&mut socket).await.is_null());
    socket
}

async fn told(socket: &mut Socket) -> Value {
    let message = socket.receive().await;
    assert_eq!(message["type"], "next", "{message:#}");
    message["payload"]["data"]["dealProgress"]["event"]["summary"].clone()
}

#[tokio::test]
async fn who_follows_the_same_deal_is_told_in_their_own_language() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        let (deal, _) = scene.deal("EVERYONE").await;
        choose(&people.manager, json!("POLISH")).await;
        let mut polish = follower(&people.manager, &deal, json!({})).await;
        let mut english = follower(&people.owner, &deal, json!({})).await;
        let asking = json!({ "Accept-Language": "pl-PL, en;q=0.5" });
        let mut asked = follower(&people.participant, &deal, asking).await;
        people.owner.complete(&deal, scene.process.action("Send")).await;
        for socket in [&mut polish, &mut asked] {
            let text = told(socket).await;
            assert!(text.as_str().unwrap().starts_with("Wykonano działanie „Send” ("), "{text}");
        }
        let text = told(&mut english).await;
        assert!(text.as_str().unwrap().starts_with("Did “Send” ("), "{text}");
        // another choice is followed by what comes next
        choose(&people.manager, json!("ENGLISH")).await;
        people.owner.complete(&deal, scene.process.action("Sign")).await;
        let text = told(&mut polish).await;
        assert!(text.as_str().unwrap().starts_with("Did “Sign” ("), "{text}");
        let text = told(&mut asked).await;
        assert!(text.as_str().unwrap().starts_with("Wykonano działanie „Sign” ("), "{text}");
    })
    .await;
}
