//! Lists of deals: which, in which order, and the columns of a board.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, SimpleObject};
use engine::{
    deal::{
        board::{self, By, Totals},
        find::{self, Filter, Order, OrderField},
        head::{self, Head},
    },
    error::Result,
    page::{Page, Request},
};
use entity::{
    deal,
    ids::{CloseReasonId, ProcessId, StageId},
};
use uuid::Uuid;

use crate::graphql::{
    connection::{self, Edge, PageInfo},
    context::semanticNonNull,
    deal::{Deal, DealTotals, Money, listed::Listed},
    kept::{
        self,
        numbered::{AsRead, Numbered},
    },
    process::of_process,
    scalar::{CurrencyCode, Cursor, Decimal},
    view::View,
};

pub(crate) use super::filter::{DealFilter, filter};

/// What deals can be sorted by. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "OrderField")]
pub enum DealOrderField {
    /// When they began.
    CreatedAt,
    /// When something last happened to them.
    UpdatedAt,
    /// When they were closed; open ones count as the earliest.
    ClosedAt,
    /// The title as the language sorts, whatever its case: `l`, `łz`, `m`.
    Title,
    /// The amount, whatever its currency; none counts as the least.
    Value,
    /// Progress.
    Progress,
    /// The place of the stage in the process; none counts as the first.
    Stage,
    /// The status: open, won, lost, outdated.
    Status,
    /// The owner's name as the language sorts: of one owner's deals, the next key decides.
    Owner,
    /// When somebody last did something to them: `Deal.lastActivityAt`.
    LastActivity,
}

/// In which direction a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// The least first.
    Asc,
    /// The greatest first.
    Desc,
}

/// One key to sort deals by; the next key decides where this one is equal.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct DealOrder {
    /// What to sort by.
    pub field: DealOrderField,
    /// In which direction.
    #[graphql(default_with = "OrderDirection::Asc")]
    pub direction: OrderDirection,
}

/// The order as finders take it.
pub(crate) fn order(given: Option<Vec<DealOrder>>) -> Vec<Order> {
    let keys = given.unwrap_or_default().into_iter();
    let descending = |key: &DealOrder| key.direction == OrderDirection::Desc;
    let mut seen = Vec::new();
    for key in keys {
        let order = Order { field: key.field.into(), descending: descending(&key) };
        if !seen.iter().any(|known: &Order| known.field == order.field) {
            seen.push(order);
        }
    }
    seen
}

/// A page of the deals that the viewer may see.
pub(crate) async fn page(
    context: &Context<'_>,
    view: &View,
    filter: &Filter,
    order: &[Order],
    request: &Request,
) -> Result<DealConnection> {
    if let Some(page) = held(context, view, filter, order, request).await? {
        return Ok(deal_connection(page, Sum::Nothing));
    }
    let snapshot = view.snapshot();
    let filter = &view.looked_up(filter.clone()).await?;
    let page = match kept::may_list(context, Deal::TYPE) {
        true => {
            let page = head::page(snapshot, filter, order, request).await?;
            page.map(|head| AsRead::Head(view.clone(), head))
        }
        false => whole(view, find::page(snapshot, filter, order, request).await?),
    };
    let sum = match Wanted::of(context) {
        Wanted::Nothing => Sum::Nothing,
        Wanted::Count => Sum::Count(board::count(snapshot, filter).await?),
        Wanted::Totals => Sum::Totals(board::totals(snapshot, filter).await?),
    };
    Ok(deal_connection(page, sum))
}

/// The page with what is kept of each deal, where that is all that the answer takes: their numbers are read with one
/// statement, which is a moment of its own. Where a deal is not kept, everything is read at another one.
async fn held(
    context: &Context<'_>,
    view: &View,
    filter: &Filter,
    order: &[Order],
    request: &Request,
) -> Result<Option<Page<Listed>>> {
    let is_all = matches!(Wanted::of(context), Wanted::Nothing) && filter.text.is_none();
    if !(is_all && kept::is_alone(context) && kept::may_list(context, Deal::TYPE)) {
        return Ok(None);
    }
    let page = head::page_alone(view.snapshot(), filter, order, request).await?;
    let state = |head: &Head, is_viewed| Deal::state_of(view, head, is_viewed);
    let held = kept::held(context, Deal::TYPE, page, state);
    Ok(held.map(|page| page.map(AsRead::Held)))
}

/// Deals that were read whole, as the objects of a list.
fn whole(view: &View, page: Page<deal::Model>) -> Page<Listed> {
    view.expect_deals(page.rows.iter().map(|(_, row)| row));
    page.map(|row| AsRead::Whole(Deal::new(view, Arc::new(row))))
}

/// What a column of a board was asked for.
pub(crate) struct ColumnArguments {
    /// Which deals.
    pub filter: Option<DealFilter>,
    /// In which order.
    pub order_by: Option<Vec<DealOrder>>,
    /// How many.
    pub first: Option<i64>,
    /// After which place.
    pub after: Option<Cursor>,
}

/// One column of a board: the deals at a stage, or at none.
pub(crate) async fn column(
    context: &Context<'_>,
    view: &View,
    process: ProcessId,
    stage: Option<StageId>,
    arguments: ColumnArguments,
) -> Result<DealConnection> {
    let filter = view.looked_up(filter(arguments.filter.clone())?).await?;
    let filter = of_process(filter, process);
    let alone = at_stage(filter.clone(), stage);
    let stage = stage.map(|id| id.uuid());
    let current = view.process(process).await?;
    let stages = current.iter().flat_map(|(_, version)| &version.definition.stages);
    let columns: Vec<_> = stages.map(|one| Some(one.stage_id.uuid())).chain([None]).collect();
    let siblings = match columns.contains(&stage) {
        true => Siblings::These(columns),
        false => Siblings::None, // a stage that was removed is no column of the board
    };
    let column = (By::Stage, stage, siblings);
    read_column(context, view, column, (filter, alone), arguments).await
}

/// The most columns that one statement reads as a list each: where there are more, its text would cost more than ranking.
const MOST_LISTS: usize = 100;

/// The columns that one is read with.
enum Siblings {
    /// Whichever there are, which takes ranking all their deals.
    All,
    /// These, itself among them.
    These(Vec<Option<Uuid>>),
    /// None: it is read alone.
    None,
}

/// One column of a board of close reasons: the deals closed for a reason.
pub(crate) async fn reason_column(
    context: &Context<'_>,
    view: &View,
    reason: CloseReasonId,
    arguments: ColumnArguments,
) -> Result<DealConnection> {
    let filter = view.looked_up(filter(arguments.filter.clone())?).await?;
    let filter = Filter { has_close_reason: true, ..filter };
    let alone = for_reason(filter.clone(), reason);
    let all = view.close_reasons().await?;
    let siblings = match all.len() <= MOST_LISTS {
        true => Siblings::These(all.iter().map(|row| Some(row.id.uuid())).collect()),
        false => Siblings::All,
    };
    let column = (By::CloseReason, Some(reason.uuid()), siblings);
    read_column(context, view, column, (filter, alone), arguments).await
}

/// The columns of a board that start at the top are read together; one that goes on after a place is
/// read alone, by a filter of its own.
async fn read_column(
    context: &Context<'_>,
    view: &View,
    (by, column, siblings): (By, Option<Uuid>, Siblings),
    (filter, alone): (Filter, Filter),
    arguments: ColumnArguments,
) -> Result<DealConnection> {
    let order = order(arguments.order_by);
    let request = connection::request(arguments.first, arguments.after, None, None)?;
    let sum = match Wanted::of(context) {
        Wanted::Nothing => Sum::Nothing,
        Wanted::Count => Sum::Count(view.column_count((by, filter.clone()), column).await?),
        Wanted::Totals => Sum::Totals(view.column_totals((by, filter.clone()), column).await?),
    };
    let siblings = if request.cursor.is_some() { Siblings::None } else { siblings };
    let key = (by, filter, order.clone(), request.limit);
    let page = match siblings {
        Siblings::All => view.column(key, column, None).await?.unwrap_or_default(),
        Siblings::These(all) => view.column(key, column, Some(&all)).await?.unwrap_or_default(),
        Siblings::None => find::page(view.snapshot(), &alone, &order, &request).await?,
    };
    Ok(deal_connection(whole(view, page), sum))
}

fn at_stage(mut filter: Filter, stage: Option<StageId>) -> Filter {
    match stage {
        None => filter.unstaged = Some(true),
        Some(id) => match &mut filter.stages {
            Some(stages) => stages.retain(|other| *other == id),
            None => filter.stages = Some(vec![id]),
        },
    }
    filter
}

fn for_reason(mut filter: Filter, reason: CloseReasonId) -> Filter {
    match &mut filter.close_reasons {
        Some(reasons) => reasons.retain(|other| *other == reason),
        None => filter.close_reasons = Some(vec![reason]),
    }
    filter
}

/// A page of deals, with totals over the whole list.
#[derive(SimpleObject)]
pub(crate) struct DealConnection {
    /// The deals with their places.
    pub edges: Vec<Edge<Listed>>,
    /// The deals.
    pub nodes: Vec<Listed>,
    /// Where the page is.
    pub page_info: PageInfo,
    /// How many deals the whole list has.
    #[graphql(directive = semanticNonNull::apply())]
    pub total_count: Option<u64>,
    /// What all deals of the list are worth together.
    #[graphql(directive = semanticNonNull::apply())]
    pub totals: Option<DealTotals>,
}

/// What is asked of all the deals of a list: to count them takes less than to add up what they are worth.
enum Wanted {
    Nothing,
    Count,
    Totals,
}

impl Wanted {
    fn of(context: &Context<'_>) -> Self {
        if connection::asked(context, "totals") {
            Self::Totals
        } else if connection::asked(context, "totalCount") {
            Self::Count
        } else {
            Self::Nothing
        }
    }
}

/// What is known of all the deals of a list.
enum Sum {
    Nothing,
    Count(u64),
    Totals(Totals),
}

fn deal_connection(page: Page<Listed>, sum: Sum) -> DealConnection {
    let (edges, nodes, page_info) = connection::parts(page, |deal| deal);
    let (total_count, totals) = match sum {
        Sum::Nothing => (None, None),
        Sum::Count(count) => (Some(count), None),
        Sum::Totals(totals) => (Some(totals.count), Some(deal_totals(totals))),
    };
    DealConnection { edges, nodes, page_info, total_count, totals }
}

fn deal_totals(totals: Totals) -> DealTotals {
    let money =
        |(currency, amount)| Money { amount: Decimal(amount), currency: CurrencyCode(currency) };
    DealTotals {
        count: totals.count,
        values: totals.values.into_iter().map(money).collect(),
        weighted_values: totals.weighted_values.into_iter().map(money).collect(),
    }
}
