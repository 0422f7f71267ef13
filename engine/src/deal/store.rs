//! The tables of deals.

use std::{collections::HashMap, iter};

use domain::{event::NewEvent, policy::Grant};
use entity::{
    completion, deal,
    deal::Status,
    deal_participant, event,
    event::Fact,
    ids::{ActionId, CompletionId, DealId, FileId, MemberId, NoteId, ProcessId, StageId},
    note, task,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Statement, Value,
    sea_query::{CaseStatement, Expr},
};

use super::{
    outlook::Standing,
    progress::{Done, Moved},
    state::Deal,
};
use crate::{error::Result, file, tx::Tx};

/// Rows that go into one statement: below the 32,766 parameters that SQLite takes.
const CHUNK: usize = 1000;

/// The process that a deal goes through.
pub(crate) async fn process_of(
    conn: &impl ConnectionTrait,
    id: DealId,
) -> Result<Option<ProcessId>> {
    let query = deal::Entity::find_by_id(id).select_only().column(deal::Column::ProcessId);
    Ok(query.into_tuple().one(conn).await?)
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

/// The row of a deal, locked until the end of the unit of work. SQLite has one writer and needs none.
pub(crate) async fn lock(conn: &impl ConnectionTrait, id: DealId) -> Result<Option<deal::Model>> {
    Ok(for_update(conn, deal::Entity::find_by_id(id)).one(conn).await?)
}

/// The rows of the open deals of a process, locked in the order of their ids.
pub(crate) async fn lock_open(
    conn: &impl ConnectionTrait,
    process: ProcessId,
) -> Result<Vec<deal::Model>> {
    let rows = open(process).order_by_asc(deal::Column::Id);
    Ok(for_update(conn, rows).all(conn).await?)
}

fn for_update(conn: &impl ConnectionTrait, query: Select<deal::Entity>) -> Select<deal::Entity> {
    match conn.get_database_backend() {
        DbBackend::Postgres => query.lock_exclusive(),
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
    let mut done = done_of_open(conn, process).await?;
    let query = open(process)
        .select_only()
        .column(deal::Column::Id)
        .column(deal::Column::MovedVersion)
        .column(deal::Column::MovedStageId);
    let rows: Vec<(DealId, Option<i64>, Option<StageId>)> = query.into_tuple().all(conn).await?;
    let standing = |(deal_id, version, to): (DealId, Option<i64>, Option<StageId>)| Standing {
        deal_id,
        done: done.remove(&deal_id).unwrap_or_default(),
        moved: version.map(|version| Moved { version, to }),
    };
    Ok(rows.into_iter().map(standing).collect())
}

/// What was done for the open deals of a process and not undone: no more of it than progress needs,
/// because there may be very much of it.
pub(crate) async fn done_of_open(
    conn: &impl ConnectionTrait,
    process: ProcessId,
) -> Result<HashMap<DealId, Vec<Done>>> {
    let deals = open(process).select_only().column(deal::Column::Id).into_query();
    let query = completion::Entity::find()
        .select_only()
        .column(completion::Column::DealId)
        .column(completion::Column::ActionId)
        .column(completion::Column::DealVersion)
        .filter(completion::Column::DealId.in_subquery(deals))
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
pub(crate) async fn done(
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
pub(crate) async fn completion(
    conn: &impl ConnectionTrait,
    id: CompletionId,
) -> Result<Option<completion::Model>> {
    Ok(completion::Entity::find_by_id(id).one(conn).await?)
}

/// The note with this id, of whatever deal; none when there is none.
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

/// Writes what happened to a deal, and its events under the grant that allowed them.
pub(crate) async fn save(tx: &mut Tx, grant: &Grant, deal: &mut Deal) -> Result<()> {
    save_all(tx, grant, iter::once(deal)).await
}

/// Writes what happened to many deals: the number of statements grows with the kinds of rows, not with the
/// deals (except for deals that are not new, which are updated one by one).
pub(crate) async fn save_all<'a>(
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
    files: Vec<(NoteId, Vec<FileId>)>,
    completed: Vec<completion::ActiveModel>,
    undone: Vec<completion::ActiveModel>,
    carried: Vec<completion::Model>,
    tasks: Vec<task::ActiveModel>,
    changed_tasks: Vec<task::ActiveModel>,
    events: Vec<NewEvent>,
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
        self.files.extend(pending.files);
        self.completed
            .extend(pending.completed.into_iter().map(IntoActiveModel::into_active_model));
        let undone = pending.undone.into_iter().map(|row| row.into_active_model().reset_all());
        self.undone.extend(undone);
        self.carried.extend(pending.carried);
        self.tasks.extend(pending.tasks.into_iter().map(IntoActiveModel::into_active_model));
        let tasks = pending.changed_tasks.into_iter();
        self.changed_tasks.extend(tasks.map(|row| row.into_active_model().reset_all()));
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
        for (note, files) in &self.files {
            file::store::attach(conn, *note, files).await?;
        }
        for rows in self.completed.chunks(CHUNK) {
            completion::Entity::insert_many(rows.to_vec()).exec_without_returning(conn).await?;
        }
        for row in self.undone.drain(..) {
            row.update(conn).await?;
        }
        for rows in self.carried.chunks(CHUNK) {
            carry(conn, rows).await?;
        }
        for rows in self.tasks.chunks(CHUNK) {
            task::Entity::insert_many(rows.to_vec()).exec_without_returning(conn).await?;
        }
        for row in self.changed_tasks.drain(..) {
            task::Entity::update(row).exec(conn).await?;
        }
        Ok(())
    }
}

/// Writes for which actions completions count since, with one statement.
async fn carry(conn: &impl ConnectionTrait, rows: &[completion::Model]) -> Result<()> {
    let id = || Expr::col(completion::Column::Id);
    let mut action = CaseStatement::new();
    for row in rows {
        action = action.case(id().eq(row.id), Expr::value(row.action_id));
    }
    completion::Entity::update_many()
        .col_expr(completion::Column::ActionId, action.into())
        .filter(completion::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(conn)
        .await?;
    Ok(())
}

/// Writes the stage and progress of open deals after a save of their process, and the events of those
/// that it changed: a thousand deals a statement.
pub(crate) async fn save_recalculated(tx: &mut Tx, grant: &Grant, deals: Vec<Deal>) -> Result<()> {
    for deals in deals.chunks(CHUNK) {
        recalculated(tx.conn(), deals).await?;
    }
    let events = deals.into_iter().flat_map(|deal| deal.pending.events);
    tx.record(grant, events.collect()).await
}

async fn recalculated(conn: &impl ConnectionTrait, deals: &[Deal]) -> Result<()> {
    let backend = conn.get_database_backend();
    let values = deals.iter().flat_map(|deal| standing_values(&deal.row));
    let sql = recalculated_sql(backend, deals.len());
    conn.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}

const STANDING: [&str; 8] = [
    "id",
    "version",
    "updated_at",
    "stage_id",
    "stage_position",
    "percent",
    "done_weight",
    "total_weight",
];

fn standing_values(row: &deal::Model) -> [Value; STANDING.len()] {
    [
        row.id.into(),
        row.version.into(),
        row.updated_at.into(),
        row.stage_id.into(),
        row.stage_position.into(),
        row.percent.into(),
        row.done_weight.into(),
        row.total_weight.into(),
    ]
}

/// One statement for many rows, each with its own values: both databases know `UPDATE … FROM`.
fn recalculated_sql(backend: DbBackend, rows: usize) -> String {
    let mut places = (1..).map(|number| match backend {
        DbBackend::Postgres => format!("${number}"),
        _ => "?".to_owned(),
    });
    let mut row = || places.by_ref().take(STANDING.len()).collect::<Vec<_>>().join(", ");
    let rows: Vec<_> = (0..rows).map(|_| format!("({})", row())).collect();
    let columns = STANDING[1..].iter().map(|name| format!("{name} = fresh.{name}"));
    let columns = columns.collect::<Vec<_>>().join(", ");
    let (names, rows) = (STANDING.join(", "), rows.join(", "));
    format!(
        "WITH fresh ({names}) AS (VALUES {rows}) UPDATE deal SET {columns} FROM fresh WHERE deal.id = fresh.id"
    )
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
