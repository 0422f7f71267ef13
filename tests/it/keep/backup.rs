//! Backups: taken while people work, the same row by row in either kind of database, and a log of its own there.

use engine::{backup, db::Db};
use entity::member::Role;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use super::tools::{
    Memory, assert_clean, assert_round_trip, assert_same, backed_up, content, lived, restored,
};
use crate::support::{
    Client, TestApp,
    builders::text,
    database::{self, Kind},
    each,
    feed::Feed,
};

#[tokio::test]
async fn a_backup_is_the_same_row_by_row_in_either_kind_of_database() {
    each(|app| async move {
        lived(&app).await;
        assert_round_trip(&app).await;
    })
    .await;
}

#[tokio::test]
async fn an_empty_database_is_backed_up_too() {
    each(|app| async move { assert_round_trip(&app).await }).await;
}

#[tokio::test]
async fn what_came_through_both_kinds_is_what_it_was() {
    if !database::kinds().contains(&Kind::Postgres) {
        return;
    }
    each(|app| async move {
        lived(&app).await;
        app.number_log().await;
        let (before, other) = (content(&app).await, other(app.kind));
        let (bytes, _) = backed_up(&app).await;
        restored(other, &bytes, |there| async move {
            let (bytes, _) = backed_up(&there).await;
            restored(app.kind, &bytes, |again| async move {
                assert_same(&before, &content(&again).await);
                assert_clean(&again).await;
            })
            .await;
        })
        .await;
    })
    .await;
}

fn other(kind: Kind) -> Kind {
    if kind == Kind::Sqlite { Kind::Postgres } else { Kind::Sqlite }
}

/// Writes notes and does and undoes something until it is told to stop; how often.
async fn work(
    client: &Client,
    deal: &str,
    action: &str,
    until: &std::sync::atomic::AtomicBool,
) -> u64 {
    let mut done = 0;
    while !until.load(std::sync::atomic::Ordering::SeqCst) {
        let completion = client.complete(deal, action).await;
        client.done("undoCompletion", json!({ "completionId": completion }), "").await;
        client.done("addNote", json!({ "dealId": deal, "body": "again" }), "").await;
        done += 1;
    }
    done
}

#[tokio::test]
async fn backups_are_of_one_moment_while_people_work() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 10), ("Write", 5)])]).await;
        let deals = join_all((0..4).map(|number| {
            let (ada, sales) = (&ada, &sales);
            async move { ada.deal(&sales.id, &format!("deal {number}")).await }
        }))
        .await;
        let stop = std::sync::atomic::AtomicBool::new(false);
        let backups = async {
            let mut taken = Vec::new();
            for _ in 0..5 {
                taken.push(backed_up(&app).await.0);
            }
            stop.store(true, std::sync::atomic::Ordering::SeqCst);
            taken
        };
        let call = sales.action("Call");
        let workers = join_all(deals.iter().map(|deal| work(&ada, deal, call, &stop)));
        let (taken, done) = tokio::join!(backups, workers);
        assert!(done.iter().sum::<u64>() > 0);
        for bytes in &taken {
            for kind in database::kinds() {
                restored(kind, bytes, |again| async move {
                    let _ = assert_clean(&again).await;
                })
                .await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn tokens_go_on_signing_in_and_old_cursors_are_refused() {
    each(|app| async move {
        let scene = lived(&app).await;
        app.number_log().await;
        let (ada, process) = (&scene.people.admin, scene.process.id.as_str());
        let document = "query($id: ID!) { process(id: $id) { feedCursor } }";
        let asked = ada.query(document, json!({ "id": process })).await;
        let cursor = text(&asked["process"]["feedCursor"]);
        Feed::board(ada, process, Some(&cursor)).await.mark().await;
        let (bytes, _) = backed_up(&app).await;
        for kind in database::kinds() {
            let cursor = &cursor;
            restored(kind, &bytes, |again| async move {
                let ada = ada.at(&again);
                let me = ada.query("{ viewer { member { name } } }", json!({})).await;
                assert_eq!(me["viewer"]["member"]["name"], "Ada");
                let mut feed = Feed::board(&ada, process, Some(cursor)).await;
                assert_eq!(feed.code().await, "CURSOR_INVALID");
                goes_on(&again, &ada, process).await;
            })
            .await;
        }
    })
    .await;
}

/// People work on: numbers of rows and places in the log go on where they were.
async fn goes_on(app: &TestApp, ada: &Client, process: &str) {
    let deal = ada.deal(process, "the next one").await;
    ada.done("addNote", json!({ "dealId": deal, "body": "it goes on" }), "").await;
    app.member("Zoe", Role::Salesperson).await;
    app.number_log().await;
    assert_clean(app).await;
}

#[tokio::test]
async fn what_has_no_place_in_the_log_yet_gets_one_where_it_is_restored() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 10)])]).await;
        app.number_log().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.done("addStage", json!({ "processId": sales.id, "name": "Offer" }), "").await;
        ada.complete(&deal, sales.action("Call")).await;
        let (bytes, _) = backed_up(&app).await;
        for kind in database::kinds() {
            restored(kind, &bytes, |again| async move {
                assert_clean(&again).await;
                let sql = r#"SELECT count(*) FROM event WHERE "position" IS NULL"#;
                let conn = again.app.db().reader();
                let statement = Statement::from_string(conn.get_database_backend(), sql);
                let row = conn.query_one_raw(statement).await.unwrap().unwrap();
                assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0);
            })
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn every_table_that_migrations_make_is_in_a_backup_or_named_as_derived() {
    for kind in database::kinds() {
        let database = database::create(kind).await;
        let db = Db::connect(database.url(), None).await.unwrap();
        let tables = engine::catalogue::tables(db.reader()).await.unwrap();
        let own = tables.iter().filter(|table| !engine::catalogue::is_derived(&table.name));
        let mut names: Vec<_> = own.map(|table| table.name.clone()).collect();
        names.sort();
        db.close().await;
        // whatever is not an entity is nobody's; what is one must be there
        let entities =
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/entity/src")).unwrap();
        let entities = entities.map(|file| file.unwrap().path());
        let is_table = |text: &str| text.contains("table_name = \"");
        let entities = entities.filter_map(|path| std::fs::read_to_string(path).ok());
        let mut known: Vec<_> = entities
            .filter(|text| is_table(text))
            .map(|text| {
                text.split("table_name = \"").nth(1).unwrap().split('"').next().unwrap().to_owned()
            })
            .filter(|name| name != "write_probe")
            .collect();
        known.sort();
        assert_eq!(names, known, "{kind:?}");
    }
}

#[tokio::test]
async fn a_file_whose_bytes_are_missing_is_told() {
    each(|app| async move {
        lived(&app).await;
        for (name, _) in app.stored() {
            std::fs::remove_file(app.folder.join(name)).unwrap();
        }
        let (bytes, made) = backed_up(&app).await;
        assert_eq!((made.files, made.missing.len()), (0, 1), "one is in no note: it may be swept");
        restored(app.kind, &bytes, |again| async move {
            assert_eq!(super::tools::differences(&again).await, ["file bytes"]);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn there_is_no_backup_of_a_database_that_is_none() {
    for kind in database::kinds() {
        let database = database::create_empty(kind).await;
        let folder = database.folder().join("files");
        let app = TestApp::open(kind, database.url(), &folder).await;
        let fault = backup::write(&app.app, &mut Memory::default(), &|_, _| {}).await;
        assert!(matches!(fault, Err(backup::Fault::NoDatabase)), "{fault:?}");
        app.stop().await;
    }
}
