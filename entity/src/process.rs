//! A named, ordered list of stages. Archived, never deleted.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::ProcessId};

/// One row of `process`: the truth of now.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "process")]
pub struct Model {
    /// The process's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProcessId,
    /// The name to show.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The name as it is compared: unique among the processes in use.
    #[sea_orm(column_type = "Text")]
    pub name_key: String,
    /// What the process is for (Markdown).
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// The number of the current version: +1 for every change (rule 1).
    pub version: i64,
    /// Whether new deals take this process when they name none.
    pub is_default: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it takes no new deals; none while in use.
    pub archived_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
