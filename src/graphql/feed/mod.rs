//! Live updates: what a subscriber missed first, a marker, and then what happens, from the log.

use async_graphql::{Context, OutputType};
use engine::{
    app::App,
    auth::{Credential, Session},
    error::{Error, Result},
    event::{
        follow::{Feed, Item, Start},
        seal::{self, Seal},
    },
};
use entity::ids::DealId;
use futures_util::{Stream, StreamExt};

use crate::graphql::{
    context::{OperationCursor, Resume},
    error::to_graphql,
    kept::selection::{self, Of},
    mutate::app,
    scalar::FeedCursor,
    view::View,
};

pub(crate) mod board;
pub(crate) mod deal;
pub(crate) mod inbox;
pub(crate) mod saved;
pub(crate) mod shared;

use shared::{Answer, Answers, Kind, Name, Share, Shared};

/// Who subscribes, and where they start.
pub(crate) struct Subscriber {
    /// The application.
    pub app: App,
    /// What signs them in.
    pub credential: Credential,
    /// Where to start.
    pub start: Start,
    reached: OperationCursor,
    seal: Seal,
    share: Share,
}

/// What a feed delivers.
pub(crate) trait Change: Send + 'static {
    /// What it says, apart from all that it says of that; none where it is said to one alone.
    fn says(&self) -> (Kind, Option<DealId>);
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
        let session = context.data_opt::<Session>().ok_or(Error::Unauthenticated)?;
        let credential = session.credential.clone();
        let reached = context.data_opt::<OperationCursor>().cloned().unwrap_or_default();
        reached.beginning();
        let app = app(context)?.clone();
        let seal = seal::of(&app, app.db().reader()).await?;
        let start = match reached.start() {
            Some(start) => start,
            None => named(context, after).map(|name| seal.open(&name)).transpose()?.into(),
        };
        let share = Share::new(Answers::default(), None);
        Ok(Self { app, credential, start, reached, seal, share })
    }

    /// The same, together with all who select the same of items of this type, if that is the same for everybody.
    pub(crate) fn sharing<T: OutputType>(self, context: &Context<'_>) -> Self {
        let answers = context.data_opt::<Answers>().cloned().unwrap_or_default();
        let selected = &context.item.node.selection_set.node;
        let selected = selection::key(Of::context(context), &T::type_name(), selected);
        let selected = selected.filter(|selected| !selected.is_viewed);
        let share = Share::new(answers, selected.map(|selected| selected.key));
        Self { share, ..self }
    }

    /// The items of a feed that has begun: from here on nothing of it is lost.
    pub(crate) fn items<C, T>(
        self,
        feed: Feed<C>,
        item: impl Fn(Step<C>) -> T + Send + 'static,
    ) -> impl Stream<Item = async_graphql::Result<Shared<T>>> + Send + 'static
    where
        C: Change,
        T: 'static,
    {
        self.reached.begun(feed.begins());
        let next = move |next: Item<C>| {
            let answer = self.share.answer(name(&next));
            Ok(Shared { item: item(self.step(next, answer.as_deref())?), answer })
        };
        feed.map(move |found| found.and_then(&next).map_err(to_graphql))
    }

    /// Tells the transport of a step that is about to be sent: where it is, as the client gets it.
    fn step<C>(&self, item: Item<C>, answer: Option<&Answer>) -> Result<Step<C>> {
        let sealed = match answer {
            Some(answer) => answer.cursor(&self.seal, &item.cursor)?,
            None => self.seal.close(&item.cursor)?,
        };
        self.reached.set(item.cursor, sealed.clone(), item.caught_up);
        let view = View::new(&self.app, &item.session);
        let cursor = FeedCursor(sealed);
        Ok(Step { cursor, caught_up: item.caught_up, change: item.change, view })
    }
}

fn name<C: Change>(item: &Item<C>) -> Name {
    let says = item.change.as_ref().map(Change::says);
    Name { cursor: item.cursor, caught_up: item.caught_up, says }
}

/// Where the client wants to start: clients send their first variables again when they reconnect, so what they
/// said when they connected goes before.
fn named(context: &Context<'_>, after: Option<FeedCursor>) -> Option<String> {
    let resume = context.data_opt::<Resume>().and_then(|resume| resume.0.clone());
    resume.or(after.map(|cursor| cursor.0))
}
