//! Beginning deals.

use std::sync::Arc;

use domain::{
    policy::{self, Permission, Subject},
    process::version::Version,
    refusal::Problem,
    text,
};
use entity::{
    deal,
    deal::{Status, Visibility},
    event::Fact,
    ids::{DealId, MemberId, ProcessId},
};
use serde::Serialize;

use super::{money::Money, stamp, state::Deal, store, title};
use crate::{
    command::Command,
    error::{Error, Problems, Result},
    member,
    process::{self, versions::Versions},
    tx::{Claim, Lock, Tx},
};

/// A new deal.
#[derive(Clone, Debug, Serialize)]
pub struct CreateDeal {
    /// The id that the client made.
    pub new_id: Option<DealId>,
    /// Its process; none: the default one.
    pub process_id: Option<ProcessId>,
    /// What it is called.
    pub title: String,
    /// What it is worth.
    pub value: Option<Money>,
    /// Who is responsible; none: whoever creates it.
    pub owner_id: Option<MemberId>,
    /// Which salespeople see it.
    pub visibility: Visibility,
    /// Who else takes part.
    pub participant_ids: Vec<MemberId>,
}

impl Command for CreateDeal {
    type Output = DealId;

    async fn run(&self, tx: &mut Tx) -> Result<DealId> {
        create(tx, self).await
    }
}

/// Begins a deal.
async fn create(tx: &mut Tx, command: &CreateDeal) -> Result<DealId> {
    policy::require(tx.actor(), Permission::CreateDeal, Subject::Organisation)?;
    let mut problems = Problems::default();
    let id = match problems.take(tx.claim(command.new_id, command).await)? {
        Some(Claim::Repeated(id)) => return Ok(id),
        Some(Claim::Fresh(id)) => id,
        None => tx.new_id(),
    };
    let version = problems.take(version_for_new(tx, command.process_id).await)?;
    let (row, participant_ids) = new_row(tx, id, command, version.as_deref(), problems).await?;
    let version = version.ok_or_else(|| Error::bug("a deal has no process"))?;
    let title = row.title.clone();
    let mut deal = Deal::new(row);
    let created = Fact::DealCreated { title, visibility: command.visibility, participant_ids };
    deal.happen(created, &version, &stamp(tx));
    let grant =
        policy::require(tx.actor(), Permission::ChangeDeal, Subject::Deal(deal.facts(tx.actor())))?;
    store::save(tx, &grant, &mut deal).await?;
    Ok(id)
}

/// The version that a new deal of the process is decided by; the process is locked until the end.
async fn version_for_new(tx: &Tx, wanted: Option<ProcessId>) -> Result<Arc<Version>> {
    let unknown = |id| Error::from(Problem::NotFound { kind: "process" }.at("processId").about(id));
    loop {
        let id = match wanted {
            Some(id) => id,
            None => process::store::find_default(tx.conn()).await?.ok_or_else(no_process)?.id,
        };
        tx.lock_process(id, Lock::Shared).await?;
        let row = process::store::find(tx.conn(), id).await?.ok_or_else(|| unknown(id))?;
        if row.archived_at.is_none() {
            return process::store::version(tx.conn(), &Versions::of_unit(tx), id, row.version)
                .await;
        }
        if wanted.is_some() {
            return Err(Problem::ProcessArchived.at("processId").about(id).into());
        } // the default was archived while we waited for it: another one is the default now
    }
}

fn no_process() -> Error {
    Problem::NoDefaultProcess.at("processId").into()
}

async fn new_row(
    tx: &Tx,
    id: DealId,
    command: &CreateDeal,
    version: Option<&Version>,
    mut problems: Problems,
) -> Result<(deal::Model, Vec<MemberId>)> {
    let title = problems.take(title(&command.title))?;
    let owner = command.owner_id.or(tx.actor().member_id());
    let owner = owner.ok_or_else(|| Error::bug("the system begins no deals of its own"))?;
    let participants = first_participants(tx, owner, command);
    require_members(tx, owner, &command.participant_ids, &mut problems).await?;
    problems.check()?;
    let version = version.ok_or_else(|| Error::bug("a deal has no process"))?;
    let title = title.unwrap_or_default();
    let value = command.value.clone();
    Ok((row(tx, id, version, title, value, owner, command.visibility), participants))
}

/// Refuses an owner and participants that do not exist or are deactivated, each where it stands.
async fn require_members(
    tx: &Tx,
    owner: MemberId,
    participants: &[MemberId],
    problems: &mut Problems,
) -> Result<()> {
    let all: Vec<_> = [owner].iter().chain(participants).copied().collect();
    for (index, refusal) in member::why_not(tx, &all).await?.into_iter().enumerate() {
        let Some(refusal) = refusal else { continue };
        problems.push(match index.checked_sub(1) {
            None => refusal.at("ownerId"),
            Some(index) => refusal.at(&index.to_string()).at("participantIds"),
        });
    }
    Ok(())
}

/// The owner always takes part, and so does a salesperson who begins a deal for somebody else: they
/// would lose sight of it otherwise.
fn first_participants(tx: &Tx, owner: MemberId, command: &CreateDeal) -> Vec<MemberId> {
    let mut all = vec![owner];
    all.extend(tx.actor().member_id().filter(|_| !tx.actor().leads()));
    all.extend(&command.participant_ids);
    let mut seen = std::collections::HashSet::new();
    all.retain(|id| seen.insert(*id));
    all
}

fn row(
    tx: &Tx,
    id: DealId,
    version: &Version,
    title: String,
    value: Option<Money>,
    owner_id: MemberId,
    visibility: Visibility,
) -> deal::Model {
    let at = tx.now();
    let mut row = blank(id, version.process_id, owner_id, at);
    row.title_key = text::key(&title);
    row.title = title;
    (row.value_amount, row.value_currency) = Money::columns(value);
    row.visibility = visibility;
    row
}

/// A deal to which nothing has happened yet.
pub fn blank(
    id: DealId,
    process_id: ProcessId,
    owner_id: MemberId,
    at: entity::Timestamp,
) -> deal::Model {
    deal::Model {
        id,
        external_id: None,
        process_id,
        title: String::new(),
        title_key: String::new(),
        value_amount: None,
        value_currency: None,
        owner_id,
        visibility: Visibility::default(),
        status: Status::Open,
        version: 0,
        stage_id: None,
        stage_position: -1,
        moved_version: None,
        moved_stage_id: None,
        percent: 0,
        done_weight: 0,
        total_weight: 0,
        closed_process_version: None,
        closed_at: None,
        close_reason_id: None,
        close_comment: None,
        created_at: at,
        updated_at: at,
        last_activity_at: at,
    }
}
