//! The table of close reasons.

use entity::{
    close_reason::{Column, Entity, Model},
    deal::Status,
    ids::CloseReasonId,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::error::Result;

/// A reason, in use or archived.
pub async fn find(conn: &impl ConnectionTrait, id: CloseReasonId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(conn).await?)
}

/// A reason that is kept as it is until the end of the unit of work: nobody archives it meanwhile. SQLite
/// has one writer and needs no lock.
pub async fn keep(conn: &impl ConnectionTrait, id: CloseReasonId) -> Result<Option<Model>> {
    let query = Entity::find_by_id(id);
    let query = match conn.get_database_backend() {
        DbBackend::Postgres => query.lock_shared(),
        _ => query,
    };
    Ok(query.one(conn).await?)
}

/// The reasons in use of a status, in order.
pub async fn in_use(conn: &impl ConnectionTrait, status: Status) -> Result<Vec<Model>> {
    let query = Entity::find()
        .filter(Column::Status.eq(status))
        .filter(Column::ArchivedAt.is_null())
        .order_by_asc(Column::Position);
    Ok(query.all(conn).await?)
}

/// All reasons: those in use in order, then the archived ones, by when they were added.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Model>> {
    let query = Entity::find()
        .order_by_asc(Column::Status)
        .order_by_asc(Expr::cust("CASE WHEN archived_at IS NULL THEN position ELSE 1000 END"))
        .order_by_asc(Column::Id);
    Ok(query.all(conn).await?)
}

/// Writes a new reason.
pub async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes a reason that changed.
pub async fn update(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    Entity::update(row.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// Writes the places of reasons where they are not these already: 0, 1, 2, ….
pub async fn set_positions(conn: &impl ConnectionTrait, order: &[Model]) -> Result<()> {
    for (position, row) in (0..).zip(order).filter(|(position, row)| row.position != *position) {
        Entity::update_many()
            .col_expr(Column::Position, Expr::value(position))
            .filter(Column::Id.eq(row.id))
            .exec(conn)
            .await?;
    }
    Ok(())
}
