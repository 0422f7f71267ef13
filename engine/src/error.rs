//! The one error type. What users read and what the log keeps never mix; it knows no transport.

use std::fmt;

use domain::{
    language::{Language, Message},
    refusal::{Problem, Refusal},
};
use sea_orm::{DbErr, RuntimeErr, sqlx};

use crate::fault::{Fault, code, fault};

/// The result of everything that can be refused or fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the log is told of a fault, and nobody else.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no result.
#[derive(Debug)]
pub enum Error {
    /// The rules say no: every reason at once, for the user.
    Refused(Vec<Refusal>),
    /// No valid token.
    Unauthenticated,
    /// A page cursor that this server did not make, or made for another order.
    BadCursor,
    /// A feed cursor that does not belong to this log.
    CursorInvalid,
    /// Somebody else holds what is needed, and did not let go of it in time.
    Busy,
    /// What was to be decided by changed while its lock was waited for: the unit of work begins again.
    Again,
    /// The database, or the store of files, cannot do it now: that passes.
    Unavailable(Cause),
    /// The connection broke while a unit of work was committed: nobody knows whether it was done.
    Unsure(Cause),
    /// A fault of ours, or damage: the cause is for the log only.
    Internal(Cause),
}

impl Error {
    /// What is asked for does not exist, or must not be seen: the two look alike (rule 16).
    pub fn not_found(kind: &'static str) -> Self {
        Self::from(Problem::NotFound { kind }.refused())
    }

    /// A fault that cannot happen unless the program is wrong.
    pub fn bug(what: impl Into<String>) -> Self {
        Self::Internal(what.into().into())
    }

    /// Whether nothing is wrong with what was asked, nor with the program: trying again later is the answer.
    pub fn passes(&self) -> bool {
        match self {
            Self::Busy | Self::Again | Self::Unavailable(_) | Self::Unsure(_) => true,
            Self::Internal(cause) => is_race(cause),
            _ => false,
        }
    }

    /// Something that should have come long ago has not.
    pub fn overdue(what: &'static str) -> Self {
        Self::Unavailable(what.into())
    }

    /// Whether this says that something does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(all) if all.iter().any(|one| matches!(one.problem, Problem::NotFound { .. })))
    }

    /// This error, with its refusals one field further out.
    pub fn at(self, field: &str) -> Self {
        match self {
            Self::Refused(all) => Self::Refused(all.into_iter().map(|one| one.at(field)).collect()),
            other => other,
        }
    }
}

impl Error {
    /// This error, with its refusals about this thing.
    pub fn about(self, id: impl ToString) -> Self {
        match self {
            Self::Refused(all) => {
                Self::Refused(all.into_iter().map(|one| one.about(id.to_string())).collect())
            }
            other => other,
        }
    }
}

/// An error with more refusals than it had, each told once; a fault stays what it is.
pub fn also(error: Error, more: Vec<Refusal>) -> Error {
    match error {
        Error::Refused(mut all) => {
            for refusal in more {
                if !all.contains(&refusal) {
                    all.push(refusal);
                }
            }
            Error::Refused(all)
        }
        fault => fault,
    }
}

/// Both values, or everything that is wrong with either.
pub fn both<A, B>(one: Result<A>, other: Result<B>) -> Result<(A, B)> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(Error::Refused(all)), Err(Error::Refused(more))) => {
            Err(also(Error::Refused(all), more))
        }
        (Err(Error::Refused(_)), Err(fault)) | (Err(fault), _) | (_, Err(fault)) => Err(fault),
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        problem.refused().into()
    }
}

/// What to do without a valid token.
pub const SIGN_IN: Message = Message::of("fault-sign-in");
/// What to do when somebody else holds what is needed.
pub const BUSY: Message = Message::of("fault-busy");
/// What to do when the database or the store of files cannot do it now.
pub const UNAVAILABLE: Message = Message::of("fault-unavailable");
/// What to do when nobody knows whether it was done.
pub const UNSURE: Message = Message::of("fault-unsure");
/// After how many seconds to try again what cannot be done now.
pub const RETRY_AFTER: u64 = 2;

/// A race that was lost too often: others were always faster.
fn is_race(cause: &Cause) -> bool {
    cause.downcast_ref::<DbErr>().is_some_and(|cause| fault(cause) == Fault::Race)
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match fault(&error) {
            Fault::Busy if code(&error).is_some() => Self::Busy,
            // Without a code nobody answered: no connection was to be had in time.
            Fault::Busy | Fault::Passing => Self::Unavailable(Box::new(error)),
            Fault::Unsure => Self::Unsure(Box::new(error)),
            Fault::Constraint | Fault::Race | Fault::Damaged | Fault::Bug => {
                Self::Internal(Box::new(error))
            }
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        DbErr::Conn(RuntimeErr::SqlxError(error.into())).into()
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

/// For the command line and the log; the API has its own texts for each case.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(all) => {
                let texts: Vec<_> =
                    all.iter().map(|one| one.problem.message(Language::English)).collect();
                f.write_str(&texts.join(" "))
            }
            Self::Unauthenticated => f.write_str(&SIGN_IN.text(Language::English)),
            Self::Busy | Self::Again => f.write_str(&BUSY.text(Language::English)),
            Self::BadCursor => f.write_str("This cursor does not belong to this list."),
            Self::CursorInvalid => f.write_str("This feed cursor does not belong to this log."),
            Self::Unavailable(cause) | Self::Unsure(cause) | Self::Internal(cause) => {
                write!(f, "{cause}")
            }
        }
    }
}

impl std::error::Error for Error {}

/// Collects what is wrong, so that all of it is said at once.
#[derive(Debug, Default)]
pub struct Problems(Vec<Refusal>);

impl From<Vec<Refusal>> for Problems {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self(refusals)
    }
}

impl Problems {
    /// Adds a refusal.
    pub fn push(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// The value if there is one, otherwise its refusals are added. A fault ends the work at once.
    pub fn take<T>(&mut self, result: Result<T, impl Into<Error>>) -> Result<Option<T>> {
        match result.map_err(Into::into) {
            Ok(value) => Ok(Some(value)),
            Err(Error::Refused(mut all)) => {
                self.0.append(&mut all);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value that nothing speaks against, or everything that does.
    pub fn settle<T>(self, value: Option<T>) -> Result<T> {
        self.check()?;
        value.ok_or_else(|| Error::bug("nothing is wrong, and yet there is no value"))
    }

    /// Adds several.
    pub fn extend(&mut self, refusals: impl IntoIterator<Item = Refusal>) {
        self.0.extend(refusals);
    }

    /// All that is wrong.
    pub fn into_refusals(self) -> Vec<Refusal> {
        self.0
    }

    /// Refused, if anything is wrong.
    pub fn check(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Refused(self.0)) }
    }
}
