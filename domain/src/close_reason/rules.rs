//! The order of close reasons, and with which of them a deal may be closed. Pure.

use entity::{close_reason::Model, deal::Status, event::ReasonFact, ids::CloseReasonId};

use super::Position;
use crate::refusal::{Problem, Refusal};

/// Puts a reason at its place among those in use of its status.
pub fn insert(order: &mut Vec<Model>, row: Model, place: Position) -> Result<(), Refusal> {
    if place == Position::After(row.id) {
        return Err(not_a_sibling(row.id));
    }
    order.retain(|one| one.id != row.id);
    let index = match place {
        Position::First => 0,
        Position::Last => order.len(),
        Position::After(id) => {
            let after = order.iter().position(|one| one.id == id);
            after.ok_or_else(|| not_a_sibling(id))? + 1
        }
    };
    order.insert(index, row);
    Ok(())
}

/// What is wrong with a place after a reason that is none of the status.
pub fn not_a_sibling(id: CloseReasonId) -> Refusal {
    Problem::NotASibling { kind: "close reason" }.at("afterId").about(id)
}

/// With which reason a deal is closed.
#[derive(Clone, Debug)]
pub enum Given {
    /// None was said; these are in use for the status.
    Nothing(Vec<Model>),
    /// The one of this id, if there is one.
    Reason(CloseReasonId, Option<Model>),
}

/// The reason that a deal is closed with (rule 14), or why it cannot be. Where no reason is in use, none
/// is needed.
pub fn closing(status: Status, given: Given) -> Result<Option<ReasonFact>, Refusal> {
    match given {
        Given::Nothing(in_use) if in_use.is_empty() => Ok(None),
        Given::Nothing(in_use) => {
            let reasons = in_use.into_iter().map(|one| (one.id, one.name)).collect();
            Err(Problem::CloseReasonRequired { reasons }.at("reasonId"))
        }
        Given::Reason(id, None) => {
            Err(Problem::NotFound { kind: "close reason" }.at("reasonId").about(id))
        }
        Given::Reason(id, Some(row)) => {
            usable(status, row).map(Some).map_err(|problem| problem.at("reasonId").about(id))
        }
    }
}

fn usable(status: Status, row: Model) -> Result<ReasonFact, Problem> {
    let Model { id: reason_id, name, .. } = row;
    if row.status != status {
        return Err(Problem::CloseReasonOfOther { name, status: row.status });
    }
    if row.archived_at.is_some() {
        return Err(Problem::CloseReasonArchived { name });
    }
    Ok(ReasonFact { reason_id, name })
}
