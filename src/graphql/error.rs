//! Faults of a request, or of ours, as GraphQL errors: a code always, internals never.

use async_graphql::{Error as GraphQlError, ErrorExtensionValues};

use crate::{
    error::{BUSY, Error, SIGN_IN},
    refusal::{Problem, Refusal},
};

/// Apollo's well-known codes, which clients know how to treat, and ours.
pub mod code {
    /// An argument is wrong.
    pub const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
    /// No valid token.
    pub const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
    /// It does not exist, or may not be seen.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// The viewer may not do it.
    pub const FORBIDDEN: &str = "FORBIDDEN";
    /// A feed cursor that does not belong to this log.
    pub const CURSOR_INVALID: &str = "CURSOR_INVALID";
    /// Somebody else holds what is needed: try again.
    pub const SERVICE_UNAVAILABLE: &str = "SERVICE_UNAVAILABLE";
    /// A fault of ours.
    pub const INTERNAL_SERVER_ERROR: &str = "INTERNAL_SERVER_ERROR";
}

impl From<Error> for GraphQlError {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusals) => refused(&refusals),
            Error::Unauthenticated => coded(SIGN_IN, code::UNAUTHENTICATED),
            Error::Busy => coded(BUSY, code::SERVICE_UNAVAILABLE),
            Error::BadCursor => coded(
                "This cursor does not belong to this list in this order. Start again without it.",
                code::BAD_USER_INPUT,
            ),
            Error::CursorInvalid => coded(
                "This feed cursor does not belong to this log: the database was restored, or the cursor is of something else. Query again, and subscribe after the feedCursor of the answer.",
                code::CURSOR_INVALID,
            ),
            Error::Internal(cause) => internal(&*cause),
        }
    }
}

fn coded(message: &str, code: &str) -> GraphQlError {
    let mut error = GraphQlError::new(message);
    extensions(&mut error).set("code", code);
    error
}

fn extensions(error: &mut GraphQlError) -> &mut ErrorExtensionValues {
    error.extensions.get_or_insert_default()
}

fn refused(refusals: &[Refusal]) -> GraphQlError {
    let texts: Vec<_> = refusals.iter().map(|one| one.problem.message()).collect();
    let code = match refusals.first().map(|one| &one.problem) {
        Some(Problem::NotFound { .. }) => code::NOT_FOUND,
        Some(Problem::Forbidden { .. }) => code::FORBIDDEN,
        _ => code::BAD_USER_INPUT,
    };
    coded(&texts.join(" "), code)
}

/// The cause goes to the log under a number that the client is told: nothing else leaves the house.
fn internal(cause: &(dyn std::error::Error + Send + Sync)) -> GraphQlError {
    let mut bytes = [0; 8];
    let _ = getrandom::fill(&mut bytes);
    let id = format!("{:016x}", u64::from_be_bytes(bytes));
    tracing::error!(error_id = %id, cause = %cause, "an operation failed");
    let message =
        format!("Something went wrong on our side. Tell your administrator this number: {id}");
    let mut error = coded(&message, code::INTERNAL_SERVER_ERROR);
    extensions(&mut error).set("errorId", id);
    error
}

/// What a field that can fail resolves to: an error nulls the field, never its parent.
pub type Field<T> = Option<async_graphql::Result<T>>;

/// A field that is null only with an error.
pub fn field<T>(result: crate::error::Result<T>) -> Field<T> {
    Some(result.map_err(GraphQlError::from))
}

/// A field that may be null without an error.
pub fn maybe<T>(result: crate::error::Result<Option<T>>) -> Field<T> {
    result.map_err(GraphQlError::from).transpose()
}
