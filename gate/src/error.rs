//! What is wrong with a request, as GraphQL errors: a code always.

use async_graphql::{Pos, ServerError};

/// The codes of what is wrong with a request: Apollo's well-known ones, which clients know how to treat, and ours.
pub mod code {
    /// The document cannot be parsed.
    pub const GRAPHQL_PARSE_FAILED: &str = "GRAPHQL_PARSE_FAILED";
    /// The document asks for what the schema does not have.
    pub const GRAPHQL_VALIDATION_FAILED: &str = "GRAPHQL_VALIDATION_FAILED";
    /// The document has no such operation, or several to choose from.
    pub const OPERATION_RESOLUTION_FAILURE: &str = "OPERATION_RESOLUTION_FAILURE";
    /// The document is too large to be read.
    pub const DOCUMENT_TOO_LARGE: &str = "DOCUMENT_TOO_LARGE";
    /// The operation asks for too much at once.
    pub const QUERY_TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";
    /// The request is not one.
    pub const BAD_REQUEST: &str = "BAD_REQUEST";
    /// No document has this hash: the text is asked for.
    pub const PERSISTED_QUERY_NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";
    /// Nothing is run by its hash here.
    pub const PERSISTED_QUERY_NOT_SUPPORTED: &str = "PERSISTED_QUERY_NOT_SUPPORTED";
    /// The text and the hash do not belong together.
    pub const PERSISTED_QUERY_MISMATCH: &str = "PERSISTED_QUERY_MISMATCH";
    /// Only what the operator trusts is run.
    pub const DOCUMENT_NOT_TRUSTED: &str = "DOCUMENT_NOT_TRUSTED";
    /// An argument or a variable is wrong.
    pub const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
}

/// The most errors of an answer.
pub const MOST_ERRORS: usize = 20;

/// An error of a request, found before anything ran.
pub fn request_error(code: &str, message: impl Into<String>, place: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(message, place);
    error.extensions.get_or_insert_default().set("code", code);
    error
}
