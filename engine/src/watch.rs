//! How a server is, as far as that has to be asked for: for whoever watches it. Each figure is a small statement over an
//! index, or a look at the system.

use entity::Timestamp;

use crate::{
    app::App,
    db::Usage,
    error::Result,
    event::store as log,
    file::{self, Room, Space, store as files},
    mail::store as mails,
    measures::Measures,
    webhook::store as webhooks,
};

/// What is read of the database.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Events that are committed, and that whoever follows something here was not told of yet.
    pub feed_events: u64,
    /// For how long the oldest of them has waited, in seconds.
    pub feed_seconds: f64,
    /// Mails that are to be sent.
    pub mail_pending: u64,
    /// For how long the oldest of them has waited, in seconds.
    pub mail_seconds: f64,
    /// Mails that could not be delivered.
    pub mail_dead: u64,
    /// Deliveries to webhooks that wait.
    pub webhook_pending: u64,
    /// Deliveries to webhooks that were given up.
    pub webhook_dead: u64,
    /// Events of the log that were not read yet for the webhook that is furthest behind.
    pub webhook_events: u64,
}

/// What is kept of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// How many there are.
    pub files: u64,
    /// How many bytes they have together.
    pub bytes: u64,
}

/// The figures of now.
pub async fn figures(app: &App) -> Result<Figures> {
    let (conn, now) = (app.db().reader(), app.clock().now());
    let lag = log::lag(conn, Measures::of(app).followed()).await?;
    let mail = mails::backlog(conn).await?;
    let webhook = webhooks::backlog(conn, log::last(conn).await?.position).await?;
    Ok(Figures {
        feed_events: lag.events,
        feed_seconds: since(lag.oldest, now),
        mail_pending: mail.pending,
        mail_seconds: since(mail.oldest, now),
        mail_dead: mail.dead,
        webhook_pending: webhook.pending,
        webhook_dead: webhook.dead,
        webhook_events: webhook.events,
    })
}

/// How much is kept of files: this looks at each of them, in an index.
pub async fn volume(app: &App) -> Result<Volume> {
    let (files, bytes) = files::volume(app.db().reader()).await?;
    Ok(Volume { files, bytes })
}

/// How many bytes files may have together.
pub fn room(app: &App) -> Room {
    file::settings(app).room
}

/// The connections to the database: those that write, and those that read.
pub fn connections(app: &App) -> [(&'static str, Usage); 2] {
    app.db().usage()
}

/// The disk that files are on, where that is a folder of this machine.
pub fn files_disk(app: &App) -> Option<Space> {
    file::settings(app).storage.space()
}

/// The disk that the database is on, where it is a file.
pub fn database_disk(app: &App) -> Option<Space> {
    Space::around(&app.db().file()?)
}

fn since(oldest: Option<Timestamp>, now: Timestamp) -> f64 {
    let waited = oldest.and_then(|oldest| (now - oldest).to_std().ok());
    waited.map_or(0.0, |waited| waited.as_secs_f64())
}
