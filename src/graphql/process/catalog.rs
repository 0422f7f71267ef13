//! The processes of an organisation as a whole: copies, and which one is the default.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use engine::{
    error::Result,
    process::{
        archive::{ArchiveProcess, UnarchiveProcess},
        begin::DuplicateProcess,
        default::SetDefaultProcess,
        find,
    },
};

use crate::graphql::{
    context::semanticNonNull,
    error::Field,
    input::InputReader,
    mutate::{MutationInput, Outcome, mutate},
    process::{
        Process,
        input::{ArchiveProcessInput, UnarchiveProcessInput},
        payload::{ProcessPayload, process_payload, read_process},
    },
    user_error::UserError,
};

/// A new process with the settings of another one.
#[derive(InputObject)]
pub(crate) struct DuplicateProcessInput {
    /// The process to copy: in use or archived.
    pub process_id: ID,
    /// An id made by the client (`process_…`) for the copy: the same call again answers with what is
    /// there.
    pub new_id: Option<ID>,
    /// The name to show: 1 to 200 characters, unique among the processes in use. Left out, it is the first
    /// free one of `Name (copy)`, `Name (copy 2)`, ….
    pub name: Option<String>,
    /// What to say about the first version; left out, it says whose copy it is.
    pub message: Option<String>,
}

/// The process that new deals take when they name none.
#[derive(InputObject)]
pub(crate) struct SetDefaultProcessInput {
    /// The process: one in use.
    pub process_id: ID,
}

/// What choosing the default process led to.
#[derive(SimpleObject)]
pub(crate) struct SetDefaultProcessPayload {
    /// The process as it now is, also when the change was refused; null when it was not found.
    pub process: Option<Process>,
    /// The process that was the default until now, as it now is; null when there was none, or nothing
    /// was changed.
    pub previous: Option<Process>,
    /// Why nothing was changed; empty when it was, or when the process was the default already.
    pub user_errors: Vec<UserError>,
}

/// What archiving a process led to.
#[derive(SimpleObject)]
pub(crate) struct ArchiveProcessPayload {
    /// The process as it now is, also when it was refused; null when it was not found.
    pub process: Option<Process>,
    /// The process that new deals take when they name none, as it now is; null when there is none.
    pub default_process: Option<Process>,
    /// Why nothing was changed; empty when it was, or when the process was archived already.
    pub user_errors: Vec<UserError>,
}

/// Changes of the processes of an organisation.
#[derive(Default)]
pub(crate) struct CatalogMutation;

/// Changes of the processes of an organisation.
#[Object]
impl CatalogMutation {
    /// Creates a process with the stages, actions and settings of another one: each with an id of its own.
    /// No deal comes along. Members that the settings name must be active. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `NAME_TAKEN`,
    /// `MEMBER_INACTIVE`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn duplicate_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which process, and what the copy is called.")]
        input: DuplicateProcessInput,
    ) -> Field<ProcessPayload<DuplicateProcessInput>> {
        mutate(context, input).await
    }

    /// Archives a process: it takes no new deals and keeps the running ones. The default process is archived
    /// only with `newDefaultId`, unless it is the last one in use: then there is no default any more.
    /// Archived already, it changes nothing. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `VERSION_CONFLICT`,
    /// `DEFAULT_PROCESS`, `PROCESS_ARCHIVED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn archive_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which process, and which one is the default then.")]
        input: ArchiveProcessInput,
    ) -> Field<ArchiveProcessPayload> {
        mutate(context, input).await
    }

    /// Brings an archived process back: it takes new deals again, with everything that it had, as a new version. Where no
    /// process is the default, it becomes that. In use already, it changes nothing. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NAME_TAKEN`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn unarchive_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which process.")] input: UnarchiveProcessInput,
    ) -> Field<ProcessPayload<UnarchiveProcessInput>> {
        mutate(context, input).await
    }

    /// Makes a process the default: new deals take it when they name none. There is one default, and
    /// choosing it raises no version: nothing about the process itself changes. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `PROCESS_ARCHIVED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn set_default_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which process.")] input: SetDefaultProcessInput,
    ) -> Field<SetDefaultProcessPayload> {
        mutate(context, input).await
    }
}

impl MutationInput for DuplicateProcessInput {
    type Command = DuplicateProcess;
    type Payload = ProcessPayload<Self>;
    const SUBJECT: &'static str = "processId";

    fn read(self, reader: &mut InputReader) -> DuplicateProcess {
        DuplicateProcess {
            process_id: reader.id(&self.process_id, "processId"),
            new_id: reader.new_id(self.new_id.as_ref()),
            name: self.name,
            message: self.message,
        }
    }

    async fn answer(done: Outcome<DuplicateProcess>) -> Result<ProcessPayload<Self>> {
        process_payload(&done.view, done.value, done.user_errors).await
    }
}

impl MutationInput for ArchiveProcessInput {
    type Command = ArchiveProcess;
    type Payload = ArchiveProcessPayload;
    const SUBJECT: &'static str = "processId";

    fn read(self, reader: &mut InputReader) -> ArchiveProcess {
        ArchiveProcess {
            process_id: reader.id(&self.process_id, "processId"),
            expected_version: self.expected_version,
            new_default_id: reader.optional_id(self.new_default_id.as_ref(), "newDefaultId"),
        }
    }

    async fn answer(done: Outcome<ArchiveProcess>) -> Result<ArchiveProcessPayload> {
        let process = read_process(&done.view, Some(done.command.process_id)).await?;
        let default = find::default_id(done.view.snapshot()).await?;
        let default_process = read_process(&done.view, default).await?;
        Ok(ArchiveProcessPayload { process, default_process, user_errors: done.user_errors })
    }
}

impl MutationInput for UnarchiveProcessInput {
    type Command = UnarchiveProcess;
    type Payload = ProcessPayload<Self>;
    const SUBJECT: &'static str = "processId";

    fn read(self, reader: &mut InputReader) -> UnarchiveProcess {
        let process_id = reader.id(&self.process_id, "processId");
        let Self { name, expected_version, .. } = self;
        UnarchiveProcess { process_id, name, expected_version }
    }

    async fn answer(done: Outcome<UnarchiveProcess>) -> Result<ProcessPayload<Self>> {
        process_payload(&done.view, Some(done.command.process_id), done.user_errors).await
    }
}

impl MutationInput for SetDefaultProcessInput {
    type Command = SetDefaultProcess;
    type Payload = SetDefaultProcessPayload;
    const SUBJECT: &'static str = "processId";

    fn read(self, reader: &mut InputReader) -> SetDefaultProcess {
        SetDefaultProcess { process_id: reader.id(&self.process_id, "processId") }
    }

    async fn answer(done: Outcome<SetDefaultProcess>) -> Result<SetDefaultProcessPayload> {
        let process = read_process(&done.view, Some(done.command.process_id)).await?;
        let previous = read_process(&done.view, done.value.flatten()).await?;
        Ok(SetDefaultProcessPayload { process, previous, user_errors: done.user_errors })
    }
}
