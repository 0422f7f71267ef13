//! The notifications that one answer needs.

use std::sync::Arc;

use engine::{error::Result, notification::find};
use entity::{ids::NotificationId, notification};

use crate::graphql::{
    batch::{Batch, by},
    view::View,
};

#[derive(Default)]
struct Rows(Batch<NotificationId, Arc<notification::Model>>);

/// Whatever this id names will be asked for, if it is of a notification.
pub(crate) fn expect_id(view: &View, id: &str) {
    view.rows::<Rows>().0.want(id.parse().ok());
}

impl View {
    /// Says which rows these notifications will need.
    pub(crate) fn expect_notifications<'a>(
        &self,
        rows: impl Iterator<Item = &'a notification::Model>,
    ) {
        for row in rows {
            self.expect_members(row.actor_id);
            self.expect_deal_ids([row.deal_id]);
            self.expect_completions(row.completion_id);
            self.expect_event_ids([row.event_id]);
            self.expect_task_ids(row.task_id);
        }
    }

    /// A notification that the viewer may read.
    pub(crate) async fn notification(
        &self,
        id: NotificationId,
    ) -> Result<Option<Arc<notification::Model>>> {
        let load = |ids| async {
            let rows = find::many(self.snapshot(), ids).await?;
            self.expect_notifications(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().0.get(id, load).await
    }
}
