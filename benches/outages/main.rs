//! What becomes of two servers and whoever uses them when their PostgreSQL fails, in every way that it does.
//!
//!     cargo bench --bench outages
//!
//! It starts a PostgreSQL of its own (from Debian's packages), two servers, eight writers that try each mutation until it
//! is acknowledged, and ten who follow the board. Then PostgreSQL is restarted, one of its backends is killed with SIGKILL,
//! all are ended, it is stopped for five seconds (SIGSTOP), made read-only, its connections are all taken – so many times
//! each as `WAYPOST_BENCH_ROUNDS` says (3) –, and at last it falls and a standby is promoted. Every error has to be one
//! that says “try again”, each server has to take a mutation within five seconds of the database, none is restarted, and at
//! the end what is stored is compared with what was acknowledged, and what was followed with the histories.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod line;
mod postgres;
#[path = "../../tests/it/support/programs.rs"]
mod programs;
#[path = "../support/mod.rs"]
mod support;

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use line::Line;
use postgres::Postgres;
use serde_json::json;
use sqlx::PgConnection;
use support::{
    Cluster, Database, TOKEN,
    follow::{BOARD, Crowd, Follower, Histories, history},
    number, random,
    writers::{ACTIONS, Writers, assert_whole},
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

const WRITERS: usize = 8;
const FOLLOWERS: usize = 10;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0"];
/// How long what does not end by itself lasts.
const LASTS: Duration = Duration::from_secs(5);
/// Within which a server takes what is written, once the database does.
const SERVES: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let mut primary = Postgres::start().await;
    primary.run("CREATE ROLE waypost LOGIN").await;
    primary.run("CREATE DATABASE waypost OWNER waypost").await;
    let line = Line::to(primary.port).await;
    let database = Database::at(Postgres::url("waypost", line.port, "waypost"));
    let mut cluster = Cluster::start(&database, &folder.path().join("files"), FLAGS).await;
    let world = Arc::new(Writers::new(&cluster, false).await);
    let crowd = Crowd::new(cluster.addresses.clone(), f64::from(u32::MAX));
    let (goal, goals) = watch::channel(None);
    let mut followers = JoinSet::new();
    for one in 0..FOLLOWERS {
        let follower = Follower::new((BOARD, &world.process), TOKEN, one, &goals);
        followers.spawn(follower.follow(crowd.clone()));
    }
    crowd.live.acquire_many(FOLLOWERS as u32).await.unwrap().forget();
    let writers: JoinSet<_> = (0..WRITERS).map(|one| world.clone().write(one)).collect();
    let mut bench = Bench { world: world.clone(), probes: Vec::new() };
    for _ in 0..number("WAYPOST_BENCH_ROUNDS", 3) {
        for fault in Fault::ALL {
            sleep(Duration::from_secs(1)).await;
            let begun = Instant::now();
            fault.happens(&mut primary).await;
            bench.served(fault.name(), begun).await;
            cluster.run("check").unwrap();
        }
    }
    let standby = primary.standby().await;
    sleep(Duration::from_secs(1)).await;
    let begun = Instant::now();
    primary.stop("-QUIT");
    sleep(Duration::from_secs(1)).await;
    standby.run("SELECT pg_promote()").await;
    line.switch(standby.port);
    bench.served("failover to a promoted standby", begun).await;
    world.is_over.store(true, Ordering::SeqCst);
    let mut deals: Vec<_> = writers.join_all().await.into_iter().flatten().collect();
    cluster.run("check").unwrap();
    for deal in &deals {
        assert_whole(&cluster.servers[0], deal).await;
    }
    let acknowledged = deals.len() * (ACTIONS + 1) + bench.probes.len();
    deals.extend(bench.probes);
    let mut histories = Histories::default();
    for deal in deals {
        let history = history(&cluster.servers[0], &deal).await;
        histories.of_deals.insert(deal, history);
    }
    goal.send_replace(Some(Arc::new(histories)));
    let seen = timeout(Duration::from_secs(120), followers.join_all()).await;
    assert!(seen.is_ok(), "somebody waits for what does not come");
    assert!(cluster.servers.iter_mut().all(support::Server::is_alive), "a server ended");
    println!(
        "{acknowledged} mutations acknowledged, tried again: {}; 0 lost, 0 done twice; {FOLLOWERS} followers saw each \
         event once and in order; sockets that ended: {}; no server was restarted",
        world.tried_again(),
        crowd.endings(),
    );
}

struct Bench {
    world: Arc<Writers>,
    /// The deals by which it was seen that servers serve.
    probes: Vec<String>,
}

impl Bench {
    /// The database is back: how long until each server takes a mutation.
    async fn served(&mut self, name: &str, begun: Instant) {
        let (away, back) = (begun.elapsed(), Instant::now());
        let addresses = self.world.addresses.lock().unwrap().clone();
        for address in addresses {
            let input = json!({ "newId": support::new_id::<entity::ids::Deal>(),
                "processId": self.world.process, "title": name });
            loop {
                let made = self.world.attempt(&address, "createDeal", &input, "deal { id }").await;
                if let Some(made) = made {
                    self.probes.push(made["deal"]["id"].as_str().unwrap().to_owned());
                    break;
                }
                sleep(Duration::from_millis(20)).await;
            }
        }
        let served = back.elapsed();
        println!(
            "{name}: away for {} ms, then served within {} ms",
            away.as_millis(),
            served.as_millis()
        );
        assert!(served < SERVES, "{name}");
    }
}

/// What happens to PostgreSQL.
#[derive(Clone, Copy)]
enum Fault {
    Restart,
    Killed,
    Terminated,
    Stopped,
    ReadOnly,
    Exhausted,
}

impl Fault {
    const ALL: [Self; 6] = [
        Self::Restart,
        Self::Killed,
        Self::Terminated,
        Self::Stopped,
        Self::ReadOnly,
        Self::Exhausted,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::Killed => "SIGKILL of a backend",
            Self::Terminated => "pg_terminate_backend of all",
            Self::Stopped => "stopped for 5 s",
            Self::ReadOnly => "read-only for 5 s",
            Self::Exhausted => "no connection to be had for 5 s",
        }
    }

    /// Happens, and is over when the database takes what is written.
    async fn happens(self, primary: &mut Postgres) {
        match self {
            Self::Restart => {
                primary.stop("-INT");
                primary.start_again();
            }
            Self::Killed => kill_one(primary).await,
            Self::Terminated => end_all(primary).await,
            Self::Stopped => {
                let processes = primary.processes();
                primary.signal("-STOP", &processes);
                sleep(LASTS).await;
                primary.signal("-CONT", &processes);
            }
            Self::ReadOnly => {
                primary.run("ALTER SYSTEM SET default_transaction_read_only = on").await;
                primary.run("SELECT pg_reload_conf()").await;
                sleep(LASTS).await;
                primary.run("ALTER SYSTEM RESET default_transaction_read_only").await;
                primary.run("SELECT pg_reload_conf()").await;
            }
            Self::Exhausted => exhaust(primary).await,
        }
        primary.answers().await;
    }
}

/// The backends of the servers.
async fn backends(primary: &Postgres) -> Vec<i32> {
    let asked = "SELECT pid FROM pg_stat_activity WHERE datname = 'waypost'";
    sqlx::query_scalar(asked).fetch_all(&mut primary.connect().await).await.unwrap()
}

async fn kill_one(primary: &Postgres) {
    let all = backends(primary).await;
    let one = all[(random() * (all.len() - 1) as f64) as usize];
    primary.signal("-KILL", &[one.unsigned_abs()]);
    // It ends all others, and recovers.
    while primary.processes().contains(&one.unsigned_abs()) {
        sleep(Duration::from_millis(5)).await;
    }
}

async fn end_all(primary: &Postgres) {
    primary
        .run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'waypost'")
        .await;
}

/// Ends all connections of the servers, and takes what they leave.
async fn exhaust(primary: &Postgres) {
    let url = Postgres::url("waypost", primary.port, "postgres");
    let (mut taken, begun) = (Vec::new(), Instant::now());
    while begun.elapsed() < LASTS {
        match <PgConnection as sqlx::Connection>::connect(&url).await {
            Ok(connection) => taken.push(connection),
            Err(_) if backends(primary).await.is_empty() => sleep(Duration::from_millis(50)).await,
            Err(_) => end_all(primary).await,
        }
    }
}
