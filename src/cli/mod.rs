//! The command line: what there is to run, and how its end is told.

use std::{
    ffi::OsString,
    io::{IsTerminal, Write},
    process::ExitCode,
    time::Duration,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};
use domain::text::printable;

use crate::config::{DemoArgs, LogConfig, LogFormat, Problems, ServeArgs, given};

mod backup;
mod check;
mod demo;
mod failure;
mod handed;
pub mod import;
mod line;
mod log;
mod migrate;
pub mod process;
mod progress;
mod restore;
mod schema;
mod serve;
mod signals;
mod start;
mod token;

pub use failure::Failure;
use handed::Handed;
use line::Stop;

/// What a command ends with.
pub type Outcome = Result<(), Failure>;

/// Waypost is a GraphQL server for sales processes
///
/// A sales organisation describes how it sells (a process: stages with weighted actions), runs its
/// deals through it, and every screen that shows a deal sees its progress live.
///
/// Without a command it serves: on SQLite in the current directory, at http://127.0.0.1:8000. The
/// first start creates an administrator and prints a link that opens the screen signed in.
#[derive(Debug, Parser)]
#[command(name = "waypost", version)]
#[command(after_help = "Examples and exit codes: waypost --help", after_long_help = AFTER)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

impl Cli {
    /// What is wrong with the values of its flags and variables.
    fn problems(&self) -> Problems {
        let checked = match &self.command {
            None => self.serve.check().map(drop),
            Some(Command::Serve(args)) => args.check().map(drop),
            Some(Command::Demo(args)) => args.check().map(drop),
            Some(Command::Migrate(command)) => command.check().map(drop),
            Some(Command::Schema) => Ok(()),
            Some(Command::Token(command)) => command.check().map(drop),
            Some(Command::Process(command)) => command.check(),
            Some(Command::Import(command)) => command.check().map(drop),
            Some(Command::Backup(command)) => command.check().map(drop),
            Some(Command::Restore(command)) => command.check().map(drop),
            Some(Command::Check(command)) => command.check().map(drop),
        };
        checked.err().unwrap_or_default()
    }
}

const AFTER: &str = "\
Examples:
  waypost                                   Serve on SQLite (./waypost.db)
  waypost demo                              Look around with an invented sales team
  waypost serve --listen 0.0.0.0:8000 --database postgres://waypost@db/waypost
  waypost token create --member ann@example.org --name laptop --expires-in 90d
  curl http://127.0.0.1:8000/graphql -H 'Authorization: Bearer wp_…' \\
       -H 'Content-Type: application/json' -d '{\"query\":\"{ viewer { member { name } } }\"}'

Every flag is also an environment variable; the flag wins. Empty counts as unset, and what is around
a value (white space, a pair of quotes, a byte order mark) is no part of it. A name with _FILE
names a file that holds the value: WAYPOST_DATABASE_FILE=/run/secrets/database. --database, --log
and --log-format may stand before the command, too. From the environment only:
  WAYPOST_ADMIN_TOKEN   Token of the administrator created where there is none: wp_ and at
                        least 20 more characters. Unset: a new one, printed once.

Exit codes:
  0    It did what was asked, or was stopped by Ctrl-C, SIGTERM or SIGHUP
  1    It was refused, or something unforeseen happened
  2    A flag or an environment variable is wrong; of waypost process diff and apply
       --dry-run (where those end with 1): applying the file would change something
  3    Imported with --keep-going, but something was left out; or a backup was made, but files
       were missing
  4    It cannot listen there: the port is in use, or not allowed
  5    The database cannot be reached, opened or written
  6    The database was made by a newer version of Waypost
  130  A second Ctrl-C, SIGTERM or SIGHUP ended what was still running";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the GraphQL API, the screen and the explorer (what waypost does without a command)
    ///
    /// Brings the database up to date first. Where no administrator is active it creates one: with the
    /// token in WAYPOST_ADMIN_TOKEN, or with a new one that is printed once, with a link that opens
    /// the screen signed in. On PostgreSQL any number of servers share one database.
    ///
    /// Ctrl-C, SIGTERM or SIGHUP stops it within 10 seconds: it is not ready at once and begins nothing more,
    /// requests that run are finished, and sockets are closed one after the other. A second one stops it at once.
    #[command(after_long_help = AFTER)]
    Serve(Box<ServeArgs>),
    /// Serve an invented sales team at work, on a throw-away database
    ///
    /// Eight people, two processes, forty deals in all states, and every few seconds somebody does
    /// something. It prints a link to the screen, tokens to sign in as others, and a subscription
    /// to watch a deal live. The database is removed when it stops.
    Demo(DemoArgs),
    /// Bring the database up to date, and stop
    ///
    /// serve does the same when it starts. Use this to do it at a time of your own.
    Migrate(migrate::Migrate),
    /// Print the GraphQL schema (SDL)
    Schema,
    /// Make, list and revoke the tokens that sign members in
    #[command(subcommand)]
    Token(token::Token),
    /// Keep processes as files: export, edit, diff, apply
    #[command(subcommand)]
    Process(process::Process),
    /// Import members and deals with their history, from CSV files
    Import(import::Import),
    /// Write a backup of the database and its files, while servers run
    Backup(backup::Backup),
    /// Fill an empty database, of either kind, from a backup
    Restore(restore::Restore),
    /// Find out whether what is stored is what follows from the log
    Check(check::Check),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let cli = match parsed(&args) {
        Ok(cli) => cli,
        Err(stop) => return explain_usage(&stop, &args),
    };
    match in_runtime(run(cli, Handed::note())) {
        Ok(code) => code,
        Err(failure) => {
            failure.lines().into_iter().for_each(hint);
            failure.exit_code()
        }
    }
}

async fn run(cli: Cli, handed: Handed) -> Result<ExitCode, Failure> {
    let done = match cli.command.unwrap_or(Command::Serve(Box::new(cli.serve))) {
        Command::Serve(args) => serve::run(&args, handed).await,
        Command::Demo(args) => demo::run(&args).await,
        Command::Migrate(command) => migrate::run(&command).await,
        Command::Schema => schema::run(),
        Command::Token(command) => token::run(&command).await,
        Command::Process(command) => return process::run(&command).await,
        Command::Import(command) => return import::run(&command).await,
        Command::Backup(command) => return backup::run(&command).await,
        Command::Restore(command) => return restore::run(&command).await,
        Command::Check(command) => return check::run(&command).await,
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// What is still running after a command's end gets no second chance.
fn in_runtime(
    command: impl Future<Output = Result<ExitCode, Failure>>,
) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let outcome = runtime.block_on(command);
    runtime.shutdown_timeout(Duration::from_millis(500));
    outcome
}

fn parsed(args: &[OsString]) -> Result<Cli, Stop> {
    let matches = line::read(&line::complete(Cli::command()), args, &given::environment)?;
    Cli::from_arg_matches(&matches).map_err(Stop::Clap)
}

/// Help and version are what was asked for; anything else is a usage error in our own form.
fn explain_usage(stop: &Stop, args: &[OsString]) -> ExitCode {
    match stop {
        Stop::Clap(error)
            if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
        {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Stop::Clap(error) => {
            let text = error.render().to_string();
            hint(text.strip_prefix("error: ").unwrap_or(&text).trim_end());
        }
        Stop::Wrong(lines, matches) => {
            let more = Cli::from_arg_matches(matches).map(|cli| cli.problems());
            let more = more.unwrap_or_default();
            let more = more.iter().filter(|more| !follows(more, lines));
            lines.iter().chain(more).for_each(|line| hint(line));
        }
    }
    // of `waypost process`, 2 says that a file would change something
    let of_process = args.iter().any(|word| word == "process");
    ExitCode::from(if of_process { process::FAILED } else { 2 })
}

/// Whether a problem is only what comes of another: the manifest that is missing is one that could not be read.
fn follows(problem: &str, lines: &[String]) -> bool {
    let unread = || lines.iter().any(|line| line.starts_with("WAYPOST_TRUSTED_DOCUMENTS"));
    problem.starts_with("--trusted-only: ") && unread()
}

/// A line for people, on stderr; nobody listening is no reason to stop.
pub fn hint(line: &str) {
    let _ = writeln!(std::io::stderr(), "waypost: {}", printable(line));
}

/// A line about a place in a file, as compilers write it.
pub fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", printable(line));
}

/// Something asked for, on stdout.
pub fn print(text: &str) -> Outcome {
    let mut stdout = std::io::stdout().lock();
    let written = writeln!(stdout, "{}", printable(text)).and_then(|()| stdout.flush());
    written.map_err(|cause| Failure::Other(format!("stdout cannot be written: {cause}")))
}

/// Sends the log to stderr.
pub fn start_log(log: LogConfig) {
    let LogConfig { filter, format } = log;
    let log = tracing_subscriber::fmt().with_env_filter(filter);
    // Who logs already, as tests do, goes on.
    let _ = match format {
        LogFormat::Text => {
            let log = log.with_ansi(std::io::stderr().is_terminal());
            log.with_writer(|| log::Lines(std::io::stderr())).try_init()
        }
        LogFormat::Json => {
            let log = log.json().flatten_event(true).with_span_list(false);
            log.with_writer(|| log::Objects(std::io::stderr())).try_init()
        }
    };
}

#[cfg(test)]
mod tests;
