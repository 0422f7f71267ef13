//! The databases of this run on the PostgreSQL server, and what becomes of them. They are dropped many at a time: while a
//! file system forgets the thousand files of one, it takes several times as long to make those of the next. What a
//! run leaves, or a test that failed, the next run drops.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tokio::{runtime::Runtime, sync::OnceCell};
use uuid::Uuid;

/// The first half of the keys of advisory locks that runs hold while they last.
const RUNS: i32 = 7301;
/// So many are dropped at once: some 400 MB.
const MANY: usize = 40;
/// How the names of all of them begin; the number of their run comes next.
const PREFIX: &str = "waypost_test_";

/// The connection is never used again: what it locks says that the run has not ended.
type Run = (u32, Mutex<PgConnection>);

/// A name that no other database of the server has.
pub async fn fresh_name(server: &str) -> String {
    static RUN: OnceCell<Run> = OnceCell::const_new();
    let (run, _) = RUN.get_or_init(|| begin(server)).await;
    format!("{PREFIX}{run:08x}_{}", Uuid::from_u128(u128::from_ne_bytes(random())).simple())
}

/// A test is done with this database.
pub fn is_done(server: &str, name: String) {
    let names = among_many(name);
    if !names.is_empty() {
        let server = server.to_owned();
        // Whoever is in a runtime may not wait for another one.
        let drop_all = move || Runtime::new().unwrap().block_on(drop_all(&server, names));
        std::thread::spawn(drop_all).join().unwrap();
    }
}

/// All that are done, if they are many by now: nobody waits for whoever drops them.
fn among_many(name: String) -> Vec<String> {
    static DONE: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    done.push(name);
    if done.len() < MANY { Vec::new() } else { std::mem::take(&mut *done) }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

async fn begin(server: &str) -> Run {
    let run = u32::from_ne_bytes(random());
    let mut connection = PgConnection::connect(server).await.unwrap();
    assert!(has_lock(&mut connection, run).await, "two runs have the same number: begin again");
    clear(&mut connection).await;
    (run, Mutex::new(connection))
}

/// Drops what is left of runs that have ended.
async fn clear(connection: &mut PgConnection) {
    let listed = sqlx::query("SELECT datname::text FROM pg_database").fetch_all(&mut *connection);
    let mut left = BTreeMap::<u32, Vec<String>>::new();
    for name in listed.await.unwrap().into_iter().map(|row| row.get::<String, _>(0)) {
        let run = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
        if let Some(Ok(run)) = run.map(|(run, _)| u32::from_str_radix(run, 16)) {
            left.entry(run).or_default().push(name);
        }
    }
    for (run, names) in left {
        if has_lock(connection, run).await {
            drop_through(connection, names).await;
        }
    }
}

/// Whether the lock of a run was free, and is ours now.
async fn has_lock(connection: &mut PgConnection, run: u32) -> bool {
    let query = sqlx::query("SELECT pg_try_advisory_lock($1, $2)").bind(RUNS);
    query.bind(run.cast_signed()).fetch_one(connection).await.unwrap().get(0)
}

async fn drop_all(server: &str, names: Vec<String>) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    drop_through(&mut connection, names).await;
    connection.close().await.unwrap();
}

async fn drop_through(connection: &mut PgConnection, names: Vec<String>) {
    for name in names {
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await.unwrap();
    }
}
