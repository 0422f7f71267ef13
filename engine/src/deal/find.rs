//! Reading deals: every finder starts from what the viewer may see (rule 16).

use std::collections::HashMap;

use domain::policy::Actor;
use entity::{
    completion, deal,
    deal::Status,
    ids::{CloseReasonId, CompletionId, DealId, MemberId, NoteId, ProcessId, StageId},
    note,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select, sea_query::Expr,
};

use super::store;
use crate::{
    error::Result,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::{Snapshot, Tx},
    visible::{seen_deals, taking_part, visible_to},
};

mod alone;

pub use alone::{Alone, alone};

/// Which deals. Lists: any of them; different fields: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Going through one of these processes.
    pub processes: Option<Vec<ProcessId>>,
    /// At one of these stages.
    pub stages: Option<Vec<StageId>>,
    /// At no stage, or at any.
    pub unstaged: Option<bool>,
    /// Of one of these statuses.
    pub statuses: Option<Vec<Status>>,
    /// Owned by one of these members.
    pub owners: Option<Vec<MemberId>>,
    /// With one of these members taking part.
    pub participants: Option<Vec<MemberId>>,
    /// Closed for one of these reasons.
    pub close_reasons: Option<Vec<CloseReasonId>>,
    /// Closed for any reason of the lists.
    pub has_close_reason: bool,
    /// With this text in the title, whatever its case.
    pub text: Option<String>,
    /// Among these, where it is known that all others are without the text: `titled::few`.
    pub among: Option<Vec<DealId>>,
}

/// What deals can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderField {
    /// When they began.
    CreatedAt,
    /// When they last changed.
    UpdatedAt,
    /// When they were closed; open ones count as the earliest.
    ClosedAt,
    /// The title, whatever its case.
    Title,
    /// The amount, whatever its currency; none counts as the least.
    Value,
    /// Progress.
    Progress,
    /// The place of the stage in the process; none counts as the first.
    Stage,
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
    let keys = keys(order);
    let query = page::paginate(filtered(snapshot.actor(), filter), &keys, request)?;
    let rows = query.all(snapshot.conn().await?).await?;
    Ok(page::page(rows, &keys, request))
}

/// The deals that the viewer may see and the filter lets through.
pub fn filtered(actor: &Actor, filter: &Filter) -> Select<deal::Entity> {
    narrowed(visible_to(actor), filter)
}

/// Those of these deals that the filter lets through.
pub(super) fn narrowed(deals: Select<deal::Entity>, filter: &Filter) -> Select<deal::Entity> {
    let mut query = deals;
    if let Some(ids) = &filter.processes {
        query = query.filter(deal::Column::ProcessId.is_in(ids.iter().copied()));
    }
    if let Some(ids) = &filter.stages {
        query = query.filter(deal::Column::StageId.is_in(ids.iter().copied()));
    }
    match filter.unstaged {
        Some(true) => query = query.filter(deal::Column::StageId.is_null()),
        Some(false) => query = query.filter(deal::Column::StageId.is_not_null()),
        None => {}
    }
    if let Some(statuses) = &filter.statuses {
        query = query.filter(deal::Column::Status.is_in(statuses.iter().copied()));
    }
    if let Some(ids) = &filter.owners {
        query = query.filter(deal::Column::OwnerId.is_in(ids.iter().copied()));
    }
    if let Some(ids) = &filter.participants {
        query = query.filter(taking_part(ids.iter().copied()));
    }
    if let Some(ids) = &filter.close_reasons {
        query = query.filter(deal::Column::CloseReasonId.is_in(ids.iter().copied()));
    }
    if filter.has_close_reason {
        query = query.filter(deal::Column::CloseReasonId.is_not_null());
    }
    if let Some(ids) = &filter.among {
        query = query.filter(deal::Column::Id.is_in(ids.iter().copied()));
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        query = query.filter(deal::Column::TitleKey.like(page::containing(text)));
    }
    query
}

/// The keys of an order; the id comes last, so that no two deals are equal.
pub fn keys(order: &[Order]) -> Vec<SortKey<deal::Model>> {
    let newest_first = [Order { field: OrderField::CreatedAt, descending: true }];
    let order = if order.is_empty() { &newest_first[..] } else { order };
    let descending = order.last().is_some_and(|last| last.descending);
    let mut keys: Vec<_> = order.iter().map(|one| key(*one)).collect();
    keys.push(SortKey {
        name: "id",
        expr: Expr::col(deal::Column::Id),
        descending,
        value: |row| KeyValue::Uuid(row.id.uuid()),
    });
    keys
}

fn key(order: Order) -> SortKey<deal::Model> {
    use deal::Column as C;
    type Value = fn(&deal::Model) -> KeyValue;
    let (name, expr, value): (_, _, Value) = match order.field {
        OrderField::CreatedAt => {
            ("created", Expr::col(C::CreatedAt), |r| KeyValue::Time(r.created_at))
        }
        OrderField::UpdatedAt => {
            ("updated", Expr::col(C::UpdatedAt), |r| KeyValue::Time(r.updated_at))
        }
        OrderField::ClosedAt => ("closed", closed_at(), |r| KeyValue::Time(closed_or_never(r))),
        OrderField::Title => {
            ("title", Expr::col(C::TitleKey), |r| KeyValue::Text(r.title_key.clone()))
        }
        OrderField::Value => ("value", amount(), |r| KeyValue::Int(r.value_amount.unwrap_or(-1))),
        OrderField::Progress => {
            ("progress", Expr::col(C::Percent), |r| KeyValue::Int(r.percent.into()))
        }
        OrderField::Stage => {
            ("stage", Expr::col(C::StagePosition), |r| KeyValue::Int(r.stage_position.into()))
        }
    };
    SortKey { name, expr, descending: order.descending, value }
}

/// To the letter as the index on it has it: a value of its own in it would hide that.
fn amount() -> Expr {
    Expr::cust("COALESCE(value_amount, -1)")
}

/// To the letter as the index on it has it.
fn closed_at() -> Expr {
    Expr::cust("COALESCE(closed_at, '1970-01-01T00:00:00+00:00')")
}

fn closed_or_never(row: &deal::Model) -> entity::Timestamp {
    row.closed_at.unwrap_or(entity::Timestamp::UNIX_EPOCH)
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

/// The notes with these ids, of deals that the viewer may see.
pub async fn notes(snapshot: &Snapshot, ids: Vec<NoteId>) -> Result<Vec<note::Model>> {
    let query = note::Entity::find()
        .filter(note::Column::Id.is_in(ids))
        .filter(note::Column::DealId.in_subquery(seen_deals(snapshot.actor())));
    Ok(query.all(snapshot.conn().await?).await?)
}

/// Whether there is a note with this id, of a deal that the actor may see.
pub(super) async fn sees_note(tx: &Tx, id: NoteId) -> Result<bool> {
    let query = note::Entity::find_by_id(id)
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
    let query = note::Entity::find().filter(note::Column::DealId.eq(deal));
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
    let query = note::Entity::find().filter(note::Column::DealId.is_in(deals));
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
    let query = note::Entity::find()
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
