//! The small mutations of a process: one change of one node, saved with its open deals.

use domain::process::{
    Saved,
    change::{ActionSettings, Change},
};
use engine::{
    command::{Among, Command},
    error::Result,
    process::{EditProcess, Target},
    tx::Tx,
};
use entity::ids::{ActionId, ProcessId, StageId};

use crate::graphql::{
    input::InputReader,
    mutate::{MutationInput, Outcome},
    process::{input::*, payload::*},
};

impl MutationInput for UpdateProcessInput {
    type Command = Edit<ProcessId>;
    type Payload = ProcessPayload<Self>;
    const SUBJECT: &'static str = "processId";

    fn read(self, reader: &mut InputReader) -> Edit<ProcessId> {
        let id = reader.id(&self.process_id, "processId");
        let change = Change::UpdateProcess(self.settings());
        Edit::new(id, Target::Process, change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<Self::Command>) -> Result<ProcessPayload<Self>> {
        edited_process(done).await
    }
}

impl MutationInput for UpdateStageInput {
    type Command = Edit<StageId>;
    type Payload = StagePayload<Self>;
    const SUBJECT: &'static str = "stageId";

    fn read(self, reader: &mut InputReader) -> Edit<StageId> {
        let id = reader.id(&self.stage_id, "stageId");
        let change = Change::UpdateStage(id, self.settings());
        Edit::new(id, Target::Stage, change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<Self::Command>) -> Result<StagePayload<Self>> {
        edited_stage(done).await
    }
}

impl MutationInput for MoveStageInput {
    type Command = Edit<StageId>;
    type Payload = StagePayload<Self>;
    const SUBJECT: &'static str = "stageId";

    fn read(self, reader: &mut InputReader) -> Edit<StageId> {
        let id = reader.id(&self.stage_id, "stageId");
        let change = Change::MoveStage(id, position(reader, self.after_id.as_ref()));
        Edit::new(id, Target::Stage, change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<Self::Command>) -> Result<StagePayload<Self>> {
        edited_stage(done).await
    }
}

impl MutationInput for UpdateActionInput {
    type Command = Edit<ActionId>;
    type Payload = ActionPayload<Self>;
    const SUBJECT: &'static str = "actionId";

    fn read(self, reader: &mut InputReader) -> Edit<ActionId> {
        let id = reader.id(&self.action_id, "actionId");
        let change = Change::UpdateAction(id, self.settings(reader));
        Edit::new(id, Target::Action, change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<Self::Command>) -> Result<ActionPayload<Self>> {
        edited_action(done).await
    }
}

impl MutationInput for SetActionWeightInput {
    type Command = Edit<ActionId>;
    type Payload = ActionPayload<Self>;
    const SUBJECT: &'static str = "actionId";

    fn read(self, reader: &mut InputReader) -> Edit<ActionId> {
        let id = reader.id(&self.action_id, "actionId");
        let weight = Some(self.weight);
        let settings = ActionSettings { weight, ..ActionSettings::default() };
        let change = Change::UpdateAction(id, settings);
        Edit::new(id, Target::Action, change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<Self::Command>) -> Result<ActionPayload<Self>> {
        edited_action(done).await
    }
}

impl MutationInput for MoveActionInput {
    type Command = Edit<ActionId>;
    type Payload = ActionPayload<Self>;
    const SUBJECT: &'static str = "actionId";

    fn read(self, reader: &mut InputReader) -> Edit<ActionId> {
        let id = reader.id(&self.action_id, "actionId");
        let stage = reader.optional_id(self.stage_id.as_ref(), "stageId");
        let change = Change::MoveAction(id, stage, position(reader, self.after_id.as_ref()));
        Edit::new(id, Target::Action, change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<Self::Command>) -> Result<ActionPayload<Self>> {
        edited_action(done).await
    }
}

impl MutationInput for RemoveActionInput {
    type Command = Edit<ActionId>;
    type Payload = ActionPayload<Self>;
    const SUBJECT: &'static str = "actionId";

    fn read(self, reader: &mut InputReader) -> Edit<ActionId> {
        let id = reader.id(&self.action_id, "actionId");
        let change = Change::RemoveAction(id);
        Edit::new(id, Target::Action, change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<Self::Command>) -> Result<ActionPayload<Self>> {
        edited_action(done).await
    }
}

impl MutationInput for RestoreStageInput {
    type Command = Edit<StageId>;
    type Payload = StagePayload<Self>;
    const SUBJECT: &'static str = "stageId";

    fn read(self, reader: &mut InputReader) -> Edit<StageId> {
        let id = reader.id(&self.stage_id, "stageId");
        let place = position_of_new(reader, &self.after_id);
        let change = Change::RestoreStage(id, place, self.name);
        Edit::new(id, Target::Stage, change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<Self::Command>) -> Result<StagePayload<Self>> {
        edited_stage(done).await
    }
}

impl MutationInput for RestoreActionInput {
    type Command = Edit<ActionId>;
    type Payload = ActionPayload<Self>;
    const SUBJECT: &'static str = "actionId";

    fn read(self, reader: &mut InputReader) -> Edit<ActionId> {
        let id = reader.id(&self.action_id, "actionId");
        let stage = reader.optional_id(self.stage_id.as_ref(), "stageId");
        let place = position_of_new(reader, &self.after_id);
        let change = Change::RestoreAction(id, stage, place, self.name);
        Edit::new(id, Target::Action, change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<Self::Command>) -> Result<ActionPayload<Self>> {
        edited_action(done).await
    }
}

/// A change of one node, and the id of that node: its payload tells of it.
pub(crate) struct Edit<Id> {
    node: Id,
    edit: EditProcess,
}

impl<Id: Copy> Edit<Id> {
    fn new(
        node: Id,
        target: fn(Id) -> Target,
        change: Change,
        expected_version: Option<i64>,
        message: &Option<String>,
    ) -> Self {
        Self { node, edit: EditProcess::small(target(node), change, expected_version, message) }
    }
}

impl<Id: Send + Sync + 'static> Command for Edit<Id> {
    type Output = Saved;

    fn among(&self) -> Option<Among> {
        self.edit.among()
    }

    async fn run(&self, tx: &mut Tx) -> Result<Saved> {
        self.edit.run(tx).await
    }
}

async fn edited_process<I: Send + Sync>(
    done: Outcome<Edit<ProcessId>>,
) -> Result<ProcessPayload<I>> {
    process_payload(&done.view, Some(done.command.node), done.user_errors).await
}

async fn edited_stage<I: Send + Sync>(done: Outcome<Edit<StageId>>) -> Result<StagePayload<I>> {
    let process = done.value.map(|saved| saved.row.id);
    stage_payload(&done.view, process, Some(done.command.node), done.user_errors).await
}

async fn edited_action<I: Send + Sync>(done: Outcome<Edit<ActionId>>) -> Result<ActionPayload<I>> {
    let process = done.value.map(|saved| saved.row.id);
    action_payload(&done.view, process, Some(done.command.node), done.user_errors).await
}
