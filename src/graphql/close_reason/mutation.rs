//! Keeping the lists of close reasons: for administrators.

use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::{close_reason::Position, language::Message, refusal::Refusal, text::invalid};
use engine::{
    close_reason::{
        AddCloseReason, ArchiveCloseReason, MoveCloseReason, RestoreCloseReason, UpdateCloseReason,
    },
    error::Result,
};
use entity::ids::CloseReasonId;

use crate::graphql::{
    close_reason::{CloseReason, ClosingStatus, of_status},
    context::semanticNonNull,
    error::Field,
    input::InputReader,
    mutate::{MutationInput, Outcome, mutate},
    user_error::UserError,
    view::View,
};

/// A new reason.
#[derive(InputObject)]
pub(crate) struct AddCloseReasonInput {
    /// An id made by the client (`close_reason_…`): the same call again answers with what is there.
    pub new_id: Option<ID>,
    /// The way of closing deals that it is for.
    pub status: ClosingStatus,
    /// The name to show: 1 to 200 characters, unique among those in use of the status.
    pub name: String,
    /// After which reason of the status; `null`: first. Left out: last.
    pub after_id: MaybeUndefined<ID>,
}

/// Another name for a reason.
#[derive(InputObject)]
pub(crate) struct UpdateCloseReasonInput {
    /// The reason.
    pub reason_id: ID,
    /// The name to show: 1 to 200 characters, unique among those in use of the status.
    pub name: Option<String>,
}

/// Another place for a reason.
#[derive(InputObject)]
pub(crate) struct MoveCloseReasonInput {
    /// The reason.
    pub reason_id: ID,
    /// After which reason of the same status; `null`: first. It must be said.
    pub after_id: MaybeUndefined<ID>,
}

/// A reason to offer no more.
#[derive(InputObject)]
pub(crate) struct ArchiveCloseReasonInput {
    /// The reason.
    pub reason_id: ID,
}

/// A reason to offer again.
#[derive(InputObject)]
pub(crate) struct RestoreCloseReasonInput {
    /// The reason.
    pub reason_id: ID,
}

/// What a change of the close reasons led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AddCloseReasonPayload", params(AddCloseReasonInput)),
    concrete(name = "UpdateCloseReasonPayload", params(UpdateCloseReasonInput)),
    concrete(name = "MoveCloseReasonPayload", params(MoveCloseReasonInput)),
    concrete(name = "ArchiveCloseReasonPayload", params(ArchiveCloseReasonInput)),
    concrete(name = "RestoreCloseReasonPayload", params(RestoreCloseReasonInput))
)]
pub(crate) struct CloseReasonPayload<I: Send + Sync> {
    /// The reason as it now is, also when the change was refused; null when it was not found.
    pub close_reason: Option<CloseReason>,
    /// All reasons in use of its status, in order, also when the change was refused; null when it was not found.
    pub close_reasons: Option<Vec<CloseReason>>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    of: PhantomData<I>,
}

/// Changes of close reasons.
#[derive(Default)]
pub(crate) struct CloseReasonMutation;

/// Changes of close reasons: administrators only.
#[Object]
impl CloseReasonMutation {
    /// Adds a reason to close deals: at most 100 in use for a status. As soon as a status has one, closing
    /// a deal so needs one. Administrators only.
    ///
    /// User errors: `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `NAME_TAKEN`, `LIMIT_REACHED`,
    /// `NOT_A_SIBLING`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn add_close_reason(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new reason.")] input: AddCloseReasonInput,
    ) -> Field<CloseReasonPayload<AddCloseReasonInput>> {
        mutate(context, input).await
    }

    /// Gives a reason another name: deals closed with it show the new one, their events the old one.
    /// Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NAME_TAKEN`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_close_reason(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateCloseReasonInput,
    ) -> Field<CloseReasonPayload<UpdateCloseReasonInput>> {
        mutate(context, input).await
    }

    /// Moves a reason in use among those of its status. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `NOT_A_SIBLING`,
    /// `CLOSE_REASON_ARCHIVED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn move_close_reason(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where to.")] input: MoveCloseReasonInput,
    ) -> Field<CloseReasonPayload<MoveCloseReasonInput>> {
        mutate(context, input).await
    }

    /// Offers a reason no more; deals closed with it keep it. Archived already, it changes nothing.
    /// Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn archive_close_reason(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which reason.")] input: ArchiveCloseReasonInput,
    ) -> Field<CloseReasonPayload<ArchiveCloseReasonInput>> {
        mutate(context, input).await
    }

    /// Offers a reason again, after all others of its status. In use already, it changes nothing.
    /// Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `NAME_TAKEN`, `LIMIT_REACHED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn restore_close_reason(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which reason.")] input: RestoreCloseReasonInput,
    ) -> Field<CloseReasonPayload<RestoreCloseReasonInput>> {
        mutate(context, input).await
    }
}

impl MutationInput for AddCloseReasonInput {
    type Command = AddCloseReason;
    type Payload = CloseReasonPayload<Self>;
    const SUBJECT: &'static str = "newId";

    fn read(self, reader: &mut InputReader) -> AddCloseReason {
        AddCloseReason {
            new_id: reader.new_id(self.new_id.as_ref()),
            status: self.status.into(),
            place: position(reader, &self.after_id).unwrap_or(Position::Last),
            name: self.name,
        }
    }

    async fn answer(done: Outcome<AddCloseReason>) -> Result<CloseReasonPayload<Self>> {
        let close_reason = match done.value {
            Some(id) => CloseReason::find(&done.view, id).await?,
            None => None,
        };
        let status = ClosingStatus::of(done.command.status);
        let close_reasons = Some(of_status(&done.view, Some(status), false).await?);
        let user_errors = done.user_errors;
        Ok(CloseReasonPayload { close_reason, close_reasons, user_errors, of: PhantomData })
    }
}

/// Where to; none when it was not said.
fn position(reader: &mut InputReader, after: &MaybeUndefined<ID>) -> Option<Position> {
    match after {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(Position::First),
        MaybeUndefined::Value(id) => Some(Position::After(reader.id(id, "afterId"))),
    }
}

impl MutationInput for UpdateCloseReasonInput {
    type Command = UpdateCloseReason;
    type Payload = CloseReasonPayload<Self>;
    const SUBJECT: &'static str = "reasonId";

    fn read(self, reader: &mut InputReader) -> UpdateCloseReason {
        UpdateCloseReason { reason_id: reader.id(&self.reason_id, "reasonId"), name: self.name }
    }

    async fn answer(done: Outcome<UpdateCloseReason>) -> Result<CloseReasonPayload<Self>> {
        payload(&done.view, done.command.reason_id, done.user_errors).await
    }
}

impl MutationInput for MoveCloseReasonInput {
    type Command = MoveCloseReason;
    type Payload = CloseReasonPayload<Self>;
    const SUBJECT: &'static str = "reasonId";

    fn read(self, reader: &mut InputReader) -> MoveCloseReason {
        let reason_id = reader.id(&self.reason_id, "reasonId");
        let place = position(reader, &self.after_id).unwrap_or_else(|| {
            reader.refuse(nowhere());
            Position::First
        });
        MoveCloseReason { reason_id, place }
    }

    async fn answer(done: Outcome<MoveCloseReason>) -> Result<CloseReasonPayload<Self>> {
        payload(&done.view, done.command.reason_id, done.user_errors).await
    }
}

fn nowhere() -> Refusal {
    let reason = Message::of("reason-move-unsaid");
    invalid(reason).at("afterId")
}

impl MutationInput for ArchiveCloseReasonInput {
    type Command = ArchiveCloseReason;
    type Payload = CloseReasonPayload<Self>;
    const SUBJECT: &'static str = "reasonId";

    fn read(self, reader: &mut InputReader) -> ArchiveCloseReason {
        ArchiveCloseReason { reason_id: reader.id(&self.reason_id, "reasonId") }
    }

    async fn answer(done: Outcome<ArchiveCloseReason>) -> Result<CloseReasonPayload<Self>> {
        payload(&done.view, done.command.reason_id, done.user_errors).await
    }
}

impl MutationInput for RestoreCloseReasonInput {
    type Command = RestoreCloseReason;
    type Payload = CloseReasonPayload<Self>;
    const SUBJECT: &'static str = "reasonId";

    fn read(self, reader: &mut InputReader) -> RestoreCloseReason {
        RestoreCloseReason { reason_id: reader.id(&self.reason_id, "reasonId") }
    }

    async fn answer(done: Outcome<RestoreCloseReason>) -> Result<CloseReasonPayload<Self>> {
        payload(&done.view, done.command.reason_id, done.user_errors).await
    }
}

async fn payload<I: Send + Sync>(
    view: &View,
    id: CloseReasonId,
    user_errors: Vec<UserError>,
) -> Result<CloseReasonPayload<I>> {
    let (close_reason, close_reasons) = read(view, id).await?;
    Ok(CloseReasonPayload { close_reason, close_reasons, user_errors, of: PhantomData })
}

/// The reason, and all of its status.
async fn read(
    view: &View,
    id: CloseReasonId,
) -> Result<(Option<CloseReason>, Option<Vec<CloseReason>>)> {
    let Some(reason) = CloseReason::find(view, id).await? else { return Ok((None, None)) };
    let siblings = reason.siblings().await?;
    Ok((Some(reason), Some(siblings)))
}
