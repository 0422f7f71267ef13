//! The table of members.

use entity::{ids::MemberId, member};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::{error::Result, text};

/// The members with these ids.
pub async fn find_many(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = MemberId>,
) -> Result<Vec<member::Model>> {
    Ok(member::Entity::find().filter(member::Column::Id.is_in(ids)).all(conn).await?)
}

/// The member with this address, whatever its case.
pub async fn find_by_email(
    conn: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<member::Model>> {
    let found = member::Entity::find().filter(member::Column::EmailKey.eq(text::key(email)));
    Ok(found.one(conn).await?)
}

/// All members.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<member::Model>> {
    Ok(member::Entity::find().all(conn).await?)
}

/// How many active administrators there are.
pub async fn count_administrators(conn: &impl ConnectionTrait) -> Result<u64> {
    let found = member::Entity::find()
        .filter(member::Column::Role.eq(member::Role::Administrator))
        .filter(member::Column::DeactivatedAt.is_null());
    Ok(found.count(conn).await?)
}

/// Writes a new member.
pub async fn insert(
    conn: &impl ConnectionTrait,
    row: member::ActiveModel,
) -> Result<member::Model> {
    Ok(member::Entity::insert(row).exec_with_returning(conn).await?)
}
