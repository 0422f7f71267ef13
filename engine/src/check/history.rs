//! One deal beside its history: pure.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    deal::{outlook::Outlook, state::Deal},
    process::version::Version,
    text,
};
use entity::{
    completion, deal,
    event::{self, DealState, Fact, TaskFact},
    ids::{CompletionId, DealId, MemberId, NoteId, StageId, TaskId},
    task,
};
use serde::Serialize;

use super::{Difference, display};

/// What is said of how a title is compared.
pub(super) const KEY: &str = "key of its title";

/// What is said of when somebody last did something to it.
pub(super) const ACTIVITY: &str = "last activity";

/// What is said of how its owner is sorted.
pub(super) const OWNER_KEY: &str = "key of its owner";

/// What only the database reads of a deal, as stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    /// By what its title is searched: none where a program of before wrote it, as with the next one.
    pub(super) search: Option<String>,
    /// By what its title is sorted.
    pub(super) sort: Option<String>,
    /// By what its owner is sorted.
    pub(super) owner: Option<String>,
    /// By what that member is sorted.
    pub(super) member: Option<String>,
}

/// A deal as its rows have it, its events, and the version that decides about it.
pub(super) struct History<'a> {
    pub(super) row: &'a deal::Model,
    pub(super) keys: &'a Keys,
    pub(super) events: &'a [event::Model],
    pub(super) completions: &'a [completion::Model],
    pub(super) participants: &'a [MemberId],
    pub(super) tasks: &'a [task::Model],
    pub(super) notes: &'a [Note],
    pub(super) version: &'a Version,
}

/// What became of a note.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub(super) deal_id: DealId,
    pub(super) id: NoteId,
    pub(super) is_edited: bool,
    pub(super) is_withdrawn: bool,
}

/// What differs about one deal.
struct Differences<'a> {
    id: String,
    row: &'a deal::Model,
    all: Vec<Difference>,
}

impl History<'_> {
    /// What the events make of the deal.
    pub(super) fn replayed(&self) -> Deal {
        Deal::replayed(self.row, self.events, self.version)
    }

    /// What differs. A move by hand to a stage that went since may have been replaced by a save, which no event
    /// tells (rule 6): whoever asks knows whether that can be.
    pub(super) fn differences(&self, then: &Deal, is_replaced: bool) -> Vec<Difference> {
        let mut found = Differences { id: self.row.id.to_string(), row: self.row, all: Vec::new() };
        self.log(&mut found);
        found.fields(&then.row);
        found.places(&then.row, is_replaced);
        self.people(&mut found, then);
        self.done(&mut found, then);
        self.tasks(&mut found);
        self.notes(&mut found);
        let is_whole = found.all.is_empty();
        self.standing(&mut found, is_whole);
        found.activity(&then.row, is_whole);
        found.all
    }

    /// The numbers of events have no gaps, and each begins where the one before it ended.
    fn log(&self, found: &mut Differences<'_>) {
        let (mut before, mut place): (Option<&DealState>, _) = (None, None);
        for (number, event) in (1..).zip(self.events) {
            found.compare("versions of its events", &event.version, &number);
            let at = |what: &str| format!("event {} {what}", event.version);
            found.compare(&at("version after it"), &event.after.version, &event.version);
            found.compare(&at("before"), &event.before.as_ref().map(said), &before.map(said));
            if event.position.is_some() && event.position <= place {
                found.add(
                    &at("position"),
                    display(&event.position),
                    "one after its predecessor's".into(),
                );
            }
            (before, place) = (Some(&event.after), event.position.or(place));
            if event.version != number {
                return;
            }
        }
        let last = self.events.last().map_or(0, |event| event.version);
        found.compare("version", &self.row.version, &last);
    }

    fn people(&self, found: &mut Differences<'_>, then: &Deal) {
        let set = |all: &[MemberId]| all.iter().copied().collect::<BTreeSet<_>>();
        found.compare("participants", &set(self.participants), &set(&then.participants));
    }

    /// The rows of what was done say what the events say.
    fn done(&self, found: &mut Differences<'_>, then: &Deal) {
        let undone = |all: &[completion::Model]| -> BTreeSet<CompletionId> {
            all.iter().filter(|one| one.undone_at.is_some()).map(|one| one.id).collect()
        };
        let standing = |all: &[completion::Model]| -> BTreeMap<CompletionId, _> {
            let all = all.iter().filter(|one| one.undone_at.is_none());
            all.map(|one| (one.id, (one.action_id, one.deal_version, one.note_id))).collect()
        };
        found.compare("completions", &standing(self.completions), &standing(&then.done));
        found.compare(
            "undone completions",
            &undone(self.completions),
            &undone(&then.pending.undone),
        );
    }

    fn tasks(&self, found: &mut Differences<'_>) {
        let mut then: BTreeMap<TaskId, (&TaskFact, bool)> = BTreeMap::new();
        let mut deleted = BTreeSet::new();
        for event in self.events {
            if let Some(task) = event.fact.task() {
                let was_done = then.get(&task.task_id).is_some_and(|(_, done)| *done);
                then.insert(task.task_id, (task, is_done(&event.fact, was_done)));
                deleted.extend(is_deleted(&event.fact).then_some(task.task_id));
            }
        }
        let then: BTreeMap<_, _> = then
            .into_iter()
            .map(|(id, (task, done))| (id, (&task.title, task.assignee_id, task.due_on, done)))
            .collect();
        let now = self.tasks.iter().map(|row| {
            (row.id, (&row.title, row.assignee_id, row.due_on, row.completed_at.is_some()))
        });
        found.compare("tasks", &now.collect::<BTreeMap<_, _>>(), &then);
        let gone = self.tasks.iter().filter(|row| row.deleted_at.is_some()).map(|row| row.id);
        found.compare("deleted tasks", &gone.collect::<BTreeSet<_>>(), &deleted);
    }

    /// Which notes there are, and whether each was edited and withdrawn.
    fn notes(&self, found: &mut Differences<'_>) {
        let mut then: BTreeMap<NoteId, (bool, bool)> = BTreeMap::new();
        for event in self.events {
            match event.fact {
                Fact::NoteAdded { note_id: id }
                | Fact::ActionCompleted { note_id: Some(id), .. } => {
                    then.entry(id).or_default();
                }
                Fact::NoteEdited { note_id } => then.entry(note_id).or_default().0 = true,
                Fact::NoteWithdrawn { note_id, .. } => then.entry(note_id).or_default().1 = true,
                _ => {}
            }
        }
        let now = self.notes.iter().map(|note| (note.id, (note.is_edited, note.is_withdrawn)));
        found.compare("notes", &now.collect::<BTreeMap<_, _>>(), &then);
    }

    /// Where it stands follows from the rows (rules 9 and 10): derived, as long as the log agrees with them.
    fn standing(&self, found: &mut Differences<'_>, is_whole: bool) {
        let row = self.row;
        let done = self.completions.iter().filter(|one| one.undone_at.is_none());
        let deal = Deal::loaded(row.clone(), Vec::new(), done.cloned().collect());
        let follows = deal.outlook(self.version);
        let is_told = self.events.last().is_some_and(|last| tells(&last.after, &follows));
        let from = found.all.len();
        let progress = follows.progress;
        found.compare("stage", &row.stage_id, &follows.stage_id);
        found.compare("place of the stage", &row.stage_position, &follows.stage_position);
        found.compare("per cent", &row.percent, &i32::from(progress.percent));
        found.compare("done weight", &row.done_weight, &progress.done_weight.cast_signed());
        found.compare("total weight", &row.total_weight, &progress.total_weight.cast_signed());
        found.all[from..].iter_mut().for_each(|one| one.derived = is_whole && is_told);
        if !is_told && from == found.all.len() {
            let stored = self.events.last().map(|last| said(&last.after));
            let follows = format!("{}, {} %", display(&follows.stage_id), progress.percent);
            found.add("its last event", display(&stored), follows);
        }
        found.key(self.keys);
    }
}

impl Differences<'_> {
    fn fields(&mut self, then: &deal::Model) {
        let now = self.row;
        self.compare("process", &now.process_id, &then.process_id);
        self.compare("title", &now.title, &then.title);
        self.compare("visibility", &now.visibility, &then.visibility);
        self.compare("owner", &now.owner_id, &then.owner_id);
        self.compare("value", &now.value_amount, &then.value_amount);
        self.compare("currency", &now.value_currency, &then.value_currency);
        self.compare("status", &now.status, &then.status);
        self.compare("closing time", &now.closed_at, &then.closed_at);
        self.compare("close reason", &now.close_reason_id, &then.close_reason_id);
        self.compare("closing comment", &now.close_comment, &then.close_comment);
    }

    fn places(&mut self, then: &deal::Model, is_replaced: bool) {
        let now = self.row;
        self.compare("event of the last move by hand", &now.moved_version, &then.moved_version);
        if !is_replaced {
            self.compare("stage moved to by hand", &now.moved_stage_id, &then.moved_stage_id);
        }
    }

    /// When somebody last did something follows from the log, as long as all else agrees with that.
    fn activity(&mut self, then: &deal::Model, is_whole: bool) {
        let from = self.all.len();
        self.compare(ACTIVITY, &self.row.last_activity_at, &then.last_activity_at);
        self.all[from..].iter_mut().for_each(|one| one.derived = is_whole);
    }

    /// How the title is compared follows from the title, and how the owner is sorted from that member.
    fn key(&mut self, keys: &Keys) {
        let (from, key) = (self.all.len(), text::key(&self.row.title));
        self.compare(KEY, &self.row.title_key, &key);
        self.compare(KEY, &keys.search, &Some(text::search_key(&key)));
        self.compare(KEY, &keys.sort, &Some(text::sort_key(&key)));
        self.compare(OWNER_KEY, &keys.owner, &keys.member);
        self.all[from..].iter_mut().for_each(|one| one.derived = true);
    }

    fn compare<T: Serialize + PartialEq>(&mut self, what: &str, stored: &T, follows: &T) {
        if stored != follows {
            self.add(what, display(stored), display(follows));
        }
    }

    fn add(&mut self, what: &str, stored: String, follows: String) {
        let (of, id, what) = ("deal".to_owned(), self.id.clone(), what.to_owned());
        self.all.push(Difference { of, id, what, stored, follows, derived: false });
    }
}

/// What a state of an event says whatever stages are called since.
fn said(state: &DealState) -> impl Serialize + PartialEq + use<> {
    let value = (state.value_amount, state.value_currency.clone());
    (state.version, state.status, state.stage_id, state.percent, value, state.owner_id)
}

fn tells(state: &DealState, outlook: &Outlook) -> bool {
    let told: (Option<StageId>, i32) = (state.stage_id, state.percent);
    told == (outlook.stage_id, i32::from(outlook.progress.percent))
}

fn is_deleted(fact: &Fact) -> bool {
    matches!(fact, Fact::TaskDeleted { .. })
}

/// Whether a task is done after what happened to it.
fn is_done(fact: &Fact, was_done: bool) -> bool {
    match fact {
        Fact::TaskCompleted { .. } => true,
        Fact::TaskCreated { .. } | Fact::TaskReopened { .. } => false,
        _ => was_done,
    }
}
