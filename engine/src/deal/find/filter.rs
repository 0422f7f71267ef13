//! Which deals a list has: what a filter means, as conditions.

use domain::{
    deal::range::{Share, Span, Worth},
    policy::Actor,
    text,
};
use entity::{
    deal,
    deal::Status,
    ids::{CloseReasonId, DealId, MemberId, ProcessId, StageId},
};
use sea_orm::{ColumnTrait, Condition, ExprTrait, QueryFilter, Select, Value, sea_query::Expr};

use crate::{page, visible::taking_part};

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
    /// Begun in this span of time.
    pub created: Option<Span>,
    /// Last changed in this span of time.
    pub updated: Option<Span>,
    /// Closed in this span of time.
    pub closed: Option<Span>,
    /// Worth so much.
    pub value: Option<Worth>,
    /// So far along.
    pub progress: Option<Share>,
    /// With the viewer taking part, or not.
    pub mine: Option<bool>,
    /// With this text in the title, whatever its case and diacritics.
    pub text: Option<String>,
    /// Among these, where it is known that all others are without the text: `titled::few`.
    pub among: Option<Vec<DealId>>,
}

/// Those of these deals that the filter lets through.
pub(super) fn narrowed(
    deals: Select<deal::Entity>,
    actor: &Actor,
    filter: &Filter,
) -> Select<deal::Entity> {
    let mut query = deals;
    let more = ranges(filter).add_option(mine(actor, filter));
    if !more.is_empty() {
        query = query.filter(more);
    }
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
        query = query.filter(searched().like(page::containing(&text::search_key(text))));
    }
    query
}

/// The ranges of a filter, each on what an index begins with.
fn ranges(filter: &Filter) -> Condition {
    use deal::Column as C;
    let mut all = Condition::all();
    for (column, span) in [(C::CreatedAt, &filter.created), (C::UpdatedAt, &filter.updated)] {
        all = all.add_option(span.map(|span| within(Expr::col(column), span)));
    }
    if let Some(span) = filter.closed {
        all = all.add(C::ClosedAt.is_not_null()).add(within(super::closed_at(), span));
    }
    if let Some(worth) = &filter.value {
        all = all.add(C::ValueCurrency.eq(worth.currency.as_str()));
        all = all.add(between(Expr::col(C::ValueAmount), worth.from, worth.to));
    }
    all.add_option(
        filter.progress.map(|share| between(Expr::col(C::Percent), share.from, share.to)),
    )
}

fn within(column: Expr, span: Span) -> Condition {
    between(column.clone(), span.from, None).add_option(span.to.map(|to| column.lt(to)))
}

/// Both ends belong to it.
fn between<T: Into<Value>>(column: Expr, from: Option<T>, to: Option<T>) -> Condition {
    let (from, to): (Option<Value>, Option<Value>) = (from.map(Into::into), to.map(Into::into));
    Condition::all()
        .add_option(from.map(|from| column.clone().gte(from)))
        .add_option(to.map(|to| column.clone().lte(to)))
}

/// Whether the viewer takes part; the owner always does. Who is nobody takes part in nothing.
fn mine(actor: &Actor, filter: &Filter) -> Option<Expr> {
    let own = taking_part(actor.member_id());
    filter.mine.map(|mine| if mine { own } else { own.not() })
}

/// To the letter as the index on it has it. A program of before writes no key to search by.
fn searched() -> Expr {
    Expr::cust("COALESCE(title_search, title_key)")
}
