//! Another program that is told by webhooks what happens, and is as moody as told.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response, Uri},
};
use serde_json::Value;

/// Where webhooks have to be allowed to go.
pub const ALLOWED: [&str; 2] = ["--webhook-allow-network", "127.0.0.0/8"];

/// An event that came.
#[derive(Clone)]
pub struct Came {
    pub id: String,
    pub deal: String,
    /// Whether it was taken, whatever was answered.
    pub is_taken: bool,
}

/// How a request is answered.
pub enum Mood {
    /// 200, after this time.
    Takes(Duration),
    /// This status, though it was taken: it will come again.
    TakesAndSays(u16),
    /// This status, with seconds for `Retry-After`.
    Later(u16, Option<u32>),
    /// Never.
    Nothing,
    /// 307, to this place.
    Redirects(String),
}

/// What came at a path.
#[derive(Default)]
struct Desk {
    came: Vec<Came>,
    /// How often each event came.
    times: HashMap<String, usize>,
    /// Those that were taken.
    taken: HashSet<String>,
}

/// By the path, and how often this event came there before.
type Moods = Box<dyn Fn(&str, usize) -> Mood + Send + Sync>;

/// The program, with an endpoint for each path.
#[derive(Clone)]
pub struct Receiver {
    pub address: String,
    desks: Arc<Mutex<HashMap<String, Desk>>>,
    moods: Arc<Moods>,
}

impl Receiver {
    /// One that decides so about each request.
    pub async fn start(moods: impl Fn(&str, usize) -> Mood + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let receiver = Self { address, desks: Arc::default(), moods: Arc::new(Box::new(moods)) };
        let router = Router::new().fallback(receive).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// What came at this path, in the order in which it came.
    pub fn came(&self, path: &str) -> Vec<Came> {
        self.desks.lock().unwrap().get(path).map(|desk| desk.came.clone()).unwrap_or_default()
    }

    /// The ids of the events of each deal that were taken at this path, each as it came first; and how many came again.
    pub fn taken(&self, path: &str) -> (HashMap<String, Vec<String>>, usize) {
        let (mut deals, mut known, mut again) = (HashMap::<_, Vec<_>>::new(), HashSet::new(), 0);
        for one in self.came(path).into_iter().filter(|one| one.is_taken) {
            if known.insert(one.id.clone()) {
                deals.entry(one.deal).or_default().push(one.id);
            } else {
                again += 1;
            }
        }
        (deals, again)
    }

    /// How many events were taken at this path.
    pub fn count(&self, path: &str) -> usize {
        self.desks.lock().unwrap().get(path).map_or(0, |desk| desk.taken.len())
    }

    /// How this one is answered, now that it is written down.
    fn note(&self, path: &str, id: String, deal: String) -> Mood {
        let mut desks = self.desks.lock().unwrap();
        let desk = desks.entry(path.to_owned()).or_default();
        let times = desk.times.entry(id.clone()).or_default();
        let mood = (self.moods)(path, *times);
        *times += 1;
        let is_taken = matches!(mood, Mood::Takes(_) | Mood::TakesAndSays(_));
        if is_taken {
            desk.taken.insert(id.clone());
        }
        desk.came.push(Came { id, deal, is_taken });
        mood
    }
}

async fn receive(
    State(receiver): State<Receiver>,
    uri: Uri,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response<Body> {
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    let id = headers["webhook-id"].to_str().unwrap().to_owned();
    assert_eq!(body["data"]["id"], id.as_str());
    let deal = body["data"]["deal"]["id"].as_str().unwrap().to_owned();
    let answer = Response::builder();
    let answer = match receiver.note(uri.path().trim_start_matches('/'), id, deal) {
        Mood::Takes(after) => {
            tokio::time::sleep(after).await;
            answer
        }
        Mood::TakesAndSays(status) | Mood::Later(status, None) => answer.status(status),
        Mood::Later(status, Some(after)) => answer.status(status).header("retry-after", after),
        Mood::Redirects(to) => answer.status(307).header("location", to),
        Mood::Nothing => std::future::pending().await,
    };
    answer.body(Body::empty()).unwrap()
}
