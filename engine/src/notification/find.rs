//! Reading notifications: everybody their own, of deals that they (still) see. Whoever lost sight of a
//! deal finds nothing of it here either, neither in lists nor in counts (rules 16 and 19).

use std::collections::HashMap;

use domain::{event::cursor::InboxCursor, policy::Actor};
use entity::{
    ids::{InboxEventId, MemberId, NotificationId},
    inbox, inbox_event, notification,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, sea_query::Expr,
};

use crate::{
    db::MOST_ROWS,
    error::Result,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::Snapshot,
    visible::seen_deals,
};

/// The notifications that an actor may read. The system has no inbox.
pub fn visible_to(actor: &Actor) -> Select<notification::Entity> {
    let query = notification::Entity::find();
    let Some(member) = actor.member_id() else {
        return query.filter(Expr::value(false));
    };
    let query = query.filter(notification::Column::MemberId.eq(member));
    if actor.leads() {
        return query;
    }
    query.filter(notification::Column::DealId.in_subquery(seen_deals(actor)))
}

/// What a member was told and has not read, as far as they may see it.
pub fn unread_by(actor: &Actor) -> Select<notification::Entity> {
    visible_to(actor).filter(notification::Column::ReadAt.is_null())
}

fn listed(actor: &Actor, unread_only: bool) -> Select<notification::Entity> {
    if unread_only { unread_by(actor) } else { visible_to(actor) }
}

/// A page of the viewer's notifications, the newest first.
pub async fn page(
    snapshot: &Snapshot,
    unread_only: bool,
    request: &Request,
) -> Result<Page<notification::Model>> {
    let keys = [
        SortKey {
            name: "created",
            expr: Expr::col(notification::Column::CreatedAt),
            descending: true,
            value: |row: &notification::Model| KeyValue::Time(row.created_at),
        },
        SortKey {
            name: "id",
            expr: Expr::col(notification::Column::Id),
            descending: true,
            value: |row| KeyValue::Uuid(row.id.uuid()),
        },
    ];
    let query = page::paginate(listed(snapshot.actor(), unread_only), &keys, request)?;
    let rows = query.all(snapshot.conn().await?).await?;
    Ok(page::page(rows, &keys, request))
}

/// How many notifications the viewer has.
pub async fn count(snapshot: &Snapshot, unread_only: bool) -> Result<u64> {
    Ok(listed(snapshot.actor(), unread_only).count(snapshot.conn().await?).await?)
}

/// Those of these notifications that the viewer may read, the newest first.
pub async fn many(
    snapshot: &Snapshot,
    ids: Vec<NotificationId>,
) -> Result<Vec<notification::Model>> {
    let query = visible_to(snapshot.actor()).filter(notification::Column::Id.is_in(ids));
    let query = query.order_by_desc(notification::Column::CreatedAt);
    let query = query.order_by_desc(notification::Column::Id);
    Ok(query.all(snapshot.conn().await?).await?)
}

/// Those of these notifications that are not read.
pub(super) async fn unread_among(
    conn: &impl ConnectionTrait,
    ids: Vec<NotificationId>,
) -> Result<Vec<NotificationId>> {
    let mut found = Vec::new();
    for ids in ids.chunks(MOST_ROWS) {
        let query = notification::Entity::find()
            .select_only()
            .column(notification::Column::Id)
            .filter(notification::Column::Id.is_in(ids.iter().copied()))
            .filter(notification::Column::ReadAt.is_null());
        found.extend(query.into_tuple::<NotificationId>().all(conn).await?);
    }
    Ok(found)
}

/// The end of a member's inbox: after the last thing that happened to it.
pub async fn last(conn: &impl ConnectionTrait, member: MemberId) -> Result<InboxCursor> {
    let query = inbox_event::Entity::find()
        .select_only()
        .column(inbox_event::Column::Version)
        .column(inbox_event::Column::Id)
        .filter(inbox_event::Column::MemberId.eq(member))
        .order_by_desc(inbox_event::Column::Version);
    let found: Option<(i64, InboxEventId)> = query.into_tuple().one(conn).await?;
    let (version, event) = found.unzip();
    Ok(InboxCursor { member, version: version.unwrap_or_default(), event })
}

/// Whether something happened to an inbox at this place (or the place is before everything).
pub async fn is_known(conn: &impl ConnectionTrait, place: &InboxCursor) -> Result<bool> {
    let Some(event) = place.event else { return Ok(place.version == 0) };
    let query = inbox_event::Entity::find_by_id(event)
        .filter(inbox_event::Column::MemberId.eq(place.member))
        .filter(inbox_event::Column::Version.eq(place.version));
    Ok(query.one(conn).await?.is_some())
}

/// What happened to an inbox after this version, in order.
pub async fn after(
    conn: &impl ConnectionTrait,
    member: MemberId,
    version: i64,
    limit: u64,
) -> Result<Vec<inbox_event::Model>> {
    Ok(inbox_event::Entity::find()
        .filter(inbox_event::Column::MemberId.eq(member))
        .filter(inbox_event::Column::Version.gt(version))
        .order_by_asc(inbox_event::Column::Version)
        .limit(limit)
        .all(conn)
        .await?)
}

/// How often something has happened to each of these inboxes.
pub async fn versions(
    conn: &impl ConnectionTrait,
    members: Vec<MemberId>,
) -> Result<HashMap<MemberId, i64>> {
    if members.is_empty() {
        return Ok(HashMap::new());
    }
    let query = inbox::Entity::find().filter(inbox::Column::MemberId.is_in(members));
    let rows = query.all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.member_id, row.version)).collect())
}
