//! What a save would do to the deals that run: values, before and after, beside the live deal.

use async_graphql::{Enum, ID, Object, SimpleObject};
use domain::{
    deal::outlook::{self, Outlook},
    process::version::Version,
};
use engine::{
    error::Result,
    page::{self, KeyValue},
    process::save::Reach,
};

use crate::graphql::{
    connection::{self, Connection},
    context::semanticNonNull,
    deal::Deal,
    error::{Field, field, maybe},
    scalar::Cursor,
    view::View,
};

/// One way in which a save reaches a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "outlook::ImpactKind")]
pub enum ImpactKind {
    /// It would be at another stage.
    StageChange,
    /// Its progress in per cent would rise.
    ProgressRise,
    /// Its progress in per cent would fall.
    ProgressFall,
    /// It could be won now, and could not after: a mandatory action would be missing.
    WinBlocked,
    /// It could not be won now, and could after: no mandatory action would be missing any more.
    WinUnblocked,
    /// Something that was done for it would stop counting.
    CompletionDropped,
}

/// What a save would do to the open deals of the process. Nothing of it has happened.
#[derive(Clone)]
pub(crate) struct Impact {
    view: View,
    reach: Reach,
}

impl Impact {
    /// What becomes of the deals that a save reaches.
    pub(crate) fn new(view: &View, reach: Reach) -> Self {
        Self { view: view.clone(), reach }
    }
}

/// What a save would do to the open deals of the process. Nothing of it has happened.
#[Object]
impl Impact {
    /// How many deals of the process are open.
    async fn open_deals(&self) -> u64 {
        self.reach.impact.open_deals
    }

    /// How many of them would be at another stage.
    async fn stage_changes(&self) -> u64 {
        self.reach.impact.count(outlook::ImpactKind::StageChange)
    }

    /// How many would rise in per cent.
    async fn progress_rises(&self) -> u64 {
        self.reach.impact.count(outlook::ImpactKind::ProgressRise)
    }

    /// How many would fall in per cent.
    async fn progress_falls(&self) -> u64 {
        self.reach.impact.count(outlook::ImpactKind::ProgressFall)
    }

    /// The most that any deal would fall, in points of per cent; 0 when none does.
    async fn largest_fall(&self) -> i32 {
        self.reach.impact.largest_fall()
    }

    /// How many could be won now and could not after.
    async fn wins_blocked(&self) -> u64 {
        self.reach.impact.count(outlook::ImpactKind::WinBlocked)
    }

    /// How many could not be won now and could after.
    async fn wins_unblocked(&self) -> u64 {
        self.reach.impact.count(outlook::ImpactKind::WinUnblocked)
    }

    /// How many completions would stop counting. They stay in the history, and count again when their
    /// action comes back.
    async fn completions_dropped(&self) -> u64 {
        self.reach.impact.completions_dropped()
    }

    /// The deals behind one of the numbers, the oldest first.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deals(
        &self,
        #[graphql(desc = "Which number.")] kind: ImpactKind,
        #[graphql(desc = "How many: 20 unless said otherwise, at most 100.")] first: Option<i64>,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
    ) -> Field<Connection<DealImpact>> {
        field(self.page(kind.into(), first, after).await)
    }
}

impl Impact {
    async fn page(
        &self,
        kind: outlook::ImpactKind,
        first: Option<i64>,
        after: Option<Cursor>,
    ) -> Result<Connection<DealImpact>> {
        let request = connection::request(first, after, None, None)?;
        let reached = self.reach.impact.reached(kind).cloned();
        let page = page::of_values(reached, |deal| KeyValue::Uuid(deal.deal_id.uuid()), &request)?;
        self.view.expect_deal_ids(page.rows.iter().map(|(_, deal)| deal.deal_id));
        let total = self.reach.impact.count(kind);
        Ok(Connection::new(page, Some(total), |deal| DealImpact { of: self.clone(), deal }))
    }
}

/// What a save would do to one deal.
#[derive(Clone)]
pub(crate) struct DealImpact {
    of: Impact,
    deal: outlook::DealImpact,
}

/// What a save would do to one deal.
#[Object]
impl DealImpact {
    /// The deal as it is now.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deal(&self) -> Field<Deal> {
        maybe(Deal::find(&self.of.view, self.deal.deal_id).await)
    }

    /// Where it stands now.
    async fn before(&self) -> DealOutlook {
        DealOutlook::new(&self.of.reach.before, &self.deal.before)
    }

    /// Where it would stand.
    async fn after(&self) -> DealOutlook {
        DealOutlook::new(&self.of.reach.after, &self.deal.after)
    }

    /// How many of its completions would stop counting.
    async fn completions_dropped(&self) -> u64 {
        self.deal.completions_dropped
    }
}

/// Where a deal stands by one version of a process: a value, which may never come true.
#[derive(Clone, SimpleObject)]
pub(crate) struct DealOutlook {
    /// The stage; null: none yet.
    pub stage_id: Option<ID>,
    /// What that stage is called.
    pub stage_name: Option<String>,
    /// Progress as a whole per cent, rounded down.
    pub percent: u8,
    /// The weight of what is done.
    pub done_weight: u32,
    /// The weight of all actions.
    pub total_weight: u32,
    /// Whether every mandatory action is done.
    pub can_be_won: bool,
}

impl DealOutlook {
    /// Where a deal stands by this version, with the name of its stage.
    pub(crate) fn new(version: &Version, outlook: &Outlook) -> Self {
        let stage = outlook.stage_id.and_then(|id| version.definition.stage(id));
        Self {
            stage_id: outlook.stage_id.map(|id| id.to_string().into()),
            stage_name: stage.map(|stage| stage.name.clone()),
            percent: outlook.progress.percent,
            done_weight: outlook.progress.done_weight,
            total_weight: outlook.progress.total_weight,
            can_be_won: outlook.can_be_won,
        }
    }
}
