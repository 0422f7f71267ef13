//! When somebody last did something to a deal. Pure.

use entity::{
    Timestamp,
    event::{self, Fact},
    ids::MemberId,
};

use super::state::Deal;

impl Deal {
    /// What somebody does counts. What the program does by itself, or what follows from a save of the process, does not.
    pub(super) fn note_activity(&mut self, fact: &Fact, by: Option<MemberId>, at: Timestamp) {
        let follows = matches!(fact, Fact::ProgressRecalculated { .. });
        if by.is_some() && !follows {
            self.row.last_activity_at = self.row.last_activity_at.max(at);
        }
    }

    /// Makes it anew from all that happened to the deal; its beginning counts, whoever began it.
    pub fn recount_activity(&mut self, events: &[event::Model]) {
        self.row.last_activity_at = self.row.created_at;
        for event in events {
            self.note_activity(&event.fact, event.actor_id, event.occurred_at);
        }
    }
}
