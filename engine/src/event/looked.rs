//! What those who follow look at: read once for all who look at the same moment. Whoever is behind has no moment in common
//! with others, and reads alone.

use std::sync::Arc;

use domain::{
    deal::state,
    policy::{self, Actor},
};
use entity::{
    deal,
    deal::Visibility,
    event,
    ids::{DealId, MemberId, ProcessId},
};

use super::{
    cursor::{LogCursor, SavedCursor},
    follow::BATCH,
    saved,
    store::{self, Save},
};
use crate::{
    app::App,
    base::Base,
    deal::find,
    error::Result,
    once::{Once, Rows},
};

/// Events, read once and shared.
pub(crate) type Events = Arc<[Arc<event::Model>]>;

/// A deal, and whether each of those who take part in it does: all that it takes to say who may see it.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// The deal.
    pub(crate) deal: deal::Model,
    /// Read only where it makes a difference.
    participants: Vec<MemberId>,
}

impl Sight {
    /// Whether this actor may see it.
    pub(super) fn is_for(&self, actor: &Actor) -> bool {
        let takes_part = actor.member_id().is_some_and(|id| self.participants.contains(&id));
        policy::sees(actor, &state::facts(&self.deal, takes_part))
    }
}

impl Rows for Option<Arc<Sight>> {
    fn rows(&self) -> usize {
        1
    }
}

impl Rows for LogCursor {
    fn rows(&self) -> usize {
        1
    }
}

impl<T> Rows for Arc<[T]> {
    fn rows(&self) -> usize {
        self.len() + 1
    }
}

#[derive(Default)]
struct Looked {
    sights: Once<(Option<ProcessId>, DealId), Option<Arc<Sight>>>,
    events: Once<(DealId, i64), Events>,
    ends: Once<ProcessId, LogCursor>,
    events_of_board: Once<(ProcessId, i64, i64), Events>,
    saves: Once<(SavedCursor, i64), Arc<[Save]>>,
}

/// The deal, if this actor may see it: as it is known at a moment of its own, or of a board, and never from before this
/// version of it. What is delivered is an event, and what came before it may have changed who sees the deal (rule 23).
pub(crate) async fn deal(
    base: &Base,
    actor: &Actor,
    (board, id): (Option<ProcessId>, DealId),
    version: i64,
    moment: Option<u64>,
) -> Result<Option<Arc<Sight>>> {
    let sights = &base.part::<Looked>().sights;
    let mut found = sights.get((board, id), moment, || sight(base, id)).await?;
    if found.as_ref().is_some_and(|sight| sight.deal.version < version) {
        found = Box::pin(sight(base, id)).await?;
    }
    Ok(found.filter(|sight| sight.is_for(actor)))
}

async fn sight(base: &Base, id: DealId) -> Result<Option<Arc<Sight>>> {
    let snapshot = App::from(base).read(LOOKING);
    let Some(deal) = find::many(&snapshot, vec![id]).await?.pop() else { return Ok(None) };
    let participants = match deal.visibility {
        Visibility::Everyone => None,
        Visibility::Participants => find::participants(&snapshot, vec![id]).await?.remove(&id),
    };
    Ok(Some(Arc::new(Sight { deal, participants: participants.unwrap_or_default() })))
}

/// On whose behalf it is looked for all: each is then judged for themselves.
const LOOKING: Actor = Actor::System("feeds");

/// The next events of a deal after one of its versions.
pub(crate) async fn events(
    base: &Base,
    deal: DealId,
    from: i64,
    moment: Option<u64>,
) -> Result<Events> {
    let read = || async {
        let found = store::after(base.db().reader(), deal, from, BATCH).await?;
        Ok(shared(found))
    };
    base.part::<Looked>().events.get((deal, from), moment, read).await
}

fn shared(events: Vec<event::Model>) -> Events {
    events.into_iter().map(Arc::new).collect()
}

/// The end of the log, as far as a board has to know it.
pub(crate) async fn end(base: &Base, process: ProcessId, moment: Option<u64>) -> Result<LogCursor> {
    let ends = &base.part::<Looked>().ends;
    ends.get(process, moment, || store::last(base.db().reader())).await
}

/// The next events of a board between two places.
pub(crate) async fn events_of_board(
    base: &Base,
    process: ProcessId,
    (after, until): (i64, i64),
    moment: Option<u64>,
) -> Result<Events> {
    let read = || async {
        let found = store::of_process(base.db().reader(), process, (after, until), BATCH).await?;
        Ok(shared(found))
    };
    let events = &base.part::<Looked>().events_of_board;
    events.get((process, after, until), moment, read).await
}

/// The next saves of a process that have their place before one of the log.
pub(crate) async fn saves(
    base: &Base,
    after: &SavedCursor,
    until: i64,
    moment: Option<u64>,
) -> Result<Arc<[Save]>> {
    let read = || async { Ok(saved::read_until(&App::from(base), after, until).await?.into()) };
    base.part::<Looked>().saves.get((*after, until), moment, read).await
}
