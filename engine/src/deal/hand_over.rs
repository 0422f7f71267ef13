//! Handing over what somebody owns, many deals at once: when they leave, or go on to other work.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    language::Message,
    policy::{self, Permission, Subject},
    text,
};
use entity::{
    deal,
    event::{Fact, FieldChange},
    ids::{MemberId, ProcessId},
    member::Model as Member,
};

use super::{
    held::{Held, load},
    store as deals,
};
use crate::{
    command::Command,
    error::{Error, Problems, Result},
    member, notification, process,
    tx::{Lock, Tx},
};

mod store;
mod tasks;

use store::Owned;

/// Deals that are read and written together: what bounds the memory of handing over thousands.
const BATCH: u64 = 500;

/// Making the open deals of a member another one's.
#[derive(Clone, Debug)]
pub struct TransferDeals {
    /// Whose deals.
    pub from: MemberId,
    /// Who owns them from then on.
    pub to: MemberId,
    /// Only those of this process.
    pub process_id: Option<ProcessId>,
    /// Whether the open tasks that are theirs to do go along.
    pub include_tasks: bool,
}

/// What was handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transferred {
    /// How many deals.
    pub deals: u64,
    /// How many tasks.
    pub tasks: u64,
    /// How many open tasks stay whose they are: the other one may not see their deals, or whoever hands over may not
    /// change them.
    pub tasks_left: u64,
}

impl Command for TransferDeals {
    type Output = Transferred;

    async fn run(&self, tx: &mut Tx) -> Result<Transferred> {
        transfer_deals(tx, self).await
    }
}

/// Makes the open deals of a member another one's, who takes part in them from then on, and answers with
/// how many there were. The former owner goes on taking part. All of it happens or nothing. With their tasks go those about
/// other deals, too, as far as the other one may have them.
async fn transfer_deals(tx: &mut Tx, command: &TransferDeals) -> Result<Transferred> {
    let to = check(tx, command).await?;
    let (owner, process, with_tasks) = (command.from, command.process_id, command.include_tasks);
    let owned = Owned { owner, process, with_tasks };
    let processes = lock_processes(tx, owned).await?;
    let (mut all, mut last) = (Transferred::default(), None);
    loop {
        let rows = owned.lock_next(tx.conn(), &processes, last, BATCH).await?;
        let Some(row) = rows.last() else { break };
        last = Some(row.id);
        let done = hand_over(tx, rows, owned, &to).await?;
        all.deals += done.deals;
        all.tasks += done.tasks;
    }
    // One began, was reopened or went to another process meanwhile: its process was not locked first.
    if owned.are_left(tx.conn(), &processes).await? {
        return Err(Error::Again);
    }
    all.tasks_left = owned.count_tasks(tx.conn()).await?;
    Ok(all)
}

/// The member who gets them, unless anything speaks against it.
async fn check(tx: &Tx, command: &TransferDeals) -> Result<Member> {
    policy::require(tx.actor(), Permission::TransferDeals, Subject::Member(command.from))?;
    tx.lock_members().await?;
    let mut problems = Problems::default();
    let known = member::require_known(tx.conn(), command.from).await;
    problems.take(known.map_err(|error| error.at("fromMemberId")))?;
    let active = member::keep_active(tx, &[command.to]).await;
    problems.take(active.map_err(|error| error.at("toMemberId")))?;
    if command.from == command.to {
        let reason = Message::of("deals-are-theirs");
        problems.push(text::invalid(reason).at("toMemberId").about(command.to));
    }
    if let Some(id) = command.process_id {
        problems.take(process::existing(tx.conn(), id).await)?;
    }
    problems.check()?;
    let found = member::known(tx, &[command.to]).await?.pop();
    found.ok_or_else(|| Error::bug("a member who is there is missing"))
}

/// The processes first, in the order of their ids; then their versions are read (decision 3).
async fn lock_processes(tx: &Tx, owned: Owned) -> Result<Vec<ProcessId>> {
    let ids: BTreeSet<_> = owned.processes(tx.conn()).await?.into_iter().collect();
    for id in &ids {
        tx.lock_process(*id, Lock::Shared).await?;
    }
    Ok(Vec::from_iter(ids))
}

async fn hand_over(
    tx: &mut Tx,
    rows: Vec<deal::Model>,
    owned: Owned,
    to: &Member,
) -> Result<Transferred> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut tasks = owned.tasks_of(tx.conn(), &ids).await?;
    let held = load(tx, rows).await?.into_values().map(Arc::unwrap_or_clone);
    let mut held: Vec<_> = held.filter(|held| may_change(tx, held)).collect();
    held.sort_unstable_by_key(|held| held.deal.row.id);
    let facts: Vec<_> = held.iter().map(|held| held.deal.facts(tx.actor())).collect();
    let grant = policy::require_all(tx.actor(), Permission::ChangeDeal, &facts)?;
    let (mut done, mut notices) = (Transferred::default(), Vec::new());
    for held in &mut held {
        done.deals += u64::from(belong_to(tx, held, owned.owner, to.id));
        let tasks = tasks.remove(&held.deal.row.id).unwrap_or_default();
        let (count, notice) = tasks::give(tx, held, tasks, to);
        done.tasks += count;
        notices.extend(notice);
    }
    let all = held.iter_mut().map(|held| &mut held.deal);
    deals::save_all(tx, &grant, all.filter(|deal| !deal.pending.events.is_empty())).await?;
    notification::notify(tx, &notices).await?;
    Ok(done)
}

/// Tasks may be about deals that whoever hands them over may not change. Deals that are handed over they all may.
fn may_change(tx: &Tx, held: &Held) -> bool {
    let subject = Subject::Deal(held.deal.facts(tx.actor()));
    policy::decide(tx.actor(), Permission::ChangeDeal, subject).is_ok()
}

/// Makes a deal another member's, by the events that a change of one deal's owner has; not one that is only here for its
/// tasks.
fn belong_to(tx: &Tx, held: &mut Held, from: MemberId, to: MemberId) -> bool {
    if held.deal.row.owner_id != from || !held.deal.is_open() {
        return false;
    }
    if !held.deal.participants.contains(&to) {
        held.happen(tx, Fact::ParticipantAdded { member_id: to });
    }
    held.happen(tx, Fact::DealUpdated { changes: vec![FieldChange::Owner { from, to }] });
    true
}
