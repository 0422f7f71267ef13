//! A whole board in one query: the first deals of every stage of a process, or of every close reason,
//! and their totals.

use std::collections::HashMap;

use entity::deal;
use rust_decimal::Decimal;
use sea_orm::{
    ExprTrait, FromQueryResult, QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, Func, Query, WindowStatement},
};
use uuid::Uuid;

use super::{
    find::{self, Filter, Order},
    money::SCALE,
};
use crate::{
    error::Result,
    page::{self, Page, Request},
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

    fn of(self, row: &deal::Model) -> Option<Uuid> {
        match self {
            Self::Stage => row.stage_id.map(|id| id.uuid()),
            Self::CloseReason => row.close_reason_id.map(|id| id.uuid()),
        }
    }
}

/// The first deals of every column (and of none), found with one statement.
pub async fn columns(
    snapshot: &Snapshot,
    by: By,
    filter: &Filter,
    order: &[Order],
    limit: usize,
) -> Result<HashMap<Option<Uuid>, Page<deal::Model>>> {
    let keys = find::keys(order);
    let mut window = WindowStatement::partition_by(by.column());
    for key in &keys {
        window.order_by_expr(key.expr.clone(), page::direction(key.descending));
    }
    let place = Func::cust("ROW_NUMBER");
    let mut ranked = find::filtered(snapshot.actor(), filter).into_query();
    ranked.expr_window_as(place, window, Alias::new("place"));
    let first = Query::select()
        .expr(Expr::cust("*"))
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col("place").lte(limit as u64 + 1))
        .order_by("place", sea_orm::sea_query::Order::Asc)
        .take();
    let conn = snapshot.conn().await?;
    let rows = deal::Model::find_by_statement(snapshot.base().db().backend().build(&first));
    Ok(split(by, rows.all(conn).await?, &keys, limit))
}

fn split(
    by: By,
    rows: Vec<deal::Model>,
    keys: &[page::SortKey<deal::Model>],
    limit: usize,
) -> HashMap<Option<Uuid>, Page<deal::Model>> {
    let mut columns: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        columns.entry(by.of(&row)).or_default().push(row);
    }
    let request = Request { limit, ..Request::default() };
    columns.into_iter().map(|(column, rows)| (column, page::page(rows, keys, &request))).collect()
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
