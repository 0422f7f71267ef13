//! What one answer needs of deals: who takes part, what was done, and the version that decides.

use std::sync::Arc;

use domain::{deal::state, policy, process::version::Version};
use engine::{
    deal::{
        Held,
        find::{self, Alone},
    },
    error::{Error, Result},
    event::store as events,
    process::versions::Versions,
};
use entity::{
    completion, deal,
    ids::{CompletionId, DealId, EventId, MemberId},
};

use crate::graphql::{
    batch::{Batch, by},
    view::View,
};

mod board;
mod lists;

pub(crate) use lists::{ByDeal, deals_at_once};

#[derive(Default)]
struct Rows {
    deals: Batch<DealId, Arc<deal::Model>>,
    participants: Batch<DealId, Vec<MemberId>>,
    done: Batch<DealId, Vec<completion::Model>>,
    last_events: Batch<DealId, EventId>,
    completions: Batch<CompletionId, Arc<completion::Model>>,
}

/// What a unit of work left behind is known: a deal as it was at the commit, if the viewer may see it.
pub(crate) fn know(view: &View, left: &Held) {
    let Held { deal, version, process } = left;
    let (row, rows) = (Arc::new(deal.row.clone()), view.rows::<Rows>());
    view.mix();
    if !policy::sees(view.actor(), &deal.facts(view.actor())) {
        return;
    }
    view.expect_deals(std::iter::once(&*row));
    view.expect_done(&deal.done);
    rows.participants.put(row.id, Some(deal.participants.clone()));
    rows.done.put(row.id, Some(deal.done.clone()));
    rows.deals.put(row.id, Some(row));
    view.know_version(version.clone());
    if (version.process_id, version.number) == (process.id, process.version) {
        view.know_process(process.clone(), version.clone());
    }
}

/// A deal that was read at a moment of its own is known, with all that is kept of it.
pub(super) fn know_alone(view: &View, read: Alone) -> Option<Arc<deal::Model>> {
    let Alone { deal, process, participants, done } = read;
    let version = Versions::of(view.snapshot().base()).get(process.id, process.version)?;
    let (row, rows) = (Arc::new(deal), view.rows::<Rows>());
    let (done, notes): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    notes.into_iter().flatten().for_each(|note| view.know_note(note));
    view.know_process(Arc::new(process), version);
    rows.participants.put(row.id, Some(participants));
    rows.done.put(row.id, Some(done));
    rows.deals.put(row.id, Some(row.clone()));
    Some(row)
}

/// Whatever this id names will be asked for, if it is of a deal or of a completion.
pub(crate) fn expect_id(view: &View, id: &str) {
    let rows: &Rows = view.rows();
    rows.deals.want(id.parse().ok());
    rows.completions.want(id.parse().ok());
}

impl View {
    /// Says which rows these deals will need.
    pub(crate) fn expect_deals<'a>(&self, rows: impl Iterator<Item = &'a deal::Model>) {
        let known: &Rows = self.rows();
        for row in rows {
            self.expect_members([row.owner_id]);
            self.expect_processes([row.process_id]);
            known.participants.want([row.id]);
            self.expect_lists_of(row.id);
            known.done.want([row.id]);
            known.last_events.want([row.id]);
            self.expect_stages(row.stage_id);
            self.expect_numbers(row.closed_process_version.map(|number| (row.process_id, number)));
        }
    }

    /// Says which deals will be needed.
    pub(crate) fn expect_deal_ids(&self, ids: impl IntoIterator<Item = DealId>) {
        self.rows::<Rows>().deals.want(ids);
    }

    /// These completions will be asked for.
    pub(crate) fn expect_completions(&self, ids: impl IntoIterator<Item = CompletionId>) {
        self.rows::<Rows>().completions.want(ids);
    }

    /// Says what these completions will need.
    fn expect_done<'a>(&self, rows: impl IntoIterator<Item = &'a completion::Model>) {
        for row in rows {
            self.expect_members([row.member_id]);
            self.expect_note_ids(row.note_id);
        }
    }

    /// A deal, if the viewer may see it.
    pub(crate) async fn deal(&self, id: DealId) -> Result<Option<Arc<deal::Model>>> {
        let load = |ids| async {
            let rows = find::many(self.snapshot(), ids).await?;
            self.expect_deals(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().deals.get(id, load).await
    }

    /// Who takes part in a deal.
    pub(crate) async fn participants(&self, id: DealId) -> Result<Vec<MemberId>> {
        let load = |ids| async {
            let found = find::participants(self.snapshot(), ids).await?;
            self.expect_members(found.values().flatten().copied());
            Ok(found)
        };
        Ok(self.rows::<Rows>().participants.get(id, load).await?.unwrap_or_default())
    }

    /// What was done for a deal and not undone.
    pub(crate) async fn done(&self, id: DealId) -> Result<Vec<completion::Model>> {
        let load = |ids| async {
            let found = find::done(self.snapshot(), ids).await?;
            self.expect_done(found.values().flatten());
            Ok(found)
        };
        Ok(self.rows::<Rows>().done.get(id, load).await?.unwrap_or_default())
    }

    /// The version that a deal is decided by: the current one, or the one it was closed with.
    pub(crate) async fn version_for(&self, row: &deal::Model) -> Result<Arc<Version>> {
        let found = match row.closed_process_version {
            Some(number) => self.version(row.process_id, number).await?,
            None => self.process(row.process_id).await?.map(|(_, version)| version),
        };
        found.ok_or_else(|| Error::bug("a deal has no process version"))
    }

    /// A deal as the rules read it, with the version that decides about it.
    pub(crate) async fn case(&self, row: &deal::Model) -> Result<(state::Deal, Arc<Version>)> {
        let version = self.version_for(row).await?;
        let participants = self.participants(row.id).await?;
        let done = self.done(row.id).await?;
        Ok((state::Deal::loaded(row.clone(), participants, done), version))
    }

    /// The event that led to a deal's state.
    pub(crate) async fn last_event(&self, row: &deal::Model) -> Result<Option<EventId>> {
        let load = |ids| events::last_ids(self.snapshot(), ids);
        self.rows::<Rows>().last_events.get(row.id, load).await
    }

    /// A completion, of a deal that the viewer may see.
    pub(crate) async fn completion(
        &self,
        id: CompletionId,
    ) -> Result<Option<Arc<completion::Model>>> {
        let load = |ids| async {
            let rows = find::completions(self.snapshot(), ids).await?;
            self.expect_actions(rows.iter().map(|row| row.action_id));
            self.expect_members(rows.iter().map(|row| row.member_id));
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().completions.get(id, load).await
    }
}
