//! Trying an endpoint out: a real event is sent there as it would be delivered, and nothing is counted.

use domain::{language, policy::Actor, refusal::Problem, text::invalid};
use entity::{
    ids::{EventId, WebhookId},
    webhook,
};

use super::{
    deliver, manage, payload,
    read::wants,
    send::{Message, Reply, Sender},
    settings, store,
};
use crate::{
    app::App,
    error::{Error, Result},
};

/// How far back an event is looked for that the endpoint is told of.
const BACK: u64 = 200;
/// Which attempt a trial is.
const FIRST: i32 = 1;

/// What was sent, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What was sent.
    pub message: Message,
    /// What came of it.
    pub reply: Reply,
}

/// Sends an event to an endpoint: this one, or the newest that the endpoint is told of.
pub async fn try_out(
    app: &App,
    actor: &Actor,
    id: WebhookId,
    event: Option<EventId>,
) -> Result<Trial> {
    let webhook = known(app, actor, id).await?;
    let ids = match event {
        Some(event) => vec![event],
        None => newest(app, &webhook).await?,
    };
    let (event, body) = body(app, &webhook, ids).await?.ok_or_else(|| nothing(event))?;
    let body = body.map_err(|reason| {
        Error::from(invalid(language::Message::verbatim(reason)).at("webhookId"))
    })?;
    let message = deliver::message(&webhook, event, app.clock().now(), body);
    let sender = Sender::new(settings(app)).map_err(Error::bug)?;
    let (message, reply) = deliver::traced(app, &sender, &webhook, (message, FIRST)).await;
    Ok(Trial { message, reply })
}

/// What is sent of the first of these events that the webhook's member may see.
async fn body(
    app: &App,
    webhook: &webhook::Model,
    ids: Vec<EventId>,
) -> Result<Option<(EventId, payload::Body)>> {
    let Some(member) = payload::member(app.db().reader(), webhook.member_id).await? else {
        return Ok(None);
    };
    let mut seen = payload::seen(app, &member, ids.clone()).await?;
    let Some((id, seen)) = ids.into_iter().find_map(|id| Some((id, seen.remove(&id)?))) else {
        return Ok(None);
    };
    Ok(Some((id, payload::body(app, webhook, &member, &seen).await?)))
}

/// An endpoint, for whoever may look after it.
pub async fn known(app: &App, actor: &Actor, id: WebhookId) -> Result<webhook::Model> {
    manage(actor).map_err(|error| error.about(id))?;
    let unseen = || Error::from(Problem::NotFound { kind: "webhook" }.at("webhookId").about(id));
    store::find(app.db().reader(), id).await?.ok_or_else(unseen)
}

fn nothing(event: Option<EventId>) -> domain::refusal::Refusal {
    match event {
        Some(id) => Problem::NotFound { kind: "event" }.at("eventId").about(id),
        None => invalid(language::Message::of("trial-nothing")).at("eventId"),
    }
}

async fn newest(app: &App, webhook: &webhook::Model) -> Result<Vec<EventId>> {
    let events = store::newest(app.db().reader(), BACK).await?;
    Ok(events.into_iter().filter(|event| wants(webhook, event)).map(|event| event.id).collect())
}
