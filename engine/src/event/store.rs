//! The table of events: read after a place, by deal or in the one order of the log.

use std::collections::HashMap;

use entity::{
    Timestamp, deal, event,
    event::Fact,
    ids::{DealId, EventId, MemberId, ProcessId, ProcessVersionId},
    log_secret, log_state, process_version,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, FromQueryResult,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Query, SelectStatement},
};

use super::cursor::{LogCursor, SavedCursor};
use crate::{error::Result, tx::Snapshot, visible};

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

/// The end of the log: its last numbered event.
pub async fn last(conn: &impl ConnectionTrait) -> Result<LogCursor> {
    let query = event::Entity::find()
        .select_only()
        .column(event::Column::Position)
        .column(event::Column::Id)
        .filter(event::Column::Position.is_not_null())
        .order_by_desc(event::Column::Position);
    let found: Option<(i64, EventId)> = query.into_tuple().one(conn).await?;
    let at = |(position, event)| LogCursor { position, event: Some(event) };
    Ok(found.map(at).unwrap_or_default())
}

/// The id of the event at a position of the log.
pub async fn id_at(conn: &impl ConnectionTrait, position: i64) -> Result<Option<EventId>> {
    let query = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::Position.eq(position));
    Ok(query.into_tuple().one(conn).await?)
}

/// Whether there are events or saves without a place in the log.
pub async fn is_unnumbered(conn: &impl ConnectionTrait) -> Result<bool> {
    let event = event::Entity::find()
        .select_only()
        .column(event::Column::InsertId)
        .filter(event::Column::Position.is_null());
    if event.into_tuple::<i64>().one(conn).await?.is_some() {
        return Ok(true);
    }
    let save = process_version::Entity::find()
        .select_only()
        .column(process_version::Column::Number)
        .filter(process_version::Column::Position.is_null());
    Ok(save.into_tuple::<i64>().one(conn).await?.is_some())
}

/// Committed events of which whoever follows something was not told yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// How many.
    pub events: u64,
    /// When the first of them was recorded.
    pub oldest: Option<Timestamp>,
}

/// The events without a place in the log, and those after the place up to which it was followed.
pub async fn lag(conn: &impl ConnectionTrait, followed: Option<i64>) -> Result<Lag> {
    let end = last(conn).await?.position;
    let behind = followed.map_or(0, |followed| end.saturating_sub(followed));
    let behind = if behind > 0 { behind } else { 0 };
    let mut lag = unnumbered(conn).await?;
    lag.events += i64::unsigned_abs(behind);
    if behind > 0 {
        let next = event::Column::Position.eq(end - behind + 1);
        lag.oldest = recorded(conn, event::Entity::find().filter(next)).await?.or(lag.oldest);
    }
    Ok(lag)
}

/// SQLite numbers events as it inserts them.
async fn unnumbered(conn: &impl ConnectionTrait) -> Result<Lag> {
    if conn.get_database_backend() != DbBackend::Postgres {
        return Ok(Lag::default());
    }
    let all = event::Entity::find().filter(event::Column::Position.is_null());
    let events = all.clone().count(conn).await?;
    let oldest = recorded(conn, all.order_by_asc(event::Column::InsertId)).await?;
    Ok(Lag { events, oldest })
}

async fn recorded(
    conn: &impl ConnectionTrait,
    first: Select<event::Entity>,
) -> Result<Option<Timestamp>> {
    let query = first.select_only().column(event::Column::RecordedAt);
    Ok(query.into_tuple().one(conn).await?)
}

/// Whose event has which place in the log.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Touched {
    /// The event's place.
    pub position: i64,
    /// The deal it happened to.
    pub deal_id: DealId,
    /// The deal's process.
    pub process_id: ProcessId,
    /// The process that it took the deal out of.
    pub from_process_id: Option<ProcessId>,
}

/// Whose events were numbered after this position, in their order.
pub async fn touched_after(
    conn: &impl ConnectionTrait,
    position: i64,
    limit: u64,
) -> Result<Vec<Touched>> {
    let query = event::Entity::find()
        .select_only()
        .column(event::Column::Position)
        .column(event::Column::DealId)
        .column(event::Column::ProcessId)
        .column(event::Column::FromProcessId)
        .filter(event::Column::Position.gt(position))
        .order_by_asc(event::Column::Position)
        .limit(limit);
    Ok(query.into_model().all(conn).await?)
}

/// What changes without an event of a deal: read often, so it is one statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Pulse {
    /// How often rights have changed (rule 17).
    pub rights_epoch: i64,
    /// How often processes were saved, as far as the saves have their place in the log: it only grows.
    pub saves: i64,
    /// How often something happened to inboxes: the sum of their versions only grows.
    pub inboxes: i64,
}

/// How often rights, processes and inboxes have changed.
pub async fn pulse(conn: &impl ConnectionTrait) -> Result<Pulse> {
    let sum = |table: &str| {
        let sum = r#"SELECT CAST(coalesce(sum("version"), 0) AS BIGINT)"#;
        Expr::cust(format!("({sum} FROM {table})"))
    };
    let unplaced = r#"(SELECT count(*) FROM process_version WHERE "position" IS NULL)"#;
    let query = log_state::Entity::find()
        .select_only()
        .column(log_state::Column::RightsEpoch)
        .column_as(sum("process").sub(Expr::cust(unplaced)), "saves")
        .column_as(sum("inbox"), "inboxes");
    let none = Pulse { rights_epoch: 0, saves: 0, inboxes: 0 };
    Ok(query.into_model().one(conn).await?.unwrap_or(none))
}

/// What blinds cursors: as random as it is long.
pub async fn secret(conn: &impl ConnectionTrait) -> Result<Option<Vec<u8>>> {
    let row = log_secret::Entity::find_by_id(1).one(conn).await?;
    Ok(row.map(|row| row.secret))
}

/// One save of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Save {
    /// The number of the version.
    pub number: i64,
    /// The version.
    pub id: ProcessVersionId,
    /// How many open deals it changed the stage or progress of.
    pub recalculated: i64,
    /// After which event of the log it was saved; none until the sequencer has said so.
    pub position: Option<i64>,
}

impl Save {
    /// The place after it.
    pub fn cursor(&self, process: ProcessId) -> SavedCursor {
        SavedCursor { process, number: self.number, version: self.id }
    }
}

/// The saves of a process after this version, in order.
pub async fn saves_after(
    conn: &impl ConnectionTrait,
    process: ProcessId,
    number: i64,
    limit: u64,
) -> Result<Vec<Save>> {
    Ok(saves(process, number, limit).into_model().all(conn).await?)
}

/// The next saves of a process after a version, only those whose place in the log is known and not beyond
/// this position.
pub async fn saves_until(
    conn: &impl ConnectionTrait,
    (process, number): (ProcessId, i64),
    position: i64,
    limit: u64,
) -> Result<Vec<Save>> {
    let placed = process_version::Column::Position.lte(position);
    Ok(saves(process, number, limit).filter(placed).into_model().all(conn).await?)
}

fn saves(process: ProcessId, number: i64, limit: u64) -> Select<process_version::Entity> {
    process_version::Entity::find()
        .select_only()
        .column(process_version::Column::Number)
        .column(process_version::Column::Id)
        .column(process_version::Column::Recalculated)
        .column(process_version::Column::Position)
        .filter(process_version::Column::ProcessId.eq(process))
        .filter(process_version::Column::Number.gt(number))
        .order_by_asc(process_version::Column::Number)
        .limit(limit)
}

/// The id of a version of a process.
pub async fn version_id(
    conn: &impl ConnectionTrait,
    process: ProcessId,
    number: i64,
) -> Result<Option<ProcessVersionId>> {
    let query = process_version::Entity::find()
        .select_only()
        .column(process_version::Column::Id)
        .filter(process_version::Column::ProcessId.eq(process))
        .filter(process_version::Column::Number.eq(number));
    Ok(query.into_tuple().one(conn).await?)
}

/// A version of a process, and the end of the log with it: where a board is that is read now.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Standing {
    /// The version.
    pub version: ProcessVersionId,
    /// The position of the last numbered event.
    pub position: Option<i64>,
    /// That event.
    pub event: Option<EventId>,
}

/// Where a board of this version of its process is, if there is such a version: one statement.
pub async fn standing(
    conn: &impl ConnectionTrait,
    process: ProcessId,
    number: i64,
) -> Result<Option<Standing>> {
    let last = |column: &str| {
        let last = r#"FROM event WHERE "position" IS NOT NULL ORDER BY "position" DESC LIMIT 1"#;
        Expr::cust(format!(r#"(SELECT "{column}" {last})"#))
    };
    let query = process_version::Entity::find()
        .select_only()
        .column_as(process_version::Column::Id, "version")
        .column_as(last("position"), "position")
        .column_as(last("id"), "event")
        .filter(process_version::Column::ProcessId.eq(process))
        .filter(process_version::Column::Number.eq(number));
    Ok(query.into_model().one(conn).await?)
}

/// What happened to the deals of a process, and what took deals out of it, after one position and up to
/// another. What a save did to each deal is left out: to a board a save is one change (rule 23).
pub async fn of_process(
    conn: &impl ConnectionTrait,
    process: ProcessId,
    (after, until): (i64, i64),
    limit: u64,
) -> Result<Vec<event::Model>> {
    let between = event::Entity::find()
        .filter(event::Column::Position.gt(after))
        .filter(event::Column::Position.lte(until))
        .order_by_asc(event::Column::Position)
        .limit(limit);
    // Two statements, each along its own index: one with OR would sort all that was missed, each time.
    let here = Condition::all()
        .add(event::Column::ProcessId.eq(process))
        .add(Expr::cust("fact ->> 'kind' <> 'progress_recalculated'"));
    let mut found = between.clone().filter(here).all(conn).await?;
    let gone = between.filter(event::Column::FromProcessId.eq(process)).all(conn).await?;
    if !gone.is_empty() {
        found.extend(gone);
        found.sort_by_key(|event| event.position);
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(found)
}

/// What had happened to a deal before this event.
pub async fn facts_before(
    conn: &impl ConnectionTrait,
    deal: DealId,
    version: i64,
) -> Result<Vec<Fact>> {
    let query = event::Entity::find()
        .select_only()
        .column(event::Column::Fact)
        .filter(event::Column::DealId.eq(deal))
        .filter(event::Column::Version.lt(version))
        .order_by_asc(event::Column::Version);
    Ok(query.into_tuple().all(conn).await?)
}

/// The deals of a board that only managers and administrators see, in the order of their ids: what
/// comes or goes when this member's role changes. Those that began after this position are left out,
/// because their events are still to come; those that left the process after it are not, because their
/// events are too.
pub async fn hidden_from(
    snapshot: &Snapshot,
    member: MemberId,
    (process, position): (ProcessId, i64),
    after: Option<DealId>,
    limit: u64,
) -> Result<Vec<DealId>> {
    let began = deals_of(event::Column::Version.eq(1).and(event::Column::Position.lte(position)));
    let later = event::Column::Position.gt(position).or(event::Column::Position.is_null());
    let left = deals_of(event::Column::FromProcessId.eq(process).and(later));
    let here = deal::Column::ProcessId.eq(process).or(deal::Column::Id.in_subquery(left));
    let mut query = visible::hidden_from(member)
        .select_only()
        .column(deal::Column::Id)
        .filter(here)
        .filter(deal::Column::Id.in_subquery(began))
        .order_by_asc(deal::Column::Id)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(deal::Column::Id.gt(after));
    }
    Ok(query.into_tuple().all(snapshot.conn().await?).await?)
}

fn deals_of(events: Expr) -> SelectStatement {
    Query::select().column(event::Column::DealId).from(event::Entity).and_where(events).take()
}

/// The events with these ids, of deals that the viewer may see.
pub async fn many(snapshot: &Snapshot, ids: Vec<EventId>) -> Result<Vec<event::Model>> {
    let query = event::Entity::find()
        .filter(event::Column::Id.is_in(ids))
        .filter(event::Column::DealId.in_subquery(visible::seen_deals(snapshot.actor())));
    Ok(query.all(snapshot.conn().await?).await?)
}
