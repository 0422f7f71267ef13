//! Writing what happened to deals: a kind of rows at a time, however many deals.

use std::{collections::BTreeMap, iter};

use domain::{event::NewEvent, policy::Grant, text};
use entity::{
    completion, deal, deal_participant,
    event::Fact,
    ids::{DealId, FileId, MemberId, NoteId},
    note, task, webhook_delivery,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, Value,
    sea_query::{CaseStatement, Expr},
};

use super::super::{pending::Pending, state::Deal};
use crate::{
    db::{self, Derived, insert_derived, insert_rows, update_derived, update_rows},
    error::Result,
    file,
    tx::{Tx, Work},
};

/// Writes what happened to a deal, and its events under the grant that allowed them.
pub(crate) async fn save(tx: &mut Tx, grant: &Grant, deal: &mut Deal) -> Result<()> {
    let (rows, events) = Written::of(iter::once(deal));
    tx.write(rows).await?;
    tx.record(grant, events).await
}

/// Writes what happened to many deals: the number of statements grows with the kinds of rows, not with the
/// deals.
pub(crate) async fn save_all<'a>(
    tx: &mut Tx,
    grant: &Grant,
    deals: impl Iterator<Item = &'a mut Deal>,
) -> Result<()> {
    // what others of its turn know of these deals would be wrong
    tx.expect_alone()?;
    let (rows, events) = Written::of(deals);
    tx.write(rows).await?;
    tx.record(grant, events).await
}

/// How much of a deal changed: what is not written costs no index, whether or not it would be what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    /// Its progress, and when something happened to it.
    Progress,
    /// Its stage, too.
    Standing,
    /// More than that.
    Whole,
}

#[derive(Default)]
struct Written {
    new: Vec<deal::ActiveModel>,
    /// Deals as they are now, each with how much of it changed.
    changed: Vec<(deal::Model, Extent)>,
    joined: Vec<deal_participant::ActiveModel>,
    left: Vec<(DealId, MemberId)>,
    notes: Vec<note::ActiveModel>,
    changed_notes: Vec<note::Model>,
    files: Vec<(NoteId, Vec<FileId>)>,
    completed: Vec<completion::ActiveModel>,
    undone: Vec<completion::ActiveModel>,
    carried: Vec<completion::Model>,
    tasks: Vec<task::ActiveModel>,
    changed_tasks: Vec<task::ActiveModel>,
}

impl Written {
    /// What is to be written of these deals, and the events to record.
    fn of<'a>(deals: impl Iterator<Item = &'a mut Deal>) -> (Self, Vec<NewEvent>) {
        let (mut rows, mut events) = (Self::default(), Vec::new());
        for deal in deals {
            events.extend(rows.collect(deal));
        }
        (rows, events)
    }

    fn collect(&mut self, deal: &mut Deal) -> Vec<NewEvent> {
        let pending = std::mem::take(&mut deal.pending);
        if pending.events.is_empty() {
            return Vec::new();
        }
        match pending.is_new {
            true => self.new.push(deal.row.clone().into_active_model()),
            false => {
                let extent = extent(&pending);
                self.changed.push((deal.row.clone(), extent));
            }
        }
        let deal_id = deal.row.id;
        self.joined.extend(pending.joined.into_iter().map(|member_id| {
            deal_participant::ActiveModel { deal_id: Set(deal_id), member_id: Set(member_id) }
        }));
        self.left.extend(pending.left.into_iter().map(|member| (deal_id, member)));
        self.notes.extend(pending.notes.into_iter().map(IntoActiveModel::into_active_model));
        self.changed_notes.extend(pending.changed_notes);
        self.files.extend(pending.files.into_iter().filter(|(_, files)| !files.is_empty()));
        self.completed
            .extend(pending.completed.into_iter().map(IntoActiveModel::into_active_model));
        let undone = pending.undone.into_iter().map(|row| row.into_active_model().reset_all());
        self.undone.extend(undone);
        self.carried.extend(pending.carried);
        self.tasks.extend(pending.tasks.into_iter().map(IntoActiveModel::into_active_model));
        let tasks = pending.changed_tasks.into_iter();
        self.changed_tasks.extend(tasks.map(|row| row.into_active_model().reset_all()));
        pending.events
    }

    /// A deal to which several units of work let something happen is as the last one left it, and all is written that any
    /// of them changed.
    fn changed_last(&mut self) -> Changed {
        let mut last = BTreeMap::new();
        for (row, extent) in self.changed.drain(..) {
            let before = last.get(&row.id).map_or(extent, |(_, before)| *before);
            last.insert(row.id, (row, extent.max(before)));
        }
        let mut changed = Changed::default();
        for (row, extent) in last.into_values() {
            match extent {
                Extent::Progress => changed.progressed.push(row),
                Extent::Standing => changed.standing.push(row),
                Extent::Whole => changed.whole.push(row.into_active_model().reset_all()),
            }
        }
        changed
    }
}

/// Deals that changed, by how much of them did.
#[derive(Default)]
struct Changed {
    whole: Vec<deal::ActiveModel>,
    standing: Vec<deal::Model>,
    progressed: Vec<deal::Model>,
}

fn extent(pending: &Pending) -> Extent {
    match pending.events.iter().all(|event| leaves_fields_alone(&event.fact)) {
        false => Extent::Whole,
        true if pending.stands_elsewhere => Extent::Standing,
        true => Extent::Progress,
    }
}

/// Whether this changes no more of its deal than where it stands.
fn leaves_fields_alone(fact: &Fact) -> bool {
    match fact {
        Fact::ActionCompleted { .. }
        | Fact::CompletionUndone { .. }
        | Fact::NoteAdded { .. }
        | Fact::NoteEdited { .. }
        | Fact::NoteWithdrawn { .. }
        | Fact::TaskCreated { .. }
        | Fact::TaskUpdated { .. }
        | Fact::TaskCompleted { .. }
        | Fact::TaskReopened { .. }
        | Fact::TaskDeleted { .. }
        | Fact::ProgressRecalculated { .. } => true,
        Fact::DealCreated { .. }
        | Fact::DealUpdated { .. }
        | Fact::ParticipantAdded { .. }
        | Fact::ParticipantRemoved { .. }
        | Fact::DealMoved { .. }
        | Fact::DealWon { .. }
        | Fact::DealLost { .. }
        | Fact::DealOutdated { .. }
        | Fact::DealReopened { .. }
        | Fact::DealProcessChanged { .. } => false,
    }
}

impl Work for Written {
    fn add(&mut self, later: Self) {
        let Self {
            new,
            changed,
            joined,
            left,
            notes,
            changed_notes,
            files,
            completed,
            undone,
            carried,
            tasks,
            changed_tasks,
        } = later;
        self.new.extend(new);
        self.changed.extend(changed);
        self.joined.extend(joined);
        self.left.extend(left);
        self.notes.extend(notes);
        self.changed_notes.extend(changed_notes);
        self.files.extend(files);
        self.completed.extend(completed);
        self.undone.extend(undone);
        self.carried.extend(carried);
        self.tasks.extend(tasks);
        self.changed_tasks.extend(changed_tasks);
    }

    async fn write(mut self, tx: &mut Tx) -> Result<()> {
        let (conn, changed) = (tx.conn(), self.changed_last());
        insert_derived(conn, self.new, &TITLE).await?;
        update_derived(conn, changed.whole, &TITLE).await?;
        write_standing(conn, &STANDING, changed.standing.iter()).await?;
        write_standing(conn, &STANDING[..PROGRESS], changed.progressed.iter()).await?;
        insert_rows::<deal_participant::Entity>(conn, self.joined).await?;
        for key in self.left {
            deal_participant::Entity::delete_by_id(key).exec(conn).await?;
        }
        insert_rows::<note::Entity>(conn, self.notes).await?;
        change_notes(conn, self.changed_notes).await?;
        for (note, files) in &self.files {
            file::store::attach(conn, *note, files).await?;
        }
        insert_rows::<completion::Entity>(conn, self.completed).await?;
        update_rows::<completion::Entity>(conn, self.undone).await?;
        for rows in self.carried.chunks(CHUNK) {
            carry(conn, rows).await?;
        }
        insert_rows::<task::Entity>(conn, self.tasks).await?;
        update_rows::<task::Entity>(conn, self.changed_tasks).await
    }
}

/// How the title is searched and sorted: read by the database alone.
const TITLE: Derived<deal::Entity> =
    Derived { columns: &["title_search", "title_sort"], values: title_values };

fn title_values(row: &deal::ActiveModel) -> Vec<Value> {
    let key = row.title_key.as_ref();
    vec![text::search_key(key).into(), text::sort_key(key).into()]
}

/// Rows that go into one statement: below the 32,766 parameters that SQLite takes.
const CHUNK: usize = 1000;

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

/// Writes notes that were edited or withdrawn, and forgets what they said before. One of them is changed at a time.
async fn change_notes(conn: &impl ConnectionTrait, notes: Vec<note::Model>) -> Result<()> {
    for note in &notes {
        forget_told(conn, note.deal_id).await?;
        if note.withdrawn_at.is_some() {
            file::store::detach(conn, note.id).await?;
        }
    }
    let rows = notes.into_iter().map(|note| note.into_active_model().reset_all());
    update_rows::<note::Entity>(conn, rows.collect()).await
}

/// Forgets what endpoints were sent about a deal, and what they answered: its notes may be in there, in whatever form a
/// webhook's document gave them. What waits to be sent is made anew each time.
async fn forget_told(conn: &impl ConnectionTrait, deal: DealId) -> Result<()> {
    let nothing = || Expr::value(None::<String>);
    webhook_delivery::Entity::update_many()
        .col_expr(webhook_delivery::Column::Request, nothing())
        .col_expr(webhook_delivery::Column::Answer, nothing())
        .filter(webhook_delivery::Column::DealId.eq(deal))
        .filter(webhook_delivery::Column::Request.is_not_null())
        .exec(conn)
        .await?;
    Ok(())
}

/// Writes the stage and progress of open deals after a save of their process, and the events of those
/// that it changed: many deals a statement.
pub(crate) async fn save_recalculated(tx: &mut Tx, grant: &Grant, deals: Vec<Deal>) -> Result<()> {
    write_standing(tx.conn(), &STANDING, deals.iter().map(|deal| &deal.row)).await?;
    let events = deals.into_iter().flat_map(|deal| deal.pending.events);
    tx.record(grant, events.collect()).await
}

/// Writes these of the columns of where deals stand, and nothing else of them.
async fn write_standing(
    conn: &impl ConnectionTrait,
    columns: &[&str],
    rows: impl Iterator<Item = &deal::Model>,
) -> Result<()> {
    for rows in rows.collect::<Vec<_>>().chunks(db::MOST_ROWS) {
        let values =
            rows.iter().flat_map(|row| standing_values(row).into_iter().take(columns.len()));
        db::update(conn, "deal", columns, values.collect(), rows.len()).await?;
    }
    Ok(())
}

const STANDING: [&str; 9] = [
    "id",
    "version",
    "updated_at",
    "last_activity_at",
    "percent",
    "done_weight",
    "total_weight",
    "stage_id",
    "stage_position",
];
/// How many of them, the first ones, leave the stage alone.
const PROGRESS: usize = 7;

fn standing_values(row: &deal::Model) -> [Value; STANDING.len()] {
    [
        row.id.into(),
        row.version.into(),
        row.updated_at.into(),
        row.last_activity_at.into(),
        row.percent.into(),
        row.done_weight.into(),
        row.total_weight.into(),
        row.stage_id.into(),
        row.stage_position.into(),
    ]
}

#[cfg(test)]
mod tests {
    use entity::ids::Id;
    use uuid::Uuid;

    use super::*;
    use crate::deal::blank;

    fn id<K: entity::ids::Kind>(number: u128) -> Id<K> {
        Id::from_uuid(Uuid::from_u128(number))
    }

    fn row(deal: u128, version: i64) -> deal::Model {
        let mut row = blank(id(deal), id(8), id(9), entity::Timestamp::default());
        row.version = version;
        row
    }

    #[test]
    fn of_a_deal_in_a_turn_all_is_written_that_any_unit_of_work_changed_as_the_last_one_left_it() {
        let changed = vec![
            (row(1, 2), Extent::Standing),
            (row(2, 2), Extent::Progress),
            (row(3, 2), Extent::Whole),
            (row(1, 3), Extent::Progress),
            (row(3, 3), Extent::Standing),
        ];
        let mut written = Written { changed, ..Written::default() };
        let Changed { whole, standing, progressed } = written.changed_last();
        assert_eq!(standing, [row(1, 3)]);
        assert_eq!(progressed, [row(2, 2)]);
        assert_eq!(whole, [row(3, 3).into_active_model().reset_all()]);
    }

    #[test]
    fn a_stage_is_written_if_it_changed_and_left_alone_if_not() {
        let mut deal = Deal::loaded(row(1, 1), Vec::new(), Vec::new());
        assert_eq!(extent(&deal.pending), Extent::Progress);
        deal.pending.stands_elsewhere = true;
        assert_eq!(extent(&deal.pending), Extent::Standing);
    }
}
