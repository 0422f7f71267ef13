//! Which completions follow a deal to another process, and what that makes of it. Pure.

use std::collections::{HashMap, HashSet};

use entity::{
    completion,
    event::{ActionFact, Carried, Fact},
    ids::{ActionId, ProcessId, StageId},
};

use super::{
    rules::{self, Case, DealOperation},
    state::Deal,
};
use crate::{
    language::Message,
    process::version::Version,
    refusal::{Problem, Refusal},
    text::{self, ByName},
};

/// How many entries a mapping may have: as many as a process may have actions.
pub const MOST: usize = 500;

/// What was done for one action counts for the other from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// An action of the process that the deal leaves.
    pub from: ActionId,
    /// An action of the process that it goes to.
    pub to: ActionId,
}

/// The process that a deal is to go through, under its lock.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Which.
    pub id: ProcessId,
    /// Its current version; none: there is no such process.
    pub version: Option<&'a Version>,
    /// Whether it takes no deals any more.
    pub archived: bool,
}

/// Actions that were removed from a process and have completions of the deal.
pub type Removed = HashMap<ActionId, ActionFact>;

/// Letting a deal go through another process: the fact, none when it goes through that one already, or
/// every reason against it.
pub fn decide(
    case: Case<'_>,
    removed: &Removed,
    target: Target<'_>,
    given: Option<&[Pair]>,
) -> Result<Option<Fact>, Vec<Refusal>> {
    let mut wrong = rules::blockers(case, DealOperation::ChangeProcess);
    if target.id == case.version.process_id {
        return if wrong.is_empty() { Ok(None) } else { Err(wrong) };
    }
    let usable = usable(target).map_err(|refusal| wrong.push(refusal));
    let given_refusals = given.map(|pairs| refusals(case.version, removed, target.version, pairs));
    wrong.extend(given_refusals.into_iter().flatten());
    match usable {
        Ok(to) if wrong.is_empty() => {
            let pairs = pairs(case.version, to, given);
            Ok(Some(changing(case.deal, case.version, to, &pairs, removed)))
        }
        _ => Err(wrong),
    }
}

fn usable(target: Target<'_>) -> Result<&Version, Refusal> {
    let problem = match target.version {
        None => Problem::NotFound { kind: "process" },
        Some(_) if target.archived => Problem::ProcessArchived,
        Some(version) => return Ok(version),
    };
    Err(problem.at("processId").about(target.id))
}

/// What is wrong with a mapping, each thing where it stands.
fn refusals(
    from: &Version,
    removed: &Removed,
    to: Option<&Version>,
    given: &[Pair],
) -> Vec<Refusal> {
    if given.len() > MOST {
        let problem = Problem::LimitReached { what: "entries in a mapping", limit: MOST };
        return vec![problem.at("mapping")];
    }
    let (mut seen, mut refusals) = (HashSet::new(), Vec::new());
    for (index, pair) in given.iter().enumerate() {
        let known = from.action(pair.from).is_some() || removed.contains_key(&pair.from);
        let wrong = if !known {
            Some(not_of(from))
        } else if !seen.insert(pair.from) {
            Some(twice())
        } else {
            None
        };
        refusals.extend(wrong.map(|problem| at(problem, (index, "fromActionId"), pair.from)));
        refusals.extend(to.and_then(|to| leads_astray(to, index, pair)));
    }
    refusals
}

/// What is wrong with where a mapping leads, whatever deal it is of.
pub fn astray(to: &Version, given: &[Pair]) -> Vec<Refusal> {
    let pairs = given.iter().enumerate();
    pairs.filter_map(|(index, pair)| leads_astray(to, index, pair)).collect()
}

fn leads_astray(to: &Version, index: usize, pair: &Pair) -> Option<Refusal> {
    let unknown = to.action(pair.to).is_none();
    unknown.then(|| at(not_of(to), (index, "toActionId"), pair.to))
}

/// A refusal of an action at its place in a mapping.
pub fn at(problem: Problem, (index, field): (usize, &str), id: ActionId) -> Refusal {
    problem.at(field).at(&index.to_string()).at("mapping").about(id)
}

fn not_of(version: &Version) -> Problem {
    Problem::NotAnActionOf { process: version.definition.name.clone() }
}

fn twice() -> Problem {
    let reason = Message::of("mapped-twice");
    Problem::Invalid { reason }
}

/// The mapping that is meant: the one given, and otherwise actions of the same name.
pub fn pairs(from: &Version, to: &Version, given: Option<&[Pair]>) -> Vec<Pair> {
    given.map_or_else(|| by_name(from, to), <[Pair]>::to_vec)
}

/// Actions of the same name, as people see it: in stages of the same name, and otherwise where the name
/// is there only once in both processes. The way back is the same list read backwards.
pub fn by_name(from: &Version, to: &Version) -> Vec<Pair> {
    let (here, there) = (Names::of(from), Names::of(to));
    let actions = from.definition.actions();
    let pair = |from| {
        let to = here.namesake(from, &there)?;
        (there.namesake(to, &here) == Some(from)).then_some(Pair { from, to })
    };
    actions.filter_map(|action| pair(action.action_id)).collect()
}

/// A process's actions by their names.
struct Names<'a> {
    of: HashMap<ActionId, (&'a str, &'a str)>,
    placed: ByName<ByName<ActionId>>,
    named: HashMap<String, Vec<ActionId>>,
}

impl<'a> Names<'a> {
    fn of(version: &'a Version) -> Self {
        let (mut of, mut named) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        let placed = version.definition.stages.iter().map(|stage| {
            for action in &stage.actions {
                named.entry(text::key(&action.name)).or_default().push(action.action_id);
                of.insert(action.action_id, (stage.name.as_str(), action.name.as_str()));
            }
            let actions = stage.actions.iter();
            let actions = actions.map(|action| (action.name.as_str(), action.action_id));
            (stage.name.as_str(), actions.collect())
        });
        let placed = placed.collect();
        Self { of, placed, named }
    }

    fn namesake(&self, id: ActionId, there: &Self) -> Option<ActionId> {
        let (stage, action) = self.of.get(&id)?;
        let placed = there.placed.get(stage).and_then(|actions| actions.get(action));
        placed.copied().or_else(|| {
            let name = text::key(action);
            self.only(&name)?;
            there.only(&name)
        })
    }

    fn only(&self, name: &str) -> Option<ActionId> {
        match self.named.get(name).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        }
    }
}

/// The completions that follow, each with the action it counts for then. Where several go to one action,
/// the earliest follows; where that action has one already – the deal was there before – none does.
pub fn following<'a>(deal: &'a Deal, pairs: &[Pair]) -> Vec<(&'a completion::Model, ActionId)> {
    let to: HashMap<_, _> = pairs.iter().map(|pair| (pair.from, pair.to)).collect();
    let mut taken: HashSet<_> = deal.done.iter().map(|done| done.action_id).collect();
    let mut in_order: Vec<_> = deal.done.iter().collect();
    in_order.sort_by_key(|done| done.deal_version);
    let follows = |done: &'a completion::Model| {
        let to = *to.get(&done.action_id)?;
        taken.insert(to).then_some((done, to))
    };
    in_order.into_iter().filter_map(follows).collect()
}

/// The fact, with a move by hand that goes on to the stage of the same name, or is dropped.
fn changing(deal: &Deal, from: &Version, to: &Version, pairs: &[Pair], removed: &Removed) -> Fact {
    let carried = following(deal, pairs).into_iter().filter_map(|(done, action)| {
        let from = action_fact(from, done.action_id).or(removed.get(&done.action_id).cloned())?;
        Some(Carried { completion_id: done.id, from, to: action_fact(to, action)? })
    });
    let moved = deal.row.moved_stage_id;
    let moved_to = moved.and_then(|stage| same_stage(from, to, stage));
    Fact::DealProcessChanged {
        from_process_id: from.process_id,
        from_process_name: from.definition.name.clone(),
        to_process_id: to.process_id,
        to_process_name: to.definition.name.clone(),
        carried: carried.collect(),
        moved_to,
        dropped_move_to: moved.filter(|_| moved_to.is_none()),
    }
}

/// An action of a version as events tell of it.
pub fn action_fact(version: &Version, id: ActionId) -> Option<ActionFact> {
    version.action(id).map(|(stage, action)| rules::action_fact(stage, action))
}

fn same_stage(from: &Version, to: &Version, id: StageId) -> Option<StageId> {
    let stages = to.definition.stages.iter();
    let named: ByName<_> = stages.map(|stage| (stage.name.as_str(), stage.stage_id)).collect();
    named.get(&from.definition.stage(id)?.name).copied()
}
