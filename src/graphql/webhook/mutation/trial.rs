//! Trying a webhook out: nothing is kept of it.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use engine::{
    error::{Error, Result},
    webhook::{known, try_out},
};
use entity::ids::{EventId, WebhookId};

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    input::InputReader,
    mutate::app,
    outcome::Done,
    refused::user_errors,
    user_error::UserError,
    view::View,
    webhook::{Webhook, delivery::WebhookTrial},
};

/// A webhook to try out.
#[derive(InputObject)]
pub(crate) struct TestWebhookInput {
    /// The webhook.
    pub webhook_id: ID,
    /// Which event is sent; the newest that the webhook is told of when left out.
    pub event_id: Option<ID>,
}

/// What trying a webhook out led to.
#[derive(SimpleObject)]
pub(crate) struct TestWebhookPayload {
    /// What was sent and answered; null when nothing was sent.
    pub trial: Option<WebhookTrial>,
    /// The webhook, also when nothing was sent; null when it was not found.
    pub webhook: Option<Webhook>,
    /// Why nothing was sent; empty when something was.
    pub user_errors: Vec<UserError>,
}

/// Trying webhooks out.
#[derive(Default)]
pub(crate) struct TrialMutation;

/// Trying webhooks out: administrators only.
#[Object]
impl TrialMutation {
    /// Sends an event as it would be delivered, and shows the request and the answer. Nothing is counted: what waits
    /// goes on waiting, and a webhook that is paused stays paused. Administrators only.
    ///
    /// User errors: `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NOT_FOUND`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn test_webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which webhook.")] input: TestWebhookInput,
    ) -> Field<TestWebhookPayload> {
        field(test(context, input).await)
    }
}

async fn test(context: &Context<'_>, input: TestWebhookInput) -> Result<TestWebhookPayload> {
    let mut reader = InputReader::default();
    let webhook_id: WebhookId = reader.id(&input.webhook_id, "webhookId");
    let event_id: Option<EventId> = reader.optional_id(input.event_id.as_ref(), "eventId");
    let flaws = reader.asked("webhookId", ()).flaws;
    let view = View::of(context)?.renewed().await?;
    let app = app(context)?;
    let outcome = match flaws.any() {
        true => known(app, view.actor(), webhook_id).await.map(|_| None),
        false => try_out(app, view.actor(), webhook_id, event_id).await.map(Some),
    };
    let (trial, user_errors) = match flaws.judged(outcome) {
        Ok(trial) => (trial, Vec::new()),
        Err(Error::Refused(refusals)) => {
            Done::refused(context, &refusals);
            (None, user_errors(&view, refusals))
        }
        Err(fault) => return Err(fault),
    };
    let webhook = Webhook::find(&view, webhook_id).await?;
    Ok(TestWebhookPayload { trial: trial.map(Into::into), webhook, user_errors })
}
