//! Whether servers of an older program are replaced one after the other under load, and nobody notices.
//!
//!     WAYPOST_TEST_POSTGRES=postgres://… WAYPOST_BENCH_OLDER=…/waypost cargo bench --bench rolling
//!
//! Two servers of the program that `WAYPOST_BENCH_OLDER` names, eight writers, and ten followers of a board. The database is
//! migrated beside them (`waypost migrate`), and they go on for a while; then one is replaced by this program (SIGTERM), both
//! versions go on beside each other, and the other one is replaced. Each of these lasts `WAYPOST_BENCH_SECONDS` (10). At the
//! end `waypost check --repair` mends what an older program does not keep, and nothing else may differ; every mutation that
//! was acknowledged is there once, and each follower was told of each event once, in the order of its deal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    process::Command,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use support::{
    Cluster, Database, TOKEN,
    follow::{BOARD, Crowd, Follower, Goal, Histories, history},
    number,
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

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(folder.path(), "rolling").await;
    assert!(
        database.is_shared(),
        "on SQLite there is one server: WAYPOST_TEST_POSTGRES names none"
    );
    let older = std::env::var_os("WAYPOST_BENCH_OLDER").expect("WAYPOST_BENCH_OLDER names none");
    let older = || Command::new(&older);
    let files = folder.path().join("files");
    let mut cluster = Cluster::start_by(older, &database, &files, FLAGS).await;
    let world = Arc::new(Writers::new(&cluster, true).await);
    let crowd = Crowd::new(cluster.addresses.clone(), f64::from(u32::MAX));
    let (goal, goals) = watch::channel(None);
    let followers = follow(&world, &crowd, &goals);
    crowd.live.acquire_many(FOLLOWERS as u32).await.unwrap().forget();
    let writers: JoinSet<_> = (0..WRITERS).map(|one| world.clone().write(one)).collect();
    roll(&mut cluster).await;
    world.is_over.store(true, Ordering::SeqCst);
    let deals: Vec<_> = writers.join_all().await.into_iter().flatten().collect();
    let found = cluster.run("check").err();
    println!("found before it was repaired: {}", lines(found.as_deref().unwrap_or("nothing")));
    cluster.run("check --repair").ok();
    cluster.run("check").unwrap();
    goal.send_replace(Some(Arc::new(told(&cluster, &deals).await)));
    let seen = timeout(Duration::from_secs(120), followers.join_all()).await;
    assert!(seen.is_ok(), "somebody waits for what does not come");
    println!(
        "{} mutations acknowledged, tried again: {}; 0 lost, 0 done twice; {FOLLOWERS} followers saw each event once and in \
         order; sockets that ended: {}",
        deals.len() * (ACTIONS + 1),
        world.tried_again(),
        crowd.endings(),
    );
    drop(cluster);
    database.remove().await;
}

fn follow(world: &Writers, crowd: &Arc<Crowd>, goals: &watch::Receiver<Goal>) -> JoinSet<()> {
    let follower = |one| Follower::new((BOARD, &world.process), TOKEN, one, goals);
    (0..FOLLOWERS).map(|one| follower(one).follow(crowd.clone())).collect()
}

/// Migrates beside the servers, and replaces one after the other.
async fn roll(cluster: &mut Cluster) {
    let while_it_lasts = || {
        let seconds = number("WAYPOST_BENCH_SECONDS", 10);
        sleep(Duration::from_secs(seconds as u64))
    };
    while_it_lasts().await;
    cluster.run("migrate").unwrap();
    println!("migrated beside servers of the older program");
    while_it_lasts().await;
    for one in 0..cluster.servers.len() {
        cluster.replace_gently(one).await;
        println!("replaced the server {one}");
        while_it_lasts().await;
    }
}

/// What happened to the deals, each of which is whole.
async fn told(cluster: &Cluster, deals: &[String]) -> Histories {
    let mut histories = Histories::default();
    for deal in deals {
        assert_whole(&cluster.servers[0], deal).await;
        histories.of_deals.insert(deal.clone(), history(&cluster.servers[0], deal).await);
    }
    histories
}

/// How many lines there are, and the last of them.
fn lines(text: &str) -> String {
    let last = text.trim().lines().last().unwrap_or_default();
    format!("{} lines, the last: {last}", text.trim().lines().count())
}
