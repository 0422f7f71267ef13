//! Which stage or action of a process each entry of a file is: pure.
//!
//! First what `was` says, then the same name in the same place, then the same name elsewhere if only one
//! is left: that is a move. Whatever could be meant in two ways is refused, and so is what would be
//! something else when the file is applied again. Names compare by [`text::key`](crate::text::key).

use std::collections::HashSet;

use entity::ids::{ActionId, StageId};

use super::{ActionEntry, ActionWas, At, Flaw, Located, ProcessFile, StageEntry, in_brackets};
use crate::{
    language::Message,
    process::definition::{Definition, StageDefinition},
    text::key,
};

mod actions;

/// What of a process a file names again: an entry for each of the file's, in the same order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// The stages.
    pub stages: Vec<StageMatch>,
    /// Stages that go, and the place in the file of those that take theirs.
    pub replaced: Vec<Gone>,
}

/// A stage of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageMatch {
    /// Which one it is; none when it is new.
    pub id: Option<StageId>,
    /// Which ones its actions are.
    pub actions: Vec<Option<ActionId>>,
}

/// A stage that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The stage.
    pub stage_id: StageId,
    /// The place in the file of the stage that takes its place.
    pub by: usize,
    /// Where the file says so.
    pub at: At,
}

impl Matching {
    /// Everything in the file is new.
    pub fn nothing(file: &ProcessFile) -> Self {
        let stages = file.stages.iter().map(|stage| {
            let actions = vec![None; stage.actions.len()];
            StageMatch { id: None, actions }
        });
        Self { stages: stages.collect(), replaced: Vec::new() }
    }
}

/// Finds what the file names in the process, or says everything that is not clear.
pub fn matched(file: &ProcessFile, current: &Definition) -> Result<Matching, Vec<Flaw>> {
    let found = Matching::nothing(file);
    let (known, claimed, flaws) = (actions::known(current), HashSet::new(), Vec::new());
    let mut matcher = Matcher { file, current, known, found, claimed, flaws };
    matcher.stages();
    matcher.actions();
    matcher.replaced();
    matcher.flaws.sort_by_key(|flaw| flaw.at);
    if matcher.flaws.is_empty() { Ok(matcher.found) } else { Err(matcher.flaws) }
}

struct Matcher<'a> {
    file: &'a ProcessFile,
    current: &'a Definition,
    known: Vec<actions::Known<'a>>,
    found: Matching,
    /// The actions that an entry of the file is already.
    claimed: HashSet<ActionId>,
    flaws: Vec<Flaw>,
}

impl<'a> Matcher<'a> {
    fn stages(&mut self) {
        for (at, stage) in self.file.stages.iter().enumerate() {
            let was = stage.was.as_ref();
            let former = was.and_then(|was| self.stage_named(&was.value)).map(|old| old.stage_id);
            let same = self.stage_named(&stage.name.value).map(|old| old.stage_id);
            self.found.stages[at].id = match (was, former.filter(|id| Some(*id) != same), same) {
                (Some(was), Some(_), Some(_)) => self.both(was, &stage.name, "stage"),
                (Some(was), None, None) => self.neither(was, &stage.name, "stage"),
                (_, former, same) => former.or(same),
            };
        }
    }

    /// Of stages that look the same, the one that is written so.
    fn stage_named(&self, name: &str) -> Option<&'a StageDefinition> {
        let looks = key(name);
        let found = self.current.stages.iter().filter(|stage| key(&stage.name) == looks);
        found.min_by_key(|stage| stage.name != name)
    }

    /// Both names are in use: whether it was renamed already, nobody can tell.
    fn both<T>(&mut self, was: &Located<String>, is: &Located<String>, kind: &str) -> Option<T> {
        self.wrong(was.at, of_two(Message::of("yaml-both"), was, is, kind));
        None
    }

    fn neither<T>(&mut self, was: &Located<String>, is: &Located<String>, kind: &str) -> Option<T> {
        self.wrong(was.at, of_two(Message::of("yaml-neither"), was, is, kind));
        None
    }

    fn replaced(&mut self) {
        for entry in &self.file.removed_stages {
            // What is gone already was dealt with when it went.
            let Some(gone) = self.stage_named(&entry.stage.value) else { continue };
            let kept = self.found.stages.iter().position(|one| one.id == Some(gone.stage_id));
            if let Some(kept) = kept {
                let stage = &self.file.stages[kept].name;
                self.wrong(entry.stage.at, stays(&entry.stage.value, stage));
                continue;
            }
            let to = key(&entry.move_deals_to.value);
            let by = self.file.stages.iter().position(|stage| key(&stage.name.value) == to);
            let stage_id = gone.stage_id;
            self.found.replaced.extend(by.map(|by| Gone { stage_id, by, at: entry.stage.at }));
        }
    }

    fn wrong(&mut self, at: At, reason: Message) {
        self.flaws.push(Flaw::new(at, reason));
    }
}

fn of_two(said: Message, was: &Located<String>, is: &Located<String>, kind: &str) -> Message {
    said.with("former", &was.value).with("name", &is.value).with("kind", kind)
}

fn stays(name: &str, now: &Located<String>) -> Message {
    let said = Message::of("yaml-stays").with("name", name).with("new", &now.value);
    said.with("line", now.at.line.to_string())
}
