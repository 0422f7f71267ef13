//! Follows the log for one server: what other processes wrote wakes those who wait here.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use entity::ids::MemberId;
use futures_util::StreamExt;
use sea_orm::{
    DbBackend,
    sqlx::{
        self, ConnectOptions, SqliteConnection, postgres::PgListener, sqlite::SqliteConnectOptions,
    },
};
use tokio::time::{Instant, timeout};

use super::{sequencer::CHANNEL, store};
use crate::{
    app::App,
    error::{Error, Result},
    measures::Measures,
    notification, trouble,
};

/// PostgreSQL: in case a notification is lost, and for rights, which must act within a second (rule 17).
const POLL: Duration = Duration::from_millis(500);
/// SQLite: how often to ask whether another connection has written.
const POLL_FILE: Duration = Duration::from_millis(250);
/// PostgreSQL through a pooler in transaction mode: how often to look.
const POLL_POOLER: Duration = Duration::from_millis(250);
const PAUSE: Duration = Duration::from_millis(500);
const BATCH: u64 = 500;
/// How many inboxes are asked for at once.
const CHUNK: usize = 1_000;
/// How long one look may take: a batch of the log, and what else has changed.
const LONGEST: Duration = Duration::from_secs(5);

/// Follows the log until it is stopped. After a fault nobody knows what was missed, so everybody looks.
pub(crate) async fn run(app: App) {
    let mut tail = Tail::new(app);
    loop {
        if let Err(error) = tail.follow().await {
            trouble::note("the log could not be followed", &error);
        }
        tail.app.bus().log_is_silent(Some(tail.heard));
        tokio::time::sleep(PAUSE).await;
        tail.app.bus().wake_all();
    }
}

struct Tail {
    app: App,
    /// How far it has been read; none before the first look.
    position: Option<i64>,
    /// How often processes had been saved at the last look.
    saves: Option<i64>,
    inboxes: Inboxes,
    /// When the last look began that went well.
    heard: Instant,
}

/// What was known of inboxes at the last look: of all together, and of each.
#[derive(Default)]
struct Inboxes {
    sum: Option<i64>,
    versions: HashMap<MemberId, i64>,
}

impl Inboxes {
    /// Whose inbox has another version than it had; the others are forgotten.
    fn news(&mut self, found: HashMap<MemberId, i64>) -> Vec<MemberId> {
        let known = std::mem::replace(&mut self.versions, found);
        let found = self.versions.iter();
        let news = found.filter(|(member, version)| known.get(*member) != Some(*version));
        news.map(|(member, _)| *member).collect()
    }
}

impl Tail {
    fn new(app: App) -> Self {
        let (inboxes, heard) = (Inboxes::default(), Instant::now());
        Self { app, position: None, saves: None, inboxes, heard }
    }

    /// The log could be read, as it was when this began.
    fn was_heard(&mut self, began: Instant) {
        self.heard = began;
        self.app.bus().log_is_silent(None);
    }

    async fn follow(&mut self) -> Result<()> {
        match self.app.db().backend() {
            DbBackend::Postgres => self.follow_server().await,
            _ => self.follow_file().await,
        }
    }

    async fn follow_server(&mut self) -> Result<()> {
        let db = self.app.db().clone();
        let Some(pool) = db.reader().listening() else { return self.follow_pooler().await };
        let listener = soon(async {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen(CHANNEL).await?;
            Ok(listener)
        });
        let listener = listener.await?;
        let mut news = std::pin::pin!(listener.into_stream());
        loop {
            self.look_soon().await?;
            tokio::select! {
                notified = news.next() => match notified {
                    Some(Ok(_)) => {}
                    Some(Err(cause)) => return Err(cause.into()),
                    None => return Err(Error::overdue("PostgreSQL tells no more of the log")),
                },
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Nobody can be told through a pooler: a session that listens is given to others.
    async fn follow_pooler(&mut self) -> Result<()> {
        loop {
            self.look_soon().await?;
            tokio::time::sleep(POLL_POOLER).await;
        }
    }

    async fn follow_file(&mut self) -> Result<()> {
        let mut file = open(self.app.db().url()).await?;
        let mut known = None;
        loop {
            let began = Instant::now();
            let version = Some(soon(data_version(&mut file)).await?);
            if version != known {
                self.look_soon().await?;
                known = version;
            }
            self.was_heard(began);
            tokio::time::sleep(POLL_FILE).await;
        }
    }

    async fn look_soon(&mut self) -> Result<()> {
        let began = Instant::now();
        soon(self.look()).await?;
        self.was_heard(began);
        Ok(())
    }

    /// Wakes whoever waits for a deal, a process or an inbox with news. What has changed without an event is read
    /// first, and rights are told last: who is told of them finds the events that came with them.
    async fn look(&mut self) -> Result<()> {
        let pulse = store::pulse(self.app.db().reader()).await?;
        match self.position {
            Some(position) => self.position = Some(self.wake_after(position).await?),
            None => self.first_look().await?,
        }
        self.position.into_iter().for_each(|position| Measures::of(&self.app).follow(position));
        if self.saves.replace(pulse.saves) != Some(pulse.saves) {
            self.app.bus().wake_processes();
        }
        if self.inboxes.sum != Some(pulse.inboxes) {
            self.wake_inboxes().await?;
            self.inboxes.sum = Some(pulse.inboxes);
        }
        self.app.bus().rights_are(pulse.rights_epoch);
        Ok(())
    }

    /// Wakes whoever waits for an inbox with news. Those that nobody waits for are neither read nor kept in mind,
    /// and whoever comes is woken once too often.
    async fn wake_inboxes(&mut self) -> Result<()> {
        let waited_for = self.app.bus().inboxes();
        let mut found = HashMap::new();
        for some in waited_for.chunks(CHUNK) {
            found.extend(notification::find::versions(self.app.db().reader(), some.into()).await?);
        }
        for member in self.inboxes.news(found) {
            self.app.bus().wake_inbox(member);
        }
        Ok(())
    }

    async fn first_look(&mut self) -> Result<()> {
        self.position = Some(store::last(self.app.db().reader()).await?.position);
        self.app.bus().wake_all();
        Ok(())
    }

    /// A process is woken once a batch, however many of its deals have news.
    async fn wake_after(&self, mut position: i64) -> Result<i64> {
        let bus = self.app.bus();
        loop {
            let found = store::touched_after(self.app.db().reader(), position, BATCH).await?;
            let mut processes = BTreeSet::new();
            for touched in &found {
                bus.wake(touched.deal_id);
                processes.insert(touched.process_id);
                processes.extend(touched.from_process_id);
                position = touched.position;
            }
            processes.into_iter().for_each(|process| bus.wake_process(process));
            if (found.len() as u64) < BATCH {
                return Ok(position);
            }
        }
    }
}

/// A look that hangs is a connection that is gone without a word: everybody would wait for ever.
async fn soon<T>(look: impl Future<Output = Result<T>>) -> Result<T> {
    let looked = timeout(LONGEST, look).await;
    looked.unwrap_or_else(|_| Err(Error::overdue("the log could not be read in time")))
}

/// A connection of its own: `data_version` tells a connection of the commits of all others.
async fn open(url: &str) -> Result<SqliteConnection> {
    let options: SqliteConnectOptions = url.parse()?;
    Ok(options.disable_statement_logging().connect().await?)
}

async fn data_version(file: &mut SqliteConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("PRAGMA data_version").fetch_one(file).await?)
}
