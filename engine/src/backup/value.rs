//! Values of rows as JSON, and back: the same for either database.

use base64::{Engine, engine::general_purpose::STANDARD};
use entity::Timestamp;
use sea_orm::{DbErr, QueryResult, TryGetable, Value as Bound, prelude::Date};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Fault, damaged};
use crate::catalogue::{Column, Kind};

/// The value of a column of a row.
pub(super) fn read(row: &QueryResult, column: &Column) -> Result<Value, DbErr> {
    let name = &column.name;
    Ok(match column.kind {
        Kind::Uuid => json!(get::<Uuid>(row, name)?),
        Kind::Text => json!(get::<String>(row, name)?),
        Kind::Integer => json!(get::<i64>(row, name)?),
        Kind::Flag => json!(get::<bool>(row, name)?),
        Kind::Moment => json!(get::<Timestamp>(row, name)?),
        Kind::Day => json!(get::<Date>(row, name)?),
        Kind::Json => json!(get::<String>(row, name)?.map(|text| tidied(&text))),
        Kind::Bytes => json!(get::<Vec<u8>>(row, name)?.map(|bytes| STANDARD.encode(bytes))),
    })
}

fn get<T: TryGetable>(row: &QueryResult, name: &str) -> Result<Option<T>, DbErr> {
    row.try_get("", name)
}

/// JSON as the program writes it; PostgreSQL puts white space into it.
fn tidied(text: &str) -> String {
    serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |json| json.to_string())
}

/// A value as it is bound to a statement.
pub(super) fn bound(value: Value, column: &Column) -> Result<Bound, Fault> {
    let wrong = |_| damaged(format!("a value of {} is none of its kind", column.name));
    let from = |value| match column.kind {
        Kind::Uuid => parsed::<Uuid>(value).map(Bound::from),
        Kind::Text | Kind::Json => parsed::<String>(value).map(Bound::from),
        Kind::Integer => parsed::<i64>(value).map(Bound::from),
        Kind::Flag => parsed::<bool>(value).map(Bound::from),
        Kind::Moment => parsed::<Timestamp>(value).map(Bound::from),
        Kind::Day => parsed::<Date>(value).map(Bound::from),
        Kind::Bytes => bytes(value).map(Bound::from),
    };
    from(value).map_err(wrong)
}

fn parsed<T: serde::de::DeserializeOwned>(value: Value) -> Result<Option<T>, serde_json::Error> {
    serde_json::from_value(value)
}

fn bytes(value: Value) -> Result<Option<Vec<u8>>, serde_json::Error> {
    let text: Option<String> = serde_json::from_value(value)?;
    let decode = |text| STANDARD.decode(text).map_err(serde::de::Error::custom);
    text.map(decode).transpose()
}
