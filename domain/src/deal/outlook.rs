//! Where a deal stands by a process version, and what another version would change about it. Pure.

use std::collections::HashMap;

use entity::ids::{DealId, StageId};

use super::progress::{self, Done, Moved, Progress};
use crate::process::version::Version;

/// Where a deal stands by one process version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Its stage (rule 10).
    pub stage_id: Option<StageId>,
    /// The place of that stage; -1: none.
    pub stage_position: i32,
    /// Its progress (rule 9).
    pub progress: Progress,
    /// Whether every mandatory action is done (rule 14).
    pub can_be_won: bool,
}

/// Where a deal stands by this version, from what was done and where it was moved to.
pub fn outlook(version: &Version, done: &[Done], moved: Option<Moved>) -> Outlook {
    let stage = progress::stage(version, done.iter().copied(), moved);
    let found = stage.and_then(|index| version.definition.stages.get(index));
    let known = done.iter().filter_map(|done| version.action(done.action_id));
    let mandatory = known.filter(|(_, action)| action.mandatory).count();
    Outlook {
        stage_id: found.map(|stage| stage.stage_id),
        stage_position: stage.and_then(|at| i32::try_from(at).ok()).unwrap_or(-1),
        progress: progress::progress(version, done.iter().map(|done| done.action_id)),
        can_be_won: mandatory == version.mandatory_count(),
    }
}

/// An open deal, as far as its outlook depends on it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The deal.
    pub deal_id: DealId,
    /// What was done and not undone.
    pub done: Vec<Done>,
    /// The last move by hand.
    pub moved: Option<Moved>,
}

/// What a save does to one open deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealImpact {
    /// The deal.
    pub deal_id: DealId,
    /// Where it stands now.
    pub before: Outlook,
    /// Where it would stand.
    pub after: Outlook,
    /// How many of its completions would stop counting.
    pub completions_dropped: u64,
}

/// One way in which a save reaches a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImpactKind {
    /// It would be at another stage.
    StageChange,
    /// Its per cent would rise.
    ProgressRise,
    /// Its per cent would fall.
    ProgressFall,
    /// It could be won now, and could not after.
    WinBlocked,
    /// It could not be won now, and could after.
    WinUnblocked,
    /// Something done for it would stop counting.
    CompletionDropped,
}

impl DealImpact {
    fn of(
        deal: &Standing,
        before: &Version,
        after: &Version,
        replaced: &HashMap<StageId, StageId>,
    ) -> Self {
        let moved = deal.moved.map(|moved| replace(moved, replaced));
        let dropped = |done: &&Done| {
            before.action(done.action_id).is_some() && after.action(done.action_id).is_none()
        };
        Self {
            deal_id: deal.deal_id,
            before: outlook(before, &deal.done, deal.moved),
            after: outlook(after, &deal.done, moved),
            completions_dropped: deal.done.iter().filter(dropped).count() as u64,
        }
    }

    /// Whether the save reaches the deal in this way.
    pub fn is(&self, kind: ImpactKind) -> bool {
        let (before, after) = (&self.before, &self.after);
        match kind {
            ImpactKind::StageChange => before.stage_id != after.stage_id,
            ImpactKind::ProgressRise => self.fall() < 0,
            ImpactKind::ProgressFall => self.fall() > 0,
            ImpactKind::WinBlocked => before.can_be_won && !after.can_be_won,
            ImpactKind::WinUnblocked => !before.can_be_won && after.can_be_won,
            ImpactKind::CompletionDropped => self.completions_dropped > 0,
        }
    }

    /// By how many points its per cent would fall.
    pub fn fall(&self) -> i32 {
        i32::from(self.before.progress.percent) - i32::from(self.after.progress.percent)
    }

    fn is_any(&self) -> bool {
        self.before != self.after || self.completions_dropped > 0
    }
}

/// The stage that takes the place of one that goes, in a move by hand (rule 6).
pub fn replace(moved: Moved, replaced: &HashMap<StageId, StageId>) -> Moved {
    let to = moved.to.map(|stage| replaced.get(&stage).copied().unwrap_or(stage));
    Moved { to, ..moved }
}

/// What a save does to the open deals of its process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// How many deals run.
    pub open_deals: u64,
    /// Those that it reaches in any way, the oldest first.
    pub deals: Vec<DealImpact>,
}

impl Impact {
    /// What becomes of these deals between the two versions.
    pub fn of(
        deals: &[Standing],
        before: &Version,
        after: &Version,
        replaced: &HashMap<StageId, StageId>,
    ) -> Self {
        let each = deals.iter().map(|deal| DealImpact::of(deal, before, after, replaced));
        let mut reached: Vec<_> = each.filter(DealImpact::is_any).collect();
        reached.sort_by_key(|deal| deal.deal_id);
        Self { open_deals: deals.len() as u64, deals: reached }
    }

    /// The deals that it reaches in this way.
    pub fn reached(&self, kind: ImpactKind) -> impl Iterator<Item = &DealImpact> {
        self.deals.iter().filter(move |deal| deal.is(kind))
    }

    /// How many it reaches in this way.
    pub fn count(&self, kind: ImpactKind) -> u64 {
        self.reached(kind).count() as u64
    }

    /// The most points that any deal falls; 0 when none does.
    pub fn largest_fall(&self) -> i32 {
        self.deals.iter().map(DealImpact::fall).max().unwrap_or(0).max(0)
    }

    /// How many completions stop counting.
    pub fn completions_dropped(&self) -> u64 {
        self.deals.iter().map(|deal| deal.completions_dropped).sum()
    }
}
