//! The pure mapping, for any two processes and any mapping.

use std::collections::HashSet;

use domain::{
    deal::{
        mapping::{Pair, by_name, following},
        state::Deal,
    },
    process::{
        definition::{ActionDefinition, Definition, Performers, StageDefinition},
        version::Version,
    },
    text,
};
use engine::deal::blank;
use entity::{
    action::Evidence,
    completion,
    ids::{ActionId, CompletionId, DealId, MemberId, ProcessId, StageId},
};
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

/// Stages of one-letter names, each with actions of one-letter names: few letters, so that they meet.
type Names = Vec<(char, Vec<char>)>;

fn names() -> impl Strategy<Value = Names> {
    let letter = || proptest::sample::select(vec!['a', 'A', 'b', 'c', 'ł', 'Ł', 'd']);
    vec((letter(), vec(letter(), 0..4)), 0..4)
}

fn uuid(process: u128, place: usize) -> Uuid {
    Uuid::from_u128(process * 1000 + place as u128)
}

/// A process of these names; a name that is taken (whatever its case) is left out.
fn version(process: u128, names: &Names) -> Version {
    let mut next = 0;
    let mut definition = Definition::default();
    let mut stages = HashSet::new();
    for (name, actions) in names {
        if !stages.insert(text::key(&name.to_string())) {
            continue;
        }
        next += 1;
        let mut stage = StageDefinition {
            stage_id: StageId::from_uuid(uuid(process, next)),
            name: name.to_string(),
            hint: String::new(),
            actions: Vec::new(),
        };
        let mut taken = HashSet::new();
        for name in actions.iter().filter(|name| taken.insert(text::key(&name.to_string()))) {
            next += 1;
            stage.actions.push(action(ActionId::from_uuid(uuid(process, next)), *name));
        }
        definition.stages.push(stage);
    }
    Version::new(ProcessId::from_uuid(uuid(process, 0)), 1, definition)
}

fn action(action_id: ActionId, name: char) -> ActionDefinition {
    ActionDefinition {
        action_id,
        name: name.to_string(),
        hint: String::new(),
        weight: 1,
        mandatory: false,
        performers: Performers::default(),
        evidence: Evidence::None,
        notify: Default::default(),
        follow_ups: Default::default(),
    }
}

/// A deal for which this was done, in this order.
fn deal(done: &[ActionId]) -> Deal {
    let member_id = MemberId::from_uuid(uuid(8, 0));
    let row = blank(
        DealId::from_uuid(uuid(9, 0)),
        ProcessId::from_uuid(uuid(1, 0)),
        member_id,
        crate::support::start(),
    );
    let completion = |(index, action_id): (usize, &ActionId)| completion::Model {
        id: CompletionId::from_uuid(uuid(7, index)),
        deal_id: row.id,
        action_id: *action_id,
        member_id,
        done_at: crate::support::start(),
        deal_version: index as i64 + 2,
        note_id: None,
        undone_at: None,
        undone_by: None,
    };
    let done = done.iter().enumerate().map(completion).collect();
    Deal::loaded(row.clone(), Vec::new(), done)
}

fn key(version: &Version, id: ActionId) -> (String, String) {
    let (stage, action) = version.action(id).unwrap();
    (text::key(&stage.name), text::key(&action.name))
}

/// Some of the actions, each at most once.
fn some(version: &Version, chosen: &[bool]) -> Vec<ActionId> {
    let actions = version.definition.actions().zip(chosen);
    actions.filter(|(_, chosen)| **chosen).map(|(action, _)| action.action_id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn by_name_no_action_is_meant_twice_and_the_way_back_is_the_same(one in names(), other in names()) {
        let (one, other) = (version(1, &one), version(2, &other));
        let pairs = by_name(&one, &other);
        let froms: HashSet<_> = pairs.iter().map(|pair| pair.from).collect();
        let tos: HashSet<_> = pairs.iter().map(|pair| pair.to).collect();
        prop_assert_eq!((froms.len(), tos.len()), (pairs.len(), pairs.len()));
        let mut back: Vec<_> = by_name(&other, &one).iter().map(|pair| (pair.to, pair.from)).collect();
        let mut there: Vec<_> = pairs.iter().map(|pair| (pair.from, pair.to)).collect();
        back.sort();
        there.sort();
        prop_assert_eq!(back, there);
    }

    #[test]
    fn by_name_the_same_place_is_always_meant_and_another_only_when_nothing_else_can_be(
        one in names(), other in names(),
    ) {
        let (one, other) = (version(1, &one), version(2, &other));
        let pairs = by_name(&one, &other);
        for from in one.definition.actions() {
            let (stage, name) = key(&one, from.action_id);
            let named = |version: &Version| -> Vec<ActionId> {
                let actions = version.definition.actions();
                actions.map(|action| action.action_id).filter(|id| key(version, *id).1 == name).collect()
            };
            let (here, there) = (named(&one), named(&other));
            let same = there.iter().find(|id| key(&other, **id).0 == stage);
            let alone = (here.len() == 1 && there.len() == 1).then(|| there[0]);
            let meant = pairs.iter().find(|pair| pair.from == from.action_id).map(|pair| pair.to);
            prop_assert_eq!(meant, same.copied().or(alone));
        }
    }

    #[test]
    fn no_action_is_ever_done_twice_whatever_the_mapping(
        one in names(),
        other in names(),
        done in vec(any::<bool>(), 12),
        there in vec(any::<bool>(), 12),
        mapping in vec((0..12_usize, 0..12_usize), 0..20),
    ) {
        let (one, other) = (version(1, &one), version(2, &other));
        let id = |version: &Version, index: usize| {
            version.definition.actions().nth(index).map(|action| action.action_id)
        };
        let mut seen = HashSet::new();
        let pairs: Vec<_> = mapping
            .into_iter()
            .filter_map(|(from, to)| Some(Pair { from: id(&one, from)?, to: id(&other, to)? }))
            .filter(|pair| seen.insert(pair.from))
            .collect();
        let before = [some(&one, &done), some(&other, &there)].concat();
        let deal = deal(&before);
        let following = following(&deal, &pairs);
        let moved: HashSet<_> = following.iter().map(|(done, _)| done.id).collect();
        let stay = deal.done.iter().filter(|done| !moved.contains(&done.id)).map(|done| done.action_id);
        let after: Vec<_> = stay.chain(following.iter().map(|(_, to)| *to)).collect();
        prop_assert_eq!(after.len(), before.len(), "nothing is lost");
        prop_assert_eq!(after.iter().collect::<HashSet<_>>().len(), after.len(), "nothing is doubled");
        for pair in &pairs {
            if before.contains(&pair.from) {
                prop_assert!(after.contains(&pair.to), "what was mapped and done is done there");
            }
        }
    }
}
