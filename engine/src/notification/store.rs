//! The tables of notifications and inboxes.

use std::collections::{BTreeMap, HashMap};

use domain::policy::Actor;
use entity::{
    Timestamp,
    ids::{MemberId, NotificationId},
    inbox, inbox_event,
    inbox_event::NotificationIds,
    notification,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use super::find;
use crate::{
    error::{Error, Result},
    tx::Tx,
};

/// How many rows are written with one statement: PostgreSQL takes 65,535 parameters.
const CHUNK: usize = 1000;

/// Writes new notifications.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    rows: Vec<notification::Model>,
) -> Result<()> {
    for rows in rows.chunks(CHUNK) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        notification::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Writes that these notifications came into, or were read in, these inboxes, and has their members told.
pub(crate) async fn happen(
    tx: &mut Tx,
    inboxes: BTreeMap<MemberId, Vec<NotificationId>>,
) -> Result<()> {
    let members: Vec<_> = inboxes.keys().copied().collect();
    let versions = raise(tx.conn(), &members).await?;
    let mut events = Vec::with_capacity(members.len());
    for (member_id, ids) in inboxes {
        let version = versions.get(&member_id).copied();
        events.push(inbox_event::ActiveModel {
            id: Set(tx.new_id()),
            member_id: Set(member_id),
            version: Set(version.ok_or_else(|| Error::bug("an inbox was not raised"))?),
            notification_ids: Set(NotificationIds(ids)),
            recorded_at: Set(tx.now()),
        });
    }
    for events in events.chunks(CHUNK) {
        inbox_event::Entity::insert_many(events.to_vec()).exec_without_returning(tx.conn()).await?;
    }
    members.into_iter().for_each(|member| tx.inbox_changed(member));
    Ok(())
}

/// Locks what happens to a member's inbox until the end of the unit of work. An inbox that has no row yet
/// is empty; SQLite has one writer and needs no lock.
pub(crate) async fn lock_inbox(conn: &impl ConnectionTrait, member: MemberId) -> Result<()> {
    if conn.get_database_backend() == DbBackend::Postgres {
        inbox::Entity::find_by_id(member).lock_exclusive().one(conn).await?;
    }
    Ok(())
}

/// Those of these notifications that the actor may read.
pub(crate) async fn readable(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[NotificationId],
) -> Result<Vec<notification::Model>> {
    let query = find::visible_to(actor);
    Ok(query.filter(notification::Column::Id.is_in(ids.iter().copied())).all(conn).await?)
}

/// The unread notifications of an actor that came with this one or before it, the newest first.
pub(crate) async fn unread_until(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    newest: &notification::Model,
) -> Result<Vec<NotificationId>> {
    let (created, id) = (notification::Column::CreatedAt, notification::Column::Id);
    let same = created.eq(newest.created_at).and(id.lte(newest.id));
    let query = find::unread_by(actor)
        .select_only()
        .column(id)
        .filter(created.lt(newest.created_at).or(same))
        .order_by_desc(created)
        .order_by_desc(id);
    Ok(query.into_tuple().all(conn).await?)
}

/// Writes when these notifications were read.
pub(crate) async fn mark_read(
    conn: &impl ConnectionTrait,
    ids: &[NotificationId],
    at: Timestamp,
) -> Result<()> {
    notification::Entity::update_many()
        .col_expr(notification::Column::ReadAt, Expr::value(at))
        .filter(notification::Column::Id.is_in(ids.iter().copied()))
        .exec(conn)
        .await?;
    Ok(())
}

/// Raises the versions of these inboxes by one and gives them; the rows stay locked until the commit.
/// The members must be in the order of their ids.
async fn raise(
    conn: &impl ConnectionTrait,
    members: &[MemberId],
) -> Result<HashMap<MemberId, i64>> {
    let raised = Expr::col((inbox::Entity, inbox::Column::Version)).add(1);
    let again = OnConflict::column(inbox::Column::MemberId)
        .value(inbox::Column::Version, raised)
        .to_owned();
    let first = |member: &MemberId| inbox::ActiveModel { member_id: Set(*member), version: Set(1) };
    let mut found = HashMap::new();
    for members in members.chunks(CHUNK) {
        inbox::Entity::insert_many(members.iter().map(first))
            .on_conflict(again.clone())
            .exec_without_returning(conn)
            .await?;
        let query =
            inbox::Entity::find().filter(inbox::Column::MemberId.is_in(members.iter().copied()));
        found.extend(query.all(conn).await?.into_iter().map(|row| (row.member_id, row.version)));
    }
    Ok(found)
}
