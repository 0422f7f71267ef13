//! The types of introspection as the edition of September 2025 has them: the compiler's own are of an earlier one,
//! and would refuse what tools ask for.

use apollo_compiler::{
    Node, Schema,
    ast::{Definition, Document, ObjectTypeDefinition},
    schema::{Component, ExtendedType},
};

const EDITION: &str = include_str!("edition.graphql");

/// Gives a schema what the edition adds.
pub(crate) fn complete(schema: &mut Schema) {
    let edition = Document::parse(EDITION, "edition.graphql").unwrap_or_else(|faulty| {
        tracing::error!(faults = %faulty.errors, "the types of introspection are not valid");
        faulty.partial
    });
    for definition in edition.definitions {
        match definition {
            Definition::ObjectTypeDefinition(ty) => add_fields(schema, &ty),
            Definition::DirectiveDefinition(directive) => {
                schema.directive_definitions.insert(directive.name.clone(), directive);
            }
            _ => {}
        }
    }
}

fn add_fields(schema: &mut Schema, added: &Node<ObjectTypeDefinition>) {
    let Some(ExtendedType::Object(ty)) = schema.types.get_mut(&added.name) else { return };
    let ty = ty.make_mut();
    for field in &added.fields {
        ty.fields.insert(field.name.clone(), Component::from(field.clone()));
    }
}
