//! Values as JSON: those that are written already are taken as they are.

use async_graphql::Value;
use serde::{
    Serialize, Serializer,
    ser::{Error, SerializeMap, SerializeSeq},
};
use serde_json::value::RawValue;

/// A value to be written, with bytes of JSON in it where [`Value::Binary`] is: no type of ours has binary values.
pub(crate) struct Written<'a>(pub &'a Value);

/// Whether a part of a value is written already.
pub(crate) fn is_written(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.values().any(is_written),
        Value::List(items) => items.iter().any(is_written),
        Value::Binary(_) => true,
        _ => false,
    }
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, &Written(value))?;
                }
                map.end()
            }
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Written(item))?;
                }
                list.end()
            }
            Value::Binary(written) => {
                let written: &RawValue =
                    serde_json::from_slice(written).map_err(S::Error::custom)?;
                written.serialize(serializer)
            }
            other => other.serialize(serializer),
        }
    }
}
