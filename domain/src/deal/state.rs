//! A deal and what happens to it: a fact goes in, the deal after it and its event (to be written)
//! come out. Pure.

use entity::{
    Timestamp, completion, deal,
    deal::Status,
    event::{Carried, DealState, Fact, FieldChange, ReasonFact},
    ids::{ActionId, CompletionId, EventId, MemberId, NoteId, ProcessId, StageId},
};

use super::{
    outlook::{Outlook, outlook},
    pending::Pending,
    progress::{self, Done, Moved, Progress},
};
use crate::{
    event::NewEvent,
    policy::{Actor, DealFacts},
    process::{Saved, version::Version},
    text,
};

/// A deal with what the rules need to decide about it.
#[derive(Clone, Debug)]
pub struct Deal {
    /// Its row.
    pub row: deal::Model,
    /// Who takes part.
    pub participants: Vec<MemberId>,
    /// The completions that were not undone.
    pub done: Vec<completion::Model>,
    /// What has to be written.
    pub pending: Pending,
}

/// Who did something and when: what every event carries.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// The event's id.
    pub event_id: EventId,
    /// Who; none for the system.
    pub actor_id: Option<MemberId>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it is written.
    pub recorded_at: Timestamp,
}

impl Deal {
    /// A deal that is about to begin: its first fact is `DealCreated`.
    pub fn new(row: deal::Model) -> Self {
        let pending = Pending { is_new: true, ..Pending::default() };
        Self { row, participants: Vec::new(), done: Vec::new(), pending }
    }

    /// A deal as the database has it.
    pub fn loaded(
        row: deal::Model,
        participants: Vec<MemberId>,
        done: Vec<completion::Model>,
    ) -> Self {
        Self { row, participants, done, pending: Pending::default() }
    }

    /// What the policy needs to know of it.
    pub fn facts(&self, actor: &Actor) -> DealFacts {
        let takes_part = actor.member_id().is_some_and(|id| self.participants.contains(&id));
        facts(&self.row, takes_part)
    }

    /// Whether it runs.
    pub fn is_open(&self) -> bool {
        self.row.status == Status::Open
    }

    /// Whether the deal is where it was last moved to by hand, and that is there (rule 10).
    pub fn rests_at(&self, stage: Option<StageId>) -> bool {
        let row = &self.row;
        row.moved_version.is_some() && row.moved_stage_id == stage && row.stage_id == stage
    }

    /// The completion of an action, unless it is undone.
    pub fn completion_of(&self, action: ActionId) -> Option<&completion::Model> {
        self.done.iter().find(|done| done.action_id == action)
    }

    /// The progress that it has.
    pub fn progress(&self, version: &Version) -> Progress {
        progress::progress(version, self.done.iter().map(|done| done.action_id))
    }

    /// The state that events tell of.
    pub fn state(&self, version: &Version) -> DealState {
        let row = &self.row;
        let stage = row.stage_id.and_then(|id| version.definition.stage(id));
        DealState {
            version: row.version,
            status: row.status,
            stage_id: row.stage_id,
            stage_name: stage.map(|stage| stage.name.clone()),
            percent: row.percent,
            value_amount: row.value_amount,
            value_currency: row.value_currency.clone(),
            owner_id: row.owner_id,
        }
    }

    /// Lets a fact happen: the deal is as it is after it, and its event waits to be written.
    pub fn happen(&mut self, fact: Fact, version: &Version, stamp: &Stamp) {
        let before = (self.row.version > 0).then(|| self.state(version));
        self.happen_from(before, fact, version, stamp);
    }

    /// Lets a fact happen that changes the process version itself: the caller knows the state before.
    pub fn happen_from(
        &mut self,
        before: Option<DealState>,
        fact: Fact,
        version: &Version,
        stamp: &Stamp,
    ) {
        self.row.version += 1;
        self.row.updated_at = self.row.updated_at.max(stamp.occurred_at);
        self.note_activity(&fact, stamp.actor_id, stamp.occurred_at);
        self.evolve(&fact, version, stamp);
        self.recompute(version);
        let after = self.state(version);
        self.pending.events.push(self.event(fact, before, after, stamp));
    }

    fn event(
        &self,
        fact: Fact,
        before: Option<DealState>,
        after: DealState,
        stamp: &Stamp,
    ) -> NewEvent {
        NewEvent {
            id: stamp.event_id,
            deal_id: self.row.id,
            process_id: self.row.process_id,
            from_process_id: left(&fact),
            version: self.row.version,
            actor_id: stamp.actor_id,
            occurred_at: stamp.occurred_at,
            recorded_at: stamp.recorded_at,
            fact,
            before,
            after,
        }
    }

    pub(super) fn evolve(&mut self, fact: &Fact, version: &Version, stamp: &Stamp) {
        match fact {
            Fact::DealCreated { participant_ids, .. } => {
                participant_ids.iter().for_each(|id| self.join(*id));
            }
            Fact::DealUpdated { changes } => changes.iter().for_each(|change| self.update(change)),
            Fact::ParticipantAdded { member_id } => self.join(*member_id),
            Fact::ParticipantRemoved { member_id } => self.leave(*member_id),
            Fact::DealMoved { to_stage_id, .. } => self.set_moved(Some(*to_stage_id)),
            Fact::ActionCompleted { completion_id, action, note_id } => {
                self.complete(*completion_id, action.action_id, *note_id, stamp);
            }
            Fact::CompletionUndone { completion_id, .. } => self.undo(*completion_id, stamp),
            Fact::DealWon { comment, reason } => {
                self.close(Status::Won, (comment, reason), version, stamp);
            }
            Fact::DealLost { comment, reason } => {
                self.close(Status::Lost, (comment, reason), version, stamp);
            }
            Fact::DealOutdated { comment, reason } => {
                self.close(Status::Outdated, (comment, reason), version, stamp);
            }
            Fact::DealReopened { dropped_move_to, comment: _ } => self.reopen(*dropped_move_to),
            Fact::DealProcessChanged {
                to_process_id, carried, moved_to, dropped_move_to, ..
            } => {
                self.row.process_id = *to_process_id;
                carried.iter().for_each(|one| self.carry(one));
                self.follow_move(*moved_to, *dropped_move_to);
            }
            Fact::NoteAdded { .. }
            | Fact::NoteEdited { .. }
            | Fact::NoteWithdrawn { .. }
            | Fact::TaskCreated { .. }
            | Fact::TaskUpdated { .. }
            | Fact::TaskCompleted { .. }
            | Fact::TaskReopened { .. }
            | Fact::TaskDeleted { .. }
            | Fact::ProgressRecalculated { .. } => {}
        }
    }

    fn update(&mut self, change: &FieldChange) {
        match change {
            FieldChange::Title { to, .. } => {
                self.row.title_key = text::key(to);
                self.row.title = to.clone();
            }
            FieldChange::Value { amount, currency } => {
                self.row.value_amount = *amount;
                self.row.value_currency = currency.clone();
            }
            FieldChange::Owner { to, .. } => self.row.owner_id = *to,
            FieldChange::Visibility { to, .. } => self.row.visibility = *to,
        }
    }

    fn join(&mut self, member: MemberId) {
        if !self.participants.contains(&member) {
            self.participants.push(member);
            self.pending.joined.push(member);
        }
    }

    fn leave(&mut self, member: MemberId) {
        self.participants.retain(|id| *id != member);
        self.pending.left.push(member);
    }

    fn complete(
        &mut self,
        id: CompletionId,
        action_id: ActionId,
        note_id: Option<NoteId>,
        stamp: &Stamp,
    ) {
        let completion = completion::Model {
            id,
            deal_id: self.row.id,
            action_id,
            member_id: stamp.actor_id.unwrap_or(self.row.owner_id),
            done_at: stamp.occurred_at,
            deal_version: self.row.version,
            note_id,
            undone_at: None,
            undone_by: None,
        };
        self.pending.completed.push(completion.clone());
        self.done.push(completion);
    }

    fn undo(&mut self, id: CompletionId, stamp: &Stamp) {
        let Some(index) = self.done.iter().position(|done| done.id == id) else { return };
        let mut completion = self.done.remove(index);
        completion.undone_at = Some(stamp.occurred_at);
        completion.undone_by = stamp.actor_id;
        self.pending.undone.push(completion);
    }

    /// The completion stays what it was, and counts for another action.
    fn carry(&mut self, carried: &Carried) {
        let mut all = self.done.iter_mut();
        let Some(completion) = all.find(|done| done.id == carried.completion_id) else { return };
        completion.action_id = carried.to.action_id;
        self.pending.carried.push(completion.clone());
    }

    /// The move stays as old as it is: what was done since goes on pushing the deal forward.
    fn follow_move(&mut self, moved_to: Option<StageId>, dropped: Option<StageId>) {
        if dropped.is_some() {
            self.set_moved(None);
        } else {
            self.row.moved_stage_id = moved_to;
        }
    }

    fn close(
        &mut self,
        status: Status,
        (comment, reason): (&Option<String>, &Option<ReasonFact>),
        version: &Version,
        stamp: &Stamp,
    ) {
        self.row.status = status;
        self.row.closed_at = Some(stamp.occurred_at);
        self.row.closed_process_version = Some(version.number);
        self.row.close_comment = comment.clone();
        self.row.close_reason_id = reason.as_ref().map(|reason| reason.reason_id);
    }

    fn reopen(&mut self, dropped_move: Option<StageId>) {
        self.row.status = Status::Open;
        self.row.closed_at = None;
        self.row.closed_process_version = None;
        self.row.close_comment = None;
        self.row.close_reason_id = None;
        if dropped_move.is_some() {
            self.set_moved(None);
        }
    }

    /// `Some(None)`: moved to no stage; `None`: never moved.
    pub fn set_moved(&mut self, moved: Option<Option<StageId>>) {
        self.row.moved_version = moved.map(|_| self.row.version);
        self.row.moved_stage_id = moved.flatten();
    }

    /// The deal after a save of its process, with the event that tells of it; none when the save changes
    /// neither its stage nor its progress.
    pub fn followed(
        row: deal::Model,
        done: &[Done],
        saved: &Saved,
        stamp: impl FnOnce() -> Stamp,
    ) -> Option<Self> {
        let mut deal = Self::loaded(row, Vec::new(), Vec::new());
        let before = deal.row.clone();
        let state = deal.state(&saved.before);
        deal.stand(&outlook(&saved.after, done, deal.moved()));
        if (before.stage_id, before.percent) != (deal.row.stage_id, deal.row.percent) {
            let stamp = stamp();
            deal.row.version += 1;
            deal.row.updated_at = deal.row.updated_at.max(stamp.occurred_at);
            let fact = Fact::ProgressRecalculated { process_version: saved.after.number };
            let event = deal.event(fact, Some(state), deal.state(&saved.after), &stamp);
            deal.pending.events.push(event);
        }
        (deal.row != before).then_some(deal)
    }

    /// Stage and progress as they follow from what was done, the last move and the process version.
    pub fn recompute(&mut self, version: &Version) {
        self.stand(&self.outlook(version));
    }

    /// Where it stands by this version.
    pub fn outlook(&self, version: &Version) -> Outlook {
        let done: Vec<_> = self.steps().collect();
        outlook(version, &done, self.moved())
    }

    fn stand(&mut self, outlook: &Outlook) {
        let progress = outlook.progress;
        self.row.percent = i32::from(progress.percent);
        self.row.done_weight = progress.done_weight.cast_signed();
        self.row.total_weight = progress.total_weight.cast_signed();
        let (stage, place) = (outlook.stage_id, outlook.stage_position);
        self.pending.stands_elsewhere |=
            (self.row.stage_id, self.row.stage_position) != (stage, place);
        self.row.stage_id = outlook.stage_id;
        self.row.stage_position = outlook.stage_position;
    }

    fn steps(&self) -> impl Iterator<Item = Done> + '_ {
        self.done.iter().map(|done| Done { action_id: done.action_id, version: done.deal_version })
    }

    fn moved(&self) -> Option<Moved> {
        let to = self.row.moved_stage_id;
        self.row.moved_version.map(|version| Moved { version, to })
    }
}

/// The process that a fact takes a deal out of.
fn left(fact: &Fact) -> Option<ProcessId> {
    match fact {
        Fact::DealProcessChanged { from_process_id, .. } => Some(*from_process_id),
        _ => None,
    }
}

/// What the policy needs to know of a deal, from its row.
pub fn facts(row: &deal::Model, takes_part: bool) -> DealFacts {
    DealFacts {
        id: row.id,
        process_id: row.process_id,
        owner_id: row.owner_id,
        visibility: row.visibility,
        takes_part,
    }
}
