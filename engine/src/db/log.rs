//! SQLite's log. What is in it goes into the file as it grows, but it is written from its beginning again only once nobody
//! reads from it. Where somebody always does, it would grow for ever: so those who read are waited for now and then.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::ConnectionTrait;
use tokio::time::sleep;

use super::{BUSY, Db};
use crate::error::Result;

/// From how many bytes on it is made to begin again: twice of what is brought into the file at a time.
const LONG: u64 = 64 << 20;
/// How often its length is looked at.
const EVERY: Duration = Duration::from_secs(5);
/// How long whoever writes waits for those who read: a backup reads for longer, and is not waited for.
const PATIENCE: Duration = Duration::from_millis(250);

impl Db {
    /// Brings SQLite's log into the file, and lets it begin again, if those who read from it end soon. Nothing is written
    /// meanwhile.
    pub async fn shorten_log(&self) -> Result<()> {
        let wait = |time: Duration| format!("PRAGMA busy_timeout = {}", time.as_millis());
        let (soon, usual) = (wait(PATIENCE), wait(BUSY));
        let sql = format!("{soon}; PRAGMA wal_checkpoint(TRUNCATE); {usual}");
        self.writer.execute_unprepared(&sql).await?;
        Ok(())
    }
}

/// Keeps the log of a SQLite file short as long as a server runs.
pub(crate) async fn run(db: Db) {
    let Some(file) = db.file() else { return };
    let log = of(&file);
    loop {
        sleep(EVERY).await;
        if std::fs::metadata(&log).is_ok_and(|log| log.len() > LONG)
            && let Err(error) = db.shorten_log().await
        {
            tracing::debug!(target: "waypost::db::log", %error, "the log could not be shortened");
        }
    }
}

/// Where the log of a file is.
fn of(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push("-wal");
    path.into()
}
