//! What is no request, whatever the media type of the answer.

use serde_json::json;

use super::{Site, refusal};

const MEDIA: [&str; 2] = ["application/json", "application/graphql-response+json"];

#[tokio::test]
async fn parameters_of_the_wrong_type_are_refused_for_both_media_types() {
    let site = Site::new().await;
    for body in [
        json!({}),
        json!({ "query": null }),
        json!({ "query": 1 }),
        json!({ "query": ["{ me }"] }),
        json!({ "query": "{ me }", "variables": "{}" }),
        json!({ "query": "{ me }", "variables": [1] }),
        json!({ "query": "{ me }", "operationName": 1 }),
        json!({ "query": "{ me }", "extensions": "x" }),
        json!([{ "query": "{ me }" }]),
        json!("{ me }"),
    ] {
        for accept in MEDIA {
            let request = site.post().header("accept", accept).json(&body);
            let told = refusal(request.send().await.unwrap()).await;
            assert_eq!(told, "400 BAD_REQUEST", "{body} as {accept}");
        }
    }
    let nulls =
        json!({ "query": "{ me }", "variables": null, "operationName": null, "extensions": null });
    assert_eq!(site.post().json(&nulls).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let site = Site::new().await;
    let deep = format!(r#"{{"query":"{{me}}","variables":{{"n":{}"#, "[".repeat(100_000));
    for body in [
        &b""[..],
        b"{",
        br#"{"query":"{ me }"} garbage"#,
        b"{\"query\":\"{ me \xff }\"}",
        b"{\"query\":\"{ me \0 }\"}",
        b"\xef\xbb\xbf{\"query\":\"{ me }\"}",
        br#"{"query":"{ twice(n: 1) }","variables":{"n":1e400}}"#,
        br#"{"query":"{ me }","query":"mutation { touch }"}"#,
        deep.as_bytes(),
    ] {
        let request = site.post().header("content-type", "application/json").body(body.to_vec());
        assert_eq!(refusal(request.send().await.unwrap()).await, "400 BAD_REQUEST", "{body:?}");
    }
    site.assert_well().await;
}

#[tokio::test]
async fn no_form_can_write() {
    let site = Site::new().await;
    for media in [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/plain; application/json",
        "application/graphql",
        "",
    ] {
        let request = site.post().header("content-type", media).body("query=mutation{touch}");
        let told = refusal(request.send().await.unwrap()).await;
        assert_eq!(told, "415 UNSUPPORTED_MEDIA_TYPE", "{media}");
    }
    let request = site.post().header("content-encoding", "gzip").json(&json!({ "query": "{me}" }));
    assert_eq!(refusal(request.send().await.unwrap()).await, "415 UNSUPPORTED_MEDIA_TYPE");
}

#[tokio::test]
async fn a_url_is_read_as_strictly_as_a_body() {
    let site = Site::new().await;
    for query in [
        "",
        "variables={}",
        "query={me}&query={me}",
        "query={me}&variables=[]",
        "query={me}&variables={",
        "query={me}&extensions=1",
        "query=%FF",
    ] {
        let told = refusal(site.get(query).send().await.unwrap()).await;
        assert_eq!(told, "400 BAD_REQUEST", "{query}");
    }
    let query =
        "query=query+Q($n:Int!){twice(n:$n)}&variables=%7B%22n%22:2%7D&operationName=Q&extensions=";
    let response = site.get(query).send().await.unwrap();
    assert!(response.text().await.unwrap().contains(r#""twice":4"#));
}

#[tokio::test]
async fn get_changes_nothing_and_says_how_to() {
    let site = Site::new().await;
    for accept in MEDIA {
        let response = site.get("query=mutation{touch}").header("accept", accept).send().await;
        let response = response.unwrap();
        assert_eq!(response.headers()["allow"], "POST");
        assert_eq!(refusal(response).await, "405 METHOD_NOT_ALLOWED");
    }
}

#[tokio::test]
async fn every_address_says_what_is_wrong_in_the_same_form() {
    let site = Site::new().await;
    let client = reqwest::Client::new();
    for path in
        ["/nothing", "/graphql//", "/explorer/nothing.js", "/assets/nothing.js", "/files", "/.env"]
    {
        let response = client.get(site.server.http(path)).send().await.unwrap();
        assert_eq!(refusal(response).await, "404 NOT_FOUND", "{path}");
    }
    for (path, allow) in [
        ("/graphql", "GET,HEAD,POST"),
        ("/files/x", "GET,HEAD,PUT"),
        ("/health/live", "GET,HEAD"),
        ("/explorer", "GET,HEAD"),
        ("/", "GET,HEAD"),
        ("/deals/x", "GET,HEAD"),
    ] {
        let response = client.delete(site.server.http(path)).send().await.unwrap();
        let mut told: Vec<_> = response.headers()["allow"].to_str().unwrap().split(',').collect();
        told.sort_unstable();
        assert_eq!(told.join(","), allow, "{path}");
        assert_eq!(refusal(response).await, "405 METHOD_NOT_ALLOWED", "{path}");
    }
}

#[tokio::test]
async fn a_browser_gets_a_page_at_an_address_that_is_none() {
    let site = Site::new().await;
    let client = reqwest::Client::new();
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (path, base) in [("/nothing", "./"), ("/nothing/at/all", "../../")] {
        let response = client.get(site.server.http(path)).header("accept", accept).send().await;
        let response = response.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        assert!(response.headers().contains_key("content-security-policy"));
        let page = response.text().await.unwrap();
        assert!(page.contains(&format!("<base href=\"{base}\"")), "{page}");
        let response = client.post(site.server.http(path)).header("accept", accept).send().await;
        assert_eq!(refusal(response.unwrap()).await, "404 NOT_FOUND", "{path}");
    }
    for path in ["/graphql/nothing", "/files/nothing/at/all", "/assets/nothing.js"] {
        let response = client.get(site.server.http(path)).send().await.unwrap();
        assert_eq!(refusal(response).await, "404 NOT_FOUND", "{path}");
    }
}

#[tokio::test]
async fn nothing_of_a_body_is_read_for_somebody_who_may_not_send_one() {
    let site = Site::new().await;
    let mut raw = site.raw().await;
    raw.send("POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n").await;
    let answer = raw.last().await;
    assert_eq!(answer.refusal(), "401 UNAUTHENTICATED");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_however_it_comes() {
    let site = Site::with(|settings| settings.limits.body = 1000).await;
    let mut raw = site.raw().await;
    raw.send(site.head("Content-Length: 52428800\r\n")).await;
    assert_eq!(raw.last().await.refusal(), "413 PAYLOAD_TOO_LARGE", "before a byte of it came");

    let long = vec![b' '; 50 * 1024 * 1024];
    let mut raw = site.raw().await;
    raw.send(site.head("Content-Length: 52428800\r\n")).await;
    raw.send_in_vain(&long).await;
    let answer = raw.last().await;
    assert_eq!(answer.refusal(), "413 PAYLOAD_TOO_LARGE", "also heard when all of it was sent");
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(answer.body.contains("at most 1000 bytes"), "{}", answer.body);

    let mut raw = site.raw().await;
    raw.send(site.head("Transfer-Encoding: chunked\r\n")).await;
    for _ in 0..3 {
        raw.send(format!("{:x}\r\n{}\r\n", 500, " ".repeat(500))).await;
    }
    assert_eq!(raw.last().await.refusal(), "413 PAYLOAD_TOO_LARGE");
    site.assert_well().await;
}
