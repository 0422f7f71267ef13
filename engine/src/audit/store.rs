//! The table of the audit log: entries are added, and neither changed nor removed.

use entity::audit_entry;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::error::Result;

/// Adds an entry.
pub(super) async fn insert(conn: &impl ConnectionTrait, row: audit_entry::Model) -> Result<()> {
    let row = row.into_active_model();
    audit_entry::Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}
