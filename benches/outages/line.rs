//! A line to a database that is switched over to another one, as an address that moves is.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

/// A line to a port of this machine.
pub struct Line {
    /// Where the database is over this line.
    pub port: u16,
    to: Arc<AtomicU16>,
}

impl Line {
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = listener.local_addr().unwrap().port();
        let to = Arc::new(AtomicU16::new(port));
        tokio::spawn(listen(listener, to.clone()));
        Self { port: near, to }
    }

    /// From here on it leads there; connections that are there stay where they are.
    pub fn switch(&self, port: u16) {
        self.to.store(port, Ordering::SeqCst);
    }
}

async fn listen(listener: TcpListener, to: Arc<AtomicU16>) {
    while let Ok((mut near, _)) = listener.accept().await {
        let port = to.load(Ordering::SeqCst);
        tokio::spawn(async move {
            if let Ok(mut far) = TcpStream::connect(("127.0.0.1", port)).await {
                let _ = copy_bidirectional(&mut near, &mut far).await;
            }
        });
    }
}
