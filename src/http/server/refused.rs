//! Connections for which there is no place.

use std::{sync::Arc, time::Duration};

use tokio::{io::AsyncWriteExt, net::TcpStream, sync::Semaphore, time::timeout};

use super::wire::Wire;

/// How many are told so at once; the rest is dropped.
pub const MOST: usize = 64;
/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(1);

const BODY: &str = r#"{"errors":[{"message":"The server has as many connections as it can take. Try again in a moment.","extensions":{"code":"SERVICE_UNAVAILABLE","retryAfter":1}}]}"#;

/// Says that there is no place, and closes the connection.
pub fn tell(stream: TcpStream, refusals: &Arc<Semaphore>) {
    let Ok(place) = refusals.clone().try_acquire_owned() else { return };
    let mut wire = Wire::new(stream, PATIENCE, place);
    tokio::spawn(timeout(PATIENCE, async move {
        let length = BODY.len();
        let head = format!(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json; charset=utf-8\r\n\
             Content-Length: {length}\r\nRetry-After: 1\r\nConnection: close\r\nCache-Control: no-store\r\n\
             X-Content-Type-Options: nosniff\r\n\r\n"
        );
        let _ = wire.write_all(format!("{head}{BODY}").as_bytes()).await;
        let _ = wire.shutdown().await;
    }));
}
