//! A socket whose client is signed in: one loop that hears, runs and tells.

use std::collections::{HashMap, hash_map::Entry};

use async_graphql::{Executor, ServerError};
use entity::ids::TokenId;
use futures_util::{
    StreamExt,
    stream::{AbortHandle, BoxStream, SelectAll, abortable},
};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::{
    greeting::{Greeting, refused},
    operation::{self, Step},
    peer::{End, Peer},
    protocol::{ClientMessage, Close, ServerMessage},
};
use crate::{
    auth,
    event::rights::Rights,
    graphql::context::Resume,
    http::{Edge, body::Params},
};

/// The state of a socket.
pub struct Session<E> {
    edge: Edge<E>,
    token: TokenId,
    rights: Rights,
    resume: HashMap<String, String>,
    running: HashMap<String, AbortHandle>,
    steps: SelectAll<BoxStream<'static, (String, Step)>>,
    ping: Interval,
}

impl<E: Executor> Session<E> {
    /// The session of a client that has introduced itself.
    pub fn new(edge: Edge<E>, greeting: Greeting) -> Self {
        let mut ping = interval(edge.limits.ping);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            edge,
            token: greeting.session.token.id,
            rights: greeting.rights,
            resume: greeting.resume,
            running: HashMap::new(),
            steps: SelectAll::new(),
            ping,
        }
    }

    /// Runs until the end, and says how it came.
    pub async fn run(mut self, peer: &mut Peer) -> End {
        loop {
            if let Err(end) = self.turn(peer).await {
                return end;
            }
        }
    }

    async fn turn(&mut self, peer: &mut Peer) -> Result<(), End> {
        tokio::select! {
            message = peer.receive() => self.hear(peer, message?).await,
            Some((id, step)) = self.steps.next() => self.tell(peer, &id, step).await,
            () = self.rights.changed() => self.judge().await,
            _ = self.ping.tick() => peer.ping().await,
        }
    }

    async fn hear(&mut self, peer: &mut Peer, message: ClientMessage) -> Result<(), End> {
        match message {
            ClientMessage::Subscribe { id, payload } => self.start(peer, id, payload).await,
            ClientMessage::Ping { payload } => peer.send(&ServerMessage::Pong { payload }).await,
            ClientMessage::ConnectionInit { .. } => Err(Close::GREETED_TWICE.into()),
            ClientMessage::Pong {} => Ok(()),
            ClientMessage::Complete { id } => {
                self.stop(&id);
                Ok(())
            }
        }
    }

    async fn start(&mut self, peer: &mut Peer, id: String, params: Params) -> Result<(), End> {
        let full = self.running.len() >= self.edge.limits.operations;
        let Entry::Vacant(free) = self.running.entry(id.clone()) else {
            return Err(Close::DUPLICATE.into());
        };
        if full {
            let payload = vec![too_many(self.edge.limits.operations)];
            return peer.send(&ServerMessage::Error { id: &id, payload }).await;
        }
        let resume = Resume(self.resume.remove(&id));
        let steps = operation::run(self.edge.clone(), self.token, params, resume);
        let (steps, handle) = abortable(steps.map(move |step| (id.clone(), step)));
        free.insert(handle);
        self.steps.push(steps.boxed());
        Ok(())
    }

    async fn tell(&mut self, peer: &mut Peer, id: &str, step: Step) -> Result<(), End> {
        match step {
            Step::Next(payload) => peer.send(&ServerMessage::Next { id, payload }).await,
            Step::Error(payload) => {
                self.stop(id);
                peer.send(&ServerMessage::Error { id, payload }).await
            }
            Step::Complete => {
                self.stop(id);
                peer.send(&ServerMessage::Complete { id }).await
            }
            Step::Close(close) => Err(close.into()),
        }
    }

    /// Nothing more is said about this operation, and its id is free again.
    fn stop(&mut self, id: &str) {
        if let Some(handle) = self.running.remove(id) {
            handle.abort();
        }
    }

    /// A token that is worth nothing any more ends the socket (rule 17).
    async fn judge(&mut self) -> Result<(), End> {
        auth::renew(&self.edge.app, self.token).await.map_err(refused)?;
        Ok(())
    }
}

fn too_many(most: usize) -> ServerError {
    let text = format!("A socket runs {most} operations at once. Complete one, or open another.");
    let mut error = ServerError::new(text, None);
    error.extensions.get_or_insert_default().set("code", "TOO_MANY_OPERATIONS");
    error
}
