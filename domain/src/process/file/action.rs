//! An action in the file: the one place of the file's format that lists the settings. How a value of each
//! kind is read, written and described is beside it: `read`, `write`, `schema`.

use entity::{
    action::{Evidence, Notify, NotifyGroup, PerformerGroup},
    ids::ActionId,
};
use serde_json::{Map, Value, json};

use super::{
    ActionWas, FollowUpEntry, Located,
    node::Node,
    read::Reader,
    resolve::Resolver,
    schema::{long, name, notify, performers},
    write::Writer,
};
use crate::process::{
    action::{ActionDefinition, Performers, Setting},
    change::DEFAULT_WEIGHT,
    check,
};

/// An action of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionEntry {
    /// Its name.
    pub name: Located<String>,
    /// What it was called before, or where it was.
    pub was: Option<ActionWas>,
    /// Advice for whoever does it.
    pub hint: String,
    /// How much it counts.
    pub weight: u16,
    /// Whether a deal can be won without it.
    pub mandatory: bool,
    /// Which group may do it.
    pub performers: PerformerGroup,
    /// Who exactly, for `CHOSEN`.
    pub chosen: Vec<Located<String>>,
    /// What must come along with doing it.
    pub evidence: Evidence,
    /// Which groups are told.
    pub notify: Vec<NotifyGroup>,
    /// Who else is told.
    pub notified: Vec<Located<String>>,
    /// Which tasks follow.
    pub follow_ups: Vec<FollowUpEntry>,
}

/// The keys of an action, in the order in which they are written.
const KEYS: &[&str] = &[
    "action",
    "was",
    "hint",
    "weight",
    "mandatory",
    "performers",
    "evidence",
    "notify",
    "followUps",
];

impl Reader {
    /// The action that a node describes.
    pub(super) fn action(&mut self, node: Node) -> Option<ActionEntry> {
        let mut fields = self.fields(node, "an action", KEYS)?;
        let name = self.name(&mut fields, "action");
        let was = self.action_was(&mut fields);
        let hint = self.long(&mut fields, "hint");
        let weight = self.weight(&mut fields);
        let mandatory = self.mandatory(&mut fields);
        let (performers, chosen) = self.performers(&mut fields);
        let evidence = self.evidence(&mut fields);
        let (notify, notified) = self.notify(&mut fields);
        let follow_ups = self.follow_ups(&mut fields);
        let name = name?;
        Some(ActionEntry {
            name,
            was,
            hint,
            weight,
            mandatory,
            performers,
            chosen,
            evidence,
            notify,
            notified,
            follow_ups,
        })
    }
}

impl Resolver<'_> {
    /// The action that an entry describes: the one that is known, or a new one.
    pub(super) fn action(
        &mut self,
        entry: &ActionEntry,
        known: Option<ActionId>,
    ) -> ActionDefinition {
        let ActionEntry {
            name,
            was: _,
            hint,
            weight,
            mandatory,
            performers,
            chosen,
            evidence,
            notify,
            notified,
            follow_ups,
        } = entry;
        let follow_ups = self.follow_ups(follow_ups);
        ActionDefinition {
            action_id: self.action_id(known),
            name: name.value.clone(),
            hint: hint.clone(),
            weight: *weight,
            mandatory: *mandatory,
            performers: Performers { group: *performers, members: self.all(chosen) },
            evidence: *evidence,
            notify: Notify { groups: notify.clone(), members: self.all(notified) },
            follow_ups,
        }
    }
}

impl Writer<'_> {
    /// The entry of an action. What is as it would be without a line has none.
    pub(super) fn action(&mut self, action: &ActionDefinition) {
        let ActionDefinition {
            action_id: _,
            name,
            hint,
            weight,
            mandatory,
            performers,
            evidence,
            notify,
            follow_ups,
        } = action;
        self.name(3, "action", name);
        self.long(8, "hint", hint);
        if *weight != DEFAULT_WEIGHT {
            self.line(8, "weight", &weight.to_string());
        }
        if *mandatory {
            self.line(8, "mandatory", "true");
        }
        self.performers(performers);
        self.evidence(*evidence);
        self.notify(notify);
        self.follow_ups(follow_ups);
    }
}

/// What the JSON Schema says of an action.
pub(super) fn schema() -> Value {
    let mut properties: Map<String, Value> = Setting::ALL.into_iter().map(property).collect();
    properties.insert("action".to_owned(), name("The name of the action."));
    properties.insert("was".to_owned(), json!({ "$ref": "#/definitions/actionWas" }));
    properties.insert("weight".to_owned(), weight());
    json!({
        "description": "Something to do for a deal.",
        "type": "object",
        "additionalProperties": false,
        "required": ["action"],
        "properties": properties,
    })
}

fn weight() -> Value {
    json!({
        "description": "How much doing it brings a deal closer to being won.",
        "type": "integer",
        "minimum": 0,
        "maximum": check::MAX_WEIGHT,
        "default": DEFAULT_WEIGHT,
    })
}

/// The key of a setting, and what it may be.
fn property(setting: Setting) -> (String, Value) {
    let (key, value) = match setting {
        Setting::Hint => ("hint", long("Advice for whoever does the action (Markdown).")),
        Setting::Mandatory => (
            "mandatory",
            json!({
                "description": "Whether it must be done before a deal can be won. It does not keep a deal from moving on.",
                "type": "boolean",
                "default": false,
            }),
        ),
        Setting::Performers => ("performers", performers()),
        Setting::Evidence => (
            "evidence",
            json!({
                "description": "What must come along with doing it.",
                "enum": ["NONE", "NOTE", "NOTE_WITH_FILE"],
                "default": "NONE",
            }),
        ),
        Setting::Notify => ("notify", notify()),
        Setting::FollowUps => (
            "followUps",
            json!({
                "description": "The tasks that are created when it is done.",
                "type": "array",
                "maxItems": check::FOLLOW_UPS,
                "items": { "$ref": "#/definitions/followUp" },
            }),
        ),
    };
    (key.to_owned(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_schema_describes_is_what_is_read() {
        let schema = schema();
        let mut described: Vec<_> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut read = KEYS.to_vec();
        described.sort_unstable();
        read.sort_unstable();
        assert_eq!(described, read);
    }
}
