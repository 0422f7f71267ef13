//! Handing over what somebody owns, many deals at once: when they leave, or go on to other work.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use domain::{
    policy::{self, Permission, Subject},
    process::version::Version,
    text,
};
use entity::{
    deal,
    event::{Fact, FieldChange},
    ids::{MemberId, ProcessId},
};

use super::{stamp, state::Deal, store as deals};
use crate::{
    command::Command,
    error::{Error, Problems, Result},
    member,
    process::{self},
    tx::{Lock, Tx},
};

mod store;

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
}

impl Command for TransferDeals {
    type Output = u64;

    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        transfer_deals(tx, self).await
    }
}

/// Makes the open deals of a member another one's, who takes part in them from then on, and answers with
/// how many there were. The former owner goes on taking part. All of it happens or nothing.
async fn transfer_deals(tx: &mut Tx, command: &TransferDeals) -> Result<u64> {
    check(tx, command).await?;
    let owned = Owned { owner: command.from, process: command.process_id };
    let versions = lock_processes(tx, owned).await?;
    let processes: Vec<_> = versions.keys().copied().collect();
    let (mut count, mut last) = (0, None);
    loop {
        let rows = owned.lock_next(tx.conn(), &processes, last, BATCH).await?;
        let Some(row) = rows.last() else { break };
        last = Some(row.id);
        count += rows.len() as u64;
        hand_over(tx, rows, command.to, &versions).await?;
    }
    // One began, was reopened or went to another process meanwhile: its process was not locked first.
    if owned.exist(tx.conn()).await? { Err(Error::Again) } else { Ok(count) }
}

async fn check(tx: &Tx, command: &TransferDeals) -> Result<()> {
    policy::require(tx.actor(), Permission::TransferDeals, Subject::Member(command.from))?;
    tx.lock_members().await?;
    let mut problems = Problems::default();
    let known = member::require_known(tx.conn(), command.from).await;
    problems.take(known.map_err(|error| error.at("fromMemberId")))?;
    let active = member::keep_active(tx, &[command.to]).await;
    problems.take(active.map_err(|error| error.at("toMemberId")))?;
    if command.from == command.to {
        let reason = "The deals are theirs already. Choose another member.";
        problems.push(text::invalid(reason).at("toMemberId").about(command.to));
    }
    if let Some(id) = command.process_id {
        problems.take(process::existing(tx.conn(), id).await)?;
    }
    problems.check()
}

type Versions = HashMap<ProcessId, Arc<Version>>;

/// The processes first, in the order of their ids; then their versions are read (decision 3).
async fn lock_processes(tx: &Tx, owned: Owned) -> Result<Versions> {
    let ids: BTreeSet<_> = owned.processes(tx.conn()).await?.into_iter().collect();
    for id in &ids {
        tx.lock_process(*id, Lock::Shared).await?;
    }
    let mut versions = Versions::new();
    for row in process::store::find_many(tx.conn(), ids).await? {
        let known = process::versions::Versions::of(tx.base());
        let version = process::store::version(tx.conn(), known, row.id, row.version).await?;
        versions.insert(row.id, version);
    }
    Ok(versions)
}

async fn hand_over(
    tx: &mut Tx,
    rows: Vec<deal::Model>,
    to: MemberId,
    versions: &Versions,
) -> Result<()> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut participants = deals::participants(tx.conn(), &ids).await?;
    let mut done = deals::done(tx.conn(), &ids).await?;
    let mut loaded = Vec::with_capacity(rows.len());
    for row in rows {
        let participants = participants.remove(&row.id).unwrap_or_default();
        let done = done.remove(&row.id).unwrap_or_default();
        loaded.push(Deal::loaded(row, participants, done));
    }
    let facts: Vec<_> = loaded.iter().map(|deal| deal.facts(tx.actor())).collect();
    let grant = policy::require_all(tx.actor(), Permission::ChangeDeal, &facts)?;
    for deal in &mut loaded {
        let version = versions.get(&deal.row.process_id);
        let version = version.ok_or_else(|| Error::bug("a deal's process was not locked"))?;
        belong_to(tx, deal, version, to);
    }
    deals::save_all(tx, &grant, loaded.iter_mut()).await
}

/// Makes a deal another member's, by the events that a change of one deal's owner has.
fn belong_to(tx: &Tx, deal: &mut Deal, version: &Version, to: MemberId) {
    if !deal.participants.contains(&to) {
        deal.happen(Fact::ParticipantAdded { member_id: to }, version, &stamp(tx));
    }
    let changes = vec![FieldChange::Owner { from: deal.row.owner_id, to }];
    deal.happen(Fact::DealUpdated { changes }, version, &stamp(tx));
}
