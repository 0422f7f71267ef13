//! `waypost check`: whether what is stored is what follows from the log.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use domain::text::printable;
use engine::{
    app::{App, Settings},
    check::{self, Difference, Listener, Summary, Wish},
    clock::Clock,
    file::FileSettings,
};

use super::{Failure, hint, progress::Shown, start, start_log};
use crate::config::{
    DatabaseArgs, DatabaseUrl, FilesPlace, LogArgs, LogConfig, PlaceArgs, Problems, ProblemsFound,
};

const HELP: &str = "\
Servers may run meanwhile. What is looked at:
  deals       events numbered without gaps, each beginning where the one before it ended; fields,
              participants, completions and tasks as the events tell them; stage, progress and the
              key of the title computed anew
  processes   versions numbered without gaps; stages and actions as the newest version says
  tables      rows that name what is not there; on SQLite also the file itself and the index of titles
  files       there, with their size and checksum

A line for each difference: what, which one, what is stored and what follows.

Exit codes:
  0  nothing differs, or all that did was mended
  1  something differs, or it could not be looked at
  2  the command line is wrong";

/// Flags of `check`.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Check {
    /// Mend what is derived: stage, progress, keys of titles, the index of titles. What people did is
    /// left alone. Restart servers afterwards
    #[arg(long, env = "WAYPOST_CHECK_REPAIR")]
    repair: bool,
    /// Print JSON: a line for each difference, and a last one with what was looked at
    #[arg(long, env = "WAYPOST_CHECK_JSON")]
    json: bool,
    /// Leave the bytes of files alone: where there are very many, reading them takes longest
    #[arg(long, env = "WAYPOST_CHECK_SKIP_FILES")]
    skip_files: bool,
    #[command(flatten)]
    files: PlaceArgs,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    log: LogArgs,
}

impl Check {
    /// Which database and files and what to log, or everything that is wrong with them.
    pub(crate) fn check(&self) -> Result<(DatabaseUrl, FilesPlace, LogConfig), Problems> {
        of(&self.database, &self.files, &self.log)
    }
}

/// The database, the place of files and the log of a command, or everything that is wrong with them.
pub(crate) fn of(
    database: &DatabaseArgs,
    files: &PlaceArgs,
    log: &LogArgs,
) -> Result<(DatabaseUrl, FilesPlace, LogConfig), Problems> {
    let mut found = ProblemsFound::default();
    let database = found.keep(database.database.parse());
    let (files, log) = (found.keep(files.check()), found.keep_all(log.check()));
    match (database, files, log) {
        (Some(database), Some(files), Some(log)) => Ok((database, files, log)),
        _ => Err(found.0),
    }
}

/// What a command has of the files: their place, and limits that it does not need.
pub(crate) fn settings(files: &FilesPlace, database: &DatabaseUrl) -> Result<Settings, Failure> {
    let storage = files.open(database).map_err(Failure::Other)?;
    Ok(Settings::default().with(FileSettings { storage, ..FileSettings::default() }))
}

/// Looks at everything.
pub(crate) async fn run(command: &Check) -> Result<ExitCode, Failure> {
    let (database, files, log) = command.check().map_err(Failure::Usage)?;
    start_log(log);
    let db = start::existing(&database).await?;
    let app = App::with(db, Clock::system(), settings(&files, &database)?);
    let outcome = look(&app, command).await;
    app.db().close().await;
    let summary = outcome.map_err(|error| Failure::of_database(&error, &database))?;
    Ok(ExitCode::from(u8::from(!summary.is_clean())))
}

async fn look(app: &App, command: &Check) -> engine::error::Result<Summary> {
    let wish = Wish { files: !command.skip_files, repair: command.repair };
    let told = CheckLines { json: command.json, progress: Shown::new() };
    let summary = check::check(app, wish, &told).await?;
    told.progress.clear();
    match command.json {
        true => line(&serde_json::json!({ "summary": summary, "clean": summary.is_clean() })),
        false => hint(&sentence(&summary)),
    }
    Ok(summary)
}

fn sentence(summary: &Summary) -> String {
    let Summary { deals, events, processes, files, differences, mended } = summary;
    let seen = format!("{deals} deals with {events} events, {processes} processes, {files} files");
    match (differences, mended) {
        (0, _) => format!("{seen}: nothing differs"),
        (all, 0) => format!(
            "{seen}: {all} differences. --repair mends what is derived; for the rest see docs/operate.md"
        ),
        (all, mended) if all == mended => format!("{seen}: {all} differences, all of them mended"),
        (all, mended) => {
            format!("{seen}: {all} differences, {mended} mended. For the rest see docs/operate.md")
        }
    }
}

struct CheckLines {
    json: bool,
    progress: Shown,
}

impl Listener for CheckLines {
    fn differs(&self, difference: &Difference) {
        self.progress.aside(|| match self.json {
            true => line(difference),
            false => plain(&text(difference)),
        });
    }

    fn mended(&self, difference: &Difference) {
        let Difference { of, id, what, follows, .. } = difference;
        let said = serde_json::json!({ "mended": { "of": of, "id": id, "what": what } });
        self.progress.aside(|| match self.json {
            true => line(&said),
            false => plain(&format!("{} {what}: mended, it is {follows} now", named(of, id))),
        });
    }

    fn progress(&self, what: &'static str, done: u64) {
        self.progress.show("Checking", what, done);
    }
}

/// A difference as a line.
pub(crate) fn text(difference: &Difference) -> String {
    let Difference { of, id, what, stored, follows, derived } = difference;
    let mendable = if *derived { " (--repair mends this)" } else { "" };
    format!("{} {what}: {stored} is stored, {follows} follows{mendable}", named(of, id))
}

/// An id of ours says what it names.
fn named(of: &str, id: &str) -> String {
    if id.starts_with(&format!("{of}_")) { id.to_owned() } else { format!("{of} {id}") }
}

fn line(value: &impl serde::Serialize) {
    plain(&serde_json::to_string(value).unwrap_or_default());
}

/// Whoever closed the pipe does not want to read more; the exit code still tells.
fn plain(text: &str) {
    let _ = writeln!(io::stdout(), "{}", printable(text));
}
