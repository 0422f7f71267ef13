//! The entries of the audit log that one answer needs.

use std::sync::Arc;

use engine::{audit::find, error::Result};
use entity::{audit_entry::Model, ids::AuditEntryId};

use crate::graphql::{
    batch::{Batch, by},
    view::View,
};

#[derive(Default)]
struct Rows(Batch<AuditEntryId, Arc<Model>>);

/// Whatever this id names will be asked for, if it is of an entry.
pub(crate) fn expect_id(view: &View, id: &str) {
    view.rows::<Rows>().0.want(id.parse().ok());
}

impl View {
    /// Says which rows these entries will need.
    pub(crate) fn expect_audit_entries<'a>(&self, rows: impl Iterator<Item = &'a Model>) {
        self.expect_members(rows.filter_map(|row| row.actor_id));
    }

    /// An entry of the audit log, for whoever may look into it.
    pub(crate) async fn audit_entry(&self, id: AuditEntryId) -> Result<Option<Arc<Model>>> {
        let load = |ids| async {
            let rows = find::many(self.snapshot(), ids).await?;
            self.expect_audit_entries(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().0.get(id, load).await
    }
}
