//! The people of the organisation: who they are and whether they may sign in.

use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use engine::{
    error::Result,
    member::{AddMember, DeactivateMember, ReactivateMember, UpdateMember},
};
use entity::ids::MemberId;

use crate::graphql::{
    context::semanticNonNull,
    error::Field,
    input::InputReader,
    member::{Language, Member, Role, leaving::DeactivationImpact},
    mutate::{MutationInput, Outcome, mutate, nullable},
    user_error::UserError,
    view::View,
};

/// A new member.
#[derive(InputObject)]
pub(crate) struct AddMemberInput {
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
pub(crate) struct UpdateMemberInput {
    /// The member.
    pub member_id: ID,
    /// The name to show: 1 to 200 characters. Everyone may change their own.
    pub name: Option<String>,
    /// Their e-mail address, as `name@example.org` without a name around it: unique, whatever its case.
    pub email: Option<String>,
    /// What they may do. The last active administrator stays one.
    pub role: Option<Role>,
    /// The language in which the server writes to them; null: the one that their client asks for with
    /// `Accept-Language`. Everyone may change their own.
    pub locale: MaybeUndefined<Language>,
}

/// A member who leaves.
#[derive(InputObject)]
pub(crate) struct DeactivateMemberInput {
    /// The member.
    pub member_id: ID,
}

/// A member who comes back.
#[derive(InputObject)]
pub(crate) struct ReactivateMemberInput {
    /// The member.
    pub member_id: ID,
}

/// What a change of a member led to.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AddMemberPayload", params(AddMemberInput)),
    concrete(name = "UpdateMemberPayload", params(UpdateMemberInput)),
    concrete(name = "ReactivateMemberPayload", params(ReactivateMemberInput))
)]
pub(crate) struct MemberPayload<I: Send + Sync> {
    /// The member as they now are, also when the change was refused; null when they were not found.
    pub member: Option<Member>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
    #[graphql(skip)]
    of: PhantomData<I>,
}

/// What deactivating a member led to.
#[derive(SimpleObject)]
pub(crate) struct DeactivateMemberPayload {
    /// The member as they now are, also when the change was refused; null when they were not found.
    pub member: Option<Member>,
    /// What it means for processes: what `Member.deactivationPreview` told before; null when it was refused.
    pub impact: Option<DeactivationImpact>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// The people of the organisation.
#[derive(Default)]
pub(crate) struct MemberMutation;

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
    ) -> Field<MemberPayload<AddMemberInput>> {
        mutate(context, input).await
    }

    /// Changes name, address, role or language of a member. Their own name and language everyone may change; the rest is for
    /// administrators.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `EMAIL_TAKEN`,
    /// `LAST_ADMINISTRATOR`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateMemberInput,
    ) -> Field<MemberPayload<UpdateMemberInput>> {
        mutate(context, input).await
    }

    /// Lets a member sign in no longer, nor be chosen for anything. Their tokens are worth nothing from then
    /// on, for ever; their history and the deals they own stay theirs. Read the payload's
    /// `member { openDealCount openTaskCount }`, and hand both over with `transferDeals`; its `impact` tells which actions
    /// nobody can do any more. Ask `Member.deactivationPreview` first. Administrators only.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_ID`, `LAST_ADMINISTRATOR`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deactivate_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who.")] input: DeactivateMemberInput,
    ) -> Field<DeactivateMemberPayload> {
        mutate(context, input).await
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
    ) -> Field<MemberPayload<ReactivateMemberInput>> {
        mutate(context, input).await
    }
}

impl MutationInput for AddMemberInput {
    type Command = AddMember;
    type Payload = MemberPayload<Self>;
    const SUBJECT: &'static str = "newId";

    fn read(self, reader: &mut InputReader) -> AddMember {
        AddMember {
            new_id: reader.new_id(self.new_id.as_ref()),
            email: self.email,
            name: self.name,
            role: self.role.into(),
        }
    }

    async fn answer(done: Outcome<AddMember>) -> Result<MemberPayload<Self>> {
        payload(&done.view, done.value.map(|member| member.id), done.user_errors).await
    }
}

impl MutationInput for UpdateMemberInput {
    type Command = UpdateMember;
    type Payload = MemberPayload<Self>;
    const SUBJECT: &'static str = "memberId";

    fn read(self, reader: &mut InputReader) -> UpdateMember {
        let member_id = reader.id(&self.member_id, "memberId");
        let Self { name, email, role, locale, .. } = self;
        let (role, locale) = (role.map(Into::into), nullable(locale));
        UpdateMember { member_id, name, email, role, locale: locale.map(|one| one.map(Into::into)) }
    }

    async fn answer(done: Outcome<UpdateMember>) -> Result<MemberPayload<Self>> {
        payload(&done.view, Some(done.command.member_id), done.user_errors).await
    }
}

impl MutationInput for DeactivateMemberInput {
    type Command = DeactivateMember;
    type Payload = DeactivateMemberPayload;
    const SUBJECT: &'static str = "memberId";

    fn read(self, reader: &mut InputReader) -> DeactivateMember {
        DeactivateMember { member_id: reader.id(&self.member_id, "memberId") }
    }

    async fn answer(done: Outcome<DeactivateMember>) -> Result<DeactivateMemberPayload> {
        let id = done.command.member_id;
        let member = read_member(&done.view, Some(id)).await?;
        let impact = done.value.map(|()| DeactivationImpact::new(&done.view, id));
        Ok(DeactivateMemberPayload { member, impact, user_errors: done.user_errors })
    }
}

impl MutationInput for ReactivateMemberInput {
    type Command = ReactivateMember;
    type Payload = MemberPayload<Self>;
    const SUBJECT: &'static str = "memberId";

    fn read(self, reader: &mut InputReader) -> ReactivateMember {
        ReactivateMember { member_id: reader.id(&self.member_id, "memberId") }
    }

    async fn answer(done: Outcome<ReactivateMember>) -> Result<MemberPayload<Self>> {
        payload(&done.view, Some(done.command.member_id), done.user_errors).await
    }
}

async fn payload<I: Send + Sync>(
    view: &View,
    id: Option<MemberId>,
    user_errors: Vec<UserError>,
) -> Result<MemberPayload<I>> {
    Ok(MemberPayload { member: read_member(view, id).await?, user_errors, of: PhantomData })
}

/// The member, if there is one.
pub(crate) async fn read_member(view: &View, id: Option<MemberId>) -> Result<Option<Member>> {
    match id {
        Some(id) => Member::find(view, id).await,
        None => Ok(None),
    }
}
