//! Which deals somebody may see (rule 16), as a condition: where the finders of deals, and of whatever belongs to
//! deals, begin.

use domain::policy::Actor;
use entity::{deal, deal::Visibility, deal_participant, ids::MemberId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Query, SelectStatement},
};

/// The deals that an actor may see.
pub(crate) fn visible_to(actor: &Actor) -> Select<deal::Entity> {
    let query = deal::Entity::find();
    match actor.member_id() {
        Some(member) if !actor.leads() => query.filter(seen_by(member)),
        _ => query,
    }
}

/// The deals that this member does not see as a salesperson.
pub(crate) fn hidden_from(member: MemberId) -> Select<deal::Entity> {
    deal::Entity::find().filter(seen_by(member).not())
}

fn seen_by(salesperson: MemberId) -> Condition {
    Condition::any()
        .add(deal::Column::Visibility.eq(Visibility::Everyone))
        .add(taking_part([salesperson]))
}

/// That one of these members takes part in the deal.
pub(crate) fn taking_part(members: impl IntoIterator<Item = MemberId>) -> Expr {
    let deals = Query::select()
        .column(deal_participant::Column::DealId)
        .from(deal_participant::Entity)
        .and_where(deal_participant::Column::MemberId.is_in(members))
        .take();
    deal::Column::Id.in_subquery(deals)
}

/// The ids of the deals that an actor may see, to select what belongs to them.
pub(crate) fn seen_deals(actor: &Actor) -> SelectStatement {
    visible_to(actor).select_only().column(deal::Column::Id).into_query()
}
