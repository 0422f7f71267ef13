//! Whether a server that is killed at any moment loses what it acknowledged, or does a thing twice that is tried again.
//!
//!     cargo bench --bench kills
//!
//! Eight writers create deals, and complete actions with a note each, with ids of their own (`newId`), and try again until
//! they are answered. `WAYPOST_BENCH_KILLS` says how often a server is killed with SIGKILL meanwhile (200), at a random
//! moment each time; after each, `waypost check` looks at what it left. On SQLite it is one server; where
//! `WAYPOST_TEST_POSTGRES` names a server, it is two on one database, killed in turns. In the end each deal is read again.
//! As a check reads all that there is, there is a new database after so many kills as `WAYPOST_BENCH_EACH` says (25).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use support::{
    Cluster, Database, number, random,
    writers::{ACTIONS, Writers, assert_whole, listed},
};
use tokio::{task::JoinSet, time::sleep};

const WRITERS: usize = 8;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0"];
/// The longest that a server lives after it is ready.
const LIFE: Duration = Duration::from_millis(800);

/// What came of the kills.
#[derive(Default)]
struct Told {
    acknowledged: usize,
    tries: BTreeMap<String, usize>,
    /// How long it took at most until the next one served.
    longest: Duration,
}

#[tokio::main]
async fn main() {
    let (kills, each) = (number("WAYPOST_BENCH_KILLS", 200), number("WAYPOST_BENCH_EACH", 25));
    let mut told = Told::default();
    for before in (0..kills).step_by(each) {
        let now = each.min(kills - before);
        told.add(database(now).await);
        println!("killed {} of {kills}: {} acknowledged so far", before + now, told.acknowledged);
    }
    println!(
        "{kills} kills: {} mutations acknowledged, tried again: {}; 0 lost, 0 done twice; served again within {} ms",
        told.acknowledged,
        listed(&told.tries),
        told.longest.as_millis()
    );
}

impl Told {
    fn add(&mut self, more: Self) {
        self.acknowledged += more.acknowledged;
        self.longest = self.longest.max(more.longest);
        for (code, count) in more.tries {
            *self.tries.entry(code).or_default() += count;
        }
    }
}

/// So many kills over one database, whose deals are all there in the end.
async fn database(kills: usize) -> Told {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "kills").await;
    let mut cluster = Cluster::start(&database, &folder.path().join("files"), FLAGS).await;
    let world = Arc::new(Writers::new(&cluster, true).await);
    let writers: JoinSet<_> = (0..WRITERS).map(|one| world.clone().write(one)).collect();
    let longest = kill(&mut cluster, kills).await;
    world.is_over.store(true, Ordering::SeqCst);
    let deals: Vec<_> = writers.join_all().await.into_iter().flatten().collect();
    check(&cluster);
    for deal in &deals {
        assert_whole(&cluster.servers[0], deal).await;
    }
    drop(cluster);
    database.remove().await;
    let tries = world.tries.lock().unwrap().clone();
    Told { acknowledged: deals.len() * (ACTIONS + 1), tries, longest }
}

/// Kills the servers in turns; how long it took at most until the next one served.
async fn kill(cluster: &mut Cluster, kills: usize) -> Duration {
    let mut longest = Duration::ZERO;
    for number in 0..kills {
        sleep(LIFE.mul_f64(random())).await;
        let one = number % cluster.servers.len();
        longest = longest.max(cluster.replace_after(one, check).await);
    }
    longest
}

/// What is stored is what follows from the log.
fn check(cluster: &Cluster) {
    cluster.run("check").unwrap();
}
