//! A whole board in one query: the first deals of every stage of a process, and their totals.

use std::collections::HashMap;

use entity::{deal, ids::StageId};
use rust_decimal::Decimal;
use sea_orm::{
    ExprTrait, FromQueryResult, QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, Func, Query, WindowStatement},
};

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
    /// The same, each value multiplied by the deal's progress.
    pub weighted_values: Vec<(String, Decimal)>,
}

/// The first deals of every stage (and of none), found with one statement.
pub async fn columns(
    snapshot: &Snapshot,
    filter: &Filter,
    order: &[Order],
    limit: usize,
) -> Result<HashMap<Option<StageId>, Page<deal::Model>>> {
    let keys = find::keys(order);
    let mut window = WindowStatement::partition_by(deal::Column::StageId);
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
    let rows = deal::Model::find_by_statement(snapshot.app().db().backend().build(&first));
    Ok(split(rows.all(conn).await?, &keys, limit))
}

fn split(
    rows: Vec<deal::Model>,
    keys: &[page::SortKey<deal::Model>],
    limit: usize,
) -> HashMap<Option<StageId>, Page<deal::Model>> {
    let mut stages: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        stages.entry(row.stage_id).or_default().push(row);
    }
    let request = Request { limit, ..Request::default() };
    stages.into_iter().map(|(stage, rows)| (stage, page::page(rows, keys, &request))).collect()
}

/// The totals of all deals that the filter lets through.
pub async fn totals(snapshot: &Snapshot, filter: &Filter) -> Result<Totals> {
    let rows = sums(snapshot, filter, false).await?;
    Ok(rows.into_iter().fold(Totals::default(), add))
}

/// The same for every stage (and for none), with one statement.
pub async fn totals_by_stage(
    snapshot: &Snapshot,
    filter: &Filter,
) -> Result<HashMap<Option<StageId>, Totals>> {
    let mut stages: HashMap<Option<StageId>, Totals> = HashMap::new();
    for row in sums(snapshot, filter, true).await? {
        let totals = stages.remove(&row.stage_id).unwrap_or_default();
        stages.insert(row.stage_id, add(totals, row));
    }
    Ok(stages)
}

#[derive(FromQueryResult)]
struct Sum {
    stage_id: Option<StageId>,
    currency: Option<String>,
    count: i64,
    whole: Option<i64>,
    parts: Option<i64>,
    weighted_whole: Option<i64>,
    weighted_parts: Option<i64>,
}

/// Sums of whole units and of ten-thousandths apart: a sum of amounts could leave 64 bits.
async fn sums(snapshot: &Snapshot, filter: &Filter, by_stage: bool) -> Result<Vec<Sum>> {
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
    if by_stage {
        query = query.column(deal::Column::StageId).group_by(deal::Column::StageId);
    } else {
        query = query.column_as(Expr::cust("NULL"), "stage_id");
    }
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
