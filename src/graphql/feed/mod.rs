//! Live updates: what a subscriber missed first, a marker, and then what happens, from the log.

use std::sync::{Arc, Mutex};

use async_graphql::{Context, OutputType};
use bytes::Bytes;
use engine::{
    app::App,
    auth::{Credential, Session},
    error::{Error, Result},
    event::{
        follow::{Feed, Item, Start},
        group::{self, Asking, Round, Written},
        seal::{self, Seal},
    },
};
use entity::{ids::DealId, language::Language};
use futures_util::{
    StreamExt,
    future::ready,
    stream::{self, BoxStream},
};
use tokio::sync::mpsc;

use crate::graphql::{
    context::{OperationCursor, Passed, Resume, WrittenItem},
    error::to_graphql,
    kept::selection::{self, Of},
    mutate::app,
    scalar::FeedCursor,
    view::View,
};
use crate::language;

pub(crate) mod board;
pub(crate) mod deal;
pub(crate) mod inbox;
pub(crate) mod saved;
pub(crate) mod shared;

use shared::{Answer, Answers, Kind, Name, Part, Share, Shared};

/// Who subscribes, and where they start.
pub(crate) struct Subscriber {
    /// The application.
    pub app: App,
    /// What signs them in.
    pub credential: Credential,
    /// Where to start.
    pub start: Start,
    /// The language that they chose, if they did, and the one that they read.
    language: (Option<Language>, Language),
    reached: OperationCursor,
    seal: Seal,
    share: Share,
    /// The key of the field in responses.
    key: Arc<str>,
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
        let language = (session.member.locale, language::of(&session.member));
        let reached = context.data_opt::<OperationCursor>().cloned().unwrap_or_default();
        reached.beginning();
        let app = app(context)?.clone();
        let seal = seal::of(&app, app.db().reader()).await?;
        let start = match reached.start() {
            Some(start) => start,
            None => named(context, after).map(|name| seal.open(&name)).transpose()?.into(),
        };
        let share = Share::new(Answers::default(), None);
        let key = context.item.node.response_key().node.as_str().into();
        Ok(Self { app, credential, start, language, reached, seal, share, key })
    }

    /// A subscriber who gets the answers of all who select the same of items of this type, where these are the same for
    /// everybody.
    pub(crate) fn sharing<T: OutputType>(self, context: &Context<'_>) -> Self {
        let answers = context.data_opt::<Answers>().cloned().unwrap_or_default();
        let selected = &context.item.node.selection_set.node;
        let selected = selection::key(Of::context(context), &T::type_name(), selected);
        let selected = selected.filter(|selected| !selected.is_viewed);
        let share = Share::new(answers, selected);
        Self { share, ..self }
    }

    /// Where to start, and what is asked in the company of those who select the same: if what is written for one of them is
    /// written for all, and can be sent past this one's feed.
    pub(crate) fn start(&self) -> (Start, Option<Asking>) {
        let (locale, language) = self.language;
        let asked = self.share.asked(language).filter(|_| self.reached.has_outlet());
        let asking = asked.map(|what| {
            let past = Past { reached: self.reached.clone(), key: self.key.clone(), locale };
            Asking { what, outlet: Arc::new(past) }
        });
        (self.start, asking)
    }

    /// The items of a feed that has begun: from here on nothing of it is lost. A transport that asks the feed itself is
    /// given it, and here come only the items that are to be resolved.
    pub(crate) fn items<C, T>(
        self,
        feed: Feed<C>,
        item: impl Fn(Step<C>) -> T + Send + Sync + 'static,
    ) -> BoxStream<'static, async_graphql::Result<Shared<T>>>
    where
        C: Change,
        T: Send + 'static,
    {
        let reached = self.reached.clone();
        reached.begun(feed.begins());
        // boxed, for it is moved for each item
        let following = Box::new((self, feed, item));
        let items = stream::unfold(following, |mut following| async move {
            let (subscriber, feed, item) = &mut *following;
            let next = subscriber.next(feed, item).await?;
            Some((next, following))
        });
        if !reached.asks_feeds() {
            return items.filter_map(|next| ready(next.unwritten())).boxed();
        }
        let (resolve, mut to_resolve) = mpsc::channel(1);
        reached.give_lane(items.map(move |next| next.pass(&resolve)).boxed());
        stream::poll_fn(move |context| to_resolve.poll_recv(context)).boxed()
    }

    /// The next item.
    async fn next<C: Change, T>(
        &self,
        feed: &mut Feed<C>,
        make: &(impl Fn(Step<C>) -> T + Sync),
    ) -> Option<Next<T>> {
        let mut item = match feed.next().await? {
            Ok(item) => item,
            Err(error) => return Some(Next::ToResolve(Err(to_graphql(error)))),
        };
        let language = language::of(&item.session.member);
        let answer = self.share.answer(name(&item), language);
        // first, so that the transport knows that something is to come while another one's answer is waited for
        let sealed = match self.announce(&item, answer.as_deref()) {
            Ok(sealed) => sealed,
            Err(error) => return Some(Next::ToResolve(Err(to_graphql(error)))),
        };
        let part = match &answer {
            Some(answer) => answer.part().await,
            None => Part::Alone,
        };
        // Dropped, it makes the others look by themselves: they read another language.
        let round = item.round.take().filter(|_| self.language.1 == language);
        let going = round.map(|round| Going { round, name: sealed.clone() });
        Some(match part {
            Part::Ready(value) if self.reached.asks_feeds() => {
                go(going, &value).await;
                Next::Written(WrittenItem { key: self.key.clone(), value })
            }
            part => {
                let going = Mutex::new(going);
                Next::ToResolve(Ok(Shared { item: make(self.step(item, sealed)), part, going }))
            }
        })
    }

    /// Tells the transport of an item that is about to be sent: its place, as the client gets it.
    fn announce<C>(&self, item: &Item<C>, answer: Option<&Answer>) -> Result<String> {
        let sealed = match answer {
            Some(answer) => answer.cursor(&self.seal, &item.cursor)?,
            None => self.seal.close(&item.cursor)?,
        };
        self.reached.set(item.cursor, sealed.clone(), item.caught_up);
        Ok(sealed)
    }

    fn step<C>(&self, item: Item<C>, sealed: String) -> Step<C> {
        let view = View::new(&self.app, &item.session);
        let cursor = FeedCursor(sealed);
        Step { cursor, caught_up: item.caught_up, change: item.change, view }
    }
}

/// Past a feed that rests, to its transport.
struct Past {
    reached: OperationCursor,
    key: Arc<str>,
    /// The language that they had chosen when they subscribed.
    locale: Option<Language>,
}

impl group::Outlet for Past {
    fn put(&self, item: &Written<'_>, viewer: &Session) -> bool {
        let written = WrittenItem { key: self.key.clone(), value: item.value.clone() };
        viewer.member.locale == self.locale && self.reached.send(&written, item.place, item.name)
    }
}

/// A round that is to go as soon as what it brings is written.
pub(crate) struct Going {
    round: Round,
    /// The place, as clients are told it.
    name: String,
}

/// Sends it round, if it is to go.
pub(crate) async fn go(going: Option<Going>, value: &Bytes) {
    if let Some(Going { round, name }) = going {
        round.go(&name, value).await;
    }
}

/// What comes next of a feed.
enum Next<T> {
    /// What is written already.
    Written(WrittenItem),
    /// What the executor is to resolve.
    ToResolve(async_graphql::Result<Shared<T>>),
}

impl<T> Next<T> {
    fn unwritten(self) -> Option<async_graphql::Result<Shared<T>>> {
        match self {
            Self::ToResolve(item) => Some(item),
            Self::Written(_) => None,
        }
    }

    /// Gives the executor what it is to resolve. There is room: it is asked for that before there is more.
    fn pass(self, resolve: &mpsc::Sender<async_graphql::Result<Shared<T>>>) -> Passed {
        match self {
            Self::Written(item) => Passed::Written(item),
            Self::ToResolve(item) => {
                let _ = resolve.try_send(item);
                Passed::ToResolve
            }
        }
    }
}

fn name<C: Change>(item: &Item<C>) -> Name {
    let says = item.change.as_ref().map(Change::says);
    Name { cursor: item.cursor, caught_up: item.caught_up, says, language: None }
}

/// Where the client wants to start: clients send their first variables again when they reconnect, so what they
/// said when they connected goes before.
fn named(context: &Context<'_>, after: Option<FeedCursor>) -> Option<String> {
    let resume = context.data_opt::<Resume>().and_then(|resume| resume.0.clone());
    resume.or(after.map(|cursor| cursor.0))
}
