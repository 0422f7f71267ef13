//! What is sent of an event: everything that it tells, or what the webhook's own document selects. It is read with the
//! rights that the webhook's member has at that moment (rules 22 and 23).

use std::{collections::HashMap, sync::Arc};

use domain::{
    language::Message,
    policy::{Actor, MemberActor},
    refusal::Refusal,
    text::invalid,
    webhook::payload,
};
use entity::{
    deal, event,
    ids::{EventId, MemberId},
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
        Some(documents) => {
            documents.0.check(document).map_err(|reason| invalid(Message::verbatim(reason)))
        }
        None => Err(invalid(Message::of("webhook-documents-off"))),
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

/// An event that a member may see, and its deal, as they were at one moment.
pub(super) struct Seen {
    event: event::Model,
    deal: Arc<deal::Model>,
}

/// Those of these events that the member may see now.
pub(super) async fn seen(
    app: &App,
    member: &member::Model,
    ids: Vec<EventId>,
) -> Result<HashMap<EventId, Seen>> {
    let snapshot = app.read(actor(member));
    let events = events::store::many(&snapshot, ids).await?;
    let deals = events.iter().map(|event| event.deal_id).collect();
    let deals = find::many(&snapshot, deals).await?.into_iter();
    let deals: HashMap<_, _> = deals.map(|deal| (deal.id, Arc::new(deal))).collect();
    let seen = events.into_iter().filter_map(|event| {
        let deal = deals.get(&event.deal_id)?.clone();
        Some((event.id, Seen { event, deal }))
    });
    Ok(seen.collect())
}

/// What is sent of an event; or why nothing can be.
pub(super) async fn body(
    app: &App,
    webhook: &webhook::Model,
    member: &member::Model,
    Seen { event, deal }: &Seen,
) -> Result<Body> {
    match &webhook.document {
        None => Ok(Ok(payload::full(event, deal).to_string())),
        Some(document) => selected(app, document, member, event).await,
    }
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
