//! The transport: thin, and nothing of the domain.

pub mod explorer;

use crate::{app::App, graphql::Schema};

/// All routes of the server.
pub fn router(_app: App, _schema: Schema) -> axum::Router {
    axum::Router::new().merge(explorer::routes())
}
