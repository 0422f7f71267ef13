//! Delivering to one endpoint, in rounds: of each deal what waits, one after the other, judged right before it is sent.
//! Whatever becomes of it concerns this endpoint alone.

use domain::webhook::signature;
use entity::{
    Timestamp,
    ids::{EventId, WebhookId},
    webhook,
};

use super::{
    COURIER, hold,
    read::ReadOn,
    send::{Message, Reply, Sender},
    store,
};
use crate::{app::App, error::Result, event, traces::Traces};

mod finish;
mod round;

use finish::Finish;

/// How many events one round has at most.
const ROUND: u64 = 200;

/// Reads on and delivers what is due now to one endpoint, and tells whether there may be more to do at once.
pub async fn step(app: &App, sender: &Sender, id: WebhookId) -> Result<bool> {
    let now = app.clock().now();
    let found = store::find(app.db().reader(), id).await?;
    let Some(webhook) = found.filter(|webhook| is_served(webhook, now)) else { return Ok(false) };
    if !hold(app).await? {
        return Ok(false);
    }
    let mut due = store::due(app.db().reader(), id, now, ROUND).await?;
    let mut more = false;
    if (due.len() as u64) < ROUND && has_more(app, &webhook).await? {
        more = app.write(COURIER, ReadOn(id)).await?;
        due = store::due(app.db().reader(), id, app.clock().now(), ROUND).await?;
    }
    if due.is_empty() {
        return Ok(more);
    }
    let Some(attempts) = round::deliver(app, sender, &webhook, due).await? else {
        return Ok(false);
    };
    let ends = attempts.iter().any(|attempt| attempt.outcome.ends_round());
    app.write(COURIER, Finish { webhook_id: id, attempts }).await?;
    Ok(!ends)
}

fn is_served(webhook: &webhook::Model, now: Timestamp) -> bool {
    webhook.stop.is_none() && webhook.not_before.is_none_or(|at| at <= now)
}

async fn has_more(app: &App, webhook: &webhook::Model) -> Result<bool> {
    Ok(event::store::last(app.db().reader()).await?.position > webhook.position)
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
