//! Connections: how many, how slow, and how they end. `axum::serve` bounds none of this.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use tower::ServiceExt;

use super::{client::Peer, listener, settings::Connections};

mod crowd;
mod guest;
mod patience;
mod refused;
mod spelling;
mod wire;

use crowd::{Crowd, Farewell, Room};
pub use guest::Guest;
use guest::Guests;
use patience::Patience;
use wire::Wire;

/// How long to wait when the machine has no more room for connections: others may end meanwhile.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves connections until told to stop; then those that are open end with the request that they are in.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    settings: Connections,
    stopped: impl Future<Output = ()>,
) {
    serve_until_gone(listener, router, settings, stopped, std::future::ready(())).await;
}

/// The same. Whoever comes while it stops is still answered, with one answer a connection, until all those have gone who
/// were there before, and those whom `gone` waits for: a load balancer needs a moment to notice.
pub async fn serve_until_gone(
    listener: TcpListener,
    router: Router,
    settings: Connections,
    stopped: impl Future<Output = ()>,
    gone: impl Future<Output = ()>,
) {
    listener::tune(&listener);
    let server = Server::new(router, settings);
    server.take_all(&listener, stopped).await;
    server.stopping.send_replace(true);
    // until nobody listens to that any more
    let gone = async { tokio::join!(server.stopping.closed(), gone) };
    server.take_all(&listener, gone).await;
}

/// Serves on a socket that another server takes over: whoever comes while this one stops is left to that.
pub async fn serve_in_turn(
    listener: TcpListener,
    router: Router,
    settings: Connections,
    stopped: impl Future<Output = ()>,
) {
    listener::tune(&listener);
    let server = Server::new(router, settings);
    server.take_all(&listener, stopped).await;
    drop(listener);
    server.stopping.send_replace(true);
    server.stopping.closed().await;
}

struct Server {
    router: Router,
    settings: Connections,
    guests: Guests,
    refusals: Arc<Semaphore>,
    crowded: Arc<AtomicBool>,
    stopping: watch::Sender<bool>,
}

impl Server {
    fn new(router: Router, settings: Connections) -> Self {
        let room = Room { most: settings.most, each: settings.strangers };
        Self {
            router,
            settings,
            guests: Guests::new(Crowd::new(room)),
            refusals: Arc::new(Semaphore::new(refused::MOST)),
            crowded: Arc::default(),
            stopping: watch::Sender::new(false),
        }
    }

    async fn take_all<T>(&self, listener: &TcpListener, ended: impl Future<Output = T>) {
        let mut ended = pin!(ended);
        loop {
            tokio::select! {
                // First whether it has ended: it may have before anybody came.
                biased;
                _ = &mut ended => return,
                (stream, peer) = accept(listener) => self.take(stream, peer),
            }
        }
    }

    /// Whoever finds no place is told so, and not left waiting.
    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        let _ = stream.set_nodelay(true);
        let (peer, write) = (Peer(peer), self.settings.write);
        // A proxy's connections are not counted as its own: it will say whom it speaks for.
        let address = (self.settings.trusted_proxies == 0).then(|| peer.into());
        let Some((guest, place)) = self.guests.enter(address) else {
            let wire = Wire::new(stream, refused::PATIENCE, None);
            return refused::tell(wire, refused::FULL, &self.refusals);
        };
        let conversation = Conversation {
            wire: Wire::new(stream, write, Some(place)),
            guest,
            peer,
            router: self.router.clone(),
            settings: self.settings,
            refusals: self.refusals.clone(),
            crowded: self.crowded.clone(),
        };
        let is_late = *self.stopping.borrow();
        tokio::spawn(conversation.hold((!is_late).then(|| self.stopping.subscribe())));
    }
}

struct Conversation {
    wire: Wire,
    guest: Guest,
    peer: Peer,
    router: Router,
    settings: Connections,
    refusals: Arc<Semaphore>,
    /// Whether it was noted already that somebody had to make room.
    crowded: Arc<AtomicBool>,
}

impl Conversation {
    /// Until it ends, or the server stops. One that began while it stopped has one answer, and is not waited for.
    async fn hold(self, mut stopping: Option<watch::Receiver<bool>>) {
        let (heard, guest) = (self.wire.heard(), self.guest.clone());
        let mut connection = http1::Builder::new()
            .keep_alive(stopping.is_some())
            .timer(Patience::new(heard.clone(), self.guest.clone(), self.settings))
            .header_read_timeout(self.settings.header_time)
            .max_headers(self.settings.headers)
            .max_header_size(self.settings.header_size)
            .max_buf_size(self.settings.header_size.max(64 * 1024))
            .serve_connection(TokioIo::new(self.wire), answers(self.router, self.peer, self.guest))
            .with_upgrades();
        let farewell = tokio::select! {
            // First whether it has to go: nothing more is begun then.
            biased;
            farewell = guest.shown_out() => {
                note_room(self.peer, &self.crowded);
                Some(farewell)
            }
            ended = &mut connection => return note(ended),
            () = stops(&mut stopping) => None,
        };
        match farewell {
            Some(Farewell::Told) => {
                if let Some(parts) = connection.into_parts() {
                    let wire = parts.io.into_inner();
                    refused::tell(wire, refused::UNFINISHED, &self.refusals);
                }
            }
            Some(Farewell::Silent) => {}
            // Browsers open connections that they may need: nobody waits for an answer there.
            None if heard.is_silent() => {}
            None => {
                Pin::new(&mut connection).graceful_shutdown();
                note(connection.await);
            }
        }
    }
}

/// Returns when those who hear of it are to end.
async fn stops(stopping: &mut Option<watch::Receiver<bool>>) {
    let Some(stopping) = stopping else { return std::future::pending().await };
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// In full once: it may go on for long.
fn note_room(Peer(peer): Peer, crowded: &AtomicBool) {
    tracing::debug!(%peer, "a connection made room for others");
    if !crowded.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            %peer,
            "more connections than there may be wait for somebody to sign in, or for the rest of a request: the \
             oldest make room. If they come from a proxy, say so with --trusted-proxies; otherwise see \
             --strangers-per-address and --max-connections. Said once"
        );
    }
}

fn note(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

/// Each request, to the router.
fn answers(
    router: Router,
    peer: Peer,
    guest: Guest,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = Response<Body>,
    Error = Infallible,
    Future: Send + 'static,
> {
    service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(guest.clone());
        let (router, guest) = (router.clone(), guest.clone());
        async move {
            guest.asks().await;
            let response = router.oneshot(request).await;
            guest.is_answered();
            response
        }
    })
}

/// The next connection. One that ended before it began is no reason to stop, and neither is a lack of room.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_over_already(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted; trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn is_over_already(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
