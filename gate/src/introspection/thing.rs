//! What introspection can be asked about, and what it answers: the schema, its types, and their parts.

use apollo_compiler::{
    Node,
    ast::{DirectiveDefinition, DirectiveList, InputValueDefinition, Type},
    schema::{EnumValueDefinition, ExtendedType, FieldDefinition},
};
use async_graphql::Value;

use crate::types::Types;

/// Something of a schema.
#[derive(Clone, Debug)]
pub(super) enum Element<'a> {
    /// The schema itself.
    Schema,
    /// A type that has a name.
    Named(&'a ExtendedType),
    /// A list, or what must not be null.
    Wrapped(Type),
    /// A field.
    Field(&'a FieldDefinition),
    /// An argument or an input field.
    Input(&'a InputValueDefinition),
    /// A value of an enum.
    Option(&'a EnumValueDefinition),
    /// A directive.
    Directive(&'a DirectiveDefinition),
}

/// What a field of something is.
#[derive(Clone, Debug)]
pub(super) enum FieldValue<'a> {
    /// A plain value.
    Plain(Value),
    /// Something with fields of its own; null where there is none.
    One(Option<Element<'a>>),
    /// A list of such.
    Many(Vec<Element<'a>>),
}

use FieldValue::{Many, One, Plain};

impl<'a> Element<'a> {
    /// What its `__typename` is.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Schema => "__Schema",
            Self::Named(_) | Self::Wrapped(_) => "__Type",
            Self::Field(_) => "__Field",
            Self::Input(_) => "__InputValue",
            Self::Option(_) => "__EnumValue",
            Self::Directive(_) => "__Directive",
        }
    }

    /// What a field of it is; deprecated parts only where they are asked for.
    pub(super) fn field(&self, types: &'a Types, name: &str, all: bool) -> FieldValue<'a> {
        match self {
            Self::Schema => of_schema(types, name),
            Self::Named(ty) => of_named(types, ty, name, all),
            Self::Wrapped(ty) => of_wrapped(types, ty, name),
            Self::Field(field) => of_field(types, field, name, all),
            Self::Input(input) => of_input(types, input, name),
            Self::Option(option) => match name {
                "name" => text(&option.value),
                name => described(option.description.as_ref(), &option.directives, name),
            },
            Self::Directive(directive) => of_directive(directive, name, all),
        }
    }
}

fn of_schema<'a>(types: &'a Types, name: &str) -> FieldValue<'a> {
    let definition = &types.schema.schema_definition;
    let root = |name: &Option<apollo_compiler::schema::ComponentName>| {
        One(name.as_ref().and_then(|name| named(types, name)))
    };
    match name {
        "description" => maybe(definition.description.as_deref()),
        "queryType" => root(&definition.query),
        "mutationType" => root(&definition.mutation),
        "subscriptionType" => root(&definition.subscription),
        "types" => Many(types.schema.types.values().map(Element::Named).collect()),
        "directives" => {
            let all = types.schema.directive_definitions.values();
            Many(all.map(|directive| Element::Directive(directive)).collect())
        }
        _ => nothing(),
    }
}

fn of_named<'a>(types: &'a Types, ty: &'a ExtendedType, name: &str, all: bool) -> FieldValue<'a> {
    match (name, ty) {
        ("kind", _) => Plain(Value::Enum(async_graphql::Name::new(kind(ty)))),
        ("name", _) => text(ty.name()),
        ("description", _) => maybe(ty.description().map(|text| &**text)),
        ("specifiedByURL", ExtendedType::Scalar(scalar)) => {
            let url = scalar.directives.get("specifiedBy");
            maybe(url.and_then(|by| by.specified_argument_by_name("url")?.as_str()))
        }
        ("fields", ExtendedType::Object(object)) => {
            fields(object.fields.values().map(|field| &**field), all)
        }
        ("fields", ExtendedType::Interface(interface)) => {
            fields(interface.fields.values().map(|field| &**field), all)
        }
        ("interfaces", ExtendedType::Object(object)) => {
            Many(object.implements_interfaces.iter().filter_map(|one| named(types, one)).collect())
        }
        ("interfaces", ExtendedType::Interface(one)) => {
            Many(one.implements_interfaces.iter().filter_map(|one| named(types, one)).collect())
        }
        ("possibleTypes", ExtendedType::Interface(_) | ExtendedType::Union(_)) => {
            let objects = types.possible(ty.name());
            Many(types.names(&objects).filter_map(|name| named(types, name)).collect())
        }
        ("enumValues", ExtendedType::Enum(options)) => {
            let known = options.values.values().map(|option| &**option);
            let known = known.filter(|option| all || !is_deprecated(&option.directives));
            Many(known.map(|option| Element::Option(option)).collect())
        }
        ("inputFields", ExtendedType::InputObject(input)) => {
            inputs(input.fields.values().map(|field| &***field), all)
        }
        ("isOneOf", ExtendedType::InputObject(input)) => {
            Plain(input.directives.has("oneOf").into())
        }
        _ => nothing(),
    }
}

fn kind(ty: &ExtendedType) -> &'static str {
    match ty {
        ExtendedType::Scalar(_) => "SCALAR",
        ExtendedType::Object(_) => "OBJECT",
        ExtendedType::Interface(_) => "INTERFACE",
        ExtendedType::Union(_) => "UNION",
        ExtendedType::Enum(_) => "ENUM",
        ExtendedType::InputObject(_) => "INPUT_OBJECT",
    }
}

fn of_wrapped<'a>(types: &'a Types, ty: &Type, name: &str) -> FieldValue<'a> {
    match (name, ty) {
        ("kind", Type::List(_)) => Plain(Value::Enum(async_graphql::Name::new("LIST"))),
        ("kind", _) => Plain(Value::Enum(async_graphql::Name::new("NON_NULL"))),
        ("ofType", Type::List(item)) => One(referred(types, item)),
        ("ofType", Type::NonNullNamed(_) | Type::NonNullList(_)) => {
            One(referred(types, &ty.clone().nullable()))
        }
        _ => nothing(),
    }
}

fn of_field<'a>(
    types: &'a Types,
    field: &'a FieldDefinition,
    name: &str,
    all: bool,
) -> FieldValue<'a> {
    match name {
        "name" => text(&field.name),
        "type" => One(referred(types, &field.ty)),
        "args" => inputs(field.arguments.iter().map(|argument| &**argument), all),
        name => described(field.description.as_ref(), &field.directives, name),
    }
}

fn of_input<'a>(types: &'a Types, input: &InputValueDefinition, name: &str) -> FieldValue<'a> {
    match name {
        "name" => text(&input.name),
        "type" => One(referred(types, &input.ty)),
        "defaultValue" => {
            let default = input.default_value.as_ref();
            let written = default.map(|value| value.serialize().no_indent().to_string());
            maybe(written.as_deref())
        }
        name => described(input.description.as_ref(), &input.directives, name),
    }
}

fn of_directive<'a>(directive: &'a DirectiveDefinition, name: &str, all: bool) -> FieldValue<'a> {
    match name {
        "name" => text(&directive.name),
        "description" => maybe(directive.description.as_deref()),
        "isRepeatable" => Plain(directive.repeatable.into()),
        "isDeprecated" => Plain(false.into()),
        "locations" => {
            let names =
                directive.locations.iter().map(|place| async_graphql::Name::new(place.name()));
            Plain(Value::List(names.map(Value::Enum).collect()))
        }
        "args" => inputs(directive.arguments.iter().map(|argument| &**argument), all),
        _ => nothing(),
    }
}

/// What everything has that can be described and deprecated.
fn described<'a>(
    text: Option<&Node<str>>,
    directives: &DirectiveList,
    name: &str,
) -> FieldValue<'a> {
    let deprecated = directives.get("deprecated");
    match name {
        "description" => maybe(text.map(|text| &**text)),
        "isDeprecated" => Plain(deprecated.is_some().into()),
        "deprecationReason" => {
            let reason = deprecated.map(|one| {
                let given = one.specified_argument_by_name("reason");
                given.and_then(|reason| reason.as_str()).unwrap_or("No longer supported")
            });
            maybe(reason)
        }
        _ => nothing(),
    }
}

fn is_deprecated(directives: &DirectiveList) -> bool {
    directives.has("deprecated")
}

fn fields<'a>(
    fields: impl Iterator<Item = &'a Node<FieldDefinition>>,
    all: bool,
) -> FieldValue<'a> {
    let listed = fields.filter(|field| all || !is_deprecated(&field.directives));
    Many(listed.map(|field| Element::Field(field)).collect())
}

fn inputs<'a>(known: impl Iterator<Item = &'a InputValueDefinition>, all: bool) -> FieldValue<'a> {
    let listed = known.filter(|input| all || !is_deprecated(&input.directives));
    Many(listed.map(Element::Input).collect())
}

/// A type by its name.
pub(super) fn named<'a>(types: &'a Types, name: &str) -> Option<Element<'a>> {
    types.schema.types.get(name).map(Element::Named)
}

fn referred<'a>(types: &'a Types, ty: &Type) -> Option<Element<'a>> {
    match ty {
        Type::Named(name) => named(types, name),
        wrapped => Some(Element::Wrapped(wrapped.clone())),
    }
}

fn text<'a>(text: &str) -> FieldValue<'a> {
    Plain(text.into())
}

fn maybe<'a>(text: Option<&str>) -> FieldValue<'a> {
    Plain(text.map_or(Value::Null, Value::from))
}

fn nothing<'a>() -> FieldValue<'a> {
    Plain(Value::Null)
}
