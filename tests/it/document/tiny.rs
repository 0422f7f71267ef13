//! A tiny schema behind the front door, whose resolvers count how often they run.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::{
    Context, EmptySubscription, Enum, InputObject, Interface, MaybeUndefined, Object, OneofObject,
    Response, Schema, SimpleObject, Union, ValidationMode,
};
use gate::{Asked, Door, Prepared, Settings};
use serde_json::{Value, json};
use waypost::graphql::contract;

/// How often resolvers ran.
#[derive(Clone, Default)]
pub struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn one_more(&self) -> i32 {
        i32::try_from(self.0.fetch_add(1, Ordering::SeqCst)).unwrap() + 1
    }
}

fn count(context: &Context<'_>) -> i32 {
    context.data_unchecked::<Runs>().one_more()
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum Colour {
    Red,
    Blue,
}

#[derive(InputObject)]
pub struct Part {
    name: String,
    amount: Option<i32>,
}

#[derive(InputObject)]
pub struct Change {
    title: MaybeUndefined<String>,
    parts: Option<Vec<Part>>,
    colour: Option<Colour>,
    ratio: Option<f64>,
    #[graphql(default = 7)]
    days: i32,
}

#[derive(OneofObject)]
pub enum By {
    Id(i32),
    Name(String),
}

pub struct Cat {
    name: &'static str,
}

#[Object]
impl Cat {
    async fn name(&self) -> &str {
        self.name
    }

    async fn lives(&self) -> i32 {
        9
    }

    async fn friend(&self, context: &Context<'_>) -> Animal {
        count(context);
        Animal::Dog(Dog { name: "Rex" })
    }

    async fn required(&self) -> async_graphql::Result<i32> {
        Err("none".into())
    }
}

pub struct Dog {
    name: &'static str,
}

#[Object]
impl Dog {
    async fn name(&self) -> &str {
        self.name
    }

    async fn tricks(&self) -> Vec<&str> {
        vec!["sit", "roll"]
    }

    async fn friend(&self, context: &Context<'_>) -> Animal {
        count(context);
        Animal::Cat(Cat { name: "Tom" })
    }
}

#[derive(Interface)]
#[graphql(field(name = "name", ty = "&str"), field(name = "friend", ty = "Animal"))]
pub enum Animal {
    Cat(Cat),
    Dog(Dog),
}

#[derive(Union)]
pub enum Pet {
    Cat(Cat),
    Dog(Dog),
}

#[derive(SimpleObject)]
pub struct CatConnection {
    nodes: Vec<Cat>,
    total_count: i32,
}

pub struct Query;

#[Object]
impl Query {
    async fn animals(&self) -> Vec<Animal> {
        vec![Animal::Cat(Cat { name: "Tom" }), Animal::Dog(Dog { name: "Rex" })]
    }

    async fn pets(&self) -> Vec<Pet> {
        vec![Pet::Cat(Cat { name: "Tom" }), Pet::Dog(Dog { name: "Rex" })]
    }

    async fn cat(&self) -> Option<Cat> {
        Some(Cat { name: "Tom" })
    }

    async fn cats(&self, first: Option<i32>, last: Option<i32>) -> CatConnection {
        let size = first.or(last).unwrap_or_default();
        CatConnection { nodes: Vec::new(), total_count: size }
    }

    async fn runs(&self, context: &Context<'_>) -> i32 {
        count(context)
    }

    async fn echo(&self, text: MaybeUndefined<String>) -> String {
        told(&text)
    }

    async fn twice(&self, #[graphql(default = 21)] n: i32) -> i32 {
        n * 2
    }

    async fn sum(&self, of: Vec<i32>) -> i32 {
        of.iter().sum()
    }

    async fn by(&self, by: By) -> String {
        match by {
            By::Id(id) => format!("id {id}"),
            By::Name(name) => format!("name {name}"),
        }
    }

    async fn fails(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err("it broke".into()))
    }
}

fn told(text: &MaybeUndefined<String>) -> String {
    match text {
        MaybeUndefined::Undefined => "omitted".to_owned(),
        MaybeUndefined::Null => "null".to_owned(),
        MaybeUndefined::Value(text) => text.clone(),
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn touch(&self, context: &Context<'_>) -> Touched {
        Touched { runs: count(context), cat: Cat { name: "Tom" } }
    }

    async fn change(&self, input: Change) -> String {
        let parts = input.parts.unwrap_or_default();
        let parts: Vec<_> =
            parts.iter().map(|part| format!("{}×{:?}", part.name, part.amount)).collect();
        let colour = input.colour.is_some();
        format!("{} {parts:?} {colour} {:?} {}", told(&input.title), input.ratio, input.days)
    }
}

#[derive(SimpleObject)]
pub struct Touched {
    runs: i32,
    cat: Cat,
}

type Tiny = Schema<Query, Mutation, EmptySubscription>;

/// The schema with its door, and the same without.
pub struct House {
    pub door: Door,
    pub runs: Runs,
    behind: Tiny,
    strict: Tiny,
}

impl House {
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        let runs = Runs::default();
        let schema = || Schema::build(Query, Mutation, EmptySubscription);
        let behind = schema().data(runs.clone()).validation_mode(ValidationMode::Fast).finish();
        let strict = schema().data(runs.clone()).finish();
        Self { door: Door::new(contract(&behind.sdl()), settings), runs, behind, strict }
    }

    /// How often resolvers ran since the last time.
    pub fn ran(&self) -> usize {
        self.runs.0.swap(0, Ordering::SeqCst)
    }

    pub fn plan(&self, query: &str, variables: Value) -> Result<Prepared, Value> {
        self.door.plan(&asked(query, variables)).map_err(|errors| json!(errors))
    }

    /// The answer; errors of the request under `errors` alone.
    pub async fn answer(&self, query: &str, variables: Value) -> Value {
        match self.plan(query, variables) {
            Ok(prepared) => body(self.behind.execute(prepared.request).await),
            Err(errors) => json!({ "errors": errors }),
        }
    }

    /// What the library answers.
    pub async fn execute(&self, prepared: Prepared) -> Response {
        self.behind.execute(prepared.request).await
    }

    /// The data of something that must succeed, as text: the order of its keys counts.
    pub async fn data(&self, query: &str, variables: Value) -> String {
        let prepared =
            self.plan(query, variables).unwrap_or_else(|errors| panic!("{query}: {errors:#}"));
        let response = self.behind.execute(prepared.request).await;
        assert!(response.errors.is_empty(), "{query}: {:?}", response.errors);
        serde_json::to_string(&response.data).unwrap()
    }

    /// What the library says without the door.
    pub async fn without(&self, query: &str) -> Response {
        self.strict.execute(query).await
    }

    /// The code and the message of the first error of something that must be refused.
    pub fn refused(&self, query: &str, variables: Value) -> (String, String) {
        let errors = self.plan(query, variables).expect_err(query);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&errors[0]["extensions"]["code"]), text(&errors[0]["message"]))
    }
}

pub fn asked(query: &str, variables: Value) -> Asked {
    let variables = variables.as_object().cloned();
    Asked { query: Some(query.to_owned()), variables, ..Asked::default() }
}

fn body(response: Response) -> Value {
    let mut body = json!({ "data": response.data });
    if !response.errors.is_empty() {
        body["errors"] = json!(response.errors);
    }
    body
}
