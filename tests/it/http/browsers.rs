//! What browsers are told: which pages may call, and what they may do with an answer.

use reqwest::{Client, Method, Response};
use serde_json::json;
use waypost::http::origin::Origins;

use super::{Site, refusal};

const FRIEND: &str = "https://crm.example.org";

async fn friendly() -> Site {
    Site::with(|settings| settings.origins = Origins::parse([FRIEND]).unwrap()).await
}

const USUAL: &str = "authorization,content-type,x-request-id,last-event-id";

async fn preflight(site: &Site, path: &str, origin: &str, method: &str) -> Response {
    preflight_of(site, path, origin, method, USUAL).await
}

async fn preflight_of(
    site: &Site,
    path: &str,
    origin: &str,
    method: &str,
    headers: &str,
) -> Response {
    let request = Client::new().request(Method::OPTIONS, site.server.http(path));
    let request = request.header("origin", origin).header("access-control-request-method", method);
    request.header("access-control-request-headers", headers).send().await.unwrap()
}

#[tokio::test]
async fn a_listed_page_may_call_and_read() {
    let site = friendly().await;
    for (path, method) in [("/graphql", "POST"), ("/files/x?token=y", "PUT")] {
        let response = preflight(&site, path, FRIEND, method).await;
        assert!(response.status().is_success());
        let told = |name: &str| response.headers()[name].to_str().unwrap().to_lowercase();
        assert_eq!(told("access-control-allow-origin"), FRIEND);
        assert!(told("access-control-allow-methods").contains(&method.to_lowercase()));
        for header in ["authorization", "content-type", "x-request-id", "last-event-id"] {
            assert!(told("access-control-allow-headers").contains(header), "{header}");
        }
        assert!(!response.headers().contains_key("access-control-allow-credentials"));
        assert_eq!(told("access-control-max-age"), "3600");
    }
    let request = site.post().header("origin", FRIEND).json(&json!({ "query": "{ me }" }));
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["access-control-allow-origin"], FRIEND);
    let exposed = response.headers()["access-control-expose-headers"].to_str().unwrap();
    for header in ["x-request-id", "retry-after", "etag"] {
        assert!(exposed.contains(header), "{exposed}");
    }
    let varies = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().contains("origin");
    assert!(response.headers().get_all("vary").iter().any(varies));
}

/// What is allowed, in lower case.
fn allowed(response: &Response) -> Vec<String> {
    let told = response.headers().get("access-control-allow-headers");
    let told = told.map(|told| told.to_str().unwrap().to_lowercase()).unwrap_or_default();
    told.split(',').map(|name| name.trim().to_owned()).collect()
}

const TRACING: &str =
    "authorization,baggage,content-type,sentry-trace,traceparent,x-apollo-operation-name";

#[tokio::test]
async fn a_listed_page_may_send_the_headers_that_it_asks_for() {
    let site = friendly().await;
    for path in ["/graphql", "/files/x"] {
        let response = preflight_of(&site, path, FRIEND, "POST", TRACING).await;
        assert_eq!(allowed(&response).join(","), TRACING);
        let varies: Vec<_> = response.headers().get_all("vary").iter().collect();
        let varies = format!("{varies:?}");
        assert!(varies.contains("origin"), "{varies}");
        assert!(varies.contains("access-control-request-headers"), "{varies}");
        assert_eq!(response.headers()["access-control-max-age"], "3600");
    }
    let traced = site.post().header("origin", FRIEND).header("baggage", "a=b");
    let response = traced.json(&json!({ "query": "{ me }" })).send().await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn the_operator_can_name_the_headers_that_pages_may_send() {
    let site = Site::with(|settings| {
        settings.origins = Origins::parse([FRIEND]).unwrap();
        settings.allowed_headers = vec!["baggage".parse().unwrap()];
    });
    let response = preflight_of(&site.await, "/graphql", FRIEND, "POST", TRACING).await;
    let allowed = allowed(&response);
    for name in ["authorization", "content-type", "last-event-id", "x-request-id", "baggage"] {
        assert!(allowed.iter().any(|one| one == name), "{name}: {allowed:?}");
    }
    for name in ["sentry-trace", "traceparent"] {
        assert!(allowed.iter().all(|one| one != name), "{name}: {allowed:?}");
    }
}

#[tokio::test]
async fn a_page_that_is_not_listed_may_not() {
    for (site, origin) in [
        (friendly().await, "https://evil.example"),
        (friendly().await, "null"),
        (friendly().await, "https://crm.example.org.evil.example"),
        (Site::new().await, FRIEND),
    ] {
        let response = preflight(&site, "/graphql", origin, "POST").await;
        for what in ["origin", "headers", "methods"] {
            let name = format!("access-control-allow-{what}");
            assert!(!response.headers().contains_key(&name), "{origin}: {name}");
        }
        let request = site.post().header("origin", origin).json(&json!({ "query": "{ me }" }));
        let response = request.send().await.unwrap();
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{origin}");
    }
}

#[tokio::test]
async fn a_refusal_can_be_read_by_a_listed_page_too() {
    let site = friendly().await;
    let url = site.server.http("/graphql");
    let response = Client::new().post(url).header("origin", FRIEND).send().await.unwrap();
    assert_eq!(response.headers()["access-control-allow-origin"], FRIEND);
    assert_eq!(refusal(response).await, "401 UNAUTHENTICATED");
}

#[tokio::test]
async fn all_pages_may_where_the_operator_says_so() {
    let site = Site::with(|settings| settings.origins = Origins::parse(["*"]).unwrap()).await;
    let response = preflight(&site, "/graphql", "https://any.example", "POST").await;
    assert_eq!(response.headers()["access-control-allow-origin"], "https://any.example");
}

#[tokio::test]
async fn no_answer_can_be_framed_guessed_at_or_traced() {
    let site = Site::new().await;
    for path in ["/graphql", "/health/live", "/nothing", "/explorer", "/files/x", "/", "/inbox"] {
        let response = Client::new().get(site.server.http(path)).send().await.unwrap();
        let told = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(told("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(told("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(told("x-frame-options"), "DENY", "{path}");
        assert!(told("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(told("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(response.headers().contains_key("cross-origin-resource-policy"), "{path}");
        assert!(!response.headers().contains_key("server"), "{path}");
    }
}
