//! The table of events: read after a place, by deal or in the one order of the log.

use std::collections::HashMap;

use entity::{
    deal, event,
    ids::{DealId, EventId},
    log_state,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Query},
};

use crate::{
    deal::find,
    error::Result,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::Snapshot,
};

/// The events of a deal after this number, in order.
pub async fn after(
    conn: &impl ConnectionTrait,
    deal: DealId,
    version: i64,
    limit: u64,
) -> Result<Vec<event::Model>> {
    Ok(event::Entity::find()
        .filter(event::Column::DealId.eq(deal))
        .filter(event::Column::Version.gt(version))
        .order_by_asc(event::Column::Version)
        .limit(limit)
        .all(conn)
        .await?)
}

/// The id of an event of a deal.
pub async fn id_of(
    conn: &impl ConnectionTrait,
    deal: DealId,
    version: i64,
) -> Result<Option<EventId>> {
    let query = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::DealId.eq(deal))
        .filter(event::Column::Version.eq(version));
    Ok(query.into_tuple().one(conn).await?)
}

/// The ids of the last events of these deals, as the snapshot sees them.
pub async fn last_ids(snapshot: &Snapshot, deals: Vec<DealId>) -> Result<HashMap<DealId, EventId>> {
    let last = Query::select()
        .column(deal::Column::Version)
        .from(deal::Entity)
        .and_where(
            Expr::col((deal::Entity, deal::Column::Id))
                .eq(Expr::col((event::Entity, event::Column::DealId))),
        )
        .take();
    let query = event::Entity::find()
        .select_only()
        .column(event::Column::DealId)
        .column(event::Column::Id)
        .filter(event::Column::DealId.is_in(deals))
        .filter(event::Column::Version.in_subquery(last));
    let found: Vec<(DealId, EventId)> = query.into_tuple().all(snapshot.conn().await?).await?;
    Ok(found.into_iter().collect())
}

/// The last numbered event of the whole log: its position and id.
pub async fn last(conn: &impl ConnectionTrait) -> Result<Option<(i64, EventId)>> {
    let query = event::Entity::find()
        .select_only()
        .column(event::Column::Position)
        .column(event::Column::Id)
        .filter(event::Column::Position.is_not_null())
        .order_by_desc(event::Column::Position);
    Ok(query.into_tuple().one(conn).await?)
}

/// Whether there are events without a place in the log.
pub async fn is_unnumbered(conn: &impl ConnectionTrait) -> Result<bool> {
    let query = event::Entity::find()
        .select_only()
        .column(event::Column::InsertId)
        .filter(event::Column::Position.is_null());
    Ok(query.into_tuple::<i64>().one(conn).await?.is_some())
}

/// The deals of the events numbered after this position, and the last position among them.
pub async fn deals_after(
    conn: &impl ConnectionTrait,
    position: i64,
    limit: u64,
) -> Result<Vec<(i64, DealId)>> {
    let query = event::Entity::find()
        .select_only()
        .column(event::Column::Position)
        .column(event::Column::DealId)
        .filter(event::Column::Position.gt(position))
        .order_by_asc(event::Column::Position)
        .limit(limit);
    Ok(query.into_tuple().all(conn).await?)
}

/// How often rights have changed (rule 17).
pub async fn rights_epoch(conn: &impl ConnectionTrait) -> Result<i64> {
    let query = log_state::Entity::find().select_only().column(log_state::Column::RightsEpoch);
    Ok(query.into_tuple().one(conn).await?.unwrap_or(0))
}

/// The events with these ids, of deals that the viewer may see.
pub async fn many(snapshot: &Snapshot, ids: Vec<EventId>) -> Result<Vec<event::Model>> {
    let query = event::Entity::find()
        .filter(event::Column::Id.is_in(ids))
        .filter(event::Column::DealId.in_subquery(find::seen_deals(snapshot.actor())));
    Ok(query.all(snapshot.conn().await?).await?)
}

/// A page of the history of a deal that the viewer sees, the oldest first.
pub async fn page(
    snapshot: &Snapshot,
    deal: DealId,
    request: &Request,
) -> Result<Page<event::Model>> {
    let keys = [SortKey {
        name: "version",
        expr: Expr::col(event::Column::Version),
        descending: false,
        value: |row: &event::Model| KeyValue::Int(row.version),
    }];
    let query = event::Entity::find().filter(event::Column::DealId.eq(deal));
    let rows = page::paginate(query, &keys, request)?.all(snapshot.conn().await?).await?;
    Ok(page::page(rows, &keys, request))
}

/// How many events a deal has.
pub async fn count(snapshot: &Snapshot, deal: DealId) -> Result<u64> {
    let query = event::Entity::find().filter(event::Column::DealId.eq(deal));
    Ok(query.count(snapshot.conn().await?).await?)
}
