//! Which fields may be kept: those that say the same to whoever may see the object, as long as nothing happens that has a
//! number: to the deal (its version), to the process (its version), to people (their generation). What depends on the
//! viewer, on the time, or on anything else is not. A field is not, unless it is named here.

use std::collections::BTreeSet;

use async_graphql::{
    Context, ContextSelectionSet, Name, Value,
    context::QueryEnv,
    parser::types::{Directive, Field, Selection, SelectionSet},
    registry::{MetaType, Registry},
};
use async_graphql_parser::Positioned;
use async_graphql_value::Value as Written;
use sha2::{Digest, Sha256};

/// By type. Those of every event are kept, too: the log says the same to whoever may read it (rule 21).
const KEPT: &[(&str, &[&str])] = &[
    (
        "Action",
        &[
            "id",
            "name",
            "hint",
            "weight",
            "share",
            "mandatory",
            "evidence",
            "performers",
            "notify",
            "followUps",
            "stage",
            "removedAt",
        ],
    ),
    ("ChecklistItem", &["id", "action", "completion"]),
    ("Completion", &["id", "action", "performer", "doneAt", "note", "undoneAt", "undoneBy"]),
    (
        "Deal",
        &[
            "id",
            "externalId",
            "title",
            "value",
            "status",
            "process",
            "stage",
            "owner",
            "participants",
            "visibility",
            "version",
            "progress",
            "checklist",
            "doneActions",
            "createdAt",
            "updatedAt",
            "lastActivityAt",
            "closedAt",
            "closeComment",
        ],
    ),
    ("DealAppeared", &["event", "deal"]),
    ("DealChanged", &["event", "deal"]),
    ("DealFeedItem", &["cursor", "caughtUp", "event", "deal"]),
    ("DealState", &["version", "status", "stageId", "stageName", "percent", "value", "ownerId"]),
    ("DealWithdrawn", &["dealId", "process"]),
    ("FollowUp", &["title", "description", "dueInDays", "assignee", "assigneeMember"]),
    ("Member", &["id", "name"]),
    ("Money", &["amount", "currency"]),
    ("Note", &["id", "body", "author", "createdAt", "editedAt"]),
    ("Notify", &["groups", "members"]),
    ("Performers", &["group", "members"]),
    ("Process", &["id", "name", "description", "version", "stages", "totalWeight", "createdAt"]),
    ("ProcessFeedItem", &["cursor", "caughtUp", "change"]),
    ("ProcessRecalculated", &["dealCount", "version", "process"]),
    ("ProcessVersion", &["id", "number", "savedAt", "author", "message"]),
    ("Progress", &["percent", "doneWeight", "totalWeight", "mandatoryMissing"]),
    ("Stage", &["id", "name", "hint", "actions", "removedAt"]),
];

/// Those that besides depend on who looks.
const VIEWED: &[(&str, &[&str])] = &[("ChecklistItem", &["state"])];

/// Those in the language of who looks. Nothing is kept of what selects one, but answers that all who follow the same get in
/// the same language.
const WORDED: &[&str] = &["summary"];

/// What may be kept of a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Selected {
    /// What tells it from others.
    pub key: Key,
    /// Whether it depends on who looks.
    pub is_viewed: bool,
    /// Whether it depends on what language they read.
    pub is_worded: bool,
}

/// What tells one selection from another: everything that its answer depends on besides the item.
pub(crate) type Key = [u8; 32];

/// The key of what is selected of an object of this type; none where not all of it may be kept.
pub(crate) fn key(of: Of<'_>, ty: &str, selected: &SelectionSet) -> Option<Selected> {
    let (hash, variables) = (Sha256::new(), BTreeSet::new());
    let mut walk = Walk { of, hash, variables, is_viewed: false, is_worded: false };
    walk.selection(ty, selected).then(|| walk.selected())
}

/// What a selection is a part of: its schema, and the operation with its fragments and variables.
#[derive(Clone, Copy)]
pub(crate) struct Of<'a> {
    /// The types.
    pub registry: &'a Registry,
    /// The operation.
    pub operation: &'a QueryEnv,
}

impl<'a> Of<'a> {
    /// What a variable is given, or else what the operation says that it is.
    fn variable(&self, name: &Name) -> Option<&Value> {
        let given = self.operation.variables.get(name);
        let mut definitions = self.operation.operation.node.variable_definitions.iter();
        let definition = definitions.find(|definition| definition.node.name.node == *name);
        given.or_else(|| definition?.node.default_value())
    }

    /// What a selection is a part of.
    pub(crate) fn selection(context: &'a ContextSelectionSet<'_>) -> Self {
        Self { registry: &context.schema_env.registry, operation: context.query_env }
    }

    /// What a field is a part of.
    pub(crate) fn context(context: &'a Context<'_>) -> Self {
        Self { registry: &context.schema_env.registry, operation: context.query_env }
    }
}

struct Walk<'a> {
    of: Of<'a>,
    hash: Sha256,
    variables: BTreeSet<Name>,
    is_viewed: bool,
    is_worded: bool,
}

impl Walk<'_> {
    fn selected(mut self) -> Selected {
        for name in &self.variables {
            self.hash.update(format!("{name}={:?};", self.of.variable(name)));
        }
        let Self { is_viewed, is_worded, hash, .. } = self;
        Selected { key: hash.finalize().into(), is_viewed, is_worded }
    }

    /// Whether all that is selected of this type may be kept.
    fn selection(&mut self, ty: &str, selected: &SelectionSet) -> bool {
        self.hash.update(format!("{ty}{{"));
        let all = selected.items.iter().all(|item| match &item.node {
            Selection::Field(field) => self.field(ty, &field.node),
            Selection::InlineFragment(fragment) => {
                self.directives(&fragment.node.directives);
                let on = fragment.node.type_condition.as_ref();
                let on = on.map_or(ty, |on| on.node.on.node.as_str()).to_owned();
                self.selection(&on, &fragment.node.selection_set.node)
            }
            Selection::FragmentSpread(spread) => {
                self.directives(&spread.node.directives);
                let operation = self.of.operation;
                let fragment = operation.fragments.get(&spread.node.fragment_name.node);
                fragment.is_some_and(|fragment| {
                    let on = fragment.node.type_condition.node.on.node.as_str();
                    self.selection(on, &fragment.node.selection_set.node)
                })
            }
        });
        self.hash.update("}");
        all
    }

    fn field(&mut self, ty: &str, field: &Field) -> bool {
        let name = field.name.node.as_str();
        self.hash.update(format!("{}:{name}({:?})", field.response_key().node, field.arguments));
        field.arguments.iter().for_each(|(_, value)| self.value(&value.node));
        self.directives(&field.directives);
        if name == "__typename" {
            return true;
        }
        let registry = self.of.registry;
        self.is_viewed |= is_in(VIEWED, ty, name);
        self.is_worded |= WORDED.contains(&name);
        match is_kept(registry, ty, name).then(|| type_of(registry, ty, name)).flatten() {
            Some(_) if field.selection_set.node.items.is_empty() => true,
            Some(below) => self.selection(&below, &field.selection_set.node),
            None => false,
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for directive in directives {
            self.hash.update(format!("@{:?}", directive.node));
            directive.node.arguments.iter().for_each(|(_, value)| self.value(&value.node));
        }
    }

    /// Variables within a value: what they are given is a part of the key.
    fn value(&mut self, value: &Written) {
        match value {
            Written::Variable(name) => drop(self.variables.insert(name.clone())),
            Written::List(items) => items.iter().for_each(|item| self.value(item)),
            Written::Object(fields) => fields.values().for_each(|field| self.value(field)),
            _ => {}
        }
    }
}

fn is_kept(registry: &Registry, ty: &str, field: &str) -> bool {
    is_in(KEPT, ty, field) || is_in(VIEWED, ty, field) || is_event(registry, ty)
}

fn is_in(list: &[(&str, &[&str])], ty: &str, field: &str) -> bool {
    list.iter().any(|(name, fields)| *name == ty && fields.contains(&field))
}

fn is_event(registry: &Registry, ty: &str) -> bool {
    let implements = registry.implements.get(ty);
    ty == "DealEvent" || implements.is_some_and(|all| all.contains("DealEvent"))
}

/// The type of a field, without its wrappers; of a union or an interface what every kind of it has.
fn type_of(registry: &Registry, ty: &str, field: &str) -> Option<String> {
    let fields = match registry.types.get(ty)? {
        MetaType::Object { fields, .. } | MetaType::Interface { fields, .. } => fields,
        _ => return None,
    };
    Some(fields.get(field)?.ty.trim_matches(['[', ']', '!']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is made anew each time: it depends on the viewer, the time, or on what has no number.
    const OWN: &[(&str, &[&str])] = &[
        ("ChecklistItem", &["definition", "needs", "blockers", "undo"]),
        ("Completion", &["deal"]),
        (
            "Deal",
            &[
                "permissions",
                "closeReason",
                "closeReasons",
                "tasks",
                "notes",
                "events",
                "feedCursor",
            ],
        ),
        ("DealState", &["owner"]),
        (
            "Member",
            &[
                "email",
                "role",
                "locale",
                "isActive",
                "createdAt",
                "deactivatedAt",
                "openDealCount",
                "openTaskCount",
                "deactivationPreview",
                "tokens",
                "permissions",
            ],
        ),
        ("Note", &["files", "deal", "isEvidence", "permissions"]),
        (
            "Process",
            &[
                "isDefault",
                "archivedAt",
                "latest",
                "versionAt",
                "versions",
                "unstagedDeals",
                "feedCursor",
                "configure",
                "removedStages",
                "removedActions",
            ],
        ),
        ("ProcessVersion", &["definition", "changes"]),
        ("Stage", &["process", "deals"]),
    ];

    /// The fields of a type, as the schema has them.
    fn fields(sdl: &str, ty: &str) -> Vec<String> {
        let (_, body) = sdl.split_once(&format!("\ntype {ty} ")).unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let name =
            |line: &str| line.strip_prefix('\t')?.split([':', '(']).next().map(str::to_owned);
        let is_name = |name: &String| name.chars().all(char::is_alphanumeric) && !name.is_empty();
        body.lines().filter_map(name).filter(is_name).collect()
    }

    #[test]
    fn what_is_said_in_the_viewer_s_language_is_known_by_its_name() {
        let sdl = crate::graphql::sdl();
        let said = sdl.split("in the viewer's language").skip(1);
        let names = said.map(|rest| {
            let line = rest
                .lines()
                .map(str::trim)
                .find(|line| !line.is_empty() && !line.ends_with(['"', '.']));
            line.and_then(|line| line.split([':', '(']).next()).unwrap_or_default().to_owned()
        });
        let names: BTreeSet<_> = names.collect();
        assert_eq!(Vec::from_iter(names), WORDED);
    }

    #[test]
    fn every_field_of_what_is_kept_is_decided() {
        let sdl = crate::graphql::sdl();
        for (ty, kept) in KEPT {
            for field in fields(&sdl, ty) {
                let lists =
                    [KEPT, VIEWED, OWN].iter().filter(|list| is_in(list, ty, &field)).count();
                assert_eq!(
                    lists, 1,
                    "{ty}.{field}: say in one of these lists whether it may be kept"
                );
            }
            for field in *kept {
                assert!(fields(&sdl, ty).iter().any(|known| known == field), "{ty}.{field}");
            }
        }
    }
}
