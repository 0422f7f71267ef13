//! `waypost import`: history from elsewhere, from files.

use std::{
    collections::{HashMap, hash_map::Entry},
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use chrono::FixedOffset;
use domain::{
    import::moment::{Conventions, DateOrder, offset},
    text::one_line,
};
use engine::{
    app::{App, Settings},
    import::{self, Files, LeftOut, Outcome, Paths, Progress, Summary, fault::Fault},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

use super::{Failure, start, start_log};
use crate::config::{DatabaseArgs, DatabaseUrl, LogArgs, LogConfig, Problems, opened};

/// Nothing was imported: the files or the database are not as they should be.
pub(crate) const FAILED: u8 = 1;
/// With `--keep-going`: something was left out. Not 2, which stands for a wrong command line.
pub(crate) const LEFT_OUT: u8 = 3;
/// Faults shown of an import that is refused: one wrong name can be in every row.
const SHOWN: usize = 100;

const HELP: &str = "\
Files:
  The process is a YAML file (see examples/bpic2012.yaml). A process of that name that is in use
  is used as it is; otherwise it is created. The others are CSV files with a header, plain or
  compressed with gzip; columns may come in any order:
    members       email,name,role             role: ADMINISTRATOR, MANAGER or SALESPERSON
    deals         deal,title,opened_at,value,currency,owner,status,closed_at[,reason]
                                              status: OPEN, WON, LOST or OUTDATED
    completions   deal,stage,action,done_at,done_by[,note]
  owner and done_by are e-mail addresses. value and closed_at may be empty. reason names a close
  reason; where none is in use for that status, it is the closing comment. note is the evidence.
  Files are taken as Excel, LibreOffice and Google Sheets write them: UTF-8 or UTF-16 (“Unicode
  text”), values between commas, semicolons or tabs, the header in any case, empty rows around.
  Times: best with an offset, 2026-03-01T09:30:00+01:00. Without one they are in UTC, unless
  --utc-offset says another; a day alone begins at 00:00. 2026-03-01 09:30 and 1.3.2026 9:30 are
  understood; 3/1/2026 only with --date-order. Values: 1234.50, 1234,50, 1 234,50, 1,234.50 and
  the like; 1,234 and 1.234 could be two amounts, so they are refused.

What happens:
  The history is replayed through the rules of the API, at the times given. A deal that was
  imported before is skipped whole, so importing the same files again changes nothing, also after
  deals were worked on. Members that are there already are used as they are. Nobody is notified.
  It is all or nothing, unless --keep-going is given. Each problem is named as
  `file:line: column: what is wrong`.

Exit codes:
  0  everything was imported, or known already
  1  nothing was imported
  2  the command line is wrong
  3  with --keep-going: imported, but something was left out";

/// Imports members and deals with their history.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Import {
    #[command(flatten)]
    files: Args,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    log: LogArgs,
}

/// What is imported, and how strictly.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The process that the deals go through (YAML)
    #[arg(long, value_name = "FILE", env = "WAYPOST_IMPORT_PROCESS")]
    pub process: PathBuf,
    /// The members (CSV or CSV.GZ)
    #[arg(long, value_name = "FILE", env = "WAYPOST_IMPORT_MEMBERS")]
    pub members: PathBuf,
    /// The deals (CSV or CSV.GZ)
    #[arg(long, value_name = "FILE", env = "WAYPOST_IMPORT_DEALS")]
    pub deals: PathBuf,
    /// What was done for the deals (CSV or CSV.GZ)
    #[arg(long, value_name = "FILE", env = "WAYPOST_IMPORT_COMPLETIONS")]
    pub completions: PathBuf,
    /// Import everything that is valid, and report what was left out
    #[arg(long, env = "WAYPOST_IMPORT_KEEP_GOING")]
    pub keep_going: bool,
    /// What is first in dates such as 10/12/2011; without it, they are refused
    #[arg(long, value_name = "ORDER", env = "WAYPOST_IMPORT_DATE_ORDER")]
    pub date_order: Option<Order>,
    /// The offset of times that have none, such as +01:00; UTC without it
    #[arg(long, value_name = "OFFSET", value_parser = utc_offset, allow_hyphen_values = true,
        env = "WAYPOST_IMPORT_UTC_OFFSET")]
    pub utc_offset: Option<FixedOffset>,
}

/// What is first in a date.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Order {
    /// 10/12/2011 is the 10th of December
    DayFirst,
    /// 10/12/2011 is the 12th of October
    MonthFirst,
}

impl From<Order> for DateOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::DayFirst => Self::DayFirst,
            Order::MonthFirst => Self::MonthFirst,
        }
    }
}

fn utc_offset(text: &str) -> Result<FixedOffset, String> {
    offset(text.trim()).ok_or_else(|| "write it as +01:00 or -05:00".to_owned())
}

impl Import {
    /// Which database and what to log, or everything that is wrong with them.
    pub(crate) fn check(&self) -> Result<(DatabaseUrl, LogConfig), Problems> {
        opened(&self.database, &self.log)
    }
}

/// Imports into the database, which is created and brought up to date if need be.
pub(crate) async fn run(command: &Import) -> Result<ExitCode, Failure> {
    let (database, log) = command.check().map_err(Failure::Usage)?;
    start_log(log);
    let (mut out, mut err) = (io::stdout(), io::stderr());
    let code = match Files::read(paths(&command.files)) {
        Err(faults) => print_rejected(&faults, &mut err).map(|()| FAILED),
        Ok(mut files) => {
            files.conventions = conventions(&command.files);
            let app = start::open(&database, Settings::default()).await?;
            let code = import_into(&app, files, command.files.keep_going, &mut out, &mut err).await;
            app.db().close().await;
            code
        }
    };
    // Whoever closed the pipe does not want to read more; the exit code still tells.
    Ok(ExitCode::from(code.unwrap_or(FAILED)))
}

fn conventions(args: &Args) -> Conventions {
    Conventions { date_order: args.date_order.map(Into::into), offset: args.utc_offset }
}

fn paths(args: &Args) -> Paths<'_> {
    let Args { process, members, deals, completions, .. } = args;
    Paths { process, members, deals, completions }
}

/// Imports the files and prints how it went: results to `out`, everything else to `err`.
pub async fn import_into(
    app: &App,
    files: Files,
    keep_going: bool,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    let (started, conventions) = (Instant::now(), files.conventions);
    let (progress, bar) = progress(started);
    let outcome = import::import(app, files, keep_going, progress).await;
    bar.finish_and_clear();
    match outcome {
        Ok(Outcome::Imported(summary)) => {
            print_left_out(&summary.left_out, err)?;
            print_summary(&summary, conventions, started.elapsed(), out)?;
            Ok(if summary.left_out.faults.is_empty() { 0 } else { LEFT_OUT })
        }
        Ok(Outcome::Rejected(faults)) => print_rejected(&faults, err).map(|()| FAILED),
        Err(error) => {
            writeln!(err, "waypost: nothing was imported: {error}")?;
            Ok(FAILED)
        }
    }
}

/// A bar with rate and time left on a terminal, otherwise a line every few seconds: both on stderr.
fn progress(started: Instant) -> (Progress, ProgressBar) {
    if !io::stderr().is_terminal() {
        return (lines(started), ProgressBar::hidden());
    }
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let template = "Importing {wide_bar} {human_pos}/{human_len} deals, {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    let shown = bar.clone();
    let progress = move |done: usize, total: usize| {
        shown.set_length(total as u64);
        shown.set_position(done as u64);
    };
    (Arc::new(progress), bar)
}

fn lines(started: Instant) -> Progress {
    const EVERY: Duration = Duration::from_secs(3);
    let next = std::sync::Mutex::new(started + EVERY);
    Arc::new(move |done, total| {
        let Ok(mut next) = next.lock() else { return };
        let now = Instant::now();
        if now < *next || done == 0 {
            return;
        }
        *next = now + EVERY;
        let rate = done as f64 / (now - started).as_secs_f64();
        let left = (total - done) as f64 / rate;
        let (done, total) = (grouped(done), grouped(total));
        eprintln!("{done} of {total} deals, {rate:.0} a second, {left:.0} s left");
    })
}

fn print_rejected(faults: &[Fault], err: &mut impl Write) -> io::Result<()> {
    let mut kinds: Vec<(&Fault, usize)> = Vec::new();
    let mut places: HashMap<_, usize> = HashMap::new();
    for fault in faults {
        let kind = (&fault.file, &fault.column, &fault.text);
        match places.entry(kind) {
            Entry::Occupied(place) => kinds[*place.get()].1 += 1,
            Entry::Vacant(place) => {
                place.insert(kinds.len());
                kinds.push((fault, 0));
            }
        }
    }
    for (fault, more) in kinds.iter().take(SHOWN) {
        match more {
            0 => writeln!(err, "{}", one_line(&fault.to_string()))?,
            1 => writeln!(err, "{} (And in another row.)", one_line(&fault.to_string()))?,
            more => writeln!(
                err,
                "{} (And in {} other rows.)",
                one_line(&fault.to_string()),
                grouped(*more)
            )?,
        }
    }
    if kinds.len() > SHOWN {
        writeln!(err, "… and {} more", grouped(kinds.len() - SHOWN))?;
    }
    let problems = count(faults.len(), "problem");
    writeln!(err, "waypost: nothing was imported: {problems}. --keep-going imports what is valid.")
}

fn print_left_out(left_out: &LeftOut, err: &mut impl Write) -> io::Result<()> {
    if left_out.faults.is_empty() {
        return Ok(());
    }
    for fault in &left_out.faults {
        writeln!(err, "{}", one_line(&fault.to_string()))?;
    }
    let (members, deals) = (count(left_out.members, "member"), count(left_out.deals, "deal"));
    let completions = count(left_out.completions, "completion");
    writeln!(err, "Left out: {members}, {deals}, {completions} (those of deals left out included).")
}

fn print_summary(
    summary: &Summary,
    conventions: Conventions,
    took: Duration,
    out: &mut impl Write,
) -> io::Result<()> {
    if summary.deals_in_file > 0 && summary.deals_known == summary.deals_in_file {
        let known = count(summary.deals_known, "deal");
        writeln!(out, "All {known} are known already: nothing to import.")?;
    } else {
        print_deals(summary, out)?;
    }
    let (added, known) = (summary.members_added, summary.members_known);
    writeln!(out, "Members: {} added, {} known already.", grouped(added), grouped(known))?;
    if summary.local_times > 0 {
        let (times, offset) = (count(summary.local_times, "time"), offset_name(conventions));
        writeln!(out, "Times: {times} without an offset, read as {offset}.")?;
    }
    let took = Duration::from_millis(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
    writeln!(out, "Took {}.", humantime::format_duration(took))
}

fn print_deals(summary: &Summary, out: &mut impl Write) -> io::Result<()> {
    if let Some(process) = &summary.process {
        let how = if process.created { "created" } else { "there already, used as it is" };
        writeln!(out, "Process “{}”: {how}.", one_line(&process.name))?;
    }
    let (deals, known) = (count(summary.deals, "deal"), grouped(summary.deals_known));
    writeln!(out, "Imported {deals}; {known} known already, skipped.")?;
    let [won, lost, outdated, open] =
        [summary.won, summary.lost, summary.outdated, summary.open].map(grouped);
    writeln!(out, "  {won} won, {lost} lost, {outdated} outdated, {open} open")?;
    let repeated = grouped(summary.repeated);
    writeln!(out, "  {}, {repeated} repeated", count(summary.completions, "completion"))
}

/// `UTC`, or the offset that was said.
fn offset_name(conventions: Conventions) -> String {
    match conventions.offset {
        None => "UTC (--utc-offset says another)".to_owned(),
        Some(offset) => offset.to_string(),
    }
}

/// `1 deal`, `13,087 deals`.
fn count(number: usize, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
