//! Requests as fast as they are answered, and then at a fixed rate: what that costs, and how long it takes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use hdrhistogram::Histogram;

use crate::{process, server::Result};

/// One answer in so many is looked at whole; all of them for their status.
const LOOKED_AT: u64 = 8;

/// Something that is asked again and again.
pub trait Subject: Sync {
    /// What asks: one for each connection.
    type Asker: Send;

    /// One more that asks.
    fn asker(&self) -> BoxFuture<'_, Result<Self::Asker>>;

    /// Asks once; none when there is nothing left to ask.
    fn ask<'a>(&'a self, asker: &'a mut Self::Asker) -> BoxFuture<'a, Result<Option<Bytes>>>;

    /// What is wrong with an answer.
    fn check(&self, body: &[u8]) -> std::result::Result<(), String>;
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Measured {
    /// How many were answered in a second.
    pub rate: f64,
    /// Microseconds, from when a request was due.
    pub latency: Histogram<u64>,
    /// Milliseconds of processor time of the server for each.
    pub cpu: f64,
    /// Milliseconds of processor time of PostgreSQL for each.
    pub database_cpu: f64,
    /// The size of an answer in bytes.
    pub size: u64,
}

/// Asks over so many connections for so long; with a rate, only so often in a second.
pub async fn drive<S: Subject>(
    subject: &S,
    pid: u32,
    connections: usize,
    time: Duration,
    rate: Option<f64>,
) -> Result<Measured> {
    let mut askers = Vec::new();
    for _ in 0..connections {
        askers.push(subject.asker().await?);
    }
    let run = Arc::new(Run {
        begun: Instant::now(),
        time,
        rate,
        next: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
    });
    let before = (process::cpu(pid), process::cpu_of_all("postgres"));
    let all = askers.into_iter().map(|asker| ask(subject, asker, Arc::clone(&run)));
    let histograms = futures_util::future::try_join_all(all).await?;
    let (seconds, after) =
        (run.begun.elapsed().as_secs_f64(), (process::cpu(pid), process::cpu_of_all("postgres")));
    let mut latency = new_histogram()?;
    for histogram in &histograms {
        latency.add(histogram)?;
    }
    let count = latency.len().max(1);
    let each = |seconds: f64| seconds * 1000.0 / count as f64;
    Ok(Measured {
        rate: latency.len() as f64 / seconds,
        cpu: each(after.0 - before.0),
        database_cpu: each(after.1 - before.1),
        size: run.bytes.load(Ordering::Relaxed) / count,
        latency,
    })
}

struct Run {
    begun: Instant,
    time: Duration,
    rate: Option<f64>,
    next: AtomicU64,
    bytes: AtomicU64,
}

impl Run {
    /// When the next request is due: at once, or by the clock, so that a slow answer delays none of those after it in
    /// the figures.
    fn due(&self) -> (u64, Instant) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        match self.rate {
            Some(rate) => (number, self.begun + Duration::from_secs_f64(number as f64 / rate)),
            None => (number, Instant::now()),
        }
    }
}

async fn ask<S: Subject>(
    subject: &S,
    mut asker: S::Asker,
    run: Arc<Run>,
) -> Result<Histogram<u64>> {
    let mut latency = new_histogram()?;
    loop {
        let (number, due) = run.due();
        if due.duration_since(run.begun) >= run.time {
            return Ok(latency);
        }
        tokio::time::sleep_until(due.into()).await;
        let Some(body) = subject.ask(&mut asker).await? else { return Ok(latency) };
        latency.saturating_record(u64::try_from(due.elapsed().as_micros()).unwrap_or(u64::MAX));
        run.bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
        if number.is_multiple_of(LOOKED_AT) {
            subject.check(&body)?;
        }
    }
}

/// From a microsecond to a minute, to three digits.
pub fn new_histogram() -> Result<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, 60_000_000, 3)?)
}
