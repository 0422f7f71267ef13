//! Any tree, and any edit of one: what somebody does in a configurator before they press save.

use std::collections::HashSet;

use domain::{
    process::definition::{ActionDefinition, Definition, Performers, StageDefinition},
    text::key,
};
use entity::{
    action::{Assignee, Evidence, FollowUp, FollowUps, Notify, NotifyGroup, PerformerGroup},
    ids::{ActionId, MemberId, StageId},
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use uuid::Uuid;

use super::process_model::{action_id, stage_id};

const NAMES: [&str; 6] = ["Łódź", "Call", "Meet", "Write", "Send", "Sign"];

/// Settings of an action, by number.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    name: usize,
    hint: usize,
    weight: u16,
    mandatory: bool,
    performers: usize,
    evidence: usize,
    notify: usize,
    follow_ups: usize,
}

/// One edit of a tree; its numbers are taken modulo what there is.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    kind: u8,
    node: usize,
    to: usize,
    at: usize,
    settings: Settings,
}

/// What edits take from around them: ids for what is new, and members that settings may name.
pub struct World<'a> {
    pub new_id: &'a mut dyn FnMut() -> Uuid,
    pub members: &'a [MemberId],
}

fn settings() -> impl Strategy<Value = Settings> {
    let weight = prop_oneof![Just(0_u16), Just(10), Just(15), 0..=1000_u16];
    let texts = (0..NAMES.len(), 0..2_usize, weight, prop::bool::weighted(0.2));
    let others = (0..5_usize, 0..8_usize, 0..3_usize, 0..3_usize);
    (texts, others).prop_map(|((name, hint, weight, mandatory), others)| {
        let (performers, evidence, notify, follow_ups) = others;
        Settings { name, hint, weight, mandatory, performers, evidence, notify, follow_ups }
    })
}

pub fn edits(length: usize) -> impl Strategy<Value = Vec<Edit>> {
    // What goes or changes its stage is what most can go wrong with.
    let kinds = prop_oneof![2 => 0..18_u8, 1 => prop::sample::select(vec![3, 3, 8, 9, 12, 15, 17])];
    let numbers = (kinds, 0..50_usize, 0..50_usize, 0..50_usize);
    let edit = (numbers, settings()).prop_map(|((kind, node, to, at), settings)| Edit {
        kind,
        node,
        to,
        at,
        settings,
    });
    vec(edit, 1..length)
}

/// Any tree over a small set of ids, so that two of them have much in common.
pub fn trees() -> impl Strategy<Value = Definition> {
    let stages = vec((0..8_usize, 0..NAMES.len(), 0..2_usize), 0..8);
    let actions = vec((0..20_usize, 0..50_usize, settings()), 0..25);
    (0..3_usize, stages, actions).prop_map(|(name, stages, actions)| {
        let mut tree = Definition { name: NAMES[name].into(), ..Definition::default() };
        let mut seen = HashSet::new();
        for (id, name, hint) in stages.into_iter().filter(|stage| seen.insert(stage.0)) {
            tree.stages.push(new_stage(stage_id(id), name));
            tree.stages.last_mut().unwrap().hint = text(hint);
        }
        let mut seen = HashSet::new();
        for (id, stage, settings) in actions.into_iter().filter(|action| seen.insert(action.0)) {
            let Some(stage) = stage.checked_rem(tree.stages.len()) else { continue };
            tree.stages[stage].actions.push(settings.action(action_id(id), &members()));
        }
        tidy(&mut tree);
        tree
    })
}

/// Members of a tree that no database knows.
pub fn members() -> Vec<MemberId> {
    (1..4).map(|number| MemberId::from_uuid(Uuid::from_u128(number))).collect()
}

fn text(number: usize) -> String {
    if number == 0 { String::new() } else { format!("advice {number}") }
}

fn new_stage(id: StageId, name: usize) -> StageDefinition {
    let (name, hint) = (NAMES[name].into(), String::new());
    StageDefinition { stage_id: id, name, hint, actions: Vec::new() }
}

impl Settings {
    fn action(self, id: ActionId, members: &[MemberId]) -> ActionDefinition {
        ActionDefinition {
            action_id: id,
            name: NAMES[self.name].into(),
            hint: text(self.hint),
            weight: self.weight,
            mandatory: self.mandatory,
            performers: self.performers(members),
            evidence: [Evidence::None, Evidence::Note][usize::from(self.evidence == 1)],
            notify: self.notify(members),
            follow_ups: self.follow_ups(members),
        }
    }

    fn performers(self, members: &[MemberId]) -> Performers {
        let group = match self.performers {
            0 | 1 => PerformerGroup::Everyone,
            2 => PerformerGroup::Managers,
            _ => PerformerGroup::Chosen,
        };
        let chosen = if group == PerformerGroup::Chosen { self.performers - 2 } else { 0 };
        Performers { group, members: members.iter().take(chosen).copied().collect() }
    }

    fn notify(self, members: &[MemberId]) -> Notify {
        match self.notify {
            0 => Notify::default(),
            1 => Notify { groups: vec![NotifyGroup::Managers], members: Vec::new() },
            _ => Notify { groups: Vec::new(), members: members.iter().take(1).copied().collect() },
        }
    }

    fn follow_ups(self, members: &[MemberId]) -> FollowUps {
        let assignee = match self.follow_ups {
            0 => return FollowUps::default(),
            1 => Assignee::Owner,
            _ => Assignee::Member(members[0]),
        };
        let (title, description) = ("Ask again".into(), String::new());
        FollowUps(vec![FollowUp { title, description, assignee, due_in_days: 3 }])
    }
}

/// A tree after these edits; its names are unique again at the end.
pub fn edited(before: &Definition, edits: &[Edit], world: &mut World<'_>) -> Definition {
    let mut tree = before.clone();
    for edit in edits {
        edit.apply(&mut tree, world);
    }
    tidy(&mut tree);
    tree
}

impl Edit {
    fn apply(self, tree: &mut Definition, world: &mut World<'_>) {
        if self.kind < 10 { self.stages(tree, world) } else { self.actions(tree, world) }
    }

    fn stages(self, tree: &mut Definition, world: &mut World<'_>) {
        let count = tree.stages.len();
        let (at, end) = (self.at % (count + 1), self.at % count.max(1));
        let (node, to) = (self.node % count.max(1), self.to % count.max(1));
        let name = self.settings.name;
        match self.kind {
            0 => tree.name = NAMES[name].into(),
            1 => tree.description = text(self.settings.hint),
            2 => {
                tree.stages.insert(at, new_stage(StageId::from_uuid((world.new_id)()), name));
            }
            _ if count == 0 => {}
            3 => drop(tree.stages.remove(node)),
            4 => tree.stages[node].name = NAMES[name].into(),
            5 => swap_names(tree, node, to),
            6 => tree.stages[node].hint = text(self.settings.hint),
            7 => {
                let stage = tree.stages.remove(node);
                tree.stages.insert(end, stage);
            }
            8 if count > 1 => {
                let gone = tree.stages.remove(node);
                tree.stages[to % (count - 1)].actions.extend(gone.actions);
            }
            _ => {
                let mut new = new_stage(StageId::from_uuid((world.new_id)()), name);
                let actions = &mut tree.stages[node].actions;
                new.actions = actions.split_off(actions.len() / 2);
                tree.stages.insert(at, new);
            }
        }
    }

    fn actions(self, tree: &mut Definition, world: &mut World<'_>) {
        let Some(stage) = self.to.checked_rem(tree.stages.len()) else { return };
        if self.kind < 12 {
            let new = self.settings.action(ActionId::from_uuid((world.new_id)()), world.members);
            insert(&mut tree.stages[stage].actions, self.at, new);
            return;
        }
        let ids: Vec<_> = tree.actions().map(|action| action.action_id).collect();
        let Some(id) = self.node.checked_rem(ids.len()).map(|at| ids[at]) else { return };
        let (from, index) = tree.action_index(id).unwrap();
        let action = &mut tree.stages[from].actions[index];
        match self.kind {
            12 => drop(tree.stages[from].actions.remove(index)),
            13 => action.name = NAMES[self.settings.name].into(),
            14 => action.weight = self.settings.weight,
            15 => *action = self.settings.action(id, world.members),
            kind => {
                let to = if kind == 16 { from } else { stage };
                let action = tree.stages[from].actions.remove(index);
                insert(&mut tree.stages[to].actions, self.at, action);
            }
        }
    }
}

fn insert<T>(list: &mut Vec<T>, at: usize, one: T) {
    list.insert(at % (list.len() + 1), one);
}

/// Two stages exchange names; so do the first and the last action of one of them.
fn swap_names(tree: &mut Definition, one: usize, other: usize) {
    let name = tree.stages[one].name.clone();
    tree.stages[one].name = std::mem::replace(&mut tree.stages[other].name, name);
    if let [first, .., last] = tree.stages[one].actions.as_mut_slice() {
        std::mem::swap(&mut first.name, &mut last.name);
    }
}

/// Gives siblings of one name different ones.
fn tidy(tree: &mut Definition) {
    unique(tree.stages.iter_mut().map(|stage| &mut stage.name));
    for stage in &mut tree.stages {
        unique(stage.actions.iter_mut().map(|action| &mut action.name));
    }
}

fn unique<'a>(names: impl Iterator<Item = &'a mut String>) {
    let mut taken = HashSet::new();
    for name in names {
        let base = name.clone();
        let mut number = 2;
        while !taken.insert(key(name)) {
            *name = format!("{base} {number}");
            number += 1;
        }
    }
}

/// The tree as `saveProcess` takes it, every setting named. What is in `before` is kept, all else new.
pub fn input(tree: &Definition, before: &Definition) -> Value {
    let stage = |stage: &StageDefinition| {
        let actions = stage.actions.iter().map(|one| action_input(one, before));
        json!({
            node(before.stage(stage.stage_id).is_some()): stage.stage_id,
            "name": stage.name,
            "hint": stage.hint,
            "actions": actions.collect::<Vec<_>>(),
        })
    };
    let stages: Vec<_> = tree.stages.iter().map(stage).collect();
    json!({ "name": tree.name, "description": tree.description, "stages": stages })
}

fn node(known: bool) -> &'static str {
    if known { "id" } else { "newId" }
}

fn action_input(action: &ActionDefinition, before: &Definition) -> Value {
    let task = |task: &FollowUp| {
        let member = match task.assignee {
            Assignee::Member(id) => Some(id),
            _ => None,
        };
        let assignee = if member.is_some() { "MEMBER" } else { "OWNER" };
        json!({ "title": task.title, "assignee": assignee, "assigneeId": member,
            "dueInDays": task.due_in_days })
    };
    json!({
        node(before.action_index(action.action_id).is_some()): action.action_id,
        "name": action.name,
        "hint": action.hint,
        "weight": action.weight,
        "mandatory": action.mandatory,
        "performers":
            { "group": action.performers.group, "memberIds": action.performers.members },
        "evidence": action.evidence,
        "notify": { "groups": action.notify.groups, "memberIds": action.notify.members },
        "followUps": action.follow_ups.0.iter().map(task).collect::<Vec<_>>(),
    })
}
