//! Keeping the lists of close reasons: for administrators.

use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::{close_reason::Position, refusal::Refusal, text::invalid};
use engine::{
    close_reason::{self, AddCloseReason},
    error::Result,
};
use entity::ids::CloseReasonId;

use crate::graphql::{
    close_reason::{CloseReason, ClosingStatus, of_status},
    context::semanticNonNull,
    error::{Field, field},
    id::Ids,
    mutate::{Outcome, marks, perform},
    user_error::UserError,
};

/// A new reason.
#[derive(InputObject)]
pub struct AddCloseReasonInput {
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
pub struct UpdateCloseReasonInput {
    /// The reason.
    pub reason_id: ID,
    /// The name to show: 1 to 200 characters, unique among those in use of the status.
    pub name: Option<String>,
}

/// Another place for a reason.
#[derive(InputObject)]
pub struct MoveCloseReasonInput {
    /// The reason.
    pub reason_id: ID,
    /// After which reason of the same status; `null`: first. It must be said.
    pub after_id: MaybeUndefined<ID>,
}

/// A reason to offer no more.
#[derive(InputObject)]
pub struct ArchiveCloseReasonInput {
    /// The reason.
    pub reason_id: ID,
}

/// A reason to offer again.
#[derive(InputObject)]
pub struct RestoreCloseReasonInput {
    /// The reason.
    pub reason_id: ID,
}

marks! { AddCloseReason_ UpdateCloseReason_ MoveCloseReason_ ArchiveCloseReason_ RestoreCloseReason_ }

/// What a change of the close reasons led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AddCloseReasonPayload", params(AddCloseReason_)),
    concrete(name = "UpdateCloseReasonPayload", params(UpdateCloseReason_)),
    concrete(name = "MoveCloseReasonPayload", params(MoveCloseReason_)),
    concrete(name = "ArchiveCloseReasonPayload", params(ArchiveCloseReason_)),
    concrete(name = "RestoreCloseReasonPayload", params(RestoreCloseReason_))
)]
pub struct CloseReasonPayload<M: Send + Sync> {
    /// The reason as it now is, also when the change was refused; null when it was not found.
    pub close_reason: Option<CloseReason>,
    /// All reasons in use of its status, in order, also when the change was refused; null when it was not found.
    pub close_reasons: Option<Vec<CloseReason>>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    mark: PhantomData<M>,
}

/// Changes of close reasons.
#[derive(Default)]
pub struct CloseReasonMutation;

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
    ) -> Field<CloseReasonPayload<AddCloseReason_>> {
        field(add(context, input).await)
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
    ) -> Field<CloseReasonPayload<UpdateCloseReason_>> {
        field(update(context, input).await)
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
    ) -> Field<CloseReasonPayload<MoveCloseReason_>> {
        field(move_to(context, input).await)
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
    ) -> Field<CloseReasonPayload<ArchiveCloseReason_>> {
        field(archive(context, &input.reason_id).await)
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
    ) -> Field<CloseReasonPayload<RestoreCloseReason_>> {
        field(restore(context, &input.reason_id).await)
    }
}

async fn add(
    context: &Context<'_>,
    input: AddCloseReasonInput,
) -> Result<CloseReasonPayload<AddCloseReason_>> {
    let mut ids = Ids::default();
    let command = AddCloseReason {
        new_id: ids.new_id(input.new_id.as_ref()),
        status: input.status.into(),
        place: place(&mut ids, &input.after_id).unwrap_or(Position::Last),
        name: input.name,
    };
    let asked = ids.asked("newId", command);
    let done = perform(context, asked, |tx, command| Box::pin(close_reason::add(tx, command)));
    let done = done.await?;
    let close_reason = match done.value {
        Some(id) => CloseReason::find(&done.view, id).await?,
        None => None,
    };
    let close_reasons = Some(of_status(&done.view, Some(input.status), false).await?);
    let user_errors = done.user_errors;
    Ok(CloseReasonPayload { close_reason, close_reasons, user_errors, mark: PhantomData })
}

/// Where to; none when it was not said.
fn place(ids: &mut Ids, after: &MaybeUndefined<ID>) -> Option<Position> {
    match after {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(Position::First),
        MaybeUndefined::Value(id) => Some(Position::After(ids.one(id, "afterId"))),
    }
}

async fn update(
    context: &Context<'_>,
    input: UpdateCloseReasonInput,
) -> Result<CloseReasonPayload<UpdateCloseReason_>> {
    let mut ids = Ids::default();
    let id: CloseReasonId = ids.one(&input.reason_id, "reasonId");
    let asked = ids.asked("reasonId", (id, input.name));
    let done = perform(context, asked, |tx, (id, name)| {
        Box::pin(close_reason::update(tx, *id, name.as_deref()))
    });
    payload(done.await?, id).await
}

async fn move_to(
    context: &Context<'_>,
    input: MoveCloseReasonInput,
) -> Result<CloseReasonPayload<MoveCloseReason_>> {
    let mut ids = Ids::default();
    let id: CloseReasonId = ids.one(&input.reason_id, "reasonId");
    let place = place(&mut ids, &input.after_id).unwrap_or_else(|| {
        ids.wrong(nowhere());
        Position::First
    });
    let asked = ids.asked("reasonId", (id, place));
    let done =
        perform(context, asked, |tx, (id, place)| Box::pin(close_reason::move_to(tx, *id, *place)));
    payload(done.await?, id).await
}

fn nowhere() -> Refusal {
    let reason = "Say where to: the id of a reason of the same status, or null to come first.";
    invalid(reason).at("afterId")
}

async fn archive(
    context: &Context<'_>,
    id: &ID,
) -> Result<CloseReasonPayload<ArchiveCloseReason_>> {
    let mut ids = Ids::default();
    let id: CloseReasonId = ids.one(id, "reasonId");
    let asked = ids.asked("reasonId", id);
    let done = perform(context, asked, |tx, id| Box::pin(close_reason::archive(tx, *id)));
    payload(done.await?, id).await
}

async fn restore(
    context: &Context<'_>,
    id: &ID,
) -> Result<CloseReasonPayload<RestoreCloseReason_>> {
    let mut ids = Ids::default();
    let id: CloseReasonId = ids.one(id, "reasonId");
    let asked = ids.asked("reasonId", id);
    let done = perform(context, asked, |tx, id| Box::pin(close_reason::restore(tx, *id)));
    payload(done.await?, id).await
}

async fn payload<T, M: Send + Sync>(
    done: Outcome<T>,
    id: CloseReasonId,
) -> Result<CloseReasonPayload<M>> {
    let close_reason = CloseReason::find(&done.view, id).await?;
    let close_reasons = match &close_reason {
        Some(reason) => Some(reason.siblings().await?),
        None => None,
    };
    let user_errors = done.user_errors;
    Ok(CloseReasonPayload { close_reason, close_reasons, user_errors, mark: PhantomData })
}
