//! Deals by their numbers: what is read of those of which somebody has all that is asked for, as long as the numbers are
//! the same.

use domain::policy::Actor;
use entity::{
    deal,
    ids::{DealId, ProcessId},
    process,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, ExprTrait, QueryFilter, QueryResult, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, Query},
};

use super::find::{self, Filter, Order};
use crate::{
    error::Result,
    page::{self, Page, Request},
    tx::Snapshot,
    visible::visible_to,
};

/// A deal by its numbers: with the same ones it is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which deal.
    pub id: DealId,
    /// The number of its last event.
    pub version: i64,
    /// Its process, and the number of its current version.
    pub process: (ProcessId, i64),
    /// The version of the process that a closed deal was closed with.
    pub closed_process_version: Option<i64>,
}

impl Head {
    /// The numbers of this deal, where its process is at this version.
    pub fn of(deal: &deal::Model, process_version: i64) -> Self {
        Self {
            id: deal.id,
            version: deal.version,
            process: (deal.process_id, process_version),
            closed_process_version: deal.closed_process_version,
        }
    }
}

/// The deal with this id, if the viewer may see it, as it is now, whatever else is read: for an answer that needs no
/// more than this.
pub async fn alone(snapshot: &Snapshot, id: DealId) -> Result<Option<Head>> {
    let query = numbers(visible_to(snapshot.actor()).filter(deal::Column::Id.eq(id)));
    let statement = query.build(snapshot.base().db().backend());
    let found = snapshot.alone().query_one_raw(statement).await?;
    Ok(found.as_ref().map(head).transpose()?)
}

/// A page of the deals that the viewer may see.
pub async fn page(
    snapshot: &Snapshot,
    filter: &Filter,
    order: &[Order],
    request: &Request,
) -> Result<Page<Head>> {
    page_on(snapshot.conn().await?, snapshot.actor(), (filter, order), request).await
}

/// The page as it is now, whatever else is read: for an answer that needs no more than this.
pub async fn page_alone(
    snapshot: &Snapshot,
    filter: &Filter,
    order: &[Order],
    request: &Request,
) -> Result<Page<Head>> {
    page_on(snapshot.alone(), snapshot.actor(), (filter, order), request).await
}

async fn page_on(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    (filter, order): (&Filter, &[Order]),
    request: &Request,
) -> Result<Page<Head>> {
    let (deals, keys) = find::listed(visible_to(actor), actor, filter, order);
    let query = page::paginate(find::with_keys(numbers(deals), &keys), &keys, request)?;
    let rows = conn.query_all_raw(query.build(conn.get_database_backend())).await?;
    let row = |row: &QueryResult| Ok((find::values(row, &keys)?, head(row)?));
    let rows = rows.iter().map(row).collect::<Result<_, DbErr>>()?;
    Ok(page::page_of(rows, &page::order_name(&keys), request))
}

fn numbers(deals: Select<deal::Entity>) -> Select<deal::Entity> {
    let version = Query::select()
        .column((process::Entity, process::Column::Version))
        .from(process::Entity)
        .and_where(
            Expr::col((process::Entity, process::Column::Id))
                .equals((deal::Entity, deal::Column::ProcessId)),
        )
        .take();
    deals
        .select_only()
        .column(deal::Column::Id)
        .column(deal::Column::Version)
        .column(deal::Column::ProcessId)
        .column(deal::Column::ClosedProcessVersion)
        .column_as(Expr::from(version), "process_version")
}

fn head(row: &QueryResult) -> Result<Head, DbErr> {
    Ok(Head {
        id: row.try_get("", "id")?,
        version: row.try_get("", "version")?,
        process: (row.try_get("", "process_id")?, row.try_get("", "process_version")?),
        closed_process_version: row.try_get("", "closed_process_version")?,
    })
}
