//! Saving a process and letting its open deals follow: the one place that knows both. `process` never
//! knows deals, and deals only read processes.

use std::{collections::HashMap, sync::Arc};

use domain::{
    deal::outlook::Impact,
    policy::{self, Permission, Subject},
    process::{
        Saved,
        change::{Change, ProcessSettings},
        version::Version,
    },
    refusal::{Problem, Refusal},
    text,
};
use entity::{
    deal::Model as DealRow,
    ids::{ProcessId, StageId},
    process::Model as Row,
};
use sea_orm::ConnectionTrait;
use serde::Serialize;

use crate::{
    audit::{self, Details, Kind},
    command::{Among, Command},
    db,
    deal::{self, store},
    error::{Error, Result, also, both},
    process::{self, EditProcess, Judged, Locked, RemovedStage, Target, versions::Versions},
    tx::{Snapshot, Tx},
};

mod nodes;

pub use nodes::RemoveStage;

/// Taking a process back to an old version: a save of that tree (rule 7).
#[derive(Clone, Debug, Serialize)]
pub struct RestoreVersion {
    /// The process.
    pub process_id: ProcessId,
    /// Which of its versions.
    pub number: i64,
    /// The version that the caller started from.
    pub expected_version: Option<i64>,
    /// What the author says about it.
    pub message: Option<String>,
    /// The stages that take the place of those that go.
    pub removed_stages: Vec<RemovedStage>,
}

/// What a save would lead to.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The process as it would be, under the number that it would get; none when the input makes no
    /// sense.
    pub after: Option<Arc<Version>>,
    /// The judgement: the changes, and why they are refused, if they are.
    pub judged: Judged,
    /// What would become of the open deals; none when the input makes no sense, or started from another
    /// version.
    pub impact: Option<Reach>,
    /// The keys that the client gave new nodes, each with the id that its node has in `after`.
    pub created: Vec<(String, String)>,
}

/// What becomes of the open deals between two versions of their process.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The process as it is.
    pub before: Arc<Version>,
    /// The process as it would be.
    pub after: Arc<Version>,
    /// What becomes of the deals.
    pub impact: Arc<Impact>,
}

/// A whole tree that was saved.
#[derive(Clone, Debug)]
pub struct SavedTree {
    /// The save.
    pub saved: Saved,
    /// What became of the keys that the client gave new nodes: each with the id that its node got.
    pub created: Vec<(String, String)>,
}

impl Preview {
    /// The preview of something that makes no sense.
    pub fn refused(refusals: Vec<Refusal>) -> Self {
        let judged = Judged { refusals, ..Judged::default() };
        Self { judged, ..Self::default() }
    }
}

impl Command for EditProcess {
    type Output = Saved;

    /// Changes of one node that leave all nodes where they are, or among their siblings, usually reach no deal.
    fn among(&self) -> Option<Among> {
        let change = &self.change;
        let is_plain = matches!(
            change,
            Change::UpdateStage(..) | Change::UpdateAction(..) | Change::MoveAction(..)
        );
        is_plain.then_some(Among::Processes)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Saved> {
        edit(tx, self).await
    }
}

/// Changes a process; its open deals follow in the same unit of work.
async fn edit(tx: &mut Tx, command: &EditProcess) -> Result<Saved> {
    let locked = process::lock_for(tx, command).await?;
    save(tx, locked, command).await
}

/// Saves a whole tree. The same save again, by the ids that the client made for new nodes, answers with
/// the process as it is.
pub async fn save_process(tx: &mut Tx, command: &EditProcess) -> Result<SavedTree> {
    let locked = process::lock_for(tx, command).await?;
    let repeated = process::claim_nodes(tx, command).await;
    // A repeated save made nothing: of nodes without an id of the client's it cannot tell which they became.
    let is_known = matches!(repeated, Ok(true));
    let named = if is_known { command.clone() } else { nodes::named(tx.base(), command) };
    let saved = save_claimed(tx, locked, &named, repeated).await?;
    Ok(SavedTree { saved, created: nodes::keyed(&named) })
}

/// Saves what the client made ids for. The same call again has nothing to do, and what is taken is told with all
/// else that is wrong.
async fn save_claimed(
    tx: &mut Tx,
    locked: Locked,
    command: &EditProcess,
    repeated: Result<bool>,
) -> Result<Saved> {
    if let Ok(true) = repeated {
        return Ok(locked.unchanged());
    }
    if repeated.is_err() {
        tx.refuse();
    }
    let saved = save(tx, locked, command).await;
    both(saved, repeated).map(|(saved, _)| saved)
}

impl Command for RestoreVersion {
    type Output = Saved;

    async fn run(&self, tx: &mut Tx) -> Result<Saved> {
        restore(tx, self).await
    }
}

/// Takes a process back to an old version: a new version with that tree and its ids (rule 7).
async fn restore(tx: &mut Tx, command: &RestoreVersion) -> Result<Saved> {
    let locked = process::lock(tx, Target::Process(command.process_id)).await;
    let locked = match locked {
        Ok(locked) => locked,
        Err(error) if error.is_not_found() => return Err(also(error, wrong_message(command))),
        Err(other) => return Err(other),
    };
    let (mut edit, unknown) = restoring(tx.conn(), &Versions::of_unit(tx), command).await?;
    if unknown.is_some() {
        tx.refuse();
    }
    if edit.change == Change::Replace(locked.version().definition.clone()) {
        edit.message.clone_from(&command.message); // nothing is restored, and nothing is to be said of it
    }
    let saved = save(tx, locked, &edit).await.map_err(of_the_version);
    let told = unknown.map_or(Ok(()), |unknown| Err(unknown.into()));
    let (saved, ()) = both(saved, told)?;
    if saved.after.number != saved.before.number {
        let before = Some(command.number.to_string());
        let details = Details { before, ..audit::named(&saved.row.name) };
        audit::note(tx, Kind::ProcessRestored, saved.row.id, details).await?;
    }
    Ok(saved)
}

fn wrong_message(command: &RestoreVersion) -> Vec<Refusal> {
    let wrong = command.message.as_deref().and_then(|text| text::long(text).err());
    wrong.map(|refusal| refusal.at("message")).into_iter().collect()
}

/// The save of an old version. Of one that there is not, a save of nothing: it tells what else is wrong.
async fn restoring(
    conn: &impl ConnectionTrait,
    versions: &Versions,
    command: &RestoreVersion,
) -> Result<(EditProcess, Option<Refusal>)> {
    let (id, number) = (command.process_id, command.number);
    let known = process::store::version_row(conn, id, number).await?.is_some();
    let change = match known {
        true => {
            let version = process::store::version(conn, versions, id, number).await?;
            Change::Replace(version.definition.clone())
        }
        false => Change::UpdateProcess(ProcessSettings::default()),
    };
    let message = command.message.clone().unwrap_or_else(|| format!("Restored version {number}"));
    let removed_stages = if known { command.removed_stages.clone() } else { Vec::new() };
    let edit = EditProcess {
        target: Target::Process(id),
        expected_version: command.expected_version,
        message: Some(message),
        change,
        removed_stages,
    };
    let unknown = || Problem::NotFound { kind: "version" }.at("version").about(id);
    Ok((edit, (!known).then(unknown)))
}

fn of_the_version(error: Error) -> Error {
    match error {
        Error::Refused(all) => Error::Refused(at_version(all)),
        fault => fault,
    }
}

/// The tree is none of the input's: what is wrong in it is wrong with the version.
fn at_version(mut all: Vec<Refusal>) -> Vec<Refusal> {
    let of_tree = |field: &String| ["stages", "name", "description"].contains(&field.as_str());
    for refusal in all.iter_mut().filter(|one| one.path.first().is_some_and(of_tree)) {
        refusal.path = vec!["version".into()];
    }
    all
}

/// What a change would lead to. It writes nothing; what speaks against it is told with it.
pub async fn preview(snapshot: &Snapshot, command: &EditProcess) -> Result<Preview> {
    preview_named(snapshot, &nodes::named(snapshot.base(), command)).await
}

async fn preview_named(snapshot: &Snapshot, command: &EditProcess) -> Result<Preview> {
    let conn = snapshot.conn().await?;
    policy::require(snapshot.actor(), Permission::ConfigureProcess, Subject::Organisation)?;
    let row = match process::of(conn, command.target).await {
        Ok(row) => row,
        Err(error) if error.is_not_found() => {
            return Err(also(error, process::homeless(conn, command).await?));
        }
        Err(fault) => return Err(fault),
    };
    let versions = Versions::of(snapshot.base());
    let current = process::store::version(conn, versions, row.id, row.version).await?;
    let judged = judge(conn, versions, (&row, &current), command).await?;
    let of = |tree| Arc::new(Version::new(row.id, row.version + 1, tree));
    let after = judged.after.clone().map(of);
    let impact = match &after {
        Some(after) if !judged.is_late => Some(reach(conn, current, after.clone(), command).await?),
        _ => None,
    };
    let created = if after.is_some() { nodes::keyed(command) } else { Vec::new() };
    Ok(Preview { after, judged, impact, created })
}

/// What taking a process back to an old version would lead to. It writes nothing.
pub async fn preview_restore(snapshot: &Snapshot, command: &RestoreVersion) -> Result<Preview> {
    let conn = snapshot.conn().await?;
    policy::require(snapshot.actor(), Permission::ConfigureProcess, Subject::Organisation)?;
    if let Err(error) = process::existing(conn, command.process_id).await {
        return Err(also(error, wrong_message(command)));
    }
    let (edit, unknown) = restoring(conn, Versions::of(snapshot.base()), command).await?;
    let mut preview = preview(snapshot, &edit).await?;
    let refusals = at_version(std::mem::take(&mut preview.judged.refusals));
    if let Some(unknown) = unknown {
        return Ok(Preview::refused(refusals.into_iter().chain([unknown]).collect()));
    }
    preview.judged.refusals = refusals;
    Ok(preview)
}

async fn reach(
    conn: &impl ConnectionTrait,
    before: Arc<Version>,
    after: Arc<Version>,
    command: &EditProcess,
) -> Result<Reach> {
    let deals = store::standings(conn, before.process_id).await?;
    let impact = Impact::of(&deals, &before, &after, &replaced(&command.removed_stages));
    Ok(Reach { before, after, impact: Arc::new(impact) })
}

fn replaced(removed: &[RemovedStage]) -> HashMap<StageId, StageId> {
    removed.iter().map(|removed| (removed.stage_id, removed.move_deals_to)).collect()
}

/// The judgement of the process, and what the open deals say to it.
async fn judge(
    conn: &impl ConnectionTrait,
    versions: &Versions,
    (row, current): (&Row, &Arc<Version>),
    command: &EditProcess,
) -> Result<Judged> {
    let mut judged = process::judge(conn, versions, (row, current), command).await?;
    if let Some(after) = judged.shape.as_ref() {
        let in_the_way = stages_with_deals(conn, current, after, command).await?;
        judged.refusals.extend(in_the_way);
    }
    Ok(judged)
}

/// A stage that open deals were moved to by hand goes only if another one takes its place (rule 6).
async fn stages_with_deals(
    conn: &impl ConnectionTrait,
    current: &Version,
    after: &process::definition::Definition,
    command: &EditProcess,
) -> Result<Vec<Refusal>> {
    let answered = replaced(&command.removed_stages);
    let stages = current.definition.stages.iter();
    let gone = stages.filter(|stage| {
        after.stage(stage.stage_id).is_none() && !answered.contains_key(&stage.stage_id)
    });
    let gone: Vec<_> = gone.collect();
    let ids: Vec<_> = gone.iter().map(|stage| stage.stage_id).collect();
    let counts = store::count_moved_to(conn, &ids).await?;
    let refusals = gone.into_iter().filter_map(|stage| {
        let (stage_id, stage_name) = (stage.stage_id, stage.name.clone());
        let deals = *counts.get(&stage_id)?;
        let problem = Problem::StageHasDeals { stage_id, stage_name, deals };
        Some(problem.at("removedStages").about(stage_id))
    });
    Ok(refusals.collect())
}

async fn save(tx: &mut Tx, locked: Locked, command: &EditProcess) -> Result<Saved> {
    process::lock_names(tx, &locked, &command.change).await?;
    let current = (locked.row(), locked.version());
    let judged = judge(tx.conn(), &Versions::of_unit(tx), current, command).await?;
    let after = judged.accept()?;
    tx.go_on()?;
    let saved = process::write(tx, locked, after, command).await?;
    if saved.after.number != saved.before.number {
        follow(tx, &saved, &command.removed_stages).await?;
    }
    Ok(saved)
}

/// Every open deal whose stage or progress the save changes gets an event (rule 6).
async fn follow(tx: &mut Tx, saved: &Saved, removed: &[RemovedStage]) -> Result<()> {
    for removed in removed {
        store::replace_moves(tx.conn(), removed.stage_id, removed.move_deals_to).await?;
    }
    if !counts_differently(saved) {
        return Ok(());
    }
    let deals = store::lock_open(tx.conn(), saved.row.id).await?;
    let mut count = 0;
    for rows in deals.chunks(db::MOST_ROWS) {
        count += follow_some(tx, saved, rows).await?;
    }
    count_recalculated(tx, saved, count).await
}

/// Gives how many of these deals changed so that they have an event.
async fn follow_some(tx: &mut Tx, saved: &Saved, rows: &[DealRow]) -> Result<usize> {
    let mut steps = store::steps(tx.conn(), rows.iter().map(|row| row.id).collect()).await?;
    let mut changed = Vec::new();
    for row in rows {
        let done = steps.remove(&row.id).unwrap_or_default();
        changed.extend(deal::state::Deal::followed(row.clone(), &done, saved, || deal::stamp(tx)));
    }
    let count = changed.iter().filter(|deal| !deal.pending.events.is_empty()).count();
    store::save_recalculated(tx, &saved.grant, changed).await?;
    Ok(count)
}

/// The version tells boards how many deals it changed: to them a save is one change (rule 23).
async fn count_recalculated(tx: &Tx, saved: &Saved, count: usize) -> Result<()> {
    if count == 0 {
        return Ok(());
    }
    let (id, number) = (saved.row.id, saved.after.number);
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    process::store::set_recalculated(tx.conn(), id, number, count).await
}

/// Whether the save touched anything that stage or progress depend on: texts alone do not.
fn counts_differently(saved: &Saved) -> bool {
    saved.before.definition.counts() != saved.after.definition.counts()
}
