//! Any sequence of saves, restores, small changes and what people do with deals leaves everything as its
//! history says; and every preview says exactly what the save then does.

mod change;
mod impact;
pub mod running;

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

use crate::{
    keep::tools::{assert_clean, assert_round_trip},
    support::{
        each,
        trees::{Edit, edits},
    },
};
use running::Running;

/// One thing that somebody does; its numbers are taken modulo what there is.
#[derive(Clone, Debug)]
pub enum Step {
    /// A whole tree, from this many versions ago.
    Save {
        edits: Vec<Edit>,
        answer: Option<usize>,
        late: usize,
    },
    Restore {
        version: usize,
        answer: Option<usize>,
    },
    Small(Small),
    Complete {
        deal: usize,
        action: usize,
    },
    Undo {
        deal: usize,
        completion: usize,
    },
    Move {
        deal: usize,
        to: Option<usize>,
    },
    Close {
        deal: usize,
        how: usize,
    },
    Reopen {
        deal: usize,
    },
}

/// A change of one node.
#[derive(Clone, Copy, Debug)]
pub struct Small {
    kind: u8,
    node: usize,
    to: usize,
    after: Option<usize>,
    weight: u16,
}

/// How many things happen in one sequence at most, and how many sequences there are; `PROPTEST_CASES` asks for
/// more of them.
const STEPS: usize = 60;
const SEQUENCES: u32 = 3;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 1..=STEPS)
}

/// Any one thing that somebody does.
pub fn step() -> impl Strategy<Value = Step> {
    let number = || 0..1000_usize;
    let maybe = || prop::option::of(0..1000_usize);
    let late = prop_oneof![8 => Just(0_usize), 1 => 1..4_usize];
    let small = (0..9_u8, number(), number(), maybe(), prop_oneof![Just(0), 1..40_u16]);
    let small = small.prop_map(|(kind, node, to, after, weight)| {
        Step::Small(Small { kind, node, to, after, weight })
    });
    prop_oneof![
        4 => (edits(5), maybe(), late)
            .prop_map(|(edits, answer, late)| Step::Save { edits, answer, late }),
        2 => (number(), maybe()).prop_map(|(version, answer)| Step::Restore { version, answer }),
        3 => small,
        6 => (number(), number()).prop_map(|(deal, action)| Step::Complete { deal, action }),
        2 => (number(), number()).prop_map(|(deal, completion)| Step::Undo { deal, completion }),
        3 => (number(), maybe()).prop_map(|(deal, to)| Step::Move { deal, to }),
        1 => (number(), number()).prop_map(|(deal, how)| Step::Close { deal, how }),
        2 => number().prop_map(|deal| Step::Reopen { deal }),
    ]
}

#[test]
fn any_sequence_leaves_deals_and_rows_as_their_history_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let asked = std::env::var_os("PROPTEST_CASES").map(|_| Config::default().cases);
    let cases = asked.unwrap_or(SEQUENCES);
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    let all = |steps: Vec<Step>| {
        runtime.block_on(each(|app| async {
            let mut running = Running::new(app).await;
            for step in &steps {
                running.step(step).await;
            }
        }));
        Ok(())
    };
    TestRunner::new(config).run(&steps(), all).unwrap();
}

#[test]
fn whatever_happened_a_backup_of_it_is_the_same_and_clean() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let asked = std::env::var_os("PROPTEST_CASES").map(|_| Config::default().cases);
    let cases = asked.unwrap_or(SEQUENCES);
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
    let all = |steps: Vec<Step>| {
        let steps = &steps;
        runtime.block_on(each(|app| async move {
            let mut running = Running::new(app.clone()).await;
            for step in steps {
                running.step(step).await;
            }
            assert_clean(&app).await;
            assert_round_trip(&app).await;
        }));
        Ok(())
    };
    TestRunner::new(config).run(&steps(), all).unwrap();
}

/// Codes and paths of the refusals in a payload.
fn refusals(payload: &Value) -> Vec<Value> {
    let errors = payload["userErrors"].as_array().unwrap().iter();
    errors.map(|error| json!([error["code"], error["path"], error["nodeId"]])).collect()
}
