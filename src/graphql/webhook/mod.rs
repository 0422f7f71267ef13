//! Endpoints of other programs that are told what happens: for administrators.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use domain::policy;
use engine::{
    error::Result,
    webhook::{find, manage},
};
use entity::{
    ids::WebhookId,
    webhook::{self, Stop},
};

use crate::graphql::{
    connection::{self, Connection},
    context::semanticNonNull,
    error::{Field, field, maybe},
    input::parse,
    member::{self, Member},
    permission::Permission,
    process::Process,
    scalar::{Cursor, DateTime},
    view::View,
};

pub(crate) mod delivery;
pub mod document;
mod kind;
pub(crate) mod loader;
pub(crate) mod mutation;

use delivery::{WebhookDelivery, WebhookDeliveryFilter};
pub(crate) use kind::DealEventKind;

/// Whether anything is sent to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum WebhookState {
    /// It is told what happens.
    Active,
    /// An administrator paused it; it goes on from where it stopped.
    Paused,
    /// It answered that it is gone for ever (410). What waited is among its deliveries, as `DEAD`.
    Gone,
    /// The member with whose rights it runs is deactivated: it waits until it runs with another one's.
    MemberInactive,
}

/// An endpoint of another program that is told what happens. Each event that its member may see comes at least once, in
/// order for each deal, signed as Standard Webhooks say. Only administrators look after webhooks.
#[derive(Clone)]
pub(crate) struct Webhook {
    view: View,
    row: Arc<webhook::Model>,
}

impl Webhook {
    /// The webhook of this row.
    pub(crate) fn new(view: &View, row: Arc<webhook::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    /// The webhook with this id, if the viewer may look after it.
    pub(crate) async fn find(view: &View, id: WebhookId) -> Result<Option<Self>> {
        Ok(view.webhook(id).await?.map(|row| Self::new(view, row)))
    }

    async fn read_processes(&self) -> Result<Option<Vec<Process>>> {
        let Some(ids) = &self.row.process_ids else { return Ok(None) };
        let mut found = Vec::with_capacity(ids.0.len());
        for id in &ids.0 {
            found.push(Process::get(&self.view, *id).await?);
        }
        Ok(Some(found))
    }

    async fn read_state(&self) -> Result<WebhookState> {
        let member = self.view.member(self.row.member_id).await?;
        Ok(match self.row.stop {
            Some(Stop::Paused) => WebhookState::Paused,
            Some(Stop::Gone) => WebhookState::Gone,
            None if member.is_some_and(|member| member.is_active()) => WebhookState::Active,
            None => WebhookState::MemberInactive,
        })
    }

    async fn page(
        &self,
        context: &Context<'_>,
        filter: Option<WebhookDeliveryFilter>,
        (first, after): (Option<i64>, Option<Cursor>),
    ) -> Result<Connection<WebhookDelivery>> {
        let request = connection::request(first, after, None, None)?;
        let states = filter.unwrap_or_default().states();
        let total = match connection::asked(context, "totalCount") {
            true => Some(self.view.count_deliveries_of(self.row.id, states.clone()).await?),
            false => None,
        };
        let page = self.view.deliveries_of(self.row.id, states, request).await?;
        Ok(Connection::new(page, total, |row| WebhookDelivery::new(&self.view, Arc::new(row))))
    }
}

/// All webhooks, for whoever may look after them.
pub(crate) async fn all(view: &View) -> Result<Option<Vec<Webhook>>> {
    if manage(view.actor()).is_err() {
        return Ok(None);
    }
    listed(view).await.map(Some)
}

async fn listed(view: &View) -> Result<Vec<Webhook>> {
    let rows = find::all(view.snapshot()).await?;
    view.expect_webhooks(rows.iter());
    Ok(rows.into_iter().map(|row| Webhook::new(view, Arc::new(row))).collect())
}

/// An endpoint of another program that is told what happens. Each event that its member may see comes at least once, in
/// order for each deal, signed as Standard Webhooks say. Only administrators look after webhooks.
#[Object]
impl Webhook {
    /// The webhook's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Where what happens is sent.
    async fn url(&self) -> &str {
        &self.row.url
    }

    /// Of which processes it is told; null: of all.
    async fn processes(&self) -> Field<Vec<Process>> {
        maybe(self.read_processes().await)
    }

    /// Of which kinds of events it is told; null: of all.
    async fn events(&self) -> Option<Vec<DealEventKind>> {
        let kinds = self.row.kinds.as_ref()?;
        Some(kinds.0.iter().map(|kind| (*kind).into()).collect())
    }

    /// With whose rights it runs: it is told of what this member may see when it is told.
    #[graphql(directive = semanticNonNull::apply())]
    async fn member(&self) -> Field<Member> {
        member::member(&self.view, self.row.member_id).await
    }

    /// The subscription whose answer is sent; null: all that each event tells.
    async fn document(&self) -> Option<&str> {
        self.row.document.as_deref()
    }

    /// Whether anything is sent.
    #[graphql(directive = semanticNonNull::apply())]
    async fn state(&self) -> Field<WebhookState> {
        field(self.read_state().await)
    }

    /// Since when nothing is sent, where it was paused or is gone.
    async fn stopped_at(&self) -> Option<DateTime> {
        self.row.stopped_at.map(DateTime)
    }

    /// Since when events could not be delivered, and administrators know; null since one was.
    async fn failing_since(&self) -> Option<DateTime> {
        self.row.told_at.map(DateTime)
    }

    /// Until when the secret before signs, too, where it was replaced.
    async fn old_secret_until(&self) -> Option<DateTime> {
        self.row.old_secret_until.map(DateTime)
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// Whether the viewer may change it, try it and have it replayed.
    async fn manage(&self) -> Permission {
        Permission::of_organisation(&self.view, policy::Permission::ManageWebhooks)
    }

    /// What is on its way there, and what came of it: the newest first.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deliveries(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which; all when left out.")] filter: Option<WebhookDeliveryFilter>,
        #[graphql(desc = "How many: 20 unless said otherwise, at most 100.")] first: Option<i64>,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
    ) -> Field<Connection<WebhookDelivery>> {
        field(self.page(context, filter, (first, after)).await)
    }
}

/// Webhooks.
#[derive(Default)]
pub(crate) struct WebhookQuery;

/// Webhooks.
#[Object]
impl WebhookQuery {
    /// The endpoints that are told what happens, the oldest first: at most 50. For administrators; others get
    /// `FORBIDDEN`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn webhooks(&self, context: &Context<'_>) -> Field<Vec<Webhook>> {
        match View::of(context) {
            Ok(view) => field(listed(&view).await),
            Err(error) => field(Err(error)),
        }
    }

    /// One of them; null when it does not exist, and for whoever may not look after webhooks.
    async fn webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of a webhook.")] id: ID,
    ) -> Field<Webhook> {
        maybe(one(context, &id).await)
    }
}

async fn one(context: &Context<'_>, id: &ID) -> Result<Option<Webhook>> {
    Webhook::find(&View::of(context)?, parse(id, "id")?).await
}
