//! What whoever watches a server is told of it: numbers in the text format of Prometheus. Counting costs an addition;
//! whatever has to be asked for is asked when somebody looks, at most once a second.
//!
//! No label has a value that a client can choose: there are as many as there are kinds, ways and codes, fields of the schema
//! and documents that the operator trusts.

use std::{fmt, sync::Arc};

use axum::http::StatusCode;
use engine::app::App;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

mod operation;
mod process;
mod read;

pub(crate) use operation::{Operation, Transport};

/// The media type of what is told.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// In which classes the time of operations is counted, in seconds: up to the time limit of one.
const SECONDS: [f64; 13] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0];

/// What a server has counted: cheap to clone, and the same for all clones.
#[derive(Clone, Default)]
pub struct Meters(Arc<Inner>);

struct Inner {
    operations: Family<Ended, Counter>,
    durations: Family<Way, Histogram>,
    errors: Family<Coded, Counter>,
    refusals: Family<Coded, Counter>,
    responses: Family<Answered, Counter>,
    results: Counter,
    sockets: Gauge,
    streams: Gauge,
    subscriptions: Gauge,
    read: tokio::sync::Mutex<read::Read>,
}

/// What was asked for, and how it came.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Way {
    kind: &'static str,
    transport: &'static str,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    kind: &'static str,
    transport: &'static str,
    outcome: String,
    operation: Arc<str>,
}

/// What was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Coded {
    code: String,
}

/// What was answered, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    status: u32,
}

/// One of those who are counted as long as they are here.
#[derive(Debug)]
pub(crate) struct Present(Gauge);

impl Present {
    fn of(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Default for Inner {
    fn default() -> Self {
        let seconds = || Histogram::new(SECONDS);
        Self {
            operations: Family::default(),
            durations: Family::new_with_constructor(seconds),
            errors: Family::default(),
            refusals: Family::default(),
            responses: Family::default(),
            results: Counter::default(),
            sockets: Gauge::default(),
            streams: Gauge::default(),
            subscriptions: Gauge::default(),
            read: tokio::sync::Mutex::default(),
        }
    }
}

impl fmt::Debug for Meters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("meters")
    }
}

impl Meters {
    /// A socket is open.
    pub(crate) fn socket(&self) -> Present {
        Present::of(&self.0.sockets)
    }

    /// An event stream is open.
    pub(crate) fn stream(&self) -> Present {
        Present::of(&self.0.streams)
    }

    /// A request to this part of the server was answered.
    pub(crate) fn answered(&self, route: &'static str, status: StatusCode) {
        let answered = Answered { route, status: status.as_u16().into() };
        self.0.responses.get_or_create(&answered).inc();
    }

    /// All of it, as text.
    pub(crate) async fn text(&self, app: &App) -> Result<String, fmt::Error> {
        let mut told = Registry::default();
        self.count(&mut told);
        read::work(&mut told, app);
        self.0.read.lock().await.tell(&mut told, app).await;
        process::tell(&mut told);
        let mut text = String::with_capacity(16 * 1024);
        encode(&mut text, &told)?;
        Ok(text)
    }

    fn count(&self, told: &mut Registry) {
        let Inner { operations, durations, errors, refusals, responses, .. } = &*self.0;
        let Inner { results, sockets, streams, subscriptions, .. } = &*self.0;
        told.register(
            "waypost_operations",
            "GraphQL operations that ended, by kind, transport, outcome and what they are",
            operations.clone(),
        );
        told.register(
            "waypost_operation_duration_seconds",
            "How long queries and mutations took",
            durations.clone(),
        );
        told.register("waypost_errors", "GraphQL errors, by code", errors.clone());
        told.register(
            "waypost_refusals",
            "Reasons why mutations changed nothing (userErrors), by code",
            refusals.clone(),
        );
        told.register(
            "waypost_http_responses",
            "HTTP requests that were answered, by route and status",
            responses.clone(),
        );
        told.register(
            "waypost_subscription_results",
            "Results that were given to subscriptions",
            results.clone(),
        );
        told.register("waypost_sockets", "WebSockets that are open", sockets.clone());
        told.register("waypost_event_streams", "Event streams that are open", streams.clone());
        told.register("waypost_subscriptions", "Subscriptions that run", subscriptions.clone());
    }
}

/// The part of the server that a path leads to.
pub(crate) fn route(path: &str) -> &'static str {
    match path.trim_start_matches('/').split('/').next().unwrap_or_default() {
        "graphql" => "graphql",
        "files" => "files",
        "health" => "health",
        "explorer" => "explorer",
        "" | "assets" | "boards" | "deals" | "processes" | "inbox" | "tasks" | "insight"
        | "admin" => "web",
        "metrics" => "metrics",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_makes_a_route_of_its_own() {
        for (path, name) in [
            ("/graphql", "graphql"),
            ("/graphql/", "graphql"),
            ("/files/file_01?token=x", "files"),
            ("/health/ready", "health"),
            ("/explorer/app.js", "explorer"),
            ("/metrics", "metrics"),
            ("/", "web"),
            ("/deals/deal_01", "web"),
            ("/wp-admin/setup.php", "other"),
            ("", "web"),
        ] {
            assert_eq!(route(path), name, "{path}");
        }
    }
}
