//! Letting a deal go through another process.

use domain::{
    deal::mapping::{MOST, Pair},
    refusal::Problem,
};
use engine::{deal::ChangeProcess, error::Result};

use crate::graphql::{
    context::semanticNonNull,
    deal::{Deal, payload::read_deal},
    error::Field,
    input::InputReader,
    mutate::{MutationInput, Outcome, mutate},
    process::{Process, payload::read_process},
    user_error::UserError,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

/// Letting a deal go through another process.
#[derive(InputObject)]
pub(crate) struct ChangeDealProcessInput {
    /// The deal: an open one.
    pub deal_id: ID,
    /// The process that it goes to: one that is not archived.
    pub process_id: ID,
    /// Which completions follow: exactly these, none for an empty list. Left out: those of actions of the
    /// same name – in stages of the same name, or else where both processes have the name only once. At
    /// most 500 entries.
    pub mapping: Option<Vec<ActionMappingInput>>,
}

/// What was done for one action counts for another one. Several may go to the same action: the earliest
/// completion follows then, and the others stay in the history.
#[derive(InputObject)]
pub(crate) struct ActionMappingInput {
    /// An action of the process that the deal leaves: of now, or one that was removed and had been done
    /// for the deal. Each at most once.
    pub from_action_id: ID,
    /// An action of the process that the deal goes to.
    pub to_action_id: ID,
}

/// What letting a deal go through another process led to.
#[derive(SimpleObject)]
pub(crate) struct ChangeDealProcessPayload {
    /// The deal as it now is, also when it was refused; null when it was not found.
    pub deal: Option<Deal>,
    /// The process that the deal was to go to, with its boards as they now are; null when it was not found.
    pub process: Option<Process>,
    /// The process that the deal went through before, with its boards as they now are; null when the deal
    /// was not found.
    pub previous_process: Option<Process>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// Letting deals go through another process.
#[derive(Default)]
pub(crate) struct TransferMutation;

/// Letting deals go through another process.
#[Object]
impl TransferMutation {
    /// Lets an open deal go through another process from now on. Completions follow the mapping, with their
    /// ids, performers, times and notes; all others stay in the history, count no longer, and count again
    /// if the deal comes back. A move by hand goes on to the stage of the same name, or is dropped. Going
    /// through that process already, nothing changes. `changeDealProcessPreview` shows the outcome before.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `LIMIT_REACHED`, `DEAL_CLOSED`,
    /// `PROCESS_ARCHIVED`, `ACTION_NOT_IN_PROCESS`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn change_deal_process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deal, to which process, with which completions.")]
        input: ChangeDealProcessInput,
    ) -> Field<ChangeDealProcessPayload> {
        mutate(context, input).await
    }
}

impl MutationInput for ChangeDealProcessInput {
    type Command = ChangeProcess;
    type Payload = ChangeDealProcessPayload;
    const SUBJECT: &'static str = "dealId";

    fn read(self, reader: &mut InputReader) -> ChangeProcess {
        ChangeProcess {
            deal_id: reader.id(&self.deal_id, "dealId"),
            process_id: reader.id(&self.process_id, "processId"),
            mapping: self.mapping.as_deref().map(|given| mapping(given, reader)),
        }
    }

    async fn answer(done: Outcome<ChangeProcess>) -> Result<ChangeDealProcessPayload> {
        let ChangeProcess { deal_id, process_id, .. } = *done.command;
        let deal = read_deal(&done.view, Some(deal_id)).await?;
        let previous = done.value.or(deal.as_ref().map(|deal| deal.row.process_id));
        Ok(ChangeDealProcessPayload {
            process: read_process(&done.view, Some(process_id)).await?,
            previous_process: read_process(&done.view, previous).await?,
            deal,
            user_errors: done.user_errors,
        })
    }
}

fn mapping(given: &[ActionMappingInput], reader: &mut InputReader) -> Vec<Pair> {
    if given.len() > MOST {
        let problem = Problem::LimitReached { what: "entries in a mapping", limit: MOST };
        reader.refuse(problem.at("mapping"));
        return Vec::new();
    }
    reader.each(given, "mapping", |entry, reader| Pair {
        from: reader.id(&entry.from_action_id, "fromActionId"),
        to: reader.id(&entry.to_action_id, "toActionId"),
    })
}
