//! The deals in which one member takes part, in the order in which they began: read from an index that has both, and not
//! found among all deals and sorted.

use domain::policy::Actor;
use entity::{deal, deal_participant, ids::MemberId};
use sea_orm::{
    ColumnTrait, ExprTrait, QuerySelect, Select,
    sea_query::{Expr, IntoCondition, JoinType},
};

use super::{Filter, Key, Order, OrderField, keys, narrowed};

/// Those of these deals that a list has, and the keys that it is sorted by.
pub(in crate::deal) fn listed(
    deals: Select<deal::Entity>,
    actor: &Actor,
    filter: &Filter,
    order: &[Order],
) -> (Select<deal::Entity>, Vec<Key>) {
    let keys = keys(order);
    match only(actor, filter).filter(|_| is_by_beginning(order)) {
        None => (narrowed(deals, actor, filter), keys),
        Some((member, rest)) => {
            let deals = with(narrowed(deals, actor, &rest), member);
            (deals, keys.into_iter().map(beside).collect())
        }
    }
}

/// The one member who is to take part, and what else is asked.
fn only(actor: &Actor, filter: &Filter) -> Option<(MemberId, Filter)> {
    match (filter.participants.as_deref(), filter.mine) {
        (Some([member]), _) => Some((*member, Filter { participants: None, ..filter.clone() })),
        (None, Some(true)) => Some((actor.member_id()?, Filter { mine: None, ..filter.clone() })),
        _ => None,
    }
}

fn is_by_beginning(order: &[Order]) -> bool {
    matches!(order, [] | [Order { field: OrderField::CreatedAt, .. }])
}

fn with(mut deals: Select<deal::Entity>, member: MemberId) -> Select<deal::Entity> {
    let of_deal = Expr::col((deal_participant::Entity, deal_participant::Column::DealId))
        .equals((deal::Entity, deal::Column::Id))
        .and(deal_participant::Column::MemberId.eq(member));
    let query = QuerySelect::query(&mut deals);
    query.join(JoinType::InnerJoin, deal_participant::Entity, of_deal.into_condition());
    deals
}

/// The same value as a key has it, where the index on participants has it.
fn beside(key: Key) -> Key {
    let column = if key.name == "id" { "deal_id" } else { "deal_created_at" };
    Key { expr: Expr::col((deal_participant::Entity, column)), ..key }
}
