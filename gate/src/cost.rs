//! What a request costs: the most objects that its answer may hold. Known before anything runs.
//!
//! Each field that gives an object costs one, and so does each object of a list: a page counts as its size
//! (`first` or `last`, the server's own when neither is given), a list by ids as their number, any other list as ten.
//! What is asked of each object counts as often as the object. Fields with plain values cost nothing.

use apollo_compiler::{
    Name,
    executable::{Field, Value},
};
use async_graphql::{Value as Constant, Variables};

/// What a list counts as that is bounded by the rules of the domain: stages, actions, checklists.
const LIST: u64 = 10;

/// What a cost depends on besides the operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms<'a> {
    /// The values of the variables.
    pub values: &'a Variables,
    /// How many objects a page has when the request does not say.
    pub page: u64,
}

/// A field with fields of its own, and what they cost.
#[derive(Debug)]
pub(crate) struct Tally {
    times: Times,
    inside: Inside,
}

/// The fields of an object.
#[derive(Debug, Default)]
pub(crate) struct Inside {
    /// Those that it has in any case.
    pub always: Vec<Tally>,
    /// Those that it has when it turns out to be one of several.
    pub either: Vec<(Name, Vec<Tally>)>,
}

#[derive(Debug)]
enum Times {
    Once,
    List,
    /// As many as the page of the connection that it is in.
    OfPage,
    /// A connection: what it is asked for, as `first` and as `last`.
    Page(Vec<Given>),
    /// A list by ids.
    Ids(Given),
}

/// An argument.
#[derive(Debug)]
enum Given {
    Number(u64),
    Variable(String),
}

impl Tally {
    /// What this field of this type costs.
    pub(crate) fn of(parent: &str, field: &Field, inside: Inside) -> Self {
        Self { times: times(parent, field), inside }
    }

    fn cost(&self, page: u64, terms: Terms<'_>) -> u64 {
        let (values, usual) = (terms.values, terms.page);
        let (times, page) = match &self.times {
            Times::Once => (1, usual),
            Times::List => (LIST, usual),
            Times::OfPage => (page, usual),
            Times::Page(given) => {
                let asked = given.iter().filter_map(|given| given.number(values)).max();
                (1, asked.unwrap_or(usual))
            }
            Times::Ids(given) => (given.number(values).unwrap_or(usual), usual),
        };
        times.saturating_mul(self.inside.cost(page, terms).saturating_add(1))
    }
}

impl Inside {
    /// What these fields of one object cost.
    pub(crate) fn cost(&self, page: u64, terms: Terms<'_>) -> u64 {
        let sum = |all: &[Tally]| {
            all.iter().fold(0_u64, |sum, one| sum.saturating_add(one.cost(page, terms)))
        };
        let mut each = std::collections::HashMap::<&Name, u64>::new();
        for (name, fields) in &self.either {
            let known = each.entry(name).or_default();
            *known = known.saturating_add(sum(fields));
        }
        sum(&self.always).saturating_add(each.into_values().max().unwrap_or_default())
    }

    /// What an operation of these fields costs.
    pub(crate) fn total(&self, terms: Terms<'_>) -> u64 {
        self.cost(terms.page, terms)
    }
}

fn times(parent: &str, field: &Field) -> Times {
    let argument = |name: &str| {
        let mut all = field.arguments.iter();
        all.find(|argument| argument.name == name).and_then(|argument| given(&argument.value))
    };
    if field.definition.ty.inner_named_type().ends_with("Connection") {
        let asked = [argument("first"), argument("last")];
        return Times::Page(asked.into_iter().flatten().collect());
    }
    if !field.definition.ty.is_list() {
        return Times::Once;
    }
    if parent.ends_with("Connection") {
        return Times::OfPage;
    }
    argument("ids").map_or(Times::List, Times::Ids)
}

fn given(value: &Value) -> Option<Given> {
    match value {
        Value::Variable(name) => Some(Given::Variable(name.to_string())),
        Value::Int(number) => Some(Given::Number(number.as_str().parse().unwrap_or_default())),
        Value::List(items) => Some(Given::Number(items.len() as u64)),
        _ => None,
    }
}

impl Given {
    /// None where nothing is given. A negative page is refused when it is read: it costs nothing.
    fn number(&self, values: &Variables) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Variable(name) => match values.get(name.as_str())? {
                Constant::Number(number) => Some(number.as_u64().unwrap_or_default()),
                Constant::List(items) => Some(items.len() as u64),
                _ => None,
            },
        }
    }
}
