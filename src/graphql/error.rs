//! Faults of a request, or of ours, as GraphQL errors: a code always, internals never.

use std::time::Duration;

use async_graphql::{
    Error as GraphQlError, ErrorExtensionValues, Pos, ServerError, Value,
    parser::types::OperationType,
};
use domain::{
    language::Message,
    refusal::{Problem, Refusal},
    text::shortened,
};
use engine::{
    error::{BUSY, Error, RETRY_AFTER, SIGN_IN, UNAVAILABLE, UNSURE},
    trouble,
};
pub(crate) use gate::error::{MOST_ERRORS, request_error};
use gate::is_about_input;

use crate::{language, request_id::RequestId};

/// Apollo's well-known codes, which clients know how to treat, and ours.
pub(crate) mod code {
    pub(crate) use gate::error::code::*;

    /// No valid token.
    pub(crate) const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
    /// It does not exist, or may not be seen.
    pub(crate) const NOT_FOUND: &str = "NOT_FOUND";
    /// The viewer may not do it.
    pub(crate) const FORBIDDEN: &str = "FORBIDDEN";
    /// A feed cursor that does not belong to this log.
    pub(crate) const CURSOR_INVALID: &str = "CURSOR_INVALID";
    /// It cannot be done now, and that passes: try again.
    pub(crate) const SERVICE_UNAVAILABLE: &str = "SERVICE_UNAVAILABLE";
    /// It took too long.
    pub(crate) const TIMEOUT: &str = "TIMEOUT";
    /// The client takes nothing that there is.
    pub(crate) const NOT_ACCEPTABLE: &str = "NOT_ACCEPTABLE";
    /// Asked too often: wait.
    pub(crate) const RATE_LIMITED: &str = "RATE_LIMITED";
    /// The socket runs as many operations as it may.
    pub(crate) const TOO_MANY_OPERATIONS: &str = "TOO_MANY_OPERATIONS";
    /// A fault of ours.
    pub(crate) const INTERNAL_SERVER_ERROR: &str = "INTERNAL_SERVER_ERROR";
}

/// What became of a mutation that a fault met, in `extensions.outcome`.
pub(crate) mod outcome {
    use async_graphql::ServerError;
    use domain::language::Message;

    use crate::language;

    /// It was done, and only its answer could not be read.
    pub(crate) const DONE: &str = "DONE";
    /// Nothing was changed.
    pub(crate) const NOT_DONE: &str = "NOT_DONE";
    /// Nobody knows.
    pub(crate) const UNKNOWN: &str = "UNKNOWN";

    /// Whether the error says it.
    pub(crate) fn is_told(error: &ServerError) -> bool {
        error.extensions.as_ref().is_some_and(|all| all.get("outcome").is_some())
    }

    /// Says it, for programs and for people.
    pub(crate) fn tell(error: &mut ServerError, outcome: &str) {
        error.extensions.get_or_insert_default().set("outcome", outcome);
        match outcome {
            DONE => error.message = format!("{} {}", text("fault-done"), error.message),
            NOT_DONE => {
                error.message.push(' ');
                error.message.push_str(&text("fault-not-done"));
            }
            _ => {}
        }
    }

    fn text(name: &'static str) -> String {
        Message::of(name).text(language::current())
    }
}

/// The most characters of a message.
const LONGEST_MESSAGE: usize = 299;

/// Whether the error has this code.
pub(crate) fn is_code(error: &ServerError, code: &str) -> bool {
    let given = error.extensions.as_ref().and_then(|all| all.get("code"));
    matches!(given, Some(Value::String(given)) if given == code)
}

/// The errors as clients get them: each with a code, none too long, not too many.
pub(crate) fn presentable(errors: Vec<ServerError>) -> Vec<ServerError> {
    errors.into_iter().take(MOST_ERRORS).map(presentable_one).collect()
}

/// The code that an error has when it is told.
pub(crate) fn code_of(error: &ServerError) -> &str {
    match error.extensions.as_ref().and_then(|all| all.get("code")) {
        Some(Value::String(code)) => code,
        _ if is_about_input(&error.message) => code::BAD_USER_INPUT,
        _ => code::INTERNAL_SERVER_ERROR,
    }
}

/// Whether an error says what it is: what the library says has no code, and what we say always.
pub(crate) fn has_code(error: &ServerError) -> bool {
    error.extensions.as_ref().is_some_and(|all| all.get("code").is_some())
}

/// An error about a value of the request, in our own words.
pub(crate) fn wrong_input(error: &ServerError, message: &str) -> ServerError {
    let place = error.locations.first().copied();
    let path = error.path.clone();
    ServerError { path, ..request_error(code::BAD_USER_INPUT, message, place) }
}

const WRONG_INPUT: &str =
    "A value in the request is not one that its argument takes. Check the arguments and variables.";

fn presentable_one(mut error: ServerError) -> ServerError {
    if !has_code(&error) && is_about_input(&error.message) {
        error = wrong_input(&error, WRONG_INPUT);
    } else if !has_code(&error) {
        let ServerError { message, extensions, .. } =
            server_error(internal(&Uncoded(error.message)));
        error = ServerError { message, extensions, ..error };
    }
    error.locations.retain(|place| place.line > 0);
    error.message = shortened(&error.message, LONGEST_MESSAGE);
    error
}

/// What is told of an error to whoever asked: its text, its code, and what else helps.
pub(crate) fn to_graphql(error: Error) -> GraphQlError {
    if error.passes() {
        return unavailable(&error);
    }
    match error {
        Error::Refused(refusals) => refused(&refusals),
        Error::Unauthenticated => said(&SIGN_IN, code::UNAUTHENTICATED),
        Error::BadCursor => said(&Message::of("fault-bad-cursor"), code::BAD_USER_INPUT),
        Error::CursorInvalid => said(&Message::of("fault-cursor-invalid"), code::CURSOR_INVALID),
        Error::Internal(cause) => internal(&*cause),
        other => internal(&other),
    }
}

/// It cannot be done now: told to whoever asks, and once to the log.
fn unavailable(error: &Error) -> GraphQlError {
    trouble::note("an operation failed", error);
    let message = match error {
        Error::Unavailable(_) => UNAVAILABLE,
        Error::Unsure(_) => UNSURE,
        _ => BUSY,
    };
    let mut unavailable = said(&message, code::SERVICE_UNAVAILABLE);
    extensions(&mut unavailable).set("retryAfter", RETRY_AFTER);
    if matches!(error, Error::Unsure(_)) {
        extensions(&mut unavailable).set("outcome", outcome::UNKNOWN);
    }
    unavailable
}

/// A resolver panicked: the log has the place and the cause.
pub(crate) fn panicked() -> ServerError {
    server_error(internal(&Panicked))
}

/// The operation took longer than it may.
pub(crate) fn timed_out(limit: Duration, kind: OperationType) -> ServerError {
    let message = Message::of("fault-timeout").with("seconds", limit.as_secs().to_string());
    let mut error = server_error(said(&message, code::TIMEOUT));
    if kind == OperationType::Mutation {
        outcome::tell(&mut error, outcome::UNKNOWN);
    }
    error
}

/// What was wrong before anything was resolved.
pub(crate) fn of_request(error: Error) -> ServerError {
    server_error(to_graphql(error))
}

/// More was asked for than one answer can hold.
pub(crate) fn answer_too_large(limit: usize) -> ServerError {
    let limit = limit / (1024 * 1024);
    let message = Message::of("fault-too-large").with("limit", limit.to_string());
    server_error(said(&message, code::QUERY_TOO_COMPLEX))
}

fn server_error(error: GraphQlError) -> ServerError {
    error.into_server_error(Pos::default())
}

/// What nobody foresaw has no code, and may tell of our internals.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Uncoded(String);

#[derive(Debug, thiserror::Error)]
#[error("a resolver panicked; the panic was logged before this")]
struct Panicked;

/// An error in the language of whoever is answered.
fn said(message: &Message, code: &str) -> GraphQlError {
    coded(&message.text(language::current()), code)
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
    let language = language::current();
    let texts: Vec<_> = refusals.iter().map(|one| one.problem.message(language)).collect();
    let code = match refusals.first().map(|one| &one.problem) {
        Some(Problem::NotFound { .. }) => code::NOT_FOUND,
        Some(Problem::Forbidden { .. }) => code::FORBIDDEN,
        _ => code::BAD_USER_INPUT,
    };
    coded(&texts.join(" "), code)
}

/// The cause goes to the log under the name of the request, which the client is told: nothing else leaves
/// the house.
fn internal(cause: &(dyn std::error::Error + Send + Sync)) -> GraphQlError {
    let id = RequestId::current().unwrap_or_else(RequestId::fresh);
    tracing::error!(request_id = %id, cause = %cause, "an operation failed");
    let message = Message::of("fault-internal").with("number", id.as_str());
    let mut error = said(&message, code::INTERNAL_SERVER_ERROR);
    extensions(&mut error).set("requestId", id.as_str());
    error
}

/// What a field that can fail resolves to: an error nulls the field, never its parent.
pub(crate) type Field<T> = Option<async_graphql::Result<T>>;

/// A field that is null only with an error.
pub(crate) fn field<T>(result: engine::error::Result<T>) -> Field<T> {
    Some(result.map_err(to_graphql))
}

/// A field that may be null without an error.
pub(crate) fn maybe<T>(result: engine::error::Result<Option<T>>) -> Field<T> {
    result.map_err(to_graphql).transpose()
}
