//! What an operator configures about documents, and how going beyond it is told.

use async_graphql::ServerError;

use super::trusted::Trusted;
use crate::error::{code, request_error};

/// What an operator configures about documents.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The most bytes of a document.
    pub bytes: usize,
    /// The most tokens of a document.
    pub tokens: usize,
    /// How deeply fields may be nested.
    pub depth: usize,
    /// The most aliases of an operation, its fragments expanded.
    pub aliases: usize,
    /// The most directives of an operation, its fragments expanded.
    pub directives: usize,
    /// The most fields at the root of an operation.
    pub root_fields: usize,
    /// The most selections of an operation, its fragments expanded.
    pub selections: usize,
    /// The highest cost of a request.
    pub cost: u64,
    /// How much memory prepared documents may take, in bytes; none are kept when zero.
    pub cache: usize,
    /// Whether clients may ask for the schema.
    pub introspection: bool,
    /// Whether errors suggest names that exist.
    pub suggestions: bool,
    /// The documents that run by hash.
    pub trusted: Trusted,
}

/// How many selections may be visited for each that may be asked for: some are asked of many types.
const VISITS: usize = 10;
/// How many bytes the values in a merged operation may have for each that a document may have: a fragment's are
/// written wherever it is spread.
const WRITTEN: usize = 4;

impl Settings {
    /// How many selections may be looked at to prepare an operation.
    pub fn visits(&self) -> usize {
        self.selections.saturating_mul(VISITS)
    }

    /// How many bytes the values in a merged operation may have.
    pub fn written(&self) -> usize {
        self.bytes.saturating_mul(WRITTEN)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bytes: 256 * 1024,
            tokens: 5_000,
            depth: 15,
            aliases: 30,
            directives: 50,
            root_fields: 20,
            selections: 5_000,
            cost: 500_000,
            cache: 16 * 1024 * 1024,
            introspection: true,
            suggestions: true,
            trusted: Trusted::default(),
        }
    }
}

/// A document that is refused before it is read.
pub(crate) fn too_large(measure: &str, limit: usize) -> ServerError {
    let message = format!("A document may have at most {limit} {measure}. Split it.");
    beyond(code::DOCUMENT_TOO_LARGE, &message, measure, limit as u64)
}

/// An operation that asks for too much at once.
pub(crate) fn too_complex(measure: &str, limit: usize) -> ServerError {
    let message = format!(
        "An operation may have at most {limit} {measure}, its fragments expanded. Ask for less at once."
    );
    beyond(code::QUERY_TOO_COMPLEX, &message, measure, limit as u64)
}

/// A request that could answer with too much at once.
pub(crate) fn too_costly(cost: u64, limit: u64) -> ServerError {
    let message = format!(
        "This costs {cost}, and at most {limit} is allowed. Ask for smaller pages (first, last) or for fewer lists within lists."
    );
    let mut error = beyond(code::QUERY_TOO_COMPLEX, &message, "cost", limit);
    error.extensions.get_or_insert_default().set("cost", cost);
    error
}

fn beyond(code: &str, message: &str, measure: &str, limit: u64) -> ServerError {
    let mut error = request_error(code, message, None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("measure", measure);
    extensions.set("limit", limit);
    error
}
