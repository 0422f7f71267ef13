//! Saving a process and letting its open deals follow: the one place that knows both. `process` never
//! knows deals, and deals only read processes.

use entity::{
    event::Fact,
    ids::{ActionId, ProcessId, StageId},
};
use serde::Serialize;

use crate::{
    deal::{self, state::Deal, store},
    error::{Error, Result},
    process::{self, AddAction, AddStage, EditProcess, Locked, Saved, Target, change::Change},
    refusal::Problem,
    tx::Tx,
};

/// Removing a stage with its actions.
#[derive(Clone, Debug, Serialize)]
pub struct RemoveStage {
    /// The stage that goes.
    pub stage_id: StageId,
    /// The stage that takes its place for open deals that were moved there by hand (rule 6).
    pub move_deals_to: Option<StageId>,
    /// The version that the caller started from.
    pub expected_version: Option<i64>,
    /// What the author says about it.
    pub message: Option<String>,
}

/// Changes a process; its open deals follow in the same unit of work.
pub async fn edit(tx: &mut Tx, command: &EditProcess) -> Result<ProcessId> {
    let locked = process::lock(tx, command.target).await?;
    let saved = process::edit(tx, locked, command).await?;
    let id = saved.row.id;
    follow(tx, &saved).await?;
    Ok(id)
}

/// Adds a stage; its open deals follow in the same unit of work.
pub async fn add_stage(tx: &mut Tx, command: &AddStage) -> Result<(ProcessId, StageId)> {
    let (ids, saved) = process::add_stage(tx, command).await?;
    follow_if(tx, saved.as_ref()).await?;
    Ok(ids)
}

/// Adds an action; its open deals follow in the same unit of work.
pub async fn add_action(tx: &mut Tx, command: &AddAction) -> Result<(ProcessId, ActionId)> {
    let (ids, saved) = process::add_action(tx, command).await?;
    follow_if(tx, saved.as_ref()).await?;
    Ok(ids)
}

/// Removes a stage. Where open deals were moved to it by hand, another one takes its place in those
/// moves, or the removal is refused with their number (rule 6).
pub async fn remove_stage(tx: &mut Tx, command: &RemoveStage) -> Result<ProcessId> {
    let locked = process::lock(tx, Target::Stage(command.stage_id)).await?;
    locked.expect_version(command.expected_version)?;
    let replacement = replacement(tx, &locked, command).await?;
    let edit = EditProcess {
        target: Target::Stage(command.stage_id),
        expected_version: command.expected_version,
        message: command.message.clone(),
        change: Change::RemoveStage(command.stage_id),
    };
    let saved = process::edit(tx, locked, &edit).await?;
    let mut deals = load_open(tx, saved.row.id).await?;
    for deal in &mut deals {
        if deal.row.moved_stage_id == Some(command.stage_id) {
            deal.row.moved_stage_id = replacement;
        }
    }
    if let Some(to) = replacement {
        store::replace_moves(tx.conn(), command.stage_id, to).await?;
    }
    recalculate(tx, &saved, deals).await?;
    Ok(saved.row.id)
}

/// The stage that takes the place of the one removed; none when no deal needs one.
async fn replacement(tx: &Tx, locked: &Locked, command: &RemoveStage) -> Result<Option<StageId>> {
    let definition = &locked.version().definition;
    if let Some(to) = command.move_deals_to {
        let usable = to != command.stage_id && definition.stage(to).is_some();
        let unknown = || Problem::NotFound { kind: "stage" }.at("moveDealsTo").about(to);
        return if usable { Ok(Some(to)) } else { Err(unknown().into()) };
    }
    let deals = store::count_moved_to(tx.conn(), command.stage_id).await?;
    if deals == 0 {
        return Ok(None);
    }
    let stage = definition.stage(command.stage_id);
    let stage_name = stage.map(|stage| stage.name.clone()).unwrap_or_default();
    let stage_id = command.stage_id;
    let problem = Problem::StageHasDeals { stage_id, stage_name, deals };
    Err(Error::from(problem.at("moveDealsTo").about(stage_id)))
}

async fn follow_if(tx: &mut Tx, saved: Option<&Saved>) -> Result<()> {
    match saved {
        Some(saved) => follow(tx, saved).await,
        None => Ok(()),
    }
}

async fn follow(tx: &mut Tx, saved: &Saved) -> Result<()> {
    if !counts_differently(saved) {
        return Ok(());
    }
    let deals = load_open(tx, saved.row.id).await?;
    recalculate(tx, saved, deals).await
}

/// Whether the save touched anything that stage or progress depend on: texts alone do not.
fn counts_differently(saved: &Saved) -> bool {
    let shape = |definition: &process::definition::Definition| {
        let stages = definition.stages.iter();
        let stages = stages.map(|stage| {
            let actions = stage.actions.iter().map(|action| (action.action_id, action.weight));
            (stage.stage_id, actions.collect::<Vec<_>>())
        });
        stages.collect::<Vec<_>>()
    };
    shape(&saved.before.definition) != shape(&saved.after.definition)
}

async fn load_open(tx: &Tx, process: ProcessId) -> Result<Vec<Deal>> {
    let rows = store::lock_open(tx.conn(), process).await?;
    let mut deals = Vec::with_capacity(rows.len());
    for rows in rows.chunks(1000) {
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let mut done = store::done(tx.conn(), &ids).await?;
        deals.extend(rows.iter().map(|row| {
            Deal::loaded(row.clone(), Vec::new(), done.remove(&row.id).unwrap_or_default())
        }));
    }
    Ok(deals)
}

/// Every open deal whose stage or progress the save changes gets an event (rule 6).
async fn recalculate(tx: &mut Tx, saved: &Saved, mut deals: Vec<Deal>) -> Result<()> {
    deals.retain_mut(|deal| recalculated(tx, saved, deal));
    store::save_recalculated(tx, &saved.grant, deals).await
}

/// Whether anything about the deal changed; what a viewer would notice happens as an event.
fn recalculated(tx: &Tx, saved: &Saved, deal: &mut Deal) -> bool {
    let before = deal.row.clone();
    let state = deal.state(&saved.before);
    deal.recompute(&saved.after);
    if (before.stage_id, before.percent) != (deal.row.stage_id, deal.row.percent) {
        let fact = Fact::ProgressRecalculated { process_version: saved.after.number };
        deal.happen_from(Some(state), fact, &saved.after, &deal::stamp(tx));
    }
    deal.row != before
}
