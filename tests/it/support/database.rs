//! Fresh databases: each test has its own.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::Once,
};

use engine::{app::App, clock::Clock, db::Db, names};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::leftover;

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A database of a test's own. Dropped, it goes: a SQLite file with its folder, at once.
pub struct TestDatabase {
    url: String,
    kind: Kind,
    folder: TempDir,
}

const VARIABLE: &str = "WAYPOST_TEST_POSTGRES";

fn server() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// The kinds of database that tests run on, said plainly once: past the capture of test output.
pub fn kinds() -> Vec<Kind> {
    static SAID: Once = Once::new();
    let postgres = server().is_some();
    SAID.call_once(|| {
        let text = if postgres {
            "integration tests run on SQLite and on PostgreSQL\n".to_owned()
        } else {
            format!("integration tests run on SQLite only: set {VARIABLE}=postgres://… (a superuser's URL) to run them on PostgreSQL too\n")
        };
        let _ = std::io::stderr().write_all(text.as_bytes());
    });
    if postgres { vec![Kind::Sqlite, Kind::Postgres] } else { vec![Kind::Sqlite] }
}

/// A fresh, migrated database of this kind.
pub async fn create(kind: Kind) -> TestDatabase {
    match kind {
        Kind::Sqlite => create_sqlite().await,
        Kind::Postgres => create_postgres().await,
    }
}

/// A fresh database of this kind, without a table.
pub async fn create_empty(kind: Kind) -> TestDatabase {
    let folder = tempfile::tempdir().unwrap();
    let url = match kind {
        Kind::Sqlite => {
            let file = folder.path().join("test.db");
            std::fs::write(&file, "").unwrap();
            format!("sqlite://{}", file.display())
        }
        Kind::Postgres => create_on_server("template1").await,
    };
    TestDatabase { url, kind, folder }
}

/// Until somebody waits in PostgreSQL for what another one has locked.
pub async fn wait_until_somebody_waits(conn: &impl ConnectionTrait) {
    let waiting = "SELECT 1 FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while conn.execute_unprepared(waiting).await.unwrap().rows_affected() == 0 {
        tokio::task::yield_now().await;
    }
}

async fn create_sqlite() -> TestDatabase {
    static TEMPLATE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(|| async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("template.db");
        migrate(&format!("sqlite://{}", file.display())).await;
        (folder, file)
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    std::fs::copy(&template.await.1, &file).unwrap();
    let url = format!("sqlite://{}", file.display());
    TestDatabase { url, kind: Kind::Sqlite, folder }
}

async fn create_on_server(template: &str) -> String {
    let name = leftover::fresh_name(&server().unwrap()).await;
    run(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    sibling(&name)
}

async fn create_postgres() -> TestDatabase {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let url = create_on_server(TEMPLATE.get_or_init(postgres_template).await).await;
    TestDatabase { url, kind: Kind::Postgres, folder: tempfile::tempdir().unwrap() }
}

/// A migrated database that others are copies of: migrating each costs half a second. It stays on the server for the
/// next run, until what makes it changes.
async fn postgres_template() -> String {
    let name = format!("waypost_template_{}", schema_fingerprint());
    let mut lock = PgConnection::connect(&server().unwrap()).await.unwrap();
    sqlx::query("SELECT pg_advisory_lock(7300)").execute(&mut lock).await.unwrap();
    let query = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(&name);
    if query.fetch_optional(&mut lock).await.unwrap().is_none() {
        let made = create_on_server("template1").await;
        migrate(&made).await;
        let made = made.rsplit('/').next().unwrap();
        run(&format!("ALTER DATABASE {made} RENAME TO {name}")).await;
    }
    lock.close().await.unwrap();
    name
}

/// What the schema of a new database is made from, in short.
fn schema_fingerprint() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(root.join("migration/src")).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.push(root.join("engine/src/names/mod.rs"));
    files.sort();
    let mut hash = Sha256::new();
    files.iter().for_each(|file| hash.update(std::fs::read(file).unwrap()));
    let hash = hash.finalize();
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

async fn migrate(url: &str) {
    let db = Db::connect(url, None).await.unwrap();
    db.migrate().await.unwrap();
    names::renew(&App::new(db.clone(), Clock::system())).await.unwrap();
    db.close().await;
}

impl TestDatabase {
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder of its own, that goes with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let (Kind::Postgres, Some((_, name))) = (self.kind, self.url.rsplit_once('/')) {
            leftover::is_done(&server().unwrap(), name.to_owned());
        }
    }
}

/// The URL of another database of the same server.
fn sibling(name: &str) -> String {
    let server = server().unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

async fn run(sql: &str) {
    let connection: DatabaseConnection = Database::connect(server().unwrap())
        .await
        .unwrap_or_else(|error| panic!("{VARIABLE} names no reachable server: {error}"));
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}
