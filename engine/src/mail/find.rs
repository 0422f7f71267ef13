//! Reading mail that was not delivered: for administrators.

use entity::{
    ids::MailId,
    mail::{self, State},
    notification,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, sea_query::Expr};

use super::manage;
use crate::{
    db::in_state,
    error::Result,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::Snapshot,
};

/// A mail and the notification that it tells of.
pub type Row = (mail::Model, notification::Model);

fn dead() -> Select<mail::Entity> {
    mail::Entity::find().filter(in_state(mail::Column::State, State::Dead))
}

/// A page of the mails that were given up, the newest first.
pub async fn page(snapshot: &Snapshot, request: &Request) -> Result<Page<Row>> {
    manage(snapshot.actor())?;
    let keys = [
        SortKey {
            name: "created",
            expr: Expr::col((mail::Entity, mail::Column::CreatedAt)),
            descending: true,
            value: |row: &mail::Model| KeyValue::Time(row.created_at),
        },
        SortKey {
            name: "id",
            expr: Expr::col((mail::Entity, mail::Column::Id)),
            descending: true,
            value: |row| KeyValue::Uuid(row.id.uuid()),
        },
    ];
    let conn = snapshot.conn().await?;
    let rows = page::paginate(dead(), &keys, request)?.all(conn).await?;
    let page = page::page(rows, &keys, request);
    let notifications = notifications(snapshot, page.rows.iter().map(|(_, mail)| mail)).await?;
    let with = |mail: &mail::Model| {
        Some((mail.clone(), notifications.get(&mail.notification_id)?.clone()))
    };
    Ok(page.try_map(with).unwrap_or_default())
}

/// How many mails were given up.
pub async fn count(snapshot: &Snapshot) -> Result<u64> {
    manage(snapshot.actor())?;
    Ok(dead().count(snapshot.conn().await?).await?)
}

/// The mails with these ids; none for whoever may not look after mail.
pub async fn many(snapshot: &Snapshot, ids: Vec<MailId>) -> Result<Vec<Row>> {
    if manage(snapshot.actor()).is_err() {
        return Ok(Vec::new());
    }
    let query = mail::Entity::find().filter(mail::Column::Id.is_in(ids));
    let rows = query.all(snapshot.conn().await?).await?;
    let mut notifications = notifications(snapshot, rows.iter()).await?;
    let with = |mail: mail::Model| Some((notifications.remove(&mail.notification_id)?, mail));
    Ok(rows.into_iter().filter_map(with).map(|(notification, mail)| (mail, notification)).collect())
}

type Notifications = std::collections::HashMap<entity::ids::NotificationId, notification::Model>;

async fn notifications(
    snapshot: &Snapshot,
    mails: impl Iterator<Item = &mail::Model>,
) -> Result<Notifications> {
    let ids = mails.map(|mail| mail.notification_id);
    let query = notification::Entity::find().filter(notification::Column::Id.is_in(ids));
    let rows = query.all(snapshot.conn().await?).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
