//! Whether an upgrade that is killed leaves a database as it was or as it is to be, never between, and the next one ends it.
//!
//!     cargo bench --bench upgrades
//!
//! Makes a database of each earlier migration, those from the tenth on with processes and a few thousand deals. Of each,
//! `waypost migrate` on a copy is killed with SIGKILL at a random moment, so often as `WAYPOST_BENCH_KILLS` says (5). Then
//! the tables and rows have to be those of before, or those of an upgrade that nobody disturbed; and after another
//! `waypost migrate` the latter. On SQLite, and also on PostgreSQL where `WAYPOST_TEST_POSTGRES` names a server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use support::{number, program, random};
use tokio::time::sleep;

/// The migration from which on there are processes and deals as there were at its time.
const FILLED: u32 = 10;
const PROCESSES: u32 = 40;
/// Of each process.
const DEALS: u32 = 75;
/// What is made by chance.
const RANDOM: [&str; 2] = ["log_secret", "file_secret"];

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (mut killed, mut old, mut new) = (0, 0, 0);
    for place in places(folder.path()).await {
        let levels = u32::try_from(Migrator::migrations().len()).unwrap();
        for level in 1..levels {
            let told = upgrade(&place, level).await;
            killed += told.iter().flatten().count();
            old += told.iter().flatten().filter(|is_old| **is_old).count();
            new += told.iter().flatten().filter(|is_old| !**is_old).count();
        }
        println!(
            "{}: {levels} migrations, {killed} killed so far: {old} old, {new} new",
            place.kind()
        );
    }
    println!(
        "{killed} upgrades killed: {old} left the database as it was, {new} as it is to be, none between"
    );
}

/// Where databases are made.
enum Place<'a> {
    Folder(&'a Path),
    Server(DatabaseConnection, String),
}

async fn places(folder: &Path) -> Vec<Place<'_>> {
    let mut all = vec![Place::Folder(folder)];
    if let Ok(server) = std::env::var("WAYPOST_TEST_POSTGRES") {
        let admin = sea_orm::Database::connect(&server).await.unwrap();
        let (base, _) = server.rsplit_once('/').unwrap();
        all.push(Place::Server(admin, base.to_owned()));
    }
    all
}

impl Place<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Folder(_) => "SQLite",
            Self::Server(..) => "PostgreSQL",
        }
    }

    fn url(&self, name: &str) -> String {
        match self {
            Self::Folder(folder) => format!("sqlite://{}/{name}.db?mode=rwc", folder.display()),
            Self::Server(_, base) => format!("{base}/{}", full(name)),
        }
    }

    async fn create(&self, name: &str) {
        if let Self::Server(admin, _) = self {
            let sql = format!("CREATE DATABASE {}", full(name));
            admin.execute_unprepared(&sql).await.unwrap();
        }
    }

    async fn copy(&self, from: &str, to: &str) {
        match self {
            Self::Folder(folder) => {
                let file = |name: &str| folder.join(format!("{name}.db"));
                std::fs::copy(file(from), file(to)).unwrap();
            }
            Self::Server(admin, _) => {
                let sql = format!("CREATE DATABASE {} TEMPLATE {}", full(to), full(from));
                admin.execute_unprepared(&sql).await.unwrap();
            }
        }
    }

    async fn remove(&self, name: &str) {
        match self {
            Self::Folder(folder) => {
                for ending in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(folder.join(format!("{name}.db{ending}")));
                }
            }
            Self::Server(admin, _) => {
                let sql = format!("DROP DATABASE {} WITH (FORCE)", full(name));
                admin.execute_unprepared(&sql).await.unwrap();
            }
        }
    }

    /// Everything in a database: its migrations, its tables, and their rows.
    async fn state(&self, name: &str) -> State {
        let conn = sea_orm::Database::connect(self.url(name)).await.unwrap();
        self.is_left_alone(&conn).await;
        let migrations =
            texts(&conn, "SELECT version AS it FROM seaql_migrations ORDER BY 1").await;
        let (tables, columns) = match self {
            Self::Folder(_) => (SQLITE_TABLES, SQLITE_COLUMNS),
            Self::Server(..) => (POSTGRES_TABLES, POSTGRES_COLUMNS),
        };
        let (mut all, skipped) = (texts(&conn, columns).await, RANDOM.map(str::to_owned));
        for table in texts(&conn, tables).await {
            if table == "seaql_migrations" || skipped.contains(&table) {
                continue;
            }
            all.push(format!("table {table}"));
            all.extend(texts(&conn, &self.rows(&conn, &table).await).await);
        }
        conn.close().await.unwrap();
        State { migrations, all }
    }

    /// A server goes on with the statement of somebody who is gone, until it notices.
    async fn is_left_alone(&self, conn: &DatabaseConnection) {
        let others = "SELECT pid::text AS it FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
        while matches!(self, Self::Server(..)) && !texts(conn, others).await.is_empty() {
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// What reads all rows of a table as texts.
    async fn rows(&self, conn: &DatabaseConnection, table: &str) -> String {
        if let Self::Server(..) = self {
            return format!(r#"SELECT t::text AS it FROM "{table}" AS t ORDER BY 1"#);
        }
        let columns = format!("SELECT name AS it FROM pragma_table_info('{table}') ORDER BY cid");
        let columns = texts(conn, &columns).await;
        let quoted: Vec<_> = columns.iter().map(|name| format!(r#"quote("{name}")"#)).collect();
        format!(r#"SELECT {} AS it FROM "{table}" ORDER BY 1"#, quoted.join(" || ',' || "))
    }
}

const SQLITE_TABLES: &str = "SELECT name AS it FROM sqlite_master WHERE type = 'table' \
    AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'deal_text%' ORDER BY 1";
const SQLITE_COLUMNS: &str = "SELECT coalesce(sql, name) AS it FROM sqlite_master ORDER BY 1";
const POSTGRES_TABLES: &str =
    "SELECT tablename::text AS it FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
const POSTGRES_COLUMNS: &str = "SELECT it FROM (
    SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS it
        FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace) AS every ORDER BY 1";

#[derive(PartialEq)]
struct State {
    migrations: Vec<String>,
    all: Vec<String>,
}

fn full(name: &str) -> String {
    format!("waypost_upgrades_{}_{name}", std::process::id())
}

async fn texts(conn: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    let rows = conn.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get("", "it").unwrap()).collect()
}

/// Upgrades from this migration are killed; of each, whether it left the database as it was. None was done already.
async fn upgrade(place: &Place<'_>, level: u32) -> Vec<Option<bool>> {
    place.create("old").await;
    fill(&place.url("old"), level).await;
    let old = place.state("old").await;
    place.copy("old", "new").await;
    let begun = Instant::now();
    assert!(migrate(&place.url("new")).wait().unwrap().success());
    let takes = begun.elapsed();
    let new = place.state("new").await;
    place.remove("new").await;
    let mut told = Vec::new();
    for _ in 0..number("WAYPOST_BENCH_KILLS", 5) {
        told.push(kill(place, takes.mul_f64(random()), &old, &new).await);
    }
    place.remove("old").await;
    told
}

async fn kill(place: &Place<'_>, after: Duration, old: &State, new: &State) -> Option<bool> {
    place.copy("old", "copy").await;
    let mut upgrade = migrate(&place.url("copy"));
    sleep(after).await;
    upgrade.kill().unwrap();
    let was_killed = !upgrade.wait().unwrap().success();
    let found = place.state("copy").await;
    let is_old = found.migrations == old.migrations;
    if is_old {
        assert!(found == *old, "it is not what it was");
    } else {
        assert_eq!(found.migrations, new.migrations, "it is between");
    }
    assert!(migrate(&place.url("copy")).wait().unwrap().success());
    let ended = place.state("copy").await;
    place.remove("copy").await;
    assert!(ended == *new, "it is not what it is to be");
    was_killed.then_some(is_old)
}

fn migrate(url: &str) -> Child {
    let mut program = program();
    program.env_clear().env("WAYPOST_DATABASE", url).arg("migrate");
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// A database as it was after this migration.
async fn fill(url: &str, level: u32) {
    let conn = sea_orm::Database::connect(url).await.unwrap();
    if level < FILLED {
        Migrator::up(&conn, Some(level)).await.unwrap();
        conn.execute_unprepared(&member(conn.get_database_backend())).await.unwrap();
    } else {
        Migrator::up(&conn, Some(FILLED)).await.unwrap();
        let turn = conn.begin().await.unwrap();
        for row in rows(conn.get_database_backend()) {
            turn.execute_unprepared(&row).await.unwrap_or_else(|error| panic!("{row}: {error}"));
        }
        turn.commit().await.unwrap();
        Migrator::up(&conn, Some(level - FILLED)).await.unwrap();
    }
    conn.close().await.unwrap();
}

/// An id, as the database of this kind writes it.
fn id(kind: DbBackend, number: u32) -> String {
    let id = uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(number));
    match kind {
        DbBackend::Postgres => format!("'{id}'"),
        _ => format!("x'{}'", id.simple()),
    }
}

const AT: &str = "'2026-01-01 00:00:00+00:00'";

fn member(kind: DbBackend) -> String {
    format!(
        "INSERT INTO member (id, email, email_key, name, role, created_at) \
         VALUES ({}, 'Ada@Example.org', 'ada@example.org', 'Ada', 'ADMINISTRATOR', {AT})",
        id(kind, 1)
    )
}

/// What the program of that time wrote.
fn rows(kind: DbBackend) -> Vec<String> {
    let id = |number| id(kind, number);
    let mut rows = vec![member(kind)];
    for process in 0..PROCESSES {
        let own = id(100 + process);
        rows.push(format!(
            "INSERT INTO process (id, name, name_key, description, version, is_default, created_at) \
             VALUES ({own}, 'Sales {process}', 'sales {process}', '', 1, {}, {AT})",
            process == 0
        ));
        rows.push(format!(
            "INSERT INTO process_version (id, process_id, number, saved_at, definition) VALUES ({}, {own}, 1, {AT}, \
             '{{\"name\":\"Sales {process}\",\"description\":\"\",\"stages\":[]}}')",
            id(1_000 + process)
        ));
        for deal in 0..DEALS {
            rows.push(format!(
                "INSERT INTO deal (id, process_id, title, title_key, owner_id, visibility, status, version, \
                 stage_position, percent, done_weight, total_weight, created_at, updated_at) VALUES ({}, {own}, \
                 'ＣＨＡＩＲＳ {deal}', 'ｃｈａｉｒｓ {deal}', {}, 'EVERYONE', 'OPEN', 1, -1, 0, 0, 20, {AT}, {AT})",
                id(10_000 + process * DEALS + deal),
                id(1)
            ));
        }
    }
    rows
}
