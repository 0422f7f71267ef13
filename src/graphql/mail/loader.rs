//! The mails that one answer needs.

use std::sync::Arc;

use engine::{
    error::Result,
    mail::find::{self, Row},
};
use entity::ids::MailId;

use crate::graphql::{
    batch::{Batch, by},
    view::View,
};

#[derive(Default)]
struct Rows(Batch<MailId, Arc<Row>>);

/// Whatever this id names will be asked for, if it is of a mail.
pub(crate) fn expect_id(view: &View, id: &str) {
    view.rows::<Rows>().0.want(id.parse().ok());
}

impl View {
    /// Says which rows these mails will need.
    pub(crate) fn expect_mails<'a>(&self, rows: impl Iterator<Item = &'a Row>) {
        for (_, notification) in rows {
            self.expect_members([notification.member_id]);
            self.expect_deal_ids([notification.deal_id]);
        }
    }

    /// A mail, for whoever may look after mail.
    pub(crate) async fn mail(&self, id: MailId) -> Result<Option<Arc<Row>>> {
        let load = |ids| async {
            let rows = find::many(self.snapshot(), ids).await?;
            self.expect_mails(rows.iter());
            Ok(by(rows, |(mail, _)| mail.id))
        };
        self.rows::<Rows>().0.get(id, load).await
    }
}
