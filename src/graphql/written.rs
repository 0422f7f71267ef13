//! Values as JSON: those that are written already are taken as they are.

use async_graphql::Value;

/// Writes a value at the end of these bytes, with bytes of JSON in it where [`Value::Binary`] is: no type of ours has
/// binary values. What is written already is not read again.
pub(crate) fn write(value: &Value, bytes: &mut Vec<u8>) -> serde_json::Result<()> {
    match value {
        Value::Object(fields) => {
            let members = fields.iter();
            write_all(*b"{}", members, bytes, |(name, value), bytes| {
                serde_json::to_writer(&mut *bytes, name.as_str())?;
                bytes.push(b':');
                write(value, bytes)
            })
        }
        Value::List(items) => write_all(*b"[]", items.iter(), bytes, write),
        Value::Binary(written) => {
            bytes.extend_from_slice(written);
            Ok(())
        }
        other => serde_json::to_writer(bytes, other),
    }
}

/// Writes each of these between brackets, with commas.
fn write_all<T>(
    [open, close]: [u8; 2],
    all: impl Iterator<Item = T>,
    bytes: &mut Vec<u8>,
    one: impl Fn(T, &mut Vec<u8>) -> serde_json::Result<()>,
) -> serde_json::Result<()> {
    bytes.push(open);
    for (place, item) in all.enumerate() {
        if place > 0 {
            bytes.push(b',');
        }
        one(item, bytes)?;
    }
    bytes.push(close);
    Ok(())
}

/// About how many bytes a value takes: most of a large one is written already.
pub(crate) fn length(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + 4 + length(value)).sum()
        }
        Value::List(items) => items.iter().map(|item| length(item) + 1).sum::<usize>() + 2,
        Value::Binary(written) => written.len(),
        Value::String(text) => text.len() + 2,
        _ => 8,
    }
}

/// Whether a part of a value is written already.
pub(crate) fn is_written(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.values().any(is_written),
        Value::List(items) => items.iter().any(is_written),
        Value::Binary(_) => true,
        _ => false,
    }
}

/// The value as bytes of JSON.
pub(crate) fn to_vec(value: &Value) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length(value));
    write(value, &mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_written_as_the_library_writes_it() {
        let value = json!({ "a": [1, -2.5, null, true, "ä\"\n"], "b": {}, "c": [], "\"": { "d": [[], {}] } });
        let value = Value::from_json(value).unwrap();
        assert_eq!(to_vec(&value).unwrap(), serde_json::to_vec(&value).unwrap());
    }

    #[test]
    fn what_is_written_already_is_taken_as_it_is() {
        let written = Value::Binary(bytes::Bytes::from_static(b"{\"x\":1}"));
        let value = Value::List(vec![Value::Null, written]);
        assert!(is_written(&value) && !is_written(&Value::Null));
        assert_eq!(to_vec(&value).unwrap(), b"[null,{\"x\":1}]");
    }
}
