//! Live updates: what a subscriber missed first, a marker, and then what happens, from the log.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription};
use engine::{
    app::App,
    auth::{Credential, Session},
    error::{Error, Result},
    event::{
        feed,
        follow::{Feed, Item, Start},
        seal::{self, Seal},
    },
};
use entity::ids::DealId;
use futures_util::{Stream, StreamExt};

use crate::graphql::{
    context::{OperationCursor, Resume, semanticNonNull},
    deal::Deal,
    error::{Field, maybe, to_graphql},
    event::DealEvent,
    id::parse,
    mutate::app,
    scalar::FeedCursor,
    view::View,
};

pub mod board;
pub mod inbox;
pub mod saved;

/// One step of a deal's feed.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct DealFeedItem {
    /// Where you are after this item: subscribe `after` it to go on, on any server, at any time.
    pub cursor: FeedCursor,
    /// Whether everything missed has been delivered before this item. One item without an event marks
    /// that moment.
    pub caught_up: bool,
    /// What happened; null in the item that marks the end of what was missed.
    pub event: Option<DealEvent>,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    deal_id: DealId,
}

#[ComplexObject]
impl DealFeedItem {
    /// The deal as it now is: never older than the event.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deal(&self) -> Field<Deal> {
        maybe(Deal::find(&self.view, self.deal_id).await)
    }
}

/// Live updates of deals.
#[derive(Default)]
pub struct DealSubscription;

/// Live updates. They resume: subscribe `after` the last cursor you have, and nothing is lost or doubled,
/// across reconnects and restarts of the server.
#[Subscription]
impl DealSubscription {
    /// Everything that happens to a deal: first what happened after `after`, then one item without an
    /// event (`caughtUp`), then live. Without `after` it starts now. It ends with an error when the viewer
    /// may no longer see the deal (`NOT_FOUND`) or the token is no longer valid (`UNAUTHENTICATED`); a
    /// cursor of another deal or another log is `CURSOR_INVALID`.
    async fn deal_progress(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of a deal.")] deal_id: ID,
        #[graphql(
            desc = "The last cursor that you have: a deal's `feedCursor`, or that of the last item."
        )]
        after: Option<FeedCursor>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<DealFeedItem>> + use<>>
    {
        let deal_id = parse(&deal_id, "dealId").map_err(to_graphql)?;
        let subscriber = Subscriber::of(context, after).await.map_err(to_graphql)?;
        let Subscriber { app, credential, start, .. } = &subscriber;
        let items = feed::follow(app, credential, deal_id, *start).await.map_err(to_graphql)?;
        subscriber.begun(&items);
        Ok(items.map(move |item| {
            item.and_then(|item| shown(&subscriber, deal_id, item)).map_err(to_graphql)
        }))
    }
}

/// Who subscribes, and where they start.
pub struct Subscriber {
    /// The application.
    pub app: App,
    /// What signs them in.
    pub credential: Credential,
    /// Where to start.
    pub start: Start,
    place: OperationCursor,
    seal: Seal,
}

impl Subscriber {
    /// Who subscribes in this context.
    pub async fn of(context: &Context<'_>, after: Option<FeedCursor>) -> Result<Self> {
        let session = context.data_opt::<Session>().ok_or(Error::Unauthenticated)?;
        let credential = session.credential.clone();
        let place = context.data_opt::<OperationCursor>().cloned().unwrap_or_default();
        place.beginning();
        let app = app(context)?.clone();
        let seal = seal::of(&app, app.db().reader()).await?;
        let start = match place.start() {
            Some(start) => start,
            None => named(context, after).map(|name| seal.open(&name)).transpose()?.into(),
        };
        Ok(Self { app, credential, start, place, seal })
    }

    /// The feed has begun: from here on nothing of it is lost.
    pub fn begun<C>(&self, feed: &Feed<C>) {
        self.place.begun(feed.begins());
    }

    /// Tells the transport of an item that is about to be sent: where it is, as the client gets it.
    pub fn place<C>(&self, item: &Item<C>) -> Result<FeedCursor> {
        let name = self.seal.close(&item.cursor)?;
        self.place.set(item.cursor, name.clone(), item.caught_up);
        Ok(FeedCursor(name))
    }
}

/// Where the client wants to start: clients send their first variables again when they reconnect, so what they
/// said when they connected goes before.
fn named(context: &Context<'_>, after: Option<FeedCursor>) -> Option<String> {
    let resume = context.data_opt::<Resume>().and_then(|resume| resume.0.clone());
    resume.or(after.map(|cursor| cursor.0))
}

fn shown(subscriber: &Subscriber, deal_id: DealId, item: feed::Item) -> Result<DealFeedItem> {
    let cursor = subscriber.place(&item)?;
    let view = View::new(&subscriber.app, &item.session);
    let event = item.change.map(|row| DealEvent::new(&view, Arc::new(row)));
    Ok(DealFeedItem { cursor, caught_up: item.caught_up, event, view, deal_id })
}
