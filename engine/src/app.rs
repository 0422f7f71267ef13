//! What the edge holds: it owns every unit of work and every snapshot, and knows no noun.

use std::{
    ops::Deref,
    time::{Duration, Instant},
};

use domain::policy::Actor;
use sea_orm::{DbBackend, DbErr};

pub use crate::base::{Base, Settings};
use crate::{
    clock::Clock,
    command::{self, AnyCommand, AnyOutput, Command, Done},
    db::Db,
    error::{Error, Result},
    fault::{Fault, fault},
    measures::Measures,
    trouble,
    tx::{Snapshot, Touched, Tx},
};

mod lanes;
mod series;
mod turn;
mod writing;

use lanes::Way;
pub use series::SeriesLimit;
pub use writing::Writing;

/// How often a unit of work that lost a race is tried again.
const TRIES: u32 = 12;

/// The application: cheap to clone. It is what everything stands on, and begins units of work on it.
#[derive(Clone)]
pub struct App {
    base: Base,
}

impl Deref for App {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.base
    }
}

/// The application, for whoever only holds what it stands on.
impl From<&Base> for App {
    fn from(base: &Base) -> Self {
        Self { base: base.clone() }
    }
}

type AnyDone = Done<AnyOutput>;

impl App {
    /// The application on this database.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self::with(db, clock, Settings::default())
    }

    /// The application on this database, configured.
    pub fn with(db: Db, clock: Clock, settings: Settings) -> Self {
        Self { base: Base::new(db, clock, settings) }
    }

    /// What the last attempt to write came to.
    pub fn writing(&self) -> &Writing {
        self.part()
    }

    /// One consistent view for this actor; its transaction begins with the first statement.
    pub fn read(&self, actor: Actor) -> Snapshot {
        Snapshot::new(self.base.clone(), actor)
    }

    /// Runs one unit of work to its end, together with others where it can be, tries again when it lost a race, and
    /// answers after the commit. It runs on a task of its own: a client that hangs up cancels nothing half-way.
    pub async fn write<C: Command>(&self, actor: Actor, command: C) -> Result<C::Output> {
        Ok(self.perform(actor, command).await?.value)
    }

    /// Runs one unit of work as [`Self::write`] does, and tells what it left behind, too.
    pub async fn perform<C: Command>(&self, actor: Actor, command: C) -> Result<Done<C::Output>> {
        let Done { value, left } = self.write_any(actor, Box::new(command)).await?;
        Ok(Done { value: command::output::<C>(value)?, left })
    }

    async fn write_any(&self, actor: Actor, command: Box<dyn AnyCommand>) -> Result<AnyDone> {
        match self.way(&actor, &*command) {
            Some(way) => self.write_among(actor, command, way).await,
            None => self.write_alone(actor, command).await,
        }
    }

    /// How a unit of work goes with others, if it does. What the server does for itself may take long.
    fn way(&self, actor: &Actor, command: &dyn AnyCommand) -> Option<Way> {
        let turn = command.among().map(Way::Turn);
        turn.or_else(|| {
            (self.has_one_writer() && actor.member_id().is_some()).then_some(Way::Series)
        })
    }

    /// Whether all units of work wait for each other anyway.
    fn has_one_writer(&self) -> bool {
        self.db().backend() == DbBackend::Sqlite
    }

    fn measures(&self) -> &Measures {
        Measures::of(self)
    }

    async fn write_alone(&self, actor: Actor, command: Box<dyn AnyCommand>) -> Result<AnyDone> {
        self.measures().alone.inc();
        let app = self.clone();
        let task = tokio::spawn(async move { app.try_until_done(&actor, &*command).await });
        task.await.map_err(|cause| Error::Internal(Box::new(cause)))?
    }

    async fn try_until_done(&self, actor: &Actor, command: &dyn AnyCommand) -> Result<AnyDone> {
        let mut tries = 1;
        loop {
            match self.try_once(actor.clone(), command).await {
                Err(error) if tries < TRIES && lost_a_race(&error) => {
                    self.measures().retries.inc();
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

    async fn try_once(&self, actor: Actor, command: &dyn AnyCommand) -> Result<AnyDone> {
        let mut tx = Tx::begin(self.base.clone(), actor).await?;
        match judged(&mut tx, command).await {
            Ok(value) => {
                let left = tx.left();
                self.publish(&self.commit(tx).await?);
                Ok(Done { value, left })
            }
            Err(error) => {
                if let Err(fault) = tx.rollback().await {
                    trouble::note("a unit of work was not rolled back in order", &fault);
                }
                Err(error)
            }
        }
    }

    async fn commit(&self, tx: Tx) -> Result<Touched> {
        let has_written = tx.has_written();
        let touched = tx.commit().await?;
        if has_written {
            self.writing().succeeded();
        }
        Ok(touched)
    }

    /// Says "look" to whoever waits; what there is to see is in the table (decision 5).
    fn publish(&self, touched: &Touched) {
        if touched.people {
            self.bus().people_changed();
        }
        if !touched.deals.is_empty() || !touched.processes.is_empty() {
            self.bus().wake_sequencer();
        }
        touched.deals.iter().for_each(|deal| self.bus().wake(*deal));
        touched.processes.iter().for_each(|process| self.bus().wake_process(*process));
        touched.members.iter().for_each(|member| self.bus().wake_inbox(*member));
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
