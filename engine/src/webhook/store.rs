//! The tables of webhooks: endpoints, what is on its way to them, and which server delivers it.

use std::collections::HashSet;

use domain::policy::Actor;
use entity::{
    Timestamp, deal, event,
    ids::{DealId, WebhookDeliveryId, WebhookId},
    webhook::{self, Stop},
    webhook_delivery::{self, State},
    webhook_lease,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, UpdateMany,
    sea_query::{Expr, OnConflict, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    db::{in_state, padded, update_rows},
    error::Result,
    visible::visible_to,
};

/// How many rows are removed with one statement.
const CHUNK: u64 = 1000;

/// An endpoint.
pub async fn find(conn: &impl ConnectionTrait, id: WebhookId) -> Result<Option<webhook::Model>> {
    Ok(webhook::Entity::find_by_id(id).one(conn).await?)
}

/// An endpoint that nobody else changes until the end of the unit of work. SQLite has one writer and needs no lock.
pub(super) async fn keep(
    conn: &impl ConnectionTrait,
    id: WebhookId,
) -> Result<Option<webhook::Model>> {
    let query = webhook::Entity::find_by_id(id);
    let query = match conn.get_database_backend() {
        DbBackend::Postgres => query.lock_exclusive(),
        _ => query,
    };
    Ok(query.one(conn).await?)
}

/// How many endpoints there are.
pub(super) async fn count(conn: &impl ConnectionTrait) -> Result<u64> {
    Ok(webhook::Entity::find().count(conn).await?)
}

/// Writes a new endpoint.
pub(super) async fn insert(conn: &impl ConnectionTrait, row: webhook::Model) -> Result<()> {
    webhook::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Stops sending to every endpoint that is sent to.
pub(crate) async fn pause_all(conn: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    webhook::Entity::update_many()
        .col_expr(webhook::Column::Stop, Expr::value(Stop::Paused))
        .col_expr(webhook::Column::StoppedAt, Expr::value(now))
        .filter(webhook::Column::Stop.is_null())
        .exec(conn)
        .await?;
    Ok(())
}

/// Writes an endpoint that changed.
pub(super) async fn update(conn: &impl ConnectionTrait, row: webhook::Model) -> Result<()> {
    webhook::Entity::update(row.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// Removes an endpoint; what is on its way there goes with it.
pub(super) async fn delete(conn: &impl ConnectionTrait, id: WebhookId) -> Result<()> {
    webhook::Entity::delete_by_id(id).exec(conn).await?;
    Ok(())
}

/// Writes how far the log has been read for an endpoint.
pub(super) async fn set_position(
    conn: &impl ConnectionTrait,
    id: WebhookId,
    position: i64,
) -> Result<()> {
    webhook::Entity::update_many()
        .col_expr(webhook::Column::Position, Expr::value(position))
        .filter(webhook::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Whether anybody may see anything for an endpoint.
const OF_ACTIVE_MEMBER: &str = "EXISTS (SELECT 1 FROM member \
    WHERE member.id = webhook.member_id AND member.deactivated_at IS NULL)";

/// The endpoints for which there is something to do: the log goes on, or a delivery is due.
pub(super) async fn busy(conn: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<WebhookId>> {
    let more = r#"webhook.position < (SELECT max("position") FROM event)"#;
    let due = webhook_delivery::Entity::find()
        .select_only()
        .column(webhook_delivery::Column::WebhookId)
        .filter(in_state(webhook_delivery::Column::State, State::Pending))
        .filter(webhook_delivery::Column::NextAttemptAt.lte(now));
    let due = webhook::Column::Id.in_subquery(due.into_query());
    let left_alone = webhook::Column::NotBefore.is_null().or(webhook::Column::NotBefore.lte(now));
    let query = webhook::Entity::find()
        .select_only()
        .column(webhook::Column::Id)
        .filter(webhook::Column::Stop.is_null())
        .filter(Expr::cust(OF_ACTIVE_MEMBER))
        .filter(left_alone)
        .filter(Expr::cust(more).or(due));
    Ok(query.into_tuple().all(conn).await?)
}

/// How many events wait for this endpoint.
pub(super) async fn waiting(conn: &impl ConnectionTrait, id: WebhookId) -> Result<u64> {
    let query = webhook_delivery::Entity::find()
        .filter(webhook_delivery::Column::WebhookId.eq(id))
        .filter(in_state(webhook_delivery::Column::State, State::Pending));
    Ok(query.count(conn).await?)
}

/// What endpoints were not told yet, or cannot be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Backlog {
    /// Deliveries that wait.
    pub(crate) pending: u64,
    /// Deliveries that were given up.
    pub(crate) dead: u64,
    /// Events that the endpoint that is furthest behind has not read of the log.
    pub(crate) events: u64,
}

/// What of the deliveries is not done. States are written out, as the indices have them.
pub(crate) async fn backlog(conn: &impl ConnectionTrait, end: i64) -> Result<Backlog> {
    let furthest = webhook::Entity::find()
        .select_only()
        .column_as(webhook::Column::Position.min(), "position")
        .filter(webhook::Column::Stop.is_null());
    let furthest: Option<Option<i64>> = furthest.into_tuple().one(conn).await?;
    let events = furthest.flatten().map_or(0, |position| end.saturating_sub(position));
    let pending = webhook_delivery::Entity::find()
        .filter(in_state(webhook_delivery::Column::State, State::Pending));
    let dead = "webhook_id IN (SELECT id FROM webhook) AND state = 'DEAD'";
    let dead = webhook_delivery::Entity::find().filter(Expr::cust(dead));
    let (pending, dead) = (pending.count(conn).await?, dead.count(conn).await?);
    Ok(Backlog { pending, dead, events: u64::try_from(events).unwrap_or(0) })
}

/// The numbered events after this position, in their order.
pub(super) async fn log_after(
    conn: &impl ConnectionTrait,
    position: i64,
    limit: u64,
) -> Result<Vec<event::Model>> {
    let query = event::Entity::find()
        .filter(event::Column::Position.gt(position))
        .order_by_asc(event::Column::Position)
        .limit(limit);
    Ok(query.all(conn).await?)
}

/// The newest events of the log, the newest first.
pub(super) async fn newest(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<event::Model>> {
    let query = event::Entity::find()
        .filter(event::Column::Position.is_not_null())
        .order_by_desc(event::Column::Position)
        .limit(limit);
    Ok(query.all(conn).await?)
}

/// Those of these deals that somebody may see.
pub(super) async fn seen(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    deals: Vec<DealId>,
) -> Result<HashSet<DealId>> {
    let query = visible_to(actor)
        .select_only()
        .column(deal::Column::Id)
        .filter(deal::Column::Id.is_in(deals));
    let found: Vec<DealId> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().collect())
}

/// Writes what waits to be delivered.
pub(super) async fn insert_deliveries(
    conn: &impl ConnectionTrait,
    rows: Vec<webhook_delivery::Model>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    webhook_delivery::Entity::insert_many(rows).exec_without_returning(conn).await?;
    Ok(())
}

/// A delivery.
pub(super) async fn delivery(
    conn: &impl ConnectionTrait,
    id: WebhookDeliveryId,
) -> Result<Option<webhook_delivery::Model>> {
    Ok(webhook_delivery::Entity::find_by_id(id).one(conn).await?)
}

/// What is due for an endpoint, in the order of the log: nothing that happened to the same deal before waits until later.
pub(super) async fn due(
    conn: &impl ConnectionTrait,
    id: WebhookId,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<webhook_delivery::Model>> {
    let query = webhook_delivery::Entity::find()
        .filter(webhook_delivery::Column::WebhookId.eq(id))
        .filter(in_state(webhook_delivery::Column::State, State::Pending))
        .filter(webhook_delivery::Column::NextAttemptAt.lte(now))
        .filter(Expr::not_exists(held_up(now)))
        .order_by_asc(webhook_delivery::Column::Position)
        .limit(limit);
    Ok(query.all(conn).await?)
}

/// What happened to the same deal before, and waits until later.
fn held_up(now: Timestamp) -> SelectStatement {
    let of = |column| Expr::col((webhook_delivery::Entity, column));
    let before = |column| Expr::col(("earlier", column));
    let waits = r#""earlier"."state" = 'PENDING'"#;
    Query::select()
        .expr(Expr::cust("1"))
        .from_as(webhook_delivery::Entity, "earlier")
        .and_where(
            before(webhook_delivery::Column::WebhookId).eq(of(webhook_delivery::Column::WebhookId)),
        )
        .and_where(
            before(webhook_delivery::Column::DealId).eq(of(webhook_delivery::Column::DealId)),
        )
        .and_where(
            before(webhook_delivery::Column::Position).lt(of(webhook_delivery::Column::Position)),
        )
        .and_where(before(webhook_delivery::Column::NextAttemptAt).gt(now))
        .and_where(Expr::cust(waits))
        .take()
}

/// Those of these deliveries that still wait.
pub(super) async fn still_waiting(
    conn: &impl ConnectionTrait,
    ids: Vec<WebhookDeliveryId>,
) -> Result<HashSet<WebhookDeliveryId>> {
    let query = webhook_delivery::Entity::find()
        .select_only()
        .column(webhook_delivery::Column::Id)
        .filter(webhook_delivery::Column::Id.is_in(padded(ids)))
        .filter(in_state(webhook_delivery::Column::State, State::Pending));
    let found: Vec<WebhookDeliveryId> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().collect())
}

/// Writes deliveries that changed, in pieces of a power of two each: so there are few texts of statements.
pub(super) async fn update_deliveries(
    conn: &impl ConnectionTrait,
    rows: Vec<webhook_delivery::Model>,
) -> Result<()> {
    let mut rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    while rows.len() > 0 {
        let piece = 1 << rows.len().ilog2();
        let some = rows.by_ref().take(piece).collect();
        update_rows::<webhook_delivery::Entity>(conn, some).await?;
    }
    Ok(())
}

fn change() -> UpdateMany<webhook_delivery::Entity> {
    webhook_delivery::Entity::update_many()
}

/// Parks all that waits for an endpoint.
pub(super) async fn park_all(
    conn: &impl ConnectionTrait,
    id: WebhookId,
    (reason, now): (&str, Timestamp),
) -> Result<()> {
    change()
        .col_expr(webhook_delivery::Column::State, Expr::value(State::Dead))
        .col_expr(webhook_delivery::Column::FinishedAt, Expr::value(now))
        .col_expr(webhook_delivery::Column::LastError, Expr::value(reason))
        .filter(webhook_delivery::Column::WebhookId.eq(id))
        .filter(in_state(webhook_delivery::Column::State, State::Pending))
        .exec(conn)
        .await?;
    Ok(())
}

/// Has a delivery that waits tried at once.
pub(super) async fn hurry(
    conn: &impl ConnectionTrait,
    id: WebhookDeliveryId,
    now: Timestamp,
) -> Result<()> {
    change()
        .col_expr(webhook_delivery::Column::NextAttemptAt, Expr::value(now))
        .filter(webhook_delivery::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Lets a delivery wait anew, with all the time that something new has.
pub(super) async fn revive(
    conn: &impl ConnectionTrait,
    id: WebhookDeliveryId,
    (now, give_up_at): (Timestamp, Timestamp),
) -> Result<()> {
    change()
        .col_expr(webhook_delivery::Column::State, Expr::value(State::Pending))
        .col_expr(webhook_delivery::Column::Attempts, Expr::value(0))
        .col_expr(webhook_delivery::Column::NextAttemptAt, Expr::value(now))
        .col_expr(webhook_delivery::Column::GiveUpAt, Expr::value(give_up_at))
        .col_expr(webhook_delivery::Column::FinishedAt, Expr::value(None::<Timestamp>))
        .filter(webhook_delivery::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Removes what waits from after this position.
pub(super) async fn drop_waiting_after(
    conn: &impl ConnectionTrait,
    id: WebhookId,
    position: i64,
) -> Result<()> {
    webhook_delivery::Entity::delete_many()
        .filter(webhook_delivery::Column::WebhookId.eq(id))
        .filter(in_state(webhook_delivery::Column::State, State::Pending))
        .filter(webhook_delivery::Column::Position.gt(position))
        .exec(conn)
        .await?;
    Ok(())
}

/// Removes some of what was delivered or skipped before a moment, and tells how many.
pub(super) async fn remove_some(conn: &impl ConnectionTrait, before: Timestamp) -> Result<u64> {
    let old = webhook_delivery::Entity::find()
        .select_only()
        .column(webhook_delivery::Column::Id)
        .filter(Expr::cust("state IN ('SENT', 'CANCELLED')"))
        .filter(webhook_delivery::Column::FinishedAt.lt(before))
        .limit(CHUNK);
    let old: Vec<WebhookDeliveryId> = old.into_tuple().all(conn).await?;
    if old.is_empty() {
        return Ok(0);
    }
    let removed = webhook_delivery::Entity::delete_many()
        .filter(webhook_delivery::Column::Id.is_in(old))
        .exec(conn)
        .await?;
    Ok(removed.rows_affected)
}

/// Takes the lease for this server until a moment, unless another one holds it.
pub(super) async fn hold(
    conn: &impl ConnectionTrait,
    holder: Uuid,
    (now, until): (Timestamp, Timestamp),
) -> Result<bool> {
    let first = webhook_lease::ActiveModel { id: Set(1), holder: Set(holder), until: Set(now) };
    let mut there = OnConflict::column(webhook_lease::Column::Id);
    there.do_nothing();
    webhook_lease::Entity::insert(first).on_conflict(there).try_insert().exec(conn).await?;
    let free = webhook_lease::Column::Holder.eq(holder).or(webhook_lease::Column::Until.lte(now));
    let taken = webhook_lease::Entity::update_many()
        .col_expr(webhook_lease::Column::Holder, Expr::value(holder))
        .col_expr(webhook_lease::Column::Until, Expr::value(until))
        .filter(free)
        .exec(conn)
        .await?;
    Ok(taken.rows_affected > 0)
}

/// Lets go of the lease, if this server holds it.
pub(super) async fn let_go(
    conn: &impl ConnectionTrait,
    holder: Uuid,
    now: Timestamp,
) -> Result<()> {
    webhook_lease::Entity::update_many()
        .col_expr(webhook_lease::Column::Until, Expr::value(now))
        .filter(webhook_lease::Column::Holder.eq(holder))
        .exec(conn)
        .await?;
    Ok(())
}
