//! The whole definition of a process as it once was: written once, never changed (rule 1).

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{MemberId, ProcessId, ProcessVersionId},
};

/// One row of `process_version`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "process_version")]
pub struct Model {
    /// The version's own id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProcessVersionId,
    /// Whose version it is.
    pub process_id: ProcessId,
    /// 1, 2, 3, … without gaps within the process.
    pub number: i64,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// Who saved it; none when the system did.
    pub author_id: Option<MemberId>,
    /// What the author said about it.
    #[sea_orm(column_type = "Text", nullable)]
    pub message: Option<String>,
    /// The definition, as JSON.
    #[sea_orm(column_type = "Text")]
    pub definition: String,
    /// How many open deals this version changed the stage or progress of.
    pub recalculated: i64,
    /// The order of insertion, in one sequence with events: on PostgreSQL, which numbers after the commit.
    pub insert_id: Option<i64>,
    /// After which event of the log it was saved; 0: before the first. None until the sequencer has
    /// said so.
    pub position: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
