//! What is sent of an event: everything that it tells, or what the webhook's own document selects. It is read with the
//! rights that the webhook's member has at that moment (rules 22 and 23).

use std::{collections::HashMap, sync::Arc};

use domain::{
    policy::{Actor, MemberActor},
    refusal::Refusal,
    text::invalid,
    webhook::payload,
};
use entity::{
    deal, event,
    ids::{DealId, EventId, MemberId},
    member, webhook,
};
use futures_util::future::BoxFuture;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use crate::{
    app::App,
    base::Base,
    deal::find,
    error::{Error, Result},
    event as events,
    member::store,
};

/// Runs the documents of webhooks: whoever knows the language of the API.
pub trait Payloads: Send + Sync {
    /// What is wrong with a document, if anything.
    fn check(&self, document: &str) -> Result<(), String>;

    /// What a document selects of an event for this member, as JSON; or why it selects nothing.
    fn select(
        &self,
        app: &App,
        document: &str,
        member: &member::Model,
        event: EventId,
    ) -> BoxFuture<'static, Result<Value, String>>;
}

/// Who runs them here.
#[derive(Clone)]
pub(super) struct Documents(pub(super) Arc<dyn Payloads>);

/// What is wrong with the document of a webhook, if anything.
pub(super) fn check(base: &Base, document: &str) -> Result<(), Refusal> {
    match base.settings().get::<Documents>() {
        Some(documents) => documents.0.check(document).map_err(invalid),
        None => Err(invalid("This server runs no documents of webhooks. Leave it out.")),
    }
}

/// A member with whose rights something is sent, unless they have none.
pub(super) async fn member(
    conn: &impl ConnectionTrait,
    id: MemberId,
) -> Result<Option<member::Model>> {
    let found = store::find_many(conn, vec![id]).await?;
    Ok(found.into_iter().next().filter(member::Model::is_active))
}

/// That member as the policy sees them.
pub(super) fn actor(member: &member::Model) -> Actor {
    Actor::Member(MemberActor { id: member.id, role: member.role, credential: None })
}

/// What is sent of an event; or why nothing can be.
pub(super) type Body = Result<String, String>;

/// What is sent of each of these events. What the member may not see, or not any more, has nothing.
pub(super) async fn bodies(
    app: &App,
    webhook: &webhook::Model,
    ids: Vec<EventId>,
) -> Result<HashMap<EventId, Body>> {
    let Some(member) = member(app.db().reader(), webhook.member_id).await? else {
        return Ok(HashMap::new());
    };
    let (events, deals) = seen(app, &member, ids).await?;
    let mut bodies = HashMap::with_capacity(events.len());
    for event in events {
        let Some(deal) = deals.get(&event.deal_id) else { continue };
        let body = match &webhook.document {
            None => Ok(payload::full(&event, deal).to_string()),
            Some(document) => selected(app, document, &member, &event).await?,
        };
        bodies.insert(event.id, body);
    }
    Ok(bodies)
}

async fn selected(
    app: &App,
    document: &str,
    member: &member::Model,
    event: &event::Model,
) -> Result<Body> {
    let documents = app.settings().get::<Documents>();
    let documents = documents.ok_or_else(|| Error::bug("nobody runs documents here"))?;
    let selected = documents.0.select(app, document, member, event.id).await;
    Ok(selected.map(|data| payload::enveloped(event, data).to_string()))
}

/// The events that the member may see, and their deals, as they are at one moment.
async fn seen(
    app: &App,
    member: &member::Model,
    ids: Vec<EventId>,
) -> Result<(Vec<event::Model>, HashMap<DealId, deal::Model>)> {
    let snapshot = app.read(actor(member));
    let events = events::store::many(&snapshot, ids).await?;
    let deals = events.iter().map(|event| event.deal_id).collect();
    let deals = find::many(&snapshot, deals).await?;
    Ok((events, deals.into_iter().map(|deal| (deal.id, deal)).collect()))
}
