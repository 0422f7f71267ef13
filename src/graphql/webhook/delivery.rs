//! What was sent to an endpoint, and what came of it.

use std::sync::Arc;

use async_graphql::{Enum, ID, InputObject, Object, SimpleObject};
use domain::event::cursor::{FeedCursor as Place, LogCursor};
use engine::{
    error::{Error, Result},
    webhook::Trial,
};
use entity::webhook_delivery::{self, State};

use crate::graphql::{
    context::semanticNonNull,
    deal::Deal,
    error::{Field, field, maybe},
    event::DealEvent,
    scalar::{DateTime, FeedCursor},
    view::View,
    webhook::Webhook,
};

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum DeliveryState {
    /// It waits for its (next) attempt.
    Pending,
    /// The endpoint took it.
    Sent,
    /// It could not be delivered, and is kept: redeliver it when the endpoint is well again.
    Dead,
    /// The webhook's member might not see it any more when its time came.
    Cancelled,
}

/// Which deliveries.
#[derive(InputObject, Default)]
pub(crate) struct WebhookDeliveryFilter {
    /// Those of these states; all when left out.
    pub states: Option<Vec<DeliveryState>>,
}

impl WebhookDeliveryFilter {
    /// The states that it lets through: none for all.
    pub(crate) fn states(self) -> Option<Vec<State>> {
        self.states.map(|states| states.into_iter().map(State::from).collect())
    }
}

/// An event on its way to an endpoint. At every attempt its `webhook-id` is the event's id. What was delivered is kept
/// for seven days, and what could not be until somebody delivers it.
#[derive(Clone)]
pub(crate) struct WebhookDelivery {
    view: View,
    row: Arc<webhook_delivery::Model>,
}

impl WebhookDelivery {
    /// The delivery of this row.
    pub(crate) fn new(view: &View, row: Arc<webhook_delivery::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    async fn read_webhook(&self) -> Result<Webhook> {
        let row = self.view.webhook(self.row.webhook_id).await?;
        let row = row.ok_or_else(|| Error::bug("a delivery has no webhook"))?;
        Ok(Webhook::new(&self.view, row))
    }

    async fn read_event(&self) -> Result<DealEvent> {
        let row = self.view.event(self.row.event_id).await?;
        let row = row.ok_or_else(|| Error::bug("a delivery is of no event"))?;
        Ok(DealEvent::new(&self.view, row))
    }

    async fn read_cursor(&self) -> Result<FeedCursor> {
        let (position, event) = (self.row.position, Some(self.row.event_id));
        self.view.feed_cursor(&Place::Log(LogCursor { position, event })).await
    }
}

/// An event on its way to an endpoint. At every attempt its `webhook-id` is the event's id. What was delivered is kept
/// for seven days, and what could not be until somebody delivers it.
#[Object]
impl WebhookDelivery {
    /// The delivery's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// Where to.
    #[graphql(directive = semanticNonNull::apply())]
    async fn webhook(&self) -> Field<Webhook> {
        field(self.read_webhook().await)
    }

    /// What happened.
    #[graphql(directive = semanticNonNull::apply())]
    async fn event(&self) -> Field<DealEvent> {
        field(self.read_event().await)
    }

    /// The deal that it happened to: its events are delivered in order.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deal(&self) -> Field<Deal> {
        maybe(Deal::find(&self.view, self.row.deal_id).await)
    }

    /// The place in the log after it: `replayWebhook` goes back to it.
    #[graphql(directive = semanticNonNull::apply())]
    async fn cursor(&self) -> Field<FeedCursor> {
        field(self.read_cursor().await)
    }

    /// What became of it.
    async fn state(&self) -> DeliveryState {
        self.row.state.into()
    }

    /// How often it was tried.
    async fn attempts(&self) -> i32 {
        self.row.attempts
    }

    /// When it was read from the log.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it was tried last; null: not yet.
    async fn attempted_at(&self) -> Option<DateTime> {
        self.row.attempted_at.map(DateTime)
    }

    /// When it is tried next, if nothing that happened to the deal before still waits; null when nothing is to come.
    async fn next_attempt_at(&self) -> Option<DateTime> {
        (self.row.state == State::Pending).then_some(DateTime(self.row.next_attempt_at))
    }

    /// When it was delivered, given up or skipped; null while it waits.
    async fn finished_at(&self) -> Option<DateTime> {
        self.row.finished_at.map(DateTime)
    }

    /// What went wrong last; null when nothing did.
    async fn last_error(&self) -> Option<&str> {
        self.row.last_error.as_deref()
    }

    /// The body that was sent last: JSON.
    async fn request(&self) -> Option<&str> {
        self.row.request.as_deref()
    }

    /// The status of the last answer; null when there was none.
    async fn status(&self) -> Option<i32> {
        self.row.status
    }

    /// The beginning of the last answer: at most 4 KiB.
    async fn answer(&self) -> Option<&str> {
        self.row.answer.as_deref()
    }

    /// How long the last attempt took, in milliseconds.
    async fn took_ms(&self) -> Option<i64> {
        self.row.took
    }
}

/// A request that was only tried, and what came of it.
#[derive(SimpleObject)]
pub(crate) struct WebhookTrial {
    /// The header `webhook-id`: the event's id.
    pub webhook_id: String,
    /// The header `webhook-timestamp`: seconds since 1970.
    pub webhook_timestamp: i64,
    /// The header `webhook-signature`.
    pub webhook_signature: String,
    /// The body that was sent: JSON.
    pub request: String,
    /// Whether the endpoint took it: it answered with a status from 200 to 299.
    pub taken: bool,
    /// The status of the answer; null when there was none.
    pub status: Option<i32>,
    /// The beginning of the answer: at most 4 KiB.
    pub answer: Option<String>,
    /// Why there was no answer; null when there was one.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
}

impl From<Trial> for WebhookTrial {
    fn from(trial: Trial) -> Self {
        let Trial { message, reply } = trial;
        Self {
            webhook_id: message.id,
            webhook_timestamp: message.timestamp,
            webhook_signature: message.signature,
            request: message.body,
            taken: reply.status.is_some_and(|status| (200..300).contains(&status)),
            status: reply.status.map(i32::from),
            answer: reply.answer,
            error: reply.error,
            took_ms: reply.took,
        }
    }
}
