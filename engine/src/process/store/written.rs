//! Writing what was decided about processes: a kind of rows at a time, however many saves.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{
    Timestamp, action, action_performer,
    ids::{ActionId, MemberId, ProcessId, StageId},
    process, process_version, stage,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use super::super::{
    action_row,
    definition::{ActionDefinition, Definition, StageDefinition},
};
use crate::{
    db::{self, insert_rows, update_rows},
    error::Result,
    tx::{Tx, Work},
};

/// Makes the rows of stages and actions say what the definition says: only what differs is written. What comes and goes is
/// written at once: nobody adds to it.
pub(crate) async fn sync(
    tx: &mut Tx,
    id: ProcessId,
    (before, after): (&Definition, &Definition),
) -> Result<()> {
    let ((new, changed), gone) = (differing(id, before, after), gone(before, after));
    if !new.any() && !gone.any() {
        return tx.write(changed).await;
    }
    tx.expect_alone()?;
    // actions may go to stages that are new
    insert_stages(tx.conn(), new.stages).await?;
    tx.write(changed).await?;
    insert_actions(tx.conn(), new.actions).await?;
    write_performers(tx.conn(), new.performers).await?;
    mark_removed(tx.conn(), gone, tx.now()).await
}

/// Writes the row of a process after a change. Which process is the default is not its own to say: that belongs to the
/// organisation's lock, and this unit of work may hold only the process's.
pub(crate) async fn update(tx: &mut Tx, row: process::Model) -> Result<()> {
    tx.write(Processes(BTreeMap::from([(row.id, row)]))).await
}

/// Writes a version: once, for ever.
pub(crate) async fn insert_version(tx: &mut Tx, row: process_version::ActiveModel) -> Result<()> {
    tx.write(NewVersions(vec![row])).await
}

/// Processes as they are now: as the last one left them who changed them.
struct Processes(BTreeMap<ProcessId, process::Model>);

impl Work for Processes {
    fn add(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    async fn write(self, tx: &mut Tx) -> Result<()> {
        use process::Column as C;
        let columns = [C::Id, C::Name, C::NameKey, C::Description, C::Version, C::ArchivedAt];
        let rows = self.0.len();
        let values = self.0.into_values().flat_map(|row| {
            let process::Model { id, name, name_key, description, version, archived_at, .. } = row;
            [
                id.into(),
                name.into(),
                name_key.into(),
                description.into(),
                version.into(),
                archived_at.into(),
            ]
        });
        let names = columns.map(|column| column.as_str());
        db::update(tx.conn(), "process", &names, values.collect(), rows).await
    }
}

struct NewVersions(Vec<process_version::ActiveModel>);

impl Work for NewVersions {
    fn add(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    async fn write(self, tx: &mut Tx) -> Result<()> {
        insert_rows::<process_version::Entity>(tx.conn(), self.0).await
    }
}

/// The rows of stages and actions, and the members chosen for actions where they are to be written.
#[derive(Default)]
struct Nodes {
    stages: BTreeMap<StageId, stage::Model>,
    actions: BTreeMap<ActionId, action::Model>,
    performers: BTreeMap<ActionId, Vec<MemberId>>,
}

/// Those that are there as they are now: as the last one left them who changed them.
struct ChangedNodes(Nodes);

impl Nodes {
    fn any(&self) -> bool {
        !self.stages.is_empty() || !self.actions.is_empty()
    }
}

impl Work for ChangedNodes {
    fn add(&mut self, Self(later): Self) {
        self.0.stages.extend(later.stages);
        self.0.actions.extend(later.actions);
        self.0.performers.extend(later.performers);
    }

    async fn write(self, tx: &mut Tx) -> Result<()> {
        let Nodes { stages, actions, performers } = self.0;
        update_rows::<stage::Entity>(tx.conn(), active(stages)).await?;
        update_rows::<action::Entity>(tx.conn(), active(actions)).await?;
        write_performers(tx.conn(), performers).await
    }
}

fn active<K, M: IntoActiveModel<A>, A: ActiveModelTrait>(rows: BTreeMap<K, M>) -> Vec<A> {
    rows.into_values().map(IntoActiveModel::into_active_model).collect()
}

/// What is new in a tree, and what has changed in it.
fn differing(id: ProcessId, before: &Definition, after: &Definition) -> (Nodes, ChangedNodes) {
    let (mut new, mut changed) = (Nodes::default(), Nodes::default());
    let old: HashMap<_, _> = stages(before).map(|at| (at.1.stage_id, at)).collect();
    for (position, stage) in stages(after) {
        match old.get(&stage.stage_id) {
            None => new.take_stage(id, position, stage),
            Some((at, old))
                if (*at, &old.name, &old.hint) == (position, &stage.name, &stage.hint) => {}
            Some(_) => changed.take_stage(id, position, stage),
        }
    }
    let old: HashMap<_, _> = actions(before).map(|placed| (placed.2.action_id, placed)).collect();
    for placed in actions(after) {
        match old.get(&placed.2.action_id) {
            None => new.take_action(id, placed, None),
            Some(before) if *before == placed => {}
            Some((.., before)) => changed.take_action(id, placed, Some(before)),
        }
    }
    (new, ChangedNodes(changed))
}

/// Stages with their places.
fn stages(tree: &Definition) -> impl Iterator<Item = (i32, &StageDefinition)> {
    (0..).zip(&tree.stages)
}

/// Actions with their stages and places.
fn actions(tree: &Definition) -> impl Iterator<Item = (StageId, i32, &ActionDefinition)> {
    tree.stages.iter().flat_map(|stage| {
        let placed = (0..).zip(&stage.actions);
        placed.map(|(position, action)| (stage.stage_id, position, action))
    })
}

impl Nodes {
    fn take_stage(&mut self, process_id: ProcessId, position: i32, stage: &StageDefinition) {
        let (id, name, hint) = (stage.stage_id, stage.name.clone(), stage.hint.clone());
        let row = stage::Model { id, process_id, position, name, hint, removed_at: None };
        self.stages.insert(id, row);
    }

    fn take_action(
        &mut self,
        process_id: ProcessId,
        (stage, position, action): (StageId, i32, &ActionDefinition),
        before: Option<&ActionDefinition>,
    ) {
        let row = action_row::row(process_id, stage, position, action);
        self.actions.insert(row.id, row);
        let members = &action.performers.members;
        if before.is_none_or(|before| before.performers.members != *members) {
            self.performers.insert(action.action_id, members.clone());
        }
    }
}

/// A stage that comes back has a row already (rule 7).
async fn insert_stages(
    conn: &impl ConnectionTrait,
    new: BTreeMap<StageId, stage::Model>,
) -> Result<()> {
    use stage::Column as C;
    let rows = active::<_, _, stage::ActiveModel>(new);
    let again = OnConflict::column(C::Id)
        .update_columns([C::Position, C::Name, C::Hint, C::RemovedAt])
        .to_owned();
    stage::Entity::insert_many(rows).on_conflict(again).exec_without_returning(conn).await?;
    Ok(())
}

/// An action that comes back has a row already (rule 7).
async fn insert_actions(
    conn: &impl ConnectionTrait,
    new: BTreeMap<ActionId, action::Model>,
) -> Result<()> {
    let rows = active::<_, _, action::ActiveModel>(new);
    let again =
        OnConflict::column(action::Column::Id).update_columns(action_row::rewritten()).to_owned();
    action::Entity::insert_many(rows).on_conflict(again).exec_without_returning(conn).await?;
    Ok(())
}

async fn write_performers(
    conn: &impl ConnectionTrait,
    performers: BTreeMap<ActionId, Vec<MemberId>>,
) -> Result<()> {
    if performers.is_empty() {
        return Ok(());
    }
    action_performer::Entity::delete_many()
        .filter(action_performer::Column::ActionId.is_in(performers.keys().copied()))
        .exec(conn)
        .await?;
    let rows = performers.into_iter().flat_map(|(action_id, members)| {
        let row = move |member| (Set(action_id), Set(member));
        members.into_iter().map(row)
    });
    let rows =
        rows.map(|(action_id, member_id)| action_performer::ActiveModel { action_id, member_id });
    insert_rows::<action_performer::Entity>(conn, rows.collect()).await
}

/// Stages and actions that a save removes.
struct Gone {
    stages: Vec<StageId>,
    actions: Vec<ActionId>,
}

impl Gone {
    fn any(&self) -> bool {
        !self.stages.is_empty() || !self.actions.is_empty()
    }
}

fn gone(before: &Definition, after: &Definition) -> Gone {
    let stages = before.stages.iter().map(|stage| stage.stage_id);
    let stages = stages.filter(|id| after.stage(*id).is_none()).collect();
    let there: HashSet<_> = after.actions().map(|action| action.action_id).collect();
    let actions = before.actions().map(|action| action.action_id);
    Gone { stages, actions: actions.filter(|id| !there.contains(id)).collect() }
}

async fn mark_removed(conn: &impl ConnectionTrait, gone: Gone, now: Timestamp) -> Result<()> {
    if !gone.actions.is_empty() {
        action::Entity::update_many()
            .col_expr(action::Column::RemovedAt, Expr::value(now))
            .filter(action::Column::Id.is_in(gone.actions))
            .exec(conn)
            .await?;
    }
    if !gone.stages.is_empty() {
        stage::Entity::update_many()
            .col_expr(stage::Column::RemovedAt, Expr::value(now))
            .filter(stage::Column::Id.is_in(gone.stages))
            .exec(conn)
            .await?;
    }
    Ok(())
}
