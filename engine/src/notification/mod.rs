//! Telling members what happened: the use cases.

use std::collections::BTreeMap;

use entity::{
    ids::{CompletionId, DealId, EventId, MemberId, TaskId},
    notification::{self, Kind},
};

use crate::{
    error::Result,
    tx::{Tx, Work},
};

use store::InboxNews;

mod channel;
pub mod find;
mod read;
pub(crate) mod store;
pub mod unread;

pub use domain::notification::text;

pub use channel::{Channel, with_channel};
pub use read::{MarkRead, MuteMail};

/// What one member is to be told. Whoever makes one has checked that the member is active and may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who is told.
    pub member_id: MemberId,
    /// Of what.
    pub kind: Kind,
    /// The deal that it is about.
    pub deal_id: DealId,
    /// The event that it tells of.
    pub event_id: EventId,
    /// The completion, for what was done.
    pub completion_id: Option<CompletionId>,
    /// The task, for what was assigned.
    pub task_id: Option<TaskId>,
}

/// Writes notifications in the unit of work that they tell of (rule 19), hands them to the channels that there are,
/// and writes one inbox event for each member who gets any. Inboxes are locked in the order of their members' ids,
/// after all deals.
pub async fn notify(tx: &mut Tx, notices: &[Notice]) -> Result<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = notices.iter().map(|notice| row(tx, notice)).collect();
    let mut arrived = BTreeMap::<_, Vec<_>>::new();
    for row in &rows {
        arrived.entry(row.member_id).or_default().push(row.id);
    }
    let news =
        arrived.into_iter().map(|(member_id, ids)| InboxNews { member_id, ids, at: tx.now() });
    let news = news.collect();
    tx.write(Arrivals { rows, news }).await
}

/// Notifications to write, and what to tell the inboxes that they come into.
struct Arrivals {
    rows: Vec<notification::Model>,
    news: Vec<InboxNews>,
}

impl Work for Arrivals {
    fn add(&mut self, later: Self) {
        self.rows.extend(later.rows);
        self.news.extend(later.news);
    }

    async fn write(self, tx: &mut Tx) -> Result<()> {
        store::insert(tx.conn(), &self.rows).await?;
        channel::hand_over(tx, &self.rows).await?;
        store::happen(tx, self.news).await
    }
}

fn row(tx: &Tx, notice: &Notice) -> notification::Model {
    notification::Model {
        id: tx.new_id(),
        member_id: notice.member_id,
        kind: notice.kind,
        deal_id: notice.deal_id,
        event_id: notice.event_id,
        actor_id: tx.actor().member_id(),
        completion_id: notice.completion_id,
        task_id: notice.task_id,
        created_at: tx.now(),
        read_at: None,
    }
}
