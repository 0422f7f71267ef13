//! The log: everything that happened to deals, self-contained and immutable (rule 21).

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    deal::{Status, Visibility},
    ids::{
        ActionId, CloseReasonId, CompletionId, DealId, EventId, MemberId, NoteId, ProcessId,
        StageId, TaskId,
    },
};

mod kind;

pub use kind::Kind;

/// What a viewer needs to know of a deal before or after an event (rule 23).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct DealState {
    /// The number of the event that led to this state.
    pub version: i64,
    /// Whether the deal ran, and how it had ended.
    pub status: Status,
    /// The stage, as derived by rule 10.
    pub stage_id: Option<StageId>,
    /// What that stage was called.
    pub stage_name: Option<String>,
    /// Progress as a whole per cent, rounded down.
    pub percent: i32,
    /// The value in ten-thousandths of the currency's unit.
    pub value_amount: Option<i64>,
    /// The currency of the value.
    pub value_currency: Option<String>,
    /// Who was responsible.
    pub owner_id: MemberId,
}

/// An action as an event tells of it, under the names of that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionFact {
    /// The action.
    pub action_id: ActionId,
    /// Its name then.
    pub action_name: String,
    /// Its stage then.
    pub stage_id: StageId,
    /// That stage's name then.
    pub stage_name: String,
}

/// A completion that followed a deal to another process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// The completion: it keeps its id, performer, time and note.
    pub completion_id: CompletionId,
    /// The action that it was a completion of.
    pub from: ActionFact,
    /// The action that it is a completion of since.
    pub to: ActionFact,
}

/// A change of one of a deal's own fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldChange {
    /// The title was replaced.
    Title {
        /// The title before.
        from: String,
        /// The title after.
        to: String,
    },
    /// The value was replaced; the one before is in the event's `before`.
    Value {
        /// The value after, in ten-thousandths of the currency's unit.
        amount: Option<i64>,
        /// Its currency.
        currency: Option<String>,
    },
    /// Another member is responsible.
    Owner {
        /// The owner before.
        from: MemberId,
        /// The owner after.
        to: MemberId,
    },
    /// Other salespeople see it.
    Visibility {
        /// The visibility before.
        from: Visibility,
        /// The visibility after.
        to: Visibility,
    },
}

/// A task as an event tells of it: as it was after the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskFact {
    /// The task.
    pub task_id: TaskId,
    /// What there was to do.
    pub title: String,
    /// Who had to do it.
    pub assignee_id: MemberId,
    /// The day by which it had to be done.
    pub due_on: Date,
    /// The completion that made it; none when a member did.
    pub completion_id: Option<CompletionId>,
}

/// A change of one of a task's own fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskChange {
    /// The title was replaced.
    Title {
        /// The title before.
        from: String,
        /// The title after.
        to: String,
    },
    /// The description was replaced.
    Description {
        /// The description before.
        from: String,
        /// The description after.
        to: String,
    },
    /// Another member has to do it.
    Assignee {
        /// The assignee before.
        from: MemberId,
        /// The assignee after.
        to: MemberId,
    },
    /// It has to be done by another day.
    DueOn {
        /// The day before.
        from: Date,
        /// The day after.
        to: Date,
    },
}

/// A close reason as an event tells of it, under the name of that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonFact {
    /// The reason.
    pub reason_id: CloseReasonId,
    /// Its name then.
    pub name: String,
}

/// What happened, with everything needed to tell of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// The deal began.
    DealCreated {
        /// Its title.
        title: String,
        /// Which salespeople see it.
        visibility: Visibility,
        /// Who takes part from the start, the owner among them.
        participant_ids: Vec<MemberId>,
    },
    /// Fields of the deal changed.
    DealUpdated {
        /// Which, and how.
        changes: Vec<FieldChange>,
    },
    /// A member takes part from now on.
    ParticipantAdded {
        /// Who.
        member_id: MemberId,
    },
    /// A member no longer takes part.
    ParticipantRemoved {
        /// Who.
        member_id: MemberId,
    },
    /// The deal was moved by hand.
    DealMoved {
        /// Where to; none: to no stage.
        to_stage_id: Option<StageId>,
        /// What that stage was called.
        to_stage_name: Option<String>,
    },
    /// An action was done.
    ActionCompleted {
        /// The completion.
        completion_id: CompletionId,
        /// What was done.
        #[serde(flatten)]
        action: ActionFact,
        /// The note given as evidence.
        note_id: Option<NoteId>,
    },
    /// A completion was undone.
    CompletionUndone {
        /// The completion.
        completion_id: CompletionId,
        /// What had been done.
        #[serde(flatten)]
        action: ActionFact,
        /// What was said on undoing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// A note was added.
    NoteAdded {
        /// The note.
        note_id: NoteId,
    },
    /// The text of a note was changed. Neither the one before nor the one after is told: a note that is withdrawn is
    /// nowhere to be read.
    NoteEdited {
        /// The note.
        note_id: NoteId,
    },
    /// A note was withdrawn, with its files.
    NoteWithdrawn {
        /// The note.
        note_id: NoteId,
        /// Who had written it.
        author_id: MemberId,
    },
    /// There is something to do about the deal, by a member or as the follow-up of an action.
    TaskCreated {
        /// The task.
        #[serde(flatten)]
        task: TaskFact,
    },
    /// Fields of a task changed.
    TaskUpdated {
        /// The task.
        #[serde(flatten)]
        task: TaskFact,
        /// Which fields, and how.
        changes: Vec<TaskChange>,
    },
    /// A task was done.
    TaskCompleted {
        /// The task.
        #[serde(flatten)]
        task: TaskFact,
    },
    /// A task that was done is to be done again.
    TaskReopened {
        /// The task.
        #[serde(flatten)]
        task: TaskFact,
    },
    /// A task was deleted, done or not.
    TaskDeleted {
        /// The task.
        #[serde(flatten)]
        task: TaskFact,
    },
    /// The deal was won.
    DealWon {
        /// What was said on closing.
        comment: Option<String>,
        /// Why, from the list of close reasons.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<ReasonFact>,
    },
    /// The deal was lost.
    DealLost {
        /// What was said on closing.
        comment: Option<String>,
        /// Why, from the list of close reasons.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<ReasonFact>,
    },
    /// The deal is no longer of interest.
    DealOutdated {
        /// What was said on closing.
        comment: Option<String>,
        /// Why, from the list of close reasons.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<ReasonFact>,
    },
    /// A closed deal runs again.
    DealReopened {
        /// The stage of a move by hand that is gone since, and was dropped.
        dropped_move_to: Option<StageId>,
        /// What was said on reopening.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// The deal goes through another process from now on.
    DealProcessChanged {
        /// The process before.
        from_process_id: ProcessId,
        /// What it was called.
        from_process_name: String,
        /// The process after.
        to_process_id: ProcessId,
        /// What it was called.
        to_process_name: String,
        /// The completions that followed; all others stay with the actions of the process before.
        carried: Vec<Carried>,
        /// The stage that takes the place of the one that the deal was moved to by hand.
        moved_to: Option<StageId>,
        /// The stage of a move by hand that has no namesake in the new process: the move was dropped.
        dropped_move_to: Option<StageId>,
    },
    /// The process changed, and with it the deal's stage or progress (rule 6).
    ProgressRecalculated {
        /// The process version that did it.
        process_version: i64,
    },
}

impl Fact {
    /// The task that it happened to, if it is about one.
    pub fn task(&self) -> Option<&TaskFact> {
        match self {
            Self::TaskCreated { task }
            | Self::TaskUpdated { task, .. }
            | Self::TaskCompleted { task }
            | Self::TaskReopened { task }
            | Self::TaskDeleted { task } => Some(task),
            _ => None,
        }
    }
}

/// One row of `event`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// The order of insertion, which is not the order of commits.
    #[sea_orm(primary_key)]
    pub insert_id: i64,
    /// The event's id.
    #[sea_orm(unique)]
    pub id: EventId,
    /// The place in the one order of the whole log; none until the sequencer has numbered it.
    pub position: Option<i64>,
    /// The deal it happened to.
    pub deal_id: DealId,
    /// The process that the deal went through, after the event.
    pub process_id: ProcessId,
    /// The process that this event took it out of; none for all other events.
    pub from_process_id: Option<ProcessId>,
    /// 1, 2, 3, … without gaps within the deal.
    pub version: i64,
    /// Who did it; none when the system did.
    pub actor_id: Option<MemberId>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was written here.
    pub recorded_at: Timestamp,
    /// What happened.
    #[sea_orm(column_type = "JsonBinary")]
    pub fact: Fact,
    /// The deal before; none for its first event.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub before: Option<DealState>,
    /// The deal after.
    #[sea_orm(column_type = "JsonBinary")]
    pub after: DealState,
}

impl ActiveModelBehavior for ActiveModel {}
