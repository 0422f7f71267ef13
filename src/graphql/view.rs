//! One consistent view of the database for one viewer, and the rows of it that one answer needs.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_graphql::Context;
use domain::{deal::state, event::cursor, policy::Actor, process::version::Version};
use engine::{
    app::App,
    auth::Session,
    deal::find,
    error::{Error, Result},
    event::{seal, store as events},
    process::find as processes,
    tx::Snapshot,
};
use entity::{
    action, close_reason, completion, deal, event,
    ids::{
        ActionId, CompletionId, DealId, EventId, MemberId, ProcessId, ProcessVersionId, StageId,
        TaskId,
    },
    member, process, process_version, stage,
};
use tokio::sync::OnceCell;

use crate::graphql::{batch::Batch, scalar::FeedCursor};

mod board;
mod close_reason_rows;
mod inbox;
mod lists;
mod notes;
mod people;
mod task_rows;

pub use board::BoardKey;

/// Rows of versions that are read at once: each holds a whole process.
const VERSIONS: usize = 20;

/// A snapshot with the rows read from it so far: one for the queries of a request, a fresh one for
/// each mutation's payload and each item of a subscription.
#[derive(Clone)]
pub struct View(Arc<Inner>);

type Members = Batch<MemberId, Arc<member::Model>>;
type Current = (Arc<process::Model>, Arc<Version>);

struct Inner {
    snapshot: Snapshot,
    session: Session,
    members: Members,
    processes: Batch<ProcessId, Current>,
    versions: Batch<(ProcessId, i64), Arc<Version>>,
    version_rows: Batch<ProcessVersionId, Arc<process_version::Model>>,
    numbered_rows: Batch<(ProcessId, i64), Arc<process_version::Model>>,
    stages: Batch<StageId, Arc<stage::Model>>,
    actions: Batch<ActionId, Arc<action::Model>>,
    performers: Batch<ActionId, Vec<MemberId>>,
    deals: Batch<DealId, Arc<deal::Model>>,
    participants: Batch<DealId, Vec<MemberId>>,
    done: Batch<DealId, Vec<completion::Model>>,
    last_events: Batch<DealId, EventId>,
    completions: Batch<CompletionId, Arc<completion::Model>>,
    notes: notes::Notes,
    events: Batch<EventId, Arc<event::Model>>,
    people: people::People,
    inbox: inbox::Rows,
    boards: board::Boards,
    tasks: Batch<TaskId, Arc<entity::task::Model>>,
    deal_lists: lists::DealLists,
    close_reasons: OnceCell<Arc<Vec<close_reason::Model>>>,
}

impl View {
    /// A place in the log as the viewer gets it.
    pub async fn feed_cursor(&self, cursor: &cursor::FeedCursor) -> Result<FeedCursor> {
        let (app, conn) = (self.snapshot().base(), self.snapshot().conn().await?);
        Ok(FeedCursor(seal::of(app, conn).await?.close(cursor)?))
    }

    /// A fresh view for whoever is signed in.
    pub fn new(app: &App, session: &Session) -> Self {
        Self(Arc::new(Inner {
            snapshot: app.read(session.actor.clone()),
            session: session.clone(),
            members: Batch::default(),
            processes: Batch::default(),
            versions: Batch::default(),
            version_rows: Batch::default(),
            numbered_rows: Batch::default(),
            stages: Batch::default(),
            actions: Batch::default(),
            performers: Batch::default(),
            deals: Batch::default(),
            participants: Batch::default(),
            done: Batch::default(),
            last_events: Batch::default(),
            completions: Batch::default(),
            notes: notes::Notes::default(),
            events: Batch::default(),
            people: people::People::default(),
            inbox: inbox::Rows::default(),
            boards: board::Boards::default(),
            tasks: Batch::default(),
            deal_lists: lists::DealLists::default(),
            close_reasons: OnceCell::default(),
        }))
    }

    /// The view that all queries of this request share.
    pub fn of(context: &Context<'_>) -> Result<Self> {
        context.data_opt::<Self>().cloned().ok_or(Error::Unauthenticated)
    }

    /// Who looks.
    pub fn actor(&self) -> &Actor {
        &self.0.session.actor
    }

    /// The session of whoever looks.
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// The snapshot, for finders.
    pub fn snapshot(&self) -> &Snapshot {
        &self.0.snapshot
    }

    /// Says which rows these deals will need.
    pub fn expect_deals<'a>(&self, rows: impl Iterator<Item = &'a deal::Model>) {
        for row in rows {
            self.0.members.want([row.owner_id]);
            self.0.processes.want([row.process_id]);
            self.0.participants.want([row.id]);
            self.0.deal_lists.list(row.id);
            self.0.done.want([row.id]);
            self.0.last_events.want([row.id]);
            self.0.stages.want(row.stage_id);
            self.0.versions.want(row.closed_process_version.map(|number| (row.process_id, number)));
        }
    }

    /// Says which rows these events will need.
    pub fn expect_events<'a>(&self, rows: impl Iterator<Item = &'a event::Model>) {
        for row in rows {
            self.0.members.want(row.actor_id);
            self.0.members.want([row.after.owner_id]);
            self.0.processes.want(row.from_process_id);
            if let Some(task) = row.fact.task() {
                self.0.members.want([task.assignee_id]);
                self.0.tasks.want([task.task_id]);
                self.0.completions.want(task.completion_id);
            }
        }
    }

    /// These members will be asked for.
    pub fn expect_members(&self, ids: impl IntoIterator<Item = MemberId>) {
        self.0.members.want(ids);
    }

    /// A process with its current version.
    pub async fn process(&self, id: ProcessId) -> Result<Option<Current>> {
        let load = |ids| async {
            let rows = processes::many(&self.0.snapshot, ids).await?;
            self.with_versions(rows).await
        };
        self.0.processes.get(id, load).await
    }

    /// Processes that were read already, with their current versions: one statement for all of them.
    pub async fn with_versions(
        &self,
        rows: Vec<process::Model>,
    ) -> Result<HashMap<ProcessId, Current>> {
        let keys: Vec<_> = rows.iter().map(|row| (row.id, row.version)).collect();
        self.0.numbered_rows.want(keys.iter().copied());
        let mut versions = processes::versions(&self.0.snapshot, keys).await?;
        let mut found = HashMap::new();
        for row in rows {
            let version = versions.remove(&(row.id, row.version));
            let version = version.ok_or_else(|| Error::bug("a process has no version"))?;
            found.insert(row.id, (Arc::new(row), version));
        }
        Ok(found)
    }

    /// Says which versions will be needed, and the members who saved them.
    pub fn expect_versions<'a>(&self, rows: impl Iterator<Item = &'a process_version::Model>) {
        for row in rows {
            self.0.members.want(row.author_id);
            self.0.versions.want([row.number - 1, row.number].map(|n| (row.process_id, n)));
        }
    }

    /// A version of a process.
    pub async fn version(&self, id: ProcessId, number: i64) -> Result<Option<Arc<Version>>> {
        let load = |keys| processes::versions(&self.0.snapshot, keys);
        self.0.versions.get((id, number), load).await
    }

    /// The version that a deal is decided by: the current one, or the one it was closed with.
    pub async fn version_for(&self, row: &deal::Model) -> Result<Arc<Version>> {
        let found = match row.closed_process_version {
            Some(number) => self.version(row.process_id, number).await?,
            None => self.process(row.process_id).await?.map(|(_, version)| version),
        };
        found.ok_or_else(|| Error::bug("a deal has no process version"))
    }

    /// The row of a version, by its own id.
    pub async fn version_row(
        &self,
        id: ProcessVersionId,
    ) -> Result<Option<Arc<process_version::Model>>> {
        let load = |ids: Vec<_>| async {
            let rows = processes::version_rows(&self.0.snapshot, ids).await?;
            Ok(by(rows, |row| row.id))
        };
        self.0.version_rows.get(id, load).await
    }

    /// The version of a process with this number; with it, the current ones of others that were read.
    pub async fn numbered_row(
        &self,
        id: ProcessId,
        number: i64,
    ) -> Result<Option<Arc<process_version::Model>>> {
        let load = |keys| async {
            let rows = processes::numbered_rows(&self.0.snapshot, keys).await?;
            Ok(by(rows, |row| (row.process_id, row.number)))
        };
        self.0.numbered_rows.get_among(VERSIONS, (id, number), load).await
    }

    /// The row of a stage, removed or not.
    pub async fn stage_row(&self, id: StageId) -> Result<Option<Arc<stage::Model>>> {
        let load = |ids| async {
            let rows = processes::stages(&self.0.snapshot, ids).await?;
            Ok(by(rows, |row| row.id))
        };
        self.0.stages.get(id, load).await
    }

    /// The row of an action, removed or not.
    pub async fn action_row(&self, id: ActionId) -> Result<Option<Arc<action::Model>>> {
        let load = |ids| async {
            let rows = processes::actions(&self.0.snapshot, ids).await?;
            Ok(by(rows, |row| row.id))
        };
        self.0.actions.get(id, load).await
    }

    /// The members chosen to do an action.
    pub async fn performers(&self, id: ActionId) -> Result<Vec<MemberId>> {
        let load = |ids| async {
            let mut found: HashMap<_, Vec<_>> = HashMap::new();
            for row in processes::performers(&self.0.snapshot, ids).await? {
                found.entry(row.action_id).or_default().push(row.member_id);
            }
            Ok(found)
        };
        Ok(self.0.performers.get(id, load).await?.unwrap_or_default())
    }

    /// These actions will be asked for.
    pub fn expect_actions(&self, ids: impl IntoIterator<Item = ActionId>) {
        self.0.actions.want(ids);
    }

    /// These completions will be asked for.
    pub fn expect_completions(&self, ids: impl IntoIterator<Item = CompletionId>) {
        self.0.completions.want(ids);
    }

    /// Whatever this id names will be asked for; an id of one kind is none of another.
    pub fn expect(&self, id: &str) {
        self.0.people.expect_token(id);
        self.0.members.want(id.parse().ok());
        self.0.processes.want(id.parse().ok());
        self.0.version_rows.want(id.parse().ok());
        self.0.stages.want(id.parse().ok());
        self.0.actions.want(id.parse().ok());
        self.0.deals.want(id.parse().ok());
        self.0.completions.want(id.parse().ok());
        self.0.notes.expect(id);
        self.0.tasks.want(id.parse().ok());
        self.0.events.want(id.parse().ok());
        self.0.inbox.expect(id);
    }

    /// Says which deals will be needed.
    pub fn expect_deal_ids(&self, ids: impl IntoIterator<Item = DealId>) {
        self.0.deals.want(ids);
    }

    /// A deal, if the viewer may see it.
    pub async fn deal(&self, id: DealId) -> Result<Option<Arc<deal::Model>>> {
        let load = |ids| async {
            let rows = find::many(&self.0.snapshot, ids).await?;
            self.expect_deals(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.0.deals.get(id, load).await
    }

    /// Who takes part in a deal.
    pub async fn participants(&self, id: DealId) -> Result<Vec<MemberId>> {
        let load = |ids| async {
            let found = find::participants(&self.0.snapshot, ids).await?;
            self.0.members.want(found.values().flatten().copied());
            Ok(found)
        };
        Ok(self.0.participants.get(id, load).await?.unwrap_or_default())
    }

    /// What was done for a deal and not undone.
    pub async fn done(&self, id: DealId) -> Result<Vec<completion::Model>> {
        let load = |ids| async {
            let found = find::done(&self.0.snapshot, ids).await?;
            for row in found.values().flatten() {
                self.0.members.want([row.member_id]);
                self.0.notes.want(row.note_id);
            }
            Ok(found)
        };
        Ok(self.0.done.get(id, load).await?.unwrap_or_default())
    }

    /// A deal as the rules read it, with the version that decides about it.
    pub async fn case(&self, row: &deal::Model) -> Result<(state::Deal, Arc<Version>)> {
        let version = self.version_for(row).await?;
        let participants = self.participants(row.id).await?;
        let done = self.done(row.id).await?;
        Ok((state::Deal::loaded(row.clone(), participants, done), version))
    }

    /// The event that led to a deal's state.
    pub async fn last_event(&self, row: &deal::Model) -> Result<Option<EventId>> {
        let load = |ids| events::last_ids(&self.0.snapshot, ids);
        self.0.last_events.get(row.id, load).await
    }

    /// A completion, of a deal that the viewer may see.
    pub async fn completion(&self, id: CompletionId) -> Result<Option<Arc<completion::Model>>> {
        let load = |ids| async {
            let rows = find::completions(&self.0.snapshot, ids).await?;
            self.0.actions.want(rows.iter().map(|row| row.action_id));
            self.0.members.want(rows.iter().map(|row| row.member_id));
            Ok(by(rows, |row| row.id))
        };
        self.0.completions.get(id, load).await
    }

    /// An event, of a deal that the viewer may see.
    pub async fn event(&self, id: EventId) -> Result<Option<Arc<event::Model>>> {
        let load = |ids| async {
            let rows = events::many(&self.0.snapshot, ids).await?;
            self.expect_events(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.0.events.get(id, load).await
    }
}

fn by<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, Arc<V>> {
    rows.into_iter().map(|row| (key(&row), Arc::new(row))).collect()
}
