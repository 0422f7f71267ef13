//! The tables of deals.

use std::collections::HashMap;

use entity::{
    completion, deal,
    deal::Status,
    deal_participant, event,
    event::Fact,
    ids::{ActionId, CompletionId, DealId, MemberId, NoteId, ProcessId, StageId},
    note,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, LockType},
};

mod written;

pub(crate) use written::{save, save_all, save_recalculated};

use super::{
    outlook::Standing,
    progress::{Done, Moved},
};
use crate::{db, error::Result};

/// The processes that these deals go through.
pub(crate) async fn processes_of(
    conn: &impl ConnectionTrait,
    ids: &[DealId],
) -> Result<HashMap<DealId, ProcessId>> {
    let query = deal::Entity::find()
        .select_only()
        .columns([deal::Column::Id, deal::Column::ProcessId])
        .filter(deal::Column::Id.is_in(db::padded(ids.to_vec())));
    let found: Vec<(DealId, ProcessId)> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().collect())
}

/// What happened to a deal at this version of it.
pub(crate) async fn fact(
    conn: &impl ConnectionTrait,
    id: DealId,
    version: i64,
) -> Result<Option<Fact>> {
    let this = event::Column::DealId.eq(id).and(event::Column::Version.eq(version));
    let query = event::Entity::find().select_only().column(event::Column::Fact).filter(this);
    Ok(query.into_tuple().one(conn).await?)
}

/// The rows of these deals, locked in the order of their ids until the end of the unit of work. SQLite has one writer
/// and needs no lock.
pub(crate) async fn lock_many(
    conn: &impl ConnectionTrait,
    ids: Vec<DealId>,
) -> Result<Vec<deal::Model>> {
    let these = deal::Entity::find().filter(deal::Column::Id.is_in(db::padded(ids)));
    Ok(for_update(conn, these.order_by_asc(deal::Column::Id)).all(conn).await?)
}

/// The rows of the open deals of a process, locked in the order of their ids.
pub(crate) async fn lock_open(
    conn: &impl ConnectionTrait,
    process: ProcessId,
) -> Result<Vec<deal::Model>> {
    let rows = open(process).order_by_asc(deal::Column::Id);
    Ok(for_update(conn, rows).all(conn).await?)
}

/// Not for a new key, which a deal never gets: whoever writes a row that names the deal need not wait, and a webhook's
/// reader, which writes rows for a hundred events, is not held up by one deal that somebody holds.
pub(super) fn for_update(
    conn: &impl ConnectionTrait,
    query: Select<deal::Entity>,
) -> Select<deal::Entity> {
    match conn.get_database_backend() {
        DbBackend::Postgres => query.lock(LockType::NoKeyUpdate),
        _ => query,
    }
}

/// How many open deals were moved by hand to each of these stages; a stage with none is left out.
pub(crate) async fn count_moved_to(
    conn: &impl ConnectionTrait,
    stages: &[StageId],
) -> Result<HashMap<StageId, u64>> {
    if stages.is_empty() {
        return Ok(HashMap::new());
    }
    let query = deal::Entity::find()
        .select_only()
        .column(deal::Column::MovedStageId)
        .column_as(deal::Column::Id.count(), "deals")
        .filter(deal::Column::MovedStageId.is_in(stages.iter().copied()))
        .filter(deal::Column::Status.eq(Status::Open))
        .group_by(deal::Column::MovedStageId);
    let found: Vec<(StageId, i64)> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().map(|(stage, deals)| (stage, deals.unsigned_abs())).collect())
}

/// The open deals of a process, as far as a save of it can reach them.
pub(crate) async fn standings(
    conn: &impl ConnectionTrait,
    process: ProcessId,
) -> Result<Vec<Standing>> {
    let query = open(process)
        .select_only()
        .column(deal::Column::Id)
        .column(deal::Column::MovedVersion)
        .column(deal::Column::MovedStageId);
    let rows: Vec<(DealId, Option<i64>, Option<StageId>)> = query.into_tuple().all(conn).await?;
    let mut standings = Vec::with_capacity(rows.len());
    for rows in rows.chunks(db::MOST_ROWS) {
        let deals: Vec<_> = rows.iter().map(|(deal, ..)| *deal).collect();
        let mut steps = steps(conn, deals).await?;
        standings.extend(rows.iter().map(|&(deal_id, version, to)| Standing {
            deal_id,
            done: steps.remove(&deal_id).unwrap_or_default(),
            moved: version.map(|version| Moved { version, to }),
        }));
    }
    Ok(standings)
}

/// What was done for these deals and not undone, no more of it than progress needs. There may be very much of it for all
/// deals of a process: whoever asks for those asks for some after the other.
pub(crate) async fn steps(
    conn: &impl ConnectionTrait,
    deals: Vec<DealId>,
) -> Result<HashMap<DealId, Vec<Done>>> {
    let query = completion::Entity::find()
        .select_only()
        .column(completion::Column::DealId)
        .column(completion::Column::ActionId)
        .column(completion::Column::DealVersion)
        .filter(completion::Column::DealId.is_in(db::padded(deals)))
        .filter(completion::Column::UndoneAt.is_null());
    let rows: Vec<(DealId, ActionId, i64)> = query.into_tuple().all(conn).await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for (deal, action_id, version) in rows {
        found.entry(deal).or_default().push(Done { action_id, version });
    }
    Ok(found)
}

fn open(process: ProcessId) -> Select<deal::Entity> {
    deal::Entity::find()
        .filter(deal::Column::ProcessId.eq(process))
        .filter(deal::Column::Status.eq(Status::Open))
}

/// Who takes part in these deals.
pub(crate) async fn participants(
    conn: &impl ConnectionTrait,
    deals: &[DealId],
) -> Result<HashMap<DealId, Vec<MemberId>>> {
    let rows = deal_participant::Entity::find()
        .filter(deal_participant::Column::DealId.is_in(db::padded(deals.to_vec())))
        .order_by_asc(deal_participant::Column::MemberId)
        .all(conn)
        .await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        found.entry(row.deal_id).or_default().push(row.member_id);
    }
    Ok(found)
}

/// What was done for these deals and not undone.
pub(crate) async fn done(
    conn: &impl ConnectionTrait,
    deals: &[DealId],
) -> Result<HashMap<DealId, Vec<completion::Model>>> {
    let rows = completion::Entity::find()
        .filter(completion::Column::DealId.is_in(db::padded(deals.to_vec())))
        .filter(completion::Column::UndoneAt.is_null())
        .order_by_asc(completion::Column::DealVersion)
        .all(conn)
        .await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        found.entry(row.deal_id).or_default().push(row);
    }
    Ok(found)
}

/// A completion, undone or not.
pub(crate) async fn completion(
    conn: &impl ConnectionTrait,
    id: CompletionId,
) -> Result<Option<completion::Model>> {
    Ok(completion::Entity::find_by_id(id).one(conn).await?)
}

/// These completions, undone or not.
pub(crate) async fn completions(
    conn: &impl ConnectionTrait,
    ids: Vec<CompletionId>,
) -> Result<HashMap<CompletionId, completion::Model>> {
    let these = completion::Column::Id.is_in(db::padded(ids));
    let found = completion::Entity::find().filter(these).all(conn).await?;
    Ok(found.into_iter().map(|row| (row.id, row)).collect())
}

/// The note with this id, of whatever deal, withdrawn or not; none when there is none.
pub(crate) async fn note(conn: &impl ConnectionTrait, id: NoteId) -> Result<Option<note::Model>> {
    Ok(note::Entity::find_by_id(id).one(conn).await?)
}

/// Whether a note was given as evidence.
pub(crate) async fn note_is_used(conn: &impl ConnectionTrait, id: NoteId) -> Result<bool> {
    let used = completion::Entity::find().filter(completion::Column::NoteId.eq(id));
    Ok(used.one(conn).await?.is_some())
}

/// Which of these external ids are known.
pub(crate) async fn known_external(
    conn: &impl ConnectionTrait,
    ids: &[String],
) -> Result<Vec<String>> {
    let query = deal::Entity::find()
        .select_only()
        .column(deal::Column::ExternalId)
        .filter(deal::Column::ExternalId.is_in(ids));
    let found: Vec<Option<String>> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().flatten().collect())
}

/// The stage that takes the place of one that goes, in all moves by hand of open deals (rule 6).
pub(crate) async fn replace_moves(
    conn: &impl ConnectionTrait,
    from: StageId,
    to: StageId,
) -> Result<()> {
    deal::Entity::update_many()
        .col_expr(deal::Column::MovedStageId, Expr::value(to))
        .filter(deal::Column::MovedStageId.eq(from))
        .filter(deal::Column::Status.eq(Status::Open))
        .exec(conn)
        .await?;
    Ok(())
}
