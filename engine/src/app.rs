//! What the edge holds: the database, the clock and the wake-up; it owns every transaction.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{file::sign::Key, policy::Actor};
use sea_orm::DbErr;
use tokio::sync::{Notify, OnceCell};

use crate::{
    clock::Clock,
    command::{self, AnyCommand, AnyOutput, Command},
    db::{
        Db,
        fault::{Fault, fault},
    },
    error::{Error, Result},
    event::{bus::Bus, seal::Seal},
    file::{self, turn::Uploads},
    mail,
    process::versions::Versions,
    token::uses::Uses,
    trouble,
    tx::{Snapshot, Touched, Tx},
    writing::Writing,
};

/// How often a unit of work that lost a race is tried again.
const TRIES: u32 = 12;

/// What an operator configures, apart from the database.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach this server: what links begin with, without a slash at the end.
    pub public_url: String,
    /// Where files are, and which may be uploaded.
    pub files: file::Settings,
    /// How mail goes out; none: none does.
    pub mail: Option<mail::Settings>,
}

impl Default for Settings {
    fn default() -> Self {
        let public_url = "http://127.0.0.1:8000".to_owned();
        Self { public_url, files: file::Settings::default(), mail: None }
    }
}

/// The application: cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    db: Db,
    clock: Clock,
    bus: Bus,
    versions: Versions,
    sequencer: Notify,
    token_uses: Uses,
    file_key: OnceCell<Key>,
    seal: OnceCell<Seal>,
    uploads: Uploads,
    writing: Writing,
}

impl App {
    /// The application on this database.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self::with(db, clock, Settings::default())
    }

    /// The application on this database, configured.
    pub fn with(db: Db, clock: Clock, settings: Settings) -> Self {
        let inner = Inner {
            settings,
            db,
            clock,
            bus: Bus::default(),
            versions: Versions::default(),
            sequencer: Notify::new(),
            token_uses: Uses::default(),
            file_key: OnceCell::new(),
            seal: OnceCell::new(),
            uploads: Uploads::default(),
            writing: Writing::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// What the operator configured.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// Where the time and new ids come from.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Who waits for which deal or process.
    pub fn bus(&self) -> &Bus {
        &self.inner.bus
    }

    /// Told whenever rows were committed that have no place in the log yet.
    pub fn sequencer(&self) -> &Notify {
        &self.inner.sequencer
    }

    /// When tokens were used, as far as it is not written yet.
    pub fn token_uses(&self) -> &Uses {
        &self.inner.token_uses
    }

    /// The files that are being sent to this server.
    pub fn uploads(&self) -> &Uploads {
        &self.inner.uploads
    }

    /// What the last attempt to write came to.
    pub fn writing(&self) -> &Writing {
        &self.inner.writing
    }

    /// What signs the URLs of files, once it was read.
    pub fn file_key(&self) -> &OnceCell<Key> {
        &self.inner.file_key
    }

    /// What feed cursors are sealed with, once it was read.
    pub fn seal(&self) -> &OnceCell<Seal> {
        &self.inner.seal
    }

    /// The process versions read so far.
    pub fn versions(&self) -> &Versions {
        &self.inner.versions
    }

    /// One consistent view for this actor; its transaction begins with the first statement.
    pub fn read(&self, actor: Actor) -> Snapshot {
        Snapshot::new(self.clone(), actor)
    }

    /// Runs one unit of work to its end, tries again when it lost a race, and answers after the
    /// commit. It runs on a task of its own: a client that hangs up cancels nothing half-way.
    pub async fn write<C: Command>(&self, actor: Actor, command: C) -> Result<C::Output> {
        command::output::<C>(self.write_any(actor, Box::new(command)).await?)
    }

    async fn write_any(&self, actor: Actor, command: Box<dyn AnyCommand>) -> Result<AnyOutput> {
        let app = self.clone();
        let task = tokio::spawn(async move { app.try_until_done(&actor, &*command).await });
        task.await.map_err(|cause| Error::Internal(Box::new(cause)))?
    }

    async fn try_until_done(&self, actor: &Actor, command: &dyn AnyCommand) -> Result<AnyOutput> {
        let mut tries = 1;
        loop {
            match self.try_once(actor.clone(), command).await {
                Err(error) if tries < TRIES && lost_a_race(&error) => {
                    tokio::time::sleep(pause(tries)).await;
                    tries += 1;
                }
                Err(error) => {
                    self.writing().ended_with(&error);
                    return Err(error);
                }
                done => return done,
            }
        }
    }

    async fn try_once(&self, actor: Actor, command: &dyn AnyCommand) -> Result<AnyOutput> {
        let mut tx = Tx::begin(self.clone(), actor).await?;
        match judged(&mut tx, command).await {
            Ok(value) => {
                let has_written = tx.has_written();
                let touched = tx.commit().await?;
                if has_written {
                    self.writing().succeeded();
                }
                self.publish(&touched);
                Ok(value)
            }
            Err(error) => {
                if let Err(fault) = tx.rollback().await {
                    trouble::note("a unit of work was not rolled back in order", &fault);
                }
                Err(error)
            }
        }
    }

    /// Says "look" to whoever waits; what there is to see is in the table (decision 5).
    fn publish(&self, touched: &Touched) {
        if touched.people {
            self.inner.bus.people_changed();
        }
        if !touched.deals.is_empty() || !touched.processes.is_empty() {
            self.inner.sequencer.notify_one();
        }
        touched.deals.iter().for_each(|deal| self.inner.bus.wake(*deal));
        touched.processes.iter().for_each(|process| self.inner.bus.wake_process(*process));
        touched.members.iter().for_each(|member| self.inner.bus.wake_inbox(*member));
    }
}

/// Works for whoever the actor is now (rule 17).
async fn judged(tx: &mut Tx, command: &dyn AnyCommand) -> Result<AnyOutput> {
    tx.renew_actor().await?;
    let begun = Instant::now();
    let value = command.run_any(tx).await?;
    tx.expect_rights(begun.elapsed()).await?;
    Ok(value)
}

/// Whether trying again is the answer: a deadlock, a serialisation failure, an id made by a client that
/// another unit of work used at the same moment, or a deal that went to another process meanwhile.
fn lost_a_race(error: &Error) -> bool {
    if matches!(error, Error::Again) {
        return true;
    }
    let Error::Internal(cause) = error else { return false };
    let Some(error) = cause.downcast_ref::<DbErr>() else { return false };
    fault(error) == Fault::Race || claimed_at_once(error)
}

fn claimed_at_once(error: &DbErr) -> bool {
    match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(text)) => {
            text.contains("claimed_id") || text.contains("completion_pkey")
        }
        _ => false,
    }
}

/// Longer after each try, and never the same for two who lost the same race.
fn pause(tries: u32) -> Duration {
    let mut jitter = [0; 1];
    let _ = getrandom::fill(&mut jitter);
    Duration::from_millis(u64::from(tries * tries) + u64::from(jitter[0]) / 16)
}
