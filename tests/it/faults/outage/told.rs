//! What is asked meanwhile is told to try again, and what became of it.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{Site, assert_unavailable, behind_a_line, settings};
use crate::support::{
    Kind, each,
    files::PDF,
    live::{server::Client as Socket, soon},
};

const RENAME: &str = "mutation($input: UpdateDealInput!) {
    updateDeal(input: $input) { deal { title process { name } participants { name } events(first: 1) { nodes { id } } } userErrors { code } } }";

/// Each way to ask for something that needs the database.
fn requests(site: &Site) -> Vec<RequestBuilder> {
    let (http, endpoint) = (&site.app.http, site.app.endpoint());
    let query = json!({ "query": "{ viewer { member { name } } }" });
    let variables = json!({ "input": { "dealId": site.deal, "title": "Tables" } });
    let mutation = json!({ "query": RENAME, "variables": variables });
    let post = |body: &Value, accept: &str| {
        let request = http.post(&endpoint).bearer_auth(&site.mia.secret).json(body);
        request.header("accept", accept)
    };
    let file = "file_01jd8k2x7sfm5a9k2v0q3c4d5e?token=token_01jd8k2x7sfm5a9k2v0q3c4d5e&expires=9&signature=AA";
    let file = format!("http://{}/files/{file}", site.app.address);
    vec![
        post(&query, "application/graphql-response+json"),
        post(&query, "application/json"),
        post(&query, "text/event-stream"),
        post(&mutation, "application/graphql-response+json"),
        http.get(format!("{endpoint}?query={{viewer{{member{{name}}}}}}"))
            .bearer_auth(&site.mia.secret),
        http.get(&file),
        http.put(&file).body("x"),
    ]
}

async fn assert_all_unavailable(site: &Site) {
    for request in requests(site) {
        let response = request.send().await.unwrap();
        let what = response.url().clone();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{what}");
        assert!(response.headers().contains_key("retry-after"), "{what}");
        let body = response.json().await.unwrap();
        let error = assert_unavailable(&body);
        // What is sent by POST may be a mutation, which was not even read.
        if what.path() == "/graphql" && what.query().is_none() {
            assert_eq!(error["extensions"]["outcome"], "NOT_DONE", "{body:#}");
            assert!(error["message"].as_str().unwrap().ends_with("Nothing was changed."));
        }
    }
    let mut socket =
        Socket::connect(&site.app.address.to_string(), Some("graphql-transport-ws")).await;
    let payload = json!({ "Authorization": format!("Bearer {}", site.mia.secret) });
    socket.send(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(socket.closed().await, 1013);
}

#[tokio::test]
async fn who_asks_over_a_line_that_is_cut_is_told_to_try_again() {
    behind_a_line(settings(), |site| async move {
        let before = site.ada.app.fingerprint().await;
        site.line.cut();
        assert_all_unavailable(&site).await;
        site.line.open();
        let viewer = site.mia.query("{ viewer { member { name } } }", json!({})).await;
        assert_eq!(viewer["viewer"]["member"]["name"], "Mia");
        assert_eq!(before, site.ada.app.fingerprint().await);
    })
    .await;
}

/// A database that takes nobody in refuses each new connection in its own words.
#[tokio::test]
async fn who_asks_while_the_database_takes_nobody_in_is_told_to_try_again() {
    behind_a_line(settings(), |site| async move {
        site.shut().await;
        assert_all_unavailable(&site).await;
        site.reopen().await;
        let viewer = site.mia.query("{ viewer { member { name } } }", json!({})).await;
        assert_eq!(viewer["viewer"]["member"]["name"], "Mia");
    })
    .await;
}

/// The time to say who one is may be longer than that of an operation, and signing in is one.
#[tokio::test]
async fn who_introduces_a_socket_is_told_within_the_time_limit() {
    let mut settings = settings();
    settings.limits.operation = Duration::from_secs(1);
    settings.sockets.greeting = Duration::from_secs(600);
    behind_a_line(settings, |site| async move {
        site.line.hold();
        let address = site.app.address.to_string();
        let mut socket = Socket::connect(&address, Some("graphql-transport-ws")).await;
        let payload = json!({ "Authorization": format!("Bearer {}", site.mia.secret) });
        socket.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.closed_at_once().await, 1013);
    })
    .await;
}

/// A socket signs its client in anew for each operation.
#[tokio::test]
async fn a_mutation_on_a_socket_that_could_not_begin_is_told_as_not_done() {
    behind_a_line(settings(), |site| async move {
        let address = site.app.address.to_string();
        let mut socket = Socket::connect(&address, Some("graphql-transport-ws")).await;
        socket.introduce(&site.mia.secret, json!({})).await;
        site.line.cut();
        let variables = json!({ "input": { "dealId": site.deal, "title": "Tables" } });
        let payload = json!({ "query": RENAME, "variables": variables });
        socket.send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
        let told = socket.receive().await;
        assert_eq!(told["type"], "error", "{told:#}");
        let body = json!({ "errors": told["payload"] });
        assert_eq!(assert_unavailable(&body)["extensions"]["outcome"], "NOT_DONE", "{body:#}");
    })
    .await;
}

/// Nothing breaks, and nothing is answered: the time limit holds all the same.
#[tokio::test]
async fn who_asks_while_the_database_says_nothing_is_told_within_the_time_limit() {
    let mut settings = settings();
    settings.limits.operation = Duration::from_secs(1);
    settings.sockets.greeting = Duration::from_secs(1);
    behind_a_line(settings, |site| async move {
        site.line.hold();
        assert_all_unavailable(&site).await;
    })
    .await;
}

#[tokio::test]
async fn in_a_read_only_spell_changes_are_told_to_try_again_and_reading_goes_on() {
    behind_a_line(settings(), |site| async move {
        let before = site.ada.app.fingerprint().await;
        let database = site.database().to_owned();
        let mode = format!("ALTER DATABASE {database} SET default_transaction_read_only");
        site.decree(&format!("{mode} = on")).await;
        let variables = json!({ "input": { "dealId": site.deal, "title": "Tables" } });
        for accept in ["application/graphql-response+json", "application/json"] {
            let body = json!({ "query": RENAME, "variables": variables });
            let request = site.app.http.post(site.app.endpoint()).bearer_auth(&site.mia.secret);
            let response = request.header("accept", accept).json(&body).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(response.headers().contains_key("retry-after"));
            let body = response.json().await.unwrap();
            let error = assert_unavailable(&body);
            assert_eq!(error["extensions"]["outcome"], "NOT_DONE");
            assert!(error["message"].as_str().unwrap().ends_with("Nothing was changed."));
        }
        let viewer = site.mia.query("{ viewer { member { name } } }", json!({})).await;
        assert_eq!(viewer["viewer"]["member"]["name"], "Mia");
        assert_eq!(before, site.ada.app.fingerprint().await);
        site.decree(&format!("ALTER DATABASE {database} RESET default_transaction_read_only"))
            .await;
        let done = site.mia.done("updateDeal", variables["input"].clone(), "deal { title }").await;
        assert_eq!(done["deal"]["title"], "Tables");
    })
    .await;
}

/// The line is cut at the first look after the change: that was made, and its client must not make it again.
#[tokio::test]
async fn a_change_whose_answer_cannot_be_read_is_told_as_done() {
    each(|app| async move {
        if app.kind != Kind::Postgres {
            return;
        }
        let knife: Arc<OnceLock<Box<dyn Fn() + Send + Sync>>> = Arc::default();
        let (cut, changed) = (knife.clone(), AtomicBool::new(false));
        let hook = move |sql: &str| {
            if sql.starts_with("INSERT INTO \"event\"") {
                changed.store(true, Ordering::SeqCst);
            } else if sql.starts_with("SELECT") && changed.load(Ordering::SeqCst) {
                cut.get().unwrap()();
            }
        };
        let site = Site::new(&app, settings(), Arc::new(hook)).await;
        assert!(knife.set(Box::new(site.line.knife())).is_ok());
        let variables = json!({ "input": { "dealId": site.deal, "title": "Tables" } });
        let body = site.mia.raw(RENAME, variables).await;
        let errors = body["errors"].as_array().unwrap();
        assert!(!body["data"].is_null() && !errors.is_empty(), "{body:#}");
        for error in errors {
            assert_eq!(error["extensions"]["code"], "SERVICE_UNAVAILABLE", "{body:#}");
            assert_eq!(error["extensions"]["outcome"], "DONE", "{body:#}");
            assert!(error["message"].as_str().unwrap().starts_with("This was done"), "{body:#}");
        }
        let document = "query($id: ID!) { deal(id: $id) { title } }";
        let deal = site.ada.query(document, json!({ "id": site.deal })).await;
        assert_eq!(deal["deal"]["title"], "Tables");
        site.app.stop().await;
    })
    .await;
}

/// The database says nothing more once the bytes are there and their file is being saved: its client is told within
/// the time limit, and the same bytes again are kept once.
#[tokio::test]
async fn who_sends_a_file_is_told_within_the_time_limit_when_its_saving_hangs() {
    each(|app| async move {
        if app.kind != Kind::Postgres {
            return;
        }
        let holder: Arc<OnceLock<Box<dyn Fn() + Send + Sync>>> = Arc::default();
        let hold = holder.clone();
        let hook = move |sql: &str| {
            if sql.contains("\"file\"") && sql.contains("FOR UPDATE") {
                hold.get().unwrap()();
            }
        };
        let mut settings = settings();
        settings.limits.operation = Duration::from_secs(1);
        let site = Site::new(&app, settings, Arc::new(hook)).await;
        assert!(holder.set(Box::new(site.line.holder())).is_ok());
        let (file, url) = site.mia.announce("a.pdf", "application/pdf", PDF.len()).await;
        let url = url.replace(&app.address.to_string(), &site.app.address.to_string());
        assert_eq!(soon(site.app.put(&url, PDF)).await, "503 SERVICE_UNAVAILABLE");
        site.line.open();
        let again = async {
            loop {
                match site.app.put(&url, PDF).await.as_str() {
                    "409 UPLOAD_RUNNING" => {}
                    told => return told.to_owned(),
                }
            }
        };
        assert_eq!(soon(again).await, "204");
        assert_eq!(site.mia.known(&file).await["state"], "READY");
        site.app.stop().await;
    })
    .await;
}
