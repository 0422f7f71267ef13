//! `/metrics`: for administrators where everybody comes, and without a token at an address of its own.

use async_graphql::Executor;
use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header::CONTENT_TYPE, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::language::Language;
use domain::policy::{self, Permission, Subject};
use engine::app::App;

use super::{Edge, body::Accepts, graphql, rejection::Rejection};
use crate::{
    graphql::error::code,
    metrics::{CONTENT_TYPE as TEXT, Meters},
};

/// A server of nothing else, for an address that only those reach who may know.
pub fn router(app: App, meters: Meters) -> Router {
    let told = move || async move { exposition(&app, &meters).await };
    Router::new()
        .route("/metrics", get(told))
        .fallback(|| async { Rejection::only_metrics().answer() })
}

/// For administrators.
pub(super) async fn for_administrators<E: Executor>(
    State(edge): State<Edge<E>>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    match judged(&edge, &parts).await {
        Ok(()) => exposition(&edge.app, &edge.settings.meters).await,
        Err(refusal) => refusal.answer(),
    }
}

async fn judged<E>(edge: &Edge<E>, parts: &Parts) -> Result<(), Rejection> {
    let mut time = edge.time();
    let signed_in = graphql::sign_in(edge, &parts.extensions, &parts.headers, &mut time);
    let session = signed_in.await?;
    let allowed = policy::require(&session.actor, Permission::SeeMetrics, Subject::Organisation);
    let forbidden = |refused: domain::refusal::Refusal| {
        Rejection::new(
            StatusCode::FORBIDDEN,
            code::FORBIDDEN,
            refused.problem.message(Language::English),
        )
    };
    allowed.map(drop).map_err(forbidden)
}

async fn exposition(app: &App, meters: &Meters) -> Response {
    match meters.text(app).await {
        Ok(text) => ([(CONTENT_TYPE, TEXT)], text).into_response(),
        Err(_) => Rejection::fault().answer(),
    }
}

impl Rejection {
    fn only_metrics() -> Self {
        let message = "There is nothing here but /metrics.";
        Self { message: message.into(), ..Self::not_found() }
    }

    fn answer(self) -> Response {
        Accepts::default().rejection(self)
    }
}
