//! GraphQL over HTTP, thin as it is: signing in, refusals, media types.

use reqwest::{Client, Response, StatusCode, redirect::Policy};
use serde_json::{Value, json};

use crate::support::live::{Scratch, World, revoke, server::Server, soon};

async fn server() -> (Scratch, Server) {
    let database = Scratch::sqlite().await;
    let world = World::new(database.app().await).await;
    let server = Server::start(world).await;
    (database, server)
}

async fn post(server: &Server, body: impl Into<reqwest::Body>) -> Response {
    let request = Client::new().post(server.http("/graphql")).bearer_auth(server.secret());
    request.header("content-type", "application/json").body(body).send().await.unwrap()
}

async fn code(response: Response) -> (StatusCode, String) {
    let status = response.status();
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let body: Value = response.json().await.unwrap();
    assert!(body.get("data").is_none(), "{body}");
    assert!(!body["errors"][0]["message"].as_str().unwrap().is_empty(), "{body}");
    (status, body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_query_is_answered_by_post_and_by_get() {
    let (_database, server) = server().await;
    let query = json!({ "query": "query ($n: Int!) { twice(n: $n) }", "variables": { "n": 4 } });
    let answer: Value = post(&server, query.to_string()).await.json().await.unwrap();
    assert_eq!(answer["data"], json!({ "twice": 8 }));
    assert_eq!(answer["extensions"]["cost"], 0);
    let url = server.http("/graphql?query=query($n:Int!){twice(n:$n)}&variables={\"n\":4}");
    let got = Client::new().get(url).bearer_auth(server.secret()).send().await.unwrap();
    assert_eq!(got.headers()["content-type"], "application/json; charset=utf-8");
    assert_eq!(got.json::<Value>().await.unwrap()["data"], json!({ "twice": 8 }));
}

#[tokio::test]
async fn the_operation_knows_who_asks() {
    let (_database, server) = server().await;
    let answer: Value = post(&server, r#"{"query":"{ me }"}"#).await.json().await.unwrap();
    assert_eq!(answer["data"], json!({ "me": "sales@example.org" }));
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_answered() {
    let (_database, server) = server().await;
    revoke(&server.world.app, server.world.admin.token).await;
    let revoked = format!("Bearer {}", server.world.admin.secret);
    let basic = format!("Basic {}", server.secret());
    for header in [None, Some("Bearer wp_wrong"), Some("Bearer"), Some(&revoked), Some(&basic)] {
        let mut request = Client::new().post(server.http("/graphql")).body("{}");
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        assert_eq!(code(response).await, (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED".into()));
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let (_database, server) = server().await;
    for body in [
        "",
        "{",
        "[]",
        r#"[{"query":"{ me }"}]"#,
        "{}",
        r#"{"query":1}"#,
        "\"{ me }\"",
        r#"{"query":"{ me }","variables":[1]}"#,
    ] {
        let refused = code(post(&server, body).await).await;
        assert_eq!(refused, (StatusCode::BAD_REQUEST, "BAD_REQUEST".into()), "{body}");
    }
    let request = Client::new().post(server.http("/graphql")).bearer_auth(server.secret());
    let response = request.body(r#"{"query":"{ me }"}"#).send().await.unwrap();
    let media = "UNSUPPORTED_MEDIA_TYPE".to_owned();
    assert_eq!(code(response).await, (StatusCode::UNSUPPORTED_MEDIA_TYPE, media));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let (_database, server) = server().await;
    let just = format!("{{\"query\":\"{{ me }}\"{}}}", " ".repeat(1024 * 1024 - 18));
    assert_eq!(just.len(), 1024 * 1024);
    assert_eq!(post(&server, just.clone()).await.status(), StatusCode::OK);
    let response = post(&server, just + " ").await;
    let refused = (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE".to_owned());
    assert_eq!(code(response).await, refused);
}

#[tokio::test]
async fn get_changes_nothing() {
    let (_database, server) = server().await;
    for query in [
        "mutation{touch}",
        "subscription{count(to:1)}",
        "query A{me} mutation B{touch}&operationName=B",
    ] {
        let url = server.http(&format!("/graphql?query={query}"));
        let response = Client::new().get(url).bearer_auth(server.secret()).send().await.unwrap();
        assert_eq!(response.headers()["allow"], "POST");
        let refused = (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED".to_owned());
        assert_eq!(code(response).await, refused, "{query}");
    }
    let bare = Client::new().get(server.http("/graphql")).bearer_auth(server.secret());
    assert_eq!(code(bare.send().await.unwrap()).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_media_type_follows_what_the_client_accepts() {
    let (_database, server) = server().await;
    for (accept, media, wrong) in [
        ("application/json", "application/json; charset=utf-8", StatusCode::OK),
        (
            "application/graphql-response+json, application/json;q=0.9",
            "application/graphql-response+json; charset=utf-8",
            StatusCode::BAD_REQUEST,
        ),
    ] {
        for (query, status) in [("{ me }", StatusCode::OK), ("{ nobody }", wrong), ("{", wrong)] {
            let request = Client::new().post(server.http("/graphql")).bearer_auth(server.secret());
            let request = request.header("accept", accept).json(&json!({ "query": query }));
            let response = request.send().await.unwrap();
            assert_eq!(
                (response.status(), response.headers()["content-type"].to_str().unwrap()),
                (status, media)
            );
        }
    }
}

#[tokio::test]
async fn the_server_says_that_it_lives_and_where_to_look() {
    let (_database, server) = server().await;
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    for path in ["/health/live", "/health/ready", "/explorer", "/", "/deals/deal_x"] {
        assert_eq!(client.get(server.http(path)).send().await.unwrap().status(), StatusCode::OK);
    }
    server.world.app.db().close().await;
    // What was found out a moment ago is told for a moment.
    soon(async {
        loop {
            let ready = client.get(server.http("/health/ready")).send().await.unwrap();
            if ready.status() == StatusCode::SERVICE_UNAVAILABLE {
                break;
            }
        }
    })
    .await;
}

/// Whoever asks for a lot keeps nobody else from the database.
#[tokio::test]
async fn of_many_requests_of_a_member_a_few_run_at_once_and_all_are_answered() {
    let (_database, mut server) = server().await;
    let ask = |secret: &str| {
        let request = Client::new().post(server.http("/graphql")).bearer_auth(secret);
        tokio::spawn(request.json(&json!({ "query": "{ gate }" })).send())
    };
    let asked: Vec<_> = (0..20).map(|_| ask(server.secret())).collect();
    server.gate.waiting(6).await;
    let other = ask(&server.world.admin.secret);
    server.gate.waiting(7).await;
    for _ in 0..21 {
        server.gate.open(1);
        soon(server.dropped.recv()).await.unwrap();
    }
    for answer in asked.into_iter().chain([other]) {
        assert_eq!(soon(answer).await.unwrap().unwrap().status(), StatusCode::OK);
    }
    assert_eq!(server.gate.most(), 7);
}
