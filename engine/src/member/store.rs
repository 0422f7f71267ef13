//! The table of members.

use std::collections::HashSet;

use domain::{email, text};
use entity::{
    deal,
    ids::{DealId, MemberId},
    member::{self, MutedMail},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType,
};

use crate::{db::padded, error::Result};

/// The members with these ids.
pub async fn find_many(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = MemberId>,
) -> Result<Vec<member::Model>> {
    Ok(member::Entity::find().filter(member::Column::Id.is_in(ids)).all(conn).await?)
}

/// Members who are kept as they are until the end of the unit of work. SQLite has one writer and needs no
/// lock.
pub async fn keep_many(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = MemberId>,
) -> Result<Vec<member::Model>> {
    let query = member::Entity::find().filter(member::Column::Id.is_in(ids));
    let query = match conn.get_database_backend() {
        DbBackend::Postgres => query.lock_shared(),
        _ => query,
    };
    Ok(query.all(conn).await?)
}

/// Locks the deals of a member, and then the member, whose name the database copies to those deals: whoever holds a deal may
/// look at a member, so nobody may wait for deals once they hold that. False where a deal has become theirs meanwhile.
/// SQLite has one writer and needs no lock.
pub async fn hold_with_deals(conn: &impl ConnectionTrait, id: MemberId) -> Result<bool> {
    if conn.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let own = deal::Entity::find().select_only().column(deal::Column::Id);
    let own = own.filter(deal::Column::OwnerId.eq(id)).order_by_asc(deal::Column::Id);
    let locked = own.clone().lock(LockType::NoKeyUpdate);
    let held: Vec<DealId> = locked.into_tuple().all(conn).await?;
    let member = member::Entity::find_by_id(id).lock(LockType::NoKeyUpdate);
    member.one(conn).await?;
    let now: Vec<DealId> = own.into_tuple().all(conn).await?;
    let held: HashSet<_> = held.into_iter().collect();
    Ok(now.iter().all(|deal| held.contains(deal)))
}

/// The member with this address, whatever its case. Two may have the same one since before that was told:
/// then the one for whom it is written so.
pub async fn find_by_email(
    conn: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<member::Model>> {
    let written = text::composed(email.trim());
    let same = Condition::any()
        .add(member::Column::EmailKey.eq(email::key(email)))
        .add(member::Column::Email.eq(&written));
    let mut found = member::Entity::find().filter(same).all(conn).await?;
    found.sort_by_key(|member| member.email != written);
    Ok(found.into_iter().next())
}

/// The members with these addresses, each as [`email::key`] has it.
pub async fn find_by_emails(
    conn: &impl ConnectionTrait,
    keys: Vec<String>,
) -> Result<Vec<member::Model>> {
    let mut found = Vec::new();
    for keys in keys.chunks(1000) {
        let query = member::Entity::find().filter(member::Column::EmailKey.is_in(keys));
        found.extend(query.all(conn).await?);
    }
    Ok(found)
}

/// The active members with one of these roles, and those with these ids, active or not.
pub(crate) async fn of_roles_or_ids(
    conn: &impl ConnectionTrait,
    roles: &[member::Role],
    ids: Vec<MemberId>,
) -> Result<Vec<member::Model>> {
    let of_role = Condition::all()
        .add(member::Column::Role.is_in(roles.iter().copied()))
        .add(member::Column::DeactivatedAt.is_null());
    let named = Condition::any().add(of_role).add(member::Column::Id.is_in(padded(ids)));
    Ok(member::Entity::find().filter(named).all(conn).await?)
}

/// Writes what a member wants no mail about.
pub async fn set_muted_mail(
    conn: &impl ConnectionTrait,
    id: MemberId,
    muted: MutedMail,
) -> Result<()> {
    let row = member::ActiveModel { id: Set(id), muted_mail: Set(muted), ..Default::default() };
    member::Entity::update(row).exec(conn).await?;
    Ok(())
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

/// Writes new fields of a member.
pub async fn update(conn: &impl ConnectionTrait, row: member::ActiveModel) -> Result<()> {
    member::Entity::update(row).exec(conn).await?;
    Ok(())
}
