//! A named phase of a process, with ordered actions.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{ProcessId, StageId},
};

/// One row of `stage`: the truth of now; a removed stage stays as it last was.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stage")]
pub struct Model {
    /// The stage's id: the same through every rename and move (rule 3).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StageId,
    /// Whose stage it is.
    pub process_id: ProcessId,
    /// 0-based place among the stages in use.
    pub position: i32,
    /// The name to show.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Advice for whoever works at the stage (Markdown).
    #[sea_orm(column_type = "Text")]
    pub hint: String,
    /// Since when it is no longer part of the process.
    pub removed_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
