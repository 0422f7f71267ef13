//! A process version as rules read it: its number, its definition, and where each action is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::ids::{ActionId, ProcessId, StageId};
use lru::LruCache;

use super::definition::{ActionDefinition, Definition, StageDefinition};

/// One immutable version of a process.
#[derive(Debug)]
pub struct Version {
    /// Whose version it is.
    pub process_id: ProcessId,
    /// Which.
    pub number: i64,
    /// What it says.
    pub definition: Definition,
    /// The sum of all weights.
    pub total_weight: u32,
    actions: HashMap<ActionId, (usize, usize)>,
    mandatory_count: usize,
    /// How many bytes it takes in memory, about.
    size: usize,
}

impl Version {
    /// The version with this number and definition.
    pub fn new(process_id: ProcessId, number: i64, definition: Definition) -> Self {
        let mut actions = HashMap::new();
        for (stage_index, stage) in definition.stages.iter().enumerate() {
            for (index, action) in stage.actions.iter().enumerate() {
                actions.insert(action.action_id, (stage_index, index));
            }
        }
        let total_weight = definition.actions().map(|action| u32::from(action.weight)).sum();
        let mandatory_count = definition.actions().filter(|action| action.mandatory).count();
        let size = size(&definition);
        Self { process_id, number, definition, total_weight, actions, mandatory_count, size }
    }

    /// How many actions it has.
    pub fn action_count(&self) -> usize {
        self.actions.len()
    }

    /// How many of them must be done before a deal can be won.
    pub fn mandatory_count(&self) -> usize {
        self.mandatory_count
    }

    /// An action with its stage.
    pub fn action(&self, id: ActionId) -> Option<(&StageDefinition, &ActionDefinition)> {
        let (stage, action) = self.actions.get(&id)?;
        let stage = self.definition.stages.get(*stage)?;
        Some((stage, stage.actions.get(*action)?))
    }

    /// The place of the stage that an action belongs to.
    pub fn stage_of(&self, id: ActionId) -> Option<usize> {
        self.actions.get(&id).map(|(stage, _)| *stage)
    }

    /// The place of a stage.
    pub fn stage_index(&self, id: StageId) -> Option<usize> {
        self.definition.stage_index(id)
    }
}

fn size(definition: &Definition) -> usize {
    let stages = definition.stages.iter();
    let stages = stages.map(|stage| size_of_val(stage) + stage.name.len() + stage.hint.len());
    let actions = definition.actions().map(size_of_action);
    let own = size_of::<Version>() + definition.name.len() + definition.description.len();
    own + stages.sum::<usize>() + actions.sum::<usize>()
}

fn size_of_action(action: &ActionDefinition) -> usize {
    let follow_ups = action.follow_ups.0.iter();
    let follow_ups =
        follow_ups.map(|task| size_of_val(task) + task.title.len() + task.description.len());
    let members = size_of_val(&*action.performers.members) + size_of_val(&*action.notify.members);
    let place = size_of::<(ActionId, (usize, usize))>();
    let own = size_of_val(action) + place + action.name.len() + action.hint.len();
    own + members + follow_ups.sum::<usize>()
}

/// How much memory the versions take that are kept parsed, in bytes: every save of a process makes another one.
const MOST: usize = 16 * 1024 * 1024;

/// Process versions never change, so each is read and parsed once while it is in use; those that were used
/// longest ago go first.
#[derive(Clone)]
pub struct Versions(Arc<Mutex<Kept>>);

struct Kept {
    versions: LruCache<(ProcessId, i64), Arc<Version>>,
    bytes: usize,
}

impl Default for Versions {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Kept { versions: LruCache::unbounded(), bytes: 0 })))
    }
}

impl Versions {
    /// The version, if it was read before.
    pub fn get(&self, process: ProcessId, number: i64) -> Option<Arc<Version>> {
        self.lock().versions.get(&(process, number)).cloned()
    }

    /// Keeps a version that was read from the database: never one that may still be rolled back.
    pub fn keep(&self, version: Version) -> Arc<Version> {
        let version = Arc::new(version);
        self.lock().put(version.clone());
        version
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn put(&mut self, version: Arc<Version>) {
        self.bytes += version.size;
        let before = self.versions.put((version.process_id, version.number), version);
        self.bytes -= before.map_or(0, |before| before.size);
        while self.bytes > MOST {
            let Some((_, oldest)) = self.versions.pop_lru() else { return };
            self.bytes -= oldest.size;
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn however_often_a_process_is_saved_what_is_kept_of_it_stays_within_its_bytes() {
        let (versions, process) = (Versions::default(), ProcessId::from_uuid(Uuid::nil()));
        let definition =
            Definition { description: "x".repeat(512 * 1024), ..Definition::default() };
        for number in 0..200 {
            versions.keep(Version::new(process, number, definition.clone()));
        }
        assert!(versions.lock().bytes <= MOST && versions.lock().versions.len() == 31);
        assert!(versions.get(process, 199).is_some() && versions.get(process, 0).is_none());
        versions.keep(Version::new(process, 199, definition));
        assert_eq!(versions.lock().versions.len(), 31, "the same again takes no more");
    }
}
