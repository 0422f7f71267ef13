//! Which action of a process each action of a file is.

use std::collections::HashMap;

use entity::ids::{ActionId, StageId};

use super::{ActionEntry, ActionWas, Located, Matcher, ProcessFile, StageEntry, in_brackets, key};
use crate::{
    language::Message,
    process::definition::{ActionDefinition, Definition, StageDefinition},
};

/// An action of the file, and where in it.
#[derive(Clone, Copy)]
struct Entry<'a> {
    stage: usize,
    at: usize,
    action: &'a ActionEntry,
}

/// An action of the process: its name, and how that is compared.
pub(crate) struct Known<'a> {
    stage: &'a StageDefinition,
    id: ActionId,
    name: &'a str,
    key: String,
}

/// The actions of a process, ready to be found.
pub(crate) fn known<'a>(current: &'a Definition) -> Vec<Known<'a>> {
    let of = |stage| {
        move |action: &'a ActionDefinition| Known {
            stage,
            id: action.action_id,
            name: &action.name,
            key: key(&action.name),
        }
    };
    current.stages.iter().flat_map(|stage| stage.actions.iter().map(of(stage))).collect()
}

fn entries(file: &ProcessFile) -> Vec<Entry<'_>> {
    let stages = file.stages.iter().enumerate();
    let entries = stages.flat_map(|(stage, entry)| {
        let actions = entry.actions.iter().enumerate();
        actions.map(move |(at, action)| Entry { stage, at, action })
    });
    entries.collect()
}

impl<'a> Matcher<'a> {
    /// In this order, so that what is sure is taken before what has to be looked for.
    pub(super) fn actions(&mut self) {
        let (renamed, others): (Vec<_>, Vec<_>) =
            entries(self.file).into_iter().partition(|entry| entry.action.was.is_some());
        for entry in &others {
            let same = self.beside(entry.stage, &entry.action.name.value);
            self.claim(entry, same);
        }
        let moved: Vec<_> = renamed.iter().filter_map(|entry| self.renamed(entry)).collect();
        renamed.iter().for_each(|entry| self.refuse_stale(entry));
        self.elsewhere(&moved, true);
        let new = others.iter().filter(|entry| self.id(entry).is_none());
        let new: Vec<_> = new.map(|entry| (*entry, &entry.action.name)).collect();
        self.elsewhere(&new, false);
    }

    /// An entry with a former name; what it was has to be looked for elsewhere if it is answered.
    fn renamed(&mut self, entry: &Entry<'a>) -> Option<(Entry<'a>, &'a Located<String>)> {
        let was = entry.action.was.as_ref()?;
        let name = &entry.action.name;
        let same = self.beside(entry.stage, &name.value);
        let former = self.former(entry.stage, was).filter(|id| Some(*id) != same);
        match (former, same) {
            (Some(_), Some(_)) => self.both(&was.action, name, "action"),
            (None, None) if was.stage.is_some() => self.neither(&was.action, name, "action"),
            (None, None) => Some((*entry, &was.action)),
            (former, same) => {
                self.claim(entry, former.or(same));
                None
            }
        }
    }

    /// The action with the former name that no entry is yet: in the stage that the entry names, or in
    /// its own.
    fn former(&self, stage: usize, was: &ActionWas) -> Option<ActionId> {
        let found = match &was.stage {
            None => self.beside(stage, &was.action.value),
            Some(stage) => self.inside(self.stage_called(&stage.value)?, &was.action.value),
        };
        found.filter(|id| !self.claimed.contains(id))
    }

    /// A stage by the name that it has in the process, or in the file.
    fn stage_called(&self, name: &str) -> Option<StageId> {
        let in_file = || {
            let named = |stage: &StageEntry| key(&stage.name.value) == key(name);
            self.found.stages[self.file.stages.iter().position(named)?].id
        };
        self.stage_named(name).map(|stage| stage.stage_id).or_else(in_file)
    }

    /// An entry that was renamed before, while something else has its former name and would go.
    fn refuse_stale(&mut self, entry: &Entry<'a>) {
        let Some(was) = entry.action.was.as_ref().filter(|was| was.stage.is_none()) else { return };
        if self.id(entry).is_some() && !self.left(&was.action.value).is_empty() {
            self.both::<()>(&was.action, &entry.action.name, "action");
        }
    }

    /// Entries that are not in the stage where the file has them: moves, if only one can be meant.
    fn elsewhere(&mut self, wanted: &[(Entry<'a>, &'a Located<String>)], required: bool) {
        let mut rivals: HashMap<String, usize> = HashMap::new();
        for (_, name) in wanted {
            *rivals.entry(key(&name.value)).or_default() += 1;
        }
        for (entry, name) in wanted {
            let left = self.left(&name.value);
            match &left[..] {
                [] if required => drop(self.neither::<()>(name, &entry.action.name, "action")),
                [] => {}
                [one] if rivals.get(&key(&name.value)) == Some(&1) => {
                    let id = self.known[*one].id;
                    self.claim(entry, Some(id));
                }
                _ => self.unclear(name, &left),
            }
        }
    }

    fn unclear(&mut self, name: &Located<String>, left: &[usize]) {
        let stages: Vec<_> = left.iter().map(|one| self.known[*one].stage.name.as_str()).collect();
        let first = in_brackets(stages.first().copied().unwrap_or_default());
        let action = in_brackets(&name.value);
        let example = format!("was: {{stage: {first}, action: {action}}}");
        let quoted = |stage: &&str| Message::of("quoted").with("name", *stage);
        let stages: Vec<_> = stages.iter().map(quoted).collect();
        let unclear = Message::of("yaml-unclear").with("name", &name.value).with("stages", stages);
        self.wrong(name.at, unclear.with("example", example));
    }

    /// The actions of this name that no entry is yet.
    fn left(&self, name: &str) -> Vec<usize> {
        let name = key(name);
        let left = |known: &Known<'_>| known.key == name && !self.claimed.contains(&known.id);
        (0..self.known.len()).filter(|at| left(&self.known[*at])).collect()
    }

    /// The action of this name in the stage that an entry of the file is.
    fn beside(&self, stage: usize, name: &str) -> Option<ActionId> {
        self.inside(self.found.stages[stage].id?, name)
    }

    fn inside(&self, stage: StageId, name: &str) -> Option<ActionId> {
        let looks = key(name);
        let here = |known: &&Known<'_>| known.stage.stage_id == stage && known.key == looks;
        let found = self.known.iter().filter(here).min_by_key(|known| known.name != name);
        found.map(|known| known.id)
    }

    fn id(&self, entry: &Entry<'_>) -> Option<ActionId> {
        self.found.stages[entry.stage].actions[entry.at]
    }

    fn claim(&mut self, entry: &Entry<'_>, id: Option<ActionId>) {
        self.claimed.extend(id);
        self.found.stages[entry.stage].actions[entry.at] = id;
    }
}
