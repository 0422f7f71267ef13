//! Live updates of a board: the deals of a process as the viewer sees them, and the saves of the process.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription, Union};
use engine::{
    error::{Error, Result},
    event::{
        board::{self, Change},
        store::Save,
    },
};
use entity::{
    event,
    ids::{DealId, ProcessId},
};
use futures_util::Stream;

use crate::graphql::{
    context::semanticNonNull,
    deal::Deal,
    error::{Field, field, to_graphql},
    event::DealEvent,
    feed::{
        self, Step, Subscriber,
        shared::{Kind, Shared},
    },
    input::parse,
    process::{Process, definition::ProcessVersion},
    scalar::FeedCursor,
    view::View,
};

/// One step of the feed of a board.
#[derive(SimpleObject)]
pub(crate) struct ProcessFeedItem {
    /// Where you are after this item: subscribe `after` it to go on, on any server, at any time.
    pub cursor: FeedCursor,
    /// Whether everything missed has been delivered before this item. One item without a change marks
    /// that moment.
    pub caught_up: bool,
    /// What happened; null in the item that marks the end of what was missed.
    pub change: Option<ProcessFeedChange>,
}

/// What happened on a board. More kinds may come.
#[derive(Union)]
pub(crate) enum ProcessFeedChange {
    /// A deal changed where it is.
    Changed(DealChanged),
    /// A deal came.
    Appeared(DealAppeared),
    /// A deal went.
    Withdrawn(DealWithdrawn),
    /// The process was saved.
    Recalculated(ProcessRecalculated),
}

/// Something happened to a deal of the board.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct DealChanged {
    /// What happened: always there. It is of the same type as in DealAppeared, so that one selection may
    /// ask both for it.
    pub event: Option<DealEvent>,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    deal_id: DealId,
}

#[ComplexObject]
impl DealChanged {
    /// The deal as it now is: never older than the event.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deal(&self) -> Field<Deal> {
        field(seen(&self.view, self.deal_id).await)
    }
}

/// A deal came: it began, came from another process, or may be seen by the viewer from now on. Show it;
/// if it is shown already, it is the same deal.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct DealAppeared {
    /// What brought it; null when the viewer's role did.
    pub event: Option<DealEvent>,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    deal_id: DealId,
}

#[ComplexObject]
impl DealAppeared {
    /// The deal as it now is.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deal(&self) -> Field<Deal> {
        field(seen(&self.view, self.deal_id).await)
    }
}

/// A deal went: to another process, or out of the viewer's sight. Show it no more; that it is not shown
/// may be no news.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct DealWithdrawn {
    /// Which deal.
    pub deal_id: ID,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    process_id: ProcessId,
}

#[ComplexObject]
impl DealWithdrawn {
    /// The process of the board: read its columns again to have their counts and totals right.
    #[graphql(directive = semanticNonNull::apply())]
    async fn process(&self) -> Field<Process> {
        field(Process::get(&self.view, self.process_id).await)
    }
}

/// The process was saved: stages, actions, and with them any number of its deals may be different now.
/// Read again what the board shows of them.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct ProcessRecalculated {
    /// How many open deals are at another stage or have other progress because of it, whether or not the
    /// viewer may see them.
    pub deal_count: i64,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    process_id: ProcessId,
    #[graphql(skip)]
    save: Save,
}

#[ComplexObject]
impl ProcessRecalculated {
    /// The version that was saved: who did it, when, and what they said.
    #[graphql(directive = semanticNonNull::apply())]
    async fn version(&self) -> Field<ProcessVersion> {
        field(ProcessVersion::get(&self.view, self.save.id).await)
    }

    /// The process as it now is: never older than the version.
    #[graphql(directive = semanticNonNull::apply())]
    async fn process(&self) -> Field<Process> {
        field(Process::get(&self.view, self.process_id).await)
    }
}

impl feed::Change for Change {
    fn says(&self) -> (Kind, Option<DealId>) {
        match self {
            Self::Changed(event) => (Kind::Happened, Some(event.deal_id)),
            Self::Appeared(id, _) => (Kind::Appeared, Some(*id)),
            Self::Withdrawn(id) => (Kind::Withdrawn, Some(*id)),
            Self::Recalculated(_) => (Kind::Saved, None),
        }
    }
}

/// Live updates of boards.
#[derive(Default)]
pub(crate) struct BoardSubscription;

/// Live updates. They resume: subscribe `after` the last cursor you have, and nothing is lost or doubled,
/// across reconnects and restarts of the server.
#[Subscription]
impl BoardSubscription {
    /// Everything that happens to the deals of a process, as far as the viewer may see them: first what
    /// happened after `after`, then one item without a change (`caughtUp`), then live. Without `after` it
    /// starts now. All of it comes in the order in which it happened, and a save of the process is one change
    /// in its place, however many deals follow it. When the viewer's role changes, deals appear or are
    /// withdrawn one by one. It ends with an error when there is no such process (`NOT_FOUND`) or the token is
    /// no longer valid (`UNAUTHENTICATED`). A cursor of another process or another log is `CURSOR_INVALID`,
    /// and so is one that was given to somebody who sees every deal when the viewer does not now: read the
    /// board again.
    async fn process_progress(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of a process.")] process_id: ID,
        #[graphql(
            desc = "The last cursor that you have: a process's `feedCursor`, or that of the last item."
        )]
        after: Option<FeedCursor>,
    ) -> async_graphql::Result<
        impl Stream<Item = async_graphql::Result<Shared<ProcessFeedItem>>> + use<>,
    > {
        let process_id = parse(&process_id, "processId").map_err(to_graphql)?;
        let subscriber = Subscriber::of(context, after).await.map_err(to_graphql)?;
        let subscriber = subscriber.sharing::<ProcessFeedItem>(context);
        let (Subscriber { app, credential, .. }, start) = (&subscriber, subscriber.start());
        let feed = board::follow(app, credential, process_id, start).await.map_err(to_graphql)?;
        Ok(subscriber.items(feed, move |step| ProcessFeedItem::new(step, process_id)))
    }
}

impl ProcessFeedItem {
    fn new(step: Step<Change>, process: ProcessId) -> Self {
        let Step { cursor, caught_up, change, view } = step;
        let change = change.map(|change| ProcessFeedChange::new(view, process, change));
        Self { cursor, caught_up, change }
    }
}

impl ProcessFeedChange {
    fn new(view: View, process_id: ProcessId, change: Change) -> Self {
        let event = |row: Arc<event::Model>| DealEvent::new(&view, row);
        match change {
            Change::Changed(row) => {
                let deal_id = row.deal_id;
                DealChanged { event: Some(event(row)), view, deal_id }.into()
            }
            Change::Appeared(deal_id, row) => {
                DealAppeared { event: row.map(event), view, deal_id }.into()
            }
            Change::Withdrawn(id) => {
                DealWithdrawn { deal_id: id.to_string().into(), view, process_id }.into()
            }
            Change::Recalculated(save) => {
                let deal_count = save.recalculated;
                ProcessRecalculated { deal_count, view, process_id, save }.into()
            }
        }
    }
}

/// The deal, which the viewer could see a moment ago.
async fn seen(view: &View, id: DealId) -> Result<Deal> {
    Deal::find(view, id).await?.ok_or_else(|| Error::not_found("deal"))
}
