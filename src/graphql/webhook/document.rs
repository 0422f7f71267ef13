//! The documents of webhooks: subscriptions whose answer for one event is what is sent. They come through the front
//! door as every document does, and run with the rights of the webhook's member.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_graphql::{
    Context, Response, Subscription,
    parser::types::{OperationType, Selection},
};
use domain::language::Message;
use engine::{
    app::App,
    auth::Session,
    error::{Error, Result},
    webhook::Payloads,
};
use entity::{ids::EventId, member};
use futures_util::{FutureExt, Stream, StreamExt, future::BoxFuture, stream};
use gate::{Asked, Door, Prepared, Settings};
use serde_json::Value;

use crate::graphql::{
    Schema, builder,
    context::{OperationCursor, Resume},
    contract,
    error::to_graphql,
    event::DealEvent,
    kept, prepare, sdl,
    view::View,
    with_what_is_kept,
};
use crate::language;

/// The field that a document selects.
const FIELD: &str = "webhookEvent";
/// How long a document may take for one event.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a document is.
const WHAT: &str =
    "A document of a webhook is one subscription: subscription { webhookEvent { id summary … } }.";

/// The event that a document is run for.
struct Happened(EventId);

/// What webhooks send.
#[derive(Default)]
pub(crate) struct WebhookSubscription;

/// Live updates. They resume: subscribe `after` the last cursor you have, and nothing is lost or doubled,
/// across reconnects and restarts of the server.
#[Subscription]
impl WebhookSubscription {
    /// The event that a webhook is told of: what a webhook's `document` selects. Elsewhere it ends with an error.
    async fn webhook_event(
        &self,
        context: &Context<'_>,
    ) -> async_graphql::Result<impl Stream<Item = DealEvent> + use<>> {
        let event = happened(context).await.map_err(to_graphql)?;
        Ok(stream::iter([event]))
    }
}

async fn happened(context: &Context<'_>) -> Result<DealEvent> {
    let Some(Happened(id)) = context.data_opt::<Happened>() else {
        let reason = Message::of("only-webhook-documents");
        return Err(domain::text::invalid(reason).into());
    };
    let view = View::of(context)?;
    let row = view.event(*id).await?.ok_or_else(|| Error::not_found("event"))?;
    Ok(DealEvent::new(&view, row))
}

/// Runs the documents of webhooks, which obey these limits.
pub fn documents(settings: Settings) -> Arc<dyn Payloads> {
    let door = Door::new(contract(&sdl()), settings);
    Arc::new(Documents { door, schema: OnceLock::new() })
}

struct Documents {
    door: Door,
    schema: OnceLock<Schema>,
}

impl Documents {
    fn plan(&self, document: &str) -> Result<Prepared, String> {
        let asked = Asked { query: Some(document.to_owned()), ..Asked::default() };
        let told = |errors: Vec<async_graphql::ServerError>| {
            errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ")
        };
        self.door.plan(&asked).map_err(told)
    }

    /// The application comes with each request: it knows these documents, and they must not keep it.
    fn schema(&self) -> Schema {
        self.schema.get_or_init(|| with_what_is_kept(builder(), kept::Fragments::default())).clone()
    }
}

impl Payloads for Documents {
    fn check(&self, document: &str) -> Result<(), String> {
        let mut prepared = self.plan(document)?;
        if prepared.kind == OperationType::Subscription && selects_the_event(&mut prepared) {
            return Ok(());
        }
        Err(WHAT.to_owned())
    }

    fn select(
        &self,
        app: &App,
        document: &str,
        member: &member::Model,
        event: EventId,
    ) -> BoxFuture<'static, Result<Value, String>> {
        let prepared = match self.plan(document) {
            Ok(prepared) => prepared,
            Err(reason) => return async { Err(reason) }.boxed(),
        };
        let session = Session::on_behalf_of(member.clone(), app.clock().now());
        let request = prepare(prepared.request, app, session).data(app.clone());
        let request = request.data(Happened(event));
        let request = request.data(OperationCursor::default()).data(Resume::default());
        let answers = self.schema().execute_stream(request).boxed();
        language::scope(language::of(member), first(answers)).boxed()
    }
}

fn selects_the_event(prepared: &mut Prepared) -> bool {
    let Ok(document) = prepared.request.parsed_query() else { return false };
    document.operations.iter().all(|(_, operation)| {
        operation.node.selection_set.node.items.iter().all(|item| match &item.node {
            Selection::Field(field) => field.node.name.node == FIELD,
            _ => false,
        })
    })
}

async fn first(mut answers: stream::BoxStream<'static, Response>) -> Result<Value, String> {
    let answer = tokio::time::timeout(PATIENCE, answers.next()).await;
    let answer = answer.map_err(|_| "the document took too long".to_owned())?;
    let answer = answer.ok_or_else(|| "the document selected nothing".to_owned())?;
    if let Some(error) = answer.errors.first() {
        return Err(format!("the document of the webhook failed: {}", error.message));
    }
    let data = answer.data.into_json().map_err(|cause| cause.to_string())?;
    let field = data.as_object().and_then(|fields| fields.values().next());
    Ok(field.cloned().unwrap_or_default())
}
