//! async-graphql as one would use it over these tables, without rules, rights, events or history.

use std::sync::Arc;

use async_graphql::{Context, Error, Object, Result};

use super::sql::{Deal, Process, Sql, WholeDeal};
use crate::server;

/// The queries.
pub struct Reads;

/// The mutations.
pub struct Changes;

fn sql<'a>(context: &Context<'a>) -> Result<&'a Arc<Sql>> {
    context.data::<Arc<Sql>>()
}

fn told<T>(found: server::Result<T>) -> Result<T> {
    found.map_err(|cause| Error::new(cause.to_string()))
}

#[Object]
impl Reads {
    async fn process(&self, context: &Context<'_>, number: usize) -> Result<Process> {
        told(sql(context)?.process(number).await)
    }

    async fn board(&self, context: &Context<'_>, number: usize) -> Result<Vec<Deal>> {
        told(sql(context)?.board(number).await)
    }

    async fn deal(&self, context: &Context<'_>, number: usize) -> Result<WholeDeal> {
        told(sql(context)?.deal(number).await)
    }
}

#[Object]
impl Changes {
    async fn complete(&self, context: &Context<'_>, number: usize, note: String) -> Result<i64> {
        told(sql(context)?.complete(number, &note).await)
    }
}
