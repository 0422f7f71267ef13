//! Reading the log for one endpoint, in its one order (decision 6): what waits, and how far it was read, are written
//! together. It is read on where less than a round can be sent, and not while very many wait for what fails before them,
//! so that a backlog of millions takes no more room than that.

use std::collections::HashSet;

use domain::policy::Actor;
use entity::{
    event,
    ids::{DealId, WebhookId},
    webhook,
    webhook_delivery::{self, State},
};

use super::{payload, settings, store};
use crate::{command::Command, error::Result, tx::Tx};

/// How many events are read at once.
const BATCH: u64 = 200;

/// Reading on.
pub(super) struct ReadOn(pub(super) WebhookId);

impl Command for ReadOn {
    type Output = bool;

    async fn run(&self, tx: &mut Tx) -> Result<bool> {
        read_on(tx, self.0).await
    }
}

/// Reads on, and tells whether the log may hold more.
async fn read_on(tx: &mut Tx, id: WebhookId) -> Result<bool> {
    let Some(webhook) = store::keep(tx.conn(), id).await? else { return Ok(false) };
    let most = settings(tx.base()).most_waiting;
    if webhook.stop.is_some() || store::waiting(tx.conn(), id).await? >= most {
        return Ok(false);
    }
    let Some(member) = payload::member(tx.conn(), webhook.member_id).await? else {
        return Ok(false); // nobody may see anything for it: it goes on when somebody may again
    };
    let events = store::log_after(tx.conn(), webhook.position, BATCH).await?;
    let Some(last) = events.last().and_then(|event| event.position) else { return Ok(false) };
    let more = events.len() as u64 == BATCH;
    let events: Vec<_> = events.into_iter().filter(|event| wants(&webhook, event)).collect();
    let seen = seen(tx, &payload::actor(&member), &events).await?;
    let rows = events.iter().filter(|event| seen.contains(&event.deal_id));
    let rows = rows.map(|event| row(tx, id, event)).collect();
    store::insert_deliveries(tx.conn(), rows).await?;
    store::set_position(tx.conn(), id, last).await?;
    Ok(more)
}

/// Whether the endpoint is told of such events.
pub(super) fn wants(webhook: &webhook::Model, event: &event::Model) -> bool {
    let of_process = webhook.process_ids.as_ref().is_none_or(|wanted| {
        let left = event.from_process_id;
        wanted.0.iter().any(|id| *id == event.process_id || Some(*id) == left)
    });
    of_process && webhook.kinds.as_ref().is_none_or(|wanted| wanted.0.contains(&event.fact.kind()))
}

/// The deals of these events that the webhook's member may see now. They are judged again when they are delivered.
async fn seen(tx: &Tx, actor: &Actor, events: &[event::Model]) -> Result<HashSet<DealId>> {
    if events.is_empty() {
        return Ok(HashSet::new());
    }
    let deals = events.iter().map(|event| event.deal_id).collect();
    store::seen(tx.conn(), actor, deals).await
}

fn row(tx: &Tx, webhook: WebhookId, event: &event::Model) -> webhook_delivery::Model {
    let now = tx.now();
    webhook_delivery::Model {
        id: tx.new_id(),
        webhook_id: webhook,
        event_id: event.id,
        deal_id: event.deal_id,
        position: event.position.unwrap_or_default(),
        state: State::Pending,
        attempts: 0,
        created_at: now,
        next_attempt_at: now,
        give_up_at: now + settings(tx.base()).backoff.give_up_after,
        finished_at: None,
        last_error: None,
        attempted_at: None,
        request: None,
        status: None,
        answer: None,
        took: None,
    }
}
