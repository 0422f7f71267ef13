//! Any selection of deals and processes, drawn from the schema itself: a field that is new is among them by itself.

use std::{collections::HashMap, slice, sync::LazyLock};

use async_graphql_parser::{
    parse_schema,
    types::{FieldDefinition, TypeKind, TypeSystemDefinition},
};
use async_graphql_value::Name;
use waypost::graphql;

/// How deep a selection goes.
const DEPTH: usize = 4;
/// What is another one each time that it is asked: cursors of feeds are sealed, and when a token was used last is noted in
/// memory.
const OWN: [&str; 2] = ["feedCursor", "tokens"];

/// The fields of each type that has some.
pub struct Schema(HashMap<String, Vec<Field>>);

struct Field {
    name: String,
    ty: String,
    arguments: &'static str,
}

/// Numbers that decide; when they are used up, it is always the first of all.
pub struct Draw<'a>(slice::Iter<'a, usize>);

impl<'a> Draw<'a> {
    pub fn from(numbers: &'a [usize]) -> Self {
        Self(numbers.iter())
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0.next().map_or(0, |number| number % bound)
    }
}

impl Schema {
    pub fn get() -> &'static Self {
        static SCHEMA: LazyLock<Schema> = LazyLock::new(Schema::read);
        &SCHEMA
    }

    fn read() -> Self {
        // without its descriptions: the parser knows none of a schema as a whole
        let sdl: String = graphql::sdl().split("\"\"\"").step_by(2).collect();
        let mut all = HashMap::new();
        for definition in parse_schema(sdl).unwrap().definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let fields = match ty.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            let fields = fields.iter().filter_map(|field| known(&field.node)).collect();
            all.insert(ty.node.name.node.to_string(), fields);
        }
        Self(all)
    }

    /// What is selected of this type: one field at least.
    pub fn selection(&self, ty: &str, draw: &mut Draw<'_>) -> String {
        self.within(ty, draw, DEPTH)
    }

    fn within(&self, ty: &str, draw: &mut Draw<'_>, depth: usize) -> String {
        let Some(all) = self.0.get(ty) else { return "__typename".to_owned() };
        let is_near = |field: &&Field| depth > 0 || !self.0.contains_key(&field.ty);
        let fields: Vec<_> = all.iter().filter(is_near).collect();
        let mut chosen = Vec::<&Field>::new();
        for _ in 0..=draw.below(5) {
            let Some(field) = pick(&fields, draw) else { break };
            if chosen.iter().all(|one| one.name != field.name) {
                chosen.push(field);
            }
        }
        let mut said = vec!["__typename".to_owned()];
        said.extend(chosen.iter().map(|field| self.field(ty, field, draw, depth)));
        said.join(" ")
    }

    fn field(&self, ty: &str, field: &Field, draw: &mut Draw<'_>, depth: usize) -> String {
        let Field { name, ty: below, arguments } = field;
        let (alias, directive, fragment) = match draw.below(8) {
            5 => (format!("other_{name}: "), "", false),
            6 => (String::new(), [" @include(if: $on)", " @skip(if: $on)"][draw.below(2)], false),
            7 => (String::new(), "", true),
            _ => (String::new(), "", false),
        };
        let inside = match self.is_plain(below) {
            true => String::new(),
            false => format!(" {{ {} }}", self.within(below, draw, depth.saturating_sub(1))),
        };
        let said = format!("{alias}{name}{arguments}{directive}{inside}");
        if fragment { format!("... on {ty} {{ {said} }}") } else { said }
    }

    /// Whether nothing is selected of it: a number, a text, a word.
    fn is_plain(&self, ty: &str) -> bool {
        !self.0.contains_key(ty)
    }
}

fn pick<'a>(fields: &[&'a Field], draw: &mut Draw<'_>) -> Option<&'a Field> {
    (!fields.is_empty()).then(|| fields[draw.below(fields.len())])
}

/// A field, with what it must be given; none where nobody knows that.
fn known(field: &FieldDefinition) -> Option<Field> {
    let name = field.name.node.to_string();
    let needs =
        |name: &str| field.arguments.iter().any(|one| one.node.name.node == Name::new(name));
    let arguments = match name.as_str() {
        _ if needs("first") => "(first: 3)",
        "closeReasons" => "(status: WON)",
        "versionAt" => "(number: 2)",
        _ => "",
    };
    let mut given = field.arguments.iter().map(|one| &one.node);
    let is_needed = given.any(|one| !one.ty.node.nullable && one.default_value.is_none());
    if OWN.contains(&name.as_str()) || arguments.is_empty() && is_needed {
        return None;
    }
    let ty = field.ty.node.to_string().replace(['[', ']', '!'], "");
    Some(Field { name, ty, arguments })
}
