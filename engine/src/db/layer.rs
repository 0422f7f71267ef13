//! What stands between the program and its connections: nothing, but for tests that count what is asked of
//! the database, or have it fail as disks, networks and servers do.

use std::{fmt, sync::Arc};

use sea_orm::sqlx;

/// Told the text of each statement when it has run; what tests count.
pub type StatementHook = Arc<dyn Fn(&str) + Send + Sync>;
/// Asked before each step what becomes of it.
pub type FateHook = Arc<dyn Fn(Step<'_>) -> Fate + Send + Sync>;

/// What is about to be asked of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A connection, an open one or a new one.
    Connect,
    /// The beginning of a transaction.
    Begin,
    /// This statement.
    Statement(&'a str),
    /// The end of a transaction: all of it is to be true.
    Commit,
    /// The end of a transaction: nothing of it is to be true.
    Rollback,
}

/// What becomes of it.
#[derive(Debug)]
pub enum Fate {
    /// What the database says.
    Runs,
    /// It is not done, and this is why.
    Fails(sqlx::Error),
    /// The database undoes the whole transaction by itself, as SQLite does when there is no room.
    Undoes(sqlx::Error),
    /// It is done, but the answer is lost on its way.
    Loses(sqlx::Error),
}

/// The hooks of a test: none in a program that serves.
#[derive(Clone, Default)]
pub struct Layer {
    /// What hears of each statement.
    pub statement: Option<StatementHook>,
    /// What decides how each step ends.
    pub fate: Option<FateHook>,
}

impl From<StatementHook> for Layer {
    fn from(hook: StatementHook) -> Self {
        Self { statement: Some(hook), fate: None }
    }
}

impl Layer {
    /// What becomes of this step.
    pub(super) fn fate(&self, step: Step<'_>) -> Fate {
        self.fate.as_ref().map_or(Fate::Runs, |hook| hook(step))
    }

    /// This statement has run.
    pub(super) fn ran(&self, sql: &str) {
        if let Some(hook) = &self.statement {
            hook(sql);
        }
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Layer")
    }
}
