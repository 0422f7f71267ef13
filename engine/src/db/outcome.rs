//! What became of a commit whose answer did not come.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use tokio::time::{sleep, timeout};

use super::pool::Pool;
use crate::fault::code;

/// How long to ask, in all: a server that restarts is given that time.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it is true.
    Committed,
    /// Nothing of it is.
    Nothing,
    /// Nobody could be asked.
    Unknown,
}

/// Begins a transaction on PostgreSQL that can be asked about afterwards: its number, and when it began. It
/// waits for another one to let go as long as on SQLite; said here, and not to the session, which may belong
/// to others.
pub(crate) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '20s'; \
    SELECT pg_current_xact_id()::text, clock_timestamp()::text";

/// The number is given again when a server that crashed lost it, so `committed` is only believed where a
/// session of ours has lived through it all: a crash ends every one of them.
const ASK: &str = "SELECT coalesce(pg_xact_status($1::text::xid8), '') AS status, \
    EXISTS (SELECT 1 FROM pg_stat_activity WHERE usename = session_user \
    AND backend_start < $2::text::timestamptz AND pid <> pg_backend_pid()) AS same_life";

/// By what PostgreSQL knows a transaction.
#[derive(Clone, Debug)]
pub(crate) struct Witness {
    number: String,
    began: String,
}

impl Witness {
    /// What [`BEGIN`] told.
    pub(crate) fn from(row: Vec<String>) -> Option<Self> {
        let [number, began] = row.try_into().ok()?;
        Some(Self { number, began })
    }
}

impl Outcome {
    /// SQLite is in this process: what it answers is so. A server may have committed before it fell.
    pub(crate) async fn of(witness: Option<&Witness>, is_answer: bool, pool: &Pool) -> Self {
        match witness {
            Some(witness) => timeout(PATIENCE, ask(witness, pool)).await.unwrap_or(Self::Unknown),
            None if is_answer => Self::Nothing,
            None => Self::Unknown,
        }
    }
}

/// Until the server knows.
async fn ask(witness: &Witness, pool: &Pool) -> Outcome {
    loop {
        match asked(witness, pool).await {
            Ok(Some(outcome)) => return outcome,
            Ok(None) => {}
            // A number that was never given: the server that gave it lost it when it crashed.
            Err(error) if code(&error).as_deref() == Some("22023") => return Outcome::Nothing,
            Err(error) => {
                tracing::debug!(target: "waypost::db::outcome", %error, "a commit could not be asked about; trying again")
            }
        }
        sleep(PAUSE).await;
    }
}

async fn asked(witness: &Witness, pool: &Pool) -> Result<Option<Outcome>, DbErr> {
    let values = [witness.number.clone().into(), witness.began.clone().into()];
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, ASK, values);
    pool.query_one_raw(ask).await?.map_or(Ok(None), |row| judged(&row))
}

fn judged(row: &QueryResult) -> Result<Option<Outcome>, DbErr> {
    let status: String = row.try_get("", "status")?;
    Ok(judge(&status, row.try_get("", "same_life")?))
}

/// None: it is still going on.
fn judge(status: &str, is_same_life: bool) -> Option<Outcome> {
    match (status, is_same_life) {
        ("in progress", _) => None,
        ("aborted", _) => Some(Outcome::Nothing),
        ("committed", true) => Some(Outcome::Committed),
        _ => Some(Outcome::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_believed_only_of_a_server_that_has_not_fallen_since() {
        assert_eq!(judge("committed", true), Some(Outcome::Committed));
        assert_eq!(judge("committed", false), Some(Outcome::Unknown));
        assert_eq!(judge("aborted", false), Some(Outcome::Nothing));
        assert_eq!(judge("in progress", true), None);
        assert_eq!(judge("", true), Some(Outcome::Unknown), "too long ago");
    }

    #[test]
    fn sqlite_knows_what_it_answered() {
        assert!(Witness::from(Vec::new()).is_none());
        let row = vec!["7".to_owned(), "2026-03-02".to_owned()];
        assert!(Witness::from(row).is_some());
    }
}
