//! From the inputs of process mutations to commands, and from what became of them to payloads.

use domain::process::change::StageSettings;
use engine::{
    error::Result,
    process::{AddAction, AddStage, begin::BeginProcess, save::RemoveStage},
};

use crate::graphql::{
    input::InputReader,
    mutate::{MutationInput, Outcome},
    process::{input::*, payload::*},
};

impl MutationInput for CreateProcessInput {
    type Command = BeginProcess;
    type Payload = ProcessPayload<Self>;
    const SUBJECT: &'static str = "newId";

    fn read(self, reader: &mut InputReader) -> BeginProcess {
        let new_id = reader.new_id(self.new_id.as_ref());
        let Self { template, name, description, message, .. } = self;
        BeginProcess { new_id, template, name, description, message }
    }

    async fn answer(done: Outcome<BeginProcess>) -> Result<ProcessPayload<Self>> {
        process_payload(&done.view, done.value, done.user_errors).await
    }
}

impl MutationInput for AddStageInput {
    type Command = AddStage;
    type Payload = StagePayload<Self>;
    const SUBJECT: &'static str = "processId";

    fn read(self, reader: &mut InputReader) -> AddStage {
        AddStage {
            process_id: reader.id(&self.process_id, "processId"),
            new_id: reader.new_id(self.new_id.as_ref()),
            place: position_of_new(reader, &self.after_id),
            settings: StageSettings { name: Some(self.name), hint: self.hint },
            expected_version: self.expected_version,
            message: self.message,
        }
    }

    async fn answer(done: Outcome<AddStage>) -> Result<StagePayload<Self>> {
        let (process, stage) = done.value.unzip();
        let process = process.unwrap_or(done.command.process_id);
        stage_payload(&done.view, Some(process), stage, done.user_errors).await
    }
}

impl MutationInput for RemoveStageInput {
    type Command = RemoveStage;
    type Payload = StagePayload<Self>;
    const SUBJECT: &'static str = "stageId";

    fn read(self, reader: &mut InputReader) -> RemoveStage {
        RemoveStage {
            stage_id: reader.id(&self.stage_id, "stageId"),
            move_deals_to: reader.optional_id(self.move_deals_to.as_ref(), "moveDealsTo"),
            expected_version: self.expected_version,
            message: self.message,
        }
    }

    async fn answer(done: Outcome<RemoveStage>) -> Result<StagePayload<Self>> {
        let process = done.value.map(|saved| saved.row.id);
        let stage = done.command.stage_id;
        stage_payload(&done.view, process, Some(stage), done.user_errors).await
    }
}

impl MutationInput for AddActionInput {
    type Command = AddAction;
    type Payload = ActionPayload<Self>;
    const SUBJECT: &'static str = "stageId";

    fn read(self, reader: &mut InputReader) -> AddAction {
        AddAction {
            stage_id: reader.id(&self.stage_id, "stageId"),
            new_id: reader.new_id(self.new_id.as_ref()),
            place: position_of_new(reader, &self.after_id),
            settings: self.settings(reader),
            expected_version: self.expected_version,
            message: self.message,
        }
    }

    async fn answer(done: Outcome<AddAction>) -> Result<ActionPayload<Self>> {
        let (process, action) = done.value.unzip();
        let process = match process {
            Some(process) => Some(process),
            None => process_of_stage(&done.view, done.command.stage_id).await?,
        };
        action_payload(&done.view, process, action, done.user_errors).await
    }
}
