//! Queries, with a fault at each of their steps: an error, never a wrong answer, and the next one is right.

use entity::member::Role;
use serde_json::{Value, json};

use super::breaker::{Breaker, FAULTS, Fault};
use crate::support::{TestApp, each, files::PDF};

const DOCUMENT: &str = "query($id: ID!) { deal(id: $id) { title version owner { name } \
    progress { percent } stage { name } notes { totalCount nodes { body files { name } } } \
    events { nodes { summary actor { name } } } checklist { state action { name } } } \
    deals { totalCount } viewer { unreadCount } }";

/// Whether there is an error, and where there is none that nothing is missing.
fn is_right(answer: &Value, right: &Value) -> bool {
    let is_right = answer["errors"].is_null();
    assert!(!is_right || answer["data"] == *right, "{answer:#}");
    is_right
}

#[tokio::test]
async fn a_query_fails_or_is_right_and_the_next_one_is_right() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let ada = broken.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1), ("Write", 2)])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.complete(&deal, sales.action("Call")).await;
        let file = ada.file("a.pdf", "application/pdf", PDF).await;
        let note = json!({ "dealId": deal, "body": "see", "fileIds": [file] });
        ada.done("addNote", note, "").await;
        let right = ada.query(DOCUMENT, json!({ "id": deal })).await;
        for fault in FAULTS {
            for step in 1.. {
                breaker.at(step, fault);
                let answer = ada.raw(DOCUMENT, json!({ "id": deal })).await;
                let broke = breaker.mend();
                let is_right = is_right(&answer, &right);
                assert_eq!(ada.query(DOCUMENT, json!({ "id": deal })).await, right);
                if broke == 0 {
                    assert!(is_right && step > 10, "the last time nothing failed");
                    break;
                }
            }
        }
        broken.stop().await;
    })
    .await;
}

/// Many at once, more than there are connections, while each of them fails: none stays away.
#[tokio::test]
async fn no_connection_is_missing_after_many_faults_at_once() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let sam = broken.member("Sam", Role::Salesperson).await;
        for fault in [Fault::Io, Fault::Gone] {
            breaker.always(|step| matches!(step, engine::db::Step::Statement(_)), fault);
            let all = (0..40).map(|_| sam.raw("{ viewer { unreadCount } }", json!({})));
            for answer in futures_util::future::join_all(all).await {
                assert!(answer["errors"][0]["message"].is_string(), "{answer}");
            }
            assert!(breaker.mend() >= 40);
            let all = (0..40).map(|_| sam.query("{ viewer { unreadCount } }", json!({})));
            futures_util::future::join_all(all).await;
        }
        broken.stop().await;
    })
    .await;
}

/// Bytes of a file: what is acknowledged can be fetched.
#[tokio::test]
async fn sending_a_file_survives_each_fault_at_each_step() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let ada = broken.admin().await;
        for fault in FAULTS {
            let (id, url) = ada.announce("a.pdf", "application/pdf", PDF.len()).await;
            // Links lead to the server whose settings these are.
            let url = url.replace(&app.address.to_string(), &broken.address.to_string());
            for step in 1.. {
                breaker.at(step, fault);
                let status = broken.put(&url, PDF).await;
                let broke = breaker.mend();
                assert_eq!(is_there(&broken, &ada, &id).await, status == "204", "{status}");
                if status == "204" {
                    // Of a commit whose answer is lost the server was asked.
                    assert!(broke == 0 || fault == Fault::Lost, "{fault:?} at step {step}");
                    assert!(step > 4, "the last time nothing failed");
                    break;
                }
                assert_eq!(broke, 1, "{fault:?} at step {step}: {status}");
                assert!(status.starts_with('5'), "{fault:?} at step {step}: {status}");
            }
        }
        broken.stop().await;
    })
    .await;
}

async fn is_there(app: &TestApp, who: &crate::support::Client, file: &str) -> bool {
    let Some(url) = who.download_url(file).await else { return false };
    app.http.get(url).send().await.unwrap().status() == 200
}
