//! Making a process what a file says: what `waypost process apply` and `importProcess` do, and writing the
//! file that says what a process is.

use std::{collections::HashMap, sync::Arc};

use domain::{
    email,
    language::Message,
    policy::{self, Actor, Permission, Subject},
    process::{
        Saved,
        change::{self, Change, ProcessSettings},
        definition::{ActionDefinition, Definition},
        diff,
        file::{self, Emails, Flaw, Located, ProcessFile, Wanted},
        version::Version,
    },
    refusal::{Problem, Refusal},
    text,
};
use entity::{
    ids::{MemberId, ProcessId},
    member, process,
};
use sea_orm::ConnectionTrait;
use serde::Serialize;

use crate::{
    clock::Clock,
    command::Command,
    error::{Error, Problems, Result, also, both},
    member::store as members,
    process::{
        self as processes, EditProcess, Judged, RemovedStage, Target,
        save::{self, Preview},
        store,
        versions::Versions,
    },
    tx::{Snapshot, Tx},
};

mod unread;

pub use unread::{Names, Unread, names};
use unread::{free, message};

/// A process as a file says it should be.
#[derive(Clone, Debug, Serialize)]
pub struct ApplyFile {
    /// The file as it came: what tells a retry from another file.
    pub text: String,
    /// What the file says.
    #[serde(skip)]
    pub file: ProcessFile,
    /// Which process it is; none: the one in use that has the file's name, or had it (`was`).
    pub process_id: Option<ProcessId>,
    /// The id that the client made, for a process that is not there yet.
    pub new_id: Option<ProcessId>,
    /// The version that the caller started from; 0: there was no such process.
    pub expected_version: Option<i64>,
    /// What the author says about it.
    pub message: Option<String>,
}

/// The members that a file may name, by their addresses.
struct Named {
    members: HashMap<String, member::Model>,
}

/// Reads a file for whoever may apply it.
pub fn read(actor: &Actor, text: &str) -> Result<ProcessFile> {
    policy::require(actor, Permission::ConfigureProcess, Subject::Organisation)?;
    file::parse(text).map_err(in_file)
}

/// The addresses of members in a file that says nothing, for whoever may apply it.
pub fn emails_named(actor: &Actor, text: &str) -> Vec<Located<String>> {
    let may = policy::require(actor, Permission::ConfigureProcess, Subject::Organisation);
    if may.is_ok() { file::emails(text) } else { Vec::new() }
}

/// Everything wrong with a file, as refusals at its places.
pub fn in_file(flaws: Vec<Flaw>) -> Error {
    Error::Refused(flaws.into_iter().map(refusal).collect())
}

fn refusal(flaw: Flaw) -> Refusal {
    let Flaw { at, reason } = flaw;
    Problem::InFile { at, reason }.at("file")
}

impl Command for ApplyFile {
    type Output = Saved;

    async fn run(&self, tx: &mut Tx) -> Result<Saved> {
        apply(tx, self).await
    }
}

/// Makes the process what the file says; its open deals follow. It is created when it is not there. The same
/// call again, by the id that the client made, answers with the process as it is.
async fn apply(tx: &mut Tx, command: &ApplyFile) -> Result<Saved> {
    policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Organisation)?;
    if let Some(id) = command.new_id
        && tx.is_repeated(id, command).await?
    {
        return Ok(processes::lock(tx, Target::Process(id)).await?.unchanged());
    }
    match find(tx.conn(), command).await {
        Ok(Some(row)) => change_to(tx, row.id, command).await,
        Ok(None) => create(tx, command).await,
        Err(error) => Err(also(error, of_no_process(tx.conn(), command).await?)),
    }
}

/// What is wrong with a file whatever process it is about.
async fn of_no_process(conn: &impl ConnectionTrait, command: &ApplyFile) -> Result<Vec<Refusal>> {
    let mut problems = Problems::default();
    problems.take(message(command.message.as_deref()))?;
    let strangers = strangers(conn, command.file.emails()).await?;
    problems.extend(strangers.into_iter().map(refusal));
    Ok(problems.into_refusals())
}

/// The addresses that nobody has, as what is wrong with the file that names them.
pub async fn strangers(
    conn: &impl ConnectionTrait,
    emails: impl Iterator<Item = &Located<String>> + Clone,
) -> Result<Vec<Flaw>> {
    let named = Named::among(conn, emails.clone()).await?;
    let wrong = emails.filter_map(|email| {
        named.any(&email.value).err().map(|reason| Flaw::new(email.at, reason))
    });
    Ok(file::in_order(wrong.collect()))
}

/// What applying the file would lead to. It writes nothing; what speaks against it is told with it.
pub async fn preview(snapshot: &Snapshot, command: &ApplyFile) -> Result<Preview> {
    let conn = snapshot.conn().await?;
    policy::require(snapshot.actor(), Permission::ConfigureProcess, Subject::Organisation)?;
    let row = match find(conn, command).await {
        Ok(Some(row)) => row,
        Ok(None) => return preview_new(snapshot, command).await,
        Err(error) => return Err(also(error, of_no_process(conn, command).await?)),
    };
    let named = Named::of(conn, &command.file).await?;
    let versions = Versions::of(snapshot.base());
    let base = base(conn, versions, &row, command.expected_version).await?;
    let wanted = wanted(command, &base, &named, snapshot.base().clock());
    let edit = edit(row.id, wanted.as_ref().ok(), command);
    let mut preview = save::preview(snapshot, &edit).await?;
    let refusals = std::mem::take(&mut preview.judged.refusals);
    let refusals = refusals.into_iter().map(|one| named.locate(command, one));
    if let Err(error) = wanted {
        return Err(also(error, refusals.collect()));
    }
    preview.judged.refusals = refusals.collect();
    Ok(preview)
}

/// The process in use that the file is about.
pub async fn find(
    conn: &impl ConnectionTrait,
    command: &ApplyFile,
) -> Result<Option<process::Model>> {
    if let Some(id) = command.process_id {
        return processes::existing(conn, id).await.map(Some);
    }
    let file = &command.file;
    let found = store::find_by_name(conn, &file.name.value).await?;
    let Some(was) = &file.was else { return Ok(found) };
    match (found, store::find_by_name(conn, &was.value).await?) {
        (Some(found), Some(former)) if found.id != former.id => {
            let both = Message::of("yaml-both-processes").with("former", &was.value);
            Err(in_file(vec![Flaw::new(was.at, both.with("name", &file.name.value))]))
        }
        (found, former) => Ok(found.or(former)),
    }
}

async fn change_to(tx: &mut Tx, id: ProcessId, command: &ApplyFile) -> Result<Saved> {
    let locked = processes::lock(tx, Target::Process(id)).await?;
    // While we waited it may have been archived or renamed: then the file is about another one.
    if find(tx.conn(), command).await?.map(|row| row.id) != Some(id) {
        return Err(Error::Again);
    }
    let named = Named::of(tx.conn(), &command.file).await?;
    let versions = &Versions::of_unit(tx);
    let base = base(tx.conn(), versions, locked.row(), command.expected_version).await?;
    let wanted = wanted(command, &base, &named, tx.base().clock());
    let edit = edit(id, wanted.as_ref().ok(), command);
    if wanted.is_err() {
        tx.refuse();
    }
    let saved = edit.run(tx).await.map_err(|error| named.explain(command, error));
    both(wanted, saved).map(|(_, saved)| saved)
}

/// What the file wants of the version that it was made for.
fn wanted(command: &ApplyFile, base: &Version, named: &Named, clock: &Clock) -> Result<Wanted> {
    let file = &command.file;
    file.resolve_onto(&base.definition, &|email| named.any(email), &|| clock.new_uuid())
        .map_err(in_file)
}

/// The version that the file was made for: what it says is compared with that one.
async fn base(
    conn: &impl ConnectionTrait,
    versions: &Versions,
    row: &process::Model,
    expected: Option<i64>,
) -> Result<Arc<Version>> {
    let expected = expected.filter(|number| (1..row.version).contains(number));
    store::version(conn, versions, row.id, expected.unwrap_or(row.version)).await
}

/// The save that a file asks for; of one that is not clear, a save of nothing: it tells what else is wrong.
fn edit(id: ProcessId, wanted: Option<&Wanted>, command: &ApplyFile) -> EditProcess {
    let removed = wanted.into_iter().flat_map(|wanted| &wanted.replaced);
    let removed = removed
        .map(|one| RemovedStage { stage_id: one.stage_id, move_deals_to: one.move_deals_to });
    let change = match wanted {
        Some(wanted) => Change::Replace(wanted.definition.clone()),
        None => Change::UpdateProcess(ProcessSettings::default()),
    };
    EditProcess {
        target: Target::Process(id),
        expected_version: command.expected_version,
        message: command.message.clone(),
        change,
        removed_stages: removed.collect(),
    }
}

async fn create(tx: &mut Tx, command: &ApplyFile) -> Result<Saved> {
    let grant = policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Organisation)?;
    let named = Named::of(tx.conn(), &command.file).await?;
    let mut problems = Problems::default();
    let definition = problems.take(new_definition(command, &named, tx.base().clock()))?;
    let claim = tx.claim(command.new_id, command).await;
    let Some(definition) = definition else {
        problems.take(message(command.message.as_deref()))?;
        problems.take(claim)?;
        return problems.settle(None);
    };
    let said = command.message.as_deref();
    let created = processes::create_as(tx, claim, &definition, said, problems).await;
    let id = created.map_err(|error| named.explain(command, error))?;
    let row = processes::existing(tx.conn(), id).await?;
    // Read from its row and not kept for others: this unit of work may still be rolled back.
    let version = store::version_row(tx.conn(), id, row.version).await?;
    let version = version.ok_or_else(|| Error::bug("a process has no current version"))?;
    let after = Version::new(id, row.version, serde_json::from_str(&version.definition)?);
    let before = Arc::new(Version::new(id, 0, empty(&after.definition)));
    Ok(Saved { row, before, after: Arc::new(after), grant })
}

async fn preview_new(snapshot: &Snapshot, command: &ApplyFile) -> Result<Preview> {
    let conn = snapshot.conn().await?;
    let named = Named::of(conn, &command.file).await?;
    let clock = snapshot.base().clock();
    let mut problems = Problems::default();
    problems.take(message(command.message.as_deref()))?;
    if let Some(id) = command.new_id {
        problems.take(free(conn, id).await)?;
    }
    let definition = problems.take(new_definition(command, &named, clock))?;
    let checked = definition.map(|wanted| change::rebuild(&wanted).map_err(Error::Refused));
    let checked = checked.transpose().map_err(|error| named.explain(command, error));
    let definition = problems.take(checked)?.flatten();
    let definition = problems.settle(definition)?;
    let changes = diff::diff(&empty(&definition), &definition);
    let id = command.new_id.unwrap_or_else(|| clock.new_id());
    let after = Some(Arc::new(Version::new(id, 1, definition.clone())));
    let judged = Judged { after: Some(definition), changes, ..Judged::default() };
    Ok(Preview { after, judged, impact: None, created: Vec::new() })
}

fn new_definition(command: &ApplyFile, named: &Named, clock: &Clock) -> Result<Definition> {
    let started = match command.expected_version {
        None | Some(0) => Ok(()),
        Some(_) => Err(Error::from(text::invalid(NOT_THERE).at("expectedVersion"))),
    };
    let resolved =
        command.file.resolve(&|email| named.active(email), &|| clock.new_uuid()).map_err(in_file);
    both(started, resolved).map(|((), definition)| definition)
}

const NOT_THERE: Message = Message::of("no-such-process-yet");

/// What a process is before it has any stage.
fn empty(definition: &Definition) -> Definition {
    Definition { stages: Vec::new(), ..definition.clone() }
}

/// The file that says what a process is now.
pub async fn export(conn: &impl ConnectionTrait, definition: &Definition) -> Result<String> {
    Ok(file::write(definition, &emails(conn, [definition]).await?))
}

/// The addresses of the members that definitions name.
pub async fn emails<const N: usize>(
    conn: &impl ConnectionTrait,
    definitions: [&Definition; N],
) -> Result<Emails> {
    let actions = definitions.into_iter().flat_map(Definition::actions);
    let mut ids: Vec<MemberId> =
        actions.flat_map(ActionDefinition::members).map(|(_, id)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut emails = Emails::new();
    for ids in ids.chunks(1000) {
        let found = members::find_many(conn, ids.iter().copied()).await?;
        emails.extend(found.into_iter().map(|member| (member.id, member.email)));
    }
    Ok(emails)
}

impl Named {
    async fn of(conn: &impl ConnectionTrait, file: &ProcessFile) -> Result<Self> {
        Self::among(conn, file.emails()).await
    }

    async fn among(
        conn: &impl ConnectionTrait,
        emails: impl Iterator<Item = &Located<String>>,
    ) -> Result<Self> {
        let mut keys: Vec<_> = emails.map(|named| email::key(&named.value)).collect();
        keys.sort_unstable();
        keys.dedup();
        let found = members::find_by_emails(conn, keys).await?;
        let members = found.into_iter().map(|member| (member.email_key.clone(), member));
        Ok(Self { members: members.collect() })
    }

    fn any(&self, email: &str) -> Result<MemberId, Message> {
        let found = self.members.get(&email::key(email)).map(|member| member.id);
        found.ok_or_else(|| Message::of("yaml-stranger").with("email", text::excerpt(email)))
    }

    /// What a new process may name: there is nobody whom it named before.
    fn active(&self, email: &str) -> Result<MemberId, Message> {
        let id = self.any(email)?;
        match self.members.get(&email::key(email)).filter(|member| !member.is_active()) {
            Some(gone) => Err(Problem::MemberInactive { name: gone.name.clone() }.said()),
            None => Ok(id),
        }
    }

    fn explain(&self, command: &ApplyFile, error: Error) -> Error {
        let Error::Refused(refusals) = error else { return error };
        Error::Refused(refusals.into_iter().map(|one| self.locate(command, one)).collect())
    }

    /// A refusal at its line of the file, where the file is what it is about.
    fn locate(&self, command: &ApplyFile, refusal: Refusal) -> Refusal {
        let input = ["message", "expectedVersion", "processId", "newId", "file"];
        let of_input = refusal.path.first().is_some_and(|first| input.contains(&first.as_str()));
        match refusal.problem {
            Problem::VersionConflict { .. } | Problem::Forbidden { .. } | Problem::IdTaken => {
                refusal
            }
            Problem::StageHasDeals { .. } => Refusal { path: vec!["file".into()], ..refusal },
            _ if of_input => refusal,
            _ => {
                let flaw = command.file.flaw(&refusal, |id| self.email(id));
                Refusal { node_id: refusal.node_id, ..self::refusal(flaw) }
            }
        }
    }

    fn email(&self, id: &str) -> Option<String> {
        let found = self.members.values().find(|member| member.id.to_string() == id);
        found.map(|member| member.email.clone())
    }
}
