//! Writing what became of attempts: delivered, tried again later, parked, or skipped; and telling administrators.

use chrono::TimeDelta;
use entity::{
    Timestamp,
    ids::WebhookId,
    member::Role,
    notification::Kind,
    webhook::{self, Stop},
    webhook_delivery::{self, State},
};

use super::super::{settings, store};
use crate::{
    command::Command,
    delivery::Backoff,
    error::Result,
    member,
    notification::{Notice, notify},
    tx::Tx,
};

/// How long an endpoint in trouble is left alone at least, whatever else is due for it.
const PAUSE: TimeDelta = TimeDelta::seconds(5);
const GONE: &str = "the endpoint answered that it is gone (410): nothing is sent there until an administrator sets it going again";

/// An attempt, and what became of it.
pub(super) struct Attempt {
    /// The delivery, with what was sent and answered.
    pub(super) row: webhook_delivery::Model,
    /// What became of it.
    pub(super) outcome: Outcome,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The endpoint has it.
    Taken,
    /// It is tried again, for this reason.
    Refused(String),
    /// It is tried again, for this reason, and the endpoint is left alone: until this moment if it said one.
    Busy(String, Option<Timestamp>),
    /// The endpoint is gone.
    Gone,
    /// The member may not see it, or not any more.
    Skipped,
}

impl Outcome {
    /// Whether the next event of the same deal has to wait.
    pub(super) fn holds_up(&self) -> bool {
        !matches!(self, Self::Taken | Self::Skipped)
    }

    /// Whether nothing else is sent there for a while.
    pub(super) fn ends_round(&self) -> bool {
        matches!(self, Self::Busy(..) | Self::Gone)
    }
}

/// Writing what became of these attempts.
pub(super) struct Finish {
    /// At which endpoint.
    pub(super) webhook_id: WebhookId,
    /// All of one round.
    pub(super) attempts: Vec<Attempt>,
}

impl Command for Finish {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        finish(tx, self).await
    }
}

/// What was removed, or began anew, while it was on its way is left as it is.
async fn finish(tx: &mut Tx, done: &Finish) -> Result<()> {
    let Some(mut webhook) = store::keep(tx.conn(), done.webhook_id).await? else { return Ok(()) };
    let ids = done.attempts.iter().map(|attempt| attempt.row.id).collect();
    let waiting = store::still_waiting(tx.conn(), ids).await?;
    let backoff = settings(tx.base()).backoff;
    let still = done.attempts.iter().filter(|attempt| waiting.contains(&attempt.row.id));
    let rows: Vec<_> = still.map(|one| after(one, tx.now(), backoff, jitter())).collect();
    let parked = rows.iter().rfind(|row| row.state == State::Dead).cloned();
    store::update_deliveries(tx.conn(), rows).await?;
    learn(&mut webhook, &done.attempts, tx.now());
    if webhook.stop == Some(Stop::Gone) {
        store::park_all(tx.conn(), webhook.id, (GONE, tx.now())).await?;
    }
    if let Some(row) = parked.filter(|_| webhook.told_at.is_none()) {
        tell(tx, &webhook, &row).await?;
        webhook.told_at = Some(tx.now());
    }
    store::update(tx.conn(), webhook).await
}

/// The delivery after an attempt.
fn after(
    attempt: &Attempt,
    now: Timestamp,
    backoff: Backoff,
    jitter: u16,
) -> webhook_delivery::Model {
    let row = attempt.row.clone();
    let ended = |state, last_error| webhook_delivery::Model {
        state,
        finished_at: Some(now),
        last_error,
        ..row.clone()
    };
    let failures = row.attempts.unsigned_abs().max(1);
    let next = backoff.next((now, row.give_up_at), failures, jitter);
    match (&attempt.outcome, next) {
        (Outcome::Taken, _) => ended(State::Sent, None),
        (Outcome::Skipped, _) => ended(State::Cancelled, None),
        (Outcome::Gone, _) => ended(State::Dead, Some(GONE.to_owned())),
        (Outcome::Refused(reason) | Outcome::Busy(reason, _), None) => {
            ended(State::Dead, Some(reason.clone()))
        }
        (Outcome::Refused(reason), Some(at)) => later(row, reason, at),
        (Outcome::Busy(reason, until), Some(at)) => {
            later(row, reason, until.map_or(at, |until| until.max(at)))
        }
    }
}

fn later(row: webhook_delivery::Model, reason: &str, at: Timestamp) -> webhook_delivery::Model {
    webhook_delivery::Model { next_attempt_at: at, last_error: Some(reason.to_owned()), ..row }
}

/// What the attempts say of the endpoint itself. One that refuses something and takes something else is well; one that
/// takes nothing is left alone.
fn learn(webhook: &mut webhook::Model, attempts: &[Attempt], now: Timestamp) {
    let takes = attempts.iter().any(|attempt| attempt.outcome == Outcome::Taken);
    let mut pause = |until| webhook.not_before = webhook.not_before.max(Some(until));
    for Attempt { outcome, .. } in attempts {
        match outcome {
            Outcome::Taken => webhook.told_at = None,
            Outcome::Refused(_) if takes => {}
            Outcome::Refused(_) => pause(now + PAUSE),
            Outcome::Busy(_, until) => pause(until.unwrap_or(now + PAUSE).max(now + PAUSE)),
            Outcome::Gone => {
                (webhook.stop, webhook.stopped_at) = (Some(Stop::Gone), Some(now));
            }
            Outcome::Skipped => {}
        }
    }
}

/// Tells every active administrator: once, until something is delivered again.
async fn tell(tx: &mut Tx, webhook: &webhook::Model, row: &webhook_delivery::Model) -> Result<()> {
    let reason = row.last_error.as_deref().unwrap_or_default();
    tracing::warn!(target: "waypost::webhook", webhook = %webhook.id, event = %row.event_id, %reason, "an event cannot be delivered: administrators find it among the deliveries of the webhook");
    let administrators = [Role::Administrator];
    let told = member::store::of_roles_or_ids(tx.conn(), &administrators, Vec::new()).await?;
    let notice = |member: &entity::member::Model| Notice {
        member_id: member.id,
        kind: Kind::WebhookFailed,
        deal_id: row.deal_id,
        event_id: row.event_id,
        completion_id: None,
        task_id: None,
    };
    let notices: Vec<_> = told.iter().map(notice).collect();
    notify(tx, &notices).await
}

fn jitter() -> u16 {
    let mut bytes = [0; 2];
    let _ = getrandom::fill(&mut bytes);
    u16::from_be_bytes(bytes)
}
