//! The command line: what there is to run, and how its end is told.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, Subcommand, error::ErrorKind};
use tracing_subscriber::EnvFilter;

use crate::{
    config::{DemoArgs, ServeArgs},
    text::printable,
};

pub mod demo;
pub mod failure;
pub mod import;
pub mod log;
pub mod migrate;
pub mod process;
pub mod schema;
pub mod serve;
pub mod signals;
pub mod start;
pub mod token;

pub use failure::Failure;

/// What a command ends with.
pub type Outcome = Result<(), Failure>;

/// Waypost is a GraphQL server for sales processes
///
/// A sales organisation describes how it sells (a process: stages with weighted actions), runs its
/// deals through it, and every screen that shows a deal sees its progress live.
///
/// Without a command it serves: on SQLite in the current directory, at http://127.0.0.1:8000. The
/// first start creates an administrator and prints a link that opens the explorer signed in.
#[derive(Debug, Parser)]
#[command(name = "waypost", version, args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples and exit codes: waypost --help", after_long_help = AFTER)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

const AFTER: &str = "\
Examples:
  waypost                                   Serve on SQLite (./waypost.db)
  waypost demo                              Look around with an invented sales team
  waypost serve --listen 0.0.0.0:8000 --database postgres://waypost@db/waypost
  waypost token create --member ann@example.org --name laptop --expires-in 90d
  curl http://127.0.0.1:8000/graphql -H 'Authorization: Bearer wp_…' \\
       -H 'Content-Type: application/json' -d '{\"query\":\"{ viewer { member { name } } }\"}'

Every flag is also an environment variable; the flag wins. From the environment only:
  WAYPOST_ADMIN_TOKEN   Token of the administrator created where there is none: wp_ and at
                        least 20 more characters. Unset: a new one, printed once.

Exit codes:
  0    It did what was asked, or was stopped by Ctrl-C or SIGTERM
  1    It was refused, or something unforeseen happened
  2    A flag or an environment variable is wrong; of waypost process diff and apply
       --dry-run (where those end with 1): applying the file would change something
  3    Imported with --keep-going, but something was left out
  4    It cannot listen there: the port is in use, or not allowed
  5    The database cannot be reached, opened or written
  6    The database was made by a newer version of Waypost
  130  A second Ctrl-C, or 10 seconds, ended what was still running";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the GraphQL API and the explorer (what waypost does without a command)
    ///
    /// Brings the database up to date first. Where no administrator is active it creates one: with the
    /// token in WAYPOST_ADMIN_TOKEN, or with a new one that is printed once, with a link that opens
    /// the explorer signed in. On PostgreSQL any number of servers share one database.
    ///
    /// Ctrl-C or SIGTERM stops it: running requests are finished first, for at most 10 seconds.
    #[command(after_long_help = AFTER)]
    Serve(Box<ServeArgs>),
    /// Serve an invented sales team at work, on a throw-away database
    ///
    /// Eight people, two processes, forty deals in all states, and every few seconds somebody does
    /// something. It prints a link to the explorer, tokens to sign in as others, and a subscription
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
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explain_usage(&error),
    };
    match in_runtime(run(cli)) {
        Ok(code) => code,
        Err(failure) => {
            failure.lines().into_iter().for_each(hint);
            failure.exit_code()
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let done = match cli.command.unwrap_or(Command::Serve(Box::new(cli.serve))) {
        Command::Serve(args) => serve::run(&args).await,
        Command::Demo(args) => demo::run(&args).await,
        Command::Migrate(command) => migrate::run(&command).await,
        Command::Schema => schema::run(),
        Command::Token(command) => token::run(&command).await,
        Command::Process(command) => return process::run(&command).await,
        Command::Import(command) => return import::run(&command).await,
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

/// Help and version are what was asked for; anything else is a usage error in our own form.
fn explain_usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.render().to_string();
    hint(text.strip_prefix("error: ").unwrap_or(&text).trim_end());
    // of `waypost process`, 2 says that a file would change something
    let of_process = std::env::args_os().nth(1).is_some_and(|command| command == "process");
    ExitCode::from(if of_process { process::FAILED } else { 2 })
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
pub fn start_log(filter: EnvFilter) {
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours);
    let _ = log.with_writer(|| log::Lines(std::io::stderr())).try_init();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn listen(args: &[&str]) -> String {
        match Cli::try_parse_from(args).unwrap() {
            Cli { command: Some(Command::Serve(args)), .. } => args.listen.listen,
            cli => cli.serve.listen.listen,
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serve_is_the_default_and_takes_the_same_flags() {
        assert_eq!(listen(&["waypost", "--listen", "[::1]:1"]), "[::1]:1");
        assert_eq!(listen(&["waypost", "serve", "--listen", "[::1]:1"]), "[::1]:1");
    }

    #[test]
    fn a_flag_in_front_of_a_command_is_not_silently_ignored() {
        assert!(Cli::try_parse_from(["waypost", "--listen", "[::1]:1", "schema"]).is_err());
    }
}
