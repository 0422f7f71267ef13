//! Keeping webhooks: for administrators.

use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::{
    event::cursor::{FeedCursor as Place, LogCursor},
    language::Message,
    text::invalid,
};
use engine::{
    error::{Error, Result},
    event::seal,
    webhook::{
        CreateWebhook, DeleteWebhook, Fields, Redeliver, Replay, RotateWebhookSecret, UpdateWebhook,
    },
};
use entity::ids::WebhookId;

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    input::InputReader,
    mutate::{MutationInput, Outcome, app, mutate, nullable, perform},
    scalar::FeedCursor,
    user_error::UserError,
    view::View,
    webhook::{DealEventKind, Webhook, all, delivery::WebhookDelivery},
};

pub(crate) mod trial;

/// A new webhook.
#[derive(InputObject)]
pub(crate) struct CreateWebhookInput {
    /// An id made by the client (`webhook_…`): the same call again answers with what is there, without its secret.
    pub new_id: Option<ID>,
    /// What it is called: 1 to 200 characters.
    pub name: String,
    /// Where what happens is sent: `https://…`, without a user, and in the open internet. Whoever runs the server may
    /// allow other networks, which take `http://`, too.
    pub url: String,
    /// Of which processes it is told; of all when left out.
    pub process_ids: Option<Vec<ID>>,
    /// Of which kinds of events; of all when left out.
    pub events: Option<Vec<DealEventKind>>,
    /// With whose rights it runs; yours when left out.
    pub member_id: Option<ID>,
    /// The subscription whose answer is sent, such as `subscription { webhookEvent { id summary } }`; all that each
    /// event tells when left out.
    pub document: Option<String>,
}

/// Changes of a webhook: what is left out stays as it is.
#[derive(InputObject)]
pub(crate) struct UpdateWebhookInput {
    /// The webhook.
    pub webhook_id: ID,
    /// What it is called: 1 to 200 characters.
    pub name: Option<String>,
    /// Where what happens is sent, as for `createWebhook`.
    pub url: Option<String>,
    /// Of which processes it is told; `null`: of all.
    pub process_ids: MaybeUndefined<Vec<ID>>,
    /// Of which kinds of events; `null`: of all.
    pub events: MaybeUndefined<Vec<DealEventKind>>,
    /// With whose rights it runs.
    pub member_id: Option<ID>,
    /// The subscription whose answer is sent; `null`: all that each event tells.
    pub document: MaybeUndefined<String>,
    /// Whether anything is sent. One that is paused, or was gone, goes on from where it stopped.
    pub active: Option<bool>,
}

/// A webhook to remove.
#[derive(InputObject)]
pub(crate) struct DeleteWebhookInput {
    /// The webhook.
    pub webhook_id: ID,
}

/// A webhook whose secret is to be replaced.
#[derive(InputObject)]
pub(crate) struct RotateWebhookSecretInput {
    /// The webhook.
    pub webhook_id: ID,
}

/// Something to deliver again.
#[derive(InputObject)]
pub(crate) struct RedeliverWebhookInput {
    /// The delivery.
    pub delivery_id: ID,
}

/// A place in the log to go back to.
#[derive(InputObject)]
pub(crate) struct ReplayWebhookInput {
    /// The webhook.
    pub webhook_id: ID,
    /// After which place: the cursor of a delivery, or of a board. `null`: the beginning. It must be said.
    pub after: MaybeUndefined<FeedCursor>,
}

/// What a change of a webhook led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "UpdateWebhookPayload", params(UpdateWebhookInput)),
    concrete(name = "ReplayWebhookPayload", params(ReplayWebhookInput))
)]
pub(crate) struct WebhookPayload<I: Send + Sync> {
    /// The webhook as it now is, also when it was refused; null when it was not found.
    pub webhook: Option<Webhook>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    of: PhantomData<I>,
}

/// What adding a webhook led to.
#[derive(SimpleObject)]
pub(crate) struct CreateWebhookPayload {
    /// The webhook; null when it was refused.
    pub webhook: Option<Webhook>,
    /// What signs what is sent: shown here and never again.
    pub secret: Option<String>,
    /// All webhooks; null for whoever may not look after them.
    pub webhooks: Option<Vec<Webhook>>,
    /// Why none was added; empty when one was.
    pub user_errors: Vec<UserError>,
}

/// What removing a webhook led to.
#[derive(SimpleObject)]
pub(crate) struct DeleteWebhookPayload {
    /// The webhooks that are left; null for whoever may not look after them.
    pub webhooks: Option<Vec<Webhook>>,
    /// Why it was not removed; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// What replacing a secret led to.
#[derive(SimpleObject)]
pub(crate) struct RotateWebhookSecretPayload {
    /// The webhook as it now is; null when it was not found.
    pub webhook: Option<Webhook>,
    /// The new secret: shown here and never again.
    pub secret: Option<String>,
    /// Why it was not replaced; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// What delivering again led to.
#[derive(SimpleObject)]
pub(crate) struct RedeliverWebhookPayload {
    /// The delivery as it now is; null when it was not found.
    pub delivery: Option<WebhookDelivery>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// Keeping webhooks.
#[derive(Default)]
pub(crate) struct WebhookMutation;

/// Keeping webhooks: administrators only.
#[Object]
impl WebhookMutation {
    /// Adds an endpoint that is told what happens from now on, and shows the secret that signs it, once. There are at
    /// most 50. Administrators only.
    ///
    /// User errors: `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `NOT_FOUND`, `MEMBER_INACTIVE`,
    /// `LIMIT_REACHED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn create_webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new webhook.")] input: CreateWebhookInput,
    ) -> Field<CreateWebhookPayload> {
        field(create(context, input).await)
    }

    /// Changes a webhook, pauses it or sets it going again. What waits is delivered as it now is. Administrators only.
    ///
    /// User errors: `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NOT_FOUND`, `MEMBER_INACTIVE`, `LIMIT_REACHED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateWebhookInput,
    ) -> Field<WebhookPayload<UpdateWebhookInput>> {
        mutate(context, input).await
    }

    /// Removes a webhook, with all that is known of its deliveries. Administrators only.
    ///
    /// User errors: `FORBIDDEN`, `INVALID_ID`, `NOT_FOUND`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn delete_webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which webhook.")] input: DeleteWebhookInput,
    ) -> Field<DeleteWebhookPayload> {
        mutate(context, input).await
    }

    /// Replaces what signs, and shows the new secret, once. For 24 hours both sign, so that the receiver can change
    /// over meanwhile. Administrators only.
    ///
    /// User errors: `FORBIDDEN`, `INVALID_ID`, `NOT_FOUND`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn rotate_webhook_secret(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Of which webhook.")] input: RotateWebhookSecretInput,
    ) -> Field<RotateWebhookSecretPayload> {
        mutate(context, input).await
    }

    /// Delivers one event again, as patiently as when it was new; one that waits is tried at once. Administrators only.
    ///
    /// User errors: `FORBIDDEN`, `INVALID_ID`, `NOT_FOUND`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn redeliver_webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which delivery.")] input: RedeliverWebhookInput,
    ) -> Field<RedeliverWebhookPayload> {
        mutate(context, input).await
    }

    /// Goes back to a place in the log: everything that followed is delivered again, under the same ids.
    /// Administrators only.
    ///
    /// User errors: `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NOT_FOUND`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn replay_webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "From where.")] input: ReplayWebhookInput,
    ) -> Field<WebhookPayload<ReplayWebhookInput>> {
        field(replay(context, input).await)
    }
}

async fn create(context: &Context<'_>, input: CreateWebhookInput) -> Result<CreateWebhookPayload> {
    let mut reader = InputReader::default();
    let member = match &input.member_id {
        Some(id) => reader.id(id, "memberId"),
        None => View::of(context)?.session().member.id,
    };
    let fields = Fields {
        name: Some(input.name),
        url: Some(input.url),
        process_ids: Some(input.process_ids.map(|ids| reader.ids(&ids, "processIds"))),
        kinds: Some(input.events.map(|events| events.into_iter().map(Into::into).collect())),
        member_id: Some(member),
        document: Some(input.document),
    };
    let new_id = reader.new_id(input.new_id.as_ref());
    let done = perform(context, reader.asked("newId", CreateWebhook { new_id, fields })).await?;
    let (webhook, secret) = match done.value {
        Some((id, secret)) => (Webhook::find(&done.view, id).await?, secret),
        None => (None, None),
    };
    let webhooks = all(&done.view).await?;
    Ok(CreateWebhookPayload { webhook, secret, webhooks, user_errors: done.user_errors })
}

impl MutationInput for UpdateWebhookInput {
    type Command = UpdateWebhook;
    type Payload = WebhookPayload<Self>;
    const SUBJECT: &'static str = "webhookId";

    fn read(self, reader: &mut InputReader) -> UpdateWebhook {
        let fields = Fields {
            name: self.name,
            url: self.url,
            process_ids: nullable(self.process_ids)
                .map(|ids| ids.map(|ids| reader.ids(&ids, "processIds"))),
            kinds: nullable(self.events)
                .map(|events| events.map(|all| all.into_iter().map(Into::into).collect())),
            member_id: reader.optional_id(self.member_id.as_ref(), "memberId"),
            document: nullable(self.document),
        };
        let webhook_id = reader.id(&self.webhook_id, "webhookId");
        UpdateWebhook { webhook_id, fields, is_active: self.active }
    }

    async fn answer(done: Outcome<UpdateWebhook>) -> Result<WebhookPayload<Self>> {
        payload(&done.view, done.command.webhook_id, done.user_errors).await
    }
}

impl MutationInput for DeleteWebhookInput {
    type Command = DeleteWebhook;
    type Payload = DeleteWebhookPayload;
    const SUBJECT: &'static str = "webhookId";

    fn read(self, reader: &mut InputReader) -> DeleteWebhook {
        DeleteWebhook { webhook_id: reader.id(&self.webhook_id, "webhookId") }
    }

    async fn answer(done: Outcome<DeleteWebhook>) -> Result<DeleteWebhookPayload> {
        let webhooks = all(&done.view).await?;
        Ok(DeleteWebhookPayload { webhooks, user_errors: done.user_errors })
    }
}

impl MutationInput for RotateWebhookSecretInput {
    type Command = RotateWebhookSecret;
    type Payload = RotateWebhookSecretPayload;
    const SUBJECT: &'static str = "webhookId";

    fn read(self, reader: &mut InputReader) -> RotateWebhookSecret {
        RotateWebhookSecret { webhook_id: reader.id(&self.webhook_id, "webhookId") }
    }

    async fn answer(done: Outcome<RotateWebhookSecret>) -> Result<RotateWebhookSecretPayload> {
        let webhook = Webhook::find(&done.view, done.command.webhook_id).await?;
        let (secret, user_errors) = (done.value, done.user_errors);
        Ok(RotateWebhookSecretPayload { webhook, secret, user_errors })
    }
}

impl MutationInput for RedeliverWebhookInput {
    type Command = Redeliver;
    type Payload = RedeliverWebhookPayload;
    const SUBJECT: &'static str = "deliveryId";

    fn read(self, reader: &mut InputReader) -> Redeliver {
        Redeliver { delivery_id: reader.id(&self.delivery_id, "deliveryId") }
    }

    async fn answer(done: Outcome<Redeliver>) -> Result<RedeliverWebhookPayload> {
        let row = done.view.delivery(done.command.delivery_id).await?;
        let delivery = row.map(|row| WebhookDelivery::new(&done.view, row));
        Ok(RedeliverWebhookPayload { delivery, user_errors: done.user_errors })
    }
}

async fn replay(
    context: &Context<'_>,
    input: ReplayWebhookInput,
) -> Result<WebhookPayload<ReplayWebhookInput>> {
    let mut reader = InputReader::default();
    let after = match input.after {
        MaybeUndefined::Value(cursor) => opened(context, &cursor).await?,
        MaybeUndefined::Null => Some(LogCursor::default()),
        MaybeUndefined::Undefined => {
            let reason = Message::of("replay-unsaid");
            reader.refuse(invalid(reason).at("after"));
            Some(LogCursor::default())
        }
    };
    let webhook_id = reader.id(&input.webhook_id, "webhookId");
    let done = perform(context, reader.asked("webhookId", Replay { webhook_id, after })).await?;
    payload(&done.view, webhook_id, done.user_errors).await
}

/// The place in the log that a cursor names, if it names one.
async fn opened(context: &Context<'_>, cursor: &FeedCursor) -> Result<Option<LogCursor>> {
    let app = app(context)?;
    let seal = seal::of(app, app.db().reader()).await?;
    match seal.open(&cursor.0) {
        Ok(Place::Log(place)) => Ok(Some(place)),
        Ok(Place::Board(board)) => Ok(Some(board.log)),
        Ok(_) | Err(Error::CursorInvalid) => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn payload<I: Send + Sync>(
    view: &View,
    id: WebhookId,
    user_errors: Vec<UserError>,
) -> Result<WebhookPayload<I>> {
    let webhook = Webhook::find(view, id).await?;
    Ok(WebhookPayload { webhook, user_errors, of: PhantomData })
}
