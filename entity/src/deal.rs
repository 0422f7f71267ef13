//! An opportunity going through one process.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    ids::{CloseReasonId, DealId, MemberId, ProcessId, StageId},
};

/// Whether a deal runs, and how it ended.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It runs.
    #[sea_orm(string_value = "OPEN")]
    Open,
    /// It was won.
    #[sea_orm(string_value = "WON")]
    Won,
    /// It was lost.
    #[sea_orm(string_value = "LOST")]
    Lost,
    /// It is no longer of interest.
    #[sea_orm(string_value = "OUTDATED")]
    Outdated,
}

/// Which salespeople see a deal (rule 16).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Visibility {
    /// All of them.
    #[default]
    #[sea_orm(string_value = "EVERYONE")]
    Everyone,
    /// The owner and the participants.
    #[sea_orm(string_value = "PARTICIPANTS")]
    Participants,
}

/// One row of `deal`, with its stage and progress as computed when it last changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal")]
pub struct Model {
    /// The deal's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DealId,
    /// The id it had elsewhere, when it was imported (rule 24): unique.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// The process it goes through.
    pub process_id: ProcessId,
    /// What it is called.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// The title as it is searched and sorted.
    #[sea_orm(column_type = "Text")]
    pub title_key: String,
    /// Its value in ten-thousandths of the currency's unit.
    pub value_amount: Option<i64>,
    /// The currency of the value, as in ISO 4217.
    #[sea_orm(column_type = "Text", nullable)]
    pub value_currency: Option<String>,
    /// Who is responsible.
    pub owner_id: MemberId,
    /// Which salespeople see it.
    pub visibility: Visibility,
    /// Whether it runs, and how it ended.
    pub status: Status,
    /// The number of its last event: +1 for each (rule 21).
    pub version: i64,
    /// The stage, as derived by rule 10.
    pub stage_id: Option<StageId>,
    /// The place of that stage in the process, -1 without one: to sort by.
    pub stage_position: i32,
    /// The version of the last move by hand; none when it never was moved.
    pub moved_version: Option<i64>,
    /// Where that move led; none: to no stage.
    pub moved_stage_id: Option<StageId>,
    /// Progress as a whole per cent, rounded down (rule 9).
    pub percent: i32,
    /// The weight of the actions done.
    pub done_weight: i32,
    /// The weight of all actions.
    pub total_weight: i32,
    /// The process version it was closed with (rule 14); none while open.
    pub closed_process_version: Option<i64>,
    /// When it was closed; none while open.
    pub closed_at: Option<Timestamp>,
    /// Why it was closed, from the list of its status; none while open, or where there is no list.
    pub close_reason_id: Option<CloseReasonId>,
    /// What was said on closing.
    #[sea_orm(column_type = "Text", nullable)]
    pub close_comment: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When somebody last did something to it; its beginning counts, and a save of its process does not.
    pub last_activity_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
