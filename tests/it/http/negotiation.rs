//! Media types and statuses, by the GraphQL-over-HTTP specification.

use serde_json::{Value, json};

use super::{Site, refusal};

const GRAPHQL: &str = "application/graphql-response+json";

#[tokio::test]
async fn the_status_tells_what_the_media_type_of_graphql_promises() {
    let site = Site::new().await;
    for (query, status, data) in [
        ("{ me }", 200, true),
        ("{ me nothing }", 200, true),
        ("{ nobody }", 400, false),
        ("{", 400, false),
    ] {
        for (accept, expected) in [(GRAPHQL, status), ("application/json", 200)] {
            let body = json!({ "query": query });
            let response = site.post().header("accept", accept).json(&body).send().await.unwrap();
            assert_eq!(response.status(), expected, "{query}");
            let media = format!("{accept}; charset=utf-8");
            assert_eq!(response.headers()["content-type"], media);
            let body: Value = response.json().await.unwrap();
            assert_eq!(body.get("data").is_some(), data, "{body}");
        }
    }
}

#[tokio::test]
async fn what_is_not_acceptable_is_said_in_json() {
    let site = Site::new().await;
    for accept in ["text/html", "application/json;q=0", "application/xml, image/*"] {
        for request in [site.post().json(&json!({ "query": "{ me }" })), site.get("query={me}")] {
            let response = request.header("accept", accept).send().await.unwrap();
            assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
            assert_eq!(refusal(response).await, "406 NOT_ACCEPTABLE");
        }
    }
}

#[tokio::test]
async fn several_lines_of_accept_are_one() {
    let site = Site::new().await;
    let request = site.post().header("accept", "text/html").header("accept", GRAPHQL);
    let response = request.json(&json!({ "query": "{ me }" })).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], format!("{GRAPHQL}; charset=utf-8"));
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let site = Site::new().await;
    let url = site.server.http("/graphql?query={me}");
    let request = reqwest::Client::new().head(url).bearer_auth(site.server.secret());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("etag"));
    assert_eq!(response.text().await.unwrap(), "");
}
