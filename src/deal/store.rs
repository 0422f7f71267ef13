//! The tables of deals.

use std::{collections::HashMap, iter};

use entity::{
    completion, deal,
    deal::Status,
    deal_participant,
    ids::{CompletionId, DealId, MemberId, NoteId, ProcessId, StageId},
    note,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait,
    ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use super::state::Deal;
use crate::{error::Result, policy::Grant, tx::Tx};

/// Rows that go into one statement: below the 32,766 parameters that SQLite takes.
const CHUNK: usize = 1000;

/// The process that a deal goes through.
pub async fn process_of(conn: &impl ConnectionTrait, id: DealId) -> Result<Option<ProcessId>> {
    let query = deal::Entity::find_by_id(id).select_only().column(deal::Column::ProcessId);
    Ok(query.into_tuple().one(conn).await?)
}

/// The row of a deal, locked until the end of the unit of work. SQLite has one writer and needs none.
pub async fn lock(conn: &impl ConnectionTrait, id: DealId) -> Result<Option<deal::Model>> {
    Ok(for_update(conn, deal::Entity::find_by_id(id)).one(conn).await?)
}

/// The rows of the open deals of a process, locked in the order of their ids.
pub async fn lock_open(
    conn: &impl ConnectionTrait,
    process: ProcessId,
) -> Result<Vec<deal::Model>> {
    let open = deal::Entity::find()
        .filter(deal::Column::ProcessId.eq(process))
        .filter(deal::Column::Status.eq(Status::Open))
        .order_by_asc(deal::Column::Id);
    Ok(for_update(conn, open).all(conn).await?)
}

fn for_update(conn: &impl ConnectionTrait, query: Select<deal::Entity>) -> Select<deal::Entity> {
    match conn.get_database_backend() {
        DbBackend::Postgres => query.lock_exclusive(),
        _ => query,
    }
}

/// How many open deals were moved to a stage by hand.
pub async fn count_moved_to(conn: &impl ConnectionTrait, stage: StageId) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    let moved = deal::Entity::find()
        .filter(deal::Column::MovedStageId.eq(stage))
        .filter(deal::Column::Status.eq(Status::Open));
    Ok(moved.count(conn).await?)
}

/// Who takes part in these deals.
pub async fn participants(
    conn: &impl ConnectionTrait,
    deals: &[DealId],
) -> Result<HashMap<DealId, Vec<MemberId>>> {
    let rows = deal_participant::Entity::find()
        .filter(deal_participant::Column::DealId.is_in(deals.iter().copied()))
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
pub async fn done(
    conn: &impl ConnectionTrait,
    deals: &[DealId],
) -> Result<HashMap<DealId, Vec<completion::Model>>> {
    let rows = completion::Entity::find()
        .filter(completion::Column::DealId.is_in(deals.iter().copied()))
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
pub async fn completion(
    conn: &impl ConnectionTrait,
    id: CompletionId,
) -> Result<Option<completion::Model>> {
    Ok(completion::Entity::find_by_id(id).one(conn).await?)
}

/// A note.
pub async fn note(conn: &impl ConnectionTrait, id: NoteId) -> Result<Option<note::Model>> {
    Ok(note::Entity::find_by_id(id).one(conn).await?)
}

/// Whether a note was given as evidence.
pub async fn note_is_used(conn: &impl ConnectionTrait, id: NoteId) -> Result<bool> {
    let used = completion::Entity::find().filter(completion::Column::NoteId.eq(id));
    Ok(used.one(conn).await?.is_some())
}

/// Which of these external ids are known.
pub async fn known_external(conn: &impl ConnectionTrait, ids: &[String]) -> Result<Vec<String>> {
    let query = deal::Entity::find()
        .select_only()
        .column(deal::Column::ExternalId)
        .filter(deal::Column::ExternalId.is_in(ids));
    let found: Vec<Option<String>> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Writes what happened to a deal, and its events under the grant that allowed them.
pub async fn save(tx: &mut Tx, grant: &Grant, deal: &mut Deal) -> Result<()> {
    save_all(tx, grant, iter::once(deal)).await
}

/// The same for many deals: the number of statements grows with the kinds of rows, not with the deals
/// (except for deals that are not new, which are updated one by one).
pub async fn save_all<'a>(
    tx: &mut Tx,
    grant: &Grant,
    deals: impl Iterator<Item = &'a mut Deal>,
) -> Result<()> {
    let mut rows = Written::default();
    for deal in deals {
        rows.collect(deal);
    }
    rows.write(tx.conn()).await?;
    tx.record(grant, rows.events).await
}

#[derive(Default)]
struct Written {
    new: Vec<deal::ActiveModel>,
    changed: Vec<deal::ActiveModel>,
    joined: Vec<deal_participant::ActiveModel>,
    left: Vec<(DealId, MemberId)>,
    notes: Vec<note::ActiveModel>,
    completed: Vec<completion::ActiveModel>,
    undone: Vec<completion::ActiveModel>,
    events: Vec<entity::event::ActiveModel>,
}

impl Written {
    fn collect(&mut self, deal: &mut Deal) {
        let pending = std::mem::take(&mut deal.pending);
        if pending.events.is_empty() {
            return;
        }
        let row = deal.row.clone().into_active_model();
        if pending.is_new {
            self.new.push(row);
        } else {
            self.changed.push(row.reset_all());
        }
        let deal_id = deal.row.id;
        self.joined.extend(pending.joined.into_iter().map(|member_id| {
            deal_participant::ActiveModel { deal_id: Set(deal_id), member_id: Set(member_id) }
        }));
        self.left.extend(pending.left.into_iter().map(|member| (deal_id, member)));
        self.notes.extend(pending.notes.into_iter().map(IntoActiveModel::into_active_model));
        self.completed
            .extend(pending.completed.into_iter().map(IntoActiveModel::into_active_model));
        let undone = pending.undone.into_iter().map(|row| row.into_active_model().reset_all());
        self.undone.extend(undone);
        self.events.extend(pending.events);
    }

    async fn write(&mut self, conn: &impl ConnectionTrait) -> Result<()> {
        for rows in self.new.chunks(CHUNK) {
            deal::Entity::insert_many(rows.to_vec()).exec_without_returning(conn).await?;
        }
        for row in self.changed.drain(..) {
            deal::Entity::update(row).exec(conn).await?;
        }
        for rows in self.joined.chunks(CHUNK) {
            deal_participant::Entity::insert_many(rows.to_vec())
                .exec_without_returning(conn)
                .await?;
        }
        for key in self.left.drain(..) {
            deal_participant::Entity::delete_by_id(key).exec(conn).await?;
        }
        for rows in self.notes.chunks(CHUNK) {
            note::Entity::insert_many(rows.to_vec()).exec_without_returning(conn).await?;
        }
        for rows in self.completed.chunks(CHUNK) {
            completion::Entity::insert_many(rows.to_vec()).exec_without_returning(conn).await?;
        }
        for row in self.undone.drain(..) {
            row.update(conn).await?;
        }
        Ok(())
    }
}

/// What a process save gives a deal: deals that get the same are written together.
type Recalculated = (Option<StageId>, i32, i32, i32, i32, bool);

/// Writes the stage and progress of open deals after a save of their process, and the events of those
/// that it changed: the number of statements grows with the different results, not with the deals.
pub async fn save_recalculated(tx: &mut Tx, grant: &Grant, deals: Vec<Deal>) -> Result<()> {
    let mut groups: HashMap<Recalculated, Vec<DealId>> = HashMap::new();
    let mut events = Vec::new();
    for deal in deals {
        let row = &deal.row;
        let has_event = !deal.pending.events.is_empty();
        let (stage, place) = (row.stage_id, row.stage_position);
        let result = (stage, place, row.percent, row.done_weight, row.total_weight, has_event);
        groups.entry(result).or_default().push(row.id);
        events.extend(deal.pending.events);
    }
    for (result, ids) in groups {
        for ids in ids.chunks(CHUNK) {
            recalculated(tx, result, ids).await?;
        }
    }
    tx.record(grant, events).await
}

async fn recalculated(tx: &Tx, result: Recalculated, ids: &[DealId]) -> Result<()> {
    use deal::Column as C;
    let (stage_id, stage_position, percent, done_weight, total_weight, has_event) = result;
    let mut update = deal::Entity::update_many()
        .col_expr(C::StageId, Expr::value(stage_id))
        .col_expr(C::StagePosition, Expr::value(stage_position))
        .col_expr(C::Percent, Expr::value(percent))
        .col_expr(C::DoneWeight, Expr::value(done_weight))
        .col_expr(C::TotalWeight, Expr::value(total_weight))
        .filter(C::Id.is_in(ids.iter().copied()));
    if has_event {
        update = update
            .col_expr(C::Version, Expr::col(C::Version).add(1))
            .col_expr(C::UpdatedAt, Expr::value(tx.now()));
    }
    update.exec(tx.conn()).await?;
    Ok(())
}

/// The stage that takes the place of one that goes, in all moves by hand of open deals (rule 6).
pub async fn replace_moves(conn: &impl ConnectionTrait, from: StageId, to: StageId) -> Result<()> {
    deal::Entity::update_many()
        .col_expr(deal::Column::MovedStageId, Expr::value(to))
        .filter(deal::Column::MovedStageId.eq(from))
        .filter(deal::Column::Status.eq(Status::Open))
        .exec(conn)
        .await?;
    Ok(())
}
