//! `/health/ready` tells the truth about writing.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use engine::db::{Fate, Layer, Step};
use serde_json::json;

use super::breaker::{Breaker, Fault};
use crate::support::{TestApp, each, live::soon};

async fn ready(app: &TestApp) -> (u16, String) {
    let answer = app.http.get(format!("http://{}/health/ready", app.address)).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn is_write(step: Step<'_>) -> bool {
    match step {
        Step::Statement(sql) => !sql.starts_with("SELECT"),
        Step::Commit => true,
        _ => false,
    }
}

#[tokio::test]
async fn a_server_is_not_ready_while_nothing_can_be_written_and_is_again_by_itself() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let ada = broken.admin().await;
        assert_eq!(ready(&broken).await.0, 200);
        for fault in [Fault::Full, Fault::Io, Fault::Gone] {
            breaker.always(is_write, fault);
            assert_eq!(ready(&broken).await.0, 200, "nobody has tried to write");
            let name = "mutation { createProcess(input: { name: \"Sales\" }) { process { id } } }";
            ada.error(name, json!({})).await;
            let (status, text) = ready(&broken).await;
            assert_eq!(status, 503, "{fault:?}: {text}");
            assert!(text.contains("written"), "{text}");
            assert_eq!(ready(&broken).await.0, 503, "a moment later too");
            ada.query("{ viewer { unreadCount } }", json!({})).await; // reading goes on
            breaker.mend();
            soon(async { while ready(&broken).await.0 != 200 {} }).await;
        }
        broken.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_people_write_makes_a_server_ready_at_once() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let ada = broken.admin().await;
        let rename = |name: &str| json!({ "memberId": ada.id(), "name": name });
        let sales = ada.process("Sales", &[]).await;
        breaker.always(is_write, Fault::Full);
        let name = "mutation { createProcess(input: { name: \"Service\" }) { process { id } } }";
        ada.error(name, json!({})).await;
        assert_eq!(ready(&broken).await.0, 503);
        // Nothing is written by what changes nothing, and a refusal says nothing about the disk.
        breaker.mend();
        ada.refusals("updateProcess", json!({ "processId": sales.id, "name": "" })).await;
        ada.done("updateMember", rename("Eve"), "").await;
        assert_eq!(ready(&broken).await.0, 200);
        broken.stop().await;
    })
    .await;
}

#[tokio::test]
async fn asking_whether_it_is_ready_writes_nothing() {
    each(|app| async move {
        let begun = Arc::new(AtomicUsize::new(0));
        let counter = begun.clone();
        let fate = Arc::new(move |step: Step<'_>| {
            counter.fetch_add(usize::from(step == Step::Begin), Ordering::SeqCst);
            Fate::Runs
        });
        let layer = Layer { statement: None, fate: Some(fate) };
        let watched = app.behind(layer, app.app.settings().clone()).await;
        for _ in 0..20 {
            assert_eq!(ready(&watched).await.0, 200);
        }
        assert_eq!(begun.load(Ordering::SeqCst), 0);
        watched.stop().await;
    })
    .await;
}
