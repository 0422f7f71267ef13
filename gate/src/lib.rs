//! The front door: every document, from any transport, passes here before anything runs.
//!
//! In this order: size and tokens; parsing; depth, aliases, directives, root fields and expanded selections;
//! validation; the one operation; its variables; `@skip` and `@include`; merging; the cost.

#![warn(unreachable_pub)]

use std::sync::Arc;

use apollo_compiler::{
    ExecutableDocument, Node,
    executable::{Operation, OperationType as Kind},
    parser::Parser,
    validation::{DiagnosticList, Valid},
};
use async_graphql::{Request, ServerError, Variables, parser::types::OperationType};
use serde::Deserialize;
use serde_json::{Map, Value};

mod cache;
mod condition;
mod cost;
mod edition;
pub mod error;
mod fault;
pub mod introspection;
mod limits;
mod literal;
mod measure;
mod merge;
mod nulls;
mod plan;
mod position;
mod prose;
mod suggestion;
mod tokens;
pub mod trusted;
mod types;
mod values;
mod variables;
mod wording;

pub use limits::Settings;
pub use nulls::Nulls;
pub use prose::is_about_input;

use cache::{Cache, Key, Outline};
use condition::Chosen;
use cost::Terms;
use error::{code, request_error};
use merge::Merger;
use plan::Plan;
use position::Lines;
use types::Types;
use variables::Rules;

/// How deeply anything may be nested that the parser reads: selections, values, types.
const DEEPEST: usize = 128;
/// How many tokens the parser takes for each that counts: it counts white space and comments too.
const PARSER_TOKENS: usize = 4;

/// The parameters of a GraphQL request, as every transport sends them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The document.
    pub query: Option<String>,
    /// The hash of a trusted document, in the place of the document.
    pub document_id: Option<String>,
    /// Which of its operations to run.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Option<Map<String, Value>>,
    /// What the protocol does not know.
    pub extensions: Option<Map<String, Value>>,
}

impl Asked {
    /// Whether it says what to run: by text, or by the hash of a text.
    pub fn names_a_document(&self) -> bool {
        let persisted = self.extensions.as_ref().and_then(|all| all.get("persistedQuery"));
        self.query.is_some() || self.document_id.is_some() || persisted.is_some()
    }

    fn operation(&self) -> Option<&str> {
        self.operation_name.as_deref().filter(|name| !name.is_empty())
    }
}

/// One operation, ready to run.
#[derive(Debug)]
pub struct Prepared {
    /// What the library executes.
    pub request: Request,
    /// What it is.
    pub kind: OperationType,
    /// What its document calls it.
    pub name: Option<Arc<str>>,
    /// What it may be counted by: its name in a trusted document, or else its one root field; none where it has several.
    /// There are as many as trusted documents and the schema have, whatever clients send.
    pub counted_as: Option<Arc<str>>,
    /// What it costs at the most; told in `extensions.cost`.
    pub cost: u64,
    /// How many selections were looked at to prepare it: none when it was prepared before.
    pub work: usize,
    /// Whether it asks for nothing but the schema.
    pub is_introspection: bool,
}

/// What is wrong with a value of the scalar of this name; nothing is with those of scalars that it does not know.
pub type CheckScalar = fn(name: &str, value: &async_graphql::Value) -> Result<(), &'static str>;

/// What a server promises of its schema: the text, and what a text cannot say.
#[derive(Clone, Copy, Debug)]
pub struct Contract<'a> {
    /// The schema in its definition language.
    pub sdl: &'a str,
    /// How many objects a page has when the request does not say.
    pub page: u64,
    /// Which values its own scalars take.
    pub check_scalar: CheckScalar,
}

/// The front door, for one schema. One is shared by all requests.
#[derive(Debug)]
pub struct Door {
    settings: Settings,
    types: Arc<Types>,
    page: u64,
    check_scalar: CheckScalar,
    cache: Cache,
}

type Errors = Vec<ServerError>;

/// A valid document.
struct Source<'a> {
    lines: Lines<'a>,
    document: Valid<ExecutableDocument>,
    work: usize,
}

impl Door {
    /// The front door of a schema.
    pub fn new(contract: Contract<'_>, settings: Settings) -> Self {
        let Contract { sdl, page, check_scalar } = contract;
        let cache = Cache::new(settings.cache);
        Self { settings, types: Types::of(sdl), page, check_scalar, cache }
    }

    /// The one operation that is asked for. Where only trusted documents run, `explores` says whether this viewer may
    /// ask for the schema all the same.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn prepare(&self, asked: Asked, explores: bool) -> Result<Prepared, Errors> {
        let documents = &self.settings.trusted;
        let one = |error| vec![error];
        let (asked, trusted) = documents.resolve(asked).map_err(one)?;
        documents.admits(trusted, explores).map_err(one)?;
        let mut prepared = self.plan(&asked)?;
        documents.allows(trusted, &prepared).map_err(one)?;
        if trusted && prepared.name.is_some() {
            prepared.counted_as.clone_from(&prepared.name);
        }
        Ok(prepared)
    }

    /// Whether each operation of this document is valid, whatever its variables.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn check(&self, text: &str) -> Result<(), Errors> {
        let source = self.read(text)?;
        let operations = source.document.operations.iter();
        let errors = operations.flat_map(|operation| self.values_of(&source, operation));
        let errors: Errors = errors.collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// The one operation that is asked for by its text, whoever asks.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn plan(&self, asked: &Asked) -> Result<Prepared, Errors> {
        let text = asked.query.as_deref().unwrap_or_default();
        let key = Key::of(text, asked.operation());
        let (outline, read) = match self.cache.outline(&key) {
            Some(outline) => (outline, None),
            None => {
                let source = self.read(text)?;
                (Arc::new(source.outline(asked.operation())?), Some(source))
            }
        };
        let values = self.values(&outline, asked)?;
        let choice = condition::choice(&outline.deciding, &values);
        if let Some(plan) = self.cache.plan(&key, &choice) {
            return self.run(&plan, &outline, values, 0);
        }
        let source = read.map_or_else(|| self.read(text), Ok)?;
        let (plan, work) = self.merge(&source, &outline, &choice, asked.operation())?;
        let plan = Arc::new(plan);
        self.cache.keep(key, &outline, choice, &plan);
        self.run(&plan, &outline, values, work)
    }

    /// How many documents are kept ready, and how many bytes they are thought to take.
    pub fn kept(&self) -> (usize, usize) {
        self.cache.size()
    }

    fn read<'a>(&self, text: &'a str) -> Result<Source<'a>, Errors> {
        let (limits, lines) = (&self.settings, Lines::new(text));
        if text.len() > limits.bytes {
            return Err(vec![limits::too_large("bytes", limits.bytes)]);
        }
        if tokens::count(text, limits.tokens) > limits.tokens {
            return Err(vec![limits::too_large("tokens", limits.tokens)]);
        }
        let (document, mut faults) = self.parse(text, &lines)?;
        let (errors, work) = measure::check(&document, limits);
        if !errors.is_empty() {
            return Err(errors);
        }
        let document = document.validate(&self.types.schema).map_err(|invalid| {
            faults.merge(invalid.errors);
            self.invalid(&faults, &lines)
        })?;
        if faults.is_empty() {
            return Ok(Source { lines, document, work });
        }
        Err(self.invalid(&faults, &lines))
    }

    /// The document, and what of it the schema does not have.
    fn parse(
        &self,
        text: &str,
        lines: &Lines<'_>,
    ) -> Result<(ExecutableDocument, DiagnosticList), Errors> {
        let most = self.settings.tokens.saturating_mul(PARSER_TOKENS);
        let mut parser = Parser::new().recursion_limit(DEEPEST).token_limit(most);
        let parsed = parser.parse_ast(text, "document.graphql");
        if parser.recursion_reached() > DEEPEST {
            return Err(vec![limits::too_large("levels of nesting", DEEPEST)]);
        }
        if parser.tokens_reached() > most {
            return Err(vec![limits::too_large("tokens, spaces and comments", most)]);
        }
        let parsed = parsed.map_err(|faulty| fault::of_syntax(&faulty.errors, lines))?;
        if let Some(at) = tokens::without_value(text) {
            return Err(vec![fault::without_value(at, lines)]);
        }
        let none = DiagnosticList::new(Arc::clone(&parsed.sources));
        Ok(match parsed.to_executable(&self.types.schema) {
            Ok(document) => (document, none),
            Err(faulty) => (faulty.partial, faulty.errors),
        })
    }

    fn invalid(&self, faults: &DiagnosticList, lines: &Lines<'_>) -> Errors {
        let types = self.settings.suggestions.then_some(&*self.types);
        fault::of_validation(faults, lines, types)
    }

    fn values(&self, outline: &Outline, asked: &Asked) -> Result<Variables, Errors> {
        let none = Map::new();
        let given = asked.variables.as_ref().unwrap_or(&none);
        let rules = Rules {
            types: &self.types,
            check_scalar: self.check_scalar,
            suggests: self.settings.suggestions,
        };
        variables::coerce(rules, outline, given)
    }

    fn values_of(&self, source: &Source<'_>, operation: &Operation) -> Errors {
        let (types, check_scalar) = (&self.types, self.check_scalar);
        values::check(types, check_scalar, &source.document, operation, &source.lines)
    }

    fn merge(
        &self,
        source: &Source<'_>,
        outline: &Outline,
        choice: &[bool],
        name: Option<&str>,
    ) -> Result<(Plan, usize), Errors> {
        let operation = source.operation(name)?;
        let errors = self.values_of(source, operation);
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut merger = Merger {
            types: &self.types,
            document: &source.document,
            chosen: Chosen { names: &outline.deciding, values: choice },
            lines: &source.lines,
            limits: &self.settings,
            visited: 0,
            fields: 0,
            written: 0,
        };
        let set = &operation.selection_set;
        let merged = merger.merge(&set.ty, &[set]).map_err(|error| vec![error])?;
        let work = merger.visited + source.work;
        let size = merger.size();
        let plan = Plan::new(kind(operation.operation_type), &outline.declared, merged, size);
        self.allow(&plan, source)?;
        Ok((plan, work))
    }

    fn allow(&self, plan: &Plan, source: &Source<'_>) -> Result<(), Errors> {
        let asks = plan.root_fields().any(introspection::asks_schema);
        if self.settings.introspection || !asks {
            return Ok(());
        }
        let message = "This server does not tell its schema. Ask its administrator for it.";
        Err(vec![fault::invalid(message, source.lines.at(0))])
    }

    fn run(
        &self,
        plan: &Plan,
        outline: &Outline,
        values: Variables,
        work: usize,
    ) -> Result<Prepared, Errors> {
        let cost = plan.cost(Terms { values: &values, page: self.page });
        if cost > self.settings.cost {
            return Err(vec![limits::too_costly(cost, self.settings.cost)]);
        }
        let (kind, is_introspection) = (plan.kind, plan.is_introspection());
        let (request, name) = (plan.request(values), outline.name.clone());
        let counted_as = plan.field.clone();
        Ok(Prepared { request, kind, name, counted_as, cost, work, is_introspection })
    }
}

impl Source<'_> {
    fn operation(&self, name: Option<&str>) -> Result<&Node<Operation>, Errors> {
        self.document.operations.get(name).map_err(|_| {
            let message = match name {
                Some(_) => "The document has no operation of this name. Check operationName.",
                None => {
                    "The document has several operations: say with operationName which one to run."
                }
            };
            vec![request_error(code::OPERATION_RESOLUTION_FAILURE, message, None)]
        })
    }

    fn outline(&self, name: Option<&str>) -> Result<Outline, Errors> {
        let operation = self.operation(name)?;
        let declared = variables::declared(operation, &self.lines).map_err(|error| vec![error])?;
        let deciding = condition::variables(&self.document, operation);
        let name = operation.name.as_ref().map(|name| name.as_str().into());
        Ok(Outline { name, declared, deciding, bytes: self.lines.text().len() })
    }
}

fn kind(kind: Kind) -> OperationType {
    match kind {
        Kind::Query => OperationType::Query,
        Kind::Mutation => OperationType::Mutation,
        Kind::Subscription => OperationType::Subscription,
    }
}
