//! One transaction for many units of work. What they hold is locked and read for all of them, each decides in memory after
//! the one before it, and what they decided is written at once. Nothing is answered before the commit. A unit of work that
//! needs something of its own runs alone afterwards; if the turn itself fails, all of them do, so that only the guilty one
//! is refused.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use domain::policy::{Actor, MemberActor};
use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::{AnyDone, App, judged, lanes::Way, lost_a_race};
use crate::{
    auth,
    command::AnyCommand,
    error::{Error, Result},
    trouble,
    tx::{Answers, Holder, Touched, Tx, Went, Works},
};

/// How often units of work are run again when what they asked for is known: each first asks who acts, then for its deal,
/// then for what depends on that.
const ROUNDS: usize = 5;
/// On whose behalf a turn reads and writes; what it writes says for itself who did it.
const TURN: Actor = Actor::System("turn");

/// A unit of work that waits for its turn.
pub(super) struct Request {
    pub(super) actor: Actor,
    pub(super) command: Box<dyn AnyCommand>,
    pub(super) answer: oneshot::Sender<Result<AnyDone>>,
}

/// What became of a unit of work in its turn.
enum State {
    Waiting,
    Done(Result<AnyDone>),
    HeldUp,
    Alone,
}

struct Turn {
    tx: Tx,
    answers: Arc<Answers>,
    works: Works,
    begun: Instant,
}

impl App {
    /// Runs these units of work in one turn, and answers all of them. Unless it waits, those whose process somebody else has
    /// wait in another one.
    pub(super) async fn take_turn(&self, requests: Vec<Request>, waits: bool) {
        self.measures().turns.observe(requests.len() as f64);
        let mut states: Vec<_> = requests.iter().map(|_| State::Waiting).collect();
        match self.attempt(&requests, &mut states, waits).await {
            Ok(touched) => self.publish(&touched),
            Err(Error::Unsure(cause)) => return self.answer_unsure(requests, &cause),
            // The fault of the only one is its own, unless trying again is the answer.
            Err(error) if states.len() == 1 && !lost_a_race(&error) => {
                self.writing().ended_with(&error);
                states = vec![State::Done(Err(error))];
            }
            Err(error) => {
                tracing::debug!(target: "waypost::app::turn", %error, units = requests.len(), "a turn failed; its units of work run alone");
                states.iter_mut().for_each(|state| *state = State::Alone);
            }
        }
        for (request, state) in requests.into_iter().zip(states) {
            match state {
                State::Done(result) => drop(request.answer.send(result)),
                State::HeldUp => self.wait_patiently(request),
                State::Waiting | State::Alone if self.has_one_writer() => {
                    self.enqueue(request, Way::Series);
                }
                State::Waiting | State::Alone => self.run_alone(request),
            }
        }
    }

    fn wait_patiently(&self, request: Request) {
        match request.command.among() {
            Some(among) => self.enqueue(request, Way::Patient(among)),
            None => self.run_alone(request),
        }
    }

    async fn attempt(
        &self,
        requests: &[Request],
        states: &mut [State],
        waits: bool,
    ) -> Result<Touched> {
        let mut tx = Tx::begin(self.base.clone(), TURN).await?;
        if !waits {
            tx.hurry();
        }
        let (answers, works) = (Arc::default(), Works::default());
        let mut turn = Turn { tx, answers, works, begun: Instant::now() };
        match turn.decide_all(requests, states).await {
            Ok(()) => self.commit(turn.tx).await,
            Err(error) => {
                if let Err(fault) = turn.tx.rollback().await {
                    trouble::note("a turn was not rolled back in order", &fault);
                }
                Err(error)
            }
        }
    }

    /// Whether it took place is known to nobody, for none of them.
    pub(super) fn answer_unsure(
        &self,
        requests: impl IntoIterator<Item = Request>,
        cause: &crate::error::Cause,
    ) {
        for request in requests {
            let error = Error::Unsure(cause.to_string().into());
            self.writing().ended_with(&error);
            let _ = request.answer.send(Err(error));
        }
    }

    /// On a task of its own: the next turn does not wait for it.
    pub(super) fn run_alone(&self, request: Request) {
        let app = self.clone();
        tokio::spawn(async move {
            let Request { actor, command, answer } = request;
            let _ = answer.send(app.write_alone(actor, command).await);
        });
    }
}

impl Turn {
    async fn decide_all(&mut self, requests: &[Request], states: &mut [State]) -> Result<()> {
        if !self.tx.has_locks() {
            self.tx.next_position().await?;
        }
        requests.iter().filter_map(credential).for_each(|held| self.answers.want::<Holder>(held));
        for _ in 0..ROUNDS {
            self.answers.load(&self.tx).await?;
            self.decide_round(requests, states).await;
            if !states.iter().any(|state| matches!(state, State::Waiting)) {
                break;
            }
        }
        // Whoever waited long for locks may have lost their rights meanwhile (rule 17).
        if self.begun.elapsed() >= auth::FRESH {
            return Err(Error::Again);
        }
        self.tx.write_all(std::mem::take(&mut self.works)).await
    }

    async fn decide_round(&mut self, requests: &[Request], states: &mut [State]) {
        for (request, state) in requests.iter().zip(states) {
            if matches!(state, State::Waiting) {
                *state = self.decide(request).await;
            }
        }
    }

    /// Only what is done, or refused, is believed of a unit of work that decides in memory; whatever else comes of it, it
    /// runs alone, where its faults are its own.
    async fn decide(&mut self, request: &Request) -> State {
        let mut tx = Tx::within(&self.tx, &self.answers, request.actor.clone());
        let outcome = AssertUnwindSafe(judged(&mut tx, &*request.command)).catch_unwind().await;
        match (tx.went(), outcome) {
            (Went::Waiting, _) => State::Waiting,
            (Went::HeldUp, _) => State::HeldUp,
            (Went::Through, Ok(Ok(value))) => {
                let left = tx.left();
                self.tx.take_over(&mut self.works, tx);
                State::Done(Ok(AnyDone { value, left }))
            }
            (Went::Through, Ok(Err(error @ (Error::Refused(_) | Error::Unauthenticated)))) => {
                State::Done(Err(error))
            }
            _ => State::Alone,
        }
    }
}

fn credential(request: &Request) -> Option<domain::policy::Credential> {
    match &request.actor {
        Actor::Member(MemberActor { credential, .. }) => credential.clone(),
        Actor::System(_) => None,
    }
}
