//! Making the deals of a member another one's, many at once.

use engine::{deal::TransferDeals, error::Result};

use crate::graphql::{
    context::semanticNonNull,
    error::Field,
    input::InputReader,
    member::Member,
    mutate::{MutationInput, Outcome, mutate},
    user_error::UserError,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

/// The deals of a member that are to be another one's.
#[derive(InputObject)]
pub(crate) struct TransferDealsInput {
    /// Whose open deals; they may be deactivated already.
    pub from_member_id: ID,
    /// Who owns them from then on: an active member.
    pub to_member_id: ID,
    /// Only the deals of this process; those of all when left out.
    pub process_id: Option<ID>,
    /// Whether the open tasks that are the member's to do go along, also those about deals of others and about closed ones;
    /// `false` when left out.
    pub include_tasks: Option<bool>,
}

/// What handing over deals led to.
#[derive(SimpleObject)]
pub(crate) struct TransferDealsPayload {
    /// How many deals were handed over; null when it was refused.
    pub count: Option<u64>,
    /// How many open tasks were handed over: none without `includeTasks`; null when it was refused.
    pub task_count: Option<u64>,
    /// How many open tasks stay with the member in spite of `includeTasks`: about deals that the new one may not see, or
    /// that you may not change; null when it was refused.
    pub tasks_left: Option<u64>,
    /// The member who owned them; null when they were not found.
    pub from_member: Option<Member>,
    /// The member who owns them now; null when they were not found.
    pub to_member: Option<Member>,
    /// Why nothing was handed over; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// Handing over deals.
#[derive(Default)]
pub(crate) struct TransferDealsMutation;

/// Handing over deals.
#[Object]
impl TransferDealsMutation {
    /// Makes the open deals of a member another one's, when somebody leaves or goes on to other work: all of
    /// them, or nothing. The new owner takes part in them from then on, and the former one goes on taking
    /// part; each deal tells of it like any other change of owner. With `includeTasks` the member's open tasks go along, and
    /// the new one is told of them like of any task that is assigned. Repeated, there is nothing left to hand
    /// over. Managers and administrators; and everyone for the deals they own themselves. How many it will be
    /// is `Member.openDealCount`.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `MEMBER_INACTIVE`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn transfer_deals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose deals, and whose they are to be.")] input: TransferDealsInput,
    ) -> Field<TransferDealsPayload> {
        mutate(context, input).await
    }
}

impl MutationInput for TransferDealsInput {
    type Command = TransferDeals;
    type Payload = TransferDealsPayload;
    const SUBJECT: &'static str = "fromMemberId";

    fn read(self, reader: &mut InputReader) -> TransferDeals {
        TransferDeals {
            from: reader.id(&self.from_member_id, "fromMemberId"),
            to: reader.id(&self.to_member_id, "toMemberId"),
            process_id: reader.optional_id(self.process_id.as_ref(), "processId"),
            include_tasks: self.include_tasks.unwrap_or_default(),
        }
    }

    async fn answer(done: Outcome<TransferDeals>) -> Result<TransferDealsPayload> {
        let TransferDeals { from, to, .. } = *done.command;
        done.view.expect_members([from, to]);
        Ok(TransferDealsPayload {
            count: done.value.map(|done| done.deals),
            task_count: done.value.map(|done| done.tasks),
            tasks_left: done.value.map(|done| done.tasks_left),
            from_member: Member::find(&done.view, from).await?,
            to_member: Member::find(&done.view, to).await?,
            user_errors: done.user_errors,
        })
    }
}
