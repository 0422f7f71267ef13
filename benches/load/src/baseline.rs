//! What one would write instead, over the same tables, in a program of its own: a static answer, SQL by hand, a bare
//! durable commit, and async-graphql with its stock axum integration.

use std::{net::SocketAddr, process::Stdio, sync::Arc};

use async_graphql::{EmptySubscription, Schema};
use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{get, post_service},
};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    baseline::{
        sql::{Sql, Wanted},
        stock::{Changes, Reads},
    },
    server::Result,
};

pub mod sql;
pub mod stock;

/// Starts it in a program of its own; it ends when that is dropped.
pub async fn start(url: &str) -> Result<(Child, SocketAddr)> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["baseline", url]).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let output = child.stdout.take().ok_or("no output")?;
    let line = BufReader::new(output).lines().next_line().await?;
    Ok((child, line.ok_or("the baseline ended at once")?.parse()?))
}

/// Serves all of it on a free address, and prints that.
pub async fn serve(url: &str) -> Result<()> {
    let sql = Arc::new(Sql::open(url).await?);
    let schema = Schema::build(Reads, Changes, EmptySubscription).data(Arc::clone(&sql)).finish();
    let app = Router::new()
        .route("/static", get(fixed))
        .route("/process", get(process))
        .route("/board", get(board))
        .route("/deal", get(deal))
        .route("/commit", get(commit))
        .route("/graphql", post_service(async_graphql_axum::GraphQL::new(schema)))
        .with_state(sql);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

/// An answer of so many bytes.
#[derive(Deserialize)]
struct Fixed {
    size: usize,
}

async fn fixed(Query(Fixed { size }): Query<Fixed>) -> String {
    "x".repeat(size)
}

type Answer = std::result::Result<Vec<u8>, (StatusCode, String)>;

fn json<T: Serialize>(found: Result<T>) -> Answer {
    let failed = |cause: String| (StatusCode::INTERNAL_SERVER_ERROR, cause);
    let found = found.map_err(|cause| failed(cause.to_string()))?;
    serde_json::to_vec(&found).map_err(|cause| failed(cause.to_string()))
}

async fn process(State(sql): State<Arc<Sql>>, Query(wanted): Query<Wanted>) -> Answer {
    json(sql.process(wanted.number).await)
}

async fn board(State(sql): State<Arc<Sql>>, Query(wanted): Query<Wanted>) -> Answer {
    json(sql.board(wanted.number).await)
}

async fn deal(State(sql): State<Arc<Sql>>, Query(wanted): Query<Wanted>) -> Answer {
    json(sql.deal(wanted.number).await)
}

async fn commit(State(sql): State<Arc<Sql>>) -> Answer {
    json(sql.commit().await)
}
