//! Answers that a client has already, and answers that are smaller on the way.

use std::io::Read;

use serde_json::{Value, json};

use super::Site;

const MINE: &str = "private, no-cache";

#[tokio::test]
async fn a_query_by_get_that_answers_the_same_is_not_sent_twice() {
    let site = Site::new().await;
    let first = site.get("query={me}").send().await.unwrap();
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    assert_eq!(first.headers()["cache-control"], MINE);
    let varies = first.headers()["vary"].to_str().unwrap().to_lowercase();
    for header in ["authorization", "accept", "accept-language", "accept-encoding"] {
        assert!(varies.split(", ").any(|found| found == header), "{varies}");
    }
    for known in [tag.clone(), format!("\"x\", {tag}"), "*".into()] {
        let again = site.get("query={me}").header("if-none-match", known).send().await.unwrap();
        assert_eq!(again.status(), 304);
        assert_eq!(again.headers()["etag"].to_str().unwrap(), tag);
        assert_eq!(again.headers()["cache-control"], MINE);
        assert_eq!(again.text().await.unwrap(), "");
    }
    let other = site.get("query={you:me}").header("if-none-match", tag).send().await.unwrap();
    assert_eq!(other.status(), 200);
}

#[tokio::test]
async fn nobody_keeps_what_was_posted_or_refused() {
    let site = Site::new().await;
    let posted = site.post().json(&json!({ "query": "{ me }" })).send().await.unwrap();
    let refused = site.get("query=").send().await.unwrap();
    let wrong = site.get("query={nobody}").send().await.unwrap();
    let failed = site.get("query={me%20nothing}").send().await.unwrap();
    for response in [posted, refused, wrong, failed] {
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(!response.headers().contains_key("etag"));
    }
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_take_it() {
    let site = Site::new().await;
    let long = || site.post().json(&json!({ "query": "{ long(length: 20000) }" }));
    let response = long().header("accept-encoding", "br, gzip, zstd").send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let bytes = response.bytes().await.unwrap();
    assert!(bytes.len() < 1000, "{}", bytes.len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["data"]["long"].as_str().unwrap().len(), 20_000);
    let plain = long().header("accept-encoding", "gzip;q=0, identity").send().await.unwrap();
    assert!(!plain.headers().contains_key("content-encoding"));
    let short = site.post().json(&json!({ "query": "{ me }" }));
    let short = short.header("accept-encoding", "gzip").send().await.unwrap();
    assert!(!short.headers().contains_key("content-encoding"));
}
