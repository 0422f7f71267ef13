//! Live updates: what a subscriber missed first, a marker, and then what happens, from the log.

use async_graphql::Context;
use engine::{
    app::App,
    auth::Session,
    error::{Error, Result},
    event::{
        follow::{Feed, Item, Start},
        seal::{self, Seal},
    },
};
use entity::ids::TokenId;
use futures_util::{Stream, StreamExt};

use crate::graphql::{
    context::{OperationCursor, Resume},
    error::to_graphql,
    mutate::app,
    scalar::FeedCursor,
    view::View,
};

pub(crate) mod board;
pub(crate) mod deal;
pub(crate) mod inbox;
pub(crate) mod saved;

/// Who subscribes, and where they start.
pub(crate) struct Subscriber {
    /// The application.
    pub app: App,
    /// The token that signs them in.
    pub token: TokenId,
    /// Where to start.
    pub start: Start,
    reached: OperationCursor,
    seal: Seal,
}

/// One step of any feed.
pub(crate) struct Step<C> {
    /// Where the subscriber is after it.
    pub cursor: FeedCursor,
    /// Whether everything missed has been delivered before it.
    pub caught_up: bool,
    /// What happened; none in the step that marks the end of what was missed.
    pub change: Option<C>,
    /// What the subscriber may see now.
    pub view: View,
}

impl Subscriber {
    /// Who subscribes in this context.
    pub(crate) async fn of(context: &Context<'_>, after: Option<FeedCursor>) -> Result<Self> {
        let token = context.data_opt::<Session>().ok_or(Error::Unauthenticated)?.token.id;
        let reached = context.data_opt::<OperationCursor>().cloned().unwrap_or_default();
        reached.beginning();
        let app = app(context)?.clone();
        let seal = seal::of(&app, app.db().reader()).await?;
        let start = match reached.start() {
            Some(start) => start,
            None => named(context, after).map(|name| seal.open(&name)).transpose()?.into(),
        };
        Ok(Self { app, token, start, reached, seal })
    }

    /// The items of a feed that has begun: from here on nothing of it is lost.
    pub(crate) fn items<C, T>(
        self,
        feed: Feed<C>,
        item: impl Fn(Step<C>) -> T + Send + 'static,
    ) -> impl Stream<Item = async_graphql::Result<T>> + Send + 'static
    where
        C: Send + 'static,
    {
        self.reached.begun(feed.begins());
        feed.map(move |next| next.and_then(|next| self.step(next)).map(&item).map_err(to_graphql))
    }

    /// Tells the transport of a step that is about to be sent: where it is, as the client gets it.
    fn step<C>(&self, item: Item<C>) -> Result<Step<C>> {
        let name = self.seal.close(&item.cursor)?;
        self.reached.set(item.cursor, name.clone(), item.caught_up);
        let view = View::new(&self.app, &item.session);
        let cursor = FeedCursor(name);
        Ok(Step { cursor, caught_up: item.caught_up, change: item.change, view })
    }
}

/// Where the client wants to start: clients send their first variables again when they reconnect, so what they
/// said when they connected goes before.
fn named(context: &Context<'_>, after: Option<FeedCursor>) -> Option<String> {
    let resume = context.data_opt::<Resume>().and_then(|resume| resume.0.clone());
    resume.or(after.map(|cursor| cursor.0))
}
