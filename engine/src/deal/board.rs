//! A whole board in one query: the first deals of every stage of a process, or of every close reason,
//! and their totals.

use std::collections::HashMap;

use entity::deal;
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, ExprTrait, FromQueryResult, QueryFilter, QuerySelect,
    QueryTrait,
    sea_query::{Alias, Expr, Func, Query, SelectStatement, UnionType, WindowStatement},
};
use uuid::Uuid;

use super::{
    find::{self, Filter, Key, Order},
    money::SCALE,
};
use crate::{
    error::Result,
    page::{self, KeyValue, Page, Request},
    tx::Snapshot,
};

/// What deals are worth together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many there are.
    pub count: u64,
    /// The sum of their values, a currency each, by code.
    pub values: Vec<(String, Decimal)>,
    /// The sum of their values, each multiplied by the deal's progress.
    pub weighted_values: Vec<(String, Decimal)>,
}

/// The first deals of each column, by what it stands for.
pub type Columns = HashMap<Option<Uuid>, Page<deal::Model>>;

/// What the columns of a board stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// The stage that deals are at.
    Stage,
    /// The reason that deals were closed for.
    CloseReason,
}

impl By {
    fn column(self) -> deal::Column {
        match self {
            Self::Stage => deal::Column::StageId,
            Self::CloseReason => deal::Column::CloseReasonId,
        }
    }

    fn is(self, column: Option<Uuid>) -> Expr {
        column.map_or_else(|| self.column().is_null(), |id| self.column().eq(id))
    }

    fn of(self, row: &deal::Model) -> Option<Uuid> {
        match self {
            Self::Stage => row.stage_id.map(|id| id.uuid()),
            Self::CloseReason => row.close_reason_id.map(|id| id.uuid()),
        }
    }
}

/// The first deals of every column (and of none), found with one statement: all deals are ranked for it.
pub async fn columns(
    snapshot: &Snapshot,
    by: By,
    filter: &Filter,
    order: &[Order],
    limit: usize,
) -> Result<Columns> {
    let keys = find::keys(order);
    let mut window = WindowStatement::partition_by(by.column());
    for key in &keys {
        window.order_by_expr(key.expr.clone(), page::direction(key.descending));
    }
    let place = Func::cust("ROW_NUMBER");
    let deals = find::with_keys(find::filtered(snapshot.actor(), filter), &keys);
    let mut ranked = deals.into_query();
    ranked.expr_window_as(place, window, Alias::new("place"));
    let first = Query::select()
        .expr(Expr::cust("*"))
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col("place").lte(limit as u64 + 1))
        .order_by("place", sea_orm::sea_query::Order::Asc)
        .take();
    let rows = read(snapshot, &first, &keys).await?;
    Ok(split(by, rows, &keys, limit))
}

/// The first deals of these columns, found with one statement that reads no more than those: each column is a list of its
/// own. Columns without deals are there, too.
pub async fn columns_of(
    snapshot: &Snapshot,
    by: By,
    columns: &[Option<Uuid>],
    (filter, order, limit): (&Filter, &[Order], usize),
) -> Result<Columns> {
    let keys = find::keys(order);
    let request = Request { limit, ..Request::default() };
    let mut all: Option<SelectStatement> = None;
    for column in columns {
        let deals = find::filtered(snapshot.actor(), filter).filter(by.is(*column));
        let deals = find::with_keys(deals, &keys);
        let deals = page::paginate(deals, &keys, &request)?.into_query();
        let one = Query::select().expr(Expr::cust("*")).from_subquery(deals, "one").take();
        all = Some(all.map_or(one.clone(), |mut all| all.union(UnionType::All, one).take()));
    }
    let Some(all) = all else { return Ok(Columns::new()) };
    let mut sorted = Query::select().expr(Expr::cust("*")).from_subquery(all, "board").take();
    for (place, key) in keys.iter().enumerate() {
        sorted.order_by(Alias::new(find::key_name(place)), page::direction(key.descending));
    }
    let rows = read(snapshot, &sorted, &keys).await?;
    let mut found: Columns = columns.iter().map(|column| (*column, Page::default())).collect();
    found.extend(split(by, rows, &keys, limit));
    Ok(found)
}

/// A deal with the values of its sort keys.
type Row = (Vec<KeyValue>, deal::Model);

async fn read(snapshot: &Snapshot, deals: &SelectStatement, keys: &[Key]) -> Result<Vec<Row>> {
    let statement = snapshot.base().db().backend().build(deals);
    let rows = snapshot.conn().await?.query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| find::with_values(row, keys)).collect::<Result<_, DbErr>>()?)
}

fn split(by: By, rows: Vec<Row>, keys: &[Key], limit: usize) -> Columns {
    let mut columns: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        columns.entry(by.of(&row.1)).or_default().push(row);
    }
    let (request, order) = (Request { limit, ..Request::default() }, page::order_name(keys));
    let page = |rows| page::page_of(rows, &order, &request);
    columns.into_iter().map(|(column, rows)| (column, page(rows))).collect()
}

/// The totals of all deals that the filter lets through.
pub async fn totals(snapshot: &Snapshot, filter: &Filter) -> Result<Totals> {
    let rows = sums(snapshot, filter, None).await?;
    Ok(rows.into_iter().fold(Totals::default(), add))
}

/// How many deals the filter lets through.
pub async fn count(snapshot: &Snapshot, filter: &Filter) -> Result<u64> {
    let counted = counts(snapshot, filter, None).await?;
    Ok(counted.into_values().sum())
}

/// How many deals every column has (and none), with one statement.
pub async fn column_counts(
    snapshot: &Snapshot,
    by: By,
    filter: &Filter,
) -> Result<HashMap<Option<Uuid>, u64>> {
    counts(snapshot, filter, Some(by)).await
}

async fn counts(
    snapshot: &Snapshot,
    filter: &Filter,
    by: Option<By>,
) -> Result<HashMap<Option<Uuid>, u64>> {
    let query = find::filtered(snapshot.actor(), filter).select_only();
    let query = match by {
        Some(by) => query.column_as(by.column(), "column_id").group_by(by.column()),
        None => query.column_as(Expr::cust("NULL"), "column_id"),
    };
    let query = query.column_as(Expr::cust("COUNT(*)"), "count");
    let rows: Vec<Count> = query.into_model().all(snapshot.conn().await?).await?;
    Ok(rows.into_iter().map(|row| (row.column_id, row.count.cast_unsigned())).collect())
}

#[derive(FromQueryResult)]
struct Count {
    column_id: Option<Uuid>,
    count: i64,
}

/// The totals of every column (and of none), with one statement.
pub async fn column_totals(
    snapshot: &Snapshot,
    by: By,
    filter: &Filter,
) -> Result<HashMap<Option<Uuid>, Totals>> {
    let mut columns: HashMap<Option<Uuid>, Totals> = HashMap::new();
    for row in sums(snapshot, filter, Some(by)).await? {
        let totals = columns.remove(&row.column_id).unwrap_or_default();
        columns.insert(row.column_id, add(totals, row));
    }
    Ok(columns)
}

#[derive(FromQueryResult)]
struct Sum {
    column_id: Option<Uuid>,
    currency: Option<String>,
    count: i64,
    whole: Option<i64>,
    parts: Option<i64>,
    weighted_whole: Option<i64>,
    weighted_parts: Option<i64>,
}

/// Sums of whole units and of ten-thousandths apart: a sum of amounts could leave 64 bits.
async fn sums(snapshot: &Snapshot, filter: &Filter, by: Option<By>) -> Result<Vec<Sum>> {
    let sum = |text: &str| Expr::cust(format!("CAST(SUM({text}) AS BIGINT)"));
    let mut query = find::filtered(snapshot.actor(), filter)
        .select_only()
        .column_as(deal::Column::ValueCurrency, "currency")
        .column_as(Expr::cust("COUNT(*)"), "count")
        .column_as(sum("value_amount / 10000"), "whole")
        .column_as(sum("value_amount % 10000"), "parts")
        .column_as(sum("(value_amount / 10000) * percent"), "weighted_whole")
        .column_as(sum("(value_amount % 10000) * percent"), "weighted_parts")
        .group_by(deal::Column::ValueCurrency);
    query = match by {
        Some(by) => query.column_as(by.column(), "column_id").group_by(by.column()),
        None => query.column_as(Expr::cust("NULL"), "column_id"),
    };
    query = sea_orm::QueryOrder::order_by_asc(query, deal::Column::ValueCurrency);
    Ok(query.into_model::<Sum>().all(snapshot.conn().await?).await?)
}

fn add(mut totals: Totals, row: Sum) -> Totals {
    totals.count += row.count.cast_unsigned();
    if let Some(currency) = row.currency {
        let value = amount(row.whole, row.parts);
        let weighted = amount(row.weighted_whole, row.weighted_parts) / Decimal::ONE_HUNDRED;
        totals.values.push((currency.clone(), value.normalize()));
        totals.weighted_values.push((currency, weighted.trunc_with_scale(SCALE).normalize()));
    }
    totals
}

fn amount(whole: Option<i64>, parts: Option<i64>) -> Decimal {
    Decimal::from(whole.unwrap_or(0)) + Decimal::new(parts.unwrap_or(0), SCALE)
}
