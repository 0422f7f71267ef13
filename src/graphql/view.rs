//! One consistent view of the database for one viewer. What an answer needs of it, each noun's `loader.rs` reads, many
//! rows at once, and keeps here.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::Context;
use domain::{event::cursor, language::Language, policy::Actor};
use engine::{
    app::App,
    auth::{self, Session},
    error::{Error, Result},
    event::seal,
    tx::Snapshot,
};

use crate::{graphql::scalar::FeedCursor, language};

mod kinds;

use kinds::Kinds;

/// A snapshot with the rows read from it so far: one for the queries of a request, a fresh one for
/// each mutation's payload and each item of a subscription.
#[derive(Clone)]
pub(crate) struct View(Arc<Inner>);

struct Inner {
    snapshot: Snapshot,
    session: Session,
    rows: Kinds,
    people: u64,
    is_mixed: AtomicBool,
}

impl View {
    /// A fresh view for whoever is signed in.
    pub(crate) fn new(app: &App, session: &Session) -> Self {
        // before the snapshot, which begins with its first statement: it may know more than this says, and never less
        let people = app.bus().people();
        let snapshot = app.read(session.actor.clone());
        let (session, rows, is_mixed) = (session.clone(), Kinds::default(), AtomicBool::new(false));
        Self(Arc::new(Inner { snapshot, session, rows, people, is_mixed }))
    }

    /// Some of what is known is of a moment before the snapshot.
    pub(crate) fn mix(&self) {
        self.0.is_mixed.store(true, Ordering::Relaxed);
    }

    /// Whether all that is read is of one moment: only then what is made of it may be kept for others.
    pub(crate) fn is_of_one_moment(&self) -> bool {
        !self.0.is_mixed.load(Ordering::Relaxed)
    }

    /// Whether something was read at a moment of its own, and no more until now.
    pub(crate) fn is_read_alone(&self) -> bool {
        self.snapshot().is_alone()
    }

    /// Whether something was read at a moment of its own, and more at another.
    pub(crate) fn is_of_two_moments(&self) -> bool {
        self.snapshot().is_of_two_moments()
    }

    /// A fresh view for whoever looks, as they were.
    pub(crate) fn afresh(&self) -> Self {
        Self::new(&App::from(self.snapshot().base()), self.session())
    }

    /// A fresh view for whoever looks, as they now are.
    pub(crate) async fn renewed(&self) -> Result<Self> {
        let base = self.snapshot().base();
        let session = auth::renew(base, &self.session().credential).await?;
        Ok(Self::new(&App::from(base), &session))
    }

    /// The view that all queries of this request share.
    pub(crate) fn of(context: &Context<'_>) -> Result<Self> {
        context.data_opt::<Self>().cloned().ok_or(Error::Unauthenticated)
    }

    /// Who looks.
    pub(crate) fn actor(&self) -> &Actor {
        &self.0.session.actor
    }

    /// The session of whoever looks.
    pub(crate) fn session(&self) -> &Session {
        &self.0.session
    }

    /// What whoever looks reads.
    pub(crate) fn language(&self) -> Language {
        language::of(&self.session().member)
    }

    /// The snapshot, for finders.
    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.0.snapshot
    }

    /// What was read of this kind: a type of the noun that reads it.
    pub(crate) fn rows<R: Default + Send + Sync + 'static>(&self) -> &R {
        self.0.rows.get()
    }

    /// How often people had changed, as this server knew it, when this view was made: what was said of them then may be
    /// said no more when it has risen.
    pub(crate) fn people(&self) -> u64 {
        self.0.people
    }

    /// A place in the log as the viewer gets it.
    pub(crate) async fn feed_cursor(&self, cursor: &cursor::FeedCursor) -> Result<FeedCursor> {
        let (app, conn) = (self.snapshot().base(), self.snapshot().conn().await?);
        Ok(FeedCursor(seal::of(app, conn).await?.close(cursor)?))
    }
}
