//! The scalars, each with the document that specifies it. The front door checks their values too: nothing runs with
//! a wrong one.

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, OutputType, Positioned,
    Scalar, ScalarType, ServerResult, Value, parser::types::Field, registry::Registry,
};
use chrono::{DateTime as Chrono, Datelike, NaiveDate, SecondsFormat};
use engine::{clock::to_millis, page::RowPosition};
use entity::Timestamp;

/// A moment in time, as RFC 3339 writes it, in UTC to the millisecond: `2026-11-23T09:30:00.000Z`.
/// Any offset is accepted as input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateTime(pub Timestamp);

/// A day of the calendar, as RFC 3339 writes it: `2026-11-23`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date(pub NaiveDate);

/// A decimal number as a string, because money is never a float: `"1999.90"`. Integers are accepted
/// as input too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal(pub rust_decimal::Decimal);

/// A currency by its code in ISO 4217: three capital letters, such as `EUR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CurrencyCode(pub String);

/// A place in a list, for `after` and `before`. It means nothing outside the list and the order it
/// came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor(pub String);

/// A place in the event log: subscribe `after` it and nothing falls between. It survives restarts of
/// the server and is good on every server of the same database. The same place never looks the same twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FeedCursor(pub String);

type Read<T> = Result<T, &'static str>;

/// What is wrong with a value of this scalar: the front door says so before anything runs. Other scalars are the
/// library's.
pub(crate) fn check(name: &str, value: &Value) -> Read<()> {
    match name {
        "DateTime" => date_time(value).map(drop),
        "Date" => date(value).map(drop),
        "Decimal" => decimal(value).map(drop),
        "CurrencyCode" => text(value, A_CURRENCY_CODE).map(drop),
        "Cursor" => text(value, A_CURSOR).map(drop),
        "FeedCursor" => text(value, A_FEED_CURSOR).map(drop),
        _ => Ok(()),
    }
}

const A_CURRENCY_CODE: &str = "A CurrencyCode is a string such as \"EUR\".";
const A_CURSOR: &str = "A Cursor is a string that a list gave.";
const A_FEED_CURSOR: &str = "A FeedCursor is a string that feedCursor or a subscription gave.";

fn text(value: &Value, what: &'static str) -> Read<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        _ => Err(what),
    }
}

fn date_time(value: &Value) -> Read<DateTime> {
    let what = "A DateTime is a string such as \"2026-11-23T09:30:00Z\".";
    let at = Chrono::parse_from_rfc3339(&text(value, what)?).map_err(|_| what)?;
    Ok(DateTime(to_millis(at.into())))
}

fn date(value: &Value) -> Read<Date> {
    let what = "A Date is a string such as \"2026-11-23\".";
    let text = text(value, what)?;
    let day = text.parse().ok().filter(|_| text.len() == "2026-11-23".len());
    day.filter(|day: &NaiveDate| day.year() >= 1).map(Date).ok_or(what)
}

fn decimal(value: &Value) -> Read<Decimal> {
    let what = "A Decimal is a string such as \"1999.90\", never a float.";
    let text = match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        value => text(value, what)?,
    };
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    match rust_decimal::Decimal::from_str_exact(&text) {
        Ok(number) if text.bytes().all(plain) => Ok(Decimal(number)),
        _ => Err("A Decimal looks like \"1999.90\" and has at most 28 digits."),
    }
}

fn read<T: InputType>(found: Read<T>) -> InputValueResult<T> {
    found.map_err(InputValueError::custom)
}

/// A moment in time, as RFC 3339 writes it, in UTC to the millisecond: `2026-11-23T09:30:00.000Z`.
/// Any offset is accepted as input.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(date_time(&value))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A day of the calendar, as RFC 3339 writes it: `2026-11-23`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(date(&value))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A decimal number as a string, because money is never a float: `"1999.90"`. Integers are accepted
/// as input too.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(decimal(&value))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A currency by its code in ISO 4217: three capital letters, such as `EUR`.
#[Scalar(specified_by_url = "https://www.iso.org/iso-4217-currency-codes.html")]
impl ScalarType for CurrencyCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(text(&value, A_CURRENCY_CODE).map(Self))
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
        read(text(&value, A_CURSOR).map(Self))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A place in the event log: subscribe `after` it and nothing falls between. It survives restarts of
/// the server and is good on every server of the same database. The same place never looks the same twice.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc4648#section-5")]
impl ScalarType for FeedCursor {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(text(&value, A_FEED_CURSOR).map(Self))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// The cursor of a row, which is made when it is asked for.
#[derive(Clone, Debug)]
pub(crate) struct PlaceCursor(RowPosition);

impl From<RowPosition> for PlaceCursor {
    fn from(place: RowPosition) -> Self {
        Self(place)
    }
}

impl OutputType for PlaceCursor {
    fn type_name() -> Cow<'static, str> {
        <Cursor as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Cursor as OutputType>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        _: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        Ok(Value::String(self.0.cursor()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_and_no_number_makes_a_scalar_panic(text in ".*", number in any::<f64>(), whole in any::<i64>()) {
            for name in ["DateTime", "Date", "Decimal", "CurrencyCode", "Cursor", "FeedCursor", "Other"] {
                for value in [Value::from(text.as_str()), number.into(), whole.into(), Value::Null] {
                    prop_assert_ne!(check(name, &value), Err(""));
                }
            }
        }

        #[test]
        fn what_looks_like_a_scalar_makes_none_panic(text in "[-+0-9.:TZ]{0,40}") {
            for name in ["DateTime", "Date", "Decimal"] {
                prop_assert_ne!(check(name, &Value::from(text.as_str())), Err(""));
            }
        }
    }
}
