//! One operation without fragments: each field once wherever it is asked for, in the order of the
//! specification. The library runs a field as often as it stands there, so it must stand there once.

use apollo_compiler::{
    ExecutableDocument, Name,
    collections::IndexMap,
    executable::{Field, Selection, SelectionSet},
};
use async_graphql::{
    Name as AName, Positioned, ServerError,
    parser::types::{
        Field as AField, InlineFragment, Selection as ASelection, SelectionSet as ASet,
        TypeCondition,
    },
};

use super::{
    condition::Chosen,
    cost::{Inside, Tally},
    fault::invalid,
    limits::{Settings, too_complex},
    literal,
    position::Lines,
    types::{Objects, Types},
    values::same_arguments,
};

/// What a field takes in memory, with its names and cost, and without the values of its arguments.
const BYTES_PER_FIELD: usize = 1024;

type Result<T> = std::result::Result<T, ServerError>;

/// Merges the selections of an operation.
pub(crate) struct Merger<'a> {
    /// The schema.
    pub types: &'a Types,
    /// The document, which is valid.
    pub document: &'a ExecutableDocument,
    /// What is skipped.
    pub chosen: Chosen<'a>,
    /// Where everything is.
    pub lines: &'a Lines<'a>,
    /// What an operation may have.
    pub limits: &'a Settings,
    /// How many selections were visited.
    pub visited: usize,
    /// How many fields were written.
    pub fields: usize,
    /// How many bytes their values have.
    pub written: usize,
}

/// A field that was found in the selections, and the objects that it is asked of.
struct FoundField<'a> {
    objects: Objects,
    parent: &'a Name,
    field: &'a Field,
    place: async_graphql::Pos,
}

/// A field of the answer: found once or several times.
type Unit<'f, 'a> = Vec<&'f FoundField<'a>>;

/// Selections, and what they cost.
#[derive(Default)]
pub(crate) struct Merged {
    /// The selections.
    pub items: Vec<Positioned<ASelection>>,
    /// What they cost.
    pub cost: Inside,
}

impl<'a> Merger<'a> {
    /// What is asked of something of this type.
    pub(crate) fn merge(&mut self, parent: &Name, sets: &[&'a SelectionSet]) -> Result<Merged> {
        let all = self.types.possible(parent);
        let mut found = Vec::new();
        for set in sets {
            self.collect(set, &all, &mut found)?;
        }
        let units = units(&found, self.lines)?;
        if overlap(&units) {
            return self.by_object(&all, &found);
        }
        let mut merged = Merged::default();
        for unit in &units {
            self.unit(parent, &all, unit, &mut merged)?;
        }
        Ok(merged)
    }

    fn collect(
        &mut self,
        set: &'a SelectionSet,
        objects: &Objects,
        found: &mut Vec<FoundField<'a>>,
    ) -> Result<()> {
        let objects = objects.and(&self.types.possible(&set.ty));
        if objects.is_empty() {
            return Ok(());
        }
        for selection in &set.selections {
            self.visit()?;
            if !self.chosen.includes(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let place = self.lines.of(field.location());
                    let (objects, parent) = (objects.clone(), &set.ty);
                    found.push(FoundField { objects, parent, field, place });
                }
                Selection::InlineFragment(inline) => {
                    self.collect(&inline.selection_set, &objects, found)?;
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name) {
                        self.collect(&fragment.selection_set, &objects, found)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn visit(&mut self) -> Result<()> {
        self.visited += 1;
        if self.visited > self.limits.visits() {
            return Err(too_complex("selections", self.limits.visits()));
        }
        Ok(())
    }

    /// How many bytes what was written takes.
    pub(crate) fn size(&self) -> usize {
        self.fields * BYTES_PER_FIELD + self.written
    }

    fn write(&mut self, field: &Field) -> Result<()> {
        self.fields += 1;
        self.written += field.arguments.iter().map(|one| literal::size(&one.value)).sum::<usize>();
        if self.written > self.limits.written() {
            return Err(too_complex("bytes in the values of its arguments", self.limits.written()));
        }
        Ok(())
    }

    /// One field is asked of objects that overlap, here and there with more in it: only object by object
    /// can it be asked once.
    fn by_object(&mut self, all: &Objects, found: &[FoundField<'a>]) -> Result<Merged> {
        let types = self.types;
        let mut merged = Merged::default();
        for object in types.names(all) {
            let one = types.possible(object);
            let mine = found.iter().filter(|found| found.objects.meets(&one));
            let mine = mine.map(|found| FoundField { objects: one.clone(), ..*found });
            let mut inside = Merged::default();
            let mine: Vec<_> = mine.collect();
            for unit in &units(&mine, self.lines)? {
                self.field(object, unit, &mut inside)?;
            }
            merged.narrow(object, inside);
        }
        Ok(merged)
    }

    /// A field, where it belongs: to all objects, to those of one type, or to each of several.
    fn unit(
        &mut self,
        parent: &Name,
        all: &Objects,
        unit: &Unit<'_, 'a>,
        merged: &mut Merged,
    ) -> Result<()> {
        let (types, Some(first)) = (self.types, unit.first()) else { return Ok(()) };
        let is_there = types.schema.type_field(parent, &first.field.name).is_ok();
        if first.objects == *all && is_there {
            return self.field(parent, unit, merged);
        }
        let is_union = types.schema.types.get(first.parent).is_some_and(|ty| ty.is_union());
        let whole = types.possible(first.parent).and(all) == first.objects;
        let homes: Vec<_> = if whole && !is_union {
            vec![first.parent]
        } else {
            types.names(&first.objects).collect()
        };
        for home in homes {
            let mut inside = Merged::default();
            self.field(home, unit, &mut inside)?;
            merged.narrow(home, inside);
        }
        Ok(())
    }

    fn field(&mut self, parent: &Name, unit: &Unit<'_, 'a>, merged: &mut Merged) -> Result<()> {
        self.visit()?;
        let Some(first) = unit.first() else { return Ok(()) };
        let sets: Vec<_> = unit.iter().map(|found| &found.field.selection_set).collect();
        let mut inside = Merged::default();
        if sets.iter().any(|set| !set.selections.is_empty()) {
            let ty = self.types.of_field(parent, &first.field.name);
            inside = self.merge(ty.unwrap_or(first.field.ty().inner_named_type()), &sets)?;
            merged.cost.always.push(Tally::of(parent, first.field, inside.cost));
        }
        self.write(first.field)?;
        let field = self.written_out(first, inside.items)?;
        merged.items.push(Positioned::new(ASelection::Field(field), first.place));
        Ok(())
    }

    fn written_out(
        &self,
        found: &FoundField<'a>,
        items: Vec<Positioned<ASelection>>,
    ) -> Result<Positioned<AField>> {
        let (field, place) = (found.field, found.place);
        let name = |name: &Name| Positioned::new(AName::new(name), place);
        let mut arguments = Vec::with_capacity(field.arguments.len());
        for argument in &field.arguments {
            let value = literal::value(&argument.value, self.lines)?;
            let at = self.lines.of(argument.value.location());
            arguments.push((name(&argument.name), Positioned::new(value, at)));
        }
        let field = AField {
            alias: field.alias.as_ref().map(name),
            name: name(&field.name),
            arguments,
            directives: Vec::new(),
            selection_set: Positioned::new(ASet { items }, place),
        };
        Ok(Positioned::new(field, place))
    }
}

impl Merged {
    /// Adds what is asked of objects of this type only.
    fn narrow(&mut self, ty: &Name, inside: Self) {
        let Some(place) = inside.items.first().map(|first| first.pos) else { return };
        self.cost.either.push((ty.clone(), inside.cost.always));
        if let Some(last) = self.items.last_mut().and_then(|last| fragment_on(last, ty)) {
            return last.items.extend(inside.items);
        }
        let on = Positioned::new(AName::new(ty), place);
        let fragment = InlineFragment {
            type_condition: Some(Positioned::new(TypeCondition { on }, place)),
            directives: Vec::new(),
            selection_set: Positioned::new(ASet { items: inside.items }, place),
        };
        let fragment = ASelection::InlineFragment(Positioned::new(fragment, place));
        self.items.push(Positioned::new(fragment, place));
    }
}

fn fragment_on<'s>(selection: &'s mut Positioned<ASelection>, ty: &Name) -> Option<&'s mut ASet> {
    let ASelection::InlineFragment(fragment) = &mut selection.node else { return None };
    let condition = fragment.node.type_condition.as_ref()?;
    let same = condition.node.on.node.as_str() == ty.as_str();
    same.then_some(&mut fragment.node.selection_set.node)
}

/// The fields of the answer in the order in which they first appear: one for each name and set of objects.
fn units<'f, 'a>(found: &'f [FoundField<'a>], lines: &Lines<'_>) -> Result<Vec<Unit<'f, 'a>>> {
    let mut named = IndexMap::<&Name, Vec<usize>>::default();
    let mut units: Vec<Unit<'f, 'a>> = Vec::new();
    for one in found {
        let same_name = named.entry(one.field.response_key()).or_default();
        let mut known = same_name.iter().copied();
        let unit = known.find(|at| units[*at].first().is_some_and(|unit| belongs(unit, one)));
        match unit {
            Some(at) => units[at].push(one),
            None => {
                same_name.push(units.len());
                units.push(vec![one]);
            }
        }
    }
    let conflict = units.iter().find_map(|unit| conflict(unit));
    match conflict {
        Some(field) => Err(invalid(
            format!(
                "The field `{}` is asked for twice with different arguments. Give one an alias.",
                field.field.response_key()
            ),
            lines.of(field.field.arguments.first().and_then(|argument| argument.location())),
        )),
        None => Ok(units),
    }
}

/// Whether a field that was found is the same as an earlier one: asked of the same objects, or of some of
/// them and nothing more.
fn belongs(earlier: &FoundField<'_>, later: &FoundField<'_>) -> bool {
    let some = later.objects.and(&earlier.objects) == later.objects;
    let same = earlier.field.selection_set == later.field.selection_set;
    earlier.objects == later.objects || (some && same)
}

fn conflict<'f, 'a>(unit: &Unit<'f, 'a>) -> Option<&'f FoundField<'a>> {
    let (first, rest) = unit.split_first()?;
    let same = |other: &&&FoundField<'a>| {
        first.field.name != other.field.name || !same_arguments(first.field, other.field)
    };
    rest.iter().find(same).copied()
}

/// Whether objects of one kind would be asked for the same field twice.
fn overlap(units: &[Unit<'_, '_>]) -> bool {
    let mut named = IndexMap::<&Name, Vec<&Objects>>::default();
    units.iter().filter_map(|unit| unit.first()).any(|first| {
        let others = named.entry(first.field.response_key()).or_default();
        let meets = others.iter().any(|other| other.meets(&first.objects));
        others.push(&first.objects);
        meets
    })
}
