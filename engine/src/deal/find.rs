//! Reading deals: every finder starts from what the viewer may see (rule 16).

use std::{collections::HashMap, convert::Infallible};

use domain::policy::Actor;
use entity::{
    completion, deal,
    deal::Status,
    ids::{CompletionId, DealId, MemberId, NoteId},
    note,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryResult,
    QuerySelect, QueryTrait, Select, sea_query::Expr,
};

use super::store;
use crate::{
    error::Result,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::{Snapshot, Tx},
    visible::{seen_deals, visible_to},
};

mod alone;
mod filter;
mod participant;

pub use alone::{Alone, alone};
pub use filter::Filter;
use filter::narrowed;
pub(super) use participant::listed;

/// What deals can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderField {
    /// When they began.
    CreatedAt,
    /// When they last changed.
    UpdatedAt,
    /// When they were closed; open ones count as the earliest.
    ClosedAt,
    /// The title, as the language sorts, whatever its case.
    Title,
    /// The amount, whatever its currency; none counts as the least.
    Value,
    /// Progress.
    Progress,
    /// The place of the stage in the process; none counts as the first.
    Stage,
    /// The status: open, won, lost, outdated.
    Status,
    /// The owner's name, as the language sorts.
    Owner,
    /// When somebody last did something to them.
    LastActivity,
}

/// One key of an order of deals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// What to sort by.
    pub field: OrderField,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// The deals with these ids that the viewer may see.
pub async fn many(snapshot: &Snapshot, ids: Vec<DealId>) -> Result<Vec<deal::Model>> {
    let query = visible_to(snapshot.actor()).filter(deal::Column::Id.is_in(ids));
    Ok(query.all(snapshot.conn().await?).await?)
}

/// A page of the deals that the viewer may see.
pub async fn page(
    snapshot: &Snapshot,
    filter: &Filter,
    order: &[Order],
    request: &Request,
) -> Result<Page<deal::Model>> {
    let deals = visible_to(snapshot.actor());
    let (deals, keys) = listed(deals, snapshot.actor(), filter, order);
    let query = with_keys(deals, &keys);
    let query = page::paginate(query, &keys, request)?;
    let conn = snapshot.conn().await?;
    let rows = conn.query_all_raw(query.build(conn.get_database_backend())).await?;
    let rows = rows.iter().map(|row| with_values(row, &keys)).collect::<Result<_, DbErr>>()?;
    Ok(page::page_of(rows, &page::order_name(&keys), request))
}

/// The deals that the viewer may see and the filter lets through.
pub fn filtered(actor: &Actor, filter: &Filter) -> Select<deal::Entity> {
    narrowed(visible_to(actor), actor, filter)
}

/// A key of an order of deals. What it is for a deal is read with the deal, because not every key is in its row.
pub type Key = SortKey<Infallible>;

/// These deals, each with the values of its sort keys.
pub(super) fn with_keys(deals: Select<deal::Entity>, keys: &[Key]) -> Select<deal::Entity> {
    let keys = keys.iter().enumerate();
    keys.fold(deals, |deals, (place, key)| deals.column_as(key.expr.clone(), key_name(place)))
}

/// The name of the column with the value of a sort key.
pub(super) fn key_name(place: usize) -> String {
    format!("key{place}")
}

/// The values of the sort keys of a deal that was read with them.
pub(super) fn values(row: &QueryResult, keys: &[Key]) -> Result<Vec<KeyValue>, DbErr> {
    let keys = keys.iter().enumerate();
    keys.map(|(place, key)| KeyValue::read(key.name, row, &key_name(place))).collect()
}

/// A deal that was read with the values of its sort keys.
pub(super) fn with_values(
    row: &QueryResult,
    keys: &[Key],
) -> Result<(Vec<KeyValue>, deal::Model), DbErr> {
    Ok((values(row, keys)?, deal::Model::from_query_result(row, "")?))
}

/// The keys of an order; the id comes last, so that no two deals are equal.
pub fn keys(order: &[Order]) -> Vec<Key> {
    let newest_first = [Order { field: OrderField::CreatedAt, descending: true }];
    let order = if order.is_empty() { &newest_first[..] } else { order };
    let descending = order.last().is_some_and(|last| last.descending);
    let mut keys: Vec<_> = order.iter().map(|one| key(*one)).collect();
    keys.push(Key {
        name: "id",
        expr: Expr::col(deal::Column::Id),
        descending,
        value: |no| match *no {},
    });
    keys
}

fn key(order: Order) -> Key {
    use deal::Column as C;
    let (name, expr) = match order.field {
        OrderField::CreatedAt => ("created", Expr::col(C::CreatedAt)),
        OrderField::UpdatedAt => ("updated", Expr::col(C::UpdatedAt)),
        OrderField::ClosedAt => ("closed", closed_at()),
        OrderField::Title => ("title_sort", sorted()),
        OrderField::Value => ("value", amount()),
        OrderField::Progress => ("progress", Expr::col(C::Percent)),
        OrderField::Stage => ("stage", Expr::col(C::StagePosition)),
        OrderField::Status => ("status", status()),
        OrderField::Owner => ("owner_sort", Expr::cust("owner_key")),
        OrderField::LastActivity => ("activity", Expr::col(C::LastActivityAt)),
    };
    Key { name, expr, descending: order.descending, value: |no| match *no {} }
}

/// To the letter as the index on it has it: a value of its own in it would hide that.
fn amount() -> Expr {
    Expr::cust("COALESCE(value_amount, -1)")
}

/// To the letter as the index on it has it.
fn closed_at() -> Expr {
    Expr::cust("COALESCE(closed_at, '1970-01-01T00:00:00+00:00')")
}

/// To the letter as the index on it has it: in the order in which a deal can come to them.
fn status() -> Expr {
    Expr::cust("CASE status WHEN 'OPEN' THEN 0 WHEN 'WON' THEN 1 WHEN 'LOST' THEN 2 ELSE 3 END")
}

/// To the letter as the index on it has it. A program of before writes no key to sort by.
fn sorted() -> Expr {
    Expr::cust("COALESCE(title_sort, title_key)")
}

/// How many open deals that the viewer may see these members own; who owns none is left out.
pub async fn count_open_of(
    snapshot: &Snapshot,
    owners: Vec<MemberId>,
) -> Result<HashMap<MemberId, u64>> {
    let query = visible_to(snapshot.actor())
        .select_only()
        .column(deal::Column::OwnerId)
        .column_as(deal::Column::Id.count(), "deals")
        .filter(deal::Column::OwnerId.is_in(owners))
        .filter(deal::Column::Status.eq(Status::Open))
        .group_by(deal::Column::OwnerId);
    let found: Vec<(MemberId, i64)> = query.into_tuple().all(snapshot.conn().await?).await?;
    Ok(found.into_iter().map(|(owner, deals)| (owner, deals.unsigned_abs())).collect())
}

/// Who takes part in these deals.
pub async fn participants(
    snapshot: &Snapshot,
    deals: Vec<DealId>,
) -> Result<HashMap<DealId, Vec<MemberId>>> {
    store::participants(snapshot.conn().await?, &deals).await
}

/// What was done for these deals and not undone.
pub async fn done(
    snapshot: &Snapshot,
    deals: Vec<DealId>,
) -> Result<HashMap<DealId, Vec<completion::Model>>> {
    store::done(snapshot.conn().await?, &deals).await
}

/// The completions with these ids, of deals that the viewer may see.
pub async fn completions(
    snapshot: &Snapshot,
    ids: Vec<CompletionId>,
) -> Result<Vec<completion::Model>> {
    let seen = seen_deals(snapshot.actor());
    let query = completion::Entity::find()
        .filter(completion::Column::Id.is_in(ids))
        .filter(completion::Column::DealId.in_subquery(seen));
    Ok(query.all(snapshot.conn().await?).await?)
}

/// Notes that were not withdrawn.
fn there() -> Select<note::Entity> {
    note::Entity::find().filter(note::Column::WithdrawnAt.is_null())
}

/// The notes with these ids, of deals that the viewer may see.
pub async fn notes(snapshot: &Snapshot, ids: Vec<NoteId>) -> Result<Vec<note::Model>> {
    let query = there()
        .filter(note::Column::Id.is_in(ids))
        .filter(note::Column::DealId.in_subquery(seen_deals(snapshot.actor())));
    Ok(query.all(snapshot.conn().await?).await?)
}

/// Whether there is a note with this id, of a deal that the actor may see.
pub(super) async fn sees_note(tx: &Tx, id: NoteId) -> Result<bool> {
    let query = there()
        .filter(note::Column::Id.eq(id))
        .filter(note::Column::DealId.in_subquery(seen_deals(tx.actor())));
    Ok(query.one(tx.conn()).await?.is_some())
}

/// A page of the notes of a deal that the viewer sees, the newest first.
pub async fn notes_of(
    snapshot: &Snapshot,
    deal: DealId,
    request: &Request,
) -> Result<Page<note::Model>> {
    let keys = note_keys();
    let query = there().filter(note::Column::DealId.eq(deal));
    let rows = page::paginate(query, &keys, request)?.all(snapshot.conn().await?).await?;
    Ok(page::page(rows, &keys, request))
}

/// The first page of the notes of each of these deals, or the last; a deal without notes is left out.
pub async fn notes_of_each(
    snapshot: &Snapshot,
    deals: Vec<DealId>,
    request: &Request,
) -> Result<HashMap<DealId, Page<note::Model>>> {
    let keys = note_keys();
    let query = there().filter(note::Column::DealId.is_in(deals));
    let backend = snapshot.base().db().backend();
    let each = page::paginate_each((backend, query), note::Column::DealId, &keys, request);
    let rows = note::Model::find_by_statement(each).all(snapshot.conn().await?).await?;
    Ok(page::pages(rows, |row| row.deal_id, &keys, request))
}

fn note_keys() -> [SortKey<note::Model>; 2] {
    [
        SortKey {
            name: "created",
            expr: Expr::col(note::Column::CreatedAt),
            descending: true,
            value: |row: &note::Model| KeyValue::Time(row.created_at),
        },
        SortKey {
            name: "id",
            expr: Expr::col(note::Column::Id),
            descending: true,
            value: |row| KeyValue::Uuid(row.id.uuid()),
        },
    ]
}

/// How many notes each of these deals has; a deal that has none is left out.
pub async fn count_notes(snapshot: &Snapshot, deals: Vec<DealId>) -> Result<HashMap<DealId, u64>> {
    let query = there()
        .filter(note::Column::DealId.is_in(deals))
        .select_only()
        .column(note::Column::DealId)
        .column_as(note::Column::Id.count(), "notes")
        .group_by(note::Column::DealId);
    let found: Vec<(DealId, i64)> = query.into_tuple().all(snapshot.conn().await?).await?;
    Ok(found.into_iter().map(|(deal, notes)| (deal, notes.unsigned_abs())).collect())
}

/// Which of these notes were given as evidence.
pub async fn used_notes(snapshot: &Snapshot, ids: Vec<NoteId>) -> Result<Vec<NoteId>> {
    let query = completion::Entity::find()
        .select_only()
        .column(completion::Column::NoteId)
        .filter(completion::Column::NoteId.is_in(ids));
    let found: Vec<Option<NoteId>> = query.into_tuple().all(snapshot.conn().await?).await?;
    Ok(found.into_iter().flatten().collect())
}
