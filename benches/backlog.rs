//! Whether a long backlog of a webhook needs more memory than a short one.
//!
//!     cargo bench --bench backlog
//!
//! An endpoint takes nothing (503), then everything. It has ten events to take, then as many as may wait behind one that
//! fails, then `WAYPOST_BENCH_EVENTS` (1000000), which SQL writes into the log: each time, what the server took of memory
//! at most, for `WAYPOST_BENCH_SECONDS` (20) in each mood. Fails where the last took a tenth more than the one before it.
//! On PostgreSQL, with two servers, where `WAYPOST_TEST_POSTGRES` names a server, and on SQLite without.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::json;
use support::{
    Cluster, Database, number,
    receiver::{ALLOWED, Mood, Receiver},
};
use tokio::time::sleep;

const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0", ALLOWED[0], ALLOWED[1]];
const DEALS: usize = 10;
/// How many events wait at most behind one that fails.
const WAITING: usize = 10_000;
/// How many events of each deal are written in one unit of work.
const PART: usize = 10_000;
/// How much more memory the longest backlog may need than one that is as long as what may wait.
const MORE: f64 = 1.1;

struct World {
    cluster: Cluster,
    conn: DatabaseConnection,
    is_open: Arc<AtomicBool>,
    receiver: Receiver,
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "backlog").await;
    let cluster = Cluster::start(&database, &folder.path().join("files"), FLAGS).await;
    let is_open = Arc::<AtomicBool>::default();
    let opens = is_open.clone();
    let receiver = Receiver::start(move |_, _| match opens.load(Ordering::SeqCst) {
        true => Mood::Takes(Duration::ZERO),
        false => Mood::Later(503, Some(1)),
    });
    let conn = sea_orm::Database::connect(&database.url).await.unwrap();
    let world = World { cluster, conn, is_open, receiver: receiver.await };
    world.begin().await;
    world.memory(0).await;
    let waiting = world.memory(2 * WAITING).await;
    let most = world.memory(number("WAYPOST_BENCH_EVENTS", 1_000_000)).await;
    assert!(most as f64 <= waiting as f64 * MORE, "{most} KiB instead of {waiting} KiB");
    drop(world);
    database.remove().await;
}

impl World {
    /// A webhook, and a few deals.
    async fn begin(&self) {
        let server = &self.cluster.servers[0];
        let made = server.done("createProcess", json!({ "name": "Sales" }), "process { id }").await;
        let input = json!({ "name": "Warehouse", "url": self.receiver.url("backlog") });
        server.done("createWebhook", input, "webhook { id }").await;
        for number in 0..DEALS {
            let deal = json!({ "processId": made["process"]["id"], "title": number.to_string() });
            server.done("createDeal", deal, "deal { id }").await;
        }
    }

    /// The most memory that a server has with so many events more to deliver, in KiB.
    async fn memory(&self, events: usize) -> usize {
        self.is_open.store(false, Ordering::SeqCst);
        // A part after the other: what is not committed yet is looked over by all who ask for the end of the log.
        let mut rest = events / DEALS;
        while rest > 0 {
            let part = rest.min(PART);
            self.conn.execute_unprepared(&self.more(part)).await.unwrap();
            rest -= part;
        }
        let before = self.receiver.count("backlog");
        let shut = self.most().await;
        self.is_open.store(true, Ordering::SeqCst);
        let most = shut.max(self.most().await);
        let (lag, taken) = (self.lag().await, self.receiver.count("backlog") - before);
        println!(
            "{events} events more: {most} KiB at most; {taken} taken meanwhile, {lag} not read yet"
        );
        most
    }

    /// Events like the last one of each deal, so many of each.
    fn more(&self, each: usize) -> String {
        let id = match self.conn.get_database_backend() {
            sea_orm::DbBackend::Postgres => "gen_random_uuid()",
            _ => "randomblob(16)",
        };
        format!(
            r#"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {each}),
            last AS (SELECT * FROM event WHERE id IN (SELECT (
                SELECT id FROM event WHERE deal_id = deal.id ORDER BY version DESC LIMIT 1) FROM deal))
            INSERT INTO event (id, "position", deal_id, process_id, version, actor_id, occurred_at, recorded_at, fact, "before", "after")
            SELECT {id}, (SELECT max("position") FROM event) + row_number() OVER (ORDER BY n.n, last.deal_id), deal_id,
                process_id, version + n.n, actor_id, occurred_at, recorded_at, fact, "after", "after" FROM last, n"#
        )
    }

    async fn lag(&self) -> usize {
        self.cluster.servers[0].metric("waypost_webhook_lag_events").await
    }

    /// What the servers take at most, for a while.
    async fn most(&self) -> usize {
        let mut most = 0;
        for _ in 0..number("WAYPOST_BENCH_SECONDS", 20) {
            for server in &self.cluster.servers {
                most = most.max(server.metric("process_resident_memory_bytes").await / 1024);
            }
            sleep(Duration::from_secs(1)).await;
        }
        most
    }
}
