//! The events that one answer needs: by their ids, and those of deals.

use std::sync::Arc;

use engine::{
    error::Result,
    event::{find, store},
    page::{Page, Request},
};
use entity::{
    event,
    ids::{DealId, EventId},
};

use crate::graphql::{
    batch::{Batch, by},
    deal::loader::{ByDeal, deals_at_once},
    view::View,
};

#[derive(Default)]
struct Rows {
    events: Batch<EventId, Arc<event::Model>>,
    of_deals: ByDeal<Request, Page<event::Model>>,
    counts: ByDeal<(), u64>,
}

/// Whatever this id names will be asked for, if it is of an event.
pub(crate) fn expect_id(view: &View, id: &str) {
    view.expect_event_ids(id.parse().ok());
}

impl View {
    /// These events will be asked for.
    pub(crate) fn expect_event_ids(&self, ids: impl IntoIterator<Item = EventId>) {
        self.rows::<Rows>().events.want(ids);
    }

    /// Says which rows these events will need.
    pub(crate) fn expect_events<'a>(&self, rows: impl Iterator<Item = &'a event::Model>) {
        for row in rows {
            self.expect_members(row.actor_id);
            self.expect_members([row.after.owner_id]);
            self.expect_processes(row.from_process_id);
            if let Some(task) = row.fact.task() {
                self.expect_members([task.assignee_id]);
                self.expect_task_ids([task.task_id]);
                self.expect_completions(task.completion_id);
            }
        }
    }

    /// An event, of a deal that the viewer may see.
    pub(crate) async fn event(&self, id: EventId) -> Result<Option<Arc<event::Model>>> {
        let load = |ids| async {
            let rows = store::many(self.snapshot(), ids).await?;
            self.expect_events(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().events.get(id, load).await
    }

    /// A page of the events of a deal; one that goes on after a place is read alone.
    pub(crate) async fn events_of(
        &self,
        deal: DealId,
        page: &Request,
    ) -> Result<Page<event::Model>> {
        if page.cursor.is_some() {
            let page = find::page(self.snapshot(), deal, page).await?;
            self.expect_events(page.rows.iter().map(|(_, row)| row));
            return Ok(page);
        }
        let load = |ids| async {
            let found = find::page_of_each(self.snapshot(), ids, page).await?;
            self.expect_events(
                found.values().flat_map(|page| page.rows.iter().map(|(_, row)| row)),
            );
            Ok(found)
        };
        let batch = self.rows::<Rows>().of_deals.batch(self, page.clone());
        Ok(batch.get_among(deals_at_once(page.limit), deal, load).await?.unwrap_or_default())
    }

    /// How many events a deal has.
    pub(crate) async fn count_events_of(&self, deal: DealId) -> Result<u64> {
        let load = |ids| find::count(self.snapshot(), ids);
        let batch = self.rows::<Rows>().counts.batch(self, ());
        Ok(batch.get(deal, load).await?.unwrap_or_default())
    }
}
