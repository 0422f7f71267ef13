//! The scalars, each with the document that specifies it.

use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime as Chrono, SecondsFormat};
use entity::Timestamp;

use crate::{clock::to_millis, event};

/// A moment in time, as RFC 3339 writes it, in UTC to the millisecond: `2026-11-23T09:30:00.000Z`.
/// Any offset is accepted as input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// A decimal number as a string, because money is never a float: `"1999.90"`. Integers are accepted
/// as input too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal(pub rust_decimal::Decimal);

/// A currency by its code in ISO 4217: three capital letters, such as `EUR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencyCode(pub String);

/// A place in a list, for `after` and `before`. It means nothing outside the list and the order it
/// came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);

/// A place in the event log: subscribe `after` it and nothing falls between. It survives restarts of
/// the server and is good on every server of the same database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedCursor(pub String);

impl From<event::cursor::FeedCursor> for FeedCursor {
    fn from(cursor: event::cursor::FeedCursor) -> Self {
        Self(cursor.to_string())
    }
}

fn wrong<T: InputType>(text: impl Into<String>) -> InputValueError<T> {
    InputValueError::custom(text.into())
}

/// A moment in time, as RFC 3339 writes it, in UTC to the millisecond: `2026-11-23T09:30:00.000Z`.
/// Any offset is accepted as input.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = value else {
            return Err(wrong("A DateTime is a string such as 2026-11-23T09:30:00Z."));
        };
        match Chrono::parse_from_rfc3339(&text) {
            Ok(at) => Ok(Self(to_millis(at.into()))),
            Err(_) => Err(wrong("A DateTime looks like 2026-11-23T09:30:00Z.")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A decimal number as a string, because money is never a float: `"1999.90"`. Integers are accepted
/// as input too.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            _ => return Err(wrong("A Decimal is a string such as \"1999.90\", never a float.")),
        };
        let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        match rust_decimal::Decimal::from_str_exact(&text) {
            Ok(number) if text.bytes().all(plain) => Ok(Self(number)),
            _ => Err(wrong("A Decimal looks like \"1999.90\" and has at most 28 digits.")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A currency by its code in ISO 4217: three capital letters, such as `EUR`.
#[Scalar(specified_by_url = "https://www.iso.org/iso-4217-currency-codes.html")]
impl ScalarType for CurrencyCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(code) => Ok(Self(code)),
            _ => Err(wrong("A CurrencyCode is a string such as \"EUR\".")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A place in a list, for `after` and `before`. It means nothing outside the list and the order it
/// came from.
#[Scalar(specified_by_url = "https://relay.dev/graphql/connections.htm#sec-Cursor")]
impl ScalarType for Cursor {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(cursor) => Ok(Self(cursor)),
            _ => Err(wrong("A Cursor is a string that a list gave.")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A place in the event log: subscribe `after` it and nothing falls between. It survives restarts of
/// the server and is good on every server of the same database.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc4648#section-5")]
impl ScalarType for FeedCursor {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(cursor) => Ok(Self(cursor)),
            _ => Err(wrong("A FeedCursor is a string that feedCursor or a subscription gave.")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}
