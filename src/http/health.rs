//! Whether the server runs, and whether it can answer.

use std::{sync::Arc, time::Duration};

use async_graphql::Executor;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use engine::{app::App, event::store, writing};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::{Edge, body::Accepts, rejection::Rejection};

const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer of the database is news.
const FRESH: Duration = Duration::from_millis(500);

/// The process runs.
pub(crate) async fn live() -> &'static str {
    "ok"
}

/// What was last found out about the database: anybody may ask, as often as they like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Health(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    answers: Option<(Instant, bool)>,
    probed: Option<Instant>,
}

/// The database answers, it is ours, it takes what is written, and the server is not being stopped.
pub(crate) async fn ready<E: Executor>(State(edge): State<Edge<E>>) -> Response {
    if edge.app.bus().is_stopping() {
        return Accepts::default()
            .rejection(Rejection::unavailable("This server is being stopped."));
    }
    let mut known = edge.health.0.lock().await;
    let problem = if !known.answers(&edge.app).await {
        "The database does not answer."
    } else if !known.takes(&edge.app).await {
        "The database does not take what is written: the server's log says why."
    } else {
        return "ok".into_response();
    };
    Accepts::default().rejection(Rejection::unavailable(problem))
}

impl Known {
    async fn answers(&mut self, app: &App) -> bool {
        if let Some((_, answers)) = self.answers.filter(|(at, _)| at.elapsed() < FRESH) {
            return answers;
        }
        let answers = answers(app).await;
        self.answers = Some((Instant::now(), answers));
        answers
    }

    /// After an attempt to write that failed, one of ours finds out when it is possible again.
    async fn takes(&mut self, app: &App) -> bool {
        let is_old = self.probed.is_none_or(|at| at.elapsed() >= FRESH);
        if app.writing().failed() && is_old {
            writing::probe(app).await;
            self.probed = Some(Instant::now());
        }
        !app.writing().failed()
    }
}

async fn answers(app: &App) -> bool {
    matches!(timeout(PATIENCE, store::pulse(app.db().reader())).await, Ok(Ok(_)))
}
