//! What each setting of a process may be (rule 8): pure, and everything wrong at once.

use std::collections::HashSet;

use entity::action::{FollowUp, FollowUps, Notify, PerformerGroup};

use super::{
    change::{NotifySettings, PerformersSettings},
    definition::{Definition, Performers},
};
use crate::{
    language::Message,
    refusal::{Problem, Refusal},
    text::{self, invalid},
};

/// Stages a process may have.
pub const STAGES: usize = 50;
/// Actions a stage may have.
pub const ACTIONS_OF_A_STAGE: usize = 100;
/// Actions a process may have.
pub const ACTIONS: usize = 500;
/// Follow-ups an action may have.
pub const FOLLOW_UPS: usize = 20;
/// Members that one setting may name.
pub const CHOSEN_MEMBERS: usize = 100;
/// Bytes that all hints of a process may have.
pub const HINT_BYTES: usize = 512 * 1024;
/// Bytes that all follow-ups of a process may have: every version holds them.
pub const FOLLOW_UP_BYTES: usize = 1024 * 1024;
/// The greatest weight.
pub const MAX_WEIGHT: i64 = 1000;
/// The longest time until a follow-up is due, in days.
pub const MAX_DUE_IN_DAYS: u16 = 3650;

type Checked<T> = Result<Option<T>, Refusal>;

/// A name, if one is given.
pub fn name(given: Option<&str>) -> Checked<String> {
    given.map(text::name).transpose()
}

/// A name, which something new must have. What has this very name keeps it, even if less was refused when it
/// was given.
pub fn renamed(given: Option<&str>, now: &str, new: bool) -> Checked<String> {
    match given {
        _ if new => text::name(given.unwrap_or_default()).map(Some),
        Some(same) if same == now && !now.is_empty() => Ok(None),
        given => name(given),
    }
}

/// A long text, if one is given.
pub fn long(given: Option<&str>) -> Checked<String> {
    given.map(text::long).transpose()
}

/// A weight, if one is given.
pub fn weight(given: Option<i64>) -> Checked<u16> {
    let Some(weight) = given else { return Ok(None) };
    match u16::try_from(weight) {
        Ok(fitting) if weight <= MAX_WEIGHT => Ok(Some(fitting)),
        _ => Err(invalid(Message::of("weight-out-of-range").with("weight", weight))),
    }
}

/// Performers, if given: members for `CHOSEN`, and only for it.
pub fn performers(given: Option<&PerformersSettings>, now: &Performers) -> Checked<Performers> {
    let Some(given) = given.map(|given| given.onto(now)) else { return Ok(None) };
    let mut members = given.members;
    members.sort_unstable();
    members.dedup();
    let chosen = given.group == PerformerGroup::Chosen;
    if chosen && members.is_empty() {
        return Err(invalid(Message::of("chosen-without-members")));
    }
    if !chosen && !members.is_empty() {
        return Err(invalid(Message::of("members-without-chosen")));
    }
    if members.len() > CHOSEN_MEMBERS {
        return Err(too_many("chosen members", CHOSEN_MEMBERS));
    }
    Ok(Some(Performers { group: given.group, members }))
}

/// Whom to tell, if given: each once and in one order.
pub fn notify(given: Option<&NotifySettings>, now: &Notify) -> Checked<Notify> {
    let Some(mut notify) = given.map(|given| given.onto(now)) else { return Ok(None) };
    notify.groups.sort_unstable();
    notify.groups.dedup();
    notify.members.sort_unstable();
    notify.members.dedup();
    if notify.members.len() > CHOSEN_MEMBERS {
        return Err(too_many("chosen members to notify", CHOSEN_MEMBERS));
    }
    Ok(Some(notify))
}

/// The limits of the tree as a whole.
pub fn limits(tree: &Definition) -> Result<(), Vec<Refusal>> {
    let mut wrong = Vec::new();
    if tree.stages.len() > STAGES {
        wrong.push(too_many("stages in a process", STAGES));
    }
    if tree.stages.iter().any(|stage| stage.actions.len() > ACTIONS_OF_A_STAGE) {
        wrong.push(too_many("actions in a stage", ACTIONS_OF_A_STAGE));
    }
    if tree.actions().count() > ACTIONS {
        wrong.push(too_many("actions in a process", ACTIONS));
    }
    let hints = tree.stages.iter().map(|stage| stage.hint.len());
    if hints.chain(tree.actions().map(|action| action.hint.len())).sum::<usize>() > HINT_BYTES {
        wrong.push(invalid(Message::of("hints-too-long")));
    }
    let tasks = tree.actions().flat_map(|action| &action.follow_ups.0);
    let texts = tasks.map(|task| task.title.len() + task.description.len());
    if texts.sum::<usize>() > FOLLOW_UP_BYTES {
        let reason = Message::of("follow-ups-too-long");
        wrong.push(invalid(reason));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn too_many(what: &'static str, limit: usize) -> Refusal {
    Problem::LimitReached { what, limit }.refused()
}

fn follow_up(given: &FollowUp) -> Result<FollowUp, Vec<Refusal>> {
    let mut found = Findings::default();
    let mut checked = given.clone();
    found.set(&mut checked.title, name(Some(&given.title)), "title");
    found.set(&mut checked.description, long(Some(&given.description)), "description");
    if given.due_in_days > MAX_DUE_IN_DAYS {
        found.0.push(invalid(Message::of("follow-up-due")).at("dueInDays"));
    }
    found.done().map(|()| checked)
}

/// Collects what is wrong while settings are put in place.
#[derive(Default)]
pub struct Findings(Vec<Refusal>);

impl Findings {
    /// Puts a checked value in place, if one was given and it is right.
    pub fn set<T>(&mut self, place: &mut T, checked: Checked<T>, field: &str) {
        match checked {
            Ok(Some(value)) => *place = value,
            Ok(None) => {}
            Err(refusal) => self.0.push(refusal.at(field)),
        }
    }

    /// The value, unless it is refused.
    pub fn keep<T>(&mut self, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| self.0.push(refusal)).ok()
    }

    /// Whether the value of a field was refused.
    pub fn refuses(&self, field: &str) -> bool {
        self.0.iter().any(|refusal| refusal.path == [field])
    }

    /// Adds a refusal.
    pub fn push(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// Hands over all that was found.
    pub fn each(self, refuse: &mut dyn FnMut(Refusal)) {
        self.0.into_iter().for_each(refuse);
    }

    /// Adds what another check found.
    pub fn also(&mut self, result: Result<(), Vec<Refusal>>) {
        if let Err(mut all) = result {
            self.0.append(&mut all);
        }
    }

    /// Puts follow-ups in place, each checked.
    pub fn follow_ups(&mut self, place: &mut FollowUps, given: Option<&[FollowUp]>) {
        let Some(given) = given else { return };
        if given.len() > FOLLOW_UPS {
            self.0.push(too_many("follow-ups of an action", FOLLOW_UPS).at("followUps"));
            return;
        }
        let mut checked = Vec::with_capacity(given.len());
        for (index, one) in given.iter().enumerate() {
            if place.0.contains(one) {
                checked.push(one.clone());
                continue;
            }
            match follow_up(one) {
                Ok(one) => checked.push(one),
                Err(all) => {
                    self.0.extend(
                        all.into_iter().map(|one| one.at(&index.to_string()).at("followUps")),
                    );
                }
            }
        }
        *place = FollowUps(checked);
    }

    /// Refuses the name at `index` if a sibling has it already, whatever its case.
    pub fn unique<'a>(&mut self, index: usize, names: impl Iterator<Item = (String, &'a str)>) {
        let names: Vec<_> = names.map(|(id, name)| (id, name, text::key(name))).collect();
        let Some((_, name, key)) = names.get(index) else { return };
        let twin = names.iter().enumerate().find(|(at, other)| *at != index && other.2 == *key);
        if let Some((_, (id, ..))) = twin
            && !key.is_empty()
        {
            let taken = Problem::NameTaken { name: (*name).to_owned() };
            self.0.push(taken.at("name").about(id));
        }
    }

    /// All that is wrong, if anything is.
    pub fn done(self) -> Result<(), Vec<Refusal>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// The names that occur more than once in a list, compared by key: for files that name nodes.
pub fn repeated<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    names.filter(|name| !seen.insert(text::key(name))).collect()
}
