//! What the log says about requests, and what it never says.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::json;
use tracing_subscriber::EnvFilter;

use super::Site;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// All that this test's thread (and so its server) says from now on.
    fn keep(filter: &str) -> (Self, tracing::subscriber::DefaultGuard) {
        // Other threads must have somewhere to log to: what only they had asked about would be remembered
        // as of no interest to anybody.
        let _ = tracing_subscriber::fmt().with_test_writer().try_init();
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false);
        let subscriber = subscriber.with_env_filter(EnvFilter::new(filter));
        let subscriber = subscriber.with_writer(move || writer.clone()).finish();
        let guard = tracing::subscriber::set_default(subscriber);
        tracing::callsite::rebuild_interest_cache();
        (log, guard)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn no_token_reaches_the_log() {
    let (log, _guard) = Log::keep("waypost=trace");
    let site = Site::new().await;
    let (valid, wrong) = (site.server.secret().to_owned(), "wp_wrong-but-perhaps-only-mistyped");
    for secret in [valid.as_str(), wrong] {
        let query = format!("query={{me}}&token={secret}&access_token={secret}");
        let _ = site.get(&query).send().await.unwrap();
        let _ = site.get(&format!("query={{{secret}}}")).send().await.unwrap();
        for request in [site.post(), reqwest::Client::new().post(site.server.http("/graphql"))] {
            let body =
                json!({ "query": "{ me }", "variables": { "token": secret }, "token": secret });
            let request = request.header("cookie", format!("token={secret}")).bearer_auth(secret);
            let _ = request.json(&body).send().await.unwrap();
        }
        let basic = reqwest::Client::new().post(site.server.http("/graphql"));
        let _ = basic.header("authorization", format!("Basic {secret}")).send().await.unwrap();
        let mut client = site.server.connect().await;
        let payload = json!({ "Authorization": format!("Bearer {secret}") });
        client.send(json!({ "type": "connection_init", "payload": payload })).await;
        let _ = client.receive_or_close().await;
        let panics = json!({ "query": "{ panics(why: \"x\") }", "variables": { "token": secret } });
        let _ = site.post().json(&panics).send().await.unwrap();
    }
    site.assert_well().await;
    let text = log.text();
    assert!(text.contains("waypost::access"), "the log was kept");
    assert!(!text.contains(&valid) && !text.contains(wrong), "{text}");
}

#[tokio::test]
async fn each_request_has_a_line_without_its_query_string() {
    let (log, _guard) = Log::keep("info,waypost::access=debug");
    let site = Site::new().await;
    let request = site.get("query={me}&signature=hush").header("x-request-id", "mine-2");
    let bytes = request.send().await.unwrap().bytes().await.unwrap().len();
    let path = site.server.http("/files/x?token=t&expires=1&signature=hush");
    let _ = reqwest::Client::new().get(path).send().await.unwrap().text().await;
    site.assert_well().await;
    let text = log.text();
    let line = text.lines().find(|line| line.contains("mine-2")).unwrap();
    let member = site.server.world.sales.id.to_string();
    let size = format!("bytes={bytes}");
    for part in ["method=GET", "path=\"/graphql\"", "status=200", "ms=", &member, &size] {
        assert!(line.contains(part), "{part} is missing: {line}");
    }
    assert!(text.contains("path=\"/files/x\" status=403"), "{text}");
    assert!(!text.contains("hush"), "{text}");
}

#[tokio::test]
async fn a_proxy_that_cannot_be_read_is_noted_once() {
    let (log, _guard) = Log::keep("waypost=warn");
    let site = Site::with(|settings| settings.connections.trusted_proxies = 1).await;
    for named in ["unknown", "_hidden", "-"] {
        let request = reqwest::Client::new().get(site.server.http("/nothing"));
        request.header("x-forwarded-for", named).send().await.unwrap();
    }
    let text = log.text();
    assert_eq!(text.matches("cannot be read").count(), 1, "{text}");
    assert!(text.contains("x_forwarded_for=\"unknown\""), "{text}");
}
