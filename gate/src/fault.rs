//! What apollo-compiler says about a document, as GraphQL errors: one plain line each.

use apollo_compiler::{diagnostic::ToCliReport, schema::ExtendedType, validation::DiagnosticList};
use async_graphql::ServerError;

use super::{
    position::Lines,
    suggestion::{did_you_mean, one_of},
    types::Types,
    wording::{LONGEST_QUOTE, of_compiler, of_parser, shortened},
};
use crate::error::{MOST_ERRORS, code, request_error};

/// What the compiler says of a field that the schema does not have.
const UNKNOWN_FIELD: &str = "does not have a field";
/// What it says of an object that is asked for nothing.
const EMPTY: &str = "must have a subselection set";

/// The first thing that cannot be parsed: what follows it is mostly noise.
pub(crate) fn of_syntax(found: &DiagnosticList, lines: &Lines<'_>) -> Vec<ServerError> {
    let error = |message: &str, place| request_error(code::GRAPHQL_PARSE_FAILED, message, place);
    let Some(first) = found.iter().next() else {
        return vec![error("Syntax error.", None)];
    };
    let message = first.error.to_string();
    let text = message.strip_prefix("syntax error: ").unwrap_or(&message);
    let place = lines.of(first.error.location());
    vec![error(&format!("Syntax error: {}", sentence(&of_parser(text))), Some(place))]
}

/// A name at this place says nothing: its value is missing.
pub(crate) fn without_value(at: usize, lines: &Lines<'_>) -> ServerError {
    let rest = lines.text().get(at..).unwrap_or_default();
    let end = rest.find(|char: char| !char.is_ascii_alphanumeric() && char != '_');
    let name = shortened(&rest[..end.unwrap_or(rest.len())], LONGEST_QUOTE);
    let message = format!("Syntax error: After `{name}` a colon and a value are expected.");
    request_error(code::GRAPHQL_PARSE_FAILED, message, Some(lines.at(at)))
}

/// Everything about which the document and the schema disagree.
pub(crate) fn of_validation(
    found: &DiagnosticList,
    lines: &Lines<'_>,
    types: Option<&Types>,
) -> Vec<ServerError> {
    // One by one: there may be very many, and only the first are told.
    let messages = || found.iter().map(|one| (one.error.to_string(), one));
    let unknown = messages().any(|(message, _)| message.contains(UNKNOWN_FIELD));
    // The compiler leaves unknown fields out and then misses them where nothing else is left.
    let said = messages().filter(|(message, _)| !(unknown && message.ends_with(EMPTY)));
    let errors = said.take(MOST_ERRORS).map(|(message, one)| {
        let hint = types.map(|types| hint(&message, types)).unwrap_or_default();
        let message = format!("{}{hint}", sentence(of_compiler(&message)));
        invalid(message, lines.of(one.error.location()))
    });
    errors.collect()
}

/// The document disagrees with the schema here.
pub(crate) fn invalid(message: impl Into<String>, place: async_graphql::Pos) -> ServerError {
    request_error(code::GRAPHQL_VALIDATION_FAILED, message, Some(place))
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}

/// The names that may have been meant. The compiler tells what is unknown, and where, between backticks.
fn hint(message: &str, types: &Types) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (Some(first), second) = (quoted.next(), quoted.next().unwrap_or_default()) else {
        return String::new();
    };
    if message.starts_with("type ") && message.contains(UNKNOWN_FIELD) {
        return did_you_mean(second, fields(types, first));
    }
    if message.starts_with("the argument ") && message.contains("is not supported") {
        return did_you_mean(first, arguments(types, second));
    }
    if message.starts_with("value ") {
        return one_of(first, members(types, second));
    }
    if message.starts_with("field ") {
        return did_you_mean(first, members(types, second));
    }
    if message.starts_with("cannot find type ") {
        return did_you_mean(first, types.schema.types.keys().map(|name| name.as_str()));
    }
    String::new()
}

fn fields<'a>(types: &'a Types, name: &str) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    match types.schema.types.get(name) {
        Some(ExtendedType::Object(ty)) => Box::new(ty.fields.keys().map(|name| name.as_str())),
        Some(ExtendedType::Interface(ty)) => Box::new(ty.fields.keys().map(|name| name.as_str())),
        _ => Box::new(std::iter::empty()),
    }
}

fn arguments<'a>(types: &'a Types, coordinate: &str) -> impl Iterator<Item = &'a str> {
    let (parent, field) = coordinate.split_once('.').unwrap_or_default();
    let field = types.schema.type_field(parent, field).ok();
    field.into_iter().flat_map(|field| field.arguments.iter().map(|one| one.name.as_str()))
}

fn members<'a>(types: &'a Types, name: &str) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    match types.schema.types.get(name) {
        Some(ExtendedType::Enum(ty)) => Box::new(ty.values.keys().map(|name| name.as_str())),
        Some(ExtendedType::InputObject(ty)) => Box::new(ty.fields.keys().map(|name| name.as_str())),
        _ => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Asked, Contract, Door, Settings};

    const SDL: &str =
        "type Query { twice(n: Int): Int cat(by: By): Cat paint(colour: Colour): Int }
        type Cat { name: String }
        enum Colour { RED BLUE }
        input By { name: String }";

    fn messages(document: &str) -> Vec<String> {
        let contract = Contract { sdl: SDL, page: 20, check_scalar: |_, _| Ok(()) };
        let asked = Asked { query: Some(document.to_owned()), ..Asked::default() };
        let errors = Door::new(contract, Settings::default()).plan(&asked).unwrap_err();
        errors.into_iter().map(|error| error.message).collect()
    }

    /// The compiler has no kinds of errors that it tells: each is known by its text, which a new version may change.
    #[test]
    fn what_the_compiler_says_is_known_by_its_text() {
        for (document, expected) in [
            ("{ twicee }", "Type `Query` does not have a field `twicee`. Did you mean `twice`?"),
            (
                "{ twice(m: 1) }",
                "The argument `m` is not supported by `Query.twice`. Did you mean `n`?",
            ),
            (
                "{ paint(colour: BLU) }",
                "Value `BLU` does not exist on `Colour`. Say one of `RED`, `BLUE`.",
            ),
            (
                r#"{ cat(by: { nam: "Tom" }) { name } }"#,
                "Field `nam` does not exist on `By`. Did you mean `name`?",
            ),
            (
                "query($by: Byy) { cat(by: $by) { name } }",
                "Cannot find type `Byy` in this document. Did you mean `By`?",
            ),
            (
                "{ cat }",
                "This field has fields of its own: say which of them, between `{` and `}`.",
            ),
            (
                "{ twice(n: 99999999999) }",
                "An Int is a whole number between -2147483648 and 2147483647.",
            ),
            (
                "{ twice @skip(if: true) @skip(if: true) }",
                "A directive of this name can stand here once only.",
            ),
        ] {
            assert!(messages(document).contains(&expected.to_owned()), "{:#?}", messages(document));
        }
    }

    #[test]
    fn an_object_whose_only_field_is_unknown_is_not_told_to_lack_fields_too() {
        assert_eq!(
            messages("{ cat { nam } }"),
            ["Type `Cat` does not have a field `nam`. Did you mean `name`?"]
        );
    }
}
