//! A collector of traces, over real sockets: what came, decoded.

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, body::Bytes, extract::State, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value, trace::v1::Span,
};
use prost::Message;
use tokio::{net::TcpListener, sync::watch, task::AbortHandle};

/// All that came: the spans, and the bytes as they were.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub spans: Vec<Span>,
    pub bytes: Vec<u8>,
    /// Whom they are from, as attributes say it.
    pub resources: Vec<String>,
}

pub struct Collector {
    pub address: SocketAddr,
    told: watch::Receiver<Told>,
    serving: AbortHandle,
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Collector {
    pub async fn start() -> Self {
        let (tell, told) = watch::channel(Told::default());
        let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::new(tell));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, told, serving: serving.abort_handle() }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All that came until then, when a span of this name has come.
    pub async fn until(&mut self, name: &str) -> Told {
        let there = |told: &Told| told.spans.iter().any(|span| span.name == name);
        self.told.wait_for(there).await.unwrap().clone()
    }
}

async fn take(State(told): State<Arc<watch::Sender<Told>>>, bytes: Bytes) {
    let request = ExportTraceServiceRequest::decode(bytes.clone()).unwrap();
    told.send_modify(|told| {
        told.bytes.extend(&bytes);
        for of in request.resource_spans {
            told.resources.push(format!("{:?}", of.resource));
            told.spans.extend(of.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    });
}

impl Told {
    /// The one span of this name.
    pub fn span(&self, name: &str) -> &Span {
        let mut named = self.spans.iter().filter(|span| span.name == name);
        let found = named.next().unwrap_or_else(|| panic!("no {name}: {:?}", self.names()));
        assert!(named.next().is_none(), "one {name}: {:?}", self.names());
        found
    }

    pub fn names(&self) -> Vec<&str> {
        self.spans.iter().map(|span| span.name.as_str()).collect()
    }

    /// Whether these characters are anywhere in what came.
    pub fn holds(&self, text: &str) -> bool {
        self.bytes.windows(text.len()).any(|bytes| bytes == text.as_bytes())
    }
}

/// What a span has under a key, as text.
pub fn attribute(span: &Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|one| one.key == key)?;
    Some(match found.value.clone()?.value? {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        other => panic!("{key}: {other:?}"),
    })
}

/// Bytes as a trace is written.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
