//! The events and the saves of a board, in the order in which they happened (rule 23). Pure.

use std::{collections::VecDeque, sync::Arc};

use entity::event;

use super::store::Save;

/// What a board reads of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The process was saved.
    Save(Save),
    /// Something happened to a deal.
    Event(Arc<event::Model>),
}

/// One order of both, each of which is in its own: a save comes after the event at its position.
pub(crate) fn in_order(saves: Vec<Save>, events: Vec<Arc<event::Model>>) -> VecDeque<Step> {
    let mut steps = VecDeque::with_capacity(saves.len() + events.len());
    let mut saves = saves.into_iter().peekable();
    for event in events {
        while let Some(save) = saves.next_if(|save| save.position < event.position) {
            steps.push_back(Step::Save(save));
        }
        steps.push_back(Step::Event(event));
    }
    steps.extend(saves.map(Step::Save));
    steps
}
