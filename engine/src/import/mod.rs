//! Bringing in history from elsewhere (rule 24): through the same rules and events as the API, at the
//! times given, all or nothing or all that is valid.

use std::{path::Path, sync::Arc};

use domain::{policy::Actor, process::file::ProcessFile};

use crate::{
    app::App,
    command::Command,
    error::{Error, Result},
    process::load::{self, Unusable},
    tx::Tx,
};

pub mod fault;
mod history;
mod names;
mod reason;
mod rows;
mod store;
mod table;
mod work;

pub use domain::import::{amount, moment};

use fault::{Fault, Rejected};
use moment::Conventions;
use table::Table;

/// Why the system acts, as the policy and the log see it.
const ACTOR: Actor = Actor::System("import");

/// Called with the number of deals looked at so far, and of all.
pub type Progress = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// Where the files are.
#[derive(Clone, Copy, Debug)]
pub struct Paths<'a> {
    /// The process (YAML).
    pub process: &'a Path,
    /// The members (CSV, as the others, plain or compressed).
    pub members: &'a Path,
    /// The deals.
    pub deals: &'a Path,
    /// The completions.
    pub completions: &'a Path,
}

/// The files of an import, read.
#[derive(Clone, Debug)]
pub struct Files {
    /// The file of the process, as it was named.
    pub process_file: Arc<str>,
    /// The process.
    pub process: ProcessFile,
    /// The members.
    pub members: Table,
    /// The deals.
    pub deals: Table,
    /// The completions.
    pub completions: Table,
    /// How they mean what a value alone does not say.
    pub conventions: Conventions,
}

impl Files {
    /// Reads all files, or says everything that makes one of them unreadable.
    pub fn read(paths: Paths<'_>) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let process_file: Arc<str> = paths.process.display().to_string().into();
        let process = keep(read_process(&process_file, paths.process), &mut faults);
        let members = keep(Table::read(paths.members, rows::MEMBERS), &mut faults);
        let deals = keep(Table::read(paths.deals, rows::DEALS), &mut faults);
        let completions = keep(Table::read(paths.completions, rows::COMPLETIONS), &mut faults);
        match (process, members, deals, completions) {
            (Some(process), Some(members), Some(deals), Some(completions)) => {
                let conventions = Conventions::default();
                Ok(Self { process_file, process, members, deals, completions, conventions })
            }
            _ => Err(faults),
        }
    }
}

fn keep<T>(read: Result<T, Vec<Fault>>, faults: &mut Vec<Fault>) -> Option<T> {
    read.map_err(|mut found| faults.append(&mut found)).ok()
}

fn read_process(name: &Arc<str>, path: &Path) -> Result<ProcessFile, Vec<Fault>> {
    load::load(path).map_err(|unusable| match unusable {
        Unusable::Unreadable(error) => vec![table::unreadable(name, &error)],
        Unusable::Wrong(flaws, _) => flaws.iter().map(|one| Fault::of_yaml(name, one)).collect(),
    })
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The process; none when every deal was known already and none was needed.
    pub process: Option<ProcessUse>,
    /// Members added.
    pub members_added: usize,
    /// Members that were there, used as they are.
    pub members_known: usize,
    /// Deals imported.
    pub deals: usize,
    /// Deals known already, and skipped whole.
    pub deals_known: usize,
    /// Deals of the file.
    pub deals_in_file: usize,
    /// Deals imported as won.
    pub won: usize,
    /// Deals imported as lost.
    pub lost: usize,
    /// Deals imported as outdated.
    pub outdated: usize,
    /// Deals imported and still open.
    pub open: usize,
    /// Completions imported.
    pub completions: usize,
    /// Completions of actions that were done already.
    pub repeated: usize,
    /// Completions skipped with their deals.
    pub completions_known: usize,
    /// Times imported that said nothing of an offset.
    pub local_times: usize,
    /// What was left out, with `keep_going`.
    pub left_out: LeftOut,
}

/// How the process came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessUse {
    /// Its name.
    pub name: String,
    /// Whether it is new; otherwise it was there, and is used as it is.
    pub created: bool,
}

/// What was left out of an import because it is not valid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Members.
    pub members: usize,
    /// Deals, with all their completions.
    pub deals: usize,
    /// Completions, those of deals left out among them.
    pub completions: usize,
    /// Why, row by row, in the order of the files.
    pub faults: Vec<Fault>,
}

/// How an import ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything that is valid is in.
    Imported(Box<Summary>),
    /// Nothing was changed, because of these.
    Rejected(Vec<Fault>),
}

/// Importing files.
struct Import {
    files: Files,
    keep_going: bool,
    progress: Progress,
}

/// Imports the files in one unit of work. A fault keeps everything out, or with `keep_going` only
/// what it is about.
pub async fn import(
    app: &App,
    files: Files,
    keep_going: bool,
    progress: Progress,
) -> Result<Outcome> {
    let command = Import { files, keep_going, progress };
    match app.write(ACTOR, command).await {
        Ok(summary) => Ok(Outcome::Imported(Box::new(summary))),
        Err(Error::Internal(cause)) => match cause.downcast::<Rejected>() {
            Ok(rejected) => Ok(Outcome::Rejected(rejected.0)),
            Err(cause) => Err(Error::Internal(cause)),
        },
        Err(error) => Err(error),
    }
}

impl Command for Import {
    type Output = Summary;

    async fn run(&self, tx: &mut Tx) -> Result<Summary> {
        work::Work::new(self, tx).run(tx).await
    }
}
