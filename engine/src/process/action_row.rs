//! An action as its row, and back: where the settings of an action meet the columns of a table.

use entity::{
    action::{self, Column},
    ids::{MemberId, ProcessId, StageId},
};
use sea_orm::Iterable;

use super::definition::{ActionDefinition, Performers};

/// The row of an action at a place of a process. The chosen members have rows of their own.
pub fn row(
    process_id: ProcessId,
    stage_id: StageId,
    position: i32,
    action: &ActionDefinition,
) -> action::Model {
    let ActionDefinition {
        action_id,
        name,
        hint,
        weight,
        mandatory,
        performers,
        evidence,
        notify,
        follow_ups,
    } = action;
    action::Model {
        id: *action_id,
        process_id,
        stage_id,
        position,
        name: name.clone(),
        hint: hint.clone(),
        weight: i32::from(*weight),
        mandatory: *mandatory,
        performers: performers.group,
        evidence: *evidence,
        notify: notify.clone(),
        follow_ups: follow_ups.clone(),
        removed_at: None,
    }
}

/// An action as its row keeps it, with the members that are chosen for it.
pub fn definition(row: action::Model, members: Vec<MemberId>) -> ActionDefinition {
    let action::Model {
        id,
        process_id: _,
        stage_id: _,
        position: _,
        name,
        hint,
        weight,
        mandatory,
        performers,
        evidence,
        notify,
        follow_ups,
        removed_at: _,
    } = row;
    ActionDefinition {
        action_id: id,
        name,
        hint,
        weight: u16::try_from(weight).unwrap_or_default(),
        mandatory,
        performers: Performers { group: performers, members },
        evidence,
        notify,
        follow_ups,
    }
}

/// What is written anew when an action comes back whose row is still there: all but whose action it is.
pub fn rewritten() -> impl Iterator<Item = Column> {
    Column::iter().filter(|column| !matches!(column, Column::Id | Column::ProcessId))
}
