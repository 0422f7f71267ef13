//! A deal as its history alone has it: what its row is compared with. Pure.

use entity::{
    deal,
    event::{self, Fact},
};

use super::state::{Deal, Stamp};
use crate::{process::version::Version, text};

impl Deal {
    /// What these events, in their order, make of a deal. What no event tells (its id elsewhere, when it was made)
    /// is as its row has it; the version that decides about it says where it stands.
    pub fn replayed(row: &deal::Model, events: &[event::Model], version: &Version) -> Self {
        let mut deal = Self::loaded(blank(row, events), Vec::new(), Vec::new());
        for event in events {
            deal.row.version = event.version;
            deal.evolve(&event.fact, version, &stamp(event));
        }
        deal.recount_activity(events);
        deal
    }
}

fn stamp(event: &event::Model) -> Stamp {
    Stamp {
        event_id: event.id,
        actor_id: event.actor_id,
        occurred_at: event.occurred_at,
        recorded_at: event.recorded_at,
    }
}

/// Before its first event.
fn blank(row: &deal::Model, events: &[event::Model]) -> deal::Model {
    let mut blank = deal::Model {
        status: deal::Status::Open,
        version: 0,
        moved_version: None,
        moved_stage_id: None,
        closed_process_version: None,
        closed_at: None,
        close_reason_id: None,
        close_comment: None,
        ..row.clone()
    };
    if let Some(first) = events.first() {
        created(&mut blank, first);
    }
    blank
}

fn created(row: &mut deal::Model, first: &event::Model) {
    row.process_id = first.process_id;
    row.owner_id = first.after.owner_id;
    row.value_amount = first.after.value_amount;
    row.value_currency = first.after.value_currency.clone();
    if let Fact::DealCreated { title, visibility, .. } = &first.fact {
        row.title_key = text::key(title);
        row.title = title.clone();
        row.visibility = *visibility;
    }
}
