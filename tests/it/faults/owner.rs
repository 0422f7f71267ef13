//! Whose the files are, and that a migration is done as a whole.

#![cfg(unix)]

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use engine::db::Db;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database};
use waypost::config;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

async fn open(file: &Path) -> Db {
    let db = Db::connect(&url(file), None).await.unwrap();
    db.migrate().await.unwrap();
    db
}

fn assert_private(folder: &Path) {
    for name in ["waypost.db", "waypost.db-wal", "waypost.db-shm"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_new_database_is_readable_by_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("waypost.db")).await;
    assert_private(folder.path());
    db.close().await;
}

#[tokio::test]
async fn a_database_of_an_earlier_version_becomes_so_and_keeps_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("waypost.db");
    let first = open(&file).await;
    for name in ["waypost.db", "waypost.db-wal", "waypost.db-shm"] {
        fs::set_permissions(folder.path().join(name), Permissions::from_mode(0o644)).unwrap();
    }
    let second = open(&file).await;
    assert_private(folder.path());
    first.close().await;
    second.close().await;
}

#[tokio::test]
async fn a_database_behind_a_link_is_made_so_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (link, file) = (folder.path().join("link.db"), folder.path().join("waypost.db"));
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let db = open(&link).await;
    assert_eq!(mode(&file), 0o600);
    db.close().await;
}

#[test]
fn the_folder_of_files_is_its_owners_only_also_when_it_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    config::in_folder(&files).unwrap();
    assert_eq!((mode(&files), mode(&files.join("incoming"))), (0o700, 0o700));
    fs::set_permissions(&files, Permissions::from_mode(0o755)).unwrap();
    config::in_folder(&files).unwrap();
    assert_eq!(mode(&files), 0o700);
}

/// One that stopped half-way could neither go on nor begin again.
#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_behind_and_can_be_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&url(&folder.path().join("waypost.db")), None).await.unwrap();
    let run = async |sql: &str| db.reader().execute_unprepared(sql).await;
    // In the way of the third of four tables of one migration.
    run("CREATE TABLE inbox_event (id INTEGER)").await.unwrap();
    db.migrate().await.unwrap_err();
    assert!(run("SELECT * FROM notification").await.is_err(), "the first of its tables is there");
    run("DROP TABLE inbox_event").await.unwrap();
    db.migrate().await.unwrap();
    run("SELECT * FROM inbox_event").await.unwrap();
    assert!(Migrator::migrations().iter().all(|one| one.use_transaction() == Some(true)));
    db.close().await;
}

/// The program of before has to be able to go on with it.
#[tokio::test]
async fn an_upgrade_that_fails_in_its_last_migration_leaves_the_database_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let url = url(&folder.path().join("waypost.db"));
    let (db, conn) =
        (Db::connect(&url, None).await.unwrap(), Database::connect(&url).await.unwrap());
    Migrator::up(&conn, Some(10)).await.unwrap();
    conn.execute_unprepared("CREATE TABLE webhook_lease (id INTEGER)").await.unwrap();
    db.migrate().await.unwrap_err();
    assert_eq!(Migrator::get_applied_migrations(&conn).await.unwrap().len(), 10);
    conn.execute_unprepared("DROP TABLE webhook_lease").await.unwrap();
    db.migrate().await.unwrap();
    assert!(db.is_up_to_date().await.unwrap());
    db.close().await;
}
