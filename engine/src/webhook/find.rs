//! Reading webhooks and their deliveries: for administrators.

use std::collections::HashMap;

use entity::{
    ids::{WebhookDeliveryId, WebhookId},
    webhook,
    webhook_delivery::{self, Column, Entity, Model, State},
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};

use super::manage;
use crate::{
    error::Result,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::Snapshot,
};

/// All endpoints, the oldest first.
pub async fn all(snapshot: &Snapshot) -> Result<Vec<webhook::Model>> {
    manage(snapshot.actor())?;
    let query = webhook::Entity::find()
        .order_by_asc(webhook::Column::CreatedAt)
        .order_by_asc(webhook::Column::Id);
    Ok(query.all(snapshot.conn().await?).await?)
}

/// The endpoints with these ids; none for whoever may not look after them.
pub async fn many(snapshot: &Snapshot, ids: Vec<WebhookId>) -> Result<Vec<webhook::Model>> {
    if manage(snapshot.actor()).is_err() {
        return Ok(Vec::new());
    }
    let query = webhook::Entity::find().filter(webhook::Column::Id.is_in(ids));
    Ok(query.all(snapshot.conn().await?).await?)
}

/// The deliveries with these ids; none for whoever may not look after them.
pub async fn deliveries(snapshot: &Snapshot, ids: Vec<WebhookDeliveryId>) -> Result<Vec<Model>> {
    if manage(snapshot.actor()).is_err() {
        return Ok(Vec::new());
    }
    let query = Entity::find().filter(Column::Id.is_in(ids));
    Ok(query.all(snapshot.conn().await?).await?)
}

fn filtered(webhooks: Vec<WebhookId>, states: Option<&[State]>) -> Select<Entity> {
    let query = Entity::find().filter(Column::WebhookId.is_in(webhooks));
    match states {
        Some(states) => query.filter(Column::State.is_in(states.iter().copied())),
        None => query,
    }
}

/// A page of the deliveries of an endpoint, the newest first.
pub async fn page(
    snapshot: &Snapshot,
    webhook: WebhookId,
    (states, request): (Option<&[State]>, &Request),
) -> Result<Page<Model>> {
    manage(snapshot.actor())?;
    let keys = keys();
    let query = page::paginate(filtered(vec![webhook], states), &keys, request)?;
    let rows = query.all(snapshot.conn().await?).await?;
    Ok(page::page(rows, &keys, request))
}

/// The first page of the deliveries of each of these endpoints.
pub async fn page_of_each(
    snapshot: &Snapshot,
    webhooks: Vec<WebhookId>,
    (states, request): (Option<&[State]>, &Request),
) -> Result<HashMap<WebhookId, Page<Model>>> {
    manage(snapshot.actor())?;
    let keys = keys();
    let query = (snapshot.base().db().backend(), filtered(webhooks, states));
    let each = page::paginate_each(query, Column::WebhookId, &keys, request);
    let rows = Model::find_by_statement(each).all(snapshot.conn().await?).await?;
    Ok(page::pages(rows, |row| row.webhook_id, &keys, request))
}

/// How many deliveries each of these endpoints has.
pub async fn count(
    snapshot: &Snapshot,
    webhooks: Vec<WebhookId>,
    states: Option<&[State]>,
) -> Result<HashMap<WebhookId, u64>> {
    manage(snapshot.actor())?;
    let query = filtered(webhooks, states)
        .select_only()
        .column(Column::WebhookId)
        .column_as(Column::Id.count(), "deliveries")
        .group_by(Column::WebhookId);
    let found: Vec<(WebhookId, i64)> = query.into_tuple().all(snapshot.conn().await?).await?;
    Ok(found.into_iter().map(|(webhook, count)| (webhook, count.unsigned_abs())).collect())
}

fn keys() -> [SortKey<Model>; 1] {
    [SortKey {
        name: "id",
        expr: Expr::col((webhook_delivery::Entity, Column::Id)),
        descending: true,
        value: |row| KeyValue::Uuid(row.id.uuid()),
    }]
}
