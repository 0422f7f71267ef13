//! The processes of an organisation as a whole: copies, and which one is the default.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use engine::{
    error::Result,
    process::{
        archive::{ArchiveProcess, archive},
        begin::{DuplicateProcess, duplicate},
        default::set_default,
        find,
    },
};
use entity::ids::ProcessId;

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    id::Ids,
    mutate::perform,
    process::{
        Process,
        input::ArchiveProcessInput,
        payload::{DuplicateProcess_, ProcessPayload, process_payload},
    },
    user_error::UserError,
    view::View,
};

/// A new process with the settings of another one.
#[derive(InputObject)]
pub struct DuplicateProcessInput {
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
pub struct SetDefaultProcessInput {
    /// The process: one in use.
    pub process_id: ID,
}

/// What choosing the default process led to.
#[derive(SimpleObject)]
pub struct SetDefaultProcessPayload {
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
pub struct ArchiveProcessPayload {
    /// The process as it now is, also when it was refused; null when it was not found.
    pub process: Option<Process>,
    /// The process that new deals take when they name none, as it now is; null when there is none.
    pub default_process: Option<Process>,
    /// Why nothing was changed; empty when it was, or when the process was archived already.
    pub user_errors: Vec<UserError>,
}

/// Changes of the processes of an organisation.
#[derive(Default)]
pub struct CatalogMutation;

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
    ) -> Field<ProcessPayload<DuplicateProcess_>> {
        field(duplicate_process(context, input).await)
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
        field(archive_process(context, input).await)
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
        field(set_default_process(context, input).await)
    }
}

async fn duplicate_process(
    context: &Context<'_>,
    input: DuplicateProcessInput,
) -> Result<ProcessPayload<DuplicateProcess_>> {
    let mut ids = Ids::default();
    let command = DuplicateProcess {
        process_id: ids.one(&input.process_id, "processId"),
        new_id: ids.new_id(input.new_id.as_ref()),
        name: input.name,
        message: input.message,
    };
    let asked = ids.asked("processId", command);
    let done = perform(context, asked, |tx, command| Box::pin(duplicate(tx, command)));
    process_payload(done.await?, None).await
}

async fn archive_process(
    context: &Context<'_>,
    input: ArchiveProcessInput,
) -> Result<ArchiveProcessPayload> {
    let mut ids = Ids::default();
    let id: ProcessId = ids.one(&input.process_id, "processId");
    let command = ArchiveProcess {
        process_id: id,
        expected_version: input.expected_version,
        new_default_id: ids.maybe(input.new_default_id.as_ref(), "newDefaultId"),
    };
    let asked = ids.asked("processId", command);
    let done = perform(context, asked, |tx, command| Box::pin(archive(tx, command))).await?;
    let process = read(&done.view, Some(id)).await?;
    let default = find::default_id(done.view.snapshot()).await?;
    let default_process = read(&done.view, default).await?;
    Ok(ArchiveProcessPayload { process, default_process, user_errors: done.user_errors })
}

async fn set_default_process(
    context: &Context<'_>,
    input: SetDefaultProcessInput,
) -> Result<SetDefaultProcessPayload> {
    let mut ids = Ids::default();
    let id: ProcessId = ids.one(&input.process_id, "processId");
    let asked = ids.asked("processId", id);
    let done = perform(context, asked, |tx, id| Box::pin(set_default(tx, *id)));
    let done = done.await?;
    let process = read(&done.view, Some(id)).await?;
    let previous = read(&done.view, done.value.flatten()).await?;
    Ok(SetDefaultProcessPayload { process, previous, user_errors: done.user_errors })
}

async fn read(view: &View, id: Option<ProcessId>) -> Result<Option<Process>> {
    match id {
        Some(id) => Process::find(view, id).await,
        None => Ok(None),
    }
}
