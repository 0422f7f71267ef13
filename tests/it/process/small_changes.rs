//! Any sequence of changes keeps a process in order: as a pure function, and through the API down to
//! the rows.

use std::collections::HashSet;

use domain::{
    process::{
        change::{self, ActionSettings, Change, Position, StageSettings},
        definition::Definition,
    },
    text::key,
};
use entity::ids::{ActionId, StageId};
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, each, process::check};

/// A change in words: numbers choose among what is there, so that every sequence makes sense.
#[derive(Clone, Copy, Debug)]
struct Step {
    kind: u8,
    node: usize,
    stage: usize,
    after: Option<usize>,
    name: usize,
    weight: i64,
}

const NAMES: [&str; 8] = ["Łódź", "ŁÓDŹ", "a", "A", "b", "Cafe\u{301}", "CAFÉ", "c"];

fn steps(length: usize) -> impl Strategy<Value = Vec<Step>> {
    let numbers = (0..9_u8, 0..50_usize, 0..50_usize, prop::option::of(0..50_usize));
    let step = (numbers, 0..NAMES.len(), -1..1002_i64).prop_map(|(numbers, name, weight)| {
        let (kind, node, stage, after) = numbers;
        Step { kind, node, stage, after, name, weight }
    });
    vec(step, 1..length)
}

fn pick<T: Copy>(all: &[T], index: usize) -> Option<T> {
    all.get(index.checked_rem(all.len())?).copied()
}

fn place<T: Copy>(siblings: &[T], after: Option<usize>) -> Position<T> {
    let after = after.and_then(|index| pick(siblings, index));
    after.map_or(Position::First, Position::After)
}

impl Step {
    /// The change of this tree; none when there is nothing to change.
    fn of(self, tree: &Definition, new_id: Uuid) -> Option<Change> {
        let stages: Vec<StageId> = tree.stages.iter().map(|stage| stage.stage_id).collect();
        let actions: Vec<ActionId> = tree.actions().map(|action| action.action_id).collect();
        let (stage, action) = (pick(&stages, self.node), pick(&actions, self.node));
        let to = pick(&stages, self.stage);
        let of = |stage| {
            let stage = tree.stage(stage).unwrap();
            stage.actions.iter().map(|action| action.action_id).collect::<Vec<_>>()
        };
        let name = Some(NAMES[self.name].to_owned());
        let texts = StageSettings { name: name.clone(), hint: None };
        let named = ActionSettings { name, ..ActionSettings::default() };
        let weighed = ActionSettings { weight: Some(self.weight), ..ActionSettings::default() };
        Some(match self.kind {
            0 => Change::AddStage(StageId::from_uuid(new_id), place(&stages, self.after), texts),
            1 => Change::UpdateStage(stage?, texts),
            2 => Change::MoveStage(stage?, place(&stages, self.after)),
            3 => Change::RemoveStage(stage?),
            4 | 5 => {
                let place = place(&of(to?), self.after);
                Change::AddAction(ActionId::from_uuid(new_id), to?, place, named)
            }
            6 => Change::UpdateAction(action?, if self.after.is_some() { named } else { weighed }),
            7 => Change::MoveAction(action?, to, place(&of(to?), self.after)),
            _ => Change::RemoveAction(action?),
        })
    }
}

fn ids(tree: &Definition) -> Vec<Uuid> {
    let stages = tree.stages.iter().map(|stage| stage.stage_id.uuid());
    stages.chain(tree.actions().map(|action| action.action_id.uuid())).collect()
}

fn assert_unique_names(tree: &Definition) {
    let unique =
        |names: Vec<&str>| names.iter().map(|name| key(name)).collect::<HashSet<_>>().len();
    let names: Vec<_> = tree.stages.iter().map(|stage| stage.name.as_str()).collect();
    assert_eq!(unique(names.clone()), names.len(), "{names:?}");
    for stage in &tree.stages {
        let names: Vec<_> = stage.actions.iter().map(|action| action.name.as_str()).collect();
        assert_eq!(unique(names.clone()), names.len(), "{names:?}");
    }
}

/// What goes and comes is exactly what the change says.
fn assert_ids(before: &Definition, change: &Change, after: &Definition) {
    let mut expected: HashSet<_> = ids(before).into_iter().collect();
    match change {
        Change::AddStage(id, ..) => drop(expected.insert(id.uuid())),
        Change::AddAction(id, ..) => drop(expected.insert(id.uuid())),
        Change::RemoveAction(id) => drop(expected.remove(&id.uuid())),
        Change::RemoveStage(id) => {
            expected.remove(&id.uuid());
            for action in &before.stage(*id).unwrap().actions {
                expected.remove(&action.action_id.uuid());
            }
        }
        _ => {}
    }
    let found = ids(after);
    assert_eq!(found.len(), expected.len(), "no id twice");
    assert_eq!(found.into_iter().collect::<HashSet<_>>(), expected);
}

/// What was moved or added is where the change says, and all others keep their order.
fn assert_order(before: &Definition, change: &Change, after: &Definition) {
    let order =
        |tree: &Definition| tree.stages.iter().map(|stage| stage.stage_id).collect::<Vec<_>>();
    match change {
        Change::AddStage(id, place, _) | Change::MoveStage(id, place) => {
            assert_place(&order(before), *id, *place, &order(after));
        }
        Change::AddAction(id, stage, place, _) | Change::MoveAction(id, Some(stage), place) => {
            let actions = |tree: &Definition| {
                let stage = tree.stage(*stage).unwrap();
                stage.actions.iter().map(|action| action.action_id).collect::<Vec<_>>()
            };
            assert_place(&actions(before), *id, *place, &actions(after));
        }
        _ => {}
    }
}

fn assert_place<T: Copy + PartialEq + std::fmt::Debug>(
    before: &[T],
    id: T,
    place: Position<T>,
    after: &[T],
) {
    let others = |all: &[T]| all.iter().copied().filter(|one| *one != id).collect::<Vec<_>>();
    assert_eq!(others(before), others(after));
    let at = after.iter().position(|one| *one == id).unwrap();
    match place {
        Position::First => assert_eq!(at, 0),
        Position::Last => assert_eq!(at, after.len() - 1),
        Position::After(sibling) => assert_eq!(after[at - 1], sibling),
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_sequence_of_changes_keeps_ids_order_names_and_weights(steps in steps(60)) {
        let mut tree = Definition::default();
        for (step, new_id) in steps.into_iter().zip(1_u128..) {
            let Some(change) = step.of(&tree, Uuid::from_u128(new_id)) else { continue };
            let Ok(after) = change::apply(&tree, &change) else { continue };
            assert_ids(&tree, &change, &after);
            assert_order(&tree, &change, &after);
            assert_unique_names(&after);
            assert!(after.actions().all(|action| action.weight <= 1000));
            tree = after;
        }
    }

    #[test]
    fn a_tree_built_up_again_is_the_same_tree(steps in steps(40)) {
        let mut tree = Definition { name: "Sales".into(), ..Definition::default() };
        for (step, new_id) in steps.into_iter().zip(1_u128..) {
            let Some(change) = step.of(&tree, Uuid::from_u128(new_id)) else { continue };
            tree = change::apply(&tree, &change).unwrap_or(tree);
        }
        prop_assert_eq!(change::rebuild(&tree).unwrap(), tree);
    }
}

/// A change as a call of the API.
fn call(process: &str, change: &Change) -> (&'static str, Value) {
    fn after<T: ToString>(place: &Position<T>) -> Option<String> {
        match place {
            Position::After(id) => Some(id.to_string()),
            Position::First | Position::Last => None,
        }
    }
    match change {
        Change::AddStage(id, place, texts) => (
            "addStage",
            json!({ "processId": process, "newId": id, "afterId": after(place), "name": texts.name }),
        ),
        Change::UpdateStage(id, texts) => {
            ("updateStage", json!({ "stageId": id, "name": texts.name }))
        }
        Change::MoveStage(id, place) => {
            ("moveStage", json!({ "stageId": id, "afterId": after(place) }))
        }
        Change::RemoveStage(id) => ("removeStage", json!({ "stageId": id })),
        Change::AddAction(id, stage, place, settings) => (
            "addAction",
            json!({ "stageId": stage, "newId": id, "afterId": after(place), "name": settings.name }),
        ),
        Change::UpdateAction(id, settings) => match settings.weight {
            Some(weight) => ("setActionWeight", json!({ "actionId": id, "weight": weight })),
            None => ("updateAction", json!({ "actionId": id, "name": settings.name })),
        },
        Change::MoveAction(id, stage, place) => {
            ("moveAction", json!({ "actionId": id, "stageId": stage, "afterId": after(place) }))
        }
        Change::RemoveAction(id) => ("removeAction", json!({ "actionId": id })),
        Change::UpdateProcess(_)
        | Change::RestoreStage(..)
        | Change::RestoreAction(..)
        | Change::Save(_)
        | Change::Replace(_) => unreachable!("no step makes it"),
    }
}

async fn recorded(ada: &Client, process: &str) -> i64 {
    check(&ada.app, process).await;
    ada.version(process).await
}

#[tokio::test]
async fn the_api_the_rows_and_the_pure_function_agree_about_any_sequence() {
    let mut runner = TestRunner::new(Config::default());
    let steps = &steps(50).new_tree(&mut runner).unwrap().current();
    each(|app| async move {
        let ada = app.admin().await;
        let process = ada.process("Sales", &[]).await.id;
        let mut tree = Definition { name: "Sales".into(), ..Definition::default() };
        let mut version = 1;
        for step in steps {
            let new_id = app.app.clock().new_id::<entity::ids::Stage>().uuid();
            let Some(change) = step.of(&tree, new_id) else { continue };
            let (name, input) = call(&process, &change);
            let payload = ada.mutate(name, input, "").await;
            let outcome = change::apply(&tree, &change);
            let refused = payload["userErrors"] != json!([]);
            assert_eq!(refused, outcome.is_err(), "{change:?} {payload} in {steps:?}");
            let after = outcome.unwrap_or_else(|_| tree.clone());
            version += i64::from(after != tree);
            assert_eq!(recorded(&ada, &process).await, version, "{change:?} in {steps:?}");
            tree = after;
        }
        let found = ada.tree(&process).await;
        let expected = tree.stages.iter().map(|stage| {
            (stage.name.clone(), stage.actions.iter().map(|action| action.name.clone()).collect())
        });
        assert_eq!(found, expected.collect::<Vec<(String, Vec<String>)>>());
    })
    .await;
}
