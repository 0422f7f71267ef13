//! Bytes to and from a server, as no client library would send them.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::live::soon;

/// A connection.
pub struct Raw(TcpStream);

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// The headers, each in a line, their names in lower case.
    pub head: String,
    pub body: String,
}

impl Raw {
    pub async fn connect(address: &str) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Sends as much as the server takes.
    pub async fn send_in_vain(&mut self, bytes: &[u8]) {
        let _ = soon(self.0.write_all(bytes)).await;
    }

    /// Says that nothing more comes.
    pub async fn finish(&mut self) {
        self.0.shutdown().await.unwrap();
    }

    /// All that comes until the server closes the connection: nothing, if it only does that.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let _ = soon(self.0.read_to_end(&mut bytes)).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The next byte that comes.
    pub async fn byte(&mut self) -> u8 {
        soon(self.0.read_u8()).await.unwrap()
    }

    /// The head of the next answer, as it comes.
    pub async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(soon(self.0.read_u8()).await.unwrap());
        }
        String::from_utf8(head).unwrap()
    }

    /// The next answer, by its length.
    pub async fn answer(&mut self) -> Answer {
        let head = self.head().await;
        let mut answer = Answer::parse(&head);
        let mut body = vec![0; answer.header("content-length").map_or(0, |n| n.parse().unwrap())];
        soon(self.0.read_exact(&mut body)).await.unwrap();
        answer.body = String::from_utf8(body).unwrap();
        answer
    }

    /// The last answer: the server closes the connection after it.
    pub async fn last(&mut self) -> Answer {
        Answer::parse(&self.rest().await)
    }
}

impl Answer {
    fn parse(text: &str) -> Self {
        let (head, body) =
            text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text}"));
        let (first, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        let status = first.split(' ').nth(1).unwrap().parse().unwrap();
        let line = |line: &str| match line.split_once(": ") {
            Some((name, value)) => format!("{}: {value}", name.to_ascii_lowercase()),
            None => line.to_owned(),
        };
        let head = headers.lines().map(line).collect::<Vec<_>>().join("\n");
        Self { status, head, body: body.to_owned() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// The status and the code of the refusal.
    pub fn refusal(&self) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        assert!(body.get("data").is_none(), "{body}");
        format!("{} {}", self.status, body["errors"][0]["extensions"]["code"].as_str().unwrap())
    }
}
