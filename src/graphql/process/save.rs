//! Saving a whole process, and taking it back to an old version.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::process::{Saved, diff};
use engine::{
    error::Result,
    process::{
        Target,
        save::{self, RestoreVersion},
    },
};
use entity::ids::ProcessId;

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    id::{Asked, Ids},
    mutate::{Outcome, marks, perform},
    process::{
        Process,
        change::{self, ProcessChange},
        definition::ProcessVersion,
        tree::{RemovedStageInput, SaveProcessInput, of_id, removed_stages},
    },
    user_error::UserError,
};

marks! { SaveProcess_ RestoreProcessVersion_ }

/// An old version to go back to.
#[derive(Clone, InputObject)]
pub struct RestoreProcessVersionInput {
    /// The process.
    pub process_id: ID,
    /// The number of the version whose tree comes back.
    pub version: i64,
    /// The version you started from: refused when the process was saved since.
    pub expected_version: i64,
    /// What to say about the new version; “Restored version N” when left out. Where nothing changes, there is
    /// a new version only to hold what is said.
    pub message: Option<String>,
    /// For stages that go although open deals were moved to them by hand: the stage that takes their
    /// place.
    pub removed_stages: Option<Vec<RemovedStageInput>>,
}

impl RestoreProcessVersionInput {
    /// The command.
    pub fn read(self) -> Asked<RestoreVersion> {
        let mut ids = Ids::default();
        let command = RestoreVersion {
            process_id: ids.one(&self.process_id, "processId"),
            number: self.version,
            expected_version: Some(self.expected_version),
            message: self.message,
            removed_stages: removed_stages(self.removed_stages.as_deref(), &mut ids),
        };
        ids.asked("processId", command)
    }
}

/// What a save of a whole process led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "SaveProcessPayload", params(SaveProcess_)),
    concrete(name = "RestoreProcessVersionPayload", params(RestoreProcessVersion_)),
    concrete(name = "ImportProcessPayload", params(crate::graphql::process::file::ImportProcess_))
)]
pub struct SavedPayload<M: Send + Sync> {
    /// The process as it now is, also when the save was refused; null when it was not found.
    pub process: Option<Process>,
    /// The version that the save made, or the current one when it changed nothing; null when it was
    /// refused.
    pub version: Option<ProcessVersion>,
    /// What the save changed: the smallest list that explains it. Empty when it changed nothing.
    pub changes: Vec<ProcessChange>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    mark: std::marker::PhantomData<M>,
}

/// Saves of whole processes.
#[derive(Default)]
pub struct SaveMutation;

/// Saves of whole processes: each is one new version, or nothing.
#[Object]
impl SaveMutation {
    /// Saves the whole tree of a process at once: what is added, changed, moved and removed is worked out,
    /// and all of it happens or nothing. Open deals follow. Ask `processPreview` with the same input first
    /// to see what it does. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `NAME_TAKEN`,
    /// `LIMIT_REACHED`, `MEMBER_INACTIVE`, `STAGE_HAS_DEALS`, `STAGE_REMOVED`, `STAGE_NOT_IN_PROCESS`,
    /// `ACTION_REMOVED`, `ACTION_NOT_IN_PROCESS`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn save_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The process as it should be.")] input: SaveProcessInput,
    ) -> Field<SavedPayload<SaveProcess_>> {
        field(save_process(context, input).await)
    }

    /// Takes a process back to an old version: a new version with the same tree and the same ids. What was
    /// removed since comes back, and completions of it count again. Ask `restorePreview` with the same
    /// input first to see what it does. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NAME_TAKEN`, `LIMIT_REACHED`,
    /// `MEMBER_INACTIVE`, `STAGE_HAS_DEALS`, `STAGE_REMOVED`, `STAGE_NOT_IN_PROCESS`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn restore_process_version(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which version.")] input: RestoreProcessVersionInput,
    ) -> Field<SavedPayload<RestoreProcessVersion_>> {
        field(restore_process_version(context, input).await)
    }
}

async fn save_process(
    context: &Context<'_>,
    input: SaveProcessInput,
) -> Result<SavedPayload<SaveProcess_>> {
    let asked = input.read();
    let id = match asked.command.target {
        Target::Process(id) => Some(id),
        _ => None,
    };
    let done = perform(context, asked, |tx, command| {
        Box::pin(async move { save::save_process(tx, command).await.map_err(of_id) })
    });
    saved_payload(done.await?, id).await
}

async fn restore_process_version(
    context: &Context<'_>,
    input: RestoreProcessVersionInput,
) -> Result<SavedPayload<RestoreProcessVersion_>> {
    let asked = input.read();
    let id = asked.command.process_id;
    let done = perform(context, asked, |tx, command| Box::pin(save::restore(tx, command)));
    saved_payload(done.await?, Some(id)).await
}

/// The payload of a save of a whole process.
pub async fn saved_payload<M: Send + Sync>(
    done: Outcome<Saved>,
    id: Option<ProcessId>,
) -> Result<SavedPayload<M>> {
    let Outcome { view, value, user_errors } = done;
    let process = match value.as_ref().map(|saved| saved.row.id).or(id) {
        Some(id) => Process::find(&view, id).await?,
        None => None,
    };
    let mut changes = Vec::new();
    let mut version = None;
    if let (Some(saved), Some(process)) = (&value, &process) {
        let found = diff::diff(&saved.before.definition, &saved.after.definition);
        changes = change::shown(&view, &found);
        version = process.read_version(saved.after.number).await?;
    }
    Ok(SavedPayload { process, version, changes, user_errors, mark: std::marker::PhantomData })
}
