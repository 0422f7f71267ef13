//! Lists that grow, read page by page: a cursor holds the sort keys of a row, so a page stays where it
//! is while rows come and go around it.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{Datelike, NaiveDate};
use entity::Timestamp;
use sea_orm::{
    Condition, DbBackend, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait, Select, Statement,
    sea_query::{Alias, Expr, Func, LikeExpr, Order, Query, Value, WindowStatement},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Rows of a page when nothing is said.
pub const DEFAULT: usize = 20;
/// Rows of a page at most.
pub const MAX: usize = 100;

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// How many rows.
    pub limit: usize,
    /// Whether they are taken from the end: `last` and `before` instead of `first` and `after`.
    pub backward: bool,
    /// The cursor of the row next to the page.
    pub cursor: Option<String>,
}

impl Default for Request {
    fn default() -> Self {
        Self { limit: DEFAULT, backward: false, cursor: None }
    }
}

/// Where a row is in its list. What clients get of it, a cursor, is made when it is asked for.
#[derive(Clone, Debug)]
pub struct RowPosition {
    order: Arc<str>,
    keys: Vec<KeyValue>,
}

/// A page of rows, each with its place.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows, in order.
    pub rows: Vec<(RowPosition, T)>,
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows come before.
    pub has_previous: bool,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), has_next: false, has_previous: false }
    }
}

impl<T> Page<T> {
    /// This page with something else in the place of each row.
    pub fn map<U>(self, map: impl Fn(T) -> U) -> Page<U> {
        let rows = self.rows.into_iter().map(|(place, row)| (place, map(row))).collect();
        Page { rows, has_next: self.has_next, has_previous: self.has_previous }
    }

    /// This page with something else in the place of each row; none if one row has no counterpart.
    pub fn try_map<U>(self, map: impl Fn(&T) -> Option<U>) -> Option<Page<U>> {
        let rows = self.rows.into_iter().map(|(cursor, row)| Some((cursor, map(&row)?)));
        let rows = rows.collect::<Option<Vec<_>>>()?;
        Some(Page { rows, has_next: self.has_next, has_previous: self.has_previous })
    }
}

/// A value to sort by, as a cursor holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum KeyValue {
    /// A number.
    #[serde(rename = "n")]
    Int(i64),
    /// A text.
    #[serde(rename = "s")]
    Text(String),
    /// A moment.
    #[serde(rename = "t")]
    Time(Timestamp),
    /// A day.
    #[serde(rename = "d")]
    Date(NaiveDate),
    /// An id.
    #[serde(rename = "u")]
    Uuid(Uuid),
}

/// One key of an order of rows of this kind.
pub struct SortKey<M> {
    /// What the cursor calls it: a cursor of another order is refused.
    pub name: &'static str,
    /// The expression to sort by; never null.
    pub expr: Expr,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// What the expression is for a row that was read.
    pub value: fn(&M) -> KeyValue,
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    #[serde(rename = "o")]
    order: String,
    #[serde(rename = "k")]
    keys: Vec<KeyValue>,
}

impl From<KeyValue> for Value {
    fn from(value: KeyValue) -> Self {
        match value {
            KeyValue::Int(number) => number.into(),
            KeyValue::Text(text) => text.into(),
            KeyValue::Time(time) => time.into(),
            KeyValue::Date(day) => day.into(),
            KeyValue::Uuid(uuid) => uuid.into(),
        }
    }
}

/// The query for one page: beside the cursor, in order, and one row more to see whether there is more.
pub fn paginate<M, Q>(query: Q, keys: &[SortKey<M>], request: &Request) -> Result<Q>
where
    Q: QueryFilter + QueryOrder + QuerySelect,
{
    let mut query = query;
    if let Some(cursor) = &request.cursor {
        query = query.filter(beyond(keys, decode(keys, cursor)?, request.backward));
    }
    for key in keys {
        query = query.order_by(key.expr.clone(), direction(key.descending != request.backward));
    }
    Ok(query.limit(request.limit as u64 + 1))
}

/// The page from the rows that the query of [`paginate`] found.
pub fn page<M>(rows: Vec<M>, keys: &[SortKey<M>], request: &Request) -> Page<M> {
    let values = |row: &M| keys.iter().map(|key| (key.value)(row)).collect();
    let rows = rows.into_iter().map(|row| (values(&row), row)).collect();
    page_of(rows, &order_name(keys), request)
}

/// The page from rows that were read with the values of their sort keys.
pub fn page_of<T>(mut rows: Vec<(Vec<KeyValue>, T)>, order: &str, request: &Request) -> Page<T> {
    let more = rows.len() > request.limit;
    rows.truncate(request.limit);
    if request.backward {
        rows.reverse();
    }
    let beside = request.cursor.is_some();
    let (has_next, has_previous) = if request.backward { (beside, more) } else { (more, beside) };
    let order = Arc::from(order);
    let place = |keys| RowPosition { order: Arc::clone(&order), keys };
    let rows = rows.into_iter().map(|(keys, row)| (place(keys), row)).collect();
    Page { rows, has_next, has_previous }
}

/// The statement for the first page of each parent, or for the last: [`pages`] makes them of its rows.
pub fn paginate_each<E: EntityTrait>(
    (backend, query): (DbBackend, Select<E>),
    parent: E::Column,
    keys: &[SortKey<E::Model>],
    request: &Request,
) -> Statement {
    let mut window = WindowStatement::partition_by(parent);
    for key in keys {
        let direction = direction(key.descending != request.backward);
        window.order_by_expr(key.expr.clone(), direction);
    }
    let mut ranked = query.into_query();
    ranked.expr_window_as(Func::cust("ROW_NUMBER"), window, Alias::new("place"));
    let first = Query::select()
        .expr(Expr::cust("*"))
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col("place").lte(request.limit as u64 + 1))
        .order_by("place", Order::Asc)
        .take();
    backend.build(&first)
}

/// The page of each parent from the rows that the statement of [`paginate_each`] found; a parent without
/// rows is left out.
pub fn pages<M, K: Eq + Hash>(
    rows: Vec<M>,
    parent: fn(&M) -> K,
    keys: &[SortKey<M>],
    request: &Request,
) -> HashMap<K, Page<M>> {
    let mut parents: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        parents.entry(parent(&row)).or_default().push(row);
    }
    parents.into_iter().map(|(parent, rows)| (parent, page(rows, keys, request))).collect()
}

/// The page of rows that are in memory already, in the order of their ids: forward only.
pub fn of_values<M>(
    rows: impl Iterator<Item = M>,
    id: fn(&M) -> KeyValue,
    request: &Request,
) -> Result<Page<M>> {
    let keys = [SortKey { name: "id", expr: Expr::col("id"), descending: false, value: id }];
    let after = request.cursor.as_deref().map(|cursor| decode(&keys, cursor)).transpose()?;
    let is_after = |row: &M| match (id(row), after.as_deref()) {
        (KeyValue::Uuid(id), Some([KeyValue::Uuid(after)])) => id > *after,
        _ => true,
    };
    let rows = rows.filter(is_after).take(request.limit + 1).collect();
    Ok(page(rows, &keys, request))
}

/// The `LIKE` that finds a key anywhere, meant to the letter: `%` and `_` stand for themselves.
pub fn containing(key: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for character in key.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// The direction of an `ORDER BY`.
pub fn direction(descending: bool) -> Order {
    if descending { Order::Desc } else { Order::Asc }
}

/// Rows after (or before) the cursor: greater in the first key, or equal there and greater in the next, …
fn beyond<M>(keys: &[SortKey<M>], values: Vec<KeyValue>, backward: bool) -> Condition {
    let mut any = Condition::any();
    for index in 0..keys.len() {
        let mut all = Condition::all();
        for (key, value) in keys.iter().zip(&values).take(index) {
            all = all.add(key.expr.clone().eq(Value::from(value.clone())));
        }
        if let (Some(key), Some(value)) = (keys.get(index), values.get(index)) {
            let value = Value::from(value.clone());
            let less = key.descending != backward;
            let expr = key.expr.clone();
            all = all.add(if less { expr.lt(value) } else { expr.gt(value) });
        }
        any = any.add(all);
    }
    Condition::all().add_option(beginning(keys, &values, backward)).add(any)
}

/// Where an index on the first key begins: from the alternatives alone no database finds that.
fn beginning<M>(keys: &[SortKey<M>], values: &[KeyValue], backward: bool) -> Option<Expr> {
    let (key, value) = (keys.first()?, Value::from(values.first()?.clone()));
    let (expr, less) = (key.expr.clone(), key.descending != backward);
    Some(if less { expr.lte(value) } else { expr.gte(value) })
}

/// What tells an order from others.
pub fn order_name<M>(keys: &[SortKey<M>]) -> String {
    let names =
        keys.iter().map(|key| format!("{}{}", if key.descending { "-" } else { "" }, key.name));
    names.collect::<Vec<_>>().join(",")
}

impl RowPosition {
    /// The cursor of the row.
    pub fn cursor(&self) -> String {
        let cursor = Cursor { order: self.order.to_string(), keys: self.keys.clone() };
        let mut bytes = serde_json::to_vec(&cursor).unwrap_or_default();
        bytes.extend(seal(&bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// What a cursor ends with. A cursor that was made up or cut short would otherwise reach the database
/// with values that it cannot compare.
fn seal(bytes: &[u8]) -> [u8; SEAL] {
    let digest = Sha256::new_with_prefix("waypost page cursor").chain_update(bytes).finalize();
    let mut seal = [0; SEAL];
    seal.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    seal
}

const SEAL: usize = 4;

impl KeyValue {
    /// What the key of this name is for a row that has it in this column.
    pub(crate) fn read(name: &str, row: &QueryResult, column: &str) -> Result<Self, DbErr> {
        Ok(match name {
            "id" => Self::Uuid(row.try_get("", column)?),
            "created" | "updated" | "closed" | "activity" => Self::Time(row.try_get("", column)?),
            "due" => Self::Date(row.try_get("", column)?),
            "title_sort" | "name_sort" | "owner_sort" => Self::Text(row.try_get("", column)?),
            _ => Self::Int(number(row, column)?),
        })
    }
}

/// A number, however wide its column is.
fn number(row: &QueryResult, column: &str) -> Result<i64, DbErr> {
    row.try_get("", column).or_else(|_| row.try_get::<i32>("", column).map(i64::from))
}

/// Whether a value is what the key of this name is compared with: whoever forges a seal gets no further.
fn is_kind_of(name: &str, value: &KeyValue) -> bool {
    match name {
        "id" => matches!(value, KeyValue::Uuid(_)),
        "created" | "updated" | "closed" | "activity" | "recorded" => {
            matches!(value, KeyValue::Time(_))
        }
        "due" => matches!(value, KeyValue::Date(day) if (1..=9999).contains(&day.year())),
        "title_sort" | "name_sort" | "owner_sort" => {
            matches!(value, KeyValue::Text(text) if !text.contains('\0'))
        }
        _ => matches!(value, KeyValue::Int(_)),
    }
}

fn decode<M>(keys: &[SortKey<M>], text: &str) -> Result<Vec<KeyValue>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::BadCursor)?;
    let (bytes, sealed) = bytes.split_last_chunk().ok_or(Error::BadCursor)?;
    if seal(bytes) != *sealed {
        return Err(Error::BadCursor);
    }
    let cursor: Cursor = serde_json::from_slice(bytes).map_err(|_| Error::BadCursor)?;
    let kinds = keys.iter().zip(&cursor.keys).all(|(key, value)| is_kind_of(key.name, value));
    let fits = cursor.order == order_name(keys) && cursor.keys.len() == keys.len() && kinds;
    if fits { Ok(cursor.keys) } else { Err(Error::BadCursor) }
}
