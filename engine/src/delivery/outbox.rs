//! Sending what is due, until the server stops.

use std::{marker::PhantomData, time::Duration};

use futures_util::{StreamExt, stream};

use super::{Attempt, Cancel, Channel, Claim, ClaimDue, Id, News, Outcome, store};
use crate::{app::App, error::Result};

/// How much is claimed at once: with patience for each step, it is gone within the lease.
const BATCH: u64 = 50;
/// How long something new waits at most until somebody looks.
const POLL: Duration = Duration::from_secs(1);

/// What one look led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// How much was due.
    pub due: usize,
    /// How much of it the receiver took.
    pub sent: usize,
    /// What went wrong with something that is tried again.
    pub trouble: Option<String>,
}

/// Sends what is due now: at most one batch. Nothing is locked while the receiver is waited for.
pub async fn run_due<C: Channel>(app: &App, channel: &C) -> Result<Round> {
    if !store::is_due::<C::Table>(app.db().reader(), app.clock().now()).await? {
        return Ok(Round::default());
    }
    let claimed = app.write(C::ACTOR, ClaimDue::<C>::new(BATCH)).await?;
    let mut round = Round { due: claimed.due, ..Round::default() };
    let sending = claimed.messages.into_iter();
    let sending = sending.map(|(claim, message)| deliver(app, channel, claim, message));
    let mut sending = stream::iter(sending).buffer_unordered(C::PARALLEL);
    let mut fault = Ok(());
    // To the end whatever happens: what is dropped in the middle would leave its answer in the connection, and the
    // next one would take it for its own.
    while let Some(outcome) = sending.next().await {
        match outcome {
            Ok(Some(Outcome::Sent)) => round.sent += 1,
            Ok(Some(Outcome::Later(reason))) => round.trouble = Some(reason),
            Ok(Some(Outcome::Never(_)) | None) => {}
            Err(error) => fault = Err(error),
        }
    }
    fault.map(|()| round)
}

/// Sends what was claimed, unless it waited here until it was not allowed or not wanted any more (rules 17 and 19):
/// then nothing comes of it.
pub async fn deliver<C: Channel>(
    app: &App,
    channel: &C,
    claim: Claim<Id<C>>,
    message: C::Message,
) -> Result<Option<Outcome>> {
    if !is_wanted::<C>(app, claim.id).await? {
        app.write(C::ACTOR, Cancel::<C>(claim.id)).await?;
        return Ok(None);
    }
    let outcome = channel.send(&message).await;
    if let Outcome::Never(reason) = &outcome {
        C::log(&News::Parked(&claim.id.to_string(), reason));
    }
    let attempt = Attempt::<C> { claim, outcome: outcome.clone(), jitter: jitter() };
    app.write(C::ACTOR, attempt).await?;
    Ok(Some(outcome))
}

async fn is_wanted<C: Channel>(app: &App, id: Id<C>) -> Result<bool> {
    let conn = app.db().reader();
    let rows = store::rows::<C::Table>(conn, id).await?;
    Ok(C::compose(app, conn, rows).await?.contains_key(&id))
}

fn jitter() -> u16 {
    let mut bytes = [0; 2];
    let _ = getrandom::fill(&mut bytes);
    u16::from_be_bytes(bytes)
}

/// Sends until the server stops; what is on its way then is finished first.
pub async fn run<C: Channel>(app: App, channel: C) {
    let mut stopping = app.bus().stopping();
    let mut trouble = Trouble::<C>::default();
    while !*stopping.borrow() {
        let more = match run_due(&app, &channel).await {
            Ok(round) => trouble.after(&round),
            Err(error) => trouble.is(&error.to_string()),
        };
        if more {
            continue;
        }
        tokio::select! {
            _ = stopping.changed() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Whether a channel is in trouble: told once when it begins, and once when it ends.
struct Trouble<C> {
    is_stuck: bool,
    channel: PhantomData<C>,
}

impl<C> Default for Trouble<C> {
    fn default() -> Self {
        Self { is_stuck: false, channel: PhantomData }
    }
}

impl<C: Channel> Trouble<C> {
    /// Whether to look again at once: a receiver in trouble is left alone for a moment.
    fn after(&mut self, round: &Round) -> bool {
        match &round.trouble {
            Some(reason) => {
                self.is(reason);
            }
            None if round.sent > 0 && std::mem::take(&mut self.is_stuck) => C::log(&News::Flows),
            None => {}
        }
        round.due > 0 && round.trouble.is_none()
    }

    fn is(&mut self, reason: &str) -> bool {
        if !std::mem::replace(&mut self.is_stuck, true) {
            C::log(&News::Stuck(reason));
        }
        false
    }
}
