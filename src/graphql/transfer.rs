//! Letting a deal go through another process.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::ids::{DealId, ProcessId};

use super::{
    context::semanticNonNull,
    deal::Deal,
    deal_payload::read_deal,
    error::{Field, field},
    id::{Ids, checked, parse},
    mutate::perform,
    process::Process,
    process_payload::read_process,
    user_error::UserError,
};
use crate::{
    deal::{
        self, ChangeProcess,
        mapping::{MOST, Pair},
    },
    error::Result,
    refusal::Problem,
};

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

/// What was asked for, with the ids that could be read; or everything that is wrong with it.
pub struct Asked {
    /// The deal.
    pub deal: Option<DealId>,
    /// The process that it is to go to.
    pub process: Option<ProcessId>,
    /// The command.
    pub command: Result<ChangeProcess>,
}

impl Asked {
    /// Reads an input.
    pub fn read(input: &ChangeDealProcessInput) -> Result<Self> {
        let mut ids = Ids::default();
        let deal: Option<DealId> = ids.one(&input.deal_id, "dealId")?;
        let process: Option<ProcessId> = ids.one(&input.process_id, "processId")?;
        let mapping = match &input.mapping {
            Some(given) => Some(mapping(&mut ids, given)?),
            None => None,
        };
        let command = checked(ids, deal.zip(process));
        let command =
            command.map(|(deal_id, process_id)| ChangeProcess { deal_id, process_id, mapping });
        Ok(Self { deal, process, command })
    }
}

fn mapping(ids: &mut Ids, given: &[ActionMappingInput]) -> Result<Vec<Pair>> {
    if given.len() > MOST {
        let problem = Problem::LimitReached { what: "entries in a mapping", limit: MOST };
        ids.value::<()>(Err(problem.at("mapping").into()))?;
        return Ok(Vec::new());
    }
    let mut pairs = Vec::with_capacity(given.len());
    for (index, entry) in given.iter().enumerate() {
        let (index, at) = (index.to_string(), "mapping");
        let from = parse(&entry.from_action_id, "fromActionId");
        let from = ids.value(from.map_err(|error| error.at(&index).at(at)))?;
        let to = parse(&entry.to_action_id, "toActionId");
        let to = ids.value(to.map_err(|error| error.at(&index).at(at)))?;
        pairs.extend(from.zip(to).map(|(from, to)| Pair { from, to }));
    }
    Ok(pairs)
}

async fn change_deal_process(
    context: &Context<'_>,
    input: ChangeDealProcessInput,
) -> Result<ChangeDealProcessPayload> {
    let Asked { deal, process, command } = Asked::read(&input)?;
    let done = perform(context, command, |tx, command| Box::pin(deal::change_process(tx, command)));
    let done = done.await?;
    let deal = read_deal(&done.view, deal).await?;
    let previous = done.value.or(deal.as_ref().map(|deal| deal.row.process_id));
    Ok(ChangeDealProcessPayload {
        process: read_process(&done.view, process).await?,
        previous_process: read_process(&done.view, previous).await?,
        deal,
        user_errors: done.user_errors,
    })
}
