//! Live updates of a deal: everything that happens to it.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription};
use engine::event::feed;
use entity::{event, ids::DealId};
use futures_util::Stream;

use crate::graphql::{
    context::semanticNonNull,
    deal::Deal,
    error::{Field, maybe, to_graphql},
    event::DealEvent,
    feed::{
        Change, Step, Subscriber,
        shared::{Kind, Shared},
    },
    input::parse,
    scalar::FeedCursor,
    view::View,
};

/// One step of a deal's feed.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct DealFeedItem {
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

impl DealFeedItem {
    fn new(step: Step<Arc<event::Model>>, deal_id: DealId) -> Self {
        let Step { cursor, caught_up, change, view } = step;
        let event = change.map(|row| DealEvent::new(&view, row));
        Self { cursor, caught_up, event, view, deal_id }
    }
}

impl Change for Arc<event::Model> {
    fn says(&self) -> (Kind, Option<DealId>) {
        (Kind::Happened, Some(self.deal_id))
    }
}

/// Live updates of deals.
#[derive(Default)]
pub(crate) struct DealSubscription;

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
    ) -> async_graphql::Result<
        impl Stream<Item = async_graphql::Result<Shared<DealFeedItem>>> + use<>,
    > {
        let deal_id = parse(&deal_id, "dealId").map_err(to_graphql)?;
        let subscriber = Subscriber::of(context, after).await.map_err(to_graphql)?;
        let subscriber = subscriber.sharing::<DealFeedItem>(context);
        let (Subscriber { app, credential, .. }, start) = (&subscriber, subscriber.start());
        let feed = feed::follow_with(app, credential, deal_id, start).await.map_err(to_graphql)?;
        Ok(subscriber.items(feed, move |step| DealFeedItem::new(step, deal_id)))
    }
}
