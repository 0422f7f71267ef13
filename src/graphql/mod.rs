//! The edge: GraphQL types over the use cases, one file a noun. No database here.

use async_graphql::{EmptyMutation, EmptySubscription, Object};

use crate::app::App;

pub mod context;

/// The executable schema.
pub type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;

/// The schema over this application.
pub fn schema(app: App) -> Schema {
    Schema::build(Query, EmptyMutation, EmptySubscription).data(app).finish()
}

/// The schema as text.
pub fn sdl() -> String {
    Schema::build(Query, EmptyMutation, EmptySubscription).finish().sdl()
}

/// Everything that can be read.
pub struct Query;

#[Object]
impl Query {
    /// A placeholder.
    async fn placeholder(&self) -> bool {
        true
    }
}
