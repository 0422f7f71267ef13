//! Values written in a document, as the library takes them.

use apollo_compiler::{Node, executable::Value as Written};
use async_graphql::{Name, ServerError, Value as Constant};
use async_graphql_value::Value;

use super::{fault::invalid, position::Lines};

/// The value; an error for a number that no computer holds.
pub(crate) fn value(written: &Node<Written>, lines: &Lines<'_>) -> Result<Value, ServerError> {
    Ok(match &**written {
        Written::Null => Value::Null,
        Written::Enum(name) => Value::Enum(Name::new(name)),
        Written::Variable(name) => Value::Variable(Name::new(name)),
        Written::String(text) => Value::String(text.clone()),
        Written::Boolean(value) => Value::Boolean(*value),
        Written::Int(number) => Value::Number(self::number(number.as_str(), written, lines)?),
        Written::Float(number) => Value::Number(self::number(number.as_str(), written, lines)?),
        Written::List(items) => {
            Value::List(items.iter().map(|item| value(item, lines)).collect::<Result<_, _>>()?)
        }
        Written::Object(fields) => {
            let field = |(name, field): &(apollo_compiler::Name, Node<Written>)| {
                Ok::<_, ServerError>((Name::new(name), value(field, lines)?))
            };
            Value::Object(fields.iter().map(field).collect::<Result<_, _>>()?)
        }
    })
}

/// How many bytes it takes in memory, estimated on the high side.
pub(crate) fn size(written: &Written) -> usize {
    const NODE: usize = 128;
    NODE + match written {
        Written::String(text) => text.len(),
        Written::Enum(name) | Written::Variable(name) => name.len(),
        Written::Int(number) => number.as_str().len(),
        Written::Float(number) => number.as_str().len(),
        Written::List(items) => items.iter().map(|item| size(item)).sum(),
        Written::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + size(value)).sum()
        }
        Written::Null | Written::Boolean(_) => 0,
    }
}

/// A value without variables.
pub(crate) fn constant(
    written: &Node<Written>,
    lines: &Lines<'_>,
) -> Result<Constant, ServerError> {
    Ok(value(written, lines)?.into_const().unwrap_or_default())
}

fn number(
    text: &str,
    written: &Node<Written>,
    lines: &Lines<'_>,
) -> Result<async_graphql::Number, ServerError> {
    text.parse().map_err(|_| {
        invalid("This number is too large. Write a smaller one.", lines.of(written.location()))
    })
}
