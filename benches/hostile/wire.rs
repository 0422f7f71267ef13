//! Bytes on a connection, well-formed or not.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{TOKEN, Target, told};

/// How long to wait for the end of a connection that the server should have ended.
const LONGEST: Duration = Duration::from_secs(60);

/// The first line and the headers of a request that is signed in, without the empty line.
pub fn head(method: &str, more: &str) -> String {
    format!(
        "{method} /graphql HTTP/1.1\r\nHost: waypost\r\nAuthorization: Bearer {TOKEN}\r\n{more}"
    )
}

pub async fn connect(target: &Target) -> TcpStream {
    TcpStream::connect(&target.address).await.unwrap()
}

/// Sends these bytes, and tells what is answered.
pub async fn exchange(target: &Target, bytes: &[u8]) -> String {
    let mut stream = connect(target).await;
    let _ = stream.write_all(bytes).await;
    answer(&mut stream).await
}

/// Sends these bytes one by one, until the server has enough.
pub async fn drip(target: &Target, first: &str, pause: Duration) -> String {
    let mut stream = connect(target).await;
    stream.write_all(first.as_bytes()).await.unwrap();
    let mut read = [0; 4096];
    loop {
        tokio::select! {
            got = stream.read(&mut read) => return match got {
                Ok(0) | Err(_) => "hung up".to_owned(),
                Ok(count) => parsed(&read[..count]),
            },
            () = tokio::time::sleep(pause) => {
                let _ = stream.write_all(b"a").await;
            }
        }
    }
}

/// What the server says on this connection, until it says no more.
pub async fn answer(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let whole = async {
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut piece).await {
            read.extend_from_slice(&piece[..count]);
            if is_whole(&read) {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(LONGEST, whole).await;
    if read.is_empty() { "hung up".to_owned() } else { parsed(&read) }
}

fn split(read: &[u8]) -> Option<(String, &[u8])> {
    let at = read.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((String::from_utf8_lossy(&read[..at]).to_lowercase(), &read[at + 4..]))
}

fn is_whole(read: &[u8]) -> bool {
    let Some((head, body)) = split(read) else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| body.len() >= length.trim().parse().unwrap_or(0))
}

fn parsed(read: &[u8]) -> String {
    let text = String::from_utf8_lossy(read);
    let status = text.split_whitespace().nth(1).and_then(|word| word.parse().ok());
    let body = split(read).map_or(&[][..], |(_, body)| body);
    status.map_or_else(|| "no answer of HTTP".to_owned(), |status| told(status, body))
}
