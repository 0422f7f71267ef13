//! What the front door costs a request, with a prepared document and without, beside the library alone.
//!
//!     cargo bench --bench front_door
//!
//! Everything is in memory: a process of 48 actions with eight fields each. All numbers are of the same run,
//! round by round in turn; the ratios are what to compare.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a benchmark that fails says why"
)]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use async_graphql::{
    EmptyMutation, EmptySubscription, Object, Request, Schema, SimpleObject, ValidationMode,
};
use gate::{Asked, Door, Settings};
use serde_json::json;
use waypost::graphql::contract;

const ROUNDS: usize = 40;
const TIMES: usize = 50;

const DOCUMENT: &str = "query Process($id: ID!, $hints: Boolean!) { \
    process(id: $id) { id name stages { ...Stage } } } \
    fragment Stage on Stage { id name actions { ...Action } } \
    fragment Action on Action { id name weight share mandatory position hint @include(if: $hints) version }";

type Process = Schema<Query, EmptyMutation, EmptySubscription>;

struct Query;

#[derive(SimpleObject)]
#[graphql(name = "Process")]
struct Tree {
    id: String,
    name: String,
    stages: Vec<Stage>,
}

#[derive(SimpleObject)]
struct Stage {
    id: String,
    name: String,
    actions: Vec<Action>,
}

#[derive(SimpleObject)]
struct Action {
    id: String,
    name: String,
    hint: String,
    weight: i32,
    share: f64,
    mandatory: bool,
    position: usize,
    version: i64,
}

#[Object]
impl Query {
    async fn process(&self, id: async_graphql::ID) -> Tree {
        let stages = (0..6).map(stage).collect();
        Tree { id: id.to_string(), name: "Sales".into(), stages }
    }
}

fn stage(number: usize) -> Stage {
    let actions = (0..8).map(action).collect();
    Stage { id: format!("stage_{number}"), name: format!("Stage {number}"), actions }
}

fn action(position: usize) -> Action {
    let (id, name) = (format!("action_{position}"), format!("Action {position}"));
    let hint = "Ask who decides.".to_owned();
    Action { id, name, hint, weight: 3, share: 0.0625, mandatory: true, position, version: 7 }
}

/// One way to answer, and the time it took in each round.
struct Way {
    name: &'static str,
    door: Option<Door>,
    schema: Process,
    rounds: Vec<Duration>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let strict = schema(ValidationMode::Strict);
    let fast = schema(ValidationMode::Fast);
    let sdl = strict.sdl();
    let kept = Door::new(contract(&sdl), Settings::default());
    let anew = Door::new(contract(&sdl), Settings { cache: 0, ..Settings::default() });
    let way =
        |name, door, schema: &Process| Way { name, door, schema: schema.clone(), rounds: vec![] };
    let mut ways = [
        way("without the door", None, &strict),
        way("with it, prepared before", Some(kept), &fast),
        way("with it, each time anew", Some(anew), &fast),
    ];
    for _ in 0..ROUNDS {
        for way in &mut ways {
            way.round().await;
        }
    }
    tell(&ways);
}

fn schema(mode: ValidationMode) -> Process {
    Schema::build(Query, EmptyMutation, EmptySubscription).validation_mode(mode).finish()
}

fn asked() -> Asked {
    let variables = json!({ "id": "process_1", "hints": true });
    let variables = variables.as_object().cloned();
    Asked { query: Some(DOCUMENT.to_owned()), variables, ..Asked::default() }
}

impl Way {
    async fn round(&mut self) {
        let begun = Instant::now();
        for _ in 0..TIMES {
            let response = self.schema.execute(self.request()).await;
            assert!(response.is_ok(), "{response:?}");
            black_box(response);
        }
        self.rounds.push(begun.elapsed() / TIMES as u32);
    }

    fn request(&self) -> Request {
        let asked = asked();
        match &self.door {
            Some(door) => door.plan(&asked).expect("a valid document").request,
            None => {
                let variables = serde_json::Value::from(asked.variables.unwrap_or_default());
                Request::new(DOCUMENT).variables(async_graphql::Variables::from_json(variables))
            }
        }
    }

    fn median(&self) -> Duration {
        let mut rounds = self.rounds.clone();
        rounds.sort();
        rounds[rounds.len() / 2]
    }
}

fn tell(ways: &[Way]) {
    let baseline = ways[0].median().as_secs_f64();
    for way in ways {
        let median = way.median();
        let ratio = median.as_secs_f64() / baseline;
        println!("{:<26} {:>7} µs  {ratio:.2} of the library alone", way.name, median.as_micros());
    }
}
