//! Migrating a database beside servers that work on it.

use engine::db::Db;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, TransactionTrait};

use crate::support::database::{self, Kind, wait_until_somebody_waits};

/// A reader has notes and wants tokens; whoever migrates has tokens and wants notes. PostgreSQL ends one of the two.
#[tokio::test]
async fn an_upgrade_that_meets_somebody_who_holds_tables_in_another_order_begins_again() {
    if !database::kinds().contains(&Kind::Postgres) {
        return;
    }
    let database = database::create_empty(Kind::Postgres).await;
    let conn = Database::connect(database.url()).await.unwrap();
    Migrator::up(&conn, Some(23)).await.unwrap();
    let db = Db::connect(database.url(), None).await.unwrap();
    let reader = conn.begin().await.unwrap();
    reader.execute_unprepared("SELECT id FROM note").await.unwrap();
    let (migrating, here) = (tokio::spawn(async move { db.migrate().await.map(|()| db) }), conn);
    wait_until_somebody_waits(&here).await;
    // until one of the two is ended, both wait
    let read = reader.execute_unprepared("SELECT id FROM token").await;
    match read {
        Ok(_) => reader.commit().await.unwrap(),
        Err(_) => reader.rollback().await.unwrap(),
    }
    let db = migrating.await.unwrap().unwrap();
    assert!(db.is_up_to_date().await.unwrap());
    db.close().await;
    here.close().await.unwrap();
}
