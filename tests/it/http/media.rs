//! Media types, codings and byte order marks, as the RFCs mean them.

use serde_json::{Value, json};

use super::{Site, refusal};

const ME: &str = r#"{"query":"{ me }"}"#;

async fn touched(site: &Site) -> i64 {
    let request = site.post().json(&json!({ "query": "mutation { touch }" }));
    let body: Value = request.send().await.unwrap().json().await.unwrap();
    body["data"]["touch"].as_i64().unwrap()
}

#[tokio::test]
async fn json_is_known_by_its_type_whatever_parameters_say() {
    let site = Site::new().await;
    for media in [
        "application/json",
        "APPLICATION/Json",
        "application/json;charset=utf-8",
        "application/json ; Charset=\"UTF-8\"",
        "application/json; charset=utf8",
        "application/json; charset=us-ascii",
        "application/json;",
        "application/json; version=\"a;b, c\"; charset=utf-8",
    ] {
        let response = site.post().header("content-type", media).body(ME).send().await.unwrap();
        assert_eq!(response.status(), 200, "{media}");
    }
}

#[tokio::test]
async fn any_other_type_is_refused_and_the_right_one_is_named() {
    let site = Site::new().await;
    let body = json!({ "query": "mutation { touch }" }).to_string();
    for media in ["", "text/json", "application/json, text/plain", "application/jsonx", "*/*"] {
        let request = site.post().header("content-type", media).body(body.clone());
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["accept"], "application/json", "{media}");
        assert_eq!(refusal(response).await, "415 UNSUPPORTED_MEDIA_TYPE", "{media}");
    }
    let mut raw = site.raw().await;
    let more = format!("Content-Type: text/plain\r\nContent-Length: {}\r\n", body.len());
    raw.send(site.head(&more) + &body).await;
    assert_eq!(raw.answer().await.refusal(), "415 UNSUPPORTED_MEDIA_TYPE", "two types are none");
    assert_eq!(touched(&site).await, 1);
}

#[tokio::test]
async fn a_compressed_body_is_refused_and_one_that_says_it_is_not_is_taken() {
    let site = Site::new().await;
    let body = json!({ "query": "mutation { touch }" });
    for coding in ["gzip", "x-gzip", "br", "DEFLATE", "zstd", "identity, gzip", "aes128gcm"] {
        let response = site.post().header("content-encoding", coding).json(&body).send().await;
        let response = response.unwrap();
        assert_eq!(response.headers()["accept-encoding"], "identity", "{coding}");
        assert_eq!(refusal(response).await, "415 UNSUPPORTED_MEDIA_TYPE", "{coding}");
    }
    let twice = site.post().header("content-encoding", "identity");
    let response = twice.header("content-encoding", "gzip").json(&body).send().await.unwrap();
    assert_eq!(response.status(), 415);
    let file = reqwest::Client::new().put(site.server.http("/files/x"));
    let response = file.header("content-encoding", "gzip").body("x").send().await.unwrap();
    assert_eq!(response.headers()["accept-encoding"], "identity");
    assert_eq!(refusal(response).await, "415 UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(touched(&site).await, 1);
    for coding in ["identity", "Identity", "identity, IDENTITY", "", " , "] {
        let response = site.post().header("content-encoding", coding).json(&body).send().await;
        assert_eq!(response.unwrap().status(), 200, "{coding}");
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_named_wherever_it_is() {
    let site = Site::new().await;
    let marked = "\u{feff}{\"query\":\"{ me }\"}";
    let post = site.post().header("content-type", "application/json").body(marked);
    let urls = ["query={me}&variables=%EF%BB%BF{}", "query={me}&extensions=%EF%BB%BF{}"];
    for request in [post, site.get(urls[0]), site.get(urls[1])] {
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("byte order mark"), "{message}");
    }
    let mut socket = site.server.greeted().await;
    socket.send_text("\u{feff}{\"type\":\"ping\"}").await;
    let (code, reason) = socket.closed_for().await;
    assert!(code == 4400 && reason.contains("byte order mark"), "{code} {reason}");
    let wide: Vec<u8> = ME.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let request = site.post().header("content-type", "application/json; charset=utf-16");
    let body: Value = request.body(wide).send().await.unwrap().json().await.unwrap();
    assert!(body["errors"][0]["message"].as_str().unwrap().contains("UTF-16"), "{body}");
}

#[tokio::test]
async fn what_a_client_takes_is_read_as_it_is_written() {
    let site = Site::new().await;
    let graphql = "application/graphql-response+json; charset=utf-8";
    let json = "application/json; charset=utf-8";
    for (accept, media) in [
        ("application/json; charset=iso-8859-1", json),
        ("application/json;odata=verbose", json),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", json),
        (",, application/graphql-response+json ,", graphql),
        ("application/*;q=0.1", json),
        (r#"text/plain;a="\",", application/graphql-response+json"#, graphql),
        ("application/json;q=0.1;charset=utf-8, Application/GraphQL-Response+JSON;Q=0.2", graphql),
        ("application/json;q=0, */*", graphql),
        ("application/json;q=0.5, application/*;q=0.9", graphql),
        ("application/json, */*;q=0.9", json),
    ] {
        let request = site.post().header("accept", accept).json(&json!({ "query": "{ me }" }));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{accept}");
        assert_eq!(response.headers()["content-type"], media, "{accept}");
    }
    for accept in ["text/html", "application/json;q=0", "*/json", "application/json;q=2"] {
        let request = site.post().header("accept", accept).json(&json!({ "query": "{ me }" }));
        let told = refusal(request.send().await.unwrap()).await;
        assert_eq!(told, "406 NOT_ACCEPTABLE", "{accept}");
    }
}

#[tokio::test]
async fn a_slash_at_the_end_changes_nothing() {
    let site = Site::new().await;
    let url = site.server.http("/graphql/");
    let client = reqwest::Client::new();
    for request in [
        client.post(&url).json(&json!({ "query": "{ me }" })),
        client.get(format!("{url}?query={{me}}")),
    ] {
        let request = request.bearer_auth(site.server.secret());
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(body["data"]["me"], "sales@example.org");
    }
    let mut socket = site.server.connect_to("/graphql/", &[]).await;
    socket.introduce(site.server.secret(), json!({})).await;
}
