//! What only an import asks of the tables.

use std::collections::HashSet;

use domain::text;
use entity::process;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{deal, error::Result};

/// Ids in one question: below the 32,766 parameters that SQLite takes.
const CHUNK: usize = 2000;

/// Which of these deals are known by the id they had elsewhere.
pub(crate) async fn known(conn: &impl ConnectionTrait, ids: &[String]) -> Result<HashSet<String>> {
    let mut known = HashSet::new();
    for ids in ids.chunks(CHUNK) {
        known.extend(deal::store::known_external(conn, ids).await?);
    }
    Ok(known)
}

/// Whether a process of this name is archived.
pub(crate) async fn is_archived(conn: &impl ConnectionTrait, name: &str) -> Result<bool> {
    let found = process::Entity::find()
        .filter(process::Column::NameKey.eq(text::key(name)))
        .filter(process::Column::ArchivedAt.is_not_null());
    Ok(found.one(conn).await?.is_some())
}
