//! A real mail server, over real sockets, that can be stopped and started again and is as moody as told.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::TimeDelta;
use domain::delivery::Backoff;
use engine::{
    app::Settings,
    mail::{self, SmtpUrl},
};
use mailin::{Action, Handler, Response, SessionBuilder, response};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
};

/// A mail that the server has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub message_id: String,
    pub to: String,
    pub text: String,
}

/// What the server does with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Take,
    /// Not now, says the server when it hears for whom it is.
    RefuseForNow,
    /// Not now, says it when it has read all.
    RefuseForNowLate,
    /// Never.
    Refuse,
    /// It takes the mail, and the connection breaks before it can say so.
    TakeAndHangUp,
    /// It says nothing any more on this connection.
    SaysNothing,
    /// It falls with all its connections, until it is restarted.
    Fall,
}

type Moods = Box<dyn FnMut(&str) -> Mood + Send>;

struct Desk {
    received: Vec<Received>,
    moods: Moods,
    is_down: bool,
}

/// The mail server.
pub struct Post {
    pub address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    serving: JoinSet<()>,
    /// Keeps the port while nobody listens there.
    _place: TcpSocket,
}

impl Post {
    /// A server on a free port, which decides so about a mail to each recipient.
    pub async fn start(moods: impl FnMut(&str) -> Mood + Send + 'static) -> Self {
        let moods = Box::new(moods);
        let desk = Desk { received: Vec::new(), moods, is_down: false };
        let place = bound("127.0.0.1:0".parse().unwrap());
        let address = place.local_addr().unwrap();
        let listener = bound(address).listen(1024).unwrap();
        let (desk, serving) = (Arc::new(Mutex::new(desk)), JoinSet::new());
        let mut post = Self { address, desk, serving, _place: place };
        post.serve(listener);
        post
    }

    fn serve(&mut self, listener: TcpListener) {
        let desk = self.desk.clone();
        self.serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                connections.spawn(converse(socket, desk.clone()));
            }
        });
    }

    /// Stops it: connections break, and nobody answers any more.
    pub async fn stop(&mut self) {
        self.serving.shutdown().await;
    }

    /// Starts it again, at the same address.
    pub async fn restart(&mut self) {
        self.stop().await;
        open(&self.desk).is_down = false;
        let listener = bound(self.address).listen(1024).unwrap();
        self.serve(listener);
    }

    /// What it has taken so far.
    pub fn received(&self) -> Vec<Received> {
        open(&self.desk).received.clone()
    }

    /// Whether it has fallen.
    pub fn is_down(&self) -> bool {
        open(&self.desk).is_down
    }

    /// The settings of an application that sends its mail here.
    pub fn settings(&self) -> Settings {
        let mail = mail::MailSettings {
            smtp: SmtpUrl::new(format!("smtp://{}", self.address)),
            from: "Waypost <crm@example.org>".parse().unwrap(),
            deal_url: "https://crm.example.org/deals/{id}".into(),
            backoff: Backoff::default(),
        };
        mail.add_to(Settings::new("https://waypost.example.org".into()))
    }
}

/// A socket at this address, which others of ours may have, too: a program that another test starts at this moment has
/// all of our sockets until it runs, those that we closed among them.
fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.set_reuseport(true).unwrap();
    socket.bind(address).unwrap();
    socket
}

/// Longer than any pause between two attempts.
pub fn a_while() -> TimeDelta {
    Backoff::default().longest
}

fn open(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap()
}

/// One connection, until one of the two has had enough.
async fn converse(socket: TcpStream, desk: Arc<Mutex<Desk>>) {
    let peer = socket.peer_addr().unwrap().ip();
    let hangs_up = Arc::new(AtomicBool::new(false));
    let says_nothing = Arc::new(AtomicBool::new(false));
    let clerk = Clerk {
        says_nothing: says_nothing.clone(),
        desk: desk.clone(),
        hangs_up: hangs_up.clone(),
        mood: Mood::Take,
        to: String::new(),
        data: Vec::new(),
    };
    let mut session = SessionBuilder::new("post.example.org").build(peer, clerk);
    let mut socket = BufReader::new(socket);
    let mut answer = session.greeting();
    loop {
        if says_nothing.load(Ordering::SeqCst) {
            return std::future::pending().await;
        }
        let is_silent = hangs_up.load(Ordering::SeqCst) || open(&desk).is_down;
        if is_silent || tell(&mut socket, &answer).await.is_err() {
            return;
        }
        // after a refusal at the end of the data, this state machine takes all that comes for more data
        if answer.action == Action::Close || answer.code == response::OUT_OF_SPACE.code {
            return;
        }
        let mut line = Vec::new();
        match socket.read_until(b'\n', &mut line).await {
            Ok(read) if read > 0 => answer = session.process(&line),
            _ => return,
        }
    }
}

async fn tell(socket: &mut BufReader<TcpStream>, answer: &Response) -> io::Result<()> {
    if answer.action == Action::NoReply {
        return Ok(());
    }
    let mut bytes = Vec::new();
    answer.write_to(&mut bytes)?;
    socket.write_all(&bytes).await?;
    socket.flush().await
}

/// Who decides about the mails of one connection.
struct Clerk {
    desk: Arc<Mutex<Desk>>,
    hangs_up: Arc<AtomicBool>,
    says_nothing: Arc<AtomicBool>,
    mood: Mood,
    to: String,
    data: Vec<u8>,
}

impl Handler for Clerk {
    fn rcpt(&mut self, to: &str) -> Response {
        let mut desk = open(&self.desk);
        self.to = to.to_owned();
        self.data.clear();
        self.mood = (desk.moods)(to);
        self.says_nothing.store(self.mood == Mood::SaysNothing, Ordering::SeqCst);
        match self.mood {
            Mood::RefuseForNow => response::INTERNAL_ERROR,
            Mood::Refuse => response::NO_MAILBOX,
            Mood::Fall => {
                desk.is_down = true;
                response::NO_SERVICE
            }
            _ => response::OK,
        }
    }

    fn data(&mut self, part: &[u8]) -> io::Result<()> {
        self.data.extend(part);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        if self.mood == Mood::RefuseForNowLate {
            return response::OUT_OF_SPACE;
        }
        let text = String::from_utf8_lossy(&self.data).into_owned();
        let header = text.lines().find_map(|line| line.strip_prefix("Message-ID: "));
        let message_id = header.unwrap_or_default().trim().to_owned();
        self.hangs_up.store(self.mood == Mood::TakeAndHangUp, Ordering::SeqCst);
        let to = self.to.clone();
        open(&self.desk).received.push(Received { message_id, to, text });
        response::OK
    }
}
