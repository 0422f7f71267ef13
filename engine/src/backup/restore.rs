//! Restoring: all of a backup or nothing of it, into a database in which there is nothing.

use std::io::BufRead;

use sea_orm::DbBackend;

use super::{
    FORMAT, Fault, HEAD, Head, Progress, archive::Unpacker, damaged, files::Incoming, fill::Filling,
};
use crate::{
    app::App,
    db::{Whole, known_migrations},
    names, webhook,
};

/// The most bytes that a backup may say of itself.
const LARGEST: usize = 4 * 1024 * 1024;

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the backup said of itself.
    pub head: Head,
    /// How many rows.
    pub rows: u64,
    /// How many files.
    pub files: u64,
}

/// What a restored copy does about webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Webhooks {
    /// It goes on telling them: it takes the place of what was backed up.
    GoOn,
    /// It tells them nothing until an administrator says so: it is there beside what was backed up.
    Pause,
}

/// Fills the database of the application, and its place of files, from a backup; then brings it up to date. The log
/// is another one afterwards: cursors of the one that was backed up are refused (rule 22).
///
/// # Errors
/// The file is no whole backup or a newer one, the database is not empty, or reading or writing failed: then nothing
/// was restored.
pub async fn restore<R: BufRead>(
    app: &App,
    source: R,
    webhooks: Webhooks,
    progress: Progress<'_>,
) -> Result<Restored, Fault> {
    let mut unpacker = Unpacker::new(source)?;
    let head = head(&mut unpacker)?;
    let mut incoming = Incoming::new(crate::file::settings(app).storage.clone());
    let whole = app.db().begin_whole().await?;
    let filling = Filling::new((&whole, &head), unpacker, &mut incoming, progress);
    let filled = match filling.fill().await {
        Ok(rows) => pause(app, &whole, webhooks).await.map(|()| rows),
        Err(fault) => Err(fault),
    };
    match kept(app, whole, filled).await {
        Ok(rows) => {
            names::renew(app).await?;
            Ok(Restored { rows, files: incoming.count(), head })
        }
        Err((fault, Standing::Nothing)) => {
            incoming.discard().await;
            Err(fault)
        }
        Err((fault, Standing::Unknown)) => Err(fault),
    }
}

/// What is there after a fault.
enum Standing {
    /// Nothing of the backup.
    Nothing,
    /// All of it, or nothing: the connection broke before the server could say so. Files without rows do no harm.
    Unknown,
}

/// Makes it all true at once, or leaves everything as it was.
async fn kept(
    app: &App,
    whole: Whole,
    filled: Result<u64, Fault>,
) -> Result<u64, (Fault, Standing)> {
    let rows = match filled {
        Ok(rows) => rows,
        Err(fault) => {
            // Where there is no room, SQLite has undone it by itself, and says so. Dropped, it is undone anyway.
            if let Err(cause) = whole.leave().await {
                tracing::debug!(target: "waypost::backup::restore", %cause, "what failed was not rolled back in order");
            }
            return Err((fault, Standing::Nothing));
        }
    };
    let standing = match app.db().backend() {
        DbBackend::Postgres => Standing::Unknown,
        _ => Standing::Nothing,
    };
    whole.keep().await.map(|()| rows).map_err(|cause| (cause.into(), standing))
}

async fn pause(app: &App, whole: &Whole, webhooks: Webhooks) -> Result<(), Fault> {
    if webhooks == Webhooks::Pause {
        webhook::store::pause_all(whole, app.clock().now()).await?;
    }
    Ok(())
}

fn head(unpacker: &mut Unpacker<impl BufRead>) -> Result<Head, Fault> {
    let entry = unpacker.next()?.filter(|entry| entry.name == HEAD);
    let entry = entry.ok_or_else(|| damaged("it does not begin as one"))?;
    unpacker.count(&entry);
    let bytes = unpacker.all(LARGEST)?;
    let said: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|_| damaged("it does not begin as one"))?;
    let newer =
        || Fault::Newer(said["program"].as_str().unwrap_or("of another version").to_owned());
    if said["format"].as_u64().is_none_or(|format| format > u64::from(FORMAT)) {
        return Err(newer());
    }
    let head: Head =
        serde_json::from_value(said.clone()).map_err(|_| damaged("it does not begin as one"))?;
    match known_migrations().starts_with(&head.migrations) && !head.migrations.is_empty() {
        true => Ok(head),
        false => Err(newer()),
    }
}
