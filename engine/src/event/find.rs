//! What happened to deals, page by page, the oldest first: of deals that the viewer sees.

use std::collections::HashMap;

use entity::{
    event::{Column, Entity, Model},
    ids::DealId,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, sea_query::Expr,
};

use crate::{
    error::Result,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::Snapshot,
};

/// A page of the events of a deal.
pub async fn page(snapshot: &Snapshot, deal: DealId, request: &Request) -> Result<Page<Model>> {
    let keys = keys();
    let query = Entity::find().filter(Column::DealId.eq(deal));
    let rows = page::paginate(query, &keys, request)?.all(snapshot.conn().await?).await?;
    Ok(page::page(rows, &keys, request))
}

/// The first page of the events of each of these deals, or the last.
pub async fn page_of_each(
    snapshot: &Snapshot,
    deals: Vec<DealId>,
    request: &Request,
) -> Result<HashMap<DealId, Page<Model>>> {
    let keys = keys();
    let query = Entity::find().filter(Column::DealId.is_in(deals));
    let backend = snapshot.base().db().backend();
    let each = page::paginate_each((backend, query), Column::DealId, &keys, request);
    let rows = Model::find_by_statement(each).all(snapshot.conn().await?).await?;
    Ok(page::pages(rows, |row| row.deal_id, &keys, request))
}

fn keys() -> [SortKey<Model>; 1] {
    [SortKey {
        name: "version",
        expr: Expr::col(Column::Version),
        descending: false,
        value: |row| KeyValue::Int(row.version),
    }]
}

/// How many events each of these deals has.
pub async fn count(snapshot: &Snapshot, deals: Vec<DealId>) -> Result<HashMap<DealId, u64>> {
    let query = Entity::find()
        .filter(Column::DealId.is_in(deals))
        .select_only()
        .column(Column::DealId)
        .column_as(Column::InsertId.count(), "events")
        .group_by(Column::DealId);
    let found: Vec<(DealId, i64)> = query.into_tuple().all(snapshot.conn().await?).await?;
    Ok(found.into_iter().map(|(deal, events)| (deal, events.unsigned_abs())).collect())
}
