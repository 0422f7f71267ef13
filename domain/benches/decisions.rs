//! What the decisions cost that most requests wait for, over a process of six stages and 48 actions.
//!
//!     cargo bench -p domain

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark that fails says why, and criterion writes its own main"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use domain::{
    deal::{
        progress,
        rules::{self, Absent, Case, Given},
        state::{Deal, Stamp},
    },
    policy::{Actor, MemberActor},
    process::{
        change::{self, Change, Position, Tree},
        definition::{ActionDefinition, Definition, StageDefinition},
        diff::diff,
        version::Version,
    },
};
use entity::{
    Timestamp, completion, deal,
    deal::{Status, Visibility},
    ids::{Id, Kind},
    member::Role,
};
use uuid::Uuid;

const STAGES: u128 = 6;
const ACTIONS: u128 = 8;
/// Every fourth action is done.
const DONE: usize = 12;

fn id<K: Kind>(number: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(number))
}

fn definition() -> Definition {
    let stages = (0..STAGES).map(stage).collect();
    Definition { name: "Sales".to_owned(), description: String::new(), stages }
}

fn stage(number: u128) -> StageDefinition {
    let actions = (0..ACTIONS).map(|at| action(number * ACTIONS + at)).collect();
    let (name, hint) = (format!("Stage {number}"), "What is done here, and why.".to_owned());
    StageDefinition { stage_id: id(number + 1), name, hint, actions }
}

fn action(number: u128) -> ActionDefinition {
    ActionDefinition {
        action_id: id(100 + number),
        name: format!("Call, and send the offer {number}"),
        hint: "Ask who decides, and by when.".to_owned(),
        weight: 3,
        mandatory: number.is_multiple_of(3),
        performers: Default::default(),
        evidence: Default::default(),
        notify: Default::default(),
        follow_ups: Default::default(),
    }
}

fn version() -> Version {
    Version::new(id(1), 1, definition())
}

fn an_open_deal(version: &Version) -> Deal {
    let actions = version.definition.actions().step_by(4).take(DONE);
    let done = (1..).zip(actions).map(|(at, action)| completion::Model {
        id: id(1000 + at),
        deal_id: id(1),
        action_id: action.action_id,
        member_id: id(1),
        done_at: Timestamp::UNIX_EPOCH,
        deal_version: 1 + i64::try_from(at).unwrap(),
        note_id: None,
        undone_at: None,
        undone_by: None,
    });
    let mut deal = Deal::loaded(row(), vec![id(1)], done.collect());
    deal.recompute(version);
    deal
}

fn row() -> deal::Model {
    deal::Model {
        id: id(1),
        external_id: None,
        process_id: id(1),
        title: "A deal".to_owned(),
        title_key: "a deal".to_owned(),
        value_amount: Some(10_000),
        value_currency: Some("EUR".to_owned()),
        owner_id: id(1),
        visibility: Visibility::Everyone,
        status: Status::Open,
        version: 20,
        stage_id: None,
        stage_position: -1,
        moved_version: None,
        moved_stage_id: None,
        percent: 0,
        done_weight: 0,
        total_weight: 0,
        closed_process_version: None,
        closed_at: None,
        close_reason_id: None,
        close_comment: None,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        last_activity_at: Timestamp::UNIX_EPOCH,
    }
}

/// Decides that an action may be done, and lets it happen: the deal after it, and its event.
fn complete(deal: &mut Deal, version: &Version, actor: &Actor) {
    let case = Case { deal, version, actor };
    let fact = rules::complete(case, id(101), Absent::Unknown, Ok(Given::Nothing), id(2000));
    let now = Timestamp::UNIX_EPOCH;
    let (event_id, actor_id) = (id(3000), actor.member_id());
    let stamp = Stamp { event_id, actor_id, occurred_at: now, recorded_at: now };
    deal.happen(fact.unwrap(), version, &stamp);
}

fn deals(criterion: &mut Criterion) {
    let version = version();
    let deal = an_open_deal(&version);
    let actor =
        Actor::Member(MemberActor { id: id(1), role: Role::Administrator, credential: None });
    criterion.bench_function("progress of a deal, 12 of 48 done", |bench| {
        let done = || deal.done.iter().map(|done| done.action_id);
        bench.iter(|| black_box(progress::progress(black_box(&version), done())));
    });
    criterion.bench_function("complete an action: decide, and the deal after it", |bench| {
        let each = |mut deal: Deal| {
            complete(&mut deal, &version, &actor);
            deal
        };
        bench.iter_batched(|| deal.clone(), each, BatchSize::SmallInput);
    });
}

fn processes(criterion: &mut Criterion) {
    let before = definition();
    let moved = Change::MoveAction(id(101), Some(id(3)), Position::First);
    let after = change::apply(&before, &moved).unwrap();
    criterion.bench_function("move an action of a tree of 48", |bench| {
        bench.iter(|| black_box(change::apply(black_box(&before), &moved).unwrap()));
    });
    let save = Change::Save(Tree::of(&after, &before));
    criterion.bench_function("save a whole tree of 48", |bench| {
        bench.iter(|| black_box(change::apply(black_box(&before), &save).unwrap()));
    });
    criterion.bench_function("diff of two trees, an action moved", |bench| {
        bench.iter(|| black_box(diff(black_box(&before), &after)));
    });
    let mut turned = before.clone();
    turned.stages.reverse();
    turned.stages.iter_mut().for_each(|stage| stage.actions.reverse());
    criterion.bench_function("diff of two trees, everything in another order", |bench| {
        bench.iter(|| black_box(diff(black_box(&before), &turned)));
    });
}

criterion_group!(benches, deals, processes);
criterion_main!(benches);
