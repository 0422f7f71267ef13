//! Relay connections: lists that grow, page by page.

use std::borrow::Cow;

use async_graphql::{Context, OutputType, SimpleObject, TypeName};
use domain::{language::Message, text::invalid};
use engine::{
    error::{Error, Result},
    page::{DEFAULT, MAX, Page, Request},
};

use crate::graphql::{
    context::semanticNonNull,
    scalar::{Cursor, PlaceCursor},
};

/// Where a page is in its list.
#[derive(SimpleObject)]
pub(crate) struct PageInfo {
    /// Whether more rows follow this page.
    pub has_next_page: bool,
    /// Whether rows come before this page.
    pub has_previous_page: bool,
    /// The cursor of the first row of the page: `before` it is the page before.
    pub start_cursor: Option<PlaceCursor>,
    /// The cursor of the last row of the page: `after` it is the next page.
    pub end_cursor: Option<PlaceCursor>,
}

/// A row of a list, with its place.
#[derive(SimpleObject)]
#[graphql(name_type)]
pub(crate) struct Edge<T: OutputType> {
    /// Its place in the list.
    pub cursor: PlaceCursor,
    /// The row.
    pub node: T,
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// A page of a list.
#[derive(SimpleObject)]
#[graphql(name_type)]
pub(crate) struct Connection<T: OutputType> {
    /// The rows with their places.
    pub edges: Vec<Edge<T>>,
    /// The rows.
    pub nodes: Vec<T>,
    /// Where the page is.
    pub page_info: PageInfo,
    /// How many rows the whole list has.
    #[graphql(directive = semanticNonNull::apply())]
    pub total_count: Option<u64>,
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// The page that the arguments ask for, or what is wrong with them.
pub(crate) fn request(
    first: Option<i64>,
    after: Option<Cursor>,
    last: Option<i64>,
    before: Option<Cursor>,
) -> Result<Request> {
    let backward = last.is_some() || before.is_some();
    if backward && (first.is_some() || after.is_some()) {
        return Err(wrong(Message::of("page-both-ways")));
    }
    let (size, cursor) = if backward { (last, before) } else { (first, after) };
    Ok(Request { limit: limit(size)?, backward, cursor: cursor.map(|cursor| cursor.0) })
}

fn limit(size: Option<i64>) -> Result<usize> {
    let Some(size) = size else { return Ok(DEFAULT) };
    match usize::try_from(size) {
        Ok(size) if size <= MAX => Ok(size),
        _ => Err(wrong(Message::of("page-too-long"))),
    }
}

fn wrong(reason: Message) -> Error {
    invalid(reason).into()
}

/// Whether a field of the connection was asked for: what counts all rows is read only then.
pub(crate) fn asked(context: &Context<'_>, field: &str) -> bool {
    context.look_ahead().field(field).exists()
}

/// The parts of a connection: edges, nodes and where the page is.
pub(crate) fn parts<M, T: OutputType + Clone>(
    page: Page<M>,
    object: impl Fn(M) -> T,
) -> (Vec<Edge<T>>, Vec<T>, PageInfo) {
    let (has_next_page, has_previous_page) = (page.has_next, page.has_previous);
    let edges: Vec<_> = page
        .rows
        .into_iter()
        .map(|(place, row)| Edge { cursor: place.into(), node: object(row) })
        .collect();
    let nodes = edges.iter().map(|edge| edge.node.clone()).collect();
    let start_cursor = edges.first().map(|edge| edge.cursor.clone());
    let end_cursor = edges.last().map(|edge| edge.cursor.clone());
    (edges, nodes, PageInfo { has_next_page, has_previous_page, start_cursor, end_cursor })
}

impl<T: OutputType + Clone> Connection<T> {
    /// The connection of this page.
    pub(crate) fn new<M>(page: Page<M>, total_count: Option<u64>, object: impl Fn(M) -> T) -> Self {
        let (edges, nodes, page_info) = parts(page, object);
        Self { edges, nodes, page_info, total_count }
    }
}
