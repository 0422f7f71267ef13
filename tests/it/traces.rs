//! Traces: what a collector is told of requests and deliveries, over real sockets, and what it is never told.

use engine::traces::{self, Traces};
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use serde_json::{Value, json};

use crate::{
    cli,
    metrics::Samples,
    support::{
        Client, TestApp,
        collector::{Collector, attribute, hex},
        each,
        receiver::{self, Receiver},
    },
    webhook::{deliver, webhook},
};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

fn traceparent(flags: &str) -> String {
    format!("00-{TRACE}-{CALLER}-{flags}")
}

/// Another server on the database, whose traces go there.
async fn traced(app: &TestApp, url: &str) -> TestApp {
    let settings = receiver::settings().with(Traces::to(url).unwrap());
    let server = app.with(settings).await;
    tokio::spawn(traces::run(server.app.clone()));
    server
}

/// Asks as a part of a trace.
async fn ask(who: &Client, trace: &str, document: &str, variables: Value) -> Value {
    let body = json!({ "query": document, "variables": variables });
    let request = who.app.http.post(who.app.endpoint()).bearer_auth(&who.secret);
    let answer = request.header("traceparent", trace).json(&body).send().await.unwrap();
    answer.json().await.unwrap()
}

fn of(span: &Span, key: &str) -> String {
    attribute(span, key).unwrap_or_default()
}

#[tokio::test]
async fn a_request_goes_on_with_the_trace_that_it_comes_with() {
    each(|app| async move {
        let mut collector = Collector::start().await;
        let app = traced(&app, &collector.url()).await;
        let ada = app.admin().await;
        let add = "mutation Rename($input: AddCloseReasonInput!) { addCloseReason(input: $input) { userErrors { code } } }";
        let input = json!({ "input": { "status": "LOST", "name": "Unspeakable" } });
        ask(&ada, &traceparent("01"), add, input.clone()).await;
        let told = collector.until("mutation Rename").await;
        let span = told.span("mutation Rename");
        assert_eq!((hex(&span.trace_id), hex(&span.parent_span_id)), (TRACE.into(), CALLER.into()));
        assert_eq!(span.kind(), SpanKind::Server);
        assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
        for (key, value) in [
            ("graphql.operation.type", "mutation"),
            ("graphql.operation.name", "Rename"),
            ("waypost.outcome", "OK"),
            ("waypost.transport", "http"),
            ("http.request.method", "POST"),
            ("http.route", "graphql"),
            ("http.response.status_code", "200"),
        ] {
            assert_eq!(of(span, key), value, "{key}");
        }
        assert!(told.resources[0].contains("waypost"), "{:?}", told.resources);

        ask(&ada, "nonsense", "query Refused { nothing }", json!({})).await;
        ask(&ada, &traceparent("00"), "query Unsampled { __typename }", json!({})).await;
        ask(&ada, "", "query Last { viewer { member { id } } }", input).await;
        let told = collector.until("query Last").await;
        assert!(!told.names().contains(&"query Unsampled"), "its caller wants no trace of it");
        assert_ne!(hex(&told.span("query Last").trace_id), TRACE);
        let refused = told.span("POST graphql");
        assert_eq!(of(refused, "waypost.outcome"), "GRAPHQL_VALIDATION_FAILED");
        assert_ne!(refused.status.clone().unwrap_or_default().code(), StatusCode::Error);
        for secret in ["Unspeakable", &ada.secret, "nothing", "userErrors", "Ada"] {
            assert!(!told.holds(secret), "{secret}");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_delivery_is_a_span_with_which_its_receiver_goes_on() {
    each(|app| async move {
        let (mut collector, hook) = (Collector::start().await, Receiver::start().await);
        let app = traced(&app, &collector.url()).await;
        let ada = app.admin().await;
        let process = ada.process("Sales", &[("Offer", &[("Call", 10)])]).await;
        let (id, secret) = webhook(&ada, &hook, json!({})).await;
        ada.deal(&process.id, "Unspeakable").await;
        deliver(&app, &id).await;
        let told = collector.until("webhook").await;
        let span = told.span("webhook");
        assert_eq!(span.kind(), SpanKind::Client);
        assert_eq!(
            (of(span, "waypost.webhook"), of(span, "waypost.attempt")),
            (id.clone(), "1".into())
        );
        assert_eq!(of(span, "http.response.status_code"), "204");
        let sent = hook.received().pop().unwrap().trace;
        let name = format!("00-{}-{}-01", hex(&span.trace_id), hex(&span.span_id));
        assert_eq!(sent.as_deref(), Some(name.as_str()));
        for secret in ["Unspeakable", &secret, "/hook"] {
            assert!(!told.holds(secret), "{secret}");
        }

        hook.feels(|_| receiver::Mood::Status(500));
        ada.done("testWebhook", json!({ "webhookId": id }), "").await;
        let told = loop {
            let told = collector.until("mutation").await;
            if told.names().iter().filter(|name| **name == "webhook").count() == 2 {
                break told;
            }
            tokio::task::yield_now().await;
        };
        let failed = told.spans.iter().rfind(|span| span.name == "webhook").unwrap();
        assert_eq!(failed.status.clone().unwrap_or_default().code(), StatusCode::Error);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn without_an_endpoint_nothing_is_told_and_receivers_get_no_trace() {
    each(|app| async move {
        let hook = Receiver::start().await;
        let app = app.with(receiver::settings()).await;
        let ada = app.admin().await;
        let process = ada.process("Sales", &[("Offer", &[("Call", 10)])]).await;
        let (id, _) = webhook(&ada, &hook, json!({})).await;
        ada.deal(&process.id, "Deal").await;
        deliver(&app, &id).await;
        assert_eq!(hook.received().pop().unwrap().trace, None);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_is_dead_costs_spans_and_nothing_else() {
    each(|app| async move {
        let dead = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", dead.local_addr().unwrap());
        drop(dead);
        let app = traced(&app, &url).await;
        let ada = app.admin().await;
        ada.query("{ viewer { member { id } } }", json!({})).await;
        let dropped = "waypost_trace_spans_dropped_total";
        while Samples::read(&ada).await.value(dropped) == 0.0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(Samples::read(&ada).await.value("waypost_trace_spans_sent_total"), 0.0);
        ada.query("{ viewer { member { id } } }", json!({})).await;
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_program_tells_the_trace_in_its_log_and_its_last_spans_when_it_stops() {
    let (folder, mut collector) = (tempfile::tempdir().unwrap(), Collector::start().await);
    let args = ["--listen", "127.0.0.1:0", "--log", "info,waypost::access=debug", "--database"];
    let mut command = cli::waypost(&[&args[..], &[&cli::sqlite(folder.path())]].concat());
    command.env("WAYPOST_ADMIN_TOKEN", "wp_chosen-by-the-operator");
    let server = cli::Running::start(command.env("WAYPOST_OTLP_ENDPOINT", collector.url()));
    let ask = |name: &str| {
        let request = reqwest::Client::new().post(format!("http://{}/graphql", server.address()));
        let request = request.bearer_auth("wp_chosen-by-the-operator");
        let request = request.header("traceparent", traceparent("01"));
        request
            .json(&json!({ "query": format!("query {name} {{ viewer {{ member {{ id }} }} }}") }))
    };
    for name in ["First", "Second", "Last"] {
        ask(name).send().await.unwrap();
    }
    let stopped = tokio::task::spawn_blocking(|| server.stop());
    let (code, _, log) = stopped.await.unwrap();
    assert_eq!(code, 0, "{log}");
    let told = collector.until("query Last").await;
    assert_eq!(told.spans.len(), 3, "{:?}", told.names());
    let lines = log.lines().filter(|line| line.contains(TRACE) && line.contains("operation"));
    assert_eq!(lines.count(), 3, "{log}");
}

#[test]
fn an_endpoint_that_is_no_url_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["--otlp-endpoint", "collector:4317", "--database", &cli::sqlite(folder.path())];
    let refused = cli::run(&args);
    assert_eq!(refused.status.code(), Some(2));
    assert!(cli::told(&refused).contains("--otlp-endpoint: "), "{}", cli::told(&refused));
}
