//! Servers that run while a later version of the program has added to the tables of their database.

use engine::{catalogue, db::Db};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::support::{Client, TestApp, each, feed::Feed, scene::Scene};

/// What a migration of a later version may do beside servers of this one: columns that may be empty or have a default, a
/// table, an index.
async fn later(app: &TestApp) {
    let db = Db::connect(&app.url, None).await.unwrap();
    let conn = db.begin_write().await.unwrap();
    let tables = catalogue::tables(&conn).await.unwrap();
    for table in tables.iter().filter(|table| !table.name.starts_with("deal_text")) {
        let name = &table.name;
        for column in ["later TEXT NULL", "more INTEGER NOT NULL DEFAULT 7"] {
            let sql = format!(r#"ALTER TABLE "{name}" ADD COLUMN {column}"#);
            conn.execute_unprepared(&sql).await.unwrap();
        }
    }
    for sql in [
        "CREATE TABLE later (id INTEGER PRIMARY KEY)",
        "CREATE INDEX deal_later ON deal (later)",
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)",
    ] {
        conn.execute_unprepared(sql).await.unwrap();
    }
    conn.commit().await.unwrap();
    db.close().await;
}

/// Does for a new deal what can be done, and saves its process.
async fn use_all(scene: &Scene) -> String {
    let admin = &scene.people.admin;
    let (deal, completion) = scene.deal("EVERYONE").await;
    let mutations = scene.mutations(&deal, &completion);
    for (name, input) in
        mutations.iter().filter(|(name, _)| !["winDeal", "outdateDeal"].contains(name))
    {
        admin.done(name, input.clone(), "").await;
    }
    let input = json!({ "processId": scene.process.id, "name": format!("Stage of {deal}") });
    admin.done("addStage", input, "").await;
    look(admin, &deal).await;
    deal
}

async fn look(who: &Client, deal: &str) {
    let query = "query($id: ID!) { viewer { member { name } notifications { totalCount } }
        deal(id: $id) { title status percent: progress { percent } participants { name } events(first: 50) { totalCount nodes { summary } }
            notes(first: 5) { nodes { body author { name } } } tasks(first: 5) { nodes { title } }
            process { name version stages { name actions { name } } } }
        deals { totalCount nodes { title } } }";
    let found = who.query(query, json!({ "id": deal })).await;
    assert_eq!(found["deal"]["title"], "Tables");
}

#[tokio::test]
async fn a_server_goes_on_when_a_later_version_has_added_to_its_tables() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        use_all(&scene).await;
        app.number_log().await;
        let mut board = Feed::board(&scene.people.manager, &scene.process.id, None).await;
        board.mark().await;
        later(&app).await;
        let deal = use_all(&scene).await;
        app.number_log().await;
        assert!(board.change().await.contains(&deal));
        let other = Db::connect(&app.url, None).await.unwrap();
        assert!(other.migrate().await.is_err(), "none of this version begins there any more");
        other.close().await;
    })
    .await;
}
