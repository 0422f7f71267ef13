//! The table of the audit log: entries are added, and neither changed nor removed.

use entity::audit_entry;
use sea_orm::IntoActiveModel;

use crate::{
    db::insert_rows,
    error::Result,
    tx::{Tx, Work},
};

/// Adds an entry.
pub(super) async fn insert(tx: &mut Tx, row: audit_entry::Model) -> Result<()> {
    tx.write(Entries(vec![row])).await
}

struct Entries(Vec<audit_entry::Model>);

impl Work for Entries {
    fn add(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    async fn write(self, tx: &mut Tx) -> Result<()> {
        let rows = self.0.into_iter().map(IntoActiveModel::into_active_model);
        insert_rows::<audit_entry::Entity>(tx.conn(), rows.collect()).await
    }
}
