//! Following a board: the deals of a process as one viewer sees them, and the saves of the process.
//!
//! Saves are read from the versions and all else from the events, and each save has its place among the
//! events of the log: what is read is delivered in the order in which it happened, whenever it is read. A
//! board never hears of a deal at a stage that it does not know yet.

use std::{collections::VecDeque, sync::Arc};

use domain::policy::Actor;
use entity::{
    event,
    ids::{DealId, ProcessId},
};

use super::{
    cursor::{BoardCursor, FeedCursor, LogCursor, SavedCursor, Scope},
    follow::{self, BATCH, Source, Start, Watch},
    group::{Asking, Company, Followed},
    looked::{self, Sight},
    saved,
    sight::{self, Effect, Viewer},
    steps::{self, Step},
    store::{self, Save},
};
use crate::{
    app::App,
    auth::{self, Credential, Session},
    bus::Moments,
    deal::find,
    error::{Error, Result},
    tx::Snapshot,
};

/// One step of the feed of a board.
pub type Item = follow::Item<Change>;
/// The feed itself.
pub type Feed = follow::Feed<Change>;

/// What happened on a board.
#[derive(Clone, Debug)]
pub enum Change {
    /// A deal changed where it is.
    Changed(Arc<event::Model>),
    /// A deal is to be shown from now on; with the event that brought it, unless the viewer's role did.
    Appeared(DealId, Option<Arc<event::Model>>),
    /// A deal is to be shown no more.
    Withdrawn(DealId),
    /// The process was saved.
    Recalculated(Save),
}

/// Follows the board of a process after a place, or from now, in the company of those who see all its deals and ask the same.
pub async fn follow(
    app: &App,
    credential: &Credential,
    process: ProcessId,
    (start, asking): (Start, Option<Asking>),
) -> Result<Feed> {
    let Start { after, live } = start;
    let news = app.bus().process(process);
    let moments = news.moments();
    let (watch, session) = Watch::start(app, credential, news).await?;
    let place = start_at(&app.read(session.actor.clone()), process, after).await?;
    let mut board = Board {
        app: app.clone(),
        credential: credential.clone(),
        viewer: session.actor,
        read_to: place.log,
        place,
        steps: VecDeque::new(),
        sweep: None,
        again: false,
        is_new: false,
        is_behind: true,
        moments,
        sight: None,
    };
    board.follow_role();
    let place = (Followed::Board(process), board.cursor());
    let company = asking.map(|asking| Company::new(app, credential, place, asking));
    Ok(follow::follow(watch, board, live, company))
}

/// Where to begin: at the cursor, if this database has it, or now.
///
/// Whoever saw everything when the cursor was given and does not now must read the board again: to
/// withdraw what they may not see would tell anyone who makes such a cursor up which deals there are.
async fn start_at(
    snapshot: &Snapshot,
    process: ProcessId,
    after: Option<FeedCursor>,
) -> Result<BoardCursor> {
    let after = match after {
        None => None,
        Some(FeedCursor::Board(place)) => Some(place),
        Some(_) => return Err(Error::CursorInvalid),
    };
    let saved = saved::start_at(snapshot, process, after.map(|place| place.saved)).await?;
    let own = sight::scope(snapshot.actor());
    let conn = snapshot.conn().await?;
    let Some(after) = after else {
        return Ok(BoardCursor { saved, log: store::last(conn).await?, scope: own });
    };
    let event = match after.log.position {
        0 => None,
        position => store::id_at(conn, position).await?,
    };
    let here = event == after.log.event && (event.is_some() || after.log.position == 0);
    let allowed = own == Scope::All || after.scope == Scope::Own;
    if here && allowed { Ok(after) } else { Err(Error::CursorInvalid) }
}

/// The place of a board that was read in this snapshot, at this version of its process.
pub async fn cursor(snapshot: &Snapshot, process: ProcessId, number: i64) -> Result<BoardCursor> {
    let found = store::standing(snapshot.conn().await?, process, number).await?;
    let found = found.ok_or_else(|| Error::bug("a process has no version"))?;
    let log = LogCursor { position: found.position.unwrap_or_default(), event: found.event };
    let saved = SavedCursor { process, number, version: found.version };
    Ok(BoardCursor { saved, log, scope: sight::scope(snapshot.actor()) })
}

struct Board {
    app: App,
    credential: Credential,
    /// As judged last.
    viewer: Actor,
    place: BoardCursor,
    /// What was read, in the order in which it happened.
    steps: VecDeque<Step>,
    /// Up to which event of its own it has read, once all of it is delivered: all who have read the same are in one place.
    read_to: LogCursor,
    sweep: Option<Sweep>,
    /// Whether events were dropped that another viewer would have been shown: they are read again.
    again: bool,
    /// Whether what is read may have happened before the viewer's role changed.
    is_new: bool,
    /// Whether it has not yet read all that was there when it began: nobody has read that for it.
    is_behind: bool,
    moments: Moments,
    /// How the deal was seen of which the last event told.
    sight: Option<Arc<Sight>>,
}

/// The viewer's role has changed: the deals that only leaders see come or go one by one.
struct Sweep {
    to: Scope,
    ids: VecDeque<DealId>,
    last: Option<DealId>,
    more: bool,
}

impl Source for Board {
    type Change = Change;

    async fn read(&mut self) -> Result<bool> {
        let moment = self.moment();
        let end = self.end(moment).await?;
        let more = self.read_until(end, moment).await?;
        self.is_behind &= more;
        Ok(more)
    }

    async fn take(&mut self) -> Result<Option<(Change, Arc<Session>)>> {
        loop {
            while self.sweep.is_some() || !self.steps.is_empty() {
                let session = self.judge().await?;
                if let Some(change) = self.next().await? {
                    return Ok(Some((change, session)));
                }
            }
            self.place.log = self.read_to;
            if !self.again {
                self.is_new = false;
                return Ok(None);
            }
            self.again = self.read().await?;
        }
    }

    async fn judge(&mut self) -> Result<Arc<Session>> {
        let session = auth::renew_shared(&self.app, &self.credential).await?;
        self.viewer = session.actor.clone();
        self.follow_role();
        Ok(session)
    }

    fn cursor(&self) -> FeedCursor {
        FeedCursor::Board(self.place)
    }

    fn sight(&self) -> Option<Arc<Sight>> {
        self.sight.clone().filter(|_| self.is_alike())
    }

    /// Salespeople see deals of their own, and whoever comes to lead is shown the others first.
    fn is_alike(&self) -> bool {
        self.viewer.leads() && self.place.scope == Scope::All && !self.is_new
    }

    fn go_to(&mut self, place: FeedCursor) {
        if let FeedCursor::Board(place) = place {
            (self.place, self.read_to) = (place, place.log);
        }
    }
}

impl Board {
    /// The end of the log. Who was taken on by others may look again before news of that came, and is further than what was
    /// read for all at the last news.
    async fn end(&self, moment: Option<u64>) -> Result<LogCursor> {
        for moment in [moment, None] {
            let end = looked::end(&self.app, self.place.saved.process, moment).await?;
            if end.position >= self.place.log.position {
                return Ok(end);
            }
        }
        Err(Error::CursorInvalid)
    }

    /// Events first, and then the saves among them: a save that is read has been there before whatever
    /// follows it. A batch that is full, of either, ends both.
    async fn read_until(&mut self, end: LogCursor, moment: Option<u64>) -> Result<bool> {
        let (from, process) = (self.place.log.position, self.place.saved.process);
        let between = (from, end.position);
        let events = looked::events_of_board(&self.app, process, between, moment).await?;
        let mut events = events.to_vec();
        let mut more = events.len() as u64 == BATCH;
        self.read_to = self.after_all(&events);
        let until = if more { self.read_to.position } else { end.position };
        let saves = looked::saves(&self.app, &self.place.saved, until, moment).await?.to_vec();
        if let Some(last) = saves.last().filter(|_| saves.len() as u64 == BATCH) {
            events.retain(|event| event.position <= last.position);
            self.read_to = self.after_all(&events);
            more = true;
        }
        let events = self.without_unseen(events).await?;
        self.steps = steps::in_order(saves, events);
        Ok(more)
    }

    fn after_all(&self, events: &[Arc<event::Model>]) -> LogCursor {
        events.last().map_or(self.place.log, |last| place_of(last))
    }

    /// Spares a salesperson's feed a judgement for each event of others. Whatever comes into sight between
    /// this look and the delivery does so by an event of its own, which is still to come.
    async fn without_unseen(
        &self,
        mut events: Vec<Arc<event::Model>>,
    ) -> Result<Vec<Arc<event::Model>>> {
        if events.is_empty() || self.viewer.leads() {
            return Ok(events);
        }
        let ids = events.iter().map(|event| event.deal_id).collect();
        let seen = find::many(&self.app.read(self.viewer.clone()), ids).await?;
        let process = self.place.saved.process;
        events.retain(|event| {
            seen.iter().any(|deal| deal.id == event.deal_id)
                || sight::may_withdraw(event, process, &self.viewer)
        });
        Ok(events)
    }

    async fn next(&mut self) -> Result<Option<Change>> {
        self.sight = None;
        if self.sweep.is_some() {
            return self.sweep_on().await;
        }
        match self.steps.pop_front() {
            None => Ok(None),
            Some(Step::Save(save)) => {
                self.place.saved = save.cursor(self.place.saved.process);
                Ok(Some(Change::Recalculated(save)))
            }
            Some(Step::Event(event)) => {
                self.place.log = place_of(&event);
                self.change(event).await
            }
        }
    }

    async fn change(&mut self, event: Arc<event::Model>) -> Result<Option<Change>> {
        let (id, process) = (event.deal_id, self.place.saved.process);
        let snapshot = self.app.read(self.viewer.clone());
        let of_board = (Some(process), id);
        let moment = self.moment();
        self.sight = looked::deal(&self.app, &self.viewer, of_board, event.version, moment).await?;
        let deal = self.sight.as_ref().map(|sight| &sight.deal);
        let viewer = Viewer { actor: &self.viewer, is_new: self.is_new };
        Ok(match sight::effect(&event, process, &viewer, deal) {
            Effect::Changed => Some(Change::Changed(event)),
            Effect::Appeared => Some(Change::Appeared(id, Some(event))),
            Effect::Withdrawn => Some(Change::Withdrawn(id)),
            Effect::WithdrawnIfSeen => {
                self.saw(&snapshot, &event).await?.then_some(Change::Withdrawn(id))
            }
            Effect::Unseen => None,
        })
    }

    /// The moment that it has in common with others; none while it is behind them.
    fn moment(&self) -> Option<u64> {
        (!self.is_behind).then(|| self.moments.now())
    }

    async fn saw(&self, snapshot: &Snapshot, event: &event::Model) -> Result<bool> {
        let Some(member) = self.viewer.member_id() else { return Ok(true) };
        let conn = snapshot.conn().await?;
        let facts = store::facts_before(conn, event.deal_id, event.version).await?;
        Ok(sight::saw(&facts, member))
    }

    /// Begins a sweep when the board does not hold what the viewer may see now. The cursors in it say
    /// so: whoever is torn off in the middle resumes with the whole of it, or reads the board again.
    fn follow_role(&mut self) {
        let to = sight::scope(&self.viewer);
        let holds = self.sweep.as_ref().map_or(self.place.scope, |sweep| sweep.to);
        if holds != to {
            self.place.scope = Scope::Changing;
            self.sweep = Some(Sweep { to, ids: VecDeque::new(), last: None, more: true });
            // What was read for the old role was read without what only the new one sees.
            self.steps.clear();
            self.read_to = self.place.log;
            self.again = true;
            self.is_new = true;
        }
    }

    /// The next deal that comes or goes; the last one ends the sweep.
    async fn sweep_on(&mut self) -> Result<Option<Change>> {
        let Some(mut sweep) = self.sweep.take() else { return Ok(None) };
        if sweep.more && sweep.ids.len() <= 1 {
            self.read_hidden(&mut sweep).await?;
        }
        let (next, to) = (sweep.ids.pop_front(), sweep.to);
        if sweep.ids.is_empty() {
            self.place.scope = to;
        } else {
            self.sweep = Some(sweep);
        }
        Ok(next.map(|id| match to {
            Scope::All => Change::Appeared(id, None),
            _ => Change::Withdrawn(id),
        }))
    }

    async fn read_hidden(&self, sweep: &mut Sweep) -> Result<()> {
        let Some(member) = self.viewer.member_id() else { return Ok(()) };
        let snapshot = self.app.read(self.viewer.clone());
        let board = (self.place.saved.process, self.place.log.position);
        let ids = store::hidden_from(&snapshot, member, board, sweep.last, BATCH).await?;
        sweep.more = ids.len() as u64 == BATCH;
        sweep.last = ids.last().copied().or(sweep.last);
        sweep.ids.extend(ids);
        Ok(())
    }
}

fn place_of(event: &event::Model) -> LogCursor {
    LogCursor { position: event.position.unwrap_or_default(), event: Some(event.id) }
}
