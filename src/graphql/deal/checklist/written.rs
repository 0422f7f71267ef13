//! A checklist of which only plain fields are asked, written as JSON at once. The library makes a task for each field of
//! each item, which takes many times as long as writing them.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    Context, ScalarType, Value,
    parser::types::{Field, Selection, SelectionSet},
};
use bytes::Bytes;
use domain::{
    deal::{
        rules::{self, Case},
        state,
    },
    process::{definition::ActionDefinition, version::Version},
};
use engine::error::Result;
use entity::{Timestamp, completion, ids::MemberId, ids::NoteId, member, note};
use serde::Serialize;

use crate::graphql::{
    deal::{Deal, checklist::item_id},
    scalar::DateTime,
    written,
};

/// What is asked of an object: each field by the key that it has in the answer.
type Plan<F> = Vec<(String, F)>;

enum ItemField {
    TypeName,
    Id,
    State,
    Action(Plan<ActionField>),
    Completion(Plan<CompletionField>),
}

enum ActionField {
    TypeName,
    Id,
    Name,
    Hint,
    Weight,
    Mandatory,
}

enum CompletionField {
    TypeName,
    Id,
    DoneAt,
    Performer(Plan<PersonField>),
    Note(Plan<NoteField>),
}

enum PersonField {
    TypeName,
    Id,
    Name,
}

enum NoteField {
    TypeName,
    Id,
    Body,
    CreatedAt,
}

/// The checklist as it would be written, all of it or what was done; none where more is asked, or where the deal is
/// closed: then what counts for it may not be what there is now.
pub(super) async fn written(
    context: &Context<'_>,
    deal: &Deal,
    only_done: bool,
) -> Result<Option<Bytes>> {
    let plan = plan(&context.item.node.selection_set.node, item_field);
    let Some(plan) = plan.filter(|_| deal.row.closed_process_version.is_none()) else {
        return Ok(None);
    };
    let (state, version) = deal.view.case(&deal.row).await?;
    let Some(known) = Known::of(deal, &plan, &state).await? else { return Ok(None) };
    let page = Page { deal, state: &state, version: &version, known: &known };
    Ok(Some(page.written(&plan, only_done).into()))
}

/// What is asked; none where something else is than fields without arguments, each once.
fn plan<F>(set: &SelectionSet, field: impl Fn(&Field) -> Option<F>) -> Option<Plan<F>> {
    let mut plan: Plan<F> = Vec::with_capacity(set.items.len());
    for item in &set.items {
        let Selection::Field(one) = &item.node else { return None };
        let (one, key) = (&one.node, one.node.response_key().node.to_string());
        let is_plain = one.arguments.is_empty() && one.directives.is_empty();
        if !is_plain || plan.iter().any(|(other, _)| *other == key) {
            return None;
        }
        plan.push((key, field(one)?));
    }
    Some(plan)
}

fn item_field(field: &Field) -> Option<ItemField> {
    let below = &field.selection_set.node;
    Some(match field.name.node.as_str() {
        "__typename" => ItemField::TypeName,
        "id" => ItemField::Id,
        "state" => ItemField::State,
        "action" => ItemField::Action(plan(below, action_field)?),
        "completion" => ItemField::Completion(plan(below, completion_field)?),
        _ => return None,
    })
}

fn action_field(field: &Field) -> Option<ActionField> {
    Some(match field.name.node.as_str() {
        "__typename" => ActionField::TypeName,
        "id" => ActionField::Id,
        "name" => ActionField::Name,
        "hint" => ActionField::Hint,
        "weight" => ActionField::Weight,
        "mandatory" => ActionField::Mandatory,
        _ => return None,
    })
}

fn completion_field(field: &Field) -> Option<CompletionField> {
    let below = &field.selection_set.node;
    Some(match field.name.node.as_str() {
        "__typename" => CompletionField::TypeName,
        "id" => CompletionField::Id,
        "doneAt" => CompletionField::DoneAt,
        "performer" => CompletionField::Performer(plan(below, person_field)?),
        "note" => CompletionField::Note(plan(below, note_field)?),
        _ => return None,
    })
}

fn person_field(field: &Field) -> Option<PersonField> {
    Some(match field.name.node.as_str() {
        "__typename" => PersonField::TypeName,
        "id" => PersonField::Id,
        "name" => PersonField::Name,
        _ => return None,
    })
}

fn note_field(field: &Field) -> Option<NoteField> {
    Some(match field.name.node.as_str() {
        "__typename" => NoteField::TypeName,
        "id" => NoteField::Id,
        "body" => NoteField::Body,
        "createdAt" => NoteField::CreatedAt,
        _ => return None,
    })
}

/// What has to be read for what was done.
#[derive(Default)]
struct Known {
    people: HashMap<MemberId, Arc<member::Model>>,
    notes: HashMap<NoteId, Arc<note::Model>>,
}

impl Known {
    /// As far as the plan asks for it; none where something is missing, which the library tells as it should be told.
    async fn of(deal: &Deal, plan: &Plan<ItemField>, state: &state::Deal) -> Result<Option<Self>> {
        let (mut known, view) = (Self::default(), &deal.view);
        let Asked { people, notes } = Asked::by(plan);
        for row in &state.done {
            if people {
                let Some(person) = view.member(row.member_id).await? else { return Ok(None) };
                known.people.insert(row.member_id, person);
            }
            if let Some(id) = row.note_id.filter(|_| notes) {
                let Some(note) = view.note(id).await? else { return Ok(None) };
                known.notes.insert(id, note);
            }
        }
        Ok(Some(known))
    }
}

/// What of what was done is asked for.
#[derive(Default)]
struct Asked {
    people: bool,
    notes: bool,
}

impl Asked {
    fn by(plan: &Plan<ItemField>) -> Self {
        let mut asked = Self::default();
        for (_, field) in plan {
            let ItemField::Completion(plan) = field else { continue };
            for (_, field) in plan {
                asked.people |= matches!(field, CompletionField::Performer(_));
                asked.notes |= matches!(field, CompletionField::Note(_));
            }
        }
        asked
    }
}

/// A checklist that is written.
struct Page<'a> {
    deal: &'a Deal,
    state: &'a state::Deal,
    version: &'a Version,
    known: &'a Known,
}

impl Page<'_> {
    fn written(&self, plan: &Plan<ItemField>, only_done: bool) -> Vec<u8> {
        let mut bytes = vec![b'['];
        for action in self.version.definition.actions() {
            let done = self.state.completion_of(action.action_id);
            if only_done && done.is_none() {
                continue;
            }
            if bytes.len() > 1 {
                bytes.push(b',');
            }
            object(&mut bytes, plan, |field, bytes| self.item(field, (action, done), bytes));
        }
        bytes.push(b']');
        bytes
    }

    fn item(
        &self,
        field: &ItemField,
        (action, done): (&ActionDefinition, Option<&completion::Model>),
        bytes: &mut Vec<u8>,
    ) {
        match (field, done) {
            (ItemField::TypeName, _) => value(bytes, "ChecklistItem"),
            (ItemField::Id, _) => value(bytes, &item_id(self.deal.row.id, action.action_id)),
            (ItemField::State, _) => value(bytes, self.stands(action, done)),
            (ItemField::Action(plan), _) => {
                object(bytes, plan, |field, bytes| write_action(field, action, bytes));
            }
            (ItemField::Completion(plan), Some(done)) => {
                object(bytes, plan, |field, bytes| self.completion(field, done, bytes));
            }
            (ItemField::Completion(_), None) => value(bytes, &()),
        }
    }

    fn stands(&self, action: &ActionDefinition, done: Option<&completion::Model>) -> &'static str {
        let actor = self.deal.view.actor();
        let case = Case { deal: self.state, version: self.version, actor };
        match done {
            Some(_) => "DONE",
            None if rules::action_blockers(case, action).is_empty() => "OPEN",
            None => "BLOCKED",
        }
    }

    fn completion(&self, field: &CompletionField, row: &completion::Model, bytes: &mut Vec<u8>) {
        let note = row.note_id.and_then(|id| self.known.notes.get(&id));
        match field {
            CompletionField::TypeName => value(bytes, "Completion"),
            CompletionField::Id => value(bytes, &row.id.to_string()),
            CompletionField::DoneAt => moment(bytes, row.done_at),
            CompletionField::Performer(plan) => match self.known.people.get(&row.member_id) {
                Some(person) => {
                    object(bytes, plan, |field, bytes| write_person(field, person, bytes))
                }
                None => value(bytes, &()),
            },
            CompletionField::Note(plan) => match note {
                Some(note) => object(bytes, plan, |field, bytes| write_note(field, note, bytes)),
                None => value(bytes, &()),
            },
        }
    }
}

fn write_action(field: &ActionField, action: &ActionDefinition, bytes: &mut Vec<u8>) {
    match field {
        ActionField::TypeName => value(bytes, "Action"),
        ActionField::Id => value(bytes, &action.action_id.to_string()),
        ActionField::Name => value(bytes, &action.name),
        ActionField::Hint => value(bytes, &action.hint),
        ActionField::Weight => value(bytes, &action.weight),
        ActionField::Mandatory => value(bytes, &action.mandatory),
    }
}

fn write_person(field: &PersonField, person: &member::Model, bytes: &mut Vec<u8>) {
    match field {
        PersonField::TypeName => value(bytes, "Member"),
        PersonField::Id => value(bytes, &person.id.to_string()),
        PersonField::Name => value(bytes, &person.name),
    }
}

fn write_note(field: &NoteField, note: &note::Model, bytes: &mut Vec<u8>) {
    match field {
        NoteField::TypeName => value(bytes, "Note"),
        NoteField::Id => value(bytes, &note.id.to_string()),
        NoteField::Body => value(bytes, &note.body),
        NoteField::CreatedAt => moment(bytes, note.created_at),
    }
}

fn object<F>(bytes: &mut Vec<u8>, plan: &Plan<F>, write: impl Fn(&F, &mut Vec<u8>)) {
    bytes.push(b'{');
    for (place, (key, field)) in plan.iter().enumerate() {
        if place > 0 {
            bytes.push(b',');
        }
        value(bytes, key.as_str());
        bytes.push(b':');
        write(field, bytes);
    }
    bytes.push(b'}');
}

/// Texts, numbers, truths and nothing: to write them into memory cannot fail.
fn value<T: Serialize + ?Sized>(bytes: &mut Vec<u8>, value: &T) {
    let written = serde_json::to_writer(bytes, value);
    debug_assert!(written.is_ok(), "a plain value is always written");
}

fn moment(bytes: &mut Vec<u8>, at: Timestamp) {
    let said: Value = DateTime(at).to_value();
    let written = written::write(&said, bytes);
    debug_assert!(written.is_ok(), "a moment is always written");
}
