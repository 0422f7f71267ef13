//! What an error of the database means: pure, from its code.

use sea_orm::{
    ConnAcquireErr, DbErr, RuntimeErr,
    sqlx::{
        self,
        error::DatabaseError,
        postgres::{PgDatabaseError, PgSeverity},
    },
};

/// What kind of error the database or the way to it gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A rule of the schema says no: unique, foreign key, not null, check.
    Constraint,
    /// Two units of work met, and this one lost: trying again is the answer.
    Race,
    /// Somebody else holds what is needed, and did not let go of it in time.
    Busy,
    /// The surroundings do not allow it now: no room, no memory, no connection, a restart, read-only.
    Passing,
    /// What is stored is damaged: it does not pass by itself, and is no bug of the program.
    Damaged,
    /// The connection broke during a commit, and nobody could be asked whether it took place.
    Unsure,
    /// What is left: the program asked for something wrong.
    Bug,
}

impl Fault {
    /// Whether the connection that gave it is as good as before once its transaction is rolled back.
    /// After every other fault nobody knows what it is still in the middle of.
    pub(crate) fn spares_the_connection(self) -> bool {
        matches!(self, Self::Constraint | Self::Race)
    }
}

/// What this error means.
pub(crate) fn fault(error: &DbErr) -> Fault {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Fault::Busy,
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Fault::Passing,
        DbErr::Custom(text) if text == UNSURE => Fault::Unsure,
        DbErr::Conn(RuntimeErr::SqlxError(cause)) => of_connecting(cause),
        _ => of_driver(error).map_or(Fault::Bug, of_cause),
    }
}

/// Whether it is about the connection and not about what was asked: another one may do.
pub(crate) fn is_of_connection(error: &DbErr) -> bool {
    match of_driver(error) {
        Some(sqlx::Error::Database(told)) => ends_the_session(&**told),
        Some(sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_)) => true,
        _ => false,
    }
}

/// Whether the values that it was given are none that the table takes: of another type, out of range, or against a rule.
pub(crate) fn is_of_values(error: &DbErr) -> bool {
    const CONSTRAINT: u32 = 19;
    const MISMATCH: u32 = 20;
    let Some(code) = code(error) else { return false };
    match code.parse::<u32>() {
        Ok(number) if code.len() < SQLSTATE => matches!(number & 0xff, CONSTRAINT | MISMATCH),
        _ => code.starts_with("22") || code.starts_with("23"),
    }
}

/// The database's own code for an error: an SQLSTATE, or SQLite's number.
pub(crate) fn code(error: &DbErr) -> Option<String> {
    code_of(of_driver(error)?)
}

fn code_of(cause: &sqlx::Error) -> Option<String> {
    Some(cause.as_database_error()?.code()?.into_owned())
}

const UNSURE: &str = "the connection broke during a commit, and whether it took place is not known";

/// The error of a commit whose outcome nobody could be asked for.
pub(crate) fn unsure() -> DbErr {
    DbErr::Custom(UNSURE.to_owned())
}

fn of_driver(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

/// Whoever connects has asked for nothing yet: whatever a server says to that, it let the program in before and
/// may do so again.
fn of_connecting(cause: &sqlx::Error) -> Fault {
    let is_server = code_of(cause).is_some_and(|code| code.len() == SQLSTATE);
    match of_cause(cause) {
        Fault::Busy => Fault::Busy,
        Fault::Damaged if !is_server => Fault::Damaged,
        _ => Fault::Passing,
    }
}

fn of_cause(cause: &sqlx::Error) -> Fault {
    match cause {
        sqlx::Error::Database(error) => match of_code(&error.code().unwrap_or_default()) {
            Fault::Bug if ends_the_session(&**error) => Fault::Passing,
            known => known,
        },
        sqlx::Error::PoolTimedOut => Fault::Busy,
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Fault::Passing,
        _ => Fault::Bug,
    }
}

/// What a server says as it ends a session is about the session, and not about what was asked: a pooler tells so,
/// too, that it could not reach the server.
fn ends_the_session(error: &dyn DatabaseError) -> bool {
    let told = error.try_downcast_ref::<PgDatabaseError>();
    told.is_some_and(|told| matches!(told.severity(), PgSeverity::Fatal | PgSeverity::Panic))
}

/// How many characters an SQLSTATE has; the numbers of SQLite have fewer.
const SQLSTATE: usize = 5;

fn of_code(code: &str) -> Fault {
    match code.parse::<u32>() {
        Ok(number) if code.len() < SQLSTATE => of_sqlite(number),
        _ => of_postgres(code),
    }
}

/// <https://www.sqlite.org/rescode.html>: the lowest byte is the kind, the rest says more.
fn of_sqlite(number: u32) -> Fault {
    const BUSY_SNAPSHOT: u32 = 517;
    match number & 0xff {
        _ if number == BUSY_SNAPSHOT => Fault::Race,
        19 => Fault::Constraint,
        5 | 6 => Fault::Busy,
        // no memory, read-only, interrupted, no input or output, full, cannot be opened, no lock
        7..=10 | 13..=15 => Fault::Passing,
        11 | 26 => Fault::Damaged,
        _ => Fault::Bug,
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>: the first two characters are the class.
fn of_postgres(code: &str) -> Fault {
    match code {
        "40001" | "40P01" => Fault::Race,
        "55P03" => Fault::Busy,
        // In a transaction that is read-only, that an earlier fault has ended, or that was idle for too long.
        "25006" | "25P02" | "25P03" | "25P04" => Fault::Passing,
        // An operator has taken a right away, as they change a password.
        "42501" => Fault::Passing,
        // What a connection had prepared is gone, or there already: a pooler stands between.
        "26000" | "42P05" => Fault::Passing,
        _ => of_class(code.get(..2).unwrap_or_default()),
    }
}

fn of_class(class: &str) -> Fault {
    match class {
        "23" => Fault::Constraint,
        // the connection, the password, the database's name, no resources, an operator, the system
        "08" | "28" | "3D" | "53" | "57" | "58" => Fault::Passing,
        "XX" => Fault::Damaged,
        _ => Fault::Bug,
    }
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, fmt, io, sync::Arc};

    use super::*;

    fn of(cause: sqlx::Error) -> Fault {
        fault(&DbErr::Query(RuntimeErr::SqlxError(Arc::new(cause))))
    }

    #[test]
    fn only_constraints_and_races_spare_the_connection() {
        let all = ["19", "1555", "23505", "40001", "40P01", "517"];
        assert!(all.iter().all(|code| of_code(code).spares_the_connection()));
        let all = ["5", "7", "10", "11", "13", "778", "25P02", "53100", "57P01", "55P03", "42601"];
        assert!(!all.iter().any(|code| of_code(code).spares_the_connection()));
    }

    #[test]
    fn what_passes_is_no_bug() {
        let sqlite = ["7", "8", "9", "10", "13", "14", "15", "522", "1802", "1032"];
        let postgres = [
            "08006", "25006", "25P02", "53100", "53200", "53300", "57014", "57P01", "57P03",
            "58030",
        ];
        for code in sqlite.iter().chain(&postgres) {
            assert_eq!(of_code(code), Fault::Passing, "{code}");
        }
        for code in ["1", "20", "21", "42601", "42P01", "22003", ""] {
            assert_eq!(of_code(code), Fault::Bug, "{code}");
        }
        for code in ["11", "26", "267", "XX001"] {
            assert_eq!(of_code(code), Fault::Damaged, "{code}");
        }
        for code in ["5", "6", "261", "55P03"] {
            assert_eq!(of_code(code), Fault::Busy, "{code}");
        }
    }

    #[test]
    fn whatever_is_said_to_whoever_connects_passes() {
        let connecting = |code| {
            let cause = sqlx::Error::Database(Box::new(Coded(code)));
            fault(&DbErr::Conn(RuntimeErr::SqlxError(Arc::new(cause))))
        };
        for code in ["55000", "42501", "0A000", "XX000", "42704", "22023", "28P01", "14"] {
            assert_eq!(connecting(code), Fault::Passing, "{code}");
        }
        assert_eq!(connecting("26"), Fault::Damaged, "a file that is no database");
        assert_eq!(of(sqlx::Error::Database(Box::new(Coded("55000")))), Fault::Bug);
    }

    #[derive(Debug)]
    struct Coded(&'static str);

    impl fmt::Display for Coded {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl std::error::Error for Coded {}

    impl DatabaseError for Coded {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> sqlx::error::ErrorKind {
            sqlx::error::ErrorKind::Other
        }
    }

    #[test]
    fn a_broken_connection_passes_and_a_wrong_column_does_not() {
        assert_eq!(of(io::Error::from(io::ErrorKind::BrokenPipe).into()), Fault::Passing);
        assert_eq!(of(sqlx::Error::WorkerCrashed), Fault::Passing);
        assert_eq!(of(sqlx::Error::PoolTimedOut), Fault::Busy);
        assert_eq!(of(sqlx::Error::RowNotFound), Fault::Bug);
        assert_eq!(fault(&DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)), Fault::Busy);
        assert_eq!(fault(&DbErr::Custom("anything".to_owned())), Fault::Bug);
        assert_eq!(fault(&unsure()), Fault::Unsure);
    }
}
