//! A deal and what was done for it with one statement, which is a moment of its own: for an answer that needs no more.

use entity::{
    completion, deal, deal_participant,
    ids::{DealId, MemberId},
    note, process,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, FromQueryResult,
    IdenStatic, Iterable, JoinType, QueryFilter, QueryOrder, QueryResult, QueryTrait, Select,
    sea_query::{Alias, Expr, IntoCondition, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    tx::Snapshot,
    visible::visible_to,
};

/// A deal, as far as it is kept.
pub struct Alone {
    /// Its row.
    pub deal: deal::Model,
    /// The row of its process.
    pub process: process::Model,
    /// Who takes part, by id.
    pub participants: Vec<MemberId>,
    /// What was done and not undone, as it was done, each with the note given as evidence.
    pub done: Vec<(completion::Model, Option<note::Model>)>,
}

/// The deal with this id, if the viewer may see it, as it is now, whatever else is read.
pub async fn alone(snapshot: &Snapshot, id: DealId) -> Result<Option<Alone>> {
    let conn = snapshot.alone_at_first();
    let deals = visible_to(snapshot.actor()).filter(deal::Column::Id.eq(id));
    let query =
        joined(deals.order_by_asc(completion::Column::DealVersion), conn.get_database_backend());
    let rows = conn.query_all_raw(conn.get_database_backend().build(&query)).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    Ok(Some(Alone {
        deal: deal::Model::from_query_result(first, "")?,
        process: process::Model::from_query_result(first, PROCESS)?,
        participants: members(&first.try_get::<String>("", PARTICIPANTS)?)?,
        done: rows.iter().filter_map(|row| done(row).transpose()).collect::<Result<_, DbErr>>()?,
    }))
}

const PROCESS: &str = "p__";
const DONE: &str = "c__";
const NOTE: &str = "n__";
const PARTICIPANTS: &str = "participants";

fn joined(deals: Select<deal::Entity>, backend: DbBackend) -> SelectStatement {
    let mut query = deals.into_query();
    columns::<process::Entity>(&mut query, PROCESS);
    columns::<completion::Entity>(&mut query, DONE);
    columns::<note::Entity>(&mut query, NOTE);
    let id = || Expr::col((deal::Entity, deal::Column::Id));
    let counts = Expr::col((completion::Entity, completion::Column::DealId))
        .equals((deal::Entity, deal::Column::Id))
        .and(Expr::col((completion::Entity, completion::Column::UndoneAt)).is_null());
    let of_deal = Expr::col((process::Entity, process::Column::Id))
        .equals((deal::Entity, deal::Column::ProcessId));
    let given = Expr::col((note::Entity, note::Column::Id))
        .equals((completion::Entity, completion::Column::NoteId));
    query
        .expr_as(taking_part(id(), backend), Alias::new(PARTICIPANTS))
        .join(JoinType::InnerJoin, process::Entity, of_deal.into_condition())
        .join(JoinType::LeftJoin, completion::Entity, counts.into_condition())
        .join(JoinType::LeftJoin, note::Entity, given.into_condition());
    query
}

/// All columns of a table that is joined, by names of their own.
fn columns<E: EntityTrait>(query: &mut SelectStatement, prefix: &str) {
    for column in E::Column::iter() {
        let name = Alias::new(format!("{prefix}{}", column.as_str()));
        query.expr_as(Expr::col((E::default(), column)), name);
    }
}

/// The ids of those who take part in a deal, as one text.
fn taking_part(deal: Expr, backend: DbBackend) -> Expr {
    let ids = match backend {
        DbBackend::Postgres => "string_agg(member_id::text, ',')",
        _ => "group_concat(hex(member_id))",
    };
    let members = Query::select()
        .expr(Expr::cust(ids))
        .from(deal_participant::Entity)
        .and_where(deal.equals((deal_participant::Entity, deal_participant::Column::DealId)))
        .take();
    Expr::from(members)
}

fn members(ids: &str) -> Result<Vec<MemberId>> {
    let id = |id: &str| Uuid::parse_str(id).map(MemberId::from_uuid);
    let found = ids.split(',').map(id).collect::<Result<Vec<_>, _>>();
    let mut found = found.map_err(|cause| Error::Internal(Box::new(cause)))?;
    found.sort_unstable();
    Ok(found)
}

fn done(row: &QueryResult) -> Result<Option<(completion::Model, Option<note::Model>)>, DbErr> {
    let Some(done) = completion::Model::from_query_result_optional(row, DONE)? else {
        return Ok(None);
    };
    let note = note::Model::from_query_result_optional(row, NOTE)?;
    Ok(Some((done, note)))
}
