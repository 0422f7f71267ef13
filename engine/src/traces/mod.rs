//! Traces, for whoever watches several programs together: a span for each request and for each delivery, sent over
//! OTLP. What a span tells is named where it is noted: never a secret, and never what people wrote.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use opentelemetry::{
    Context, KeyValue,
    propagation::TextMapPropagator,
    trace::{SpanKind, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider, SpanData, SpanExporter as _},
};
use prometheus_client::metrics::counter::Counter;
use tokio::{
    sync::{Mutex, mpsc},
    time::{sleep, timeout},
};

mod client;
mod queue;
mod span;

pub use span::Span;

use crate::{app::App, base::Base};
use client::Http;
use queue::Queue;

/// The header by which a trace goes on (W3C Trace Context).
pub const TRACEPARENT: &str = "traceparent";

/// Where traces are sent to below an endpoint, as OTLP says.
const PATH: &str = "/v1/traces";
/// How many spans wait to be sent; those that come then are dropped.
const WAITING: usize = 8_192;
/// How many are sent together.
const BATCH: usize = 512;
/// How long is waited for more of them.
const PAUSE: Duration = Duration::from_millis(500);
/// How long sending may take, with its attempts.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the last ones may take, when the program ends.
const LAST: Duration = Duration::from_secs(1);

/// Where traces go; by default nowhere, which costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Traces(Option<Arc<Way>>);

struct Way {
    endpoint: String,
    tracer: SdkTracer,
    exporter: SpanExporter,
    waiting: Mutex<mpsc::Receiver<SpanData>>,
    sent: Counter,
    dropped: Counter,
    is_failing: AtomicBool,
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.endpoint)
    }
}

impl Traces {
    /// To this collector, over OTLP in HTTP.
    pub fn to(endpoint: &str) -> Result<Self, String> {
        let (room, waiting) = mpsc::channel(WAITING);
        let (sent, dropped) = (Counter::default(), Counter::default());
        let endpoint = complete(endpoint);
        let mut exporter = exporter(&endpoint)?;
        let resource = resource();
        exporter.set_resource(&resource);
        let queue = Queue { room, dropped: dropped.clone() };
        let provider = SdkTracerProvider::builder().with_resource(resource);
        let tracer = provider.with_span_processor(queue).build().tracer("waypost");
        let (waiting, is_failing) = (Mutex::new(waiting), AtomicBool::default());
        let way = Way { endpoint, tracer, exporter, waiting, sent, dropped, is_failing };
        Ok(Self(Some(Arc::new(way))))
    }

    /// Those of this program.
    pub fn of(base: &Base) -> &Self {
        base.settings_of()
    }

    /// How many spans were sent, and how many were dropped.
    pub fn counted(&self) -> (Counter, Counter) {
        let way = self.0.iter().next();
        way.map(|way| (way.sent.clone(), way.dropped.clone())).unwrap_or_default()
    }

    /// Whether a request with these headers is worth a span: it is sent somewhere, or is a part of a caller's trace.
    pub fn follow(&self, headers: &http::HeaderMap) -> bool {
        self.0.is_some() || headers.contains_key(TRACEPARENT)
    }

    /// A request that came with these headers: it goes on with the trace that they name.
    pub fn request(&self, name: String, headers: &http::HeaderMap) -> Span {
        let named = HeaderExtractor(headers);
        let caller = TraceContextPropagator::new().extract_with_context(&Context::new(), &named);
        self.start(name, SpanKind::Server, &caller)
    }

    /// A part of a request that may last longer than it, such as a subscription.
    pub fn part(&self, name: &'static str, of: &Span) -> Span {
        self.start(name.to_owned(), SpanKind::Server, &of.as_parent())
    }

    /// Something that is sent to somebody else's program.
    pub fn delivery(&self, name: &'static str) -> Span {
        self.start(name.to_owned(), SpanKind::Client, &Context::new())
    }

    /// Where nothing is sent, the trace of the caller is known all the same: the log has it.
    fn start(&self, name: String, kind: SpanKind, parent: &Context) -> Span {
        let Some(way) = &self.0 else { return Span::of_caller(parent.span().span_context()) };
        let builder = way.tracer.span_builder(name).with_kind(kind);
        Span::begun(way.tracer.build_with_context(builder, parent))
    }
}

fn complete(endpoint: &str) -> String {
    let endpoint = endpoint.trim_end_matches('/');
    let is_whole = endpoint.ends_with(PATH);
    if is_whole { endpoint.to_owned() } else { format!("{endpoint}{PATH}") }
}

fn exporter(endpoint: &str) -> Result<SpanExporter, String> {
    let builder = SpanExporter::builder().with_http().with_http_client(Http::new(PATIENCE)?);
    let builder = builder.with_endpoint(endpoint).with_protocol(Protocol::HttpBinary);
    // Its pauses would hold up a thread, and what comes meanwhile.
    let builder = builder.with_retry_policy(RetryPolicy::disabled());
    builder.with_timeout(PATIENCE).build().map_err(|cause| cause.to_string())
}

/// Who tells: OTEL_RESOURCE_ATTRIBUTES says more.
fn resource() -> Resource {
    let mut bytes = [0; 8];
    let _ = getrandom::fill(&mut bytes);
    let instance = format!("{:016x}", u64::from_be_bytes(bytes));
    Resource::builder()
        .with_service_name("waypost")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .with_attribute(KeyValue::new("service.instance.id", instance))
        .build()
}

/// Sends what has ended, many at once, for as long as the server runs.
pub async fn run(app: App) {
    let Some(way) = Traces::of(&app).0.clone() else { return };
    let mut waiting = way.waiting.lock().await;
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let is_full = batch.len() == BATCH;
        way.send(std::mem::take(&mut batch), PATIENCE).await;
        if !is_full {
            sleep(PAUSE).await;
        }
    }
}

/// Sends what is left when the server stops, if that is done quickly.
pub async fn send_rest(app: App) {
    let Some(way) = Traces::of(&app).0.clone() else { return };
    let mut waiting = way.waiting.lock().await;
    let rest: Vec<_> = std::iter::from_fn(|| waiting.try_recv().ok()).collect();
    if !rest.is_empty() {
        way.send(rest, LAST).await;
    }
}

impl Way {
    /// Whoever does not take them in time loses them: nobody else waits for it.
    async fn send(&self, batch: Vec<SpanData>, patience: Duration) {
        let count = batch.len() as u64;
        let sent = timeout(patience, self.exporter.export(batch)).await;
        let failed = match sent {
            Ok(sent) => sent.err().map(|cause| cause.to_string()),
            Err(_) => Some("it did not answer in time".to_owned()),
        };
        let counter = if failed.is_some() { &self.dropped } else { &self.sent };
        counter.inc_by(count);
        self.tell(failed);
    }

    /// A line when it begins to fail, and one when it is over.
    fn tell(&self, failed: Option<String>) {
        let was_failing = self.is_failing.swap(failed.is_some(), Ordering::Relaxed);
        match failed {
            Some(cause) if !was_failing => {
                tracing::warn!(target: "waypost::traces", %cause, "traces cannot be sent to --otlp-endpoint: spans are dropped until they can");
            }
            None if was_failing => {
                tracing::info!(target: "waypost::traces", "traces are sent again");
            }
            _ => {}
        }
    }
}
