//! Live updates of the viewer's inbox: what came, and what was read, in this tab or another.

use async_graphql::{ComplexObject, Context, SimpleObject, Subscription};
use engine::event;
use entity::ids::{DealId, NotificationId};
use futures_util::Stream;

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field, to_graphql},
    feed::{
        Change, Step, Subscriber,
        shared::{Kind, Shared},
    },
    inbox::{self, Notification},
    member::Viewer,
    scalar::FeedCursor,
    view::View,
};

/// One step of the feed of an inbox.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct InboxItem {
    /// Where you are after this item: subscribe `after` it to go on, on any server, at any time.
    pub cursor: FeedCursor,
    /// Whether everything missed has been delivered before this item. One item without notifications
    /// marks that moment.
    pub caught_up: bool,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    ids: Vec<NotificationId>,
}

#[ComplexObject]
impl InboxItem {
    /// Whose inbox it is, with its `unreadCount` as it now is.
    async fn viewer(&self) -> Viewer {
        Viewer(self.view.clone())
    }

    /// The notifications that came, or were read, as they now are, the newest first: at most 100. Empty in
    /// the item that marks the end of what was missed.
    #[graphql(directive = semanticNonNull::apply())]
    async fn notifications(&self) -> Field<Vec<Notification>> {
        field(inbox::these(&self.view, self.ids.clone()).await)
    }
}

impl InboxItem {
    fn new(step: Step<Vec<NotificationId>>) -> Self {
        let Step { cursor, caught_up, change, view } = step;
        Self { cursor, caught_up, view, ids: change.unwrap_or_default() }
    }
}

impl Change for Vec<NotificationId> {
    fn says(&self) -> (Kind, Option<DealId>) {
        (Kind::Happened, None)
    }
}

/// Live updates of inboxes.
#[derive(Default)]
pub(crate) struct InboxSubscription;

/// Live updates. They resume: subscribe `after` the last cursor you have, and nothing is lost or doubled,
/// across reconnects and restarts of the server.
#[Subscription]
impl InboxSubscription {
    /// Everything that happens to the viewer's inbox: notifications that come, and that are read, in this
    /// tab or another. First what happened after `after`, then one item without notifications (`caughtUp`),
    /// then live. Without `after` it starts now. It ends with an error when the token is no longer valid
    /// (`UNAUTHENTICATED`); a cursor of another member or another log is `CURSOR_INVALID`.
    async fn inbox_changed(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "The last cursor that you have: the viewer's `feedCursor`, or that of the last item."
        )]
        after: Option<FeedCursor>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Shared<InboxItem>>> + use<>>
    {
        let subscriber = Subscriber::of(context, after).await.map_err(to_graphql)?;
        let Subscriber { app, credential, start, .. } = &subscriber;
        let feed = event::inbox::follow(app, credential, *start).await.map_err(to_graphql)?;
        Ok(subscriber.items(feed, InboxItem::new))
    }
}
