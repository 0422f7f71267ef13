//! Has the database fail as it does where disks are full, cables are cut and servers fall.

use std::{
    borrow::Cow,
    error::Error,
    fmt,
    io::ErrorKind as IoKind,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use engine::db::{Fate, Layer, Step};
use sea_orm::sqlx::{
    self,
    error::{DatabaseError, ErrorKind},
};

use crate::support::{Kind, TestApp};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no room.
    Full,
    /// Nothing can be read or written.
    Io,
    /// Somebody else holds it.
    Busy,
    /// What is stored is damaged.
    Corrupt,
    /// The connection is gone before it was asked.
    Gone,
    /// The connection is gone before it answered.
    Lost,
}

pub const FAULTS: [Fault; 6] =
    [Fault::Full, Fault::Io, Fault::Busy, Fault::Corrupt, Fault::Gone, Fault::Lost];

type Script = Box<dyn FnMut(Step<'_>) -> Option<Fault> + Send>;

/// The way from one server to its database, which can be broken.
#[derive(Clone)]
pub struct Breaker {
    kind: Kind,
    script: Arc<Mutex<Option<Script>>>,
    happened: Arc<AtomicUsize>,
}

impl Breaker {
    pub fn new(kind: Kind) -> Self {
        Self { kind, script: Arc::default(), happened: Arc::default() }
    }

    /// Another server on the same database, whose way to it this is.
    pub async fn server(&self, app: &TestApp) -> TestApp {
        app.behind(self.layer(), app.app.settings().clone()).await
    }

    pub fn layer(&self) -> Layer {
        let breaker = self.clone();
        Layer { statement: None, fate: Some(Arc::new(move |step| breaker.fate(step))) }
    }

    /// From now on each step is asked about.
    pub fn play(&self, script: impl FnMut(Step<'_>) -> Option<Fault> + Send + 'static) {
        self.happened.store(0, Ordering::SeqCst);
        *self.script.lock().unwrap() = Some(Box::new(script));
    }

    /// The step of this number from now fails, the first is 1, and no other, whoever takes it.
    pub fn once(&self, number: usize, fault: Fault) {
        let mut steps = 0;
        self.play(move |_| {
            steps += 1;
            (steps == number).then_some(fault)
        });
    }

    /// The step of this number from now fails, the first is 1. Where it is the first one of a connection, the one that
    /// is to take its place fails, too, and both count as one: whoever has nobody else to ask must say so.
    pub fn at(&self, number: usize, fault: Fault) {
        let (mut left, mut begun, happened) = (number, false, self.happened.clone());
        let may_be_another =
            self.kind == Kind::Postgres && matches!(fault, Fault::Gone | Fault::Lost);
        self.play(move |step| {
            if std::mem::take(&mut begun) && step == Step::Connect {
                happened.fetch_sub(1, Ordering::SeqCst);
                return Some(fault);
            }
            left = left.saturating_sub(1);
            if left > 0 {
                return None;
            }
            left = usize::MAX;
            begun = may_be_another && is_first(step);
            Some(fault)
        });
    }

    /// Every step like this fails.
    pub fn always(&self, at: impl Fn(Step<'_>) -> bool + Send + 'static, fault: Fault) {
        self.play(move |step| at(step).then_some(fault));
    }

    /// All is well again: how many steps failed.
    pub fn mend(&self) -> usize {
        *self.script.lock().unwrap() = None;
        self.happened.swap(0, Ordering::SeqCst)
    }

    fn fate(&self, step: Step<'_>) -> Fate {
        let mut script = self.script.lock().unwrap();
        let Some(fault) = script.as_mut().and_then(|script| script(step)) else {
            return Fate::Runs;
        };
        self.happened.fetch_add(1, Ordering::SeqCst);
        match self.kind {
            Kind::Sqlite => on_sqlite(fault, step),
            Kind::Postgres => on_postgres(fault),
        }
    }
}

/// Whether it may be the first one of a connection.
fn is_first(step: Step<'_>) -> bool {
    match step {
        Step::Begin => true,
        Step::Statement(sql) => sql.starts_with("SELECT"),
        _ => false,
    }
}

/// SQLite undoes the transaction by itself when there is no room or no disk. It is no server: nothing is
/// lost on the way from it, but its thread can be gone.
fn on_sqlite(fault: Fault, step: Step<'_>) -> Fate {
    let inside = matches!(step, Step::Statement(_) | Step::Commit);
    let undoes = |code| if inside { Fate::Undoes(coded(code)) } else { Fate::Fails(coded(code)) };
    match fault {
        Fault::Full => undoes("13"),
        Fault::Io => undoes("778"),
        Fault::Busy => Fate::Fails(coded("5")),
        Fault::Corrupt => Fate::Fails(coded("11")),
        Fault::Gone | Fault::Lost => Fate::Fails(sqlx::Error::WorkerCrashed),
    }
}

fn on_postgres(fault: Fault) -> Fate {
    let gone = || sqlx::Error::Io(IoKind::UnexpectedEof.into());
    match fault {
        Fault::Full => Fate::Fails(coded("53100")),
        Fault::Io => Fate::Fails(coded("58030")),
        Fault::Busy => Fate::Fails(coded("55P03")),
        Fault::Corrupt => Fate::Fails(coded("XX001")),
        Fault::Gone => Fate::Fails(gone()),
        Fault::Lost => Fate::Loses(gone()),
    }
}

/// An error of the database with this code.
pub fn coded(code: &'static str) -> sqlx::Error {
    sqlx::Error::Database(Box::new(Coded(code)))
}

#[derive(Debug)]
struct Coded(&'static str);

impl fmt::Display for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the test has the database fail with {}", self.0)
    }
}

impl Error for Coded {}

impl DatabaseError for Coded {
    fn message(&self) -> &str {
        self.0
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.0.into())
    }

    fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
