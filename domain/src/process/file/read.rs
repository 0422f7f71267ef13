//! From the YAML tree to the process: every value checked by the rules that the API uses too.

use entity::action::{Evidence, NotifyGroup, PerformerGroup};

use super::{
    ActionWas, Assignee, At, Flaw, FollowUpEntry, Located, ProcessFile, RemovedStageEntry,
    StageEntry,
    node::{Node, Value},
};
use crate::{
    language::Message,
    process::{change::DEFAULT_WEIGHT, check},
    refusal::{Problem, Refusal},
    text,
};

mod fields;
mod renames;

use fields::given;
pub(super) use fields::{Fields, Reader};

const PROCESS: &[&str] = &["process", "was", "description", "stages", "removedStages"];
const STAGE: &[&str] = &["stage", "was", "hint", "actions"];
const FOLLOW_UP: &[&str] = &["title", "description", "assignee", "dueInDays"];
const ACTION_WAS: &[&str] = &["stage", "action"];
const REMOVED_STAGE: &[&str] = &["stage", "moveDealsTo"];

/// The process, or everything that is wrong with the tree.
///
/// What is wrong with how it is written (`flaws`) is told with what is wrong with what it says.
pub(crate) fn process(root: Node, flaws: Vec<Flaw>) -> Result<ProcessFile, Vec<Flaw>> {
    let mut reader = Reader { flaws, emails: Vec::new() };
    let file = reader.process(root);
    match file {
        Some(file) if reader.flaws.is_empty() => Ok(file),
        _ => Err(in_order(reader.flaws)),
    }
}

/// The addresses that the tree names, whatever else is wrong with it.
pub(crate) fn emails(root: Node) -> Vec<Located<String>> {
    let mut reader = Reader::default();
    reader.process(root);
    reader.emails
}

/// Flaws that are told of one file: one mistake can be in every line.
const MOST_FLAWS: usize = 100;

/// In the order of the file, and no more than anybody reads.
pub fn in_order(mut flaws: Vec<Flaw>) -> Vec<Flaw> {
    flaws.sort_by_key(|flaw| flaw.at);
    let more = flaws.len().saturating_sub(MOST_FLAWS);
    flaws.truncate(MOST_FLAWS);
    if let Some(last) = flaws.last().filter(|_| more > 0) {
        flaws.push(Flaw::new(last.at, Message::of("yaml-more").with("more", more)));
    }
    flaws
}

impl Reader {
    fn process(&mut self, root: Node) -> Option<ProcessFile> {
        let mut fields = self.fields(root, "a process", PROCESS)?;
        let name = self.name(&mut fields, "process");
        let was = self.was(&mut fields);
        let description = self.long(&mut fields, "description");
        let nodes = self.list(&mut fields, "stages");
        let count = nodes.len();
        let stages: Vec<_> = nodes.into_iter().filter_map(|node| self.stage(node)).collect();
        self.limits(&stages);
        let nodes = self.list(&mut fields, "removedStages");
        let removed: Vec<_> = nodes.into_iter().filter_map(|node| self.removed(node)).collect();
        self.renames(&stages);
        if stages.len() == count {
            self.removals(&stages, &removed);
        }
        Some(ProcessFile { name: name?, was, description, stages, removed_stages: removed })
    }

    fn stage(&mut self, node: Node) -> Option<StageEntry> {
        let mut fields = self.fields(node, "a stage", STAGE)?;
        let name = self.name(&mut fields, "stage");
        let was = self.was(&mut fields);
        let hint = self.long(&mut fields, "hint");
        let nodes = self.list(&mut fields, "actions");
        let actions: Vec<_> = nodes.into_iter().filter_map(|node| self.action(node)).collect();
        self.unique(actions.iter().map(|action| &action.name));
        Some(StageEntry { name: name?, was, hint, actions })
    }

    fn was(&mut self, fields: &mut Fields) -> Option<Located<String>> {
        let node = fields.take("was")?;
        self.valid_name(node)
    }

    pub(super) fn action_was(&mut self, fields: &mut Fields) -> Option<ActionWas> {
        let node = fields.take("was")?;
        if !matches!(node.value, Value::Map(_)) {
            return Some(ActionWas { stage: None, action: self.valid_name(node)? });
        }
        let mut fields = self.fields(node, "the old place of an action", ACTION_WAS)?;
        let (stage, action) = (self.name(&mut fields, "stage"), self.name(&mut fields, "action"));
        Some(ActionWas { stage: Some(stage?), action: action? })
    }

    fn removed(&mut self, node: Node) -> Option<RemovedStageEntry> {
        let mut fields = self.fields(node, "a removed stage", REMOVED_STAGE)?;
        let stage = self.name(&mut fields, "stage");
        let move_deals_to = self.name(&mut fields, "moveDealsTo");
        Some(RemovedStageEntry { stage: stage?, move_deals_to: move_deals_to? })
    }

    pub(super) fn weight(&mut self, fields: &mut Fields) -> u16 {
        let Some(node) = fields.take("weight") else { return DEFAULT_WEIGHT };
        self.whole(node, check::MAX_WEIGHT, "weight").unwrap_or(DEFAULT_WEIGHT)
    }

    pub(super) fn mandatory(&mut self, fields: &mut Fields) -> bool {
        let Some(node) = fields.take("mandatory") else { return false };
        self.yes_or_no(node, "mandatory").unwrap_or_default()
    }

    pub(super) fn performers(
        &mut self,
        fields: &mut Fields,
    ) -> (PerformerGroup, Vec<Located<String>>) {
        let everyone = (PerformerGroup::Everyone, Vec::new());
        let Some(node) = fields.take("performers") else { return everyone };
        let (at, value) = (node.at, node.value);
        match &value {
            Value::Text(text) if text == "EVERYONE" => return everyone,
            Value::Text(text) if text == "MANAGERS" => {
                return (PerformerGroup::Managers, Vec::new());
            }
            Value::Text(text) if text == "ADMINISTRATORS" => {
                return (PerformerGroup::Administrators, Vec::new());
            }
            Value::List(nodes) if !nodes.is_empty() => {}
            Value::List(_) => {
                self.wrong(at, Message::of("yaml-no-performers"));
                return everyone;
            }
            other => {
                self.wrong(at, Message::of("yaml-performers").with("given", given(other)));
                return everyone;
            }
        }
        (PerformerGroup::Chosen, self.emails(at, value))
    }

    fn emails(&mut self, at: At, value: Value) -> Vec<Located<String>> {
        let Value::List(nodes) = value else { return Vec::new() };
        let emails: Vec<_> = nodes.into_iter().filter_map(|node| self.email(node)).collect();
        if emails.len() > check::CHOSEN_MEMBERS {
            self.too_many(at, "chosen members", check::CHOSEN_MEMBERS);
        }
        emails
    }

    fn email(&mut self, node: Node) -> Option<Located<String>> {
        let at = node.at;
        let text = self.text(node)?;
        if text.contains('@') {
            return Some(self.named(text, at));
        }
        self.wrong(at, Message::of("yaml-no-email").with("given", text::excerpt(&text)));
        None
    }

    fn named(&mut self, email: String, at: At) -> Located<String> {
        let email = Located { value: email, at };
        self.emails.push(email.clone());
        email
    }

    pub(super) fn evidence(&mut self, fields: &mut Fields) -> Evidence {
        let Some(node) = fields.take("evidence") else { return Evidence::None };
        match &node.value {
            Value::Text(text) if text == "NONE" => Evidence::None,
            Value::Text(text) if text == "NOTE" => Evidence::Note,
            Value::Text(text) if text == "NOTE_WITH_FILE" => Evidence::NoteWithFile,
            other => {
                self.wrong(node.at, Message::of("yaml-evidence").with("given", given(other)));
                Evidence::None
            }
        }
    }

    pub(super) fn notify(
        &mut self,
        fields: &mut Fields,
    ) -> (Vec<NotifyGroup>, Vec<Located<String>>) {
        let (mut groups, mut members) = (Vec::new(), Vec::new());
        for node in self.list(fields, "notify") {
            let at = node.at;
            match self.text(node).as_deref() {
                Some("ADMINISTRATORS") => groups.push(NotifyGroup::Administrators),
                Some("MANAGERS") => groups.push(NotifyGroup::Managers),
                Some("PARTICIPANTS") => groups.push(NotifyGroup::Participants),
                Some(email) if email.contains('@') => {
                    members.push(self.named(email.to_owned(), at));
                }
                Some(other) => {
                    let nobody = Message::of("yaml-nobody-to-notify");
                    self.wrong(at, nobody.with("given", text::excerpt(other)));
                }
                None => {}
            }
        }
        if let Some(first_too_many) = members.get(check::CHOSEN_MEMBERS) {
            let at = first_too_many.at;
            self.too_many(at, "chosen members to notify", check::CHOSEN_MEMBERS);
        }
        (groups, members)
    }

    pub(super) fn follow_ups(&mut self, fields: &mut Fields) -> Vec<FollowUpEntry> {
        let nodes = self.list(fields, "followUps");
        if let Some(first_too_many) = nodes.get(check::FOLLOW_UPS) {
            self.too_many(first_too_many.at, "follow-ups of an action", check::FOLLOW_UPS);
        }
        nodes.into_iter().filter_map(|node| self.follow_up(node)).collect()
    }

    fn follow_up(&mut self, node: Node) -> Option<FollowUpEntry> {
        let mut fields = self.fields(node, "a follow-up", FOLLOW_UP)?;
        let title = self.name(&mut fields, "title");
        let description = self.long(&mut fields, "description");
        let assignee = self.required(&mut fields, "assignee");
        let assignee = assignee.and_then(|node| self.assignee(node));
        let due = self.required(&mut fields, "dueInDays");
        let limit = i64::from(check::MAX_DUE_IN_DAYS);
        let due = due.and_then(|node| self.whole(node, limit, "dueInDays"));
        let (title, assignee, due_in_days) = (title?, assignee?, due?);
        Some(FollowUpEntry { title, description, assignee, due_in_days })
    }

    fn assignee(&mut self, node: Node) -> Option<Assignee> {
        let at = node.at;
        match self.text(node)?.as_str() {
            "PERFORMER" => Some(Assignee::Performer),
            "OWNER" => Some(Assignee::Owner),
            email if email.contains('@') => {
                Some(Assignee::Member(self.named(email.to_owned(), at)))
            }
            other => {
                self.wrong(at, Message::of("yaml-no-assignee").with("given", text::excerpt(other)));
                None
            }
        }
    }

    fn limits(&mut self, stages: &[StageEntry]) {
        self.unique(stages.iter().map(|stage| &stage.name));
        if let Some(stage) = stages.get(check::STAGES) {
            self.too_many(stage.name.at, "stages in a process", check::STAGES);
        }
        for stage in stages {
            if let Some(action) = stage.actions.get(check::ACTIONS_OF_A_STAGE) {
                self.too_many(action.name.at, "actions in a stage", check::ACTIONS_OF_A_STAGE);
            }
        }
        let mut actions = stages.iter().flat_map(|stage| &stage.actions);
        if let Some(action) = actions.nth(check::ACTIONS) {
            self.too_many(action.name.at, "actions in a process", check::ACTIONS);
        }
        self.hints(stages);
    }

    /// The hints together are too long from this node on.
    fn hints(&mut self, stages: &[StageEntry]) {
        let mut bytes = 0;
        for stage in stages {
            let actions = stage.actions.iter().map(|action| (&action.name, &action.hint));
            for (name, hint) in std::iter::once((&stage.name, &stage.hint)).chain(actions) {
                bytes += hint.len();
                if bytes > check::HINT_BYTES {
                    return self.wrong(name.at, Message::of("yaml-hints-too-long"));
                }
            }
        }
    }

    fn too_many(&mut self, at: At, what: &'static str, limit: usize) {
        self.refused(at, &Problem::LimitReached { what, limit }.refused());
    }

    fn refused(&mut self, at: At, refusal: &Refusal) {
        self.wrong(at, refusal.problem.said());
    }

    pub(super) fn name(
        &mut self,
        fields: &mut Fields,
        key: &'static str,
    ) -> Option<Located<String>> {
        let node = self.required(fields, key)?;
        self.valid_name(node)
    }

    fn valid_name(&mut self, node: Node) -> Option<Located<String>> {
        let at = node.at;
        let text = self.text(node)?;
        let name = text::name(&text).map_err(|refusal| self.refused(at, &refusal)).ok()?;
        Some(Located { value: name, at })
    }

    pub(super) fn long(&mut self, fields: &mut Fields, key: &'static str) -> String {
        let Some(node) = fields.take(key) else { return String::new() };
        let at = node.at;
        let text = self.text(node).unwrap_or_default();
        // A block of YAML ends with a line break that ends its last line; further ones are meant.
        let text = text.strip_suffix('\n').unwrap_or(&text);
        text::long(text).map_err(|refusal| self.refused(at, &refusal)).unwrap_or_default()
    }
}
