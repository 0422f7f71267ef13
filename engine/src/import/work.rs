//! One run over the files of an import, inside its unit of work.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{
    deal::state::Deal,
    email,
    language::{Language, Message},
    policy::{self, Grant, Permission, Subject},
    process::version::Version,
    refusal::Problem,
};
use entity::deal::Status;

use super::{
    ACTOR, Import, ProcessUse, Summary,
    fault::{Fault, Rejected},
    history::{self, Refused, Replayed, Stage},
    names::{Names, Person},
    rows::{self, CompletionRow, DealRow},
    store,
    table::Row,
};
use crate::{
    close_reason,
    command::Command,
    deal::{self},
    error::{Error, Result},
    member,
    process::{self, CreateProcess},
    tx::{Lock, Tx},
};

mod unknown;

use unknown::Nameless;

/// Deals written together: their rows fill statements well and need little memory.
const BATCH: usize = 250;

/// What is known and done so far.
pub(crate) struct Work<'a> {
    import: &'a Import,
    names: Names,
    summary: Summary,
    faults: Vec<Fault>,
    /// The completions of each deal, by their places in the file.
    completions: HashMap<&'a str, Vec<usize>>,
    /// Rows that do not say whom or what they are about.
    nameless: Nameless,
}

/// The process that decides, and the proof that its deals may be written.
struct Process {
    version: Arc<Version>,
    grant: Grant,
}

impl<'a> Work<'a> {
    /// A run that has not begun.
    pub(crate) fn new(import: &'a Import, tx: &Tx) -> Self {
        let files = &import.files;
        let mut completions: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, row) in files.completions.rows.iter().enumerate() {
            completions.entry(files.completions.get(row, "deal")).or_default().push(index);
        }
        let names = Names::new(tx.now(), files.conventions);
        let mut faults = files.members.faults.clone();
        faults.extend(files.deals.faults.iter().chain(&files.completions.faults).cloned());
        let mut summary = Summary { deals_in_file: files.deals.rows.len(), ..Summary::default() };
        summary.left_out.members = files.members.unread.rows;
        summary.left_out.deals = files.deals.unread.rows;
        summary.left_out.completions = files.completions.unread.rows;
        Self { import, names, summary, faults, completions, nameless: Nameless::default() }
    }

    /// Imports everything, and says what was done; or ends in an error that keeps nothing.
    pub(crate) async fn run(mut self, tx: &mut Tx) -> Result<Summary> {
        // Two imports at once could both find a deal unknown: the second waits for the first.
        tx.lock_imports().await?;
        let known = store::known(tx.conn(), &self.ids()).await?;
        self.members(tx).await?;
        self.names.reasons = close_reason::store::all(tx.conn()).await?;
        let new = self.new_deals(&known);
        if !new.is_empty() || self.import.files.deals.rows.is_empty() {
            let process = self.process(tx).await?;
            self.names.set_actions(&process.version);
            self.deals(tx, &process, &new).await?;
        }
        self.refuse_unknown_deals(&known);
        self.finish()
    }

    fn ids(&self) -> Vec<String> {
        let deals = &self.import.files.deals;
        let mut ids: HashSet<&str> = deals.rows.iter().map(|row| deals.get(row, "deal")).collect();
        ids.extend(self.completions.keys().copied());
        ids.into_iter().map(str::to_owned).collect()
    }

    fn finish(mut self) -> Result<Summary> {
        let files = &self.import.files;
        let order = [&files.members.file, &files.deals.file, &files.completions.file];
        let place = |fault: &Fault| order.iter().position(|file| **file == fault.file);
        self.faults.sort_by_key(|fault| (place(fault), fault.line));
        if !self.faults.is_empty() && !self.import.keep_going {
            // One cause is told once; where rows are left out, each is told with its reason.
            self.find_causes();
            self.faults.retain(|fault| !fault.follows);
            return Err(rejected(self.faults));
        }
        self.summary.left_out.faults = self.faults;
        Ok(self.summary)
    }

    /// Whether something is wrong that keeps everything out: then nothing more is written, and the
    /// rest is only looked at to say all that is wrong.
    fn is_lost(&self) -> bool {
        !self.import.keep_going && !self.faults.is_empty()
    }

    async fn members(&mut self, tx: &mut Tx) -> Result<()> {
        for known in member::store::all(tx.conn()).await? {
            let active = known.is_active();
            let person = Person::of(known.id, known.role, known.name, active);
            self.names.people.insert(known.email_key, person);
        }
        let table = &self.import.files.members;
        for value in &table.unread.values {
            self.names.unusable.insert(email::key(value), table.file.to_string());
        }
        let mut lines: HashMap<String, u64> = HashMap::new();
        for row in &table.rows {
            let command = match rows::member(table, row) {
                Ok(command) => command,
                Err(mut faults) => {
                    self.nameless.see_member(table, row, &faults);
                    self.faults.append(&mut faults);
                    self.summary.left_out.members += 1;
                    let key = email::key(table.get(row, "email"));
                    self.names.unusable.insert(key, format!("{}:{}", table.file, row.line));
                    continue;
                }
            };
            let key = email::key(&command.email);
            if let Some(line) = lines.insert(key.clone(), row.line) {
                let text =
                    format!("This member is in line {line} already. Keep one of the two rows.");
                self.faults.push(table.fault(row, "email", text));
                self.summary.left_out.members += 1;
                continue;
            }
            self.list(tx, key, &command).await?;
        }
        Ok(())
    }

    /// A listed member: used as they are, or added.
    async fn list(&mut self, tx: &mut Tx, key: String, command: &member::AddMember) -> Result<()> {
        if let Some(known) = self.names.people.get_mut(&key) {
            known.listed = true;
            self.summary.members_known += 1;
            return Ok(());
        }
        let added = command.run(tx).await?;
        let mut person = Person::of(added.id, added.role, added.name, true);
        person.listed = true;
        self.names.people.insert(key, person);
        self.summary.members_added += 1;
        Ok(())
    }

    /// The rows of deals that are not known yet; the rest is counted.
    fn new_deals(&mut self, known: &HashSet<String>) -> Vec<&'a Row> {
        let deals = &self.import.files.deals;
        let (old, new): (Vec<_>, Vec<_>) =
            deals.rows.iter().partition(|row| known.contains(deals.get(row, "deal")));
        self.summary.deals_known = old.len();
        let skipped = self.completions.iter().filter(|(deal, _)| known.contains(**deal));
        self.summary.completions_known = skipped.map(|(_, rows)| rows.len()).sum();
        new
    }

    async fn process(&mut self, tx: &mut Tx) -> Result<Process> {
        let name = &self.import.files.process.name.value;
        let found = process::store::find_by_name(tx.conn(), name).await?;
        let created = found.is_none();
        let id = match found {
            Some(found) => found.id,
            None => self.create_process(tx).await?,
        };
        tx.lock_process(id, Lock::Shared).await?;
        let row = process::store::find(tx.conn(), id).await?;
        let row = row.filter(|row| row.archived_at.is_none()).ok_or_else(|| self.archived())?;
        let version = process::store::version_row(tx.conn(), id, row.version).await?;
        let version = version.ok_or_else(|| Error::bug("a process has no current version"))?;
        // Not kept for others: when it is new, this unit of work may still be rolled back.
        let definition = serde_json::from_str(&version.definition)?;
        let version = Arc::new(Version::new(id, row.version, definition));
        let grant = policy::require(&ACTOR, Permission::ImportHistory, Subject::Process(id))?;
        self.summary.process = Some(ProcessUse { name: row.name, created });
        Ok(Process { version, grant })
    }

    /// Without its process nothing can be imported, not even what is valid.
    async fn create_process(&mut self, tx: &mut Tx) -> Result<entity::ids::ProcessId> {
        let files = &self.import.files;
        if store::is_archived(tx.conn(), &files.process.name.value).await? {
            return Err(self.archived());
        }
        let find = |email: &str| self.named(email);
        let definition =
            files.process.resolve(&find, &|| tx.base().clock().new_uuid()).map_err(|flaws| {
                let flaws = flaws.iter().filter(|flaw| self.is_cause(flaw));
                let flaws = flaws.map(|flaw| Fault::of_yaml(&files.process_file, flaw));
                rejected(self.faults.iter().cloned().chain(flaws).collect())
            })?;
        let message = Some("Imported".to_owned());
        let command = CreateProcess { new_id: None, definition, message };
        command.run(tx).await.map_err(|error| self.explain(error))
    }

    fn named(&self, email: &str) -> Result<entity::ids::MemberId, Message> {
        match self.names.people.get(&email::key(email)) {
            Some(person) if person.active => Ok(person.actor.id),
            Some(person) => Err(Problem::MemberInactive { name: person.name.clone() }.said()),
            None => Err(Message::verbatim(self.nobody(email))),
        }
    }

    fn archived(&self) -> Error {
        let files = &self.import.files;
        let at = files.process.name.at;
        let text = format!(
            "The process “{}” is archived and takes no new deals. Give the process another name in this file.",
            files.process.name.value
        );
        let flaw = process::file::Flaw::new(at, Message::verbatim(text));
        let fault = Fault::of_yaml(&files.process_file, &flaw);
        rejected(self.faults.iter().cloned().chain([fault]).collect())
    }

    /// What the file's own checks let through and the process's do not.
    fn explain(&self, error: Error) -> Error {
        let Error::Refused(refusals) = error else { return error };
        let file = &self.import.files.process_file;
        let texts = refusals.iter().map(|refusal| refusal.problem.message(Language::English));
        let faults = texts.map(|text| Fault::of_file(file, text));
        rejected(self.faults.iter().cloned().chain(faults).collect())
    }

    async fn deals(&mut self, tx: &mut Tx, process: &Process, new: &[&'a Row]) -> Result<()> {
        let mut lines: HashMap<&str, u64> = HashMap::new();
        let mut batch = Vec::with_capacity(BATCH);
        let table = &self.import.files.deals;
        for (done, row) in new.iter().enumerate() {
            let id = table.get(row, "deal");
            if !id.is_empty()
                && let Some(line) = lines.insert(id, row.line)
            {
                let text =
                    format!("The deal “{id}” is in line {line} already. Keep one of the two rows.");
                self.faults.push(table.fault(row, "deal", text));
                self.summary.left_out.deals += 1;
                continue;
            }
            batch.extend(self.deal(tx, process, row));
            if batch.len() == BATCH {
                self.write(tx, process, &mut batch).await?;
                (self.import.progress)(done, new.len());
            }
        }
        self.write(tx, process, &mut batch).await?;
        (self.import.progress)(new.len(), new.len());
        Ok(())
    }

    async fn write(&self, tx: &mut Tx, process: &Process, batch: &mut Vec<Deal>) -> Result<()> {
        if !self.is_lost() {
            deal::store::save_all(tx, &process.grant, batch.iter_mut()).await?;
        }
        batch.clear();
        Ok(())
    }

    /// The deal of a row after its history, unless something about the deal itself is wrong.
    fn deal(&mut self, tx: &Tx, process: &Process, row: &Row) -> Option<Deal> {
        let files = &self.import.files;
        let id = files.deals.get(row, "deal");
        self.nameless.see_deal(&files.deals, row);
        let rows = self.completions.get(id).filter(|_| !id.is_empty()).cloned().unwrap_or_default();
        let given = rows.len();
        let deal = rows::deal(&files.deals, row, &self.names);
        let mut faults = Vec::new();
        let read =
            rows.iter().map(|index| rows::completion(&files.completions, *index, &self.names));
        let read = read.filter_map(|one| one.map_err(|mut found| faults.append(&mut found)).ok());
        let mut completions: Vec<_> = read.collect();
        let mut local_times = 0;
        let replayed = deal.and_then(|deal| {
            local_times = deal.local_times;
            let clock = tx.base().clock();
            let names = &self.names;
            let stage = Stage { version: &process.version, clock, now: tx.now(), names };
            self.replay(stage, row, &deal, &mut completions, &mut faults)
        });
        match replayed {
            Ok(replayed) => {
                self.faults.append(&mut faults);
                self.summary.left_out.completions += given - completions.len();
                local_times += completions.iter().filter(|one| one.is_local).count();
                Some(self.count(replayed, local_times))
            }
            Err(mut found) => {
                // With the deal its rows are left out, whatever is wrong with them.
                if !self.import.keep_going {
                    found.append(&mut faults);
                }
                self.faults.append(&mut found);
                self.summary.left_out.deals += 1;
                self.summary.left_out.completions += given;
                None
            }
        }
    }

    /// Replays until the rules allow all that is left: what they refuse is left out and noted, and
    /// with it whoever takes part only because of it.
    fn replay(
        &self,
        stage: Stage<'_>,
        row: &Row,
        deal: &DealRow,
        completions: &mut Vec<CompletionRow>,
        faults: &mut Vec<Fault>,
    ) -> Result<Replayed, Vec<Fault>> {
        let files = &self.import.files;
        loop {
            let refused = match history::replay(stage, deal, completions) {
                Ok(replayed) => return Ok(replayed),
                Err(refused) => refused,
            };
            let Refused { completions: wrong, closing } = refused;
            if wrong.is_empty() {
                let closing = closing.iter();
                return Err(closing.map(|text| files.deals.fault(row, "status", text)).collect());
            }
            for (index, column, text) in &wrong {
                let row = &files.completions.rows[*index];
                faults.push(files.completions.fault(row, column, text));
            }
            completions.retain(|one| wrong.iter().all(|(index, ..)| *index != one.index));
        }
    }

    fn count(&mut self, replayed: Replayed, local_times: usize) -> Deal {
        let summary = &mut self.summary;
        summary.local_times += local_times;
        summary.deals += 1;
        summary.completions += replayed.deal.done.len();
        summary.repeated += replayed.repeated;
        match replayed.deal.row.status {
            Status::Open => summary.open += 1,
            Status::Won => summary.won += 1,
            Status::Lost => summary.lost += 1,
            Status::Outdated => summary.outdated += 1,
        }
        replayed.deal
    }
}

fn rejected(faults: Vec<Fault>) -> Error {
    Error::Internal(Box::new(Rejected(faults)))
}
