//! What is driven: the API of a server, and what one would write instead.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::{
    drive::Subject,
    http::{Connection, Request},
    operation::{self, Operation, Requests},
    server::{Result, Server},
};

/// One kind of request to a server.
pub struct Api<'a> {
    /// The server.
    pub server: &'a Server,
    /// What makes requests.
    pub requests: &'a Requests<'a>,
    /// Which kind.
    pub operation: Operation,
}

impl Subject for Api<'_> {
    type Asker = Connection;

    fn asker(&self) -> BoxFuture<'_, Result<Connection>> {
        Box::pin(self.server.connection())
    }

    fn ask<'a>(&'a self, asker: &'a mut Connection) -> BoxFuture<'a, Result<Option<Bytes>>> {
        Box::pin(async move {
            let Some(request) = self.requests.next(self.operation) else { return Ok(None) };
            asker.send(request).await.map(Some)
        })
    }

    fn check(&self, body: &[u8]) -> std::result::Result<(), String> {
        operation::check(self.operation, body)
    }
}

/// How it is asked.
#[derive(Clone, Copy)]
enum Way {
    /// A path of an axum handler.
    Path(&'static str),
    /// A document for async-graphql's stock service.
    Document(&'static str),
}

/// What one would write instead.
pub struct ByHand {
    /// What tables call it.
    pub name: &'static str,
    address: SocketAddr,
    way: Way,
    next: AtomicUsize,
}

/// All of it.
pub fn by_hand(address: SocketAddr) -> Vec<ByHand> {
    let all = [
        ("Q1 baseline: static bytes", Way::Path("/static?size=12600&number=")),
        ("Q1 baseline: SQL by hand", Way::Path("/process?number=")),
        (
            "Q1 baseline: async-graphql by hand",
            Way::Document(
                "query($number: Int!) { process(number: $number) { id name description stages { id name hint actions { id name hint weight mandatory } } } }",
            ),
        ),
        ("Q2 baseline: SQL by hand", Way::Path("/board?number=")),
        (
            "Q2 baseline: async-graphql by hand",
            Way::Document(
                "query($number: Int!) { board(number: $number) { id title value percent done { actionId } } }",
            ),
        ),
        ("Q3 baseline: SQL by hand", Way::Path("/deal?number=")),
        (
            "Q3 baseline: async-graphql by hand",
            Way::Document(
                "query($number: Int!) { deal(number: $number) { deal { id title value percent done { actionId doneAt performer note } } process { id name description stages { id name hint actions { id name hint weight mandatory } } } } }",
            ),
        ),
        ("M1 baseline: a durable commit of one row", Way::Path("/commit?number=")),
        (
            "M1 baseline: async-graphql by hand",
            Way::Document(
                "mutation($number: Int!) { complete(number: $number, note: \"called, and agreed on the next step\") }",
            ),
        ),
    ];
    let make = |(name, way)| ByHand { name, address, way, next: AtomicUsize::new(1) };
    all.into_iter().map(make).collect()
}

impl Subject for ByHand {
    type Asker = Connection;

    fn asker(&self) -> BoxFuture<'_, Result<Connection>> {
        Box::pin(Connection::open(self.address))
    }

    fn ask<'a>(&'a self, asker: &'a mut Connection) -> BoxFuture<'a, Result<Option<Bytes>>> {
        Box::pin(async move {
            // a step that meets every row, in an order that no cache likes
            let number = self.next.fetch_add(1, Ordering::Relaxed) * 7919 % 1_000_003;
            match self.way {
                Way::Path(path) => asker.get(&format!("{path}{number}")).await.map(Some),
                Way::Document(query) => {
                    let body =
                        json!({ "query": query, "variables": { "number": number } }).to_string();
                    asker.send(Request { token: String::new(), body }).await.map(Some)
                }
            }
        })
    }

    fn check(&self, body: &[u8]) -> std::result::Result<(), String> {
        let text = String::from_utf8_lossy(body);
        if text.contains("\"errors\"") || text.len() < 4 { Err(text.into_owned()) } else { Ok(()) }
    }
}
