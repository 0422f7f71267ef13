//! The people of the organisation: who they are and whether they may sign in.

use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use engine::{
    error::Result,
    member::{self, AddMember, UpdateMember},
};
use entity::ids::MemberId;

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    id::Ids,
    member::{Member, Role},
    mutate::{Outcome, marks, perform},
    user_error::UserError,
};

marks! { AddMember_ UpdateMember_ DeactivateMember_ ReactivateMember_ }

/// A new member.
#[derive(InputObject)]
pub struct AddMemberInput {
    /// An id made by the client (`member_…`): the same call again answers with who is there.
    pub new_id: Option<ID>,
    /// Their e-mail address, as `name@example.org` without a name around it: unique, whatever its case.
    pub email: String,
    /// The name to show: 1 to 200 characters.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// New fields for a member. What is left out stays as it is.
#[derive(InputObject)]
pub struct UpdateMemberInput {
    /// The member.
    pub member_id: ID,
    /// The name to show: 1 to 200 characters. Everyone may change their own.
    pub name: Option<String>,
    /// Their e-mail address, as `name@example.org` without a name around it: unique, whatever its case.
    pub email: Option<String>,
    /// What they may do. The last active administrator stays one.
    pub role: Option<Role>,
}

/// A member who leaves.
#[derive(InputObject)]
pub struct DeactivateMemberInput {
    /// The member.
    pub member_id: ID,
}

/// A member who comes back.
#[derive(InputObject)]
pub struct ReactivateMemberInput {
    /// The member.
    pub member_id: ID,
}

/// What a change of a member led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AddMemberPayload", params(AddMember_)),
    concrete(name = "UpdateMemberPayload", params(UpdateMember_)),
    concrete(name = "DeactivateMemberPayload", params(DeactivateMember_)),
    concrete(name = "ReactivateMemberPayload", params(ReactivateMember_))
)]
pub struct MemberPayload<M: Send + Sync> {
    /// The member as they now are, also when the change was refused; null when they were not found.
    pub member: Option<Member>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    mark: PhantomData<M>,
}

/// The people of the organisation.
#[derive(Default)]
pub struct MemberMutation;

/// The people of the organisation. A change of role or activity takes effect within a second, on every
/// server and open socket.
#[Object]
impl MemberMutation {
    /// Adds a member. They sign in with a token: make one with `createToken`. Administrators only.
    ///
    /// User errors: `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `EMAIL_TAKEN`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn add_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new member.")] input: AddMemberInput,
    ) -> Field<MemberPayload<AddMember_>> {
        field(add_member(context, input).await)
    }

    /// Changes name, address or role of a member. Their own name everyone may change; the rest is for
    /// administrators.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `EMAIL_TAKEN`,
    /// `LAST_ADMINISTRATOR`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateMemberInput,
    ) -> Field<MemberPayload<UpdateMember_>> {
        field(update_member(context, input).await)
    }

    /// Lets a member sign in no longer, nor be chosen for anything. Their tokens are worth nothing from then
    /// on, for ever; their history and the deals they own stay theirs. Read the payload's
    /// `member { openDealCount }`, and hand the deals over with `transferDeals`. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `LAST_ADMINISTRATOR`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deactivate_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who.")] input: DeactivateMemberInput,
    ) -> Field<MemberPayload<DeactivateMember_>> {
        field(deactivate_member(context, input).await)
    }

    /// Lets a member sign in again, with a new token: make one with `createToken`. Tokens of before are worth
    /// nothing for ever. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn reactivate_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who.")] input: ReactivateMemberInput,
    ) -> Field<MemberPayload<ReactivateMember_>> {
        field(reactivate_member(context, input).await)
    }
}

async fn add_member(
    context: &Context<'_>,
    input: AddMemberInput,
) -> Result<MemberPayload<AddMember_>> {
    let mut ids = Ids::default();
    let new_id: Option<MemberId> = ids.new_id(input.new_id.as_ref());
    let command = AddMember { email: input.email, name: input.name, role: input.role.into() };
    let asked = ids.asked("newId", (new_id, command));
    let done =
        perform(context, asked, |tx, (id, command)| Box::pin(member::add_as(tx, *id, command)));
    let done = done.await?;
    let id = done.value;
    payload(done, id).await
}

async fn update_member(
    context: &Context<'_>,
    input: UpdateMemberInput,
) -> Result<MemberPayload<UpdateMember_>> {
    let mut ids = Ids::default();
    let member_id = ids.one(&input.member_id, "memberId");
    let UpdateMemberInput { name, email, role, .. } = input;
    let command = UpdateMember { member_id, name, email, role: role.map(Into::into) };
    let asked = ids.asked("memberId", command);
    let done = perform(context, asked, |tx, command| Box::pin(member::update(tx, command)));
    payload(done.await?, Some(member_id)).await
}

async fn deactivate_member(
    context: &Context<'_>,
    input: DeactivateMemberInput,
) -> Result<MemberPayload<DeactivateMember_>> {
    let mut ids = Ids::default();
    let id: MemberId = ids.one(&input.member_id, "memberId");
    let asked = ids.asked("memberId", id);
    let done = perform(context, asked, |tx, id| Box::pin(member::deactivate(tx, *id)));
    payload(done.await?, Some(id)).await
}

async fn reactivate_member(
    context: &Context<'_>,
    input: ReactivateMemberInput,
) -> Result<MemberPayload<ReactivateMember_>> {
    let mut ids = Ids::default();
    let id: MemberId = ids.one(&input.member_id, "memberId");
    let asked = ids.asked("memberId", id);
    let done = perform(context, asked, |tx, id| Box::pin(member::reactivate(tx, *id)));
    payload(done.await?, Some(id)).await
}

async fn payload<T, M: Send + Sync>(
    done: Outcome<T>,
    id: Option<MemberId>,
) -> Result<MemberPayload<M>> {
    let member = match id {
        Some(id) => Member::find(&done.view, id).await?,
        None => None,
    };
    Ok(MemberPayload { member, user_errors: done.user_errors, mark: PhantomData })
}
