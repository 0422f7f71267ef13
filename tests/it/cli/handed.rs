//! Started as systemd starts it: with a socket that it holds, and told when to be ready.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    process::{Command, Stdio},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
};
use waypost::http;

use super::{Running, run, sqlite, told, waypost};
use crate::support::{TestApp, each};

/// The program with these sockets from number 3 on, as `sd_listen_fds(3)` says it.
fn with_sockets(args: &[&str], socket: &TcpListener, count: u32) -> Command {
    let plain = waypost(args);
    let mut command = Command::new("sh");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WAYPOST_")) {
        command.env_remove(name);
    }
    let hand_over = format!(
        "exec 3<&0 4<&0 </dev/null; export LISTEN_PID=$$ LISTEN_FDS={count}; exec \"$0\" \"$@\""
    );
    command.args(["-c", &hand_over]).arg(plain.get_program()).args(plain.get_args());
    command.stdin(OwnedFd::from(socket.try_clone().unwrap()));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Asks whether the server lives, on a connection of its own.
fn ask(address: SocketAddr) -> TcpStream {
    let mut client = TcpStream::connect(address).unwrap();
    client.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    client
}

fn answer(mut client: TcpStream) -> String {
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn whoever_comes_between_two_servers_of_a_socket_is_answered_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    // where it would listen without
    let (taken, url) = (TcpListener::bind("127.0.0.1:0").unwrap(), sqlite(folder.path()));
    let listen = taken.local_addr().unwrap().to_string();
    let args = ["serve", "--listen", &listen, "--database", &url];
    let first = Running::start(&mut with_sockets(&args, &socket, 1));
    assert_eq!(first.address(), address.to_string());
    assert_eq!(answer(ask(address)), "HTTP/1.1 200 OK");
    let (code, _, log) = first.stop();
    assert_eq!(code, 0, "{log}");
    let between: Vec<_> = (0..20).map(|_| ask(address)).collect();
    let second = Running::start(&mut with_sockets(&args, &socket, 1));
    for client in between {
        assert_eq!(answer(client), "HTTP/1.1 200 OK");
    }
    assert_eq!(second.stop().0, 0);
}

#[test]
fn a_second_socket_is_refused_with_what_to_say_and_one_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = sqlite(folder.path());
    let args = ["serve", "--listen", "127.0.0.1:0", "--database", &url];
    let refused = with_sockets(&args, &socket, 2).output().unwrap();
    assert_eq!(refused.status.code(), Some(4), "{}", told(&refused));
    assert!(told(&refused).contains("2 sockets were handed over"), "{}", told(&refused));
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
    let mut of_another = waypost(&args);
    let server = Running::start(of_another.envs([("LISTEN_PID", "1"), ("LISTEN_FDS", "1")]));
    assert_ne!(server.address(), socket.local_addr().unwrap().to_string());
    assert_eq!(server.stop().0, 0);
    let plain = run(&["migrate", "--database", &url]);
    assert!(plain.status.success(), "{}", told(&plain));
}

#[test]
fn whoever_started_it_is_told_when_it_is_ready_and_when_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let hear = || {
        let mut bytes = [0; 64];
        let length = manager.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap().trim().to_owned()
    };
    let url = sqlite(folder.path());
    let mut command = waypost(&["serve", "--listen", "127.0.0.1:0", "--database", &url]);
    let server = Running::start(command.env("NOTIFY_SOCKET", &path));
    assert_eq!(hear(), "READY=1");
    assert_eq!(server.stop().0, 0);
    assert_eq!(hear(), "STOPPING=1");
}

/// Tells when it is dropped.
struct Dropped(Option<oneshot::Sender<()>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.take().map(|told| told.send(()));
    }
}

/// A server on a socket that others have, too: how to stop it, and what tells that it takes nobody more.
fn in_turn(app: &TestApp, socket: &TcpListener) -> (oneshot::Sender<()>, oneshot::Receiver<()>) {
    let (stop, stopped) = oneshot::channel();
    let (tell, told) = oneshot::channel();
    let socket = socket.try_clone().unwrap();
    socket.set_nonblocking(true).unwrap();
    let listener = tokio::net::TcpListener::from_std(socket).unwrap();
    let router = http::router(app.app.clone(), http::Settings::default());
    let listens = Dropped(Some(tell));
    let stopped = async move {
        let _listens = listens;
        let _ = stopped.await;
    };
    let connections = http::settings::Connections::default();
    tokio::spawn(http::server::serve_in_turn(listener, router, connections, stopped));
    (stop, told)
}

#[tokio::test]
async fn whoever_comes_while_a_server_finishes_its_requests_is_left_to_the_next() {
    each(|app| async move {
        let ada = app.admin().await;
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let (stop, told) = in_turn(&app, &socket);
        let (head, body) = ("{\"query\": ", "\"{ __typename }\"}");
        let request = format!(
            "POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            ada.secret,
            head.len() + body.len()
        );
        let mut running = tokio::net::TcpStream::connect(address).await.unwrap();
        running.write_all(request.as_bytes()).await.unwrap();
        let mut asked = [0; 12];
        running.read_exact(&mut asked).await.unwrap();
        assert_eq!(&asked, b"HTTP/1.1 100", "it waits for the body");
        running.write_all(head.as_bytes()).await.unwrap();
        stop.send(()).unwrap();
        told.await.unwrap();

        let mut newcomer = tokio::net::TcpStream::connect(address).await.unwrap();
        let live = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        newcomer.write_all(live.as_bytes()).await.unwrap();
        running.write_all(body.as_bytes()).await.unwrap();
        let (mut finished, mut answered) = (String::new(), String::new());
        running.read_to_string(&mut finished).await.unwrap();
        assert!(finished.contains("200 OK") && finished.contains("__typename"), "{finished}");
        let _next = in_turn(&app, &socket);
        newcomer.read_to_string(&mut answered).await.unwrap();
        assert!(answered.starts_with("HTTP/1.1 200 OK"), "{answered}");
    })
    .await;
}
