//! Whether a server that is killed at any moment loses what it acknowledged, or does a thing twice that is tried again.
//!
//!     cargo bench --bench kills
//!
//! Eight writers create deals, and complete actions with a note each, with ids of their own (`newId`), and try again until
//! they are answered. `WAYPOST_BENCH_KILLS` says how often a server is killed with SIGKILL meanwhile (200), at a random
//! moment each time; after each, `waypost check` looks at what it left. On SQLite it is one server; where
//! `WAYPOST_TEST_POSTGRES` names a server, it is two on one database, killed in turns. At the end each deal is read again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use support::{
    Cluster, Database, number, random,
    writers::{ACTIONS, Writers, assert_whole},
};
use tokio::{task::JoinSet, time::sleep};

const WRITERS: usize = 8;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0"];
/// The longest that a server lives after it is ready.
const LIFE: Duration = Duration::from_millis(800);

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "kills").await;
    let kills = number("WAYPOST_BENCH_KILLS", 200);
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
    println!(
        "{kills} kills: {} mutations acknowledged, tried again: {}; 0 lost, 0 done twice; served again within {} ms",
        deals.len() * (ACTIONS + 1),
        world.tried_again(),
        longest.as_millis()
    );
    drop(cluster);
    database.remove().await;
}

/// Kills the servers in turns; how long it took at most until the next one served.
async fn kill(cluster: &mut Cluster, kills: usize) -> Duration {
    let mut longest = Duration::ZERO;
    for number in 0..kills {
        sleep(LIFE.mul_f64(random())).await;
        let one = number % cluster.servers.len();
        longest = longest.max(cluster.replace_after(one, check).await);
        if (number + 1) % 10 == 0 {
            println!("killed {} of {kills}", number + 1);
        }
    }
    longest
}

/// What is stored is what follows from the log.
fn check(cluster: &Cluster) {
    cluster.run("check").unwrap();
}
