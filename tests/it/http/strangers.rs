//! Connections of those who have not signed in, or have sent a part of their request: they make room for others.

use serde_json::json;

use super::Site;
use crate::support::raw::Raw;

const HALF: &str = "POST /graphql HTTP/1.1\r\nHost: x\r\nX: ";
const WATCH: &str = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
const TOUCH: &str = r#"{"query":"mutation { touch }"}"#;

/// So many connections that have sent a part of a request.
async fn halves(site: &Site, number: usize) -> Vec<Raw> {
    let mut halves = Vec::new();
    for _ in 0..number {
        let mut raw = site.raw().await;
        raw.send_in_vain(HALF.as_bytes()).await;
        halves.push(raw);
    }
    halves
}

/// One that has sent a part of a body, which the server waits for.
async fn half_a_body(site: &Site, more: &str) -> Raw {
    let mut raw = site.raw().await;
    let more = format!("Content-Length: {}\r\nExpect: 100-continue\r\n{more}", TOUCH.len());
    raw.send(site.head(&more)).await;
    assert_eq!(raw.answer().await.status, 100);
    raw.send(&TOUCH[..10]).await;
    raw
}

async fn assert_makes_room(raw: &mut Raw) {
    let answer = raw.last().await;
    assert_eq!(answer.refusal(), "503 SERVICE_UNAVAILABLE");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(answer.body.contains("did not come whole"), "{}", answer.body);
}

async fn assert_answered(raw: &mut Raw, rest: &str) {
    raw.send(rest).await;
    assert_eq!(raw.answer().await.status, 200);
}

/// How often something was changed before, and once more now.
async fn touch(site: &Site) -> i64 {
    let response = site.post().json(&json!({ "query": "mutation { touch }" })).send().await;
    let body: serde_json::Value = response.unwrap().json().await.unwrap();
    body["data"]["touch"].as_i64().unwrap()
}

#[tokio::test]
async fn of_one_address_a_few_requests_may_be_half_sent_and_the_oldest_goes() {
    let site = Site::with(|settings| settings.connections.strangers = 10).await;
    let mut socket = site.server.greeted().await;
    let mut halves = halves(&site, 45).await;
    site.assert_well().await;
    // that one took a place for a moment, too
    for raw in &mut halves[..36] {
        assert_makes_room(raw).await;
    }
    for raw in &mut halves[36..] {
        let rest = format!(
            "y\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\n\
             Content-Length: 18\r\n\r\n{{\"query\":\"{{ me }}\"}}",
            site.server.secret()
        );
        assert_answered(raw, &rest).await;
    }
    socket.subscribe("1", "{ me }").await;
    assert_eq!(socket.receive().await["type"], "next", "who is signed in is not touched");
}

#[tokio::test]
async fn a_full_house_of_half_sent_requests_keeps_nobody_out() {
    let site = Site::with(|settings| settings.connections.most = 8).await;
    let mut halves = halves(&site, 30).await;
    site.assert_well().await;
    for raw in &mut halves[..23] {
        assert_makes_room(raw).await;
    }
}

#[tokio::test]
async fn a_full_house_of_strangers_who_ask_nothing_more_keeps_nobody_out() {
    let site = Site::with(|settings| settings.connections.most = 4).await;
    let mut idle = Vec::new();
    for _ in 0..6 {
        let mut raw = site.raw().await;
        assert_answered(&mut raw, WATCH).await;
        idle.push(raw);
    }
    site.assert_well().await;
    for raw in &mut idle[..3] {
        assert_eq!(raw.rest().await, "", "it is closed as any connection may be between requests");
    }
    assert_answered(&mut idle[5], WATCH).await;
}

#[tokio::test]
async fn a_member_who_asks_nothing_makes_room_when_the_house_is_full() {
    let site = Site::with(|settings| settings.connections.most = 2).await;
    let ask = r#"{"query":"{ me }"}"#;
    let mut idle = Vec::new();
    for _ in 0..3 {
        let mut raw = site.raw().await;
        raw.send(site.head(&format!("Content-Length: {}\r\n", ask.len()))).await;
        assert_answered(&mut raw, ask).await;
        idle.push(raw);
    }
    assert_eq!(idle[0].rest().await, "");
}

#[tokio::test]
async fn a_body_that_is_half_sent_makes_room_too_and_nothing_of_it_is_done() {
    let site = Site::with(|settings| settings.connections.strangers = 2).await;
    let mut bodies = Vec::new();
    for _ in 0..3 {
        bodies.push(half_a_body(&site, "").await);
    }
    assert_makes_room(&mut bodies[0]).await;
    for raw in &mut bodies[1..] {
        assert_answered(raw, &TOUCH[10..]).await;
    }
    assert_eq!(touch(&site).await, 3);
}

#[tokio::test]
async fn behind_a_proxy_the_client_is_counted_and_not_the_proxy() {
    let site = Site::with(|settings| {
        settings.connections.strangers = 2;
        settings.connections.trusted_proxies = 1;
    });
    let site = site.await;
    let mut unnamed = halves(&site, 5).await;
    let friend = "X-Forwarded-For: 192.0.2.7:4711\r\n";
    let mut innocent = [half_a_body(&site, friend).await, half_a_body(&site, friend).await];
    let mut attacks = Vec::new();
    for attacker in ["192.0.2.1:80", "[::ffff:192.0.2.1]:81", "6.6.6.6, 192.0.2.1"] {
        attacks.push(half_a_body(&site, &format!("X-Forwarded-For: {attacker}\r\n")).await);
    }
    assert_makes_room(&mut attacks[0]).await;
    for raw in innocent.iter_mut().chain(&mut attacks[1..]) {
        assert_answered(raw, &TOUCH[10..]).await;
    }
    for raw in &mut unnamed {
        raw.send("y\r\n\r\n").await;
        assert_eq!(raw.answer().await.status, 401);
    }
}

#[tokio::test]
async fn sockets_that_are_not_introduced_count_and_hear_that_they_make_room() {
    let site = Site::with(|settings| settings.connections.strangers = 2).await;
    let mut first = site.server.connect().await;
    let (mut second, mut third) = (site.server.connect().await, site.server.connect().await);
    let (code, reason) = first.closed_for().await;
    assert_eq!(code, 1013, "clients come back");
    assert!(reason.contains("before connection_init came"), "{reason}");
    for socket in [&mut second, &mut third] {
        socket.introduce(site.server.secret(), json!({})).await;
    }
    let fourth = site.server.greeted().await;
    for socket in [&mut second, &mut third] {
        socket.subscribe("1", "{ me }").await;
        assert_eq!(socket.receive().await["type"], "next", "who is signed in counts no more");
    }
    drop(fourth);
}
