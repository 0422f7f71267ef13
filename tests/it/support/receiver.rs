//! An endpoint of somebody else's program, over real sockets, that keeps what it gets and is as moody as told.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response},
};
use engine::{app::Settings, webhook::WebhookSettings};
use serde_json::Value;
use tokio::{net::TcpListener, task::AbortHandle};
use waypost::{graphql, http};

/// A request that came.
#[derive(Clone, Debug)]
pub struct Received {
    pub id: String,
    pub timestamp: i64,
    pub signature: String,
    /// The trace that it is part of.
    pub trace: Option<String>,
    pub text: String,
    pub body: Value,
}

/// How a request is answered.
#[derive(Clone, Debug)]
pub enum Mood {
    /// With this status.
    Status(u16),
    /// With this status and a header.
    With(u16, &'static str, String),
    /// With 200 and this text.
    Says(String),
    /// Never.
    Nothing,
}

type Moods = Box<dyn FnMut(&Received) -> Mood + Send>;

struct Desk {
    received: Vec<Received>,
    moods: Moods,
}

/// The endpoint.
pub struct Receiver {
    pub address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    serving: AbortHandle,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Receiver {
    /// An endpoint that takes everything.
    pub async fn start() -> Self {
        Self::moody(|_| Mood::Status(204)).await
    }

    /// An endpoint that decides so about each request.
    pub async fn moody(moods: impl FnMut(&Received) -> Mood + Send + 'static) -> Self {
        let desk = Desk { received: Vec::new(), moods: Box::new(moods) };
        let desk = Arc::new(Mutex::new(desk));
        let router = Router::new().fallback(receive).with_state(desk.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, desk, serving: serving.abort_handle() }
    }

    /// From now on it decides so.
    pub fn feels(&self, moods: impl FnMut(&Received) -> Mood + Send + 'static) {
        self.desk.lock().unwrap().moods = Box::new(moods);
    }

    /// What has come so far.
    pub fn received(&self) -> Vec<Received> {
        self.desk.lock().unwrap().received.clone()
    }

    /// The versions of the deals of what has come, in the order in which it came.
    pub fn versions(&self) -> Vec<i64> {
        let received = self.received();
        received.iter().map(|one| one.body["data"]["version"].as_i64().unwrap()).collect()
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }
}

async fn receive(
    State(desk): State<Arc<Mutex<Desk>>>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response<Body> {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let received = Received {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp").parse().unwrap(),
        signature: header("webhook-signature"),
        trace: headers.get("traceparent").map(|value| value.to_str().unwrap().to_owned()),
        body: serde_json::from_str(&text).unwrap(),
        text,
    };
    let mood = {
        let mut desk = desk.lock().unwrap();
        let mood = (desk.moods)(&received);
        desk.received.push(received);
        mood
    };
    let answer = Response::builder();
    match mood {
        Mood::Status(status) => answer.status(status).body(Body::empty()).unwrap(),
        Mood::With(status, name, value) => {
            answer.status(status).header(name, value).body(Body::empty()).unwrap()
        }
        Mood::Says(text) => answer.body(Body::from(text)).unwrap(),
        Mood::Nothing => std::future::pending().await,
    }
}

/// The settings of a server whose webhooks may be sent to this machine.
pub fn settings() -> Settings {
    settings_with(local())
}

/// The settings of such a server, with so few events waiting for one endpoint.
pub fn settings_with_room(most_waiting: u64) -> Settings {
    settings_with(WebhookSettings { most_waiting, ..local() })
}

fn local() -> WebhookSettings {
    let networks = vec!["127.0.0.0/8".parse().unwrap()];
    WebhookSettings { networks, ..WebhookSettings::default() }
}

/// The settings of a server whose webhooks are sent so.
pub fn settings_with(webhooks: WebhookSettings) -> Settings {
    let settings = Settings::new("https://waypost.example.org".into()).with(webhooks);
    let documents = graphql::webhook::document::documents(http::Settings::default().documents);
    engine::webhook::with_documents(settings, documents)
}
