//! One operation while it runs: counted, timed and told to the log when it ends, however it ends.

use std::{
    sync::{Arc, LazyLock},
    time::Instant,
};

use async_graphql::{Response, ServerError, Value, parser::types::OperationType};
use domain::text::shortened;
use engine::traces::{self, Traces};
use entity::ids::MemberId;
use gate::Prepared;
use tracing::{Level, Span, field::Empty};

use super::{Coded, Ended, Meters, Present, Way};
use crate::{
    graphql::{
        error::{code, code_of},
        outcome::Done,
    },
    request_id::RequestId,
    traced,
};

/// It was answered, without an error.
const OK: &str = "OK";
/// A mutation changed nothing, and its `userErrors` say why.
const REFUSED: &str = "REFUSED";
/// Its client did not wait for the answer.
const CUT_OFF: &str = "CUT_OFF";
/// A subscription was ended for its client to come back.
const BROKEN_OFF: &str = "BROKEN_OFF";

/// What operations are counted as that nothing known tells from each other.
static OTHER: LazyLock<Arc<str>> = LazyLock::new(|| "other".into());

/// What is the server's fault, and not its client's.
const OURS: [&str; 3] = [code::INTERNAL_SERVER_ERROR, code::SERVICE_UNAVAILABLE, code::TIMEOUT];

/// The most characters of a name that the log has.
const LONGEST: usize = 100;

/// The way by which an operation comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// A request and its answer.
    Http,
    /// Server-sent events.
    EventStream,
    /// A WebSocket.
    Socket,
}

impl Transport {
    fn label(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::EventStream => "sse",
            Self::Socket => "websocket",
        }
    }
}

/// One operation that runs.
pub(crate) struct Operation {
    meters: Meters,
    transport: Transport,
    kind: Option<OperationType>,
    name: Option<String>,
    counted_as: Option<Arc<str>>,
    member: MemberId,
    id: Option<RequestId>,
    span: Span,
    traced: traces::Span,
    began: Instant,
    outcome: Option<String>,
    present: Option<Present>,
}

impl Operation {
    /// This member asks for something.
    pub(crate) fn start(
        (meters, traces): (&Meters, &Traces),
        transport: Transport,
        member: MemberId,
    ) -> Self {
        let request = traced::current();
        // Of a request it is all; on a socket, and where events are told, it is one of its own.
        let traced = match transport {
            Transport::Http => request,
            _ => traces.part("operation", &request),
        };
        Self {
            meters: meters.clone(),
            transport,
            kind: None,
            name: None,
            counted_as: None,
            member,
            id: RequestId::current(),
            span: Span::current(),
            traced,
            began: Instant::now(),
            outcome: None,
            present: None,
        }
    }

    /// It is known now what they ask for.
    pub(crate) fn is(&mut self, Prepared { kind, name, counted_as, .. }: &Prepared) {
        self.kind = Some(*kind);
        self.name = name.as_deref().map(|name| shortened(name, LONGEST));
        self.counted_as.clone_from(counted_as);
        if self.transport == Transport::Http {
            // now, so that lines about what goes wrong in it have it
            self.describe(&self.span);
        }
        self.trace();
        let lasts = *kind == OperationType::Subscription;
        self.present = lasts.then(|| Present::of(&self.meters.0.subscriptions));
    }

    /// It ended for this reason.
    pub(crate) fn ended(&mut self, outcome: &str) {
        self.outcome = Some(outcome.to_owned());
    }

    /// It had these errors.
    pub(crate) fn failed(&mut self, errors: &[ServerError]) {
        self.met(errors);
        if let Some(first) = errors.first() {
            self.ended(code_of(first));
        }
    }

    fn met(&self, errors: &[ServerError]) {
        for error in errors {
            let code = code_of(error).to_owned();
            self.meters.0.errors.get_or_create(&Coded { code }).inc();
        }
    }

    /// A query or a mutation was answered so.
    pub(crate) fn answered(&mut self, response: &Response, done: &Done) {
        let refusals = done.refusals();
        self.ended(if refusals.is_empty() { OK } else { REFUSED });
        self.failed(&response.errors);
        for code in refusals {
            self.meters.0.refusals.get_or_create(&Coded { code }).inc();
        }
    }

    /// A subscription has a result that was written already.
    pub(crate) fn gave(&self) {
        self.meters.0.results.inc();
    }

    /// Counts the results that a subscription has while nobody asks it.
    pub(crate) fn gives(&self) -> impl Fn() + Send + Sync + 'static {
        let results = self.meters.0.results.clone();
        move || {
            results.inc();
        }
    }

    /// A subscription has this result. Without data it is the last one.
    pub(crate) fn gave_response(&mut self, response: &Response) {
        self.gave();
        match response.data {
            Value::Null => self.failed(&response.errors),
            _ => self.met(&response.errors),
        }
    }

    /// A subscription was ended for its client to come back.
    pub(crate) fn broken_off(&mut self) {
        self.ended(BROKEN_OFF);
    }

    fn kind(&self) -> &'static str {
        match self.kind {
            Some(OperationType::Query) => "query",
            Some(OperationType::Mutation) => "mutation",
            Some(OperationType::Subscription) => "subscription",
            None => "unknown",
        }
    }

    /// Of a request there is a line already, which is about its one operation; the others have one of their own.
    fn tell(&self, outcome: &str) {
        if !tracing::enabled!(target: "waypost::access", Level::DEBUG) {
            return;
        }
        if self.transport == Transport::Http {
            self.span.record("outcome", outcome);
            return;
        }
        let transport = self.transport.label();
        let span = tracing::info_span!("request", id = Empty, trace = Empty, member = %self.member, operation = Empty, kind = Empty, outcome = Empty);
        if let Some(id) = &self.id {
            span.record("id", id.as_str());
        }
        if let Some(trace) = self.traced.trace() {
            span.record("trace", trace);
        }
        self.describe(&span);
        span.record("outcome", outcome);
        let ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        span.in_scope(|| tracing::debug!(target: "waypost::access", transport, ms));
    }

    /// A trace has the name of an operation, and never its document.
    fn trace(&self) {
        let kind = self.kind();
        self.traced.note("graphql.operation.type", kind);
        match &self.name {
            Some(name) => {
                self.traced.note("graphql.operation.name", name.clone());
                self.traced.is(format!("{kind} {name}"));
            }
            None => self.traced.is(kind.to_owned()),
        }
    }

    fn end_trace(&self, outcome: &str) {
        self.traced.note("waypost.transport", self.transport.label());
        self.traced.note("waypost.outcome", outcome.to_owned());
        if OURS.contains(&outcome) {
            self.traced.fails();
        }
    }

    fn describe(&self, span: &Span) {
        if let Some(name) = &self.name {
            span.record("operation", name.as_str());
        }
        span.record("kind", self.kind());
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        let lasts = self.kind == Some(OperationType::Subscription);
        // Whoever has heard enough of a subscription leaves.
        let unsaid = if lasts { OK } else { CUT_OFF };
        let outcome = self.outcome.take().unwrap_or_else(|| unsaid.to_owned());
        let (kind, transport) = (self.kind(), self.transport.label());
        if !lasts && self.kind.is_some() {
            let took = self.began.elapsed().as_secs_f64();
            self.meters.0.durations.get_or_create(&Way { kind, transport }).observe(took);
        }
        self.tell(&outcome);
        self.end_trace(&outcome);
        let operation = self.counted_as.take().unwrap_or_else(|| OTHER.clone());
        let ended = Ended { kind, transport, outcome, operation };
        self.meters.0.operations.get_or_create(&ended).inc();
    }
}
