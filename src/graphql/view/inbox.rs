//! The rows of a view that an inbox needs, read together.

use std::sync::Arc;

use engine::{
    app::App,
    auth,
    error::Result,
    mail::find::{self as mails, Row},
    notification::find,
};
use entity::{
    ids::{MailId, NotificationId},
    notification,
};

use crate::graphql::batch::Batch;
use crate::graphql::view::{View, by};

/// What was read so far.
#[derive(Default)]
pub struct Rows {
    notifications: Batch<NotificationId, Arc<notification::Model>>,
    mails: Batch<MailId, Arc<Row>>,
}

impl Rows {
    /// Whatever this id names will be asked for.
    pub fn expect(&self, id: &str) {
        self.notifications.want(id.parse().ok());
        self.mails.want(id.parse().ok());
    }
}

impl View {
    /// A fresh view for whoever looks, as they now are.
    pub async fn renewed(&self) -> Result<Self> {
        let app = App::from(self.0.snapshot.base());
        let session = auth::renew(&app, &self.0.session.credential).await?;
        Ok(Self::new(&app, &session))
    }

    /// Says which rows these notifications will need.
    pub fn expect_notifications<'a>(&self, rows: impl Iterator<Item = &'a notification::Model>) {
        for row in rows {
            self.expect_members(row.actor_id);
            self.expect_deal_ids([row.deal_id]);
            self.expect_completions(row.completion_id);
            self.0.events.want([row.event_id]);
            self.0.tasks.want(row.task_id);
        }
    }

    /// A notification that the viewer may read.
    pub async fn notification(
        &self,
        id: NotificationId,
    ) -> Result<Option<Arc<notification::Model>>> {
        let load = |ids| async {
            let rows = find::many(&self.0.snapshot, ids).await?;
            self.expect_notifications(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.0.inbox.notifications.get(id, load).await
    }

    /// A mail, for whoever may look after mail.
    pub async fn mail(&self, id: MailId) -> Result<Option<Arc<Row>>> {
        let load = |ids| async {
            let rows = mails::many(&self.0.snapshot, ids).await?;
            self.expect_mails(rows.iter());
            Ok(by(rows, |(mail, _)| mail.id))
        };
        self.0.inbox.mails.get(id, load).await
    }

    /// Says which rows these mails will need.
    pub fn expect_mails<'a>(&self, rows: impl Iterator<Item = &'a Row>) {
        for (_, told) in rows {
            self.expect_members([told.member_id]);
            self.expect_deal_ids([told.deal_id]);
        }
    }
}
