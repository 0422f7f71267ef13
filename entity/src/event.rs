//! The log: everything that happened to deals, self-contained and immutable (rule 21).

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    deal::{Status, Visibility},
    ids::{ActionId, CompletionId, DealId, EventId, MemberId, NoteId, ProcessId, StageId},
};

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
    },
    /// A note was added.
    NoteAdded {
        /// The note.
        note_id: NoteId,
    },
    /// The deal was won.
    DealWon {
        /// What was said on closing.
        comment: Option<String>,
    },
    /// The deal was lost.
    DealLost {
        /// What was said on closing.
        comment: Option<String>,
    },
    /// The deal is no longer of interest.
    DealOutdated {
        /// What was said on closing.
        comment: Option<String>,
    },
    /// A closed deal runs again.
    DealReopened {
        /// The stage of a move by hand that is gone since, and was dropped.
        dropped_move_to: Option<StageId>,
    },
    /// The process changed, and with it the deal's stage or progress (rule 6).
    ProgressRecalculated {
        /// The process version that did it.
        process_version: i64,
    },
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
    /// The process that the deal went through.
    pub process_id: ProcessId,
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
