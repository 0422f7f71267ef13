//! Any life between two processes: the stored row is what its events and the process say.

use std::collections::HashMap;

use domain::process::definition::Definition;
use entity::{
    deal, event,
    event::Fact,
    ids::{ActionId, CompletionId, DealId, ProcessId, StageId},
    process, process_version,
};
use proptest::{collection::vec, prelude::*, strategy::ValueTree, test_runner::TestRunner};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::Moving;
use crate::support::{TestApp, each};

#[derive(Clone, Copy, Debug)]
enum Step {
    Do(usize),
    Undo(usize),
    Move(Option<usize>),
    Weigh(usize, u16),
    /// By name.
    Go,
    /// With a mapping that takes the actions of one process around those of the other.
    Turn(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (0..100_usize).prop_map(Step::Do),
        2 => (0..100_usize).prop_map(Step::Undo),
        2 => proptest::option::of(0..100_usize).prop_map(Step::Move),
        1 => (0..100_usize, 0..100_u16).prop_map(|(at, weight)| Step::Weigh(at, weight)),
        2 => Just(Step::Go),
        2 => (0..5_usize).prop_map(Step::Turn),
    ];
    vec(step, 10..25)
}

/// What the events say of a deal.
#[derive(Default)]
struct Told {
    process: Option<ProcessId>,
    done: HashMap<CompletionId, (ActionId, i64)>,
    moved: Option<(i64, Option<StageId>)>,
}

fn replay(mut told: Told, event: &event::Model) -> Told {
    assert!(
        told.process.is_none_or(|id| Some(id) == event.from_process_id.or(Some(event.process_id)))
    );
    told.process = Some(event.process_id);
    match &event.fact {
        Fact::ActionCompleted { completion_id, action, .. } => {
            told.done.insert(*completion_id, (action.action_id, event.version));
        }
        Fact::CompletionUndone { completion_id, .. } => drop(told.done.remove(completion_id)),
        Fact::DealMoved { to_stage_id, .. } => told.moved = Some((event.version, *to_stage_id)),
        Fact::DealProcessChanged { carried, moved_to, dropped_move_to, .. } => {
            for one in carried {
                let done = told.done.get_mut(&one.completion_id).unwrap();
                assert_eq!(done.0, one.from.action_id);
                done.0 = one.to.action_id;
            }
            let version = told.moved.map(|(version, _)| version);
            told.moved = version.filter(|_| dropped_move_to.is_none()).map(|at| (at, *moved_to));
        }
        _ => {}
    }
    told
}

/// Rules 9 and 10, read slowly.
fn expected(told: &Told, tree: &Definition) -> (i32, Option<StageId>) {
    let done = |id: ActionId| told.done.values().find(|(action, _)| *action == id);
    let all: Vec<_> = tree.actions().collect();
    let counts = all.iter().all(|action| action.weight == 0);
    let worth = |weight: u16| if counts { 1 } else { i32::from(weight) };
    let total: i32 = all.iter().map(|action| worth(action.weight)).sum();
    let reached = all.iter().filter(|action| done(action.action_id).is_some());
    let reached: i32 = reached.map(|action| worth(action.weight)).sum();
    let percent = if total == 0 { 0 } else { reached * 100 / total };
    let (since, to) = told.moved.unwrap_or((0, None));
    let stage = tree.stages.iter().rev().find(|stage| {
        let mut pushed = stage.actions.iter().filter_map(|action| done(action.action_id));
        to == Some(stage.stage_id) || pushed.any(|(_, version)| *version > since)
    });
    (percent, stage.map(|stage| stage.stage_id))
}

async fn check(app: &TestApp, id: &str) {
    let conn = app.app.db().reader();
    let id: DealId = id.parse().unwrap();
    let row = deal::Entity::find_by_id(id).one(conn).await.unwrap().unwrap();
    let events = event::Entity::find().filter(event::Column::DealId.eq(id));
    let events = events.order_by_asc(event::Column::Version).all(conn).await.unwrap();
    let told = events.iter().fold(Told::default(), replay);
    assert_eq!(told.process, Some(row.process_id));
    assert_eq!(told.moved, row.moved_version.map(|version| (version, row.moved_stage_id)));
    let current = process::Entity::find_by_id(row.process_id).one(conn).await.unwrap().unwrap();
    let version = process_version::Entity::find()
        .filter(process_version::Column::ProcessId.eq(row.process_id))
        .filter(process_version::Column::Number.eq(current.version));
    let version = version.one(conn).await.unwrap().unwrap();
    let tree: Definition = serde_json::from_str(&version.definition).unwrap();
    assert_eq!((row.percent, row.stage_id), expected(&told, &tree));
}

impl Moving {
    async fn live(&self, step: Step, here: &mut bool, done: &mut Vec<String>) {
        let (process, other) =
            if *here { (&self.sales, &self.service) } else { (&self.service, &self.sales) };
        let action = |at: usize| &process.actions[at % process.actions.len()].1;
        let stage = |at: usize| &process.stages[at % process.stages.len()].1;
        match step {
            Step::Do(at) => done.push(self.complete(action(at)).await),
            Step::Undo(_) if done.is_empty() => {}
            Step::Undo(at) => {
                let completion = &done[at % done.len()];
                self.ada.done("undoCompletion", json!({ "completionId": completion }), "").await;
            }
            Step::Move(to) => {
                let input = json!({ "dealId": self.deal, "stageId": to.map(stage) });
                self.ada.done("moveDeal", input, "").await;
            }
            Step::Weigh(at, weight) => {
                let input = json!({ "actionId": action(at), "weight": weight });
                self.ada.done("setActionWeight", input, "").await;
            }
            Step::Go | Step::Turn(_) => {
                let mut input = self.to(other);
                if let Step::Turn(by) = step {
                    let to = |at: usize| &other.actions[(at * 2 + by) % other.actions.len()].1;
                    let pairs = process.actions.iter().enumerate().map(
                        |(at, (_, from))| json!({ "fromActionId": from, "toActionId": to(at) }),
                    );
                    input["mapping"] = pairs.collect();
                }
                self.go(input).await;
                *here = !*here;
            }
        }
    }
}

#[tokio::test]
async fn the_stored_row_is_what_its_events_say_for_any_life_between_two_processes() {
    each(|app| async move {
        let mut moving = Moving::new(&app).await;
        let mut runner = TestRunner::deterministic();
        for number in 0..8 {
            let steps = steps().new_tree(&mut runner).unwrap().current();
            moving.deal = moving.ada.deal(&moving.sales.id, &format!("Deal {number}")).await;
            let (mut here, mut done) = (true, Vec::new());
            for step in &steps {
                moving.live(*step, &mut here, &mut done).await;
                check(&app, &moving.deal).await;
            }
            moving.ada.history(&moving.deal).await;
        }
    })
    .await;
}
