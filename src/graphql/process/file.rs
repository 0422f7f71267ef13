//! Processes as files: exported for everyone, imported by administrators.

use engine::{
    command::Command,
    error::{Error, Result},
    process::apply::{self, ApplyFile, Unread},
};

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field, maybe},
    input::{Asked, InputReader, parse},
    mutate::{Outcome, perform},
    process::{
        preview::{ProcessPreview, payload},
        save::{SavedPayload, saved_payload},
    },
    user_error::UserError,
    view::View,
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::{policy::Actor, process::Saved};
use entity::ids::ProcessId;

/// A process as a file says it should be.
#[derive(Clone, InputObject)]
pub(crate) struct ImportProcessInput {
    /// The text of the file (YAML). `waypost process json-schema` prints what can be in it, and
    /// `exportProcess` gives the file of a process that is there.
    pub file: String,
    /// Which process it changes, whatever its name. When left out: the one in use that has the name in
    /// the file, or the name in its `was`; a new one where there is none.
    pub process_id: Option<ID>,
    /// The id of the process if it is created, made by you; left out, the server makes one.
    pub new_id: Option<ID>,
    /// The version you started from: refused when the process was saved since. 0: there was none, and it
    /// is refused when there is one now. It may be left out only where nothing can be lost: for a new
    /// process, and for a file that changes nothing.
    pub expected_version: Option<i64>,
    /// What to say about the new version. Where nothing changes there is none; with `expectedVersion`, a
    /// version without changes holds what is said.
    pub message: Option<String>,
}

/// An import as far as its input could be read.
enum Read {
    /// With what the file says.
    File(Asked<ApplyFile>),
    /// Its file says nothing, or not to this viewer.
    Unread(Asked<Unread>),
}

impl ImportProcessInput {
    /// What is asked for. Nothing of the file is read for whoever may not apply it.
    fn read(self, actor: &Actor) -> Result<Read> {
        let mut reader = InputReader::default();
        let process_id = reader.optional_id(self.process_id.as_ref(), "processId");
        let new_id = reader.new_id(self.new_id.as_ref());
        let (expected_version, message) = (self.expected_version, self.message);
        let file = match apply::read(actor, &self.file) {
            Ok(file) => file,
            Err(Error::Refused(refusals)) => {
                refusals.into_iter().for_each(|refusal| reader.refuse(refusal));
                let emails = apply::emails_named(actor, &self.file);
                let file = Unread { process_id, new_id, expected_version, message, emails };
                return Ok(Read::Unread(reader.asked("file", file)));
            }
            Err(fault) => return Err(fault),
        };
        let text = self.file;
        let command = ApplyFile { text, file, process_id, new_id, expected_version, message };
        Ok(Read::File(reader.asked("file", command)))
    }
}

/// Processes as files.
#[derive(Default)]
pub(crate) struct FileQuery;

/// Processes as files.
#[Object]
impl FileQuery {
    /// A process as a file (YAML), made for people and for version control: stages and actions by name,
    /// settings left out where they are defaults, members by their addresses. `importProcess` reads it.
    /// Null when there is no such process.
    async fn export_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of a process.")] id: ID,
    ) -> Field<String> {
        maybe(export_process(context, &id).await)
    }

    /// What `importProcess` would do with the same input. Nothing is written. Administrators only: others
    /// get the refusal in `userErrors`. Of a process that would be created there is no `impact`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn import_preview(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The process as a file says it should be.")] input: ImportProcessInput,
    ) -> Field<ProcessPreview> {
        field(import_preview(context, input).await)
    }
}

/// Processes from files.
#[derive(Default)]
pub(crate) struct FileMutation;

/// Processes from files: each import is one new version, or nothing.
#[Object]
impl FileMutation {
    /// Makes a process what a file says, or creates it. Stages and actions that the file names again keep
    /// their ids: by `was` first, then by stage and name, then by the name elsewhere if only one is meant.
    /// Open deals follow. Importing the same file again changes nothing. Ask `importPreview` with the same
    /// input first to see what it does. Administrators only.
    ///
    /// User errors: `INVALID_FILE` with line and column for all that is wrong in the file, `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID_ID`, `INVALID_VALUE`, `ID_TAKEN`, `STAGE_HAS_DEALS` (answer it with
    /// `removedStages` in the file), `EXPECTED_VERSION_REQUIRED`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn import_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The process as a file says it should be.")] input: ImportProcessInput,
    ) -> Field<SavedPayload<ImportProcessInput>> {
        field(import_process(context, input).await)
    }
}

async fn export_process(context: &Context<'_>, id: &ID) -> Result<Option<String>> {
    let view = View::of(context)?;
    let Some((_, version)) = view.process(parse(id, "id")?).await? else { return Ok(None) };
    let conn = view.snapshot().conn().await?;
    apply::export(conn, &version.definition).await.map(Some)
}

async fn import_preview(
    context: &Context<'_>,
    input: ImportProcessInput,
) -> Result<ProcessPreview> {
    let view = View::of(context)?;
    match input.read(view.snapshot().actor())? {
        Read::File(asked) => {
            let preview = apply::preview(view.snapshot(), &asked.command).await;
            payload(&view, &asked.flaws, preview)
        }
        Read::Unread(asked) => {
            let wrong = asked.command.wrong(view.snapshot().conn().await?).await?;
            payload(&view, &asked.flaws, Err(Error::Refused(wrong)))
        }
    }
}

async fn import_process(
    context: &Context<'_>,
    input: ImportProcessInput,
) -> Result<SavedPayload<ImportProcessInput>> {
    let view = View::of(context)?;
    let names = apply::names(&input.file);
    let (done, id) = match input.read(view.snapshot().actor())? {
        Read::File(asked) => imported(perform(context, asked).await?, |file| file.process_id),
        Read::Unread(asked) => imported(perform(context, asked).await?, |file| file.process_id),
    };
    let (view, saved, user_errors) = done;
    // Refused, it answers with the process as it is: the one that was named, or that the file is about.
    let id = match (&saved, id, names) {
        (None, None, Some(names)) => names.find(view.snapshot().conn().await?).await?,
        _ => id,
    };
    saved_payload(&view, id, saved, user_errors).await
}

type Imported = (View, Option<Saved>, Vec<UserError>);

/// What became of either, and the process that was named.
fn imported<C: Command<Output = Saved>>(
    done: Outcome<C>,
    named: impl Fn(&C) -> Option<ProcessId>,
) -> (Imported, Option<ProcessId>) {
    let id = named(&done.command);
    ((done.view, done.value, done.user_errors), id)
}
