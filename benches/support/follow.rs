//! Somebody who follows something, comes back wherever they are cut off, and compares what they saw with what there is.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::{Server, random};

pub const DEAL: &str = "subscription($id: ID!, $after: FeedCursor) { it: dealProgress(dealId: $id, after: $after) \
    { cursor caughtUp event { id } } }";
pub const BOARD: &str = "subscription($id: ID!, $after: FeedCursor) { it: processProgress(processId: $id, after: $after) \
    { cursor caughtUp change { ... on DealChanged { event { id } } ... on DealAppeared { event { id } } } } }";
pub const INBOX: &str = "subscription($after: FeedCursor) { it: inboxChanged(after: $after) \
    { cursor caughtUp notifications { id } } }";

/// Whoever hears nothing for so long comes back elsewhere: a server that was killed says no goodbye.
const SILENCE: Duration = Duration::from_secs(30);
/// When nothing has come to anybody for so long, nothing will.
const PATIENCE: Duration = Duration::from_secs(90);

/// The ids of the events of each deal, in order; and how many notifications everybody has got.
#[derive(Default)]
pub struct Histories {
    pub of_deals: HashMap<String, Vec<String>>,
    pub notifications: usize,
}

pub type Goal = Option<Arc<Histories>>;

/// What followers have in common.
pub struct Crowd {
    pub addresses: Arc<Mutex<Vec<String>>>,
    /// A permit for each follower that is live for the first time.
    pub live: Semaphore,
    /// How many items came, to whomever.
    pub arrived: AtomicUsize,
    /// How many sockets their clients tore.
    pub torn: AtomicUsize,
    /// How many ended otherwise, by why.
    pub ended: Mutex<BTreeMap<String, usize>>,
    /// How many items a socket brings at most before its client tears it.
    pub items: f64,
}

impl Crowd {
    pub fn new(addresses: Arc<Mutex<Vec<String>>>, items: f64) -> Arc<Self> {
        let (live, ended) = (Semaphore::new(0), Mutex::default());
        let (arrived, torn) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(Self { addresses, live, arrived, torn, ended, items })
    }

    /// Waits until all these have seen everything, as long as anything comes to anybody.
    pub async fn wait(&self, mut followers: JoinSet<()>) {
        let mut arrived = self.arrived.load(Ordering::SeqCst);
        loop {
            match timeout(PATIENCE, followers.join_next()).await {
                Ok(None) => return,
                Ok(Some(ended)) => ended.unwrap(),
                Err(_) => {
                    let before =
                        std::mem::replace(&mut arrived, self.arrived.load(Ordering::SeqCst));
                    let (left, endings) = (followers.len(), self.endings());
                    assert!(
                        before < arrived,
                        "{left} wait for what does not come; endings: {endings}"
                    );
                }
            }
        }
    }

    /// A socket ended for this reason.
    fn note<T>(&self, why: impl ToString) -> Option<T> {
        *self.ended.lock().unwrap().entry(why.to_string()).or_default() += 1;
        None
    }

    /// How many sockets ended that nobody tore, and why.
    pub fn endings(&self) -> String {
        let ended = self.ended.lock().unwrap();
        let each: Vec<_> = ended.iter().map(|(why, count)| format!("{count} ({why})")).collect();
        if each.is_empty() { "none".to_owned() } else { each.join(", ") }
    }

    fn address(&self, attempt: usize) -> String {
        let addresses = self.addresses.lock().unwrap();
        addresses[attempt % addresses.len()].clone()
    }
}

/// The ids of all events of a deal.
pub async fn history(server: &Server, deal: &str) -> Vec<String> {
    let document = "query($id: ID!, $after: Cursor) { deal(id: $id) { events(first: 100, after: $after) \
        { nodes { id } pageInfo { hasNextPage endCursor } } } }";
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    loop {
        let mut page = server.query(document, json!({ "id": deal, "after": after })).await;
        let page = page["deal"]["events"].take();
        let nodes = page["nodes"].as_array().unwrap();
        ids.extend(nodes.iter().map(|event| event["id"].as_str().unwrap().to_owned()));
        if page["pageInfo"]["hasNextPage"] != true {
            return ids;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Somebody who follows something.
pub struct Follower {
    document: &'static str,
    /// The deal, or the process.
    id: String,
    secret: String,
    first: usize,
    cursor: Option<String>,
    /// The ids of what came.
    seen: Vec<String>,
    was_live: bool,
    goals: watch::Receiver<Goal>,
}

impl Follower {
    /// Who follows this, first at the server of this number.
    pub fn new(
        (document, id): (&'static str, &str),
        secret: &str,
        first: usize,
        goals: &watch::Receiver<Goal>,
    ) -> Self {
        let (id, secret, seen) = (id.to_owned(), secret.to_owned(), Vec::new());
        let goals = goals.clone();
        Self { document, id, secret, first, cursor: None, seen, was_live: false, goals }
    }

    /// Follows until all came, cut off again and again.
    pub async fn follow(mut self, crowd: Arc<Crowd>) {
        for attempt in self.first.. {
            if self.once(&crowd, attempt).await.is_some() {
                return self.compare();
            }
        }
    }

    /// Follows with one socket; none if it was torn.
    async fn once(&mut self, crowd: &Crowd, attempt: usize) -> Option<()> {
        let Some(mut socket) = self.open(&crowd.address(attempt)).await else {
            sleep(Duration::from_millis(20)).await;
            return None;
        };
        self.read(&mut socket, crowd).await
    }

    async fn read(&mut self, socket: &mut Socket, crowd: &Crowd) -> Option<()> {
        let items = 1 + (crowd.items * random()) as usize;
        for _ in 0..items {
            while !self.was_live || !self.has_all() {
                let mut goals = self.goals.clone();
                let message = tokio::select! {
                    message = timeout(SILENCE, socket.next()) => match message {
                        Err(_) => return crowd.note("silence"),
                        Ok(None) => return crowd.note("its end"),
                        Ok(Some(Err(error))) => return crowd.note(error),
                        Ok(Some(Ok(message))) => message,
                    },
                    _ = goals.changed() => {
                        self.goals = goals;
                        continue;
                    }
                };
                if self.take(&message, crowd)? {
                    break;
                }
            }
            if self.was_live && self.has_all() {
                return Some(());
            }
        }
        crowd.torn.fetch_add(1, Ordering::SeqCst);
        None
    }

    async fn open(&self, address: &str) -> Option<Socket> {
        let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
        let protocol = "graphql-transport-ws".parse().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let (mut socket, _) = connect_async(request).await.ok()?;
        let who = json!({ "type": "connection_init",
            "payload": { "Authorization": format!("Bearer {}", self.secret) } });
        let mut variables = json!({ "after": self.cursor });
        if self.document != INBOX {
            variables["id"] = json!(self.id);
        }
        let what = json!({ "type": "subscribe", "id": "1",
            "payload": { "query": self.document, "variables": variables } });
        socket.send(Message::text(who.to_string())).await.ok()?;
        acknowledged(&mut socket).await?;
        socket.send(Message::text(what.to_string())).await.ok()?;
        Some(socket)
    }

    /// Whether a message is an item; none if it ends the socket.
    fn take(&mut self, message: &Message, crowd: &Crowd) -> Option<bool> {
        let message: Value = match message {
            Message::Text(text) => serde_json::from_str(text).unwrap(),
            Message::Close(Some(frame)) => return crowd.note(&frame.reason),
            Message::Close(None) => return crowd.note("closed"),
            _ => return Some(false),
        };
        if message["type"] == "error" {
            // Only of a database that is away; nothing is lost by it.
            let code = &message["payload"][0]["extensions"]["code"];
            assert!(code == "SERVICE_UNAVAILABLE" || code == "TIMEOUT", "{message:#}");
            return crowd.note(code);
        }
        if message["type"] == "complete" {
            return crowd.note("complete");
        }
        if message["type"] != "next" {
            return Some(false);
        }
        assert!(message["payload"].get("errors").is_none(), "{message:#}");
        let item = &message["payload"]["data"]["it"];
        crowd.arrived.fetch_add(1, Ordering::SeqCst);
        self.cursor = Some(item["cursor"].as_str().unwrap().to_owned());
        let events = [&item["event"]["id"], &item["change"]["event"]["id"]];
        let told = item["notifications"].as_array().into_iter().flatten().map(|one| &one["id"]);
        let ids = events.into_iter().chain(told).filter_map(Value::as_str);
        self.seen.extend(ids.map(str::to_owned));
        if !self.was_live && item["caughtUp"] == true {
            self.was_live = true;
            crowd.live.add_permits(1);
        }
        Some(true)
    }

    fn has_all(&self) -> bool {
        let goal = self.goals.borrow();
        goal.as_ref().is_some_and(|goal| self.seen.len() >= self.expected(goal))
    }

    fn expected(&self, goal: &Histories) -> usize {
        match self.document {
            DEAL => goal.of_deals[&self.id].len(),
            BOARD => goal.of_deals.values().map(Vec::len).sum(),
            _ => goal.notifications,
        }
    }

    /// What came is what there is, once and in the order of each deal.
    fn compare(&self) {
        let goal = self.goals.borrow();
        let goal = goal.as_ref().unwrap();
        let once: HashSet<_> = self.seen.iter().collect();
        assert_eq!(once.len(), self.seen.len(), "something came twice");
        assert_eq!(self.seen.len(), self.expected(goal));
        let deals = goal.of_deals.iter();
        for (_, history) in deals.filter(|(id, _)| self.document == BOARD || **id == self.id) {
            let own: HashSet<_> = history.iter().collect();
            let seen: Vec<_> = self.seen.iter().filter(|id| own.contains(id)).collect();
            if self.document != INBOX {
                assert_eq!(seen, history.iter().collect::<Vec<_>>());
            }
        }
    }
}

/// Waits until the server knows who it is; none where it says no, or goes away.
async fn acknowledged(socket: &mut Socket) -> Option<()> {
    let heard = timeout(SILENCE, socket.next()).await;
    let Message::Text(text) = heard.ok()??.ok()? else { return None };
    text.contains("connection_ack").then_some(())
}
