//! How long a connection may be silent: a request that has begun has less time than one that has not.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};

use super::{guest::Guest, wire::Heard};
use crate::http::settings::Connections;

/// The clock of one connection. The HTTP library has a single limit, from the end of one request until the
/// next has all its headers; this clock tells the two parts of that time from each other.
#[derive(Clone, Debug)]
pub(crate) struct Patience {
    heard: Heard,
    guest: Guest,
    header: Duration,
    idle: Duration,
}

impl Patience {
    /// The clock of this connection, on which this is heard.
    pub(crate) fn new(heard: Heard, guest: Guest, settings: Connections) -> Self {
        let Connections { header_time, idle, .. } = settings;
        Self { heard, guest, header: header_time, idle }
    }
}

impl Timer for Patience {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    /// Asked for when the wait for a request begins; the first one must come at once.
    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let first = self.heard.is_silent();
        if !first {
            self.guest.rests();
        }
        let deadline = if first { deadline } else { self.now() + self.idle };
        let sleep = Box::pin(tokio::time::sleep_until(deadline.into()));
        let before = (!first).then(|| self.heard.times());
        Box::pin(Wait { patience: self.clone(), sleep, before })
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into()
    }
}

struct Wait {
    patience: Patience,
    sleep: Pin<Box<tokio::time::Sleep>>,
    /// What had been heard when the connection fell silent, as long as it is.
    before: Option<usize>,
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let heard = self.patience.heard.times();
        if self.before.take_if(|before| *before != heard).is_some() {
            let deadline = tokio::time::Instant::now() + self.patience.header;
            self.sleep.as_mut().reset(deadline);
        }
        self.sleep.as_mut().poll(context)
    }
}

impl Sleep for Wait {}
