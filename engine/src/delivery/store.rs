//! The tables of deliveries: the columns that each has, whatever its channel.

use std::{
    fmt::{Debug, Display},
    hash::Hash,
};

use entity::{Timestamp, delivery::State};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, UpdateMany, Value,
    sea_query::{Expr, LockBehavior, LockType},
};

use super::Claim;
use crate::{db::in_state, error::Result};

/// The columns that every table of deliveries has, with these types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The id.
    Id,
    /// [`State`]: what became of it.
    State,
    /// How often it was tried.
    Attempts,
    /// When it is tried next; while somebody tries it, when others may.
    NextAttemptAt,
    /// From when on a failure is the last one.
    GiveUpAt,
    /// When it was sent, parked or cancelled.
    FinishedAt,
    /// What the receiver said last.
    LastError,
}

/// A table of what waits to be delivered.
pub trait Table: EntityTrait<Model: Send + Sync> {
    /// Its ids.
    type Id: Copy + Debug + Eq + Hash + Display + Into<Value> + Send + Sync + 'static;

    /// Its column of this meaning.
    fn column(field: Field) -> Self::Column;

    /// The claim of whoever sends this row next.
    fn claim(row: &Self::Model) -> Claim<Self::Id>;
}

/// A row of such a table.
pub type Row<T> = <T as EntityTrait>::Model;

fn due<T: Table>(now: Timestamp) -> Select<T> {
    T::find()
        .filter(in_state(T::column(Field::State), State::Pending))
        .filter(T::column(Field::NextAttemptAt).lte(now))
        .order_by_asc(T::column(Field::NextAttemptAt))
}

/// Whether anything is due.
pub(super) async fn is_due<T: Table>(conn: &impl ConnectionTrait, now: Timestamp) -> Result<bool> {
    let query = due::<T>(now).select_only().column(T::column(Field::Attempts));
    Ok(query.into_tuple::<i32>().one(conn).await?.is_some())
}

/// The row with this id.
pub(super) async fn rows<T: Table>(
    conn: &impl ConnectionTrait,
    id: T::Id,
) -> Result<Vec<T::Model>> {
    Ok(T::find().filter(T::column(Field::Id).eq(id)).all(conn).await?)
}

/// What is due, locked: what another server claims at this moment is passed over. SQLite has one writer and needs
/// no locks.
pub(super) async fn lock_due<T: Table>(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<T::Model>> {
    let query = due::<T>(now).limit(limit);
    let query = match conn.get_database_backend() {
        DbBackend::Postgres => query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked),
        _ => query,
    };
    Ok(query.all(conn).await?)
}

/// Writes that these are being tried: nobody else claims them before this time.
pub(super) async fn attempt<T: Table>(
    conn: &impl ConnectionTrait,
    ids: Vec<T::Id>,
    until: Timestamp,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let attempts = T::column(Field::Attempts);
    T::update_many()
        .col_expr(attempts, Expr::col(attempts).add(1))
        .col_expr(T::column(Field::NextAttemptAt), Expr::value(until))
        .filter(T::column(Field::Id).is_in(ids))
        .exec(conn)
        .await?;
    Ok(())
}

/// Cancels these.
pub(super) async fn cancel<T: Table>(
    conn: &impl ConnectionTrait,
    ids: Vec<T::Id>,
    now: Timestamp,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    ended::<T>(State::Cancelled, now).filter(T::column(Field::Id).is_in(ids)).exec(conn).await?;
    Ok(())
}

fn ended<T: Table>(state: State, now: Timestamp) -> UpdateMany<T> {
    T::update_many()
        .col_expr(T::column(Field::State), Expr::value(state))
        .col_expr(T::column(Field::FinishedAt), Expr::value(now))
}

/// Writes that one was sent: true whoever else has claimed it since.
pub(super) async fn sent<T: Table>(
    conn: &impl ConnectionTrait,
    id: T::Id,
    now: Timestamp,
) -> Result<()> {
    let query = ended::<T>(State::Sent, now).filter(T::column(Field::Id).eq(id));
    query.filter(T::column(Field::State).ne(State::Sent)).exec(conn).await?;
    Ok(())
}

/// Parks one, unless somebody else has claimed it since.
pub(super) async fn park<T: Table>(
    conn: &impl ConnectionTrait,
    claim: &Claim<T::Id>,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let query = ended::<T>(State::Dead, now);
    let query = query.col_expr(T::column(Field::LastError), Expr::value(reason));
    query.filter(still::<T>(claim)).exec(conn).await?;
    Ok(())
}

/// Writes when one is tried again, unless somebody else has claimed it since.
pub(super) async fn later<T: Table>(
    conn: &impl ConnectionTrait,
    claim: &Claim<T::Id>,
    reason: &str,
    at: Timestamp,
) -> Result<()> {
    T::update_many()
        .col_expr(T::column(Field::NextAttemptAt), Expr::value(at))
        .col_expr(T::column(Field::LastError), Expr::value(reason))
        .filter(still::<T>(claim))
        .exec(conn)
        .await?;
    Ok(())
}

fn still<T: Table>(claim: &Claim<T::Id>) -> Condition {
    Condition::all()
        .add(T::column(Field::Id).eq(claim.id))
        .add(T::column(Field::State).eq(State::Pending))
        .add(T::column(Field::Attempts).eq(claim.attempt))
}

/// Lets what was parked wait for another attempt, with all the time that something new has: these, or all.
pub(crate) async fn revive<T: Table>(
    conn: &impl ConnectionTrait,
    which: Option<&[T::Id]>,
    (now, give_up_at): (Timestamp, Timestamp),
) -> Result<()> {
    let mut query = T::update_many()
        .col_expr(T::column(Field::State), Expr::value(State::Pending))
        .col_expr(T::column(Field::Attempts), Expr::value(0))
        .col_expr(T::column(Field::NextAttemptAt), Expr::value(now))
        .col_expr(T::column(Field::GiveUpAt), Expr::value(give_up_at))
        .col_expr(T::column(Field::FinishedAt), Expr::value(None::<Timestamp>))
        .filter(in_state(T::column(Field::State), State::Dead));
    if let Some(ids) = which {
        query = query.filter(T::column(Field::Id).is_in(ids.iter().copied()));
    }
    query.exec(conn).await?;
    Ok(())
}
