//! The stock service of the library, async-graphql-axum, with the schema that the tests of the transport have: what it
//! does where the edge of this server does something else. Each test asserts what the stock service does and says what
//! is done here, so one that fails with a newer version names a piece of our edge that may have become needless.

use std::sync::{Arc, atomic::AtomicUsize};

use async_graphql::{Schema, SchemaBuilder};
use async_graphql_axum::{GraphQL, GraphQLSubscription};
use axum::Router;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use waypost::graphql::context::{OperationCursor, Resume};

use crate::support::live::schema::{Feeds, Mutation, Query, Told};

mod http;
mod socket;

/// A stock service that stops with the test.
struct Stock {
    address: String,
    /// Told when a stream of `flood` or `forever` is dropped.
    dropped: UnboundedReceiver<()>,
    /// How many items of `flood` were made.
    produced: Arc<AtomicUsize>,
}

impl Stock {
    /// Answers requests.
    async fn requests() -> Self {
        Self::serve(|schema| Router::new().route_service("/graphql", GraphQL::new(schema.finish())))
            .await
    }

    /// Opens sockets.
    async fn sockets() -> Self {
        Self::serve(|schema| {
            Router::new().route_service("/graphql", GraphQLSubscription::new(schema.finish()))
        })
        .await
    }

    async fn serve(router: impl FnOnce(SchemaBuilder<Query, Mutation, Feeds>) -> Router) -> Self {
        let (told, dropped) = unbounded_channel();
        let produced = Arc::<AtomicUsize>::default();
        let schema = Schema::build(Query, Mutation::default(), Feeds).data(Told(told));
        let schema = schema.data(produced.clone()).data(OperationCursor::default());
        let router = router(schema.data(Resume::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, dropped, produced }
    }
}
