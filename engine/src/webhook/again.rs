//! Delivering again: one event, or everything after a place in the log.

use domain::{event::cursor::LogCursor, language::Message, refusal::Problem, text::invalid};
use entity::{
    ids::{WebhookDeliveryId, WebhookId},
    webhook,
    webhook_delivery::State,
};

use super::{change::held, manage, settings, store};
use crate::{
    audit::{self, Details},
    command::Command,
    error::{Error, Result, also},
    event,
    tx::Tx,
};

/// Delivering one event again, as patiently as when it was new.
#[derive(Clone, Copy, Debug)]
pub struct Redeliver {
    /// Which delivery.
    pub delivery_id: WebhookDeliveryId,
}

impl Command for Redeliver {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        redeliver(tx, self.delivery_id).await
    }
}

/// One that waits already goes on waiting, but not for long.
async fn redeliver(tx: &mut Tx, id: WebhookDeliveryId) -> Result<()> {
    manage(tx.actor()).map_err(|error| error.about(id))?;
    let unseen = || {
        let problem = Problem::NotFound { kind: "delivery of a webhook" };
        Error::from(problem.at("deliveryId").about(id))
    };
    let row = store::delivery(tx.conn(), id).await?.ok_or_else(unseen)?;
    if let Some(webhook) = store::find(tx.conn(), row.webhook_id).await? {
        let told = Details { after: Some(row.event_id.to_string()), ..audit::named(&webhook.name) };
        audit::note(tx, audit::Kind::WebhookRedelivered, webhook.id, told).await?;
    }
    let times = (tx.now(), tx.now() + settings(tx.base()).backoff.give_up_after);
    match row.state {
        State::Pending => store::hurry(tx.conn(), id, tx.now()).await,
        _ => store::revive(tx.conn(), id, times).await,
    }
}

/// Going back to a place in the log: all that followed is delivered again.
#[derive(Clone, Copy, Debug)]
pub struct Replay {
    /// To which endpoint.
    pub webhook_id: WebhookId,
    /// After which event; none where what was given is no place.
    pub after: Option<LogCursor>,
}

impl Command for Replay {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        replay(tx, self).await
    }
}

/// What still waits from after that place is read again with the rest, so that nothing comes out of order.
async fn replay(tx: &mut Tx, command: &Replay) -> Result<()> {
    let held = held(tx, command.webhook_id).await;
    if matches!(&held, Err(error) if !error.is_not_found()) {
        return held.map(drop);
    }
    let position = replay_position(tx, command, held.as_ref().ok()).await;
    let (row, position) = match (held, position) {
        (Err(unseen), Err(Error::Refused(all))) => return Err(also(unseen, all)),
        (Err(error), _) | (_, Err(error)) => return Err(error),
        (Ok(row), Ok(position)) => (row, position),
    };
    let after = command.after.and_then(|place| place.event).map(|event| event.to_string());
    let told = Details { after, ..audit::named(&row.name) };
    audit::note(tx, audit::Kind::WebhookReplayed, row.id, told).await?;
    store::drop_waiting_after(tx.conn(), row.id, position).await?;
    store::set_position(tx.conn(), row.id, position).await
}

async fn replay_position(tx: &Tx, command: &Replay, row: Option<&webhook::Model>) -> Result<i64> {
    let Some(after) = command.after else { return Err(no_place().into()) };
    let here = match after.position {
        0 => None,
        position => event::store::id_at(tx.conn(), position).await?,
    };
    if here != after.event {
        return Err(no_place().into());
    }
    if row.is_some_and(|row| row.position < after.position) {
        let reason = Message::of("replay-too-far");
        return Err(invalid(reason).at("after").into());
    }
    Ok(after.position)
}

fn no_place() -> domain::refusal::Refusal {
    let reason = Message::of("replay-nowhere");
    invalid(reason).at("after")
}
