//! `waypost migrate`: bring the database up to date, and stop.

use clap::Args;
use engine::{app::Settings, names};

use super::{Failure, Outcome, hint, start, start_log};
use crate::config::{DatabaseArgs, LogArgs, ProblemsFound};

/// Flags of `migrate`.
#[derive(Args, Debug)]
pub(crate) struct Migrate {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    log: LogArgs,
}

/// Migrates.
pub(crate) async fn run(command: &Migrate) -> Outcome {
    let mut found = ProblemsFound::default();
    let database = found.keep(command.database.database.parse());
    let log = found.keep(command.log.filter());
    let (Some(database), Some(log)) = (database, log) else { return Err(Failure::Usage(found.0)) };
    start_log(log);
    let app = start::open(&database, Settings::default()).await?;
    let told = names::warn_of_twins(&app).await;
    app.db().close().await;
    told.map_err(|error| Failure::of_database(&error, &database))?;
    hint(&format!("{database} is up to date"));
    Ok(())
}
