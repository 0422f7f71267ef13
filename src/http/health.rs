//! Whether the server runs, and whether it can answer.

use std::{sync::Arc, time::Duration};

use async_graphql::Executor;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::{Edge, body::Accepts, refusal::Refusal};
use crate::{app::App, event::store};

const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer of the database is news.
const FRESH: Duration = Duration::from_millis(500);

/// The process runs.
pub async fn live() -> &'static str {
    "ok"
}

/// What was last found out about the database: anybody may ask, as often as they like.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Option<(Instant, bool)>>>);

/// The database answers, and it is ours.
pub async fn ready<E: Executor>(State(edge): State<Edge<E>>) -> Response {
    let mut known = edge.health.0.lock().await;
    let fresh = known.filter(|(at, _)| at.elapsed() < FRESH);
    let is_ready = match fresh {
        Some((_, is_ready)) => is_ready,
        None => answers(&edge.app).await,
    };
    *known = fresh.or_else(|| Some((Instant::now(), is_ready)));
    if is_ready {
        return "ok".into_response();
    }
    Accepts::default().refusal(Refusal::unavailable("The database does not answer."))
}

async fn answers(app: &App) -> bool {
    matches!(timeout(PATIENCE, store::pulse(app.db().reader())).await, Ok(Ok(_)))
}
