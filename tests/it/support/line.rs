//! A line to a database that a test cuts or holds, as a network does.

use reqwest::Url;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::AbortHandle,
};

use super::live::soon;

/// What becomes of what is sent over the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It arrives.
    Open,
    /// Connections break, and new ones too.
    Cut,
    /// Nothing arrives, and nobody is told.
    Held,
}

/// A line to the server of a database.
pub struct Line {
    /// Where the database is over this line.
    pub url: String,
    state: watch::Sender<State>,
    /// How many connections were broken, or not to be had.
    broken: watch::Sender<usize>,
    task: AbortHandle,
}

impl Line {
    /// An open line to the database at this URL.
    pub async fn to(url: &str) -> Self {
        Self::to_first(usize::MAX, url).await
    }

    /// An open line for so many connections; nothing arrives of those after them.
    pub async fn to_first(most: usize, url: &str) -> Self {
        let mut url = Url::parse(url).unwrap();
        let far = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let (state, broken) = (watch::Sender::new(State::Open), watch::Sender::new(0));
        let task = tokio::spawn(listen(listener, most, far, state.clone(), broken.clone()));
        Self { url: url.into(), state, broken, task: task.abort_handle() }
    }

    pub fn open(&self) {
        self.state.send_replace(State::Open);
    }

    pub fn cut(&self) {
        self.broken.send_replace(0);
        self.state.send_replace(State::Cut);
    }

    pub fn hold(&self) {
        self.state.send_replace(State::Held);
    }

    /// Waits until so many connections broke, or were tried in vain, since it was cut.
    pub async fn missed(&self, count: usize) {
        soon(self.broken.subscribe().wait_for(|broken| *broken >= count)).await.unwrap();
    }

    /// What holds it, from wherever.
    pub fn holder(&self) -> impl Fn() + Send + Sync + 'static {
        let state = self.state.clone();
        move || {
            state.send_replace(State::Held);
        }
    }

    /// What cuts it, from wherever.
    pub fn knife(&self) -> impl Fn() + Send + Sync + 'static {
        let state = self.state.clone();
        move || {
            state.send_replace(State::Cut);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(
    listener: TcpListener,
    most: usize,
    far: String,
    state: watch::Sender<State>,
    broken: watch::Sender<usize>,
) {
    let (held, mut count) = (watch::Sender::new(State::Held), 0);
    while let Ok((near, _)) = listener.accept().await {
        let state = if count < most { state.subscribe() } else { held.subscribe() };
        let (far, broken) = (far.clone(), broken.clone());
        count += 1;
        tokio::spawn(async move {
            carry(near, &far, state).await;
            broken.send_modify(|count| *count += 1);
        });
    }
}

async fn carry(mut near: TcpStream, far: &str, mut state: watch::Receiver<State>) {
    if *state.borrow_and_update() == State::Cut {
        return;
    }
    let mut far = TcpStream::connect(far).await.unwrap();
    let mut carried = std::pin::pin!(copy_bidirectional(&mut near, &mut far));
    loop {
        let is_open = *state.borrow_and_update() == State::Open;
        tokio::select! {
            biased;
            changed = state.changed() => {
                if changed.is_err() || *state.borrow() == State::Cut {
                    return;
                }
            }
            _ = &mut carried, if is_open => return,
        }
    }
}
