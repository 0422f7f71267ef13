//! A new event as a row of the log.

use domain::event::NewEvent;
use entity::event;
use sea_orm::ActiveValue::{NotSet, Set};

/// The row of an event: its place in the log is not known yet.
pub(super) fn row(new: NewEvent) -> event::ActiveModel {
    event::ActiveModel {
        insert_id: NotSet,
        id: Set(new.id),
        position: Set(None),
        deal_id: Set(new.deal_id),
        process_id: Set(new.process_id),
        from_process_id: Set(new.from_process_id),
        version: Set(new.version),
        actor_id: Set(new.actor_id),
        occurred_at: Set(new.occurred_at),
        recorded_at: Set(new.recorded_at),
        fact: Set(new.fact),
        before: Set(new.before),
        after: Set(new.after),
    }
}
