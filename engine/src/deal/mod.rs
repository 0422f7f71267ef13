//! Running deals: the use cases. Each is a straight line: lock, look, decide, write.

use domain::{policy::Grant, refusal::Problem, text};
use entity::{
    deal,
    deal::Visibility,
    event::{Fact, FieldChange},
    ids::{DealId, MemberId, StageId},
};

use crate::{
    command::{Among, Command},
    error::{Error, Problems, Result},
    member, process,
    tx::Tx,
};

pub(crate) mod assign;
pub mod board;
mod close;
mod complete;
mod create;
pub mod find;
mod follow;
mod hand_over;
pub mod head;
mod held;
mod note;
mod notify;
pub(crate) mod store;
pub mod titled;
pub mod transfer;
pub(crate) mod unseen;

pub use domain::deal::{
    follow_up, mapping, money, outlook, pending, performers, progress, range, recipients, rules,
    state,
};

pub use close::{CloseDeal, ReopenDeal};
use complete::two_notes;
pub use complete::{CompleteAction, Completed, Evidence, UndoCompletion};
pub use create::{CreateDeal, blank};
pub use hand_over::{TransferDeals, Transferred};
use held::hold_with;
pub use held::{Held, stamp};
pub(crate) use held::{hold, hold_unseen};
pub use note::{AddNote, EditNote, WithdrawNote};
pub use transfer::ChangeProcess;

use money::Money;
use rules::{Absent, DealOperation};
use unseen::{Input, Presence, with_all};

/// New fields for a deal; those left out stay as they are.
#[derive(Clone, Debug, Default)]
pub struct DealFields {
    /// What it is called.
    pub title: Option<String>,
    /// What it is worth; `Some(None)`: nothing known.
    pub value: Option<Option<Money>>,
    /// Who is responsible.
    pub owner_id: Option<MemberId>,
    /// Which salespeople see it.
    pub visibility: Option<Visibility>,
}

/// A title, which is a name like any other.
pub fn title(given: &str) -> Result<String> {
    text::line("title", given).map_err(|refusal| refusal.at("title").into())
}

/// Changing fields of a deal.
#[derive(Clone, Debug)]
pub struct UpdateDeal {
    /// The deal.
    pub deal_id: DealId,
    /// What is new.
    pub fields: DealFields,
}

impl Command for UpdateDeal {
    type Output = ();

    fn among(&self) -> Option<Among> {
        self.fields.owner_id.is_none().then_some(Among::Deals(self.deal_id))
    }

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let done = update(tx, self.deal_id, &self.fields).await;
        with_all(tx, done, Input::Update(&self.fields)).await
    }
}

/// Changes fields of a deal; what is the same already changes nothing.
async fn update(tx: &mut Tx, id: DealId, command: &DealFields) -> Result<()> {
    let mut held = hold(tx, id).await?;
    let mut problems = Problems::default();
    let grant = problems.take(held.authorize(tx, DealOperation::Update))?;
    let new_title = command.title.as_deref().filter(|title| *title != held.deal.row.title);
    let title = problems.take(new_title.map(title).transpose())?.flatten();
    let owner = command.owner_id.filter(|id| *id != held.deal.row.owner_id);
    let new_owner: Vec<_> = owner.into_iter().collect();
    problems.take(member::keep_active(tx, &new_owner).await.map_err(|e| e.at("ownerId")))?;
    let grant = granted(problems, grant)?;
    if let Some(member_id) = owner.filter(|id| !held.deal.participants.contains(id)) {
        held.happen(tx, Fact::ParticipantAdded { member_id });
    }
    let changes = changes(&held.deal.row, title, command);
    if !changes.is_empty() {
        held.happen(tx, Fact::DealUpdated { changes });
    }
    held.save(tx, &grant).await
}

/// The grant, unless anything is wrong: all of it at once.
pub(crate) fn granted(problems: Problems, grant: Option<Grant>) -> Result<Grant> {
    problems.check()?;
    grant.ok_or_else(|| Error::bug("nothing was wrong and nothing allowed"))
}

fn changes(row: &deal::Model, title: Option<String>, command: &DealFields) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    if let Some(to) = title.filter(|to| *to != row.title) {
        changes.push(FieldChange::Title { from: row.title.clone(), to });
    }
    if let Some(value) = &command.value {
        let (amount, currency) = Money::columns(value.clone());
        if (amount, &currency) != (row.value_amount, &row.value_currency) {
            changes.push(FieldChange::Value { amount, currency });
        }
    }
    if let Some(to) = command.owner_id.filter(|to| *to != row.owner_id) {
        changes.push(FieldChange::Owner { from: row.owner_id, to });
    }
    if let Some(to) = command.visibility.filter(|to| *to != row.visibility) {
        changes.push(FieldChange::Visibility { from: row.visibility, to });
    }
    changes
}

/// Moving a deal by hand.
#[derive(Clone, Copy, Debug)]
pub struct MoveDeal {
    /// The deal.
    pub deal_id: DealId,
    /// The stage that it goes to; none: to no stage.
    pub stage_id: Option<StageId>,
}

impl Command for MoveDeal {
    type Output = ();

    fn among(&self) -> Option<Among> {
        Some(Among::Deals(self.deal_id))
    }

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let done = move_to(tx, self.deal_id, self.stage_id).await;
        with_all(tx, done, Input::Move(self.stage_id)).await
    }
}

/// Moves a deal to a stage by hand, or to none. A move to where it is already counts as its last move,
/// unless it is that already: then nothing happens (rule 10).
async fn move_to(tx: &mut Tx, id: DealId, stage: Option<StageId>) -> Result<()> {
    let mut held = hold(tx, id).await?;
    let absent = stage_absence(tx, &held, stage).await?;
    let fact = rules::moving(held.case(tx), stage, absent).map_err(Error::Refused)?;
    let Some(fact) = fact else { return Ok(()) };
    let grant = held.authorize(tx, DealOperation::Move)?;
    held.happen(tx, fact);
    held.save(tx, &grant).await
}

/// Why a stage is not in the deciding version; asked of the database only then.
async fn stage_absence(tx: &Tx, held: &Held, stage: Option<StageId>) -> Result<Absent> {
    let missing = stage.filter(|id| held.version.definition.stage(*id).is_none());
    let Some(id) = missing else { return Ok(Absent::Unknown) };
    Ok(match process::store::stage(tx.conn(), id).await? {
        None => Absent::Unknown,
        Some(stage) if stage.process_id != held.deal.row.process_id => Absent::OtherProcess,
        Some(stage) if stage.removed_at.is_some() => Absent::Removed,
        Some(_) => Absent::Later,
    })
}

/// Letting a member take part in a deal.
#[derive(Clone, Copy, Debug)]
pub struct AddParticipant {
    /// The deal.
    pub deal_id: DealId,
    /// The member.
    pub member_id: MemberId,
}

impl Command for AddParticipant {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let done = add_participant(tx, self.deal_id, self.member_id).await;
        with_all(tx, done, Input::Participant(self.member_id, Presence::Active)).await
    }
}

/// Lets a member take part in a deal.
async fn add_participant(tx: &mut Tx, id: DealId, member_id: MemberId) -> Result<()> {
    let mut held = hold(tx, id).await?;
    let mut problems = Problems::default();
    let grant = problems.take(held.authorize(tx, DealOperation::ChangeParticipants))?;
    let takes_part = held.deal.participants.contains(&member_id);
    if !takes_part {
        let active = member::keep_active(tx, &[member_id]).await;
        problems.take(active.map_err(|error| error.at("memberId")))?;
    }
    let grant = granted(problems, grant)?;
    if takes_part {
        return Ok(());
    }
    held.happen(tx, Fact::ParticipantAdded { member_id });
    held.save(tx, &grant).await
}

/// Letting a member no longer take part in a deal.
#[derive(Clone, Copy, Debug)]
pub struct RemoveParticipant {
    /// The deal.
    pub deal_id: DealId,
    /// The member.
    pub member_id: MemberId,
}

impl Command for RemoveParticipant {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let done = remove_participant(tx, self.deal_id, self.member_id).await;
        with_all(tx, done, Input::Participant(self.member_id, Presence::Known)).await
    }
}

/// Lets a member no longer take part in a deal; the owner always does.
async fn remove_participant(tx: &mut Tx, id: DealId, member_id: MemberId) -> Result<()> {
    let mut held = hold(tx, id).await?;
    let mut problems = Problems::default();
    let grant = problems.take(held.authorize(tx, DealOperation::ChangeParticipants))?;
    if held.deal.row.owner_id == member_id {
        problems.push(Problem::OwnerParticipates.at("memberId").about(member_id));
    }
    let known = member::require_known(tx.conn(), member_id).await;
    problems.take(known.map_err(|error| error.at("memberId")))?;
    let grant = granted(problems, grant)?;
    if !held.deal.participants.contains(&member_id) {
        return Ok(());
    }
    held.happen(tx, Fact::ParticipantRemoved { member_id });
    held.save(tx, &grant).await
}
