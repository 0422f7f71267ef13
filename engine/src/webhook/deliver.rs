//! Delivering to one endpoint: of each deal the first event that waits, judged right before it is sent. Whatever
//! becomes of it concerns this endpoint alone.

use domain::webhook::{
    answer::{self, Meaning},
    signature,
};
use entity::{
    Timestamp,
    ids::{EventId, WebhookId},
    webhook,
    webhook_delivery::{self, State},
};
use futures_util::{StreamExt, stream};

use super::{
    COURIER, hold,
    payload::{self, Body},
    read::ReadOn,
    send::{Message, Reply, Sender},
    store,
};
use crate::{app::App, error::Result, event, traces::Traces};

mod finish;

use finish::{Attempt, Finish, Outcome};

/// How many events of one endpoint are on their way at once, each of another deal.
const PARALLEL: usize = 8;

/// Reads on and delivers what is due now to one endpoint, and tells whether there may be more to do at once.
pub async fn step(app: &App, sender: &Sender, id: WebhookId) -> Result<bool> {
    let now = app.clock().now();
    let found = store::find(app.db().reader(), id).await?;
    let Some(webhook) = found.filter(|webhook| is_served(webhook, now)) else { return Ok(false) };
    if !hold(app).await? {
        return Ok(false);
    }
    let more = has_more(app, &webhook).await? && app.write(COURIER, ReadOn(id)).await?;
    let due = store::due(app.db().reader(), id, now, PARALLEL as u64).await?;
    if due.is_empty() {
        return Ok(more);
    }
    let attempts = attempt_all(app, sender, &webhook, due).await?;
    let is_in_trouble = attempts.iter().any(|attempt| attempt.outcome.is_trouble());
    app.write(COURIER, Finish { webhook_id: id, attempts }).await?;
    Ok(!is_in_trouble)
}

fn is_served(webhook: &webhook::Model, now: Timestamp) -> bool {
    webhook.stop.is_none() && webhook.not_before.is_none_or(|at| at <= now)
}

async fn has_more(app: &App, webhook: &webhook::Model) -> Result<bool> {
    Ok(event::store::last(app.db().reader()).await?.position > webhook.position)
}

async fn attempt_all(
    app: &App,
    sender: &Sender,
    webhook: &webhook::Model,
    due: Vec<webhook_delivery::Model>,
) -> Result<Vec<Attempt>> {
    let ids = due.iter().map(|row| row.event_id).collect();
    let mut bodies = payload::bodies(app, webhook, ids).await?;
    let with: Vec<_> = due
        .into_iter()
        .map(|row| {
            let body = bodies.remove(&row.event_id);
            (row, body)
        })
        .collect();
    let sending = with.into_iter().map(|(row, body)| attempt(app, sender, webhook, row, body));
    Ok(stream::iter(sending).buffer_unordered(PARALLEL).collect().await)
}

async fn attempt(
    app: &App,
    sender: &Sender,
    webhook: &webhook::Model,
    row: webhook_delivery::Model,
    body: Option<Body>,
) -> Attempt {
    match body {
        None => Attempt { row, outcome: Outcome::Skipped },
        Some(Err(reason)) => Attempt { row, outcome: Outcome::Later(reason, None) },
        Some(Ok(body)) => {
            let at = app.clock().now();
            let message = message(webhook, row.event_id, at, body);
            let attempt = row.attempts.saturating_add(1);
            let (message, reply) = traced(app, sender, webhook, (message, attempt)).await;
            let outcome = outcome(&reply, app.clock().now());
            Attempt { row: tried(row, at, message, reply), outcome }
        }
    }
}

/// What is sent of an event at this moment.
pub(super) fn message(
    webhook: &webhook::Model,
    event: EventId,
    at: Timestamp,
    body: String,
) -> Message {
    let (id, timestamp) = (event.to_string(), at.timestamp());
    let old = webhook.old_secret.as_ref();
    let old = old.filter(|_| webhook.old_secret_until.is_some_and(|until| at < until));
    let secrets = std::iter::once(&webhook.secret).chain(old);
    let secrets: Vec<_> = secrets.map(|secret| secret.0.as_str()).collect();
    let signature = signature::header(&secrets, &id, timestamp, &body);
    Message { url: webhook.url.clone(), id, timestamp, signature, body, trace: None }
}

/// Sends something as a span of a trace, which the endpoint can go on with.
pub(super) async fn traced(
    app: &App,
    sender: &Sender,
    webhook: &webhook::Model,
    (message, attempt): (Message, i32),
) -> (Message, Reply) {
    let span = Traces::of(app).delivery("webhook");
    span.note("waypost.webhook", webhook.id.to_string());
    span.note("waypost.event", message.id.clone());
    span.note("waypost.attempt", i64::from(attempt));
    let message = Message { trace: span.traceparent(), ..message };
    let reply = sender.send(&message).await;
    match reply.status {
        Some(status) => span.note("http.response.status_code", i64::from(status)),
        None => span.note("error.type", "no answer"),
    }
    if !reply.status.is_some_and(|status| (200..300).contains(&status)) {
        span.fails();
    }
    (message, reply)
}

fn outcome(reply: &Reply, now: Timestamp) -> Outcome {
    let Some(status) = reply.status else {
        return Outcome::Later(reply.error.clone().unwrap_or_default(), None);
    };
    match answer::meaning(status, reply.retry_after.as_deref(), now) {
        Meaning::Taken => Outcome::Taken,
        Meaning::Later(reason, until) => Outcome::Later(reason, until),
        Meaning::Gone => Outcome::Gone,
    }
}

/// The row with what was sent, and what was answered.
fn tried(
    row: webhook_delivery::Model,
    at: Timestamp,
    message: Message,
    reply: Reply,
) -> webhook_delivery::Model {
    webhook_delivery::Model {
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
