//! Letting a deal go through another process.

use domain::{
    deal::mapping::{MOST, Pair},
    refusal::Problem,
};
use engine::{
    deal::{
        self, ChangeProcess,
        unseen::{Input, with_all},
    },
    error::Result,
};

use crate::graphql::{
    context::semanticNonNull,
    deal::{Deal, payload::read_deal},
    error::{Field, field},
    id::{Asked, Ids},
    mutate::perform,
    process::{Process, payload::read_process},
    user_error::UserError,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

/// Letting a deal go through another process.
#[derive(InputObject)]
pub struct ChangeDealProcessInput {
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
pub struct ActionMappingInput {
    /// An action of the process that the deal leaves: of now, or one that was removed and had been done
    /// for the deal. Each at most once.
    pub from_action_id: ID,
    /// An action of the process that the deal goes to.
    pub to_action_id: ID,
}

/// What letting a deal go through another process led to.
#[derive(SimpleObject)]
pub struct ChangeDealProcessPayload {
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
pub struct TransferMutation;

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
        field(change_deal_process(context, input).await)
    }
}

impl ChangeDealProcessInput {
    /// What is asked for.
    pub fn read(&self) -> Asked<ChangeProcess> {
        let mut ids = Ids::default();
        let command = ChangeProcess {
            deal_id: ids.one(&self.deal_id, "dealId"),
            process_id: ids.one(&self.process_id, "processId"),
            mapping: self.mapping.as_deref().map(|given| mapping(given, &mut ids)),
        };
        ids.asked("dealId", command)
    }
}

fn mapping(given: &[ActionMappingInput], ids: &mut Ids) -> Vec<Pair> {
    if given.len() > MOST {
        let problem = Problem::LimitReached { what: "entries in a mapping", limit: MOST };
        ids.wrong(problem.at("mapping"));
        return Vec::new();
    }
    ids.each(given, "mapping", |entry, ids| Pair {
        from: ids.one(&entry.from_action_id, "fromActionId"),
        to: ids.one(&entry.to_action_id, "toActionId"),
    })
}

async fn change_deal_process(
    context: &Context<'_>,
    input: ChangeDealProcessInput,
) -> Result<ChangeDealProcessPayload> {
    let asked = input.read();
    let (deal, process) = (asked.command.deal_id, asked.command.process_id);
    let done = perform(context, asked, |tx, command| {
        Box::pin(async move {
            let done = deal::change_process(tx, command).await;
            with_all(tx, done, Input::ChangeProcess(command)).await
        })
    });
    let done = done.await?;
    let deal = read_deal(&done.view, Some(deal)).await?;
    let previous = done.value.or(deal.as_ref().map(|deal| deal.row.process_id));
    Ok(ChangeDealProcessPayload {
        process: read_process(&done.view, Some(process)).await?,
        previous_process: read_process(&done.view, previous).await?,
        deal,
        user_errors: done.user_errors,
    })
}
