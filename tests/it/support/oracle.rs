//! Where a deal must stand, computed anew from its history: events, completions and the process version
//! that decides. A second, slow reading of rules 9, 10 and 14.

use std::collections::{BTreeMap, BTreeSet};

use domain::process::definition::Definition;
use entity::{
    completion, deal,
    deal::Status,
    event,
    event::{DealState, Fact},
    ids::{ActionId, CompletionId, DealId, ProcessId, StageId},
    process_version,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::TestApp;

/// Where a deal stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub stage: Option<StageId>,
    pub position: i32,
    pub percent: i32,
    pub done_weight: i32,
    pub total_weight: i32,
    pub can_be_won: bool,
}

/// What a history adds up to.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// What was done and not undone, with the event that tells of it.
    pub done: BTreeMap<CompletionId, (ActionId, i64)>,
    /// The last move by hand.
    pub moved: Option<(i64, Option<StageId>)>,
}

/// A move by hand whose stage went and was replaced: events do not tell of that, so whoever saves keeps
/// account of it. It came after this event of the deal.
#[derive(Clone, Copy, Debug)]
pub struct Replaced {
    pub deal: DealId,
    pub after: i64,
    pub from: StageId,
    pub to: StageId,
}

impl Past {
    pub fn happen(&mut self, event: &event::Model, replaced: &[Replaced]) {
        match &event.fact {
            Fact::ActionCompleted { completion_id, action, .. } => {
                self.done.insert(*completion_id, (action.action_id, event.version));
            }
            Fact::CompletionUndone { completion_id, .. } => {
                self.done.remove(completion_id).expect("undone once, after it was done");
            }
            Fact::DealMoved { to_stage_id, .. } => self.moved = Some((event.version, *to_stage_id)),
            Fact::DealReopened { dropped_move_to: Some(_), .. } => self.moved = None,
            _ => {}
        }
        let here = |one: &&Replaced| one.deal == event.deal_id && one.after == event.version;
        for one in replaced.iter().filter(here) {
            self.replace(one.from, one.to);
        }
    }

    fn replace(&mut self, from: StageId, to: StageId) {
        if let Some((_, moved)) = &mut self.moved
            && *moved == Some(from)
        {
            *moved = Some(to);
        }
    }

    /// Where the deal stands by this definition.
    pub fn place(&self, tree: &Definition) -> Place {
        let is_done = |id: ActionId| self.done.values().any(|(action, _)| *action == id);
        let since = self.moved.map_or(0, |(version, _)| version);
        let pushed = |id: ActionId| {
            self.done.values().any(|(action, version)| *action == id && *version > since)
        };
        let by_hand = self.moved.and_then(|(_, to)| to);
        let (mut stage, mut position) = (None, -1);
        for (at, one) in (0..).zip(&tree.stages) {
            let by_work = one.actions.iter().any(|action| pushed(action.action_id));
            if by_work || by_hand == Some(one.stage_id) {
                (stage, position) = (Some(one.stage_id), at);
            }
        }
        let (done, total) = weights(tree, is_done);
        let missing = tree.actions().any(|one| one.mandatory && !is_done(one.action_id));
        let percent = percent(tree, is_done);
        let (done_weight, total_weight, can_be_won) = (done, total, !missing);
        Place { stage, position, percent, done_weight, total_weight, can_be_won }
    }
}

fn weights(tree: &Definition, is_done: impl Fn(ActionId) -> bool) -> (i32, i32) {
    let done = tree.actions().filter(|action| is_done(action.action_id));
    let done = done.map(|action| i32::from(action.weight)).sum();
    (done, tree.actions().map(|action| i32::from(action.weight)).sum())
}

/// The greatest whole per cent that is not more than what is done.
fn percent(tree: &Definition, is_done: impl Fn(ActionId) -> bool) -> i32 {
    let counts = tree.actions().all(|action| action.weight == 0);
    let worth = |weight: u16| if counts { 1 } else { i64::from(weight) };
    let total: i64 = tree.actions().map(|action| worth(action.weight)).sum();
    let done = tree.actions().filter(|action| is_done(action.action_id));
    let done: i64 = done.map(|action| worth(action.weight)).sum();
    let fits = |percent: &i32| total > 0 && i64::from(*percent) * total <= done * 100;
    (0..=100).filter(fits).max().unwrap_or(0)
}

/// All versions of a process by number, without gaps.
pub async fn versions(app: &TestApp, process: ProcessId) -> BTreeMap<i64, Definition> {
    let query = process_version::Entity::find()
        .filter(process_version::Column::ProcessId.eq(process))
        .order_by_asc(process_version::Column::Number);
    let rows = query.all(app.app.db().reader()).await.unwrap();
    let parsed = |row: process_version::Model| serde_json::from_str(&row.definition).unwrap();
    rows.into_iter().map(|row| (row.number, parsed(row))).collect()
}

/// The row of a deal.
pub async fn row(app: &TestApp, id: DealId) -> deal::Model {
    deal::Entity::find_by_id(id).one(app.app.db().reader()).await.unwrap().unwrap()
}

/// What happened to a deal: numbered without gaps, each event beginning where the one before it ended.
pub async fn events(app: &TestApp, id: DealId) -> Vec<event::Model> {
    let query = event::Entity::find()
        .filter(event::Column::DealId.eq(id))
        .order_by_asc(event::Column::Version);
    let events = query.all(app.app.db().reader()).await.unwrap();
    let said = |state: &DealState| (state.version, state.stage_id, state.percent, state.status);
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event.version, index as i64 + 1, "a version is missing");
        assert_eq!(event.after.version, event.version);
        let before = index.checked_sub(1).map(|index| said(&events[index].after));
        assert_eq!(
            event.before.as_ref().map(said),
            before,
            "an event begins elsewhere: {event:#?}"
        );
    }
    events
}

/// A deal's row says what its history says; with that history.
pub async fn check(
    app: &TestApp,
    id: DealId,
    versions: &BTreeMap<i64, Definition>,
    replaced: &[Replaced],
) -> Past {
    let (row, events) = (row(app, id).await, events(app, id).await);
    let mut past = Past::default();
    for event in &events {
        past.happen(event, replaced);
    }
    let last = &events.last().unwrap().after;
    assert_eq!((row.version, row.status), (last.version, last.status));
    assert_eq!((row.stage_id, row.percent), (last.stage_id, last.percent), "the last event");
    assert_eq!(row.moved_version.map(|version| (version, row.moved_stage_id)), past.moved);
    assert_eq!(standing(app, id).await, past.done, "completions say what events say");
    assert_eq!(row.status == Status::Open, row.closed_process_version.is_none());
    let decides = row.closed_process_version.or(versions.keys().max().copied()).unwrap();
    let found = Place {
        stage: row.stage_id,
        position: row.stage_position,
        percent: row.percent,
        done_weight: row.done_weight,
        total_weight: row.total_weight,
        can_be_won: past.place(&versions[&decides]).can_be_won,
    };
    assert_eq!(found, past.place(&versions[&decides]), "{row:#?} {past:#?}");
    past
}

async fn standing(app: &TestApp, id: DealId) -> BTreeMap<CompletionId, (ActionId, i64)> {
    let query = completion::Entity::find()
        .filter(completion::Column::DealId.eq(id))
        .filter(completion::Column::UndoneAt.is_null());
    let rows = query.all(app.app.db().reader()).await.unwrap();
    rows.into_iter().map(|row| (row.id, (row.action_id, row.deal_version))).collect()
}

/// One order explains it: each event of a deal was decided by a version that was there, never by an
/// older one than the event before it, and no save in between passed the open deal over.
pub async fn explained(app: &TestApp, id: DealId, versions: &BTreeMap<i64, Definition>) {
    let mut past = Past::default();
    let (mut at, mut open) = (BTreeSet::from([1]), false);
    for event in events(app, id).await {
        let before = past.clone();
        past.happen(&event, &[]);
        let state = event.before.as_ref().filter(|_| open);
        let state = state.map(|state| (state.stage_id, state.percent));
        // Whether the deal, as it was, would have gone through this version without an event.
        let passes = |number: i64| {
            let place = before.place(&versions[&number]);
            state.is_none_or(|state| state == (place.stage, place.percent))
        };
        let recalculated = matches!(event.fact, Fact::ProgressRecalculated { .. });
        let mut next = BTreeSet::new();
        for start in &at {
            for number in *start..=*versions.keys().max().unwrap() {
                let saved = number > *start;
                if saved == recalculated || saved && passes(number) {
                    next.extend(
                        decides(&event, number, &versions[&number], &past).then_some(number),
                    );
                }
                if saved && !passes(number) {
                    break;
                }
            }
        }
        assert!(!next.is_empty(), "no version from {at:?} explains {event:#?}");
        (at, open) = (next, event.after.status == Status::Open);
    }
    let last = versions.values().next_back().unwrap();
    let (now, state) = (row(app, id).await, past.place(last));
    assert!(!open || (now.stage_id, now.percent) == (state.stage, state.percent));
}

fn decides(event: &event::Model, number: i64, tree: &Definition, past: &Past) -> bool {
    let allowed = match &event.fact {
        Fact::ActionCompleted { action, .. } => tree.action_index(action.action_id).is_some(),
        Fact::ProgressRecalculated { process_version } => *process_version == number,
        Fact::DealMoved { to_stage_id: Some(id), .. } => tree.stage(*id).is_some(),
        Fact::DealWon { .. } => past.place(tree).can_be_won,
        _ => true,
    };
    let place = past.place(tree);
    allowed && (event.after.stage_id, event.after.percent) == (place.stage, place.percent)
}
