//! Sending to an endpoint over HTTP: only to addresses that may be reached, which are looked at when the connection is
//! made, and it is made to the very address that was looked at.

use std::{
    error, fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
    vec,
};

use bytes::Bytes;
use domain::webhook::address;
use futures_util::future::BoxFuture;
use http::{
    Request, Uri,
    header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT},
};
use http_body_util::{BodyExt, Full};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, dns::Name},
    },
    rt::TokioExecutor,
};
use ipnet::IpNet;
use tower_service::Service;

use super::{Lookup, WebhookSettings};
use crate::{
    https::{self, reason},
    traces::TRACEPARENT,
};

type Http = Client<HttpsConnector<HttpConnector<Guard>>, Full<Bytes>>;
type Fault = Box<dyn error::Error + Send + Sync>;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long everything may take together.
const PATIENCE: Duration = Duration::from_secs(15);
/// How much of an answer is read, in bytes.
const LONGEST: usize = 4096;
/// How many events of one endpoint are on their way at once, each of another deal; and how many connections to a host
/// are kept for the next.
pub(super) const PARALLEL: usize = 32;

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Where to.
    pub url: String,
    /// By what the receiver knows it, at every attempt.
    pub id: String,
    /// When it is sent, in seconds since 1970.
    pub timestamp: i64,
    /// Whom it is from.
    pub signature: String,
    /// The JSON.
    pub body: String,
    /// The trace that it is part of, as `traceparent` says it.
    pub trace: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status of the answer; none when there was none.
    pub status: Option<u16>,
    /// When to come again, as the endpoint says it.
    pub retry_after: Option<String>,
    /// The beginning of the answer.
    pub answer: Option<String>,
    /// Why there is no answer.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub took: i64,
}

/// The way to endpoints.
pub struct Sender {
    /// For `https://`.
    secure: (Http, Guard),
    /// For `http://`, which goes to allowed networks only.
    open: (Http, Guard),
    patience: Duration,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl Sender {
    /// The way from here.
    pub fn new(settings: &WebhookSettings) -> Result<Self, String> {
        let guard = |is_open| Guard {
            networks: settings.networks.clone().into(),
            lookup: settings.lookup.clone(),
            is_open,
        };
        let way = |guard: Guard| Ok::<_, String>((client(&guard)?, guard));
        Ok(Self { secure: way(guard(false))?, open: way(guard(true))?, patience: PATIENCE })
    }

    /// A sender that waits so long for each answer.
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Sends something, and waits for the answer.
    pub async fn send(&self, message: &Message) -> Reply {
        let begun = Instant::now();
        let sent = tokio::time::timeout(self.patience, self.exchange(message)).await;
        let late = || Err("the endpoint did not answer in time".to_owned());
        let reply = sent.unwrap_or_else(|_| late());
        let reply = reply.unwrap_or_else(|error| Reply { error: Some(error), ..Reply::default() });
        let took = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        Reply { took, ..reply }
    }

    async fn exchange(&self, message: &Message) -> Result<Reply, String> {
        let url: Uri = message.url.parse().map_err(|_| "this is no URL".to_owned())?;
        let is_open = url.scheme_str() == Some("http");
        let (client, guard) = if is_open { &self.open } else { &self.secure };
        guard.look_at(&url).map_err(|refused| refused.to_string())?;
        let response = client.request(request(url, message)?).await;
        let response = response.map_err(|error| reason(&error))?;
        let status = Some(response.status().as_u16());
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let answer = Some(beginning(response.into_body()).await);
        Ok(Reply { status, retry_after, answer, ..Reply::default() })
    }
}

fn request(url: Uri, message: &Message) -> Result<Request<Full<Bytes>>, String> {
    let request = Request::post(url)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, concat!("Waypost/", env!("CARGO_PKG_VERSION")))
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", message.timestamp)
        .header("webhook-signature", &message.signature);
    let trace = message.trace.iter();
    let request = trace.fold(request, |request, trace| request.header(TRACEPARENT, trace));
    request.body(Full::from(message.body.clone())).map_err(|cause| cause.to_string())
}

/// As much of an answer as is kept. That its rest breaks off changes nothing: the status was said before.
async fn beginning(mut body: impl BodyExt<Data = Bytes> + Unpin) -> String {
    let mut bytes = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(chunk) = frame.into_data() else { break };
        let room = LONGEST - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if bytes.len() == LONGEST {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}

/// It follows no redirect, and knows no proxy.
fn client(guard: &Guard) -> Result<Http, String> {
    let mut http = HttpConnector::new_with_resolver(guard.clone());
    http.enforce_http(false);
    http.set_connect_timeout(Some(CONNECT));
    http.set_nodelay(true);
    let https = https::over(http)?;
    Ok(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(PARALLEL).build(https))
}

/// Who may be connected to.
#[derive(Clone)]
struct Guard {
    networks: Arc<[IpNet]>,
    lookup: Lookup,
    /// Whether what is said can be read on the way.
    is_open: bool,
}

/// An address that may not be connected to.
#[derive(Debug)]
struct Refused {
    is_open: bool,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_open {
            "unencrypted http:// goes only to networks that are allowed with --webhook-allow-network"
        } else {
            "the endpoint is not in the open internet, and its network is not allowed with --webhook-allow-network"
        })
    }
}

impl error::Error for Refused {}

impl Guard {
    fn may_reach(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let is_allowed = self.networks.iter().any(|network| network.contains(&address));
        is_allowed || !self.is_open && address::is_public(address)
    }

    /// Looks at an address that stands in the URL itself: nobody is asked for that.
    fn look_at(&self, url: &Uri) -> Result<(), Refused> {
        let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
        match host.parse::<IpAddr>() {
            Ok(address) if !self.may_reach(address) => Err(Refused { is_open: self.is_open }),
            _ => Ok(()),
        }
    }

    async fn addresses(&self, host: String) -> Result<Vec<SocketAddr>, Fault> {
        let found = (self.lookup)(host).await?;
        if found.is_empty() {
            return Err(io::Error::from(io::ErrorKind::NotFound).into());
        }
        let allowed: Vec<_> = found.into_iter().filter(|found| self.may_reach(*found)).collect();
        if allowed.is_empty() {
            return Err(Refused { is_open: self.is_open }.into());
        }
        Ok(allowed.into_iter().map(|address| SocketAddr::new(address, 0)).collect())
    }
}

/// Finds the addresses for a connection: it is made to one of these.
impl Service<Name> for Guard {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = Fault;
    type Future = BoxFuture<'static, Result<Self::Response, Fault>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (guard, host) = (self.clone(), name.as_str().to_owned());
        Box::pin(async move { Ok(guard.addresses(host).await?.into_iter()) })
    }
}
