//! Connections for which there is no place, or no longer.

use std::{sync::Arc, time::Duration};

use tokio::{io::AsyncWriteExt, sync::Semaphore, time::timeout};

use super::wire::Wire;

/// How many are told so at once; the rest is dropped.
pub(crate) const MOST: usize = 64;
/// How long that may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

/// Nobody is waited for who could go.
pub(crate) const FULL: &str =
    "The server has as many connections as it can take. Try again in a moment.";
/// Others came, and this one was waited for longest.
pub(crate) const UNFINISHED: &str = "Your request did not come whole before others needed its connection. Nothing was done: send it again in a moment.";

/// Says why there is no place, and closes the connection.
pub(crate) fn tell(mut wire: Wire, why: &'static str, refusals: &Arc<Semaphore>) {
    let Ok(place) = refusals.clone().try_acquire_owned() else { return };
    tokio::spawn(async move {
        let said = async {
            let _ = wire.write_all(answer(why).as_bytes()).await;
            let _ = wire.shutdown().await;
        };
        let _ = timeout(PATIENCE, said).await;
        drop(place);
    });
}

fn answer(why: &str) -> String {
    let body = format!(
        r#"{{"errors":[{{"message":"{why}","extensions":{{"code":"SERVICE_UNAVAILABLE","retryAfter":1}}}}]}}"#
    );
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {}\r\nRetry-After: 1\r\nConnection: close\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\n\r\n{body}",
        body.len()
    )
}
