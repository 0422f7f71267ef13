//! Any history: stage and progress are what rules 9 and 10 say, read a second time and slowly; and the
//! events alone give the deal (rule 21).

use std::collections::HashMap;

use domain::{
    deal::{
        rules::{self, Absent, Case},
        state::{Deal, Stamp},
    },
    policy::Actor,
    process::version::Version,
};
use engine::deal::blank;
use entity::{
    deal,
    deal::{Status, Visibility},
    event,
    event::{ActionFact, Fact, FieldChange},
    ids::{CompletionId, DealId, EventId, MemberId, StageId},
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    Client, TestApp, each,
    process_model::{History, Shape, Step, action_id, shapes, stage_id, steps, version},
    start,
};

fn member() -> MemberId {
    MemberId::from_uuid(Uuid::from_u128(7))
}

fn stamp() -> Stamp {
    let event_id = EventId::from_uuid(Uuid::from_u128(8));
    Stamp { event_id, actor_id: Some(member()), occurred_at: start(), recorded_at: start() }
}

fn begin(version: &Version) -> Deal {
    let id = DealId::from_uuid(Uuid::from_u128(9));
    let mut deal = Deal::new(blank(id, version.process_id, member(), start()));
    let visibility = Visibility::Everyone;
    let participant_ids = vec![member()];
    let fact = Fact::DealCreated { title: "any".into(), visibility, participant_ids };
    deal.happen(fact, version, &stamp());
    deal
}

/// The fact of a step; none when it changes nothing.
fn fact(deal: &Deal, version: &Version, history: &History, step: Step) -> Option<Fact> {
    let action = |index: usize| -> ActionFact {
        let (stage, action) = version.action(action_id(index)).unwrap();
        rules::action_fact(stage, action)
    };
    Some(match step {
        Step::Do(index) if history.is_done(index) => return None,
        Step::Do(index) => {
            let completion_id =
                CompletionId::from_uuid(Uuid::from_u128(history.steps.len() as u128));
            Fact::ActionCompleted { completion_id, action: action(index), note_id: None }
        }
        Step::Undo(index) => {
            let completion_id = deal.completion_of(action_id(index))?.id;
            Fact::CompletionUndone { completion_id, action: action(index), comment: None }
        }
        Step::Move(to) => {
            let case = Case { deal, version, actor: &Actor::System("test") };
            rules::moving(case, to.map(stage_id), Absent::Unknown).unwrap()?
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stage_and_progress_are_what_the_rules_say_for_any_history(
        shape in shapes(),
        steps in steps(40),
    ) {
        let version = version(&shape);
        let mut deal = begin(&version);
        let mut history = History::of(&shape);
        for step in steps {
            let Some(step) = history.fit(step) else { continue };
            let Some(fact) = fact(&deal, &version, &history, step) else { continue };
            let before = deal.row.percent;
            deal.happen(fact, &version, &stamp());
            history.steps.push(step);
            prop_assert_eq!(deal.row.percent, history.percent());
            prop_assert_eq!(deal.row.stage_id, history.stage().map(stage_id));
            let place = history.stage().map_or(-1, |place| i32::try_from(place).unwrap());
            prop_assert_eq!(deal.row.stage_position, place);
            prop_assert!((0..=100).contains(&deal.row.percent));
            match step {
                Step::Do(_) => prop_assert!(deal.row.percent >= before, "doing made it fall"),
                Step::Undo(_) => prop_assert!(deal.row.percent <= before, "undoing made it rise"),
                Step::Move(_) => prop_assert_eq!(deal.row.percent, before),
            }
        }
    }

    #[test]
    fn progress_is_100_only_when_all_that_weighs_is_done(shape in shapes(), left_out in 0..20_usize) {
        let version = version(&shape);
        let mut deal = begin(&version);
        let mut history = History::of(&shape);
        for index in 0..version.action_count() {
            if index != left_out {
                let fact = fact(&deal, &version, &history, Step::Do(index)).unwrap();
                deal.happen(fact, &version, &stamp());
                history.steps.push(Step::Do(index));
            }
        }
        let missing = version.definition.actions().nth(left_out);
        let misses = missing.is_some_and(|action| action.weight > 0 || version.total_weight == 0);
        let full = version.action_count() > 0 && !misses;
        prop_assert_eq!(deal.row.percent == 100, full);
    }
}

/// Some histories, always the same ones.
fn samples(count: usize) -> Vec<(Shape, Vec<Step>)> {
    let mut runner = TestRunner::deterministic();
    let strategy = (shapes(), steps(20));
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// A deal whose history is lived through the API.
struct Life {
    who: Client,
    deal: String,
    stages: Vec<String>,
    actions: Vec<String>,
    done: HashMap<usize, String>,
}

impl Life {
    async fn begin(who: &Client, name: &str, shape: &Shape) -> Self {
        let made = who.process(name, &[]).await;
        let (mut stages, mut actions) = (Vec::new(), Vec::new());
        for (index, weights) in shape.iter().enumerate() {
            let stage = who.stage(&made.id, &format!("stage {index}")).await;
            for weight in weights {
                let name = format!("action {}", actions.len());
                let input = json!({ "stageId": stage, "name": name, "weight": weight });
                actions.push(who.action(input).await);
            }
            stages.push(stage);
        }
        let deal = who.deal(&made.id, "any").await;
        Self { who: who.clone(), deal, stages, actions, done: HashMap::new() }
    }

    async fn live(&mut self, step: Step) {
        match step {
            Step::Do(index) => {
                let completion = self.who.complete(&self.deal, &self.actions[index]).await;
                self.done.insert(index, completion);
            }
            Step::Undo(index) => {
                let Some(completion) = self.done.remove(&index) else { return };
                let input = json!({ "completionId": completion });
                self.who.done("undoCompletion", input, "").await;
            }
            Step::Move(to) => {
                let stage = to.map(|to| &self.stages[to]);
                let input = json!({ "dealId": self.deal, "stageId": stage });
                self.who.done("moveDeal", input, "").await;
            }
        }
    }
}

#[tokio::test]
async fn the_api_and_the_stored_row_agree_with_the_rules_for_any_history() {
    each(|app| async move {
        let ada = app.admin().await;
        for (number, (shape, steps)) in samples(12).into_iter().enumerate() {
            let mut life = Life::begin(&ada, &format!("process {number}"), &shape).await;
            let mut history = History::of(&shape);
            for step in steps {
                let Some(step) = history.fit(step) else { continue };
                life.live(step).await;
                history.steps.push(step); // a move to where the deal is counts like any other
                let stage = history.stage().map(|index| format!("stage {index}"));
                let expected = (i64::from(history.percent()), stage);
                assert_eq!(ada.state(&life.deal).await, expected, "{history:?}");
            }
            let row = stored(&app, &life.deal).await;
            assert_eq!(row.percent, history.percent());
            assert_eq!(
                row.stage_id.map(|id| id.to_string()),
                history.stage().map(|at| life.stages[at].clone())
            );
            assert_eq!(replayed(&app, &row).await, essence(&row), "the events give the row");
        }
    })
    .await;
}

#[tokio::test]
async fn the_events_give_the_row_of_a_deal_to_which_everything_happened() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", entity::member::Role::Salesperson).await;
        let sales = ada.process("Sales", &[("1", &[("a", 1)]), ("2", &[("b", 1)])]).await;
        let other = ada.process("Other", &[("1", &[("b", 1)])]).await;
        let bare = ada.process("Bare", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let id = |rest: serde_json::Value| {
            let mut input = rest;
            input["dealId"] = json!(deal);
            input
        };
        ada.complete(&deal, sales.action("b")).await;
        for (name, input) in [
            (
                "updateDeal",
                id(json!({ "title": "Tables", "ownerId": sam.id(), "visibility": "PARTICIPANTS",
                "value": { "amount": "12.5", "currency": "EUR" } })),
            ),
            ("moveDeal", id(json!({ "stageId": sales.stage("1") }))),
            ("addNote", id(json!({ "body": "see" }))),
            ("removeParticipant", id(json!({ "memberId": ada.id() }))),
            ("setActionWeight", json!({ "actionId": sales.action("a"), "weight": 3 })),
            ("changeDealProcess", id(json!({ "processId": other.id }))),
            ("changeDealProcess", id(json!({ "processId": bare.id }))),
            ("loseDeal", id(json!({ "comment": "too dear" }))),
            ("reopenDeal", id(json!({}))),
            ("outdateDeal", id(json!({ "comment": "gone" }))),
        ] {
            ada.done(name, input, "").await;
            let row = stored(&app, &deal).await;
            assert_eq!(replayed(&app, &row).await, essence(&row), "{name}");
        }
    })
    .await;
}

async fn stored(app: &TestApp, id: &str) -> deal::Model {
    let id: DealId = id.parse().unwrap();
    deal::Entity::find_by_id(id).one(app.app.db().reader()).await.unwrap().unwrap()
}

/// What a row says that its events must say too.
#[derive(Clone, Debug, Default, PartialEq)]
struct Essence {
    version: i64,
    title: String,
    status: Option<Status>,
    stage: Option<StageId>,
    moved: Option<(i64, Option<StageId>)>,
    percent: i32,
    value: (Option<i64>, Option<String>),
    owner: Option<MemberId>,
    comment: Option<String>,
    participants: Vec<MemberId>,
}

fn essence(row: &deal::Model) -> Essence {
    Essence {
        version: row.version,
        title: row.title.clone(),
        status: Some(row.status),
        stage: row.stage_id,
        moved: row.moved_version.map(|version| (version, row.moved_stage_id)),
        percent: row.percent,
        value: (row.value_amount, row.value_currency.clone()),
        owner: Some(row.owner_id),
        comment: row.close_comment.clone(),
        participants: Vec::new(),
    }
}

/// What a deal is by its events alone. Participants are compared with their table here.
async fn replayed(app: &TestApp, row: &deal::Model) -> Essence {
    let conn = app.app.db().reader();
    let events = event::Entity::find()
        .filter(event::Column::DealId.eq(row.id))
        .order_by_asc(event::Column::Version)
        .all(conn)
        .await
        .unwrap();
    let mut told = events.iter().fold(Essence::default(), replay);
    let table = entity::deal_participant::Entity::find()
        .filter(entity::deal_participant::Column::DealId.eq(row.id))
        .all(conn)
        .await
        .unwrap();
    let mut table: Vec<_> = table.into_iter().map(|row| row.member_id).collect();
    table.sort();
    told.participants.sort();
    assert_eq!(std::mem::take(&mut told.participants), table);
    told
}

fn replay(mut told: Essence, event: &event::Model) -> Essence {
    let after = &event.after;
    told.version = event.version;
    told.status = Some(after.status);
    told.stage = after.stage_id;
    told.percent = after.percent;
    told.value = (after.value_amount, after.value_currency.clone());
    told.owner = Some(after.owner_id);
    match &event.fact {
        Fact::DealCreated { title, participant_ids, .. } => {
            told.title = title.clone();
            told.participants = participant_ids.clone();
        }
        Fact::DealUpdated { changes } => {
            for change in changes {
                if let FieldChange::Title { to, .. } = change {
                    told.title = to.clone();
                }
            }
        }
        Fact::ParticipantAdded { member_id } => told.participants.push(*member_id),
        Fact::ParticipantRemoved { member_id } => told.participants.retain(|id| id != member_id),
        Fact::DealProcessChanged { dropped_move_to: Some(_), .. } => told.moved = None,
        Fact::DealProcessChanged { moved_to, .. } => {
            told.moved = told.moved.map(|(version, _)| (version, *moved_to));
        }
        Fact::DealMoved { to_stage_id, .. } => told.moved = Some((event.version, *to_stage_id)),
        Fact::DealWon { comment, .. }
        | Fact::DealLost { comment, .. }
        | Fact::DealOutdated { comment, .. } => {
            told.comment = comment.clone();
        }
        Fact::DealReopened { .. } => told.comment = None,
        _ => {}
    }
    told
}
