//! What the front door costs a request, with a prepared document and without, beside the library alone; and what the
//! whole edge costs one over HTTP, beside the stock service of the library.
//!
//!     cargo bench --bench front_door
//!
//! The data is in memory: a process of 48 actions with eight fields each. What comes over HTTP comes without a network,
//! to a router that is called. The edge signs in, on SQLite, and keeps its limits; the stock service does neither. All
//! numbers are of the same run, round by round in turn; the ratios are what to compare.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a benchmark that fails says why"
)]

use std::{
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use async_graphql::{
    EmptyMutation, EmptySubscription, Object, Request, Schema, SimpleObject, ValidationMode,
};
use async_graphql_axum::GraphQL;
use axum::{
    Router,
    body::{Body, to_bytes},
    http,
};
use domain::policy::Actor;
use engine::{app::App, clock::Clock, db::Db, member::AddMember, member::token::CreateToken};
use entity::member::Role;
use gate::{Asked, Door, Settings};
use serde_json::json;
use tower::ServiceExt;
use waypost::{
    graphql::contract,
    http::{self as edge, rates::RateLimits},
};

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
    to: To,
    rounds: Vec<Duration>,
}

/// Who answers.
enum To {
    /// The executor.
    Schema(Process),
    /// The executor, behind the front door.
    Door(Box<Door>, Process),
    /// A router, to whom asks with this secret.
    Router(Router, String),
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let strict = schema(ValidationMode::Strict);
    let fast = schema(ValidationMode::Fast);
    let sdl = strict.sdl();
    let door = |settings| Box::new(Door::new(contract(&sdl), settings));
    let kept = door(Settings::default());
    let anew = door(Settings { cache: 0, ..Settings::default() });
    compare([
        Way::new("the library alone", To::Schema(strict.clone())),
        Way::new("behind the door, prepared before", To::Door(kept, fast.clone())),
        Way::new("behind the door, each time anew", To::Door(anew, fast.clone())),
    ])
    .await;
    let folder = tempfile::tempdir().expect("a folder");
    let (app, secret) = app(folder.path()).await;
    let stock = Router::new().route_service("/graphql", GraphQL::new(strict));
    let mut settings = edge::Settings::default();
    settings.limits.rates = RateLimits { member: None, address: None };
    let ours = edge::router_with(app, fast, &sdl, settings);
    compare([
        Way::new("over HTTP, the stock service", To::Router(stock, secret.clone())),
        Way::new("over HTTP, the whole edge", To::Router(ours, secret)),
    ])
    .await;
}

/// The first way is what the others are measured by.
async fn compare<const WAYS: usize>(mut ways: [Way; WAYS]) {
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

/// A database with a member, and the secret of their token.
async fn app(folder: &Path) -> (App, String) {
    let url = format!("sqlite://{}/bench.db", folder.display());
    let db = Db::connect(&url, None).await.expect("a database");
    db.migrate().await.expect("its tables");
    let (app, actor) = (App::new(db, Clock::system()), Actor::System("bench"));
    let (name, role) = ("Ann".to_owned(), Role::Salesperson);
    let add =
        AddMember { new_id: None, email: "ann@example.org".to_owned(), name: name.clone(), role };
    let added = app.write(actor.clone(), add);
    let member_id = added.await.expect("a member").id;
    let create = CreateToken { member_id, name, expires_at: None, secret: None };
    let created = app.write(actor, create);
    (app.clone(), created.await.expect("a token").1)
}

fn asked() -> Asked {
    let variables = json!({ "id": "process_1", "hints": true });
    let variables = variables.as_object().cloned();
    Asked { query: Some(DOCUMENT.to_owned()), variables, ..Asked::default() }
}

fn request() -> Request {
    let variables = serde_json::Value::from(asked().variables.unwrap_or_default());
    Request::new(DOCUMENT).variables(async_graphql::Variables::from_json(variables))
}

fn posted(secret: &str) -> http::Request<Body> {
    let body = json!({ "query": DOCUMENT, "variables": { "id": "process_1", "hints": true } });
    let request = http::Request::post("/graphql").header("content-type", "application/json");
    let request = request.header("authorization", format!("Bearer {secret}"));
    request.body(Body::from(body.to_string())).expect("a request")
}

impl Way {
    fn new(name: &'static str, to: To) -> Self {
        Self { name, to, rounds: Vec::new() }
    }

    async fn round(&mut self) {
        let begun = Instant::now();
        for _ in 0..TIMES {
            self.to.answer().await;
        }
        self.rounds.push(begun.elapsed() / TIMES as u32);
    }

    fn median(&self) -> Duration {
        let mut rounds = self.rounds.clone();
        rounds.sort();
        rounds[rounds.len() / 2]
    }
}

impl To {
    async fn answer(&self) {
        match self {
            Self::Schema(schema) => execute(schema, request()).await,
            Self::Door(door, schema) => {
                let planned = door.plan(&asked()).expect("a valid document");
                execute(schema, planned.request).await;
            }
            Self::Router(router, secret) => call(router.clone(), posted(secret)).await,
        }
    }
}

async fn execute(schema: &Process, request: Request) {
    let response = schema.execute(request).await;
    assert!(response.is_ok(), "{response:?}");
    black_box(response);
}

async fn call(router: Router, request: http::Request<Body>) {
    let response = router.oneshot(request).await.expect("a router always answers");
    assert_eq!(response.status(), 200);
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    assert!(body.starts_with(b"{\"data\":{\"process\":{"), "{body:?}");
    black_box(body);
}

fn tell(ways: &[Way]) {
    let baseline = ways[0].median().as_secs_f64();
    for way in ways {
        let median = way.median();
        let ratio = median.as_secs_f64() / baseline;
        println!("{:<33} {:>7} µs  {ratio:.2} of {}", way.name, median.as_micros(), ways[0].name);
    }
}
