//! One round of deliveries to an endpoint: of each deal one event after the other, as long as they are taken, and many
//! deals at once.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::atomic::{AtomicBool, Ordering},
};

use chrono::TimeDelta;
use domain::webhook::answer::{self, Meaning};
use entity::{
    Timestamp,
    ids::EventId,
    member, webhook,
    webhook_delivery::{self, State},
};
use futures_util::{StreamExt, stream};

use super::{
    super::{
        payload::{self, Seen},
        send::{Message, PARALLEL, Reply, Sender},
    },
    finish::{Attempt, Outcome},
    message, traced,
};
use crate::{app::App, auth, error::Result};

type Row = webhook_delivery::Model;

/// What every event of a round is sent with.
struct Round<'a> {
    app: &'a App,
    sender: &'a Sender,
    webhook: &'a webhook::Model,
    member: member::Model,
    /// Those that the member may see, as it was judged at this moment.
    seen: HashMap<EventId, Seen>,
    judged_at: Timestamp,
    /// The endpoint wants to be left alone.
    is_over: AtomicBool,
}

/// Delivers what is due, and tells what became of it. What the round does not come to waits for the next one; nothing
/// is done where nobody may see anything.
pub(super) async fn deliver(
    app: &App,
    sender: &Sender,
    webhook: &webhook::Model,
    due: Vec<Row>,
) -> Result<Option<Vec<Attempt>>> {
    let Some(member) = payload::member(app.db().reader(), webhook.member_id).await? else {
        return Ok(None);
    };
    let ids = due.iter().map(|row| row.event_id).collect();
    let seen = payload::seen(app, &member, ids).await?;
    let judged_at = app.clock().now();
    let is_over = AtomicBool::new(false);
    let round = Round { app, sender, webhook, member, seen, judged_at, is_over };
    let deals = by_deal(due).into_iter().map(|rows| round.deal(rows));
    let attempts: Vec<_> = stream::iter(deals).buffer_unordered(PARALLEL).collect().await;
    let attempts: Result<Vec<_>> = attempts.into_iter().collect();
    Ok(Some(attempts?.into_iter().flatten().collect()))
}

/// The rows of each deal, in their order; the deal that has waited longest comes first.
fn by_deal(due: Vec<Row>) -> Vec<Vec<Row>> {
    let (mut deals, mut places) = (Vec::<Vec<Row>>::new(), HashMap::new());
    for row in due {
        match places.entry(row.deal_id) {
            Entry::Occupied(place) => {
                let place: usize = *place.get();
                deals[place].push(row);
            }
            Entry::Vacant(place) => {
                place.insert(deals.len());
                deals.push(vec![row]);
            }
        }
    }
    deals
}

impl Round<'_> {
    /// Sends the events of a deal, until one is not taken or the round is over.
    async fn deal(&self, rows: Vec<Row>) -> Result<Vec<Attempt>> {
        let mut attempts = Vec::with_capacity(rows.len());
        for row in rows {
            if self.is_over() {
                break;
            }
            let attempt = self.attempt(row).await?;
            let (ends, holds_up) = (attempt.outcome.ends_round(), attempt.outcome.holds_up());
            self.is_over.fetch_or(ends, Ordering::SeqCst);
            attempts.push(attempt);
            if holds_up {
                break;
            }
        }
        Ok(attempts)
    }

    /// Whether nothing more may begin to be sent: the endpoint wants to be left alone, or it was judged so long ago that
    /// rights may have changed (rule 17).
    fn is_over(&self) -> bool {
        let age = self.app.clock().now() - self.judged_at;
        let fresh = TimeDelta::zero()..=TimeDelta::from_std(auth::FRESH).unwrap_or_default();
        self.is_over.load(Ordering::SeqCst) || !fresh.contains(&age)
    }

    async fn attempt(&self, row: Row) -> Result<Attempt> {
        let Some(seen) = self.seen.get(&row.event_id) else {
            return Ok(Attempt { row, outcome: Outcome::Skipped });
        };
        match payload::body(self.app, self.webhook, &self.member, seen).await? {
            Err(reason) => Ok(Attempt { row, outcome: Outcome::Refused(reason) }),
            Ok(body) => Ok(self.send(row, body).await),
        }
    }

    async fn send(&self, row: Row, body: String) -> Attempt {
        let at = self.app.clock().now();
        let message = message(self.webhook, row.event_id, at, body);
        let number = row.attempts.saturating_add(1);
        let (message, reply) = traced(self.app, self.sender, self.webhook, (message, number)).await;
        let outcome = outcome(&reply, self.app.clock().now());
        Attempt { row: tried(row, at, message, reply), outcome }
    }
}

fn outcome(reply: &Reply, now: Timestamp) -> Outcome {
    let Some(status) = reply.status else {
        return Outcome::Busy(reply.error.clone().unwrap_or_default(), None);
    };
    match answer::meaning(status, reply.retry_after.as_deref(), now) {
        Meaning::Taken => Outcome::Taken,
        Meaning::Refused(reason) => Outcome::Refused(reason),
        Meaning::Busy(reason, until) => Outcome::Busy(reason, until),
        Meaning::Gone => Outcome::Gone,
    }
}

/// The row with what was sent, and what was answered.
fn tried(row: Row, at: Timestamp, message: Message, reply: Reply) -> Row {
    Row {
        state: State::Pending,
        attempts: row.attempts + 1,
        attempted_at: Some(at),
        request: Some(message.body),
        status: reply.status.map(i32::from),
        answer: reply.answer,
        took: Some(reply.took),
        ..row
    }
}
