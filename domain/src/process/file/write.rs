//! From a definition to the file: what people would write by hand, and what a version control shows
//! well. Settings left out are as an action has them anyway; the order is always the same.

use std::{collections::HashMap, fmt::Write};

use entity::{
    action::{Assignee, Evidence, FollowUp, FollowUps, Notify, NotifyGroup, PerformerGroup},
    ids::MemberId,
};

use crate::process::definition::{Definition, Performers, StageDefinition};

mod scalar;

pub use scalar::in_brackets;

/// The addresses of the members that a definition names.
pub type Emails = HashMap<MemberId, String>;

/// The file that says this definition.
pub fn write(definition: &Definition, emails: &Emails) -> String {
    let mut writer = Writer { text: String::new(), emails };
    writer.name(0, "process", &definition.name);
    writer.long(0, "description", &definition.description);
    if definition.stages.is_empty() {
        writer.line(0, "stages", "[]");
    } else {
        writer.line(0, "stages", "");
    }
    for (at, stage) in definition.stages.iter().enumerate() {
        writer.stage(at, stage);
    }
    writer.text
}

pub(super) struct Writer<'a> {
    text: String,
    emails: &'a Emails,
}

impl Writer<'_> {
    fn stage(&mut self, at: usize, stage: &StageDefinition) {
        // A block whose last line breaks count ends with an empty line of its own.
        if at > 0 && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
        self.name(1, "stage", &stage.name);
        self.long(4, "hint", &stage.hint);
        if !stage.actions.is_empty() {
            self.line(4, "actions", "");
        }
        for action in &stage.actions {
            self.action(action);
        }
    }

    pub(super) fn performers(&mut self, performers: &Performers) {
        let performers = match performers.group {
            PerformerGroup::Everyone => return,
            PerformerGroup::Managers => "MANAGERS".to_owned(),
            PerformerGroup::Administrators => "ADMINISTRATORS".to_owned(),
            PerformerGroup::Chosen => list(self.members(&performers.members)),
        };
        self.line(8, "performers", &performers);
    }

    pub(super) fn notify(&mut self, notify: &Notify) {
        let mut recipients: Vec<_> = notify.groups.iter().map(|one| group(*one)).collect();
        recipients.extend(self.members(&notify.members));
        if !recipients.is_empty() {
            self.line(8, "notify", &list(recipients));
        }
    }

    pub(super) fn evidence(&mut self, needed: Evidence) {
        if let Some(evidence) = evidence(needed) {
            self.line(8, "evidence", evidence);
        }
    }

    pub(super) fn follow_ups(&mut self, tasks: &FollowUps) {
        if !tasks.0.is_empty() {
            self.line(8, "followUps", "");
        }
        for task in &tasks.0 {
            self.follow_up(task);
        }
    }

    fn follow_up(&mut self, task: &FollowUp) {
        self.name(5, "title", &task.title);
        self.long(12, "description", &task.description);
        let assignee = match task.assignee {
            Assignee::Performer => "PERFORMER".to_owned(),
            Assignee::Owner => "OWNER".to_owned(),
            Assignee::Member(id) => scalar::inline(&self.member(id)),
        };
        self.line(12, "assignee", &assignee);
        self.line(12, "dueInDays", &task.due_in_days.to_string());
    }

    /// Addresses in one order, whenever the members were added.
    fn members(&self, ids: &[MemberId]) -> Vec<String> {
        let mut emails: Vec<_> = ids.iter().map(|id| self.member(*id)).collect();
        emails.sort_unstable();
        emails.iter().map(|email| scalar::in_brackets(email)).collect()
    }

    /// Members are never deleted, so each has an address; an id would be refused when it is read.
    fn member(&self, id: MemberId) -> String {
        self.emails.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// The name that begins an entry of a list; at depth 0, the file.
    pub(super) fn name(&mut self, depth: usize, key: &str, name: &str) {
        let indent = depth * 2;
        let dash = if depth == 0 { "" } else { "- " };
        let name = scalar::inline(name);
        let _ = writeln!(self.text, "{:indent$}{dash}{key}: {name}", "");
    }

    pub(super) fn long(&mut self, indent: usize, key: &str, text: &str) {
        if !text.is_empty() {
            self.line(indent, key, &scalar::long(text, indent + 2));
        }
    }

    pub(super) fn line(&mut self, indent: usize, key: &str, value: &str) {
        let space = if value.is_empty() { "" } else { " " };
        let _ = writeln!(self.text, "{:indent$}{key}:{space}{value}", "");
    }
}

fn list(items: Vec<String>) -> String {
    format!("[{}]", items.join(", "))
}

fn evidence(evidence: Evidence) -> Option<&'static str> {
    match evidence {
        Evidence::None => None,
        Evidence::Note => Some("NOTE"),
        Evidence::NoteWithFile => Some("NOTE_WITH_FILE"),
    }
}

fn group(group: NotifyGroup) -> String {
    let name = match group {
        NotifyGroup::Administrators => "ADMINISTRATORS",
        NotifyGroup::Managers => "MANAGERS",
        NotifyGroup::Participants => "PARTICIPANTS",
    };
    name.to_owned()
}
