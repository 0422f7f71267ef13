//! Asking too often.

use std::num::NonZeroU32;

use reqwest::Client;
use serde_json::{Value, json};
use waypost::http::rates::Rate;

use super::{Site, refusal};

/// One request more than these takes a day to be allowed again.
fn a_few(burst: u32) -> Option<Rate> {
    Some(Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::new(burst).unwrap() })
}

#[tokio::test]
async fn a_member_who_asks_too_often_is_told_when_to_come_back() {
    let site = Site::with(|settings| settings.limits.rates.member = a_few(1)).await;
    let ask = || site.post().json(&json!({ "query": "{ me }" })).send();
    let refused = loop {
        let response = ask().await.unwrap();
        if response.status() != 200 {
            break response;
        }
    };
    let header: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(header >= 1);
    assert_eq!(refused.status(), 429);
    let body: Value = refused.json().await.unwrap();
    let extensions = &body["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "RATE_LIMITED");
    assert_eq!(extensions["retryAfter"], header);
    let other = Client::new().post(site.server.http("/graphql"));
    let other = other.bearer_auth(&site.server.world.admin.secret);
    let other = other.json(&json!({ "query": "{ me }" })).send().await.unwrap();
    assert_eq!(other.status(), 200, "somebody else has a limit of their own");
}

#[tokio::test]
async fn operations_on_a_socket_count_as_requests_do() {
    let site = Site::with(|settings| settings.limits.rates.member = a_few(3)).await;
    let mut client = site.server.greeted().await;
    let refused = loop {
        client.subscribe("1", "{ me }").await;
        let told = client.receive().await;
        if told["type"] == "error" {
            break told;
        }
        assert_eq!(client.receive().await["type"], "complete");
    };
    let extensions = &refused["payload"][0]["extensions"];
    assert_eq!(extensions["code"], "RATE_LIMITED");
    assert!(extensions["retryAfter"].as_u64().unwrap() >= 1);
    client.send(json!({ "type": "ping" })).await;
    assert_eq!(client.receive().await["type"], "pong", "the socket stays");
}

#[tokio::test]
async fn an_address_that_guesses_tokens_is_stopped_soon() {
    let site = Site::with(|settings| settings.limits.rates.address = a_few(100)).await;
    let guess = || Client::new().post(site.server.http("/graphql")).bearer_auth("wp_guess").send();
    let mut guesses = 0;
    let refused = loop {
        let response = guess().await.unwrap();
        if response.status() != 401 {
            break response;
        }
        guesses += 1;
    };
    assert_eq!(refusal(refused).await, "429 RATE_LIMITED");
    assert!(guesses < 50, "each costs as much as ten requests: {guesses}");
}

#[tokio::test]
async fn health_can_always_be_watched() {
    let site = Site::with(|settings| settings.limits.rates.address = a_few(1)).await;
    let ask = |path: &str| Client::new().get(site.server.http(path)).send();
    while ask("/nothing").await.unwrap().status() != 429 {}
    assert_eq!(ask("/health/ready").await.unwrap().status(), 200);
}

#[tokio::test]
async fn behind_a_proxy_each_client_has_a_limit_of_its_own() {
    let site = Site::with(|settings| {
        settings.limits.rates.address = a_few(1);
        settings.connections.trusted_proxies = 1;
    });
    let site = site.await;
    let ask = |client: &str| {
        let request = Client::new().get(site.server.http("/nothing"));
        request.header("x-forwarded-for", format!("6.6.6.6, {client}")).send()
    };
    while ask("192.0.2.1").await.unwrap().status() != 429 {}
    assert_eq!(ask("192.0.2.2").await.unwrap().status(), 404);
}

#[tokio::test]
async fn whoever_is_not_readable_behind_a_proxy_is_counted_apart_from_everybody_else() {
    let site = Site::with(|settings| {
        settings.limits.rates.address = a_few(1);
        settings.connections.trusted_proxies = 1;
    });
    let site = site.await;
    let ask = |headers: &[(&'static str, &'static str)]| {
        let mut request = Client::new().get(site.server.http("/nothing"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send()
    };
    let unreadable = [("x-forwarded-for", "unknown")];
    while ask(&unreadable).await.unwrap().status() != 429 {}
    for innocent in [
        &[][..],
        &[("x-forwarded-for", "192.0.2.1:4711")],
        &[("x-forwarded-for", "2001:db8::1")],
        &[("forwarded", "for=\"[2001:db8:0:1::1]:4711\";proto=https")],
        &[("x-forwarded-for", "unknown"), ("x-forwarded-for", "192.0.2.2")],
        &[("x-forwarded-for", "192.0.2.3"), ("forwarded", "for=192.0.2.3")],
    ] {
        assert_eq!(ask(innocent).await.unwrap().status(), 404, "{innocent:?}");
    }
    // An invented header frames nobody: not the one whom it names, and not the one who is named by the proxy.
    let framed = [("x-forwarded-for", "192.0.2.4"), ("forwarded", "for=192.0.2.5")];
    while ask(&framed).await.unwrap().status() != 429 {}
    assert_eq!(ask(&[("x-forwarded-for", "192.0.2.4")]).await.unwrap().status(), 404);
    assert_eq!(ask(&[("forwarded", "for=192.0.2.5")]).await.unwrap().status(), 404);
}
