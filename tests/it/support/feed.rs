//! A subscription over a real socket, read item by item; torn and resumed as clients do it.

use serde_json::{Value, json};

use super::{Client, builders::text, live::server::Client as Socket};

/// One subscription of one client.
pub struct Feed {
    socket: Socket,
    name: &'static str,
    /// The last `extensions.cursor`.
    pub cursor: String,
}

/// `processProgress` with everything that the tests look at.
pub const BOARD: &str = "subscription($id: ID!, $after: FeedCursor) {
    processProgress(processId: $id, after: $after) { cursor caughtUp change {
        __typename
        ... on DealChanged { event { id summary after { version percent } } deal { id title progress { percent } process { id } } }
        ... on DealAppeared { event { __typename id summary } deal { id title } }
        ... on DealWithdrawn { dealId }
        ... on ProcessRecalculated { dealCount version { number message } process { version stages { name } } }
    } }
}";

/// `processSaved` with everything that the tests look at.
pub const SAVED: &str = "subscription($id: ID!, $after: FeedCursor) {
    processSaved(processId: $id, after: $after) { cursor caughtUp
        version { number message author { name } } changes { __typename } process { version stages { name } } }
}";

/// `inboxChanged` with everything that the tests look at.
pub const INBOX: &str = "subscription($after: FeedCursor) {
    inboxChanged(after: $after) { cursor caughtUp
        viewer { unreadCount } notifications { id summary readAt } }
}";

impl Feed {
    /// The member's own inbox, after a cursor or from now.
    pub async fn inbox(client: &Client, after: Option<&str>) -> Self {
        Self::open(client, "inboxChanged", "", after, None).await
    }

    /// The board of a process, after a cursor or from now.
    pub async fn board(client: &Client, process: &str, after: Option<&str>) -> Self {
        Self::open(client, "processProgress", process, after, None).await
    }

    /// The saves of a process, after a cursor or from now.
    pub async fn saved(client: &Client, process: &str, after: Option<&str>) -> Self {
        Self::open(client, "processSaved", process, after, None).await
    }

    /// Opens a feed by its name, with `resume` given when connecting, which wins over `after`.
    pub async fn open(
        client: &Client,
        name: &'static str,
        process: &str,
        after: Option<&str>,
        resume: Option<&str>,
    ) -> Self {
        let address = client.app.address.to_string();
        let mut socket = Socket::connect(&address, Some("graphql-transport-ws")).await;
        let mut payload = json!({ "Authorization": format!("Bearer {}", client.secret) });
        if let Some(cursor) = resume {
            payload["resume"] = json!({ "1": cursor });
        }
        socket.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.receive().await["type"], "connection_ack");
        let query = match name {
            "processSaved" => SAVED,
            "inboxChanged" => INBOX,
            _ => BOARD,
        };
        let payload = json!({ "query": query, "variables": { "id": process, "after": after } });
        socket.send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
        Self { socket, name, cursor: String::new() }
    }

    /// The next item.
    pub async fn item(&mut self) -> Value {
        let message = self.socket.receive().await;
        assert_eq!(message["type"], "next", "{message:#}");
        let payload = &message["payload"];
        assert!(payload.get("errors").is_none(), "{payload:#}");
        self.cursor = text(&payload["extensions"]["cursor"]);
        let item = payload["data"][self.name].clone();
        assert_eq!(text(&item["cursor"]), self.cursor);
        item
    }

    /// The one item that says: from here on it is live.
    pub async fn mark(&mut self) -> String {
        let item = self.item().await;
        assert_eq!(item["caughtUp"], true, "{item:#}");
        assert!(item["change"].is_null() && item["version"].is_null(), "{item:#}");
        self.cursor.clone()
    }

    /// The next change of a board, in a word: what happened, and to which deal or by which version.
    pub async fn change(&mut self) -> String {
        brief(&self.item().await["change"])
    }

    /// Waits until nothing more can come: the token is worth nothing any more, and the server says so or
    /// closes the socket.
    pub async fn ended(&mut self) {
        match self.socket.receive_or_close().await {
            Ok(message) => {
                assert_eq!(message["type"], "error", "{message:#}");
                assert_eq!(message["payload"][0]["extensions"]["code"], "UNAUTHENTICATED");
            }
            Err(code) => assert_eq!(code, 4403),
        }
    }

    /// The code of the error that ends it.
    pub async fn code(&mut self) -> String {
        let message = self.socket.receive().await;
        assert_eq!(message["type"], "error", "{message:#}");
        text(&message["payload"][0]["extensions"]["code"])
    }
}

/// A change of a board, in a word.
pub fn brief(change: &Value) -> String {
    let subject = match change["__typename"].as_str().unwrap() {
        "DealChanged" | "DealAppeared" => text(&change["deal"]["id"]),
        "DealWithdrawn" => text(&change["dealId"]),
        "ProcessRecalculated" => change["version"]["number"].to_string(),
        other => panic!("{other}"),
    };
    format!("{} {subject}", text(&change["__typename"]))
}

/// The words for changes of a board.
pub fn changed(deal: &str) -> String {
    format!("DealChanged {deal}")
}

pub fn appeared(deal: &str) -> String {
    format!("DealAppeared {deal}")
}

pub fn withdrawn(deal: &str) -> String {
    format!("DealWithdrawn {deal}")
}

pub fn recalculated(version: i64) -> String {
    format!("ProcessRecalculated {version}")
}
