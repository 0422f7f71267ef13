//! Which parts of a feed's items are the same for everybody who gets them: what depends on the viewer, on the time, or on
//! more than the deal's own log is not. A field is not, unless it is named here.

use std::collections::BTreeSet;

use async_graphql::{
    Context, Name,
    parser::types::{Directive, Field, Selection, SelectionSet},
    registry::{MetaType, Registry},
};
use async_graphql_parser::Positioned;
use async_graphql_value::Value as Written;
use sha2::{Digest, Sha256};

/// Fields of a type that are the same for all who may see the object. Those of every event are: the log says the same to
/// whoever may read it (rule 21).
const SAME: &[(&str, &[&str])] = &[
    (
        "Action",
        &["id", "name", "hint", "weight", "share", "mandatory", "evidence", "stage", "removedAt"],
    ),
    ("Carried", &["completionId", "from", "to"]),
    ("CloseReason", &["id", "name", "status"]),
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
            "createdAt",
            "updatedAt",
            "closedAt",
            "closeComment",
            "closeReason",
        ],
    ),
    ("DealAppeared", &["event", "deal"]),
    ("DealChanged", &["event", "deal"]),
    ("DealFeedItem", &["cursor", "caughtUp", "event", "deal"]),
    ("DealState", &["version", "status", "stageId", "stageName", "percent", "value", "ownerId"]),
    ("DealWithdrawn", &["dealId", "process"]),
    ("Member", &["id", "name"]),
    ("Money", &["amount", "currency"]),
    ("Note", &["id", "body", "author", "createdAt"]),
    ("Process", &["id", "name", "description", "version"]),
    ("ProcessFeedItem", &["cursor", "caughtUp", "change"]),
    ("ProcessRecalculated", &["dealCount", "version", "process"]),
    ("ProcessVersion", &["id", "number", "savedAt", "author", "message"]),
    ("Progress", &["percent", "doneWeight", "totalWeight", "mandatoryMissing"]),
    ("Stage", &["id", "name", "hint", "removedAt"]),
];

/// What tells one selection from another: everything that its answer depends on besides the item.
pub type Key = [u8; 32];

/// The key of what is selected of an item of this type; none where the answer is not the same for everybody.
pub fn key(context: &Context<'_>, item: &str) -> Option<Key> {
    let mut walk = Walk { context, hash: Sha256::new(), variables: BTreeSet::new() };
    walk.selection(item, &context.item.node.selection_set.node).then(|| walk.key())
}

struct Walk<'a> {
    context: &'a Context<'a>,
    hash: Sha256,
    variables: BTreeSet<Name>,
}

impl Walk<'_> {
    fn key(mut self) -> Key {
        let given = &self.context.query_env.variables;
        for name in &self.variables {
            self.hash.update(format!("{name}={:?};", given.get(name)));
        }
        self.hash.finalize().into()
    }

    /// Whether all that is selected of this type is the same for everybody.
    fn selection(&mut self, ty: &str, selected: &SelectionSet) -> bool {
        self.hash.update(format!("{ty}{{"));
        let same = selected.items.iter().all(|item| match &item.node {
            Selection::Field(field) => self.field(ty, &field.node),
            Selection::InlineFragment(fragment) => {
                self.directives(&fragment.node.directives);
                let on = fragment.node.type_condition.as_ref();
                let on = on.map_or(ty, |on| on.node.on.node.as_str()).to_owned();
                self.selection(&on, &fragment.node.selection_set.node)
            }
            Selection::FragmentSpread(spread) => {
                self.directives(&spread.node.directives);
                let context = self.context;
                let fragment = context.query_env.fragments.get(&spread.node.fragment_name.node);
                fragment.is_some_and(|fragment| {
                    let on = fragment.node.type_condition.node.on.node.as_str();
                    self.selection(on, &fragment.node.selection_set.node)
                })
            }
        });
        self.hash.update("}");
        same
    }

    fn field(&mut self, ty: &str, field: &Field) -> bool {
        let name = field.name.node.as_str();
        self.hash.update(format!("{}:{name}({:?})", field.response_key().node, field.arguments));
        field.arguments.iter().for_each(|(_, value)| self.value(&value.node));
        self.directives(&field.directives);
        if name == "__typename" {
            return true;
        }
        let registry = &self.context.schema_env.registry;
        match is_same(registry, ty, name).then(|| type_of(registry, ty, name)).flatten() {
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

fn is_same(registry: &Registry, ty: &str, field: &str) -> bool {
    let named = SAME.iter().any(|(name, fields)| *name == ty && fields.contains(&field));
    named || is_event(registry, ty)
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

    #[test]
    fn every_field_that_is_named_exists() {
        let sdl = crate::graphql::sdl();
        for (ty, fields) in SAME {
            let (_, body) = sdl.split_once(&format!("\ntype {ty} ")).unwrap();
            let (body, _) = body.split_once("\n}").unwrap();
            for field in *fields {
                let begins = |line: &str| {
                    line.strip_prefix(&format!("\t{field}"))
                        .is_some_and(|rest| rest.starts_with([':', '(']))
                };
                assert!(body.lines().any(begins), "{ty}.{field}");
            }
        }
    }
}
