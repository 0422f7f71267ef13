//! Deliveries (decision 11): what leaves the house, by whichever channel. It is written down in the unit of work that
//! makes it necessary, and sent after the commit: claimed under a lease, judged anew, tried again with growing
//! pauses, and parked where it cannot be delivered. A receiver that is down delays that and nothing else.

use std::{collections::HashMap, marker::PhantomData};

use chrono::TimeDelta;
use domain::policy::Actor;
use entity::Timestamp;
use sea_orm::ConnectionTrait;

use crate::{base::Base, command::Command, error::Result, tx::Tx};

mod outbox;
pub(crate) mod store;

pub use domain::delivery::Backoff;

pub use outbox::{Round, deliver, run, run_due};
pub use store::{Field, Row, Table};

/// How long whoever claimed something has to send it; then others may.
const LEASE: TimeDelta = TimeDelta::minutes(15);

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Sent,
    /// Not now: the receiver is away, is busy, or does not let us in.
    Later(String),
    /// Never: the receiver refuses it, or it cannot be written.
    Never(String),
}

/// How it goes with a channel, for its log.
#[derive(Clone, Debug)]
pub enum News<'a> {
    /// This one was parked: it cannot be delivered, for this reason.
    Parked(&'a str, &'a str),
    /// Nothing goes out, for this reason; told once.
    Stuck(&'a str),
    /// It goes out again.
    Flows,
}

/// A way out of the house.
pub trait Channel: Sized + Send + Sync + 'static {
    /// The table of what waits.
    type Table: Table;
    /// What is sent.
    type Message: Clone + Send + Sync + 'static;

    /// On whose behalf.
    const ACTOR: Actor;
    /// How many are on their way at once.
    const PARALLEL: usize;

    /// How attempts are spaced.
    fn backoff(base: &Base) -> Backoff;

    /// What to send for these rows. A row whose message is not allowed or not wanted any more (rules 17 and 19) has
    /// none, and is cancelled.
    fn compose<C: ConnectionTrait>(
        base: &Base,
        conn: &C,
        rows: Vec<Row<Self::Table>>,
    ) -> impl Future<Output = Result<HashMap<Id<Self>, Self::Message>>> + Send;

    /// Sends one, and waits for the answer.
    fn send(&self, message: &Self::Message) -> impl Future<Output = Outcome> + Send;

    /// Writes in the log how it goes.
    fn log(news: &News<'_>);
}

/// The id of a row of a channel's table.
pub type Id<C> = <<C as Channel>::Table as Table>::Id;

/// The right to send something, for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<I> {
    /// What.
    pub id: I,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// From when on a failure is the last one.
    pub give_up_at: Timestamp,
}

/// What one server has claimed.
#[derive(Clone, Debug)]
pub struct Claimed<C: Channel> {
    /// How many were due.
    pub due: usize,
    /// Those that are still wanted, ready to be sent.
    pub messages: Vec<(Claim<Id<C>>, C::Message)>,
}

/// Claiming what is due.
pub struct ClaimDue<C> {
    limit: u64,
    channel: PhantomData<fn() -> C>,
}

impl<C> ClaimDue<C> {
    /// At most so much.
    pub fn new(limit: u64) -> Self {
        Self { limit, channel: PhantomData }
    }
}

impl<C: Channel> Command for ClaimDue<C> {
    type Output = Claimed<C>;

    async fn run(&self, tx: &mut Tx) -> Result<Claimed<C>> {
        claim(tx, self.limit).await
    }
}

/// Claims what is due: for a while nobody else does. It is judged anew, and what is not allowed or not wanted any
/// more is cancelled.
async fn claim<C: Channel>(tx: &mut Tx, limit: u64) -> Result<Claimed<C>> {
    let rows = store::lock_due::<C::Table>(tx.conn(), tx.now(), limit).await?;
    let due = rows.len();
    let claims: Vec<_> = rows.iter().map(C::Table::claim).collect();
    let mut messages = C::compose(tx.base(), tx.conn(), rows).await?;
    let (mut wanted, mut cancelled) = (Vec::with_capacity(due), Vec::new());
    for claim in claims {
        match messages.remove(&claim.id) {
            Some(message) => wanted.push((claim, message)),
            None => cancelled.push(claim.id),
        }
    }
    let taken = wanted.iter().map(|(claim, _)| claim.id).collect();
    store::attempt::<C::Table>(tx.conn(), taken, tx.now() + LEASE).await?;
    store::cancel::<C::Table>(tx.conn(), cancelled, tx.now()).await?;
    Ok(Claimed { due, messages: wanted })
}

/// An attempt, and what became of it.
struct Attempt<C: Channel> {
    claim: Claim<Id<C>>,
    outcome: Outcome,
    /// Any number: what spreads the next attempts.
    jitter: u16,
}

impl<C: Channel> Command for Attempt<C> {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        finish(tx, self).await
    }
}

/// Giving up what is not wanted any more.
struct Cancel<C: Channel>(Id<C>);

impl<C: Channel> Command for Cancel<C> {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        store::cancel::<C::Table>(tx.conn(), vec![self.0], tx.now()).await
    }
}

/// Writes what became of an attempt: sent, tried again later, or parked.
async fn finish<C: Channel>(tx: &mut Tx, attempt: &Attempt<C>) -> Result<()> {
    let Attempt { claim, outcome, jitter } = attempt;
    let (conn, now) = (tx.conn(), tx.now());
    let failures = claim.attempt.unsigned_abs();
    let next = C::backoff(tx.base()).next((now, claim.give_up_at), failures, *jitter);
    match (outcome, next) {
        (Outcome::Sent, _) => store::sent::<C::Table>(conn, claim.id, now).await,
        (Outcome::Later(reason), Some(at)) => {
            store::later::<C::Table>(conn, claim, reason, at).await
        }
        (Outcome::Later(reason) | Outcome::Never(reason), _) => {
            store::park::<C::Table>(conn, claim, reason, now).await
        }
    }
}
