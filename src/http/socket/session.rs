//! A socket whose client is signed in: one loop that hears and tells; operations run beside it.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_graphql::{Executor, ServerError};
use domain::language::Language;
use engine::auth;
use futures_util::StreamExt;
use gate::Asked;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{Semaphore, mpsc},
    task::{AbortHandle, JoinSet},
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};

use super::{
    operation::{self, Step},
    peer::{End, Peer},
    protocol::{self, ClientMessage, Close, ServerMessage},
};
use crate::{
    graphql::{
        context::Resume,
        error::{code, request_error},
    },
    http::{Edge, leaving::Leaving, live::Sink, rejection::Rejection},
    language,
    request_id::RequestId,
};

/// The state of a socket.
pub(crate) struct SocketSession<E> {
    edge: Edge<E>,
    viewer: auth::Session,
    /// What its client asks for.
    language: Language,
    resume: HashMap<String, String>,
    running: HashMap<String, Running>,
    tasks: JoinSet<()>,
    /// Of the queries and mutations that run.
    turns: Arc<Semaphore>,
    said: mpsc::Sender<Said>,
    to_tell: mpsc::Receiver<Said>,
    begun: u64,
    ping: Interval,
    /// Nothing more is begun: the server stops, and the client is to come back as soon as it has its answers.
    is_leaving: bool,
}

/// An operation that has not ended.
struct Running {
    number: u64,
    task: AbortHandle,
    /// Whether it goes on until somebody ends it.
    lasts: Arc<AtomicBool>,
}

/// What an operation has to say. Its id may be another's by the time it is told: its number is its own.
struct Said {
    id: Arc<str>,
    number: u64,
    step: Step,
}

impl<E: Executor> SocketSession<E> {
    /// The session of a client that has introduced itself.
    pub(crate) fn new(
        edge: Edge<E>,
        viewer: &auth::Session,
        language: Language,
        resume: HashMap<String, String>,
    ) -> Self {
        let period = edge.settings.sockets.ping;
        let mut ping = interval_at(Instant::now() + period, period);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // One result waits to be written, one in each subscription, and those whose turn it is: no more is kept.
        let (said, to_tell) = mpsc::channel(1);
        let (running, tasks) = (HashMap::new(), JoinSet::new());
        let turns = Arc::new(Semaphore::new(operation::ANSWERS_AT_ONCE));
        let viewer = viewer.clone();
        let (begun, is_leaving) = (0, false);
        Self {
            edge,
            viewer,
            language,
            resume,
            running,
            tasks,
            turns,
            said,
            to_tell,
            begun,
            ping,
            is_leaving,
        }
    }

    /// Runs until the end, and says how it came.
    pub(crate) async fn run<S>(mut self, peer: &mut Peer<S>, leaving: &mut Leaving) -> End
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        loop {
            if self.is_leaving && !self.owes_answers() {
                return Close::GOING_AWAY.into();
            }
            if let Err(end) = self.turn(peer, leaving).await {
                return end;
            }
        }
    }

    /// Whether a query or a mutation runs.
    fn owes_answers(&self) -> bool {
        self.running.values().any(|running| !running.lasts.load(Ordering::Relaxed))
    }

    async fn turn<S>(&mut self, peer: &mut Peer<S>, leaving: &mut Leaving) -> Result<(), End>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        tokio::select! {
            message = peer.receive() => match message? {
                // Whoever begins something now is sent to another server, which begins it.
                Some(ClientMessage::Subscribe { .. }) if leaving.has_begun() => {
                    self.is_leaving = true;
                    Ok(())
                }
                Some(message) => self.hear(peer, message).await,
                None => peer.flush().await,
            },
            Some(said) = self.to_tell.recv() => self.tell(peer, said).await,
            _ = self.ping.tick() => peer.ping().await,
            () = leaving.comes(), if !self.is_leaving => {
                self.is_leaving = true;
                Ok(())
            }
        }
    }

    async fn hear<S>(&mut self, peer: &mut Peer<S>, message: ClientMessage) -> Result<(), End>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        match message {
            ClientMessage::Subscribe { id, payload } => match self.start(id, payload)? {
                None => Ok(()),
                Some((id, error)) => {
                    peer.send(&ServerMessage::Error { id: &id, payload: vec![error] }).await
                }
            },
            ClientMessage::Ping { payload } => peer.send(&ServerMessage::Pong { payload }).await,
            ClientMessage::ConnectionInit { .. } => Err(Close::GREETED_TWICE.into()),
            ClientMessage::Pong { .. } => Ok(()),
            ClientMessage::Complete { id } => {
                self.stop(&id);
                Ok(())
            }
        }
    }

    /// Starts an operation, or says why not.
    fn start(&mut self, id: String, asked: Asked) -> Result<Option<(String, ServerError)>, Close> {
        let most = self.edge.settings.sockets.operations;
        let full = self.running.len() >= most;
        let Entry::Vacant(free) = self.running.entry(id.clone()) else {
            return Err(Close::duplicate(&id));
        };
        if full {
            return Ok(Some((id, too_many(most))));
        }
        if let Err(wait) = self.edge.rates.member(self.viewer.member.id) {
            return Ok(Some((id, Rejection::from(wait).error())));
        }
        self.begun += 1;
        let resume = Resume(self.resume.remove(&id));
        let (edge, viewer) = (self.edge.clone(), self.viewer.clone());
        let language = viewer.member.locale.unwrap_or(self.language);
        let lasts = Arc::<AtomicBool>::default();
        let turns = (self.turns.clone(), lasts.clone());
        let (id, number, said) = (Arc::from(id), self.begun, self.said.clone());
        let way = (resume, past(said.clone(), &id, number));
        let steps = operation::run(edge, viewer, asked, way, turns);
        while self.tasks.try_join_next().is_some() {}
        let work = tell_of(steps, id, number, said);
        let work = RequestId::fresh().scope(language::scope(language, work));
        let task = self.tasks.spawn(work);
        free.insert(Running { number, task, lasts });
        Ok(None)
    }

    async fn tell<S>(&mut self, peer: &mut Peer<S>, said: Said) -> Result<(), End>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let Said { id, number, step } = said;
        if self.running.get(&*id).is_none_or(|running| running.number != number) {
            return Ok(());
        }
        let id = &*id;
        if matches!(step, Step::Error(_) | Step::Complete) {
            self.stop(id);
        }
        match step {
            Step::Next(payload) => peer.say(protocol::next(id, &payload)).await,
            Step::Error(payload) => peer.send(&ServerMessage::Error { id, payload }).await,
            Step::Complete => peer.send(&ServerMessage::Complete { id }).await,
            Step::Close(close) => Err(close.into()),
        }
    }

    /// Nothing more is said about this operation, and its id is free again.
    fn stop(&mut self, id: &str) {
        if let Some(running) = self.running.remove(id) {
            running.task.abort();
        }
    }
}

async fn tell_of(
    mut steps: impl futures_util::Stream<Item = Step> + Unpin,
    id: Arc<str>,
    number: u64,
    said: mpsc::Sender<Said>,
) {
    while let Some(step) = steps.next().await {
        if said.send(Said { id: id.clone(), number, step }).await.is_err() {
            return;
        }
    }
}

/// What is said of an operation past it, while it rests: if nothing waits to be told.
fn past(said: mpsc::Sender<Said>, id: &Arc<str>, number: u64) -> Sink {
    let id = id.clone();
    Box::new(move |body| {
        said.try_send(Said { id: id.clone(), number, step: Step::Next(body) }).is_ok()
    })
}

fn too_many(most: usize) -> ServerError {
    let text = format!("A socket runs {most} operations at once. Complete one, or open another.");
    request_error(code::TOO_MANY_OPERATIONS, text, None)
}
