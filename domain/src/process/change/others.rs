//! The nodes that a change names beside the one that it is about: what is wrong with each that is nowhere, neither in
//! its process nor in another.

use super::{Change, Position, Removed, tree};
use crate::{
    process::definition::Definition,
    refusal::{Problem, Refusal},
};

/// A refusal for each node that a change names beside the one that it is about, where it stands.
pub fn others(change: &Change) -> Vec<Refusal> {
    match change {
        Change::AddStage(_, place, _)
        | Change::MoveStage(_, place)
        | Change::RestoreStage(_, place, _) => Vec::from_iter(sibling(*place, "stage")),
        Change::AddAction(_, _, place, _) => Vec::from_iter(sibling(*place, "action")),
        Change::MoveAction(_, stage, place) | Change::RestoreAction(_, stage, place, _) => {
            let unknown = |id| Problem::NotFound { kind: "stage" }.at("stageId").about(id);
            stage.map(unknown).into_iter().chain(sibling(*place, "action")).collect()
        }
        Change::Save(wanted) => {
            let (mut nothing, removed) = (Definition::default(), Removed::default());
            let found = tree::save(&mut nothing, wanted, &removed).err().unwrap_or_default();
            found.into_iter().filter(is_of_no_node).collect()
        }
        _ => Vec::new(),
    }
}

/// What is wrong with the node that something is to stand after, where that is nowhere.
pub(super) fn sibling<T: ToString>(place: Position<T>, kind: &'static str) -> Option<Refusal> {
    match place {
        Position::After(id) => Some(Problem::NotASibling { kind }.at("afterId").about(id)),
        Position::First | Position::Last => None,
    }
}

fn is_of_no_node(refusal: &Refusal) -> bool {
    matches!(refusal.problem, Problem::NotFound { .. })
}
