//! The differences of two trees: they lead from one to the other, say what is true, and are as few as
//! can be. For any two trees; and restoring and saving are the other half of the same.

mod interpreter;

use std::collections::HashMap;

use domain::process::{
    change::{
        self, ActionSettings, Change, Node, ProcessSettings, StageSettings, Tree, TreeAction,
        TreeStage,
    },
    definition::{ActionDefinition, Definition, StageDefinition},
    diff::{ProcessChange, diff},
};
use proptest::{prelude::*, test_runner::Config};
use uuid::Uuid;

use crate::support::{
    process_model::{action_id, stage_id},
    trees::{World, edited, edits, members, trees},
};
use interpreter::play;

/// Two trees of nothing in common but ids, or one that came from the other by edits.
fn pairs() -> impl Strategy<Value = (Definition, Definition)> {
    let by_edits = (trees(), edits(12)).prop_map(|(before, edits)| {
        let mut next = 100_000_u128;
        let mut new_id = || {
            next += 1;
            Uuid::from_u128(next)
        };
        let mut world = World { new_id: &mut new_id, members: &members() };
        let after = edited(&before, &edits, &mut world);
        (before, after)
    });
    prop_oneof![(trees(), trees()), by_edits]
}

/// How many of those in both lists have to be moved, by the textbook: all but the longest common
/// subsequence.
fn moves<T: Copy + PartialEq>(before: &[T], after: &[T]) -> usize {
    let common: Vec<_> = after.iter().filter(|id| before.contains(id)).collect();
    let mut longest = vec![vec![0; common.len() + 1]; before.len() + 1];
    for (row, old) in before.iter().enumerate() {
        for (column, new) in common.iter().enumerate() {
            longest[row + 1][column + 1] = if old == *new {
                longest[row][column] + 1
            } else {
                longest[row][column + 1].max(longest[row + 1][column])
            };
        }
    }
    common.len() - longest[before.len()][common.len()]
}

fn stages(tree: &Definition) -> Vec<entity::ids::StageId> {
    tree.stages.iter().map(|stage| stage.stage_id).collect()
}

fn actions(stage: &StageDefinition) -> Vec<entity::ids::ActionId> {
    stage.actions.iter().map(|action| action.action_id).collect()
}

/// The actions that are in another stage, and those that cannot keep their place in their own.
fn action_moves(before: &Definition, after: &Definition) -> (usize, usize) {
    let homes: HashMap<_, _> = before
        .stages
        .iter()
        .flat_map(|stage| actions(stage).into_iter().map(|action| (action, stage.stage_id)))
        .collect();
    let (mut between, mut within) = (0, 0);
    for stage in &after.stages {
        let elsewhere = |id: &_| homes.get(id).is_some_and(|home| *home != stage.stage_id);
        between += actions(stage).iter().filter(|id| elsewhere(id)).count();
        if let Some(old) = before.stage(stage.stage_id) {
            within += moves(&actions(old), &actions(stage));
        }
    }
    (between, within)
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_difference_leads_from_one_tree_to_the_other((before, after) in pairs()) {
        let facts = diff(&before, &after);
        prop_assert_eq!(play(&before, &facts), Ok(after.clone()), "{:#?}", facts);
        prop_assert_eq!(diff(&after, &after), vec![]);
        prop_assert_eq!(before == after, facts.is_empty());
    }

    #[test]
    fn no_fact_can_be_left_out((before, after) in pairs()) {
        let facts = diff(&before, &after);
        for index in 0..facts.len() {
            let mut fewer = facts.clone();
            let fact = fewer.remove(index);
            prop_assert_ne!(play(&before, &fewer), Ok(after.clone()), "{:#?}", fact);
        }
    }

    #[test]
    fn no_fewer_moves_would_do((before, after) in pairs()) {
        let facts = diff(&before, &after);
        let (mut of_stages, mut between, mut within) = (0, 0, 0);
        for fact in &facts {
            match fact {
                ProcessChange::StageMoved { .. } => of_stages += 1,
                ProcessChange::ActionMoved { from_stage_id, to_stage_id, .. } => {
                    if from_stage_id == to_stage_id { within += 1 } else { between += 1 }
                }
                _ => {}
            }
        }
        prop_assert_eq!(of_stages, moves(&stages(&before), &stages(&after)));
        prop_assert_eq!((between, within), action_moves(&before, &after));
    }

    #[test]
    fn restoring_gives_exactly_the_old_tree((old, now) in pairs()) {
        prop_assert_eq!(change::apply(&now, &Change::Replace(old.clone())), Ok(old));
    }

    #[test]
    fn a_save_keeps_what_it_leaves_out((before, after) in pairs(), texts in any::<bool>()) {
        let (tree, expected) = leaving_out(&before, &after, texts);
        let saved = change::apply(&before, &Change::Save(tree));
        if names_are_unique(&expected) {
            prop_assert_eq!(saved, Ok(expected));
        } else {
            prop_assert!(saved.is_err());
        }
    }
}

/// A save of the second tree that names no setting of what is in the first – and no name either, when
/// `names` are left out – with the tree that it must give.
fn leaving_out(before: &Definition, after: &Definition, names: bool) -> (Tree, Definition) {
    let known: HashMap<_, _> =
        before.actions().map(|action| (action.action_id, action.clone())).collect();
    let mut expected = before.clone();
    expected.stages.clear();
    let mut tree = Tree { texts: ProcessSettings::default(), stages: Vec::new() };
    for stage in &after.stages {
        let old = before.stage(stage.stage_id);
        let name = (old.is_none() || !names).then(|| stage.name.clone());
        let mut kept = old.unwrap_or(stage).clone();
        kept.name = name.clone().unwrap_or(kept.name);
        let id = stage.stage_id;
        let node = if old.is_some() { Node::Kept(id) } else { Node::New(id) };
        let hint = old.is_none().then(|| stage.hint.clone());
        let both = stage.actions.iter().map(|action| one_action(action, &known, names));
        let (actions, found) = both.unzip();
        tree.stages.push(TreeStage {
            node,
            key: None,
            settings: StageSettings { name, hint },
            actions,
        });
        expected.stages.push(StageDefinition { actions: found, ..kept });
    }
    (tree, expected)
}

fn one_action(
    action: &ActionDefinition,
    known: &HashMap<entity::ids::ActionId, ActionDefinition>,
    names: bool,
) -> (TreeAction, ActionDefinition) {
    let id = action.action_id;
    let Some(old) = known.get(&id) else {
        let settings = ActionSettings {
            name: Some(action.name.clone()),
            weight: Some(i64::from(action.weight)),
            mandatory: Some(action.mandatory),
            performers: Some(action.performers.clone().into()),
            evidence: Some(action.evidence),
            notify: Some(action.notify.clone().into()),
            follow_ups: Some(action.follow_ups.0.clone()),
            hint: Some(action.hint.clone()),
        };
        return (TreeAction { node: Node::New(id), key: None, settings }, action.clone());
    };
    let name = (!names).then(|| action.name.clone());
    let kept = ActionDefinition { name: name.clone().unwrap_or(old.name.clone()), ..old.clone() };
    let settings = ActionSettings { name, ..ActionSettings::default() };
    (TreeAction { node: Node::Kept(id), key: None, settings }, kept)
}

fn names_are_unique(tree: &Definition) -> bool {
    let unique = |mut names: Vec<String>| {
        let count = names.len();
        names.sort();
        names.dedup();
        names.len() == count
    };
    let key = |name: &String| domain::text::key(name);
    unique(tree.stages.iter().map(|stage| key(&stage.name)).collect())
        && tree
            .stages
            .iter()
            .all(|stage| unique(stage.actions.iter().map(|action| key(&action.name)).collect()))
}

fn twenty() -> Definition {
    let shape = vec![vec![1; 20]; 20];
    crate::support::process_model::version(&shape).definition
}

#[test]
fn moving_one_of_twenty_is_one_move() {
    for (from, to) in (0..20).flat_map(|from| (0..20).map(move |to| (from, to))) {
        let before = twenty();
        let mut after = before.clone();
        let stage = after.stages.remove(from);
        after.stages.insert(to, stage);
        let facts = diff(&before, &after);
        assert_eq!(facts.len(), usize::from(from != to), "{from} -> {to}: {facts:#?}");
        if from.abs_diff(to) > 1 {
            let moved = |fact: &ProcessChange| matches!(fact, ProcessChange::StageMoved { stage_id: id, .. } if *id == stage_id(from));
            assert!(facts.iter().all(moved), "{from} -> {to}: {facts:#?}");
        }
    }
}

#[test]
fn moving_one_action_of_twenty_is_one_move() {
    for (from, to) in (0..20).flat_map(|from| (0..20).map(move |to| (from, to))) {
        let before = twenty();
        for stage in [0, 7] {
            let mut after = before.clone();
            let action = after.stages[0].actions.remove(from);
            after.stages[stage].actions.insert(to, action);
            let facts = diff(&before, &after);
            assert_eq!(facts.len(), usize::from(stage != 0 || from != to), "{facts:#?}");
            if stage != 0 || from.abs_diff(to) > 1 {
                let moved = facts.iter().all(|fact| fact.action_id() == Some(action_id(from)));
                assert!(moved, "{from} -> {to}: {facts:#?}");
            }
        }
    }
}
