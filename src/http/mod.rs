//! The transport: thin, and nothing of the domain.

use async_graphql::Executor;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    response::Redirect,
    routing::{get, post},
};

use crate::app::App;

mod body;
pub mod explorer;
mod graphql;
mod health;
mod nesting;
mod refusal;
pub mod socket;

/// What every route holds.
#[derive(Clone)]
pub(crate) struct Edge<E> {
    app: App,
    schema: E,
    limits: socket::Limits,
}

/// All routes of the server.
pub fn router<E: Executor>(app: App, schema: E) -> Router {
    router_with(app, schema, socket::Limits::default())
}

/// All routes of the server, with other limits for its sockets.
pub fn router_with<E: Executor>(app: App, schema: E, limits: socket::Limits) -> Router {
    Router::new()
        .route("/graphql", post(graphql::by_post).get(graphql::by_get))
        .layer(DefaultBodyLimit::max(graphql::BODY))
        .route("/", get(|| async { Redirect::temporary("explorer") }))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready::<E>))
        .with_state(Edge { app, schema, limits })
        .merge(explorer::routes())
}
