//! Reading tasks: every finder starts from what the viewer may see.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::policy::Actor;
use entity::{
    ids::{DealId, MemberId, TaskId},
    task::{Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QuerySelect,
    Select, sea_query::Expr,
};

use crate::{
    error::Result,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::Snapshot,
    visible::seen_deals,
};

/// Which tasks. Different fields: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// To be done by this member.
    pub assignee: Option<MemberId>,
    /// To be done by the viewer, or by somebody else.
    pub mine: Option<bool>,
    /// About this deal.
    pub deal: Option<DealId>,
    /// Done, or still open.
    pub done: Option<bool>,
    /// Open after its day, or not.
    pub overdue: Option<bool>,
    /// Due on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Due on this day or earlier.
    pub due_to: Option<NaiveDate>,
}

/// What tasks can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderField {
    /// The day by which they have to be done.
    DueOn,
    /// When they were made.
    CreatedAt,
    /// When they last changed.
    UpdatedAt,
}

/// One key of an order of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// What to sort by.
    pub field: OrderField,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// The tasks that an actor may see: their own, and those of the deals that they may see; none that was deleted.
pub fn visible_to(actor: &Actor) -> Select<Entity> {
    let query = Entity::find().filter(Column::DeletedAt.is_null());
    match actor.member_id() {
        Some(member) if !actor.leads() => {
            let own = Column::AssigneeId.eq(member);
            let seen = Column::DealId.in_subquery(seen_deals(actor));
            query.filter(Condition::any().add(own).add(seen))
        }
        _ => query,
    }
}

/// The tasks with these ids that the viewer may see.
pub async fn many(snapshot: &Snapshot, ids: Vec<TaskId>) -> Result<Vec<Model>> {
    let query = visible_to(snapshot.actor()).filter(Column::Id.is_in(ids));
    Ok(query.all(snapshot.conn().await?).await?)
}

/// A page of the tasks that the viewer may see.
pub async fn page(
    snapshot: &Snapshot,
    filter: &Filter,
    order: &[Order],
    request: &Request,
) -> Result<Page<Model>> {
    let keys = keys(order);
    let query = page::paginate(filtered(snapshot, filter), &keys, request)?;
    let rows = query.all(snapshot.conn().await?).await?;
    Ok(page::page(rows, &keys, request))
}

/// How many tasks the filter lets through.
pub async fn count(snapshot: &Snapshot, filter: &Filter) -> Result<u64> {
    Ok(filtered(snapshot, filter).count(snapshot.conn().await?).await?)
}

/// The first tasks of each of these deals by the day they are due, found with one statement; a deal that
/// has none is left out.
pub async fn first_of_deals(
    snapshot: &Snapshot,
    deals: Vec<DealId>,
    filter: &Filter,
    limit: usize,
) -> Result<HashMap<DealId, Page<Model>>> {
    let (keys, request) = (keys(&[]), Request { limit, ..Request::default() });
    let query = filtered(snapshot, filter).filter(Column::DealId.is_in(deals));
    let backend = snapshot.base().db().backend();
    let first = page::paginate_each((backend, query), Column::DealId, &keys, &request);
    let rows = Model::find_by_statement(first).all(snapshot.conn().await?).await?;
    Ok(page::pages(rows, |row| row.deal_id, &keys, &request))
}

/// How many tasks each of these deals has; a deal that has none is left out.
pub async fn count_of_deals(
    snapshot: &Snapshot,
    deals: Vec<DealId>,
    filter: &Filter,
) -> Result<HashMap<DealId, u64>> {
    let query = filtered(snapshot, filter)
        .filter(Column::DealId.is_in(deals))
        .select_only()
        .column(Column::DealId)
        .column_as(Column::Id.count(), "tasks")
        .group_by(Column::DealId);
    let found: Vec<(DealId, i64)> = query.into_tuple().all(snapshot.conn().await?).await?;
    Ok(found.into_iter().map(|(deal, tasks)| (deal, tasks.unsigned_abs())).collect())
}

/// How many open tasks that the viewer may see each of these members has to do; who has none is left out.
pub async fn count_open_of(
    snapshot: &Snapshot,
    assignees: Vec<MemberId>,
) -> Result<HashMap<MemberId, u64>> {
    let query = visible_to(snapshot.actor())
        .filter(Column::AssigneeId.is_in(assignees))
        .filter(is_done(false))
        .select_only()
        .column(Column::AssigneeId)
        .column_as(Column::Id.count(), "tasks")
        .group_by(Column::AssigneeId);
    let found: Vec<(MemberId, i64)> = query.into_tuple().all(snapshot.conn().await?).await?;
    Ok(found.into_iter().map(|(member, tasks)| (member, tasks.unsigned_abs())).collect())
}

fn filtered(snapshot: &Snapshot, filter: &Filter) -> Select<Entity> {
    let actor = snapshot.actor();
    let mut all = Condition::all()
        .add_option(filter.assignee.map(|id| Column::AssigneeId.eq(id)))
        .add_option(filter.deal.map(|id| Column::DealId.eq(id)))
        .add_option(filter.due_from.map(|day| Column::DueOn.gte(day)))
        .add_option(filter.due_to.map(|day| Column::DueOn.lte(day)))
        .add_option(filter.done.map(is_done));
    if let Some((mine, member)) = filter.mine.zip(actor.member_id()) {
        let own = Column::AssigneeId.eq(member);
        all = all.add(if mine { own } else { Column::AssigneeId.ne(member) });
    }
    if let Some(overdue) = filter.overdue {
        let today = snapshot.base().clock().now().date_naive();
        let late = Condition::all().add(is_done(false)).add(Column::DueOn.lt(today));
        all = all.add(if overdue { late } else { late.not() });
    }
    visible_to(actor).filter(all)
}

fn is_done(done: bool) -> Expr {
    if done { Column::CompletedAt.is_not_null() } else { Column::CompletedAt.is_null() }
}

/// The keys of an order, by the day when nothing is said; the id comes last, so that no two are equal.
fn keys(order: &[Order]) -> Vec<SortKey<Model>> {
    let by_day = [Order { field: OrderField::DueOn, descending: false }];
    let order = if order.is_empty() { &by_day[..] } else { order };
    let descending = order.last().is_some_and(|last| last.descending);
    let mut keys: Vec<_> = order.iter().map(|one| key(*one)).collect();
    keys.push(SortKey {
        name: "id",
        expr: Expr::col(Column::Id),
        descending,
        value: |row| KeyValue::Uuid(row.id.uuid()),
    });
    keys
}

fn key(order: Order) -> SortKey<Model> {
    type Value = fn(&Model) -> KeyValue;
    let (name, column, value): (_, _, Value) = match order.field {
        OrderField::DueOn => ("due", Column::DueOn, |row| KeyValue::Date(row.due_on)),
        OrderField::CreatedAt => {
            ("created", Column::CreatedAt, |row| KeyValue::Time(row.created_at))
        }
        OrderField::UpdatedAt => {
            ("updated", Column::UpdatedAt, |row| KeyValue::Time(row.updated_at))
        }
    };
    SortKey { name, expr: Expr::col(column), descending: order.descending, value }
}
