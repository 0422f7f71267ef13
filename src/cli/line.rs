//! Reading the command line and its environment: every value by one rule (`config::given`), and flags that
//! all commands share wherever they stand.

use std::{
    collections::HashMap,
    ffi::{OsStr, OsString},
};

use clap::{
    Arg, ArgMatches, Command,
    builder::{BoolishValueParser, Resettable, ValueParser},
    error::ErrorKind,
    parser::ValueSource,
};

use crate::config::given::{self, Environment};

/// Why a command line is none.
#[derive(Debug)]
pub(crate) enum Stop {
    /// clap says what is wrong, or help was asked for.
    Clap(clap::Error),
    /// What is wrong, a line each; the rest of what was given may be wrong, too.
    Wrong(Vec<String>, Box<ArgMatches>),
}

/// Something that is wrong with a variable: of no interest to a command that does not read it.
struct Problem {
    command: Vec<String>,
    id: String,
    text: String,
}

/// Commands that have no database, whatever stands before them.
const WITHOUT_DATABASE: [&[&str]; 3] = [&["demo"], &["schema"], &["process", "json-schema"]];

/// What was asked for, on this command line and in this environment.
pub(crate) fn read(
    plain: &Command,
    args: &[OsString],
    environment: Environment<'_>,
) -> Result<ArgMatches, Stop> {
    let mut problems = Vec::new();
    let command = with_values(plain.clone(), &[], environment, &mut problems);
    let matches = command.try_get_matches_from(tidied(plain, args));
    let matches = matches.map_err(|error| Stop::Clap(with_variables(plain, args, error)))?;
    let wrong = wrong(plain, &matches, problems);
    if wrong.is_empty() { Ok(matches) } else { Err(Stop::Wrong(wrong, Box::new(matches))) }
}

/// Help names the variables: of the command line as it was written, which does not read them by our rule.
fn with_variables(plain: &Command, args: &[OsString], error: clap::Error) -> clap::Error {
    let again = || plain.clone().try_get_matches_from(args).err();
    match error.kind() {
        ErrorKind::DisplayHelp => again().filter(|help| help.kind() == error.kind()),
        _ => None,
    }
    .unwrap_or(error)
}

/// Values of the environment take the place of defaults: a flag still wins.
fn with_values(
    command: Command,
    path: &[String],
    environment: Environment<'_>,
    problems: &mut Vec<Problem>,
) -> Command {
    let command = command.mut_args(|arg| with_value(arg, path, environment, problems));
    command.mut_subcommands(|sub| {
        let path = [path, &[sub.get_name().to_owned()]].concat();
        with_values(sub, &path, environment, problems)
    })
}

fn with_value(
    arg: Arg,
    path: &[String],
    environment: Environment<'_>,
    problems: &mut Vec<Problem>,
) -> Arg {
    let arg = if is_boolean(&arg) { arg.value_parser(BoolishValueParser::new()) } else { arg };
    let Some(name) = arg.get_env().and_then(OsStr::to_str).map(str::to_owned) else { return arg };
    let arg = arg.env(Resettable::Reset);
    match given::variable(&name, environment) {
        Ok(None) => arg,
        Ok(Some(value)) => with_default(arg, &value),
        Err(text) => {
            let (command, id) = (path.to_vec(), arg.get_id().to_string());
            problems.push(Problem { command, id, text });
            match stand_in(&arg) {
                Some(value) => with_default(arg, value),
                None => arg,
            }
        }
    }
}

/// What stands for a value that could not be read, so that this is told, and not that something is missing.
fn stand_in(arg: &Arg) -> Option<&'static str> {
    match arg.get_id().as_str() {
        "smtp_url" => Some("smtp://mail.invalid"),
        "mail_from" => Some("waypost@mail.invalid"),
        _ => arg.is_required_set().then_some("?"),
    }
}

fn with_default(arg: Arg, value: &str) -> Arg {
    let arg = arg.required(false);
    match arg.get_value_delimiter() {
        Some(_) => arg.default_values(given::tidy_list(value).into_iter().map(OsString::from)),
        None => arg.default_value(OsString::from(value)),
    }
}

fn is_boolean(arg: &Arg) -> bool {
    arg.get_value_parser().type_id() == ValueParser::bool().type_id()
}

/// The command line with its values by the rule; a flag whose value is empty is left out.
fn tidied(command: &Command, args: &[OsString]) -> Vec<OsString> {
    let mut flags = HashMap::new();
    with_value_flags(command, &mut flags);
    let mut rest = args.iter().peekable();
    let mut tidied = Vec::new();
    while let Some(word) = rest.next() {
        if word == "--" {
            tidied.push(word.clone());
            tidied.extend(rest.cloned());
            break;
        }
        let text = word.to_str().unwrap_or_default();
        if let Some((flag, value)) = text.split_once('=')
            && let Some(kind) = flags.get(flag)
        {
            tidied.extend(kind.tidy(value).map(|value| format!("{flag}={value}").into()));
            continue;
        }
        let value = rest.peek().and_then(|next| next.to_str());
        match flags.get(text).zip(value) {
            Some((kind, value)) if !kind.optional && !value.starts_with('-') => {
                tidied.extend(
                    kind.tidy(value).into_iter().flat_map(|value| [word.clone(), value.into()]),
                );
                rest.next();
            }
            _ => tidied.push(word.clone()),
        }
    }
    tidied
}

/// How a flag takes its value.
#[derive(Clone, Copy)]
struct Kind {
    optional: bool,
    list: bool,
}

impl Kind {
    fn tidy(self, value: &str) -> Option<String> {
        let tidy = if self.list {
            given::tidy_list(value).join(",")
        } else {
            given::tidy(value).to_owned()
        };
        Some(tidy).filter(|value| !value.is_empty())
    }
}

fn with_value_flags(command: &Command, flags: &mut HashMap<String, Kind>) {
    for arg in command.get_arguments().filter(|arg| arg.get_action().takes_values()) {
        let optional = arg.get_num_args().is_some_and(|range| range.min_values() == 0);
        let kind = Kind { optional, list: arg.get_value_delimiter().is_some() };
        flags.extend(arg.get_long().map(|long| (format!("--{long}"), kind)));
        flags.extend(arg.get_short().map(|short| (format!("-{short}"), kind)));
    }
    command.get_subcommands().for_each(|sub| with_value_flags(sub, flags));
}

fn wrong(plain: &Command, matches: &ArgMatches, problems: Vec<Problem>) -> Vec<String> {
    let (path, last) = asked(matches);
    let on_line =
        |matches: &ArgMatches, id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let mut wrong: Vec<_> = problems
        .into_iter()
        .filter(|problem| problem.command == path && !on_line(last, &problem.id))
        .map(|problem| problem.text)
        .collect();
    if !path.is_empty() {
        let before = plain.get_arguments().filter(|arg| !arg.is_global_set());
        let before = before.filter(|arg| on_line(matches, arg.get_id().as_str()));
        wrong.extend(before.filter_map(|arg| misplaced(arg.get_long()?, &path)));
    }
    if WITHOUT_DATABASE.iter().any(|without| path == *without) && on_line(last, "database") {
        wrong.push(format!("waypost {} has no --database. Leave it out.", path.join(" ")));
    }
    wrong
}

fn misplaced(flag: &str, path: &[String]) -> Option<String> {
    let command = path.first()?;
    Some(format!(
        "--{flag} is not for every command. Write it after “{command}”, if waypost {command} --help has it."
    ))
}

/// The command that was asked for, by the names that lead to it.
fn asked(matches: &ArgMatches) -> (Vec<String>, &ArgMatches) {
    let (mut path, mut last) = (Vec::new(), matches);
    while let Some((name, next)) = last.subcommand() {
        path.push(name.to_owned());
        last = next;
    }
    (path, last)
}

/// The command line with what is not in the derived one: `--database` is understood before every command, and
/// not offered by those that have none.
pub(crate) fn complete(command: Command) -> Command {
    let hidden = || Arg::new("database").long("database").global(true).hide(true);
    let process = |sub: Command| sub.mut_subcommand("json-schema", |sub| sub.arg(hidden()));
    let command = command.mut_subcommand("demo", |sub| sub.arg(hidden()));
    let command = command.mut_subcommand("schema", |sub| sub.arg(hidden()));
    command.mut_subcommand("process", process)
}
