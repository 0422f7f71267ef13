//! From the inputs of deal mutations to commands, and from what became of them to payloads.

use std::sync::Arc;

use async_graphql::MaybeUndefined;
use domain::{language::Message, text::invalid};
use engine::{
    deal::{
        self, AddNote, AddParticipant, CloseDeal, CompleteAction, CreateDeal, DealFields, MoveDeal,
        RemoveParticipant, ReopenDeal, UndoCompletion, UpdateDeal,
    },
    error::Result,
};
use entity::{deal::Status, ids::StageId};

use crate::graphql::{
    deal::{checklist::Completion, input::*, payload::*},
    input::InputReader,
    mutate::{MutationInput, Outcome, nullable, setting},
    note::Note,
};

const DEAL: &str = "dealId";

impl MutationInput for CreateDealInput {
    type Command = CreateDeal;
    type Payload = DealPayload<Self>;
    const SUBJECT: &'static str = "newId";

    fn read(self, reader: &mut InputReader) -> CreateDeal {
        let participants = self.participant_ids.as_deref().unwrap_or_default();
        CreateDeal {
            new_id: reader.new_id(self.new_id.as_ref()),
            process_id: reader.optional_id(self.process_id.as_ref(), "processId"),
            title: deal::title(&self.title).unwrap_or_else(|_| self.title.clone()),
            value: self.value.as_ref().and_then(|value| value.read(reader)),
            owner_id: reader.optional_id(self.owner_id.as_ref(), "ownerId"),
            visibility: self.visibility.map(Into::into).unwrap_or_default(),
            participant_ids: reader.ids(participants, "participantIds"),
        }
    }

    async fn answer(done: Outcome<CreateDeal>) -> Result<DealPayload<Self>> {
        payload(&done.view, done.value, done.user_errors).await
    }
}

impl MutationInput for UpdateDealInput {
    type Command = UpdateDeal;
    type Payload = DealPayload<Self>;
    const SUBJECT: &'static str = DEAL;

    fn read(self, reader: &mut InputReader) -> UpdateDeal {
        let deal_id = reader.id(&self.deal_id, DEAL);
        let value = nullable(self.value);
        let fields = DealFields {
            title: self.title,
            value: value.map(|value| value.and_then(|value| value.read(reader))),
            owner_id: reader.optional_id(self.owner_id.as_ref(), "ownerId"),
            visibility: setting(self.visibility.map_value(Into::into), Default::default),
        };
        UpdateDeal { deal_id, fields }
    }

    async fn answer(done: Outcome<UpdateDeal>) -> Result<DealPayload<Self>> {
        payload(&done.view, Some(done.command.deal_id), done.user_errors).await
    }
}

impl MutationInput for MoveDealInput {
    type Command = MoveDeal;
    type Payload = DealPayload<Self>;
    const SUBJECT: &'static str = DEAL;

    fn read(self, reader: &mut InputReader) -> MoveDeal {
        MoveDeal { deal_id: reader.id(&self.deal_id, DEAL), stage_id: self.stage(reader) }
    }

    async fn answer(done: Outcome<MoveDeal>) -> Result<DealPayload<Self>> {
        payload(&done.view, Some(done.command.deal_id), done.user_errors).await
    }
}

impl MoveDealInput {
    /// A forgotten field must not drag a deal to nowhere.
    fn stage(&self, reader: &mut InputReader) -> Option<StageId> {
        match &self.stage_id {
            MaybeUndefined::Value(stage) => Some(reader.id(stage, "stageId")),
            MaybeUndefined::Null => None,
            MaybeUndefined::Undefined => {
                let unsaid = Message::of("deal-move-unsaid");
                reader.refuse(invalid(unsaid).at("stageId"));
                None
            }
        }
    }
}

impl MutationInput for AddParticipantInput {
    type Command = AddParticipant;
    type Payload = DealPayload<Self>;
    const SUBJECT: &'static str = DEAL;

    fn read(self, reader: &mut InputReader) -> AddParticipant {
        let deal_id = reader.id(&self.deal_id, DEAL);
        AddParticipant { deal_id, member_id: reader.id(&self.member_id, "memberId") }
    }

    async fn answer(done: Outcome<AddParticipant>) -> Result<DealPayload<Self>> {
        payload(&done.view, Some(done.command.deal_id), done.user_errors).await
    }
}

impl MutationInput for RemoveParticipantInput {
    type Command = RemoveParticipant;
    type Payload = DealPayload<Self>;
    const SUBJECT: &'static str = DEAL;

    fn read(self, reader: &mut InputReader) -> RemoveParticipant {
        let deal_id = reader.id(&self.deal_id, DEAL);
        RemoveParticipant { deal_id, member_id: reader.id(&self.member_id, "memberId") }
    }

    async fn answer(done: Outcome<RemoveParticipant>) -> Result<DealPayload<Self>> {
        payload(&done.view, Some(done.command.deal_id), done.user_errors).await
    }
}

impl MutationInput for CompleteActionInput {
    type Command = CompleteAction;
    type Payload = CompleteActionPayload;
    const SUBJECT: &'static str = DEAL;

    fn read(self, reader: &mut InputReader) -> CompleteAction {
        CompleteAction {
            deal_id: reader.id(&self.deal_id, DEAL),
            action_id: reader.id(&self.action_id, "actionId"),
            new_id: reader.new_id(self.new_id.as_ref()),
            evidence: self.evidence(reader),
        }
    }

    async fn answer(done: Outcome<CompleteAction>) -> Result<CompleteActionPayload> {
        let CompleteAction { deal_id, action_id, .. } = *done.command;
        completed(&done.view, (deal_id, action_id), done.value, done.user_errors).await
    }
}

impl MutationInput for UndoCompletionInput {
    type Command = UndoCompletion;
    type Payload = UndoCompletionPayload;
    const SUBJECT: &'static str = "completionId";

    fn read(self, reader: &mut InputReader) -> UndoCompletion {
        let completion_id = reader.id(&self.completion_id, "completionId");
        UndoCompletion { completion_id, comment: self.comment }
    }

    async fn answer(done: Outcome<UndoCompletion>) -> Result<UndoCompletionPayload> {
        let row = match done.value {
            Some(row) => Some(Arc::new(row)),
            None => done.view.completion(done.command.completion_id).await?,
        };
        let (deal, action) = row.as_ref().map(|row| (row.deal_id, row.action_id)).unzip();
        let (deal, item) = read_item(&done.view, deal, action).await?;
        let completion = row.map(|row| Completion::new(&done.view, row));
        Ok(UndoCompletionPayload { deal, item, completion, user_errors: done.user_errors })
    }
}

/// The three ways to close a deal take the same.
macro_rules! closes {
    ($($input:ident: $status:ident,)*) => {$(
        impl MutationInput for $input {
            type Command = CloseDeal;
            type Payload = DealPayload<Self>;
            const SUBJECT: &'static str = DEAL;

            fn read(self, reader: &mut InputReader) -> CloseDeal {
                let deal_id = reader.id(&self.deal_id, DEAL);
                let reason_id = reader.optional_id(self.reason_id.as_ref(), "reasonId");
                CloseDeal { deal_id, status: Status::$status, reason_id, comment: self.comment }
            }

            async fn answer(done: Outcome<CloseDeal>) -> Result<DealPayload<Self>> {
                payload(&done.view, Some(done.command.deal_id), done.user_errors).await
            }
        }
    )*};
}

closes! {
    WinDealInput: Won,
    LoseDealInput: Lost,
    OutdateDealInput: Outdated,
}

impl MutationInput for ReopenDealInput {
    type Command = ReopenDeal;
    type Payload = DealPayload<Self>;
    const SUBJECT: &'static str = DEAL;

    fn read(self, reader: &mut InputReader) -> ReopenDeal {
        ReopenDeal { deal_id: reader.id(&self.deal_id, DEAL), comment: self.comment }
    }

    async fn answer(done: Outcome<ReopenDeal>) -> Result<DealPayload<Self>> {
        payload(&done.view, Some(done.command.deal_id), done.user_errors).await
    }
}

impl MutationInput for AddNoteInput {
    type Command = AddNote;
    type Payload = AddNotePayload;
    const SUBJECT: &'static str = DEAL;

    fn read(self, reader: &mut InputReader) -> AddNote {
        AddNote {
            deal_id: reader.id(&self.deal_id, DEAL),
            new_id: reader.new_id(self.new_id.as_ref()),
            files: reader.ids(&self.file_ids.unwrap_or_default(), "fileIds"),
            body: self.body,
        }
    }

    async fn answer(done: Outcome<AddNote>) -> Result<AddNotePayload> {
        let note = match done.value {
            Some(id) => Note::find(&done.view, id).await?,
            None => None,
        };
        let deal = read_deal(&done.view, Some(done.command.deal_id)).await?;
        Ok(AddNotePayload { deal, note, user_errors: done.user_errors })
    }
}
