//! `waypost process`: processes as files, for people and for version control.

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use domain::{policy::Actor, process::file};
use engine::app::App;

use super::{Failure, hint, start, start_log};
use crate::config::{DatabaseArgs, DatabaseUrl, LogArgs, Problems, opened};

mod apply;
mod export;
mod messages;
pub mod plan;
pub mod since;

/// Whoever can run the program on the database may configure processes.
const COMMAND_LINE: Actor = Actor::System("command line");

/// Nothing was changed: the file, the database or the command line is not as it should be.
pub const FAILED: u8 = 1;
/// The process is not as the file says: applying it would change something.
pub const WOULD_CHANGE: u8 = 2;

const HELP: &str = "\
Example:
  waypost process export Sales --output sales.yaml
  (edit sales.yaml)
  waypost process diff sales.yaml
  waypost process apply sales.yaml --message \"Weights after the review\"

The file:
  Stages and actions are known by their names. What is renamed says `was: old name`, otherwise it is
  removed and added. An action listed at another stage moves there. Where open deals were moved by
  hand to a stage that goes, the file says which one takes its place:
    removedStages: [{stage: Old name, moveDealsTo: Other name}]
  `waypost process json-schema` describes all of it, for editors that complete it while you write.
  What is wrong is named `file:line:column: what is wrong`. A file named - is read from stdin.

Exit codes:
  0  it did what was asked; of diff and --dry-run: the process is as the file says
  1  nothing was changed: the file, the command line or an answer was no
  2  of diff and --dry-run only: applying the file would change something
  5, 6  the database: see waypost --help";

/// What to do with processes.
#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub enum Process {
    /// List the processes that are in use
    List(Database),
    /// Write a process as a file, to stdout or to --output
    #[command(after_help = HELP)]
    Export(Export),
    /// Show what applying a file would change, and what that means for running deals
    ///
    /// Changes nothing. The same as apply --dry-run.
    #[command(after_help = HELP)]
    Diff(Diff),
    /// Make a process what a file says; it is created when it is not there
    ///
    /// Shows first what it would change, and asks before it changes running deals. Applying a file
    /// again changes nothing. May run beside a server.
    #[command(after_help = HELP)]
    Apply(Apply),
    /// Print the JSON Schema of the file, for editors
    JsonSchema,
}

/// Which database, and what to log.
#[derive(Args, Debug)]
pub struct Database {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    log: LogArgs,
}

/// Flags of `process export`.
#[derive(Args, Debug)]
pub struct Export {
    /// Name of the process
    name: String,
    /// Write to this file, which is replaced if it is there
    #[arg(long, short, value_name = "FILE", env = "WAYPOST_PROCESS_OUTPUT")]
    output: Option<PathBuf>,
    #[command(flatten)]
    database: Database,
}

/// Flags of `process diff`.
#[derive(Args, Debug)]
pub struct Diff {
    /// The process as it should be (YAML); - for stdin
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

/// Flags of `process apply`.
#[derive(Args, Debug)]
pub struct Apply {
    /// The process as it should be (YAML); - for stdin
    file: PathBuf,
    /// Only show what it would change: exit code 2 if anything, 0 if nothing
    #[arg(long, env = "WAYPOST_PROCESS_DRY_RUN")]
    dry_run: bool,
    /// What to say about the new version
    #[arg(long, short, value_name = "TEXT", env = "WAYPOST_PROCESS_MESSAGE")]
    message: Option<String>,
    /// Change running deals without asking, as a script has to
    #[arg(long, short, env = "WAYPOST_PROCESS_YES")]
    yes: bool,
    #[command(flatten)]
    database: Database,
}

/// Runs the command. What is wrong with the command line ends with 1, because 2 says something else here.
pub async fn run(command: &Process) -> Result<ExitCode, Failure> {
    match dispatch(command).await {
        Err(Failure::Usage(lines)) => {
            lines.iter().for_each(|line| hint(line));
            Ok(ExitCode::from(FAILED))
        }
        Err(failure) => Err(failure),
        Ok(code) => Ok(ExitCode::from(code)),
    }
}

async fn dispatch(command: &Process) -> Result<u8, Failure> {
    match command {
        Process::JsonSchema => write_out(&file::schema_text()).map(|()| 0),
        Process::List(database) => {
            let (app, url) = database.open().await?;
            let outcome = export::list(&app, &url).await;
            close(app, outcome).await
        }
        Process::Export(args) => {
            let (app, url) = args.database.open().await?;
            let outcome = export::export(&app, &url, &args.name, args.output.as_deref()).await;
            close(app, outcome).await
        }
        Process::Diff(args) => {
            let wish = apply::Wish { path: &args.file, dry_run: true, message: None, yes: false };
            apply::run(&args.database, &wish).await
        }
        Process::Apply(args) => {
            let (dry_run, message, yes) = (args.dry_run, args.message.clone(), args.yes);
            let wish = apply::Wish { path: &args.file, dry_run, message, yes };
            apply::run(&args.database, &wish).await
        }
    }
}

impl Process {
    /// Nothing, or everything that is wrong with its flags.
    pub(crate) fn check(&self) -> Result<(), Problems> {
        match self {
            Self::JsonSchema => Ok(()),
            Self::List(database)
            | Self::Export(Export { database, .. })
            | Self::Diff(Diff { database, .. })
            | Self::Apply(Apply { database, .. }) => {
                opened(&database.database, &database.log).map(drop)
            }
        }
    }
}

impl Database {
    /// Opens the database, unless something is wrong with the flags.
    async fn open(&self) -> Result<(App, DatabaseUrl), Failure> {
        let (database, log) = opened(&self.database, &self.log).map_err(Failure::Usage)?;
        start_log(log);
        Ok((start::open_existing(&database).await?, database))
    }
}

async fn close<T>(app: App, outcome: Result<T, Failure>) -> Result<T, Failure> {
    app.db().close().await;
    outcome
}

/// To stdout as it is; a reader that has seen enough (`| head`) is fine.
fn write_out(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => Err(cause.into()),
        _ => Ok(()),
    }
}
