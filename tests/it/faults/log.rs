//! SQLite's log stays short, whoever reads meanwhile, and those who write go on.

use std::fs;

use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::support::{TestApp, database::Kind, each};

/// How many bytes the log has.
fn length(app: &TestApp) -> u64 {
    let file = app.app.db().file().unwrap();
    fs::metadata(format!("{}-wal", file.display())).unwrap().len()
}

#[tokio::test]
async fn the_log_begins_again_once_nobody_reads_from_it_and_nothing_is_lost() {
    each(|app| async move {
        if app.kind != Kind::Sqlite {
            return;
        }
        let (ada, db) = (app.admin().await, app.app.db());
        let sales = ada.process("Sales", &[("Contact", &[])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let rename = async |title: &str| {
            ada.done("updateDeal", json!({ "dealId": deal, "title": title }), "").await;
        };

        let reading = db.begin_read().await.unwrap();
        reading.execute_unprepared("SELECT count(*) FROM deal").await.unwrap();
        rename("Tables").await;
        db.shorten_log().await.unwrap();
        assert!(length(&app) > 0, "somebody reads from it");
        rename("Lamps").await;

        reading.rollback().await.unwrap();
        db.shorten_log().await.unwrap();
        assert_eq!(length(&app), 0);
        let title = ada.query("query($id: ID!) { deal(id: $id) { title } }", json!({ "id": deal }));
        assert_eq!(title.await["deal"]["title"], "Lamps");
        rename("Sofas").await;
        assert!(length(&app) > 0, "it is written from its beginning again");
    })
    .await;
}
