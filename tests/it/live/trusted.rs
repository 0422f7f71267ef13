//! Trusted documents, over every transport.

use std::collections::HashMap;

use gate::{Settings as Documents, trusted::Trusted};
use reqwest::{Client as Http, RequestBuilder};
use serde_json::{Value, json};
use waypost::http::Settings;

use crate::support::live::{Person, Scratch, World, server::Server, soon};

async fn server(only: bool) -> (Scratch, Server) {
    let database = Scratch::sqlite().await;
    let world = World::new(database.app().await).await;
    let text = "query Twice($n: Int!) { twice(n: $n) }".to_owned();
    let trusted = Trusted::new(HashMap::from([("abc".to_owned(), text)]), only);
    let documents = Documents { trusted, ..Documents::default() };
    let settings = Settings { documents, ..Settings::default() };
    (database, Server::configured(world, settings).await)
}

fn post(server: &Server, who: &Person, body: &Value) -> RequestBuilder {
    Http::new().post(server.http("/graphql")).bearer_auth(&who.secret).json(body)
}

async fn answer(request: RequestBuilder) -> Value {
    soon(request.send()).await.unwrap().json().await.unwrap()
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none")
}

#[tokio::test]
async fn a_hash_runs_its_document_over_every_transport() {
    for only in [false, true] {
        let (_database, server) = server(only).await;
        let sales = server.world.sales.clone();
        let body = json!({ "documentId": "abc", "variables": { "n": 4 } });
        let eight = json!({ "twice": 8 });
        assert_eq!(answer(post(&server, &sales, &body)).await["data"], eight);
        let url = server.http(r#"/graphql?documentId=abc&variables={"n":4}"#);
        let got = answer(Http::new().get(url).bearer_auth(&sales.secret)).await;
        assert_eq!(got["data"], eight);
        let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": "abc" } });
        let apollo = json!({ "extensions": persisted, "variables": { "n": 4 } });
        assert_eq!(answer(post(&server, &sales, &apollo)).await["data"], eight);
        let events = post(&server, &sales, &body).header("accept", "text/event-stream");
        let events = soon(events.send()).await.unwrap().text().await.unwrap();
        assert!(events.contains(r#""data":{"twice":8}"#), "{events}");
        let mut socket = server.greeted().await;
        socket.send(json!({ "id": "1", "type": "subscribe", "payload": body })).await;
        assert_eq!(socket.receive().await["payload"]["data"], eight);
    }
}

#[tokio::test]
async fn a_client_whose_hash_is_not_known_is_told_to_send_the_text() {
    let (_database, server) = server(false).await;
    let sales = server.world.sales.clone();
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": "ff" } });
    let told = answer(post(&server, &sales, &json!({ "extensions": persisted }))).await;
    assert_eq!(code(&told), "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(told["errors"][0]["message"], "PersistedQueryNotFound");
    let told = answer(post(&server, &sales, &json!({ "documentId": "ff" }))).await;
    assert_eq!(code(&told), "PERSISTED_QUERY_NOT_FOUND");
    let mixed = json!({ "documentId": "abc", "query": "{ me }" });
    assert_eq!(code(&answer(post(&server, &sales, &mixed)).await), "PERSISTED_QUERY_MISMATCH");
    let text = json!({ "documentId": "ff", "query": "{ me }" });
    assert_eq!(code(&answer(post(&server, &sales, &text)).await), "none");
}

#[tokio::test]
async fn nothing_else_runs_but_introspection_for_administrators() {
    let (_database, server) = server(true).await;
    let (admin, sales) = (server.world.admin.clone(), server.world.sales.clone());
    let schema = json!({ "query": "{ __schema { queryType { name } } __typename }" });
    assert_eq!(code(&answer(post(&server, &admin, &schema)).await), "none");
    assert_eq!(code(&answer(post(&server, &sales, &schema)).await), "DOCUMENT_NOT_TRUSTED");
    for query in
        ["{ me }", "{ __typename me }", "mutation { touch }", "{ ...F } fragment F on Query { me }"]
    {
        for who in [&admin, &sales] {
            let told = answer(post(&server, who, &json!({ "query": query }))).await;
            assert_eq!(code(&told), "DOCUMENT_NOT_TRUSTED", "{query}");
        }
    }
    let mut socket = server.greeted().await;
    socket.subscribe("1", "{ me }").await;
    let told = socket.receive().await;
    assert_eq!(told["type"], "error");
    assert_eq!(told["payload"][0]["extensions"]["code"], "DOCUMENT_NOT_TRUSTED");
}
