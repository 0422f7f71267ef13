//! The codes of errors and their statuses, as the table of `docs/errors-and-limits.md` has them.

use std::{collections::HashMap, time::Duration};

use gate::trusted::Trusted;
use serde_json::{Value, json};
use waypost::http::Settings;

use super::{Site, refusal};
use crate::support::pages::pages;

const TWO: &str = "query A { me } query B { me }";
const UNGIVEN: &str = "query($n: Int!) { twice(n: $n) }";

/// A site that trusts one document, and gives an operation next to no time.
async fn hasty() -> Site {
    Site::with(|settings: &mut Settings| {
        let texts = HashMap::from([("known".to_owned(), "{ me }".to_owned())]);
        settings.documents.trusted = Trusted::new(texts, false);
        settings.limits.operation = Duration::from_secs(2);
    })
    .await
}

/// The statuses in the row of a code, on whichever page has it.
fn promised(code: &str) -> String {
    let pages = pages();
    let lines = pages.iter().flat_map(|page| page.text.lines());
    let rows = lines.filter(|line| line.starts_with("| `"));
    let row = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let mut found = row.filter(|cells| cells[1].contains(&format!("`{code}`")));
    found.next().unwrap_or_else(|| panic!("no page says anything of {code}"))[2].to_owned()
}

#[tokio::test]
async fn every_error_of_a_document_has_the_status_that_its_page_promises() {
    let site = hasty().await;
    let long = format!("{{ me }} #{}", "x".repeat(300 * 1024));
    let wide = format!("{{ {} }}", (0..40).map(|n| format!("a{n}: me ")).collect::<String>());
    let hash = |hash: &str| json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    for (body, expected) in [
        (json!({ "query": "{" }), "400 GRAPHQL_PARSE_FAILED"),
        (json!({ "query": "{ nobody }" }), "400 GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": TWO }), "400 OPERATION_RESOLUTION_FAILURE"),
        (json!({ "query": UNGIVEN }), "400 BAD_USER_INPUT"),
        (json!({ "query": long }), "400 DOCUMENT_TOO_LARGE"),
        (json!({ "query": wide }), "400 QUERY_TOO_COMPLEX"),
        (json!({}), "400 BAD_REQUEST"),
        (json!({ "documentId": "unknown" }), "400 PERSISTED_QUERY_NOT_FOUND"),
        (json!({ "extensions": hash("unknown") }), "400 PERSISTED_QUERY_NOT_FOUND"),
        (
            json!({ "query": "{ twice(n: 1) }", "extensions": hash("known") }),
            "400 PERSISTED_QUERY_MISMATCH",
        ),
        (json!({ "query": "{ panics }" }), "500 INTERNAL_SERVER_ERROR"),
        (json!({ "query": "{ gate }" }), "504 TIMEOUT"),
    ] {
        let request = site.post().header("accept", "application/graphql-response+json");
        let told = refusal(request.json(&body).send().await.unwrap()).await;
        assert_eq!(told, expected);
        let (status, code) = expected.split_once(' ').unwrap();
        assert!(promised(code).contains(status), "{expected}");
    }
}

#[tokio::test]
async fn a_subscription_without_a_stream_is_told_where_to_go() {
    let site = Site::new().await;
    let body = json!({ "query": "subscription { forever }" });
    for accept in ["application/json", "application/graphql-response+json"] {
        let request = site.post().header("accept", accept).json(&body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 406);
        let body: Value = response.json().await.unwrap();
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("WebSocket") && message.contains("text/event-stream"), "{body}");
    }
}
