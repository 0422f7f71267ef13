//! The small mutations of a process: one change of one node, saved with its open deals.

use domain::process::change::{ActionSettings, Change};
use engine::{
    error::Result,
    process::{EditProcess, Target},
};

use crate::graphql::{
    input::InputReader,
    mutate::{MutationInput, Outcome},
    process::{input::*, payload::*},
};

impl MutationInput for UpdateProcessInput {
    type Command = EditProcess;
    type Payload = ProcessPayload<Self>;
    const SUBJECT: &'static str = "processId";

    fn read(self, reader: &mut InputReader) -> EditProcess {
        let id = reader.id(&self.process_id, "processId");
        let change = Change::UpdateProcess(self.settings());
        EditProcess::small(Target::Process(id), change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<EditProcess>) -> Result<ProcessPayload<Self>> {
        edited_process(done).await
    }
}

impl MutationInput for UpdateStageInput {
    type Command = EditProcess;
    type Payload = StagePayload<Self>;
    const SUBJECT: &'static str = "stageId";

    fn read(self, reader: &mut InputReader) -> EditProcess {
        let id = reader.id(&self.stage_id, "stageId");
        let change = Change::UpdateStage(id, self.settings());
        EditProcess::small(Target::Stage(id), change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<EditProcess>) -> Result<StagePayload<Self>> {
        edited_stage(done).await
    }
}

impl MutationInput for MoveStageInput {
    type Command = EditProcess;
    type Payload = StagePayload<Self>;
    const SUBJECT: &'static str = "stageId";

    fn read(self, reader: &mut InputReader) -> EditProcess {
        let id = reader.id(&self.stage_id, "stageId");
        let change = Change::MoveStage(id, position(reader, self.after_id.as_ref()));
        EditProcess::small(Target::Stage(id), change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<EditProcess>) -> Result<StagePayload<Self>> {
        edited_stage(done).await
    }
}

impl MutationInput for UpdateActionInput {
    type Command = EditProcess;
    type Payload = ActionPayload<Self>;
    const SUBJECT: &'static str = "actionId";

    fn read(self, reader: &mut InputReader) -> EditProcess {
        let id = reader.id(&self.action_id, "actionId");
        let change = Change::UpdateAction(id, self.settings(reader));
        EditProcess::small(Target::Action(id), change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<EditProcess>) -> Result<ActionPayload<Self>> {
        edited_action(done).await
    }
}

impl MutationInput for SetActionWeightInput {
    type Command = EditProcess;
    type Payload = ActionPayload<Self>;
    const SUBJECT: &'static str = "actionId";

    fn read(self, reader: &mut InputReader) -> EditProcess {
        let id = reader.id(&self.action_id, "actionId");
        let weight = Some(self.weight);
        let settings = ActionSettings { weight, ..ActionSettings::default() };
        let change = Change::UpdateAction(id, settings);
        EditProcess::small(Target::Action(id), change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<EditProcess>) -> Result<ActionPayload<Self>> {
        edited_action(done).await
    }
}

impl MutationInput for MoveActionInput {
    type Command = EditProcess;
    type Payload = ActionPayload<Self>;
    const SUBJECT: &'static str = "actionId";

    fn read(self, reader: &mut InputReader) -> EditProcess {
        let id = reader.id(&self.action_id, "actionId");
        let stage = reader.optional_id(self.stage_id.as_ref(), "stageId");
        let change = Change::MoveAction(id, stage, position(reader, self.after_id.as_ref()));
        EditProcess::small(Target::Action(id), change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<EditProcess>) -> Result<ActionPayload<Self>> {
        edited_action(done).await
    }
}

impl MutationInput for RemoveActionInput {
    type Command = EditProcess;
    type Payload = ActionPayload<Self>;
    const SUBJECT: &'static str = "actionId";

    fn read(self, reader: &mut InputReader) -> EditProcess {
        let id = reader.id(&self.action_id, "actionId");
        let change = Change::RemoveAction(id);
        EditProcess::small(Target::Action(id), change, self.expected_version, &self.message)
    }

    async fn answer(done: Outcome<EditProcess>) -> Result<ActionPayload<Self>> {
        edited_action(done).await
    }
}

async fn edited_process<I: Send + Sync>(done: Outcome<EditProcess>) -> Result<ProcessPayload<I>> {
    let process = match done.command.target {
        Target::Process(id) => Some(id),
        _ => None,
    };
    process_payload(&done.view, process, done.user_errors).await
}

async fn edited_stage<I: Send + Sync>(done: Outcome<EditProcess>) -> Result<StagePayload<I>> {
    let stage = match done.command.target {
        Target::Stage(id) => Some(id),
        _ => None,
    };
    let process = done.value.map(|saved| saved.row.id);
    stage_payload(&done.view, process, stage, done.user_errors).await
}

async fn edited_action<I: Send + Sync>(done: Outcome<EditProcess>) -> Result<ActionPayload<I>> {
    let action = match done.command.target {
        Target::Action(id) => Some(id),
        _ => None,
    };
    let process = done.value.map(|saved| saved.row.id);
    action_payload(&done.view, process, action, done.user_errors).await
}
