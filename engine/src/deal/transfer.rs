//! Letting a deal go through another process.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{
    policy::Permission,
    process::version::Version,
    refusal::{Problem, Refusal},
};
use entity::{
    action,
    event::ActionFact,
    ids::{ActionId, DealId, ProcessId, StageId},
    stage,
};

use super::{
    Held, hold_with,
    mapping::{self, Pair, Removed, Target},
    stamp,
    state::Deal,
    unseen::{Input, with_all},
};
use crate::{
    command::Command,
    error::{Error, Result, also},
    process::{self, versions::Versions},
    tx::Tx,
};

/// Letting a deal go through another process.
#[derive(Clone, Debug)]
pub struct ChangeProcess {
    /// The deal.
    pub deal_id: DealId,
    /// The process that it goes to.
    pub process_id: ProcessId,
    /// Which completions follow; none: those of actions of the same name.
    pub mapping: Option<Vec<Pair>>,
}

impl Command for ChangeProcess {
    type Output = ProcessId;

    async fn run(&self, tx: &mut Tx) -> Result<ProcessId> {
        let done = change_process(tx, self).await;
        with_all(tx, done, Input::ChangeProcess(self)).await
    }
}

/// Lets a deal go through another process, and answers with the one that it left. Where it goes through
/// that one already, nothing happens.
async fn change_process(tx: &mut Tx, command: &ChangeProcess) -> Result<ProcessId> {
    let mut held = hold_with(tx, command.deal_id, Some(command.process_id)).await?;
    let previous = held.deal.row.process_id;
    let row = process::store::find(tx.conn(), command.process_id).await?;
    let archived = row.as_ref().is_some_and(|row| row.archived_at.is_some());
    let version = match &row {
        Some(row) => Some(
            process::store::version(tx.conn(), &Versions::of_unit(tx), row.id, row.version).await?,
        ),
        None => None,
    };
    let target = Target { id: command.process_id, version: version.as_deref(), archived };
    let removed = removed(tx, &held).await?;
    let given = command.mapping.as_deref();
    let fact = match mapping::decide(held.case(tx), &removed, target, given) {
        Ok(Some(fact)) => fact,
        Ok(None) => return Ok(previous),
        Err(refusals) => {
            let more = match (&row, given) {
                (None, Some(given)) => unknown(tx, given, "toActionId", |pair| pair.to).await?,
                _ => Vec::new(),
            };
            return Err(also(Error::Refused(refusals), more));
        }
    };
    let grant = held.grant(tx, Permission::ChangeDeal)?;
    let before = held.deal.state(&held.version);
    let (row, version) = row.zip(version).ok_or_else(|| Error::bug("a deal goes to no process"))?;
    (held.process, held.version) = (Arc::new(row), version);
    held.deal.happen_from(Some(before), fact, &held.version, &stamp(tx));
    held.save(tx, &grant).await?;
    Ok(previous)
}

/// What is wrong with a mapping, where it is not known of which deal: everybody sees processes and their actions.
pub(super) async fn wrong_anyway(tx: &Tx, command: &ChangeProcess) -> Result<Vec<Refusal>> {
    let given = command.mapping.as_deref().unwrap_or_default();
    if given.len() > mapping::MOST {
        let limit = Problem::LimitReached { what: "entries in a mapping", limit: mapping::MOST };
        return Ok(vec![limit.at("mapping")]);
    }
    let mut wrong = unknown(tx, given, "fromActionId", |pair| pair.from).await?;
    wrong.extend(match process::store::find(tx.conn(), command.process_id).await? {
        None => unknown(tx, given, "toActionId", |pair| pair.to).await?,
        Some(row) => {
            let versions = &Versions::of_unit(tx);
            let to = process::store::version(tx.conn(), versions, row.id, row.version).await?;
            mapping::astray(&to, given)
        }
    });
    Ok(wrong)
}

/// What is wrong with the actions of a mapping that no process has or had.
async fn unknown(
    tx: &Tx,
    given: &[Pair],
    field: &str,
    of: fn(&Pair) -> ActionId,
) -> Result<Vec<Refusal>> {
    if given.is_empty() || given.len() > mapping::MOST {
        return Ok(Vec::new());
    }
    let known = process::store::actions(tx.conn(), given.iter().map(of)).await?;
    let known: HashSet<_> = known.iter().map(|row| row.id).collect();
    let unknown = given.iter().map(of).enumerate().filter(|(_, id)| !known.contains(id));
    let problem = Problem::NotFound { kind: "action" };
    Ok(unknown.map(|(index, id)| mapping::at(problem.clone(), (index, field), id)).collect())
}

/// The actions that were removed from the deal's process, with completions of the deal; asked of the
/// database only when there are any.
async fn removed(tx: &Tx, held: &Held) -> Result<Removed> {
    let ids = not_in(&held.deal, &held.version);
    if ids.is_empty() {
        return Ok(Removed::new());
    }
    let actions = process::store::actions(tx.conn(), ids).await?;
    let stages: Vec<_> = actions.iter().map(|action| action.stage_id).collect();
    let stages = process::store::stages(tx.conn(), stages).await?;
    let stages: HashMap<StageId, &stage::Model> = stages.iter().map(|row| (row.id, row)).collect();
    let own = actions.iter().filter(|row| row.process_id == held.deal.row.process_id);
    let facts = own.filter_map(|row| Some((row.id, removed_fact(row, stages.get(&row.stage_id)?))));
    Ok(facts.collect())
}

/// The actions with completions of the deal that its process does not have (any more).
pub fn not_in(deal: &Deal, version: &Version) -> Vec<ActionId> {
    let done = deal.done.iter().map(|done| done.action_id);
    done.filter(|id| version.action(*id).is_none()).collect()
}

/// A removed action as events tell of it.
pub fn removed_fact(action: &action::Model, stage: &stage::Model) -> ActionFact {
    ActionFact {
        action_id: action.id,
        action_name: action.name.clone(),
        stage_id: stage.id,
        stage_name: stage.name.clone(),
    }
}
