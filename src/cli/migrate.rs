//! `waypost migrate`: bring the database up to date, and stop.

use clap::Args;
use engine::{app::Settings, names};

use super::{Failure, Outcome, hint, start, start_log};
use crate::config::{DatabaseArgs, DatabaseUrl, LogArgs, LogConfig, Problems, opened};

/// Flags of `migrate`.
#[derive(Args, Debug)]
pub(crate) struct Migrate {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    log: LogArgs,
}

impl Migrate {
    /// Which database and what to log, or everything that is wrong with them.
    pub(crate) fn check(&self) -> Result<(DatabaseUrl, LogConfig), Problems> {
        opened(&self.database, &self.log)
    }
}

/// Migrates.
pub(crate) async fn run(command: &Migrate) -> Outcome {
    let (database, log) = command.check().map_err(Failure::Usage)?;
    start_log(log);
    let app = start::open(&database, Settings::default()).await?;
    let told = names::warn_of_twins(&app).await;
    app.db().close().await;
    told.map_err(|error| Failure::of_database(&error, &database))?;
    hint(&format!("{database} is up to date"));
    Ok(())
}
