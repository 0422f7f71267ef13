//! Live updates of a process: each save of it, once.

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription};
use engine::{
    error::Result,
    event::{saved, store::Save},
};
use entity::ids::{DealId, ProcessId, ProcessVersionId};
use futures_util::Stream;

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field, to_graphql},
    feed::{
        Change, Step, Subscriber,
        shared::{Kind, Shared},
    },
    input::parse,
    process::{Process, change::ProcessChange, definition::ProcessVersion},
    scalar::FeedCursor,
    view::View,
};

/// One step of the feed of a process's saves.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct ProcessSavedItem {
    /// Where you are after this item: subscribe `after` it to go on, on any server, at any time.
    pub cursor: FeedCursor,
    /// Whether everything missed has been delivered before this item. One item without a version marks
    /// that moment.
    pub caught_up: bool,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    process_id: ProcessId,
    #[graphql(skip)]
    version_id: Option<ProcessVersionId>,
}

#[ComplexObject]
impl ProcessSavedItem {
    /// The version that was saved: who did it, when, and what they said; null in the item that marks the
    /// end of what was missed.
    async fn version(&self) -> Field<ProcessVersion> {
        field(ProcessVersion::get(&self.view, self.version_id?).await)
    }

    /// What it changed: the smallest list that explains the difference from the version before. Empty in
    /// the item that marks the end of what was missed.
    #[graphql(directive = semanticNonNull::apply())]
    async fn changes(&self) -> Field<Vec<ProcessChange>> {
        field(self.read_changes().await)
    }

    /// The process as it now is: never older than the version.
    #[graphql(directive = semanticNonNull::apply())]
    async fn process(&self) -> Field<Process> {
        field(Process::get(&self.view, self.process_id).await)
    }
}

impl ProcessSavedItem {
    fn new(step: Step<Save>, process_id: ProcessId) -> Self {
        let Step { cursor, caught_up, change, view } = step;
        Self { cursor, caught_up, view, process_id, version_id: change.map(|save| save.id) }
    }

    async fn read_changes(&self) -> Result<Vec<ProcessChange>> {
        match self.version_id {
            Some(id) => ProcessVersion::get(&self.view, id).await?.read_changes().await,
            None => Ok(Vec::new()),
        }
    }
}

impl Change for Save {
    fn says(&self) -> (Kind, Option<DealId>) {
        (Kind::Saved, None)
    }
}

/// Live updates of processes.
#[derive(Default)]
pub(crate) struct SavedSubscription;

/// Live updates. They resume: subscribe `after` the last cursor you have, and nothing is lost or doubled,
/// across reconnects and restarts of the server.
#[Subscription]
impl SavedSubscription {
    /// Every save of a process, one item each: first those after `after`, then one item without a version
    /// (`caughtUp`), then live. Without `after` it starts now. It ends with an error when there is no such
    /// process (`NOT_FOUND`) or the token is no longer valid (`UNAUTHENTICATED`); a cursor of another
    /// process or another log is `CURSOR_INVALID`.
    async fn process_saved(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of a process.")] process_id: ID,
        #[graphql(
            desc = "The last cursor that you have: a process's `feedCursor`, or that of the last item."
        )]
        after: Option<FeedCursor>,
    ) -> async_graphql::Result<
        impl Stream<Item = async_graphql::Result<Shared<ProcessSavedItem>>> + use<>,
    > {
        let process_id = parse(&process_id, "processId").map_err(to_graphql)?;
        let subscriber = Subscriber::of(context, after).await.map_err(to_graphql)?;
        let Subscriber { app, credential, start, .. } = &subscriber;
        let feed = saved::follow(app, credential, process_id, *start).await.map_err(to_graphql)?;
        Ok(subscriber.items(feed, move |step| ProcessSavedItem::new(step, process_id)))
    }
}
