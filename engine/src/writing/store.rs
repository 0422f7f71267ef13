//! The table of the probe.

use entity::write_probe;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};

use crate::error::Result;

/// Takes this room for nothing.
pub(crate) async fn fill(conn: &impl ConnectionTrait, bytes: &[u8]) -> Result<()> {
    let row = write_probe::ActiveModel { id: Set(1), bytes: Set(bytes.to_vec()) };
    let mut again = OnConflict::column(write_probe::Column::Id);
    again.update_column(write_probe::Column::Bytes);
    write_probe::Entity::insert(row).on_conflict(again).exec_without_returning(conn).await?;
    Ok(())
}
