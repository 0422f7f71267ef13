//! What the server needs of memory: when it has just started, for a socket that waits, and after all of it.

use std::time::Duration;

use crate::{
    live::{Scene, Watched},
    process,
    server::{Result, Server},
    socket,
};

/// Sockets that come and go before anything is counted: what the first ones make once belongs to none of them.
const FIRST: usize = 100;
/// How long the server gets to finish what it has begun.
const REST: Duration = Duration::from_millis(500);

/// KiB of memory for each socket.
#[derive(Clone, Copy, Debug)]
pub struct Idle {
    /// How many there were.
    pub sockets: usize,
    /// Of one that is signed in and watches nothing.
    pub signed_in: f64,
    /// Of one that watches a deal.
    pub watching: f64,
}

/// Memory of a server over a whole run, in KiB.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// When it had just started.
    pub started: u64,
    /// What sockets took that waited.
    pub idle: Idle,
    /// After all of it.
    pub last: u64,
    /// The most at any moment.
    pub most: u64,
}

/// Opens so many sockets and lets them wait. The server must have served no others before: memory that was free
/// already would make them look cheaper.
pub async fn of_sockets(server: &Server, sockets: usize) -> Result<Idle> {
    let scene = Scene::quiet(Watched::Deal, sockets);
    let (query, variables) = (scene.document(), scene.variables(server, 0));
    let first = socket::connect_many(server, FIRST).await?;
    drop(socket::watch_all(first, query, &variables).await?);
    let before = resting(server).await;
    let all = socket::connect_many(server, sockets).await?;
    let signed_in = resting(server).await;
    let all = socket::watch_all(all, query, &variables).await?;
    let watching = resting(server).await;
    drop(all);
    resting(server).await;
    let each = |now: u64| now.saturating_sub(before) as f64 / sockets.max(1) as f64;
    Ok(Idle { sockets, signed_in: each(signed_in), watching: each(watching) })
}

/// KiB, once nothing happens any more.
async fn resting(server: &Server) -> u64 {
    tokio::time::sleep(REST).await;
    process::memory(server.pid).0
}
