//! What a file says about what was there before must be clear from the file alone, whatever the process
//! is now: otherwise applying it twice would not be the same as applying it once.

use std::collections::HashMap;

use super::{
    super::{At, Located, RemovedStageEntry, StageEntry},
    fields::Reader,
};
use crate::{language::Message, text::key};

impl Reader {
    /// A former name belongs to one node, and is the name of none beside it.
    pub(crate) fn renames(&mut self, stages: &[StageEntry]) {
        self.former("stage", stages.iter().map(|stage| (&stage.name, stage.was.as_ref())));
        for stage in stages {
            let unqualified = stage.actions.iter().map(|action| {
                let was = action.was.as_ref().filter(|was| was.stage.is_none());
                (&action.name, was.map(|was| &was.action))
            });
            self.former("action", unqualified);
        }
        self.old_places(stages);
    }

    /// An old place is none where the file has an action.
    fn old_places(&mut self, stages: &[StageEntry]) {
        let there = actions_by_place(stages);
        let entries = stages.iter().flat_map(|stage| &stage.actions);
        for (name, was) in entries.filter_map(|entry| Some((&entry.name, entry.was.as_ref()?))) {
            let Some(stage) = &was.stage else { continue };
            let place = (key(&stage.value), key(&was.action.value));
            let others = there.get(&place).into_iter().flatten();
            if let Some(other) = others.copied().find(|other| *other != name.at) {
                self.taken(&was.action, "action", other);
            }
        }
    }

    fn taken(&mut self, was: &Located<String>, kind: &str, other: At) {
        let taken = Message::of("yaml-former-taken").with("former", &was.value).with("kind", kind);
        self.wrong(was.at, taken.with("line", other.line.to_string()));
    }

    fn former<'a>(
        &mut self,
        kind: &str,
        nodes: impl Iterator<Item = (&'a Located<String>, Option<&'a Located<String>>)> + Clone,
    ) {
        let names: HashMap<_, _> =
            nodes.clone().map(|(name, _)| (key(&name.value), name.at)).collect();
        let mut seen: HashMap<String, At> = HashMap::new();
        for (name, was) in nodes.filter_map(|(name, was)| Some((name, was?))) {
            let (former, at) = (key(&was.value), was.at);
            if let Some(other) = names.get(&former).filter(|other| **other != name.at) {
                self.taken(was, kind, *other);
            } else if let Some(first) = seen.get(&former) {
                let twice = Message::of("yaml-former-twice").with("former", &was.value);
                self.wrong(at, twice.with("line", first.line.to_string()));
            }
            seen.entry(former).or_insert(at);
        }
    }

    /// A removed stage is none of the file, and another stage of the file takes its place.
    pub(crate) fn removals(&mut self, stages: &[StageEntry], removed: &[RemovedStageEntry]) {
        self.unique(removed.iter().map(|one| &one.stage));
        let there: HashMap<_, _> =
            stages.iter().map(|stage| (key(&stage.name.value), stage.name.at)).collect();
        for one in removed {
            let (gone, to) = (&one.stage, &one.move_deals_to);
            if let Some(at) = there.get(&key(&gone.value)) {
                let there = Message::of("yaml-removed-and-there").with("name", &gone.value);
                self.wrong(gone.at, there.with("line", at.line.to_string()));
            }
            if !there.contains_key(&key(&to.value)) {
                self.wrong(to.at, Message::of("yaml-no-such-stage").with("name", &to.value));
            }
        }
    }
}

/// Where the actions of each name are, by the names that their stage has and had.
fn actions_by_place(stages: &[StageEntry]) -> HashMap<(String, String), Vec<At>> {
    let mut places: HashMap<_, Vec<_>> = HashMap::new();
    for stage in stages {
        let (name, was) = (key(&stage.name.value), stage.was.as_ref().map(|was| key(&was.value)));
        let was = was.filter(|was| *was != name);
        for action in &stage.actions {
            let of = key(&action.name.value);
            for stage in [Some(&name), was.as_ref()].into_iter().flatten() {
                places.entry((stage.clone(), of.clone())).or_default().push(action.name.at);
            }
        }
    }
    places
}
