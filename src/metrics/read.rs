//! What is asked for when somebody looks: of the application, of its database, and of the disks. What cannot be told
//! now is left out, so that nobody takes it for nothing.

use std::{
    sync::atomic::AtomicU64,
    time::{Duration, Instant},
};

use engine::{
    app::App,
    error::Result,
    file::{Room, Space},
    measures::Measures,
    traces::Traces,
    trouble,
    watch::{self, Figures, Volume},
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge, info::Info},
    registry::Registry,
};
use tokio::time::timeout;

/// How long the figures of the database are news.
const FRESH: Duration = Duration::from_secs(1);
/// How long the volume of files is: to know it, all of them are looked at.
const FRESH_VOLUME: Duration = Duration::from_secs(60);
/// How long is waited for the database.
const PATIENCE: Duration = Duration::from_secs(2);

/// A value that is set when it is read.
pub(super) type Value = Gauge<f64, AtomicU64>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Disk {
    holds: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Limit {
    of: &'static str,
}

/// What was read last.
#[derive(Default)]
pub(super) struct Read {
    figures: Kept<Figures>,
    volume: Kept<Volume>,
}

/// A value, and when it was asked for; none where it was not told.
struct Kept<T> {
    at: Option<Instant>,
    value: Option<T>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { at: None, value: None }
    }
}

impl<T: Copy> Kept<T> {
    /// The value, which is asked for when it is no news any more, and again soon if it was not told.
    async fn get(&mut self, fresh: Duration, asked: impl Future<Output = Result<T>>) -> Option<T> {
        let fresh = if self.value.is_some() { fresh } else { FRESH };
        if self.at.is_some_and(|at| at.elapsed() < fresh) {
            return self.value;
        }
        self.value = match timeout(PATIENCE, asked).await {
            Ok(Ok(value)) => Some(value),
            Ok(Err(error)) => {
                trouble::note("the figures of the database could not be read", &error);
                None
            }
            Err(_) => None,
        };
        self.at = Some(Instant::now());
        self.value
    }
}

impl Read {
    /// Tells what the database and the disks tell.
    pub(super) async fn tell(&mut self, told: &mut Registry, app: &App) {
        let figures = self.figures.get(FRESH, watch::figures(app)).await;
        let answers = f64::from(u8::from(figures.is_some()));
        gauge(told, "waypost_database_answers", "Whether the database answers", answers);
        figures.iter().for_each(|figures| of_database(told, figures));
        let volume = self.volume.get(FRESH_VOLUME, watch::volume(app)).await;
        volume.iter().for_each(|volume| of_files(told, volume));
        let disks = tokio::task::spawn_blocking({
            let app = app.clone();
            move || [("database", watch::database_disk(&app)), ("files", watch::files_disk(&app))]
        });
        of_disks(told, disks.await.unwrap_or_default());
    }
}

fn of_traces(told: &mut Registry, app: &App) {
    let (sent, dropped) = Traces::of(app).counted();
    told.register("waypost_trace_spans_sent", "Spans of traces that a collector took", sent);
    told.register("waypost_trace_spans_dropped", "Spans that it did not take in time", dropped);
}

/// Tells what is known without asking.
pub(super) fn work(told: &mut Registry, app: &App) {
    let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
    told.register("waypost_build", "The version of the program", version);
    let stopping = f64::from(u8::from(app.bus().is_stopping()));
    gauge(told, "waypost_stopping", "Whether the server is being stopped", stopping);
    of_writing(told, Measures::of(app));
    of_kept(told, Measures::of(app));
    of_traces(told, app);
    of_room(told, watch::room(app));
    let (used, limits) = (Family::<Pool, Value>::default(), Family::<Pool, Value>::default());
    for (pool, usage) in watch::connections(app) {
        used.get_or_create(&Pool { pool }).set(usage.used as f64);
        limits.get_or_create(&Pool { pool }).set(usage.limit.into());
    }
    told.register(
        "waypost_database_connections",
        "Connections to the database that are in use, of those that write and those that read",
        used,
    );
    told.register(
        "waypost_database_connections_limit",
        "How many connections to the database there may be",
        limits,
    );
}

fn of_writing(told: &mut Registry, measures: &Measures) {
    told.register(
        "waypost_writer_queue_units",
        "Units of work that wait for their turn to write",
        measures.waiting.clone(),
    );
    told.register(
        "waypost_writer_turn_units",
        "How many units of work were written together in a turn",
        measures.turns.clone(),
    );
    told.register(
        "waypost_writer_alone",
        "Units of work that had a transaction of their own",
        measures.alone.clone(),
    );
    told.register(
        "waypost_writer_retries",
        "How often a unit of work lost a race and was tried again",
        measures.retries.clone(),
    );
}

fn of_kept(told: &mut Registry, measures: &Measures) {
    told.register(
        "waypost_kept_hits",
        "Parts of answers that were kept and given again",
        measures.kept_hits.clone(),
    );
    told.register(
        "waypost_kept_misses",
        "Parts of answers that had to be made",
        measures.kept_misses.clone(),
    );
    told.register(
        "waypost_kept_bytes",
        "How many bytes of answers are kept",
        measures.kept_bytes.clone(),
    );
}

fn of_database(told: &mut Registry, figures: &Figures) {
    for (name, help, value) in [
        (
            "waypost_feed_lag_events",
            "Committed events that subscribers of this server were not told of yet",
            figures.feed_events as f64,
        ),
        (
            "waypost_feed_lag_seconds",
            "For how long the oldest of them has waited",
            figures.feed_seconds,
        ),
        ("waypost_mail_pending", "Mails that are to be sent", figures.mail_pending as f64),
        (
            "waypost_mail_oldest_seconds",
            "For how long the oldest of them has waited",
            figures.mail_seconds,
        ),
        ("waypost_mail_dead", "Mails that could not be delivered", figures.mail_dead as f64),
        (
            "waypost_webhook_pending",
            "Deliveries to webhooks that wait",
            figures.webhook_pending as f64,
        ),
        (
            "waypost_webhook_dead",
            "Deliveries to webhooks that were given up",
            figures.webhook_dead as f64,
        ),
        (
            "waypost_webhook_lag_events",
            "Events that were not read yet for the webhook that is furthest behind",
            figures.webhook_events as f64,
        ),
    ] {
        gauge(told, name, help, value);
    }
}

fn of_files(told: &mut Registry, volume: &Volume) {
    gauge(told, "waypost_files", "Files that are kept", volume.files as f64);
    let help = "How many bytes the files have together";
    gauge(told, "waypost_files_bytes", help, volume.bytes as f64);
}

/// Of those that there are.
fn of_room(told: &mut Registry, Room { member, all }: Room) {
    let limits = Family::<Limit, Value>::default();
    for (of, limit) in [("member", member), ("all", all)] {
        let Some(limit) = limit else { continue };
        limits.get_or_create(&Limit { of }).set(limit as f64);
    }
    let help = "How many bytes the files of a member, and of all, may have together";
    told.register("waypost_files_limit_bytes", help, limits);
}

fn of_disks(told: &mut Registry, disks: [(&'static str, Option<Space>); 2]) {
    let (free, size) = (Family::<Disk, Value>::default(), Family::<Disk, Value>::default());
    for (holds, space) in disks {
        let Some(space) = space else { continue };
        free.get_or_create(&Disk { holds }).set(space.free as f64);
        size.get_or_create(&Disk { holds }).set(space.size as f64);
    }
    told.register("waypost_disk_free_bytes", "How much of the disk is left", free);
    told.register("waypost_disk_size_bytes", "How large the disk is", size);
}

/// Tells one value.
pub(super) fn gauge(told: &mut Registry, name: &str, help: &str, value: f64) {
    let gauge = Value::default();
    gauge.set(value);
    told.register(name, help, gauge);
}
