//! Saving a whole process, and taking it back to an old version.

use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::process::{Saved, diff};
use engine::{
    command::Command,
    error::Result,
    process::{
        EditProcess,
        save::{self, RestoreVersion, SavedTree},
    },
    tx::Tx,
};
use entity::ids::ProcessId;

use crate::graphql::{
    context::semanticNonNull,
    error::Field,
    input::InputReader,
    mutate::{MutationInput, Outcome, mutate},
    process::{
        Process,
        change::{self, ProcessChange},
        client_key::{CreatedNode, created},
        definition::ProcessVersion,
        file::ImportProcessInput,
        payload::read_process,
        tree::{RemovedStageInput, SaveProcessInput, of_id, removed_stages},
    },
    user_error::UserError,
    view::View,
};

/// An old version to go back to.
#[derive(Clone, InputObject)]
pub(crate) struct RestoreProcessVersionInput {
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

impl MutationInput for RestoreProcessVersionInput {
    type Command = RestoreVersion;
    type Payload = SavedPayload<Self>;
    const SUBJECT: &'static str = "processId";

    fn read(self, reader: &mut InputReader) -> RestoreVersion {
        RestoreVersion {
            process_id: reader.id(&self.process_id, "processId"),
            number: self.version,
            expected_version: Some(self.expected_version),
            message: self.message,
            removed_stages: removed_stages(self.removed_stages.as_deref(), reader),
        }
    }

    async fn answer(done: Outcome<RestoreVersion>) -> Result<SavedPayload<Self>> {
        let process = done.command.process_id;
        saved_payload(&done.view, Some(process), done.value, done.user_errors).await
    }
}

impl MutationInput for SaveProcessInput {
    type Command = SaveProcess;
    type Payload = SaveProcessPayload;
    const SUBJECT: &'static str = "id";

    fn read(self, reader: &mut InputReader) -> SaveProcess {
        let process_id = reader.id(&self.id, "id");
        SaveProcess { process_id, edit: self.edit(process_id, reader) }
    }

    async fn answer(done: Outcome<SaveProcess>) -> Result<SaveProcessPayload> {
        let id = done.command.process_id;
        let (saved, keyed) = done.value.map(|done| (done.saved, done.created)).unzip();
        let (process, version, changes) = read_saved(&done.view, Some(id), saved).await?;
        let created = created(keyed.unwrap_or_default());
        Ok(SaveProcessPayload { process, version, changes, created, user_errors: done.user_errors })
    }
}

/// The save of a whole tree, whose input calls the process `id`.
pub(crate) struct SaveProcess {
    process_id: ProcessId,
    /// The save.
    pub edit: EditProcess,
}

impl Command for SaveProcess {
    type Output = SavedTree;

    async fn run(&self, tx: &mut Tx) -> Result<SavedTree> {
        save::save_process(tx, &self.edit).await.map_err(of_id)
    }
}

/// What a save of a whole process led to.
#[derive(SimpleObject)]
pub(crate) struct SaveProcessPayload {
    /// The process as it now is, also when the save was refused; null when it was not found.
    pub process: Option<Process>,
    /// The version that the save made, or the current one when it changed nothing; null when it was
    /// refused.
    pub version: Option<ProcessVersion>,
    /// What the save changed: the smallest list that explains it. Empty when it changed nothing.
    pub changes: Vec<ProcessChange>,
    /// Which id each new stage and action got that came with a `clientKey`, in the order of the tree; empty when the save
    /// was refused.
    pub created: Vec<CreatedNode>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// What a save of a whole process led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "RestoreProcessVersionPayload", params(RestoreProcessVersionInput)),
    concrete(name = "ImportProcessPayload", params(ImportProcessInput))
)]
pub(crate) struct SavedPayload<I: Send + Sync> {
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
    of: PhantomData<I>,
}

/// Saves of whole processes.
#[derive(Default)]
pub(crate) struct SaveMutation;

/// Saves of whole processes: each is one new version, or nothing.
#[Object]
impl SaveMutation {
    /// Saves the whole tree of a process at once: what is added, changed, moved and removed is worked out,
    /// and all of it happens or nothing. Open deals follow. Ask `processPreview` with the same input first
    /// to see what it does. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `NAME_TAKEN`,
    /// `LIMIT_REACHED`, `MEMBER_INACTIVE`, `STAGE_HAS_DEALS`, `STAGE_REMOVED`, `STAGE_NOT_IN_PROCESS`,
    /// `ACTION_NOT_IN_PROCESS`, `VERSION_CONFLICT`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn save_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The process as it should be.")] input: SaveProcessInput,
    ) -> Field<SaveProcessPayload> {
        mutate(context, input).await
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
    ) -> Field<SavedPayload<RestoreProcessVersionInput>> {
        mutate(context, input).await
    }
}

/// The payload of a save of a whole process.
pub(crate) async fn saved_payload<I: Send + Sync>(
    view: &View,
    id: Option<ProcessId>,
    saved: Option<Saved>,
    user_errors: Vec<UserError>,
) -> Result<SavedPayload<I>> {
    let (process, version, changes) = read_saved(view, id, saved).await?;
    Ok(SavedPayload { process, version, changes, user_errors, of: PhantomData })
}

async fn read_saved(
    view: &View,
    id: Option<ProcessId>,
    saved: Option<Saved>,
) -> Result<(Option<Process>, Option<ProcessVersion>, Vec<ProcessChange>)> {
    let id = saved.as_ref().map(|saved| saved.row.id).or(id);
    let process = read_process(view, id).await?;
    let (Some(saved), Some(found)) = (&saved, &process) else {
        return Ok((process, None, Vec::new()));
    };
    let changes = diff::diff(&saved.before.definition, &saved.after.definition);
    let version = found.read_version(saved.after.number).await?;
    Ok((process, version, change::objects(view, &changes)))
}
