//! What letting a deal go through another process would lead to: values, and nothing is written.

use std::{collections::HashSet, sync::Arc};

use async_graphql::{Context, Object, SimpleObject};
use domain::{
    deal::{
        mapping::{self, Pair, Removed, Target, action_fact},
        rules::Case,
        state::{Deal, Stamp},
    },
    process::version::Version,
    refusal::Problem,
};
use engine::{
    deal::{
        ChangeProcess,
        transfer::{not_in, removed_fact},
    },
    error::{Error, Result},
};
use entity::{event::Fact, ids::ActionId};

use crate::graphql::{
    context::semanticNonNull,
    deal::transfer::ChangeDealProcessInput,
    error::{Field, field},
    event::transfer::ActionReference,
    mutate::asked,
    process::impact::DealOutlook,
    refused::user_errors,
    user_error::UserError,
    view::View,
};

/// One entry of a mapping between the actions of two processes.
#[derive(SimpleObject)]
pub(crate) struct ActionMapping {
    /// The action of the process that the deal leaves.
    pub from: ActionReference,
    /// The action of the process that it goes to.
    pub to: ActionReference,
    /// Whether the first one was done for the deal.
    pub done: bool,
    /// Whether its completion follows: it was done, and nothing else makes the second one done already.
    pub follows: bool,
}

/// What letting a deal go through another process would lead to.
#[derive(Default, SimpleObject)]
pub(crate) struct DealProcessPreview {
    /// The deal as it is; null when it was not found.
    pub before: Option<DealOutlook>,
    /// The deal as it would be; null when it would be refused.
    pub after: Option<DealOutlook>,
    /// The mapping: the one given, or the one by names. Empty when it would be refused, or when the deal
    /// goes through that process already.
    pub mapping: Vec<ActionMapping>,
    /// What counts now and would no longer: these completions stay in the history.
    pub unmapped: Vec<ActionReference>,
    /// What was done when the deal went through that process before, and would count again.
    pub counting_again: Vec<ActionReference>,
    /// Why it would be refused; empty when it would be done.
    pub user_errors: Vec<UserError>,
}

/// Looking before letting a deal go through another process.
#[derive(Default)]
pub(crate) struct TransferQuery;

/// Looking before letting a deal go through another process.
#[Object]
impl TransferQuery {
    /// What `changeDealProcess` with this input would lead to now. It changes nothing.
    #[graphql(directive = semanticNonNull::apply())]
    async fn change_deal_process_preview(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deal, to which process, with which completions.")]
        input: ChangeDealProcessInput,
    ) -> Field<DealProcessPreview> {
        match View::of(context) {
            Ok(view) => field(answer(&view, input).await),
            Err(error) => field(Err(error)),
        }
    }
}

async fn answer(view: &View, input: ChangeDealProcessInput) -> Result<DealProcessPreview> {
    let asked = asked(input);
    let mut preview = DealProcessPreview::default();
    let outcome = fill(view, &asked.command, &mut preview).await;
    match asked.flaws.judged(outcome) {
        Ok(()) => Ok(preview),
        Err(Error::Refused(refusals)) => {
            let user_errors = user_errors(view, refusals);
            Ok(DealProcessPreview { before: preview.before, user_errors, ..Default::default() })
        }
        Err(other) => Err(other),
    }
}

async fn fill(
    view: &View,
    command: &ChangeProcess,
    preview: &mut DealProcessPreview,
) -> Result<()> {
    let unseen = || Problem::NotFound { kind: "deal" }.at("dealId").about(command.deal_id);
    let row = view.deal(command.deal_id).await?.ok_or_else(unseen)?;
    let (deal, version) = view.case(&row).await?;
    preview.before = Some(outlook(&deal, &version));
    let found = view.process(command.process_id).await?;
    let (target_row, target_version) = found.unzip();
    let target = Target {
        id: command.process_id,
        version: target_version.as_deref(),
        archived: target_row.is_some_and(|row| row.archived_at.is_some()),
    };
    let removed = removed(view, &deal, &version).await?;
    let case = Case { deal: &deal, version: &version, actor: view.actor() };
    let given = command.mapping.as_deref();
    let Some(fact) = mapping::decide(case, &removed, target, given).map_err(Error::Refused)? else {
        preview.after = preview.before.clone();
        return Ok(());
    };
    let to = target_version.ok_or_else(|| Error::bug("a deal goes to no process"))?;
    let pairs = mapping::pairs(&version, &to, given);
    let change = Change { deal: &deal, from: &version, to: &to, removed: &removed };
    preview.mapping = change.mapping(&pairs);
    preview.unmapped = change.unmapped(&pairs);
    preview.counting_again = change.counting_again();
    preview.after = Some(outlook(&happened(view, &deal, fact, &to), &to));
    Ok(())
}

/// The actions that were removed from the deal's process, with completions of the deal.
async fn removed(view: &View, deal: &Deal, version: &Version) -> Result<Removed> {
    let ids = not_in(deal, version);
    view.expect_actions(ids.iter().copied());
    let mut removed = Removed::new();
    for id in ids {
        let Some(action) = view.action_row(id).await? else { continue };
        if action.process_id != deal.row.process_id {
            continue;
        }
        if let Some(stage) = view.stage_row(action.stage_id).await? {
            removed.insert(id, removed_fact(&action, &stage));
        }
    }
    Ok(removed)
}

/// The deal as it would be. What happens to it here is written nowhere.
fn happened(view: &View, deal: &Deal, fact: Fact, to: &Arc<Version>) -> Deal {
    let clock = view.snapshot().base().clock();
    let (event_id, now) = (clock.new_id(), clock.now());
    let actor_id = view.actor().member_id();
    let stamp = Stamp { event_id, actor_id, occurred_at: now, recorded_at: now };
    let mut deal = deal.clone();
    deal.happen_from(None, fact, to, &stamp);
    deal
}

fn outlook(deal: &Deal, version: &Version) -> DealOutlook {
    DealOutlook::new(version, &deal.outlook(version))
}

/// A deal between two processes.
struct Change<'a> {
    deal: &'a Deal,
    from: &'a Version,
    to: &'a Version,
    removed: &'a Removed,
}

impl Change<'_> {
    fn mapping(&self, pairs: &[Pair]) -> Vec<ActionMapping> {
        let following = self.following(pairs);
        let entry = |pair: &Pair| {
            let from = action_fact(self.from, pair.from);
            let from = from.or_else(|| self.removed.get(&pair.from).cloned())?;
            Some(ActionMapping {
                from: (&from).into(),
                to: (&action_fact(self.to, pair.to)?).into(),
                done: self.deal.completion_of(pair.from).is_some(),
                follows: following.contains(&pair.from),
            })
        };
        pairs.iter().filter_map(entry).collect()
    }

    fn unmapped(&self, pairs: &[Pair]) -> Vec<ActionReference> {
        let following = self.following(pairs);
        let actions = self.from.definition.actions().map(|action| action.action_id);
        let done = actions.filter(|id| self.deal.completion_of(*id).is_some());
        let left = done.filter(|id| !following.contains(id));
        left.filter_map(|id| Some((&action_fact(self.from, id)?).into())).collect()
    }

    fn counting_again(&self) -> Vec<ActionReference> {
        let actions = self.to.definition.actions().map(|action| action.action_id);
        let done = actions.filter(|id| self.deal.completion_of(*id).is_some());
        done.filter_map(|id| Some((&action_fact(self.to, id)?).into())).collect()
    }

    fn following(&self, pairs: &[Pair]) -> HashSet<ActionId> {
        let following = mapping::following(self.deal, pairs);
        following.into_iter().map(|(done, _)| done.action_id).collect()
    }
}
