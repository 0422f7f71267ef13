//! What the front door costs a document that it has not seen, and one that it keeps.
//!
//!     cargo bench -p gate

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark that fails says why, and criterion writes its own main"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gate::{Asked, Contract, Door, Settings};
use serde_json::json;

/// The schema of the server.
const SDL: &str = include_str!("../../schema.graphql");

const PROCESS: &str = "query($process: ID!) { process(id: $process) { id name description stages { id name hint \
    actions { id name hint weight mandatory performers { group } } } } }";
const COMPLETE: &str = "mutation($deal: ID!, $action: ID!, $note: String!) { completeAction(input: { dealId: $deal, \
    actionId: $action, note: { body: $note } }) { completion { id doneAt } deal { id progress { percent } } alreadyDone \
    userErrors { code message } } }";

fn door(settings: Settings) -> Door {
    Door::new(Contract { sdl: SDL, page: 20, check_scalar: |_, _| Ok(()) }, settings)
}

fn asked(query: &str) -> Asked {
    let all =
        json!({ "process": "process_1", "deal": "deal_1", "action": "action_1", "note": "called" });
    let used = |(name, _): &(&String, &serde_json::Value)| query.contains(&format!("${name}:"));
    let variables = all.as_object().unwrap().iter().filter(used);
    let variables = variables.map(|(name, value)| (name.clone(), value.clone())).collect();
    Asked { query: Some(query.to_owned()), variables: Some(variables), ..Asked::default() }
}

fn documents(criterion: &mut Criterion) {
    let kept = door(Settings::default());
    let anew = door(Settings { cache: 0, ..Settings::default() });
    for (name, query) in [("a process whole", PROCESS), ("complete an action", COMPLETE)] {
        let asked = asked(query);
        criterion.bench_function(&format!("prepare, cold: {name}"), |bench| {
            bench.iter(|| black_box(anew.plan(black_box(&asked)).unwrap()));
        });
        criterion.bench_function(&format!("prepare, kept: {name}"), |bench| {
            bench.iter(|| black_box(kept.plan(black_box(&asked)).unwrap()));
        });
    }
}

criterion_group!(benches, documents);
criterion_main!(benches);
