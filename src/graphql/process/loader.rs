//! What one answer needs of processes: their versions, stages, actions, and who does these.

use std::{collections::HashMap, sync::Arc};

use domain::process::version::Version;
use engine::{
    error::{Error, Result},
    process::{find, versions::Versions},
};
use entity::{
    action,
    ids::{ActionId, MemberId, ProcessId, ProcessVersionId, StageId},
    process, process_version, stage,
};

use crate::graphql::{
    batch::{Batch, by},
    view::View,
};

/// Rows of versions that are read at once: each holds a whole process.
const VERSIONS: usize = 20;

/// A process with its current version.
pub(crate) type Current = (Arc<process::Model>, Arc<Version>);

#[derive(Default)]
struct Rows {
    processes: Batch<ProcessId, Current>,
    versions: Batch<(ProcessId, i64), Arc<Version>>,
    version_rows: Batch<ProcessVersionId, Arc<process_version::Model>>,
    numbered_rows: Batch<(ProcessId, i64), Arc<process_version::Model>>,
    stages: Batch<StageId, Arc<stage::Model>>,
    actions: Batch<ActionId, Arc<action::Model>>,
    performers: Batch<ActionId, Vec<MemberId>>,
    removed_stages: Batch<ProcessId, Vec<StageId>>,
    removed_actions: Batch<ProcessId, Vec<ActionId>>,
}

/// What a unit of work left behind is known: a process as it was at the commit. Its version never changes from then on.
pub(crate) fn know(view: &View, left: &engine::process::Current) {
    view.mix();
    Versions::of(view.snapshot().base()).know(left.version.clone());
    view.know_process(left.row.clone(), left.version.clone());
}

/// Whatever this id names will be asked for, if it is of a process or of something in it.
pub(crate) fn expect_id(view: &View, id: &str) {
    let rows: &Rows = view.rows();
    rows.processes.want(id.parse().ok());
    rows.version_rows.want(id.parse().ok());
    rows.stages.want(id.parse().ok());
    rows.actions.want(id.parse().ok());
}

impl View {
    /// These processes will be asked for.
    pub(crate) fn expect_processes(&self, ids: impl IntoIterator<Item = ProcessId>) {
        self.rows::<Rows>().processes.want(ids);
    }

    /// These versions will be asked for, by their numbers.
    pub(crate) fn expect_numbers(&self, keys: impl IntoIterator<Item = (ProcessId, i64)>) {
        self.rows::<Rows>().versions.want(keys);
    }

    /// Says which versions will be needed, and the members who saved them.
    pub(crate) fn expect_versions<'a>(
        &self,
        rows: impl Iterator<Item = &'a process_version::Model>,
    ) {
        for row in rows {
            self.expect_members(row.author_id);
            self.expect_numbers([row.number - 1, row.number].map(|n| (row.process_id, n)));
        }
    }

    /// These stages will be asked for.
    pub(crate) fn expect_stages(&self, ids: impl IntoIterator<Item = StageId>) {
        self.rows::<Rows>().stages.want(ids);
    }

    /// These actions will be asked for.
    pub(crate) fn expect_actions(&self, ids: impl IntoIterator<Item = ActionId>) {
        self.rows::<Rows>().actions.want(ids);
    }

    /// The members chosen to do these actions will be asked for.
    pub(crate) fn expect_performers(&self, ids: impl IntoIterator<Item = ActionId>) {
        self.rows::<Rows>().performers.want(ids);
    }

    /// A process is as its reader found it, with its current version.
    pub(crate) fn know_process(&self, row: Arc<process::Model>, version: Arc<Version>) {
        let rows = self.rows::<Rows>();
        rows.numbered_rows.want([(row.id, row.version)]);
        rows.removed_stages.want([row.id]);
        rows.removed_actions.want([row.id]);
        rows.processes.put(row.id, Some((row, version)));
    }

    /// A version of a process is known.
    pub(crate) fn know_version(&self, version: Arc<Version>) {
        let key = (version.process_id, version.number);
        self.rows::<Rows>().versions.put(key, Some(version));
    }

    /// A process with its current version.
    pub(crate) async fn process(&self, id: ProcessId) -> Result<Option<Current>> {
        let load = |ids| async {
            let rows = find::many(self.snapshot(), ids).await?;
            self.with_versions(rows).await
        };
        self.rows::<Rows>().processes.get(id, load).await
    }

    /// Processes that were read already, with their current versions: one statement for all of them.
    pub(crate) async fn with_versions(
        &self,
        rows: Vec<process::Model>,
    ) -> Result<HashMap<ProcessId, Current>> {
        let keys = rows.iter().map(|row| (row.id, row.version)).collect();
        let mut versions = find::versions(self.snapshot(), keys).await?;
        let mut found = HashMap::new();
        for row in rows {
            let version = versions.remove(&(row.id, row.version));
            let version = version.ok_or_else(|| Error::bug("a process has no version"))?;
            let row = Arc::new(row);
            self.know_process(row.clone(), version.clone());
            found.insert(row.id, (row, version));
        }
        Ok(found)
    }

    /// A version of a process.
    pub(crate) async fn version(&self, id: ProcessId, number: i64) -> Result<Option<Arc<Version>>> {
        let load = |keys| find::versions(self.snapshot(), keys);
        self.rows::<Rows>().versions.get((id, number), load).await
    }

    /// The row of a version, by its own id.
    pub(crate) async fn version_row(
        &self,
        id: ProcessVersionId,
    ) -> Result<Option<Arc<process_version::Model>>> {
        let load = |ids: Vec<_>| async {
            Ok(by(find::version_rows(self.snapshot(), ids).await?, |row| row.id))
        };
        self.rows::<Rows>().version_rows.get(id, load).await
    }

    /// The version of a process with this number; with it, the current ones of others that were read.
    pub(crate) async fn numbered_row(
        &self,
        id: ProcessId,
        number: i64,
    ) -> Result<Option<Arc<process_version::Model>>> {
        let load = |keys| async {
            let rows = find::numbered_rows(self.snapshot(), keys).await?;
            Ok(by(rows, |row| (row.process_id, row.number)))
        };
        self.rows::<Rows>().numbered_rows.get_among(VERSIONS, (id, number), load).await
    }

    /// The row of a stage, removed or not.
    pub(crate) async fn stage_row(&self, id: StageId) -> Result<Option<Arc<stage::Model>>> {
        let load = |ids| async { Ok(by(find::stages(self.snapshot(), ids).await?, |row| row.id)) };
        self.rows::<Rows>().stages.get(id, load).await
    }

    /// The row of an action, removed or not.
    pub(crate) async fn action_row(&self, id: ActionId) -> Result<Option<Arc<action::Model>>> {
        let load = |ids| async {
            let rows = find::actions(self.snapshot(), ids).await?;
            let gone = rows.iter().filter(|row| row.removed_at.is_some());
            self.expect_stages(gone.map(|row| row.stage_id));
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().actions.get(id, load).await
    }

    /// The members chosen to do an action.
    pub(crate) async fn performers(&self, id: ActionId) -> Result<Vec<MemberId>> {
        let load = |ids| async {
            let mut found: HashMap<_, Vec<_>> = HashMap::new();
            for row in find::performers(self.snapshot(), ids).await? {
                found.entry(row.action_id).or_default().push(row.member_id);
            }
            Ok(found)
        };
        Ok(self.rows::<Rows>().performers.get(id, load).await?.unwrap_or_default())
    }

    /// The stages that were removed from a process, the last one first.
    pub(crate) async fn removed_stages(&self, id: ProcessId) -> Result<Vec<StageId>> {
        let load = |ids| async {
            let found = grouped(find::removed_stages(self.snapshot(), ids).await?);
            self.expect_stages(found.values().flatten().copied());
            Ok(found)
        };
        Ok(self.rows::<Rows>().removed_stages.get(id, load).await?.unwrap_or_default())
    }

    /// The actions that were removed from a process, the last one first.
    pub(crate) async fn removed_actions(&self, id: ProcessId) -> Result<Vec<ActionId>> {
        let load = |ids| async {
            let found = grouped(find::removed_actions(self.snapshot(), ids).await?);
            self.expect_actions(found.values().flatten().copied());
            self.expect_performers(found.values().flatten().copied());
            Ok(found)
        };
        Ok(self.rows::<Rows>().removed_actions.get(id, load).await?.unwrap_or_default())
    }
}

/// How many removed nodes of a process are shown.
const MOST_REMOVED: usize = 100;

/// What belongs to each process, in the order in which it came.
fn grouped<T>(pairs: Vec<(ProcessId, T)>) -> HashMap<ProcessId, Vec<T>> {
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for (process, one) in pairs {
        let of_it = found.entry(process).or_default();
        if of_it.len() < MOST_REMOVED {
            of_it.push(one);
        }
    }
    found
}
