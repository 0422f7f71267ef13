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
    db::{MOST_ROWS, insert_rows},
    error::{Error, Result},
    tx::Tx,
};

/// Writes new notifications.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    rows: &[notification::Model],
) -> Result<()> {
    let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
    insert_rows::<notification::Entity>(conn, rows.collect()).await
}

/// Notifications that came into, or were read in, an inbox.
pub(crate) struct InboxNews {
    /// Whose inbox.
    pub(crate) member_id: MemberId,
    /// Which.
    pub(crate) ids: Vec<NotificationId>,
    /// When.
    pub(crate) at: Timestamp,
}

/// Writes what happened to inboxes, each in the order in which it comes, and has their members told.
pub(crate) async fn happen(tx: &mut Tx, news: Vec<InboxNews>) -> Result<()> {
    let mut counts = BTreeMap::new();
    for one in &news {
        *counts.entry(one.member_id).or_default() += 1;
    }
    let mut last = raise(tx.conn(), &counts).await?;
    for (member, count) in counts {
        let last = last.get_mut(&member).ok_or_else(|| Error::bug("an inbox was not raised"))?;
        *last -= count;
        tx.inbox_changed(member);
    }
    let mut event = |one: InboxNews| {
        let version = last.entry(one.member_id).and_modify(|last| *last += 1).or_default();
        inbox_event::ActiveModel {
            id: Set(tx.new_id()),
            member_id: Set(one.member_id),
            version: Set(*version),
            notification_ids: Set(NotificationIds(one.ids)),
            recorded_at: Set(one.at),
        }
    };
    let events = news.into_iter().map(&mut event).collect();
    insert_rows::<inbox_event::Entity>(tx.conn(), events).await
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

/// Raises the versions of these inboxes by so many and gives them; the rows stay locked until the commit.
async fn raise(
    conn: &impl ConnectionTrait,
    counts: &BTreeMap<MemberId, i64>,
) -> Result<HashMap<MemberId, i64>> {
    let more = Expr::col(("excluded", inbox::Column::Version));
    let raised = Expr::col((inbox::Entity, inbox::Column::Version)).add(more);
    let again = OnConflict::column(inbox::Column::MemberId)
        .value(inbox::Column::Version, raised)
        .to_owned();
    let first = |(member, count): &(&MemberId, &i64)| inbox::ActiveModel {
        member_id: Set(**member),
        version: Set(**count),
    };
    let counts: Vec<_> = counts.iter().collect();
    let mut found = HashMap::new();
    for counts in counts.chunks(MOST_ROWS) {
        inbox::Entity::insert_many(counts.iter().map(first))
            .on_conflict(again.clone())
            .exec_without_returning(conn)
            .await?;
        let members = counts.iter().map(|(member, _)| **member);
        let query = inbox::Entity::find().filter(inbox::Column::MemberId.is_in(members));
        found.extend(query.all(conn).await?.into_iter().map(|row| (row.member_id, row.version)));
    }
    Ok(found)
}
