//! Faults of ours: told with the name of the request, on HTTP and on sockets.

use serde_json::{Value, json};

use super::Site;

const PANIC: &str = r#"{ panics(why: "secret-cause") }"#;

#[tokio::test]
async fn a_panic_in_a_resolver_is_told_with_the_name_of_the_request() {
    let site = Site::new().await;
    let request = site.post().header("x-request-id", "mine-1").json(&json!({ "query": PANIC }));
    let request = request.header("accept", "application/graphql-response+json");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 500);
    assert_eq!(response.headers()["x-request-id"], "mine-1");
    let text = response.text().await.unwrap();
    assert!(!text.contains("secret-cause"), "{text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    let error = &body["errors"][0];
    assert_eq!(error["extensions"]["code"], "INTERNAL_SERVER_ERROR");
    assert_eq!(error["extensions"]["requestId"], "mine-1");
    site.assert_well().await;
}

#[tokio::test]
async fn a_panic_in_a_resolver_leaves_the_socket_open() {
    let site = Site::new().await;
    let mut client = site.server.greeted().await;
    client.subscribe("1", PANIC).await;
    let told = client.receive().await;
    assert_eq!(told["type"], "error", "{told}");
    assert_eq!(told["payload"][0]["extensions"]["code"], "INTERNAL_SERVER_ERROR");
    assert!(told["payload"][0]["extensions"]["requestId"].is_string(), "{told}");
    client.subscribe("2", "{ me }").await;
    while client.receive().await["id"] != "2" {}
}

#[tokio::test]
async fn what_nobody_foresaw_tells_nothing_of_our_internals() {
    let site = Site::new().await;
    let request = site.post().header("x-request-id", "mine-2");
    let response = request.json(&json!({ "query": "{ internals }" })).send().await.unwrap();
    let text = response.text().await.unwrap();
    assert!(!text.contains("secret") && !text.contains("waypost::"), "{text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    let error = &body["errors"][0];
    assert_eq!(error["extensions"]["code"], "INTERNAL_SERVER_ERROR");
    assert_eq!(error["extensions"]["requestId"], "mine-2");
    assert_eq!(error["path"], json!(["internals"]));
}

#[tokio::test]
async fn a_request_without_a_good_name_gets_one() {
    let site = Site::new().await;
    let long = "x".repeat(129);
    let mut names = Vec::new();
    for given in [None, Some("two words"), Some(""), Some(long.as_str())] {
        let mut request = site.post().json(&json!({ "query": "{ me }" }));
        if let Some(given) = given {
            request = request.header("x-request-id", given);
        }
        let response = request.send().await.unwrap();
        names.push(response.headers()["x-request-id"].to_str().unwrap().to_owned());
    }
    assert!(names.iter().all(|name| name.len() == 16), "{names:?}");
    names.dedup();
    assert_eq!(names.len(), 4);
}
