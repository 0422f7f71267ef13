//! Where the token of a socket may be, and what is told to who puts it somewhere else.

use serde_json::{Value, json};

use super::socket::server;
use crate::support::live::{revoke, server::Server};

/// The code and the reason that a socket is closed with, or that it is welcome.
async fn outcome(server: &Server, path: &str, headers: &[(&str, &str)], payload: Value) -> String {
    let mut client = server.connect_to(path, headers).await;
    client.send(json!({ "type": "connection_init", "payload": payload })).await;
    match client.next_or_reason().await {
        Ok(message) => message["type"].as_str().unwrap().to_owned(),
        Err((code, reason)) => format!("{code} {reason}"),
    }
}

#[tokio::test]
async fn the_upgrade_says_who_it_is_where_the_introduction_does_not() {
    let (_database, server) = server().await;
    let bearer = format!("Bearer {}", server.secret());
    let upgrade = [("authorization", bearer.as_str())];
    for payload in
        [json!(null), json!({}), json!({ "Authorization": null }), json!({ "resume": {} })]
    {
        let told = outcome(&server, "/graphql", &upgrade, payload.clone()).await;
        assert_eq!(told, "connection_ack", "{payload}");
    }
    let mut client = server.connect_to("/graphql", &upgrade).await;
    client.send(json!({ "type": "connection_init" })).await;
    assert_eq!(client.receive().await["type"], "connection_ack");
    client.subscribe("1", "{ me }").await;
    assert_eq!(client.receive().await["payload"]["data"]["me"], "sales@example.org");
}

#[tokio::test]
async fn the_introduction_wins_over_the_upgrade() {
    let (_database, server) = server().await;
    let (valid, wrong) = (format!("Bearer {}", server.secret()), "Bearer wp_wrong");
    let unknown = "4403 Forbidden: the token is unknown, expired or revoked";
    let given = |secret: &str| json!({ "Authorization": secret });
    let asks = |upgrade, init| outcome(&server, "/graphql", upgrade, init);
    let (right, false_one) = ([("authorization", valid.as_str())], [("authorization", wrong)]);
    assert_eq!(asks(&false_one, given(&valid)).await, "connection_ack");
    assert_eq!(asks(&right, given(wrong)).await, unknown);
    assert_eq!(asks(&false_one, json!({})).await, unknown);
    revoke(&server.world.app, server.world.sales.token).await;
    assert_eq!(asks(&right, json!({})).await, unknown);
}

#[tokio::test]
async fn a_token_in_the_wrong_place_is_told_where_it_belongs() {
    let (_database, server) = server().await;
    let secret = server.secret();
    let bearer = format!("Bearer {secret}");
    for (payload, place) in [
        (json!({ "token": bearer }), "at token"),
        (json!({ "headers": { "Authorization": bearer } }), "at headers.Authorization"),
        (json!({ "anything": secret }), "at anything"),
    ] {
        let told = outcome(&server, "/graphql", &[], payload.clone()).await;
        assert!(told.starts_with("4403 Forbidden: ") && told.ends_with(place), "{payload}: {told}");
        assert!(!told.contains(secret));
    }
    let url = format!("/graphql?token={secret}");
    let cookie = format!("session={secret}");
    for (path, headers, place) in [
        (url.as_str(), vec![], "in the URL"),
        ("/graphql", vec![("cookie", cookie.as_str())], "in a cookie"),
        ("/graphql", vec![("x-token", secret)], "in the header x-token"),
    ] {
        let told = outcome(&server, path, &headers, json!({})).await;
        assert!(told.starts_with("4403 Forbidden: ") && told.ends_with(place), "{path}: {told}");
        assert!(!told.contains(secret));
    }
}

#[tokio::test]
async fn a_token_without_its_word_and_no_token_at_all_are_told() {
    let (_database, server) = server().await;
    for (payload, reason) in [
        (json!({}), "no token: send"),
        (json!({ "Authorization": server.secret() }), "must begin with the word Bearer"),
        (json!({ "Authorization": 7 }), "must be a text"),
    ] {
        let told = outcome(&server, "/graphql", &[], payload).await;
        assert!(told.starts_with("4403 Forbidden: ") && told.contains(reason), "{told}");
    }
    let basic = [("authorization", "Basic d3A6d3A=")];
    let told = outcome(&server, "/graphql", &basic, json!({})).await;
    assert!(told.contains("the upgrade's Authorization must begin with the word Bearer"), "{told}");
}
