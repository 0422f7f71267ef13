//! Whether the server runs, and whether it can answer.

use std::time::Duration;

use async_graphql::Executor;
use axum::{extract::State, http::StatusCode};

use super::Edge;
use crate::event::store;

const PATIENCE: Duration = Duration::from_secs(2);

/// The process runs.
pub async fn live() -> &'static str {
    "ok"
}

/// The database answers, and it is ours.
pub async fn ready<E: Executor>(State(edge): State<Edge<E>>) -> (StatusCode, &'static str) {
    let question = store::rights_epoch(edge.app.db().reader());
    match tokio::time::timeout(PATIENCE, question).await {
        Ok(Ok(_)) => (StatusCode::OK, "ok"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
