//! New events as rows of the log.

use domain::event::NewEvent;
use entity::event;
use sea_orm::ActiveValue::{NotSet, Set};

use super::{Tx, Work};
use crate::{db::insert_rows, error::Result};

/// Rows of the log that are to be written.
pub(super) struct Events(pub(super) Vec<event::ActiveModel>);

impl Work for Events {
    fn add(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    async fn write(self, tx: &mut Tx) -> Result<()> {
        insert_rows::<event::Entity>(tx.conn(), self.0).await
    }
}

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
