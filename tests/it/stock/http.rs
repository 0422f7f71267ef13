//! Requests of the stock service: statuses, media types, what is read, and what is told.

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::Stock;
use crate::support::live::soon;

const GRAPHQL: &str = "application/graphql-response+json";

impl Stock {
    fn post(&self) -> RequestBuilder {
        Client::new().post(format!("http://{}/graphql", self.address))
    }

    async fn answer(&self, body: &Value) -> Value {
        soon(self.post().json(body).send()).await.unwrap().json().await.unwrap()
    }
}

/// By the specification of GraphQL over HTTP that is a 400, and there is no `data` where nothing was executed.
#[tokio::test]
async fn a_document_that_is_refused_has_status_200_and_data_that_is_null() {
    let stock = Stock::requests().await;
    for query in ["{ nobody }", "{"] {
        let request = stock.post().header("accept", GRAPHQL).json(&json!({ "query": query }));
        let response = soon(request.send()).await.unwrap();
        assert_eq!(response.status(), 200, "{query}");
        assert_eq!(response.headers()["content-type"], GRAPHQL);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body.get("data"), Some(&Value::Null), "{body}");
    }
}

/// Here it is negotiated: plain JSON where that is wanted, `text/event-stream` for subscriptions, and else a 406.
#[tokio::test]
async fn what_a_client_accepts_is_not_asked() {
    let stock = Stock::requests().await;
    for accept in ["application/json", "text/html", "text/event-stream"] {
        let request =
            stock.post().header("accept", accept).json(&json!({ "query": "{ __typename }" }));
        let response = soon(request.send()).await.unwrap();
        assert_eq!(response.status(), 200, "{accept}");
        assert_eq!(response.headers()["content-type"], GRAPHQL, "{accept}");
    }
    let body = json!({ "query": "subscription { forever }" });
    let answer = stock.answer(&body).await;
    let said = "Subscriptions are not supported on this transport.";
    assert_eq!(answer["errors"][0]["message"], said);
}

/// Here every refusal is a GraphQL error in JSON, with a code and words for whoever sent the request.
#[tokio::test]
async fn a_body_that_is_no_request_is_refused_without_a_media_type_in_words_of_the_library() {
    let stock = Stock::requests().await;
    let request = stock.post().header("content-type", "application/json").body("{");
    let response = soon(request.send()).await.unwrap();
    assert_eq!(response.status(), 400);
    assert!(!response.headers().contains_key("content-type"));
    let text = response.text().await.unwrap();
    assert!(text.starts_with("InvalidRequest(Error("), "{text}");
}

/// Both let a page of another site change something with a form or a link: here the one is a 415, the other a 405.
#[tokio::test]
async fn a_mutation_runs_from_a_form_and_from_a_link() {
    let stock = Stock::requests().await;
    let body = json!({ "query": "mutation { touch }" }).to_string();
    let form = stock.post().header("content-type", "text/plain").body(body);
    let answer: Value = soon(form.send()).await.unwrap().json().await.unwrap();
    assert_eq!(answer["data"], json!({ "touch": 1 }));
    let link = format!("http://{}/graphql?query=mutation{{touch}}", stock.address);
    let answer: Value = soon(reqwest::get(link)).await.unwrap().json().await.unwrap();
    assert_eq!(answer["data"], json!({ "touch": 2 }));
}

/// Here a batch is refused: it would get by the limits of a request, one by one.
#[tokio::test]
async fn a_batch_of_any_length_runs() {
    let stock = Stock::requests().await;
    let batch = vec![json!({ "query": "{ twice(n: 1) }" }); 1_000];
    let answers = stock.answer(&json!(batch)).await;
    assert_eq!(answers.as_array().unwrap().len(), 1_000);
}

/// Here a body is not even read that says that it is longer than a mebibyte.
#[tokio::test]
async fn a_body_of_any_length_is_read() {
    let stock = Stock::requests().await;
    let padding = "x".repeat(8 * 1024 * 1024);
    let body = json!({ "query": "{ twice(n: 1) }", "variables": { "padding": padding } });
    assert_eq!(stock.answer(&body).await["data"], json!({ "twice": 2 }));
}

/// Here the tokens are counted before anything is parsed, and what the operation would cost before it runs.
#[tokio::test]
async fn a_document_of_any_length_is_parsed_and_executed() {
    let stock = Stock::requests().await;
    let fields: String = (0..5_000).map(|number| format!("a{number}: twice(n: 1) ")).collect();
    let answer = stock.answer(&json!({ "query": format!("{{ {fields} }}") })).await;
    assert_eq!(answer["data"].as_object().unwrap().len(), 5_000);
}

/// Here a fault that nobody foresaw is told by a number that the server's log knows.
#[tokio::test]
async fn causes_are_told_to_whoever_asks() {
    let stock = Stock::requests().await;
    let answer = stock.answer(&json!({ "query": "{ internals }" })).await;
    let said = answer["errors"][0]["message"].as_str().unwrap();
    assert!(said.contains("waypost::secret::Cause"), "{said}");
}

/// Here it is an error of this operation like any other.
#[tokio::test]
async fn a_panic_in_a_resolver_ends_the_connection_without_an_answer() {
    let stock = Stock::requests().await;
    let request = stock.post().json(&json!({ "query": "{ panics(why: \"stock\") }" }));
    assert!(soon(request.send()).await.is_err());
}
