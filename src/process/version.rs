//! A process version as rules read it: its number, its definition, and where each action is.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
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
        Self { process_id, number, definition, total_weight, actions, mandatory_count }
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

/// How many versions are kept parsed.
const MOST: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// Process versions never change, so each is read and parsed once while it is in use.
#[derive(Clone)]
pub struct Versions(Arc<Mutex<Kept>>);

type Kept = LruCache<(ProcessId, i64), Arc<Version>>;

impl Default for Versions {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(MOST))))
    }
}

impl Versions {
    /// The version, if it was read before.
    pub fn get(&self, process: ProcessId, number: i64) -> Option<Arc<Version>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&(process, number)).cloned()
    }

    /// Keeps a version that was read from the database: never one that may still be rolled back.
    pub fn keep(&self, version: Version) -> Arc<Version> {
        let version = Arc::new(version);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.put((version.process_id, version.number), version.clone());
        version
    }
}
