//! The table of tasks; they are written with the deal that they are about.

use entity::{
    ids::TaskId,
    task::{Entity, Model},
};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::error::Result;

/// A task, deleted or not.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: TaskId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(conn).await?)
}
