//! Why deals are closed: configured by administrators for each closing status.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, deal::Status, ids::CloseReasonId};

/// One row of `close_reason`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "close_reason")]
pub struct Model {
    /// The reason's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CloseReasonId,
    /// The status that it is a reason for: any but open.
    pub status: Status,
    /// The name to show.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The name as it is compared.
    #[sea_orm(column_type = "Text")]
    pub name_key: String,
    /// 0-based place among the reasons in use of its status.
    pub position: i32,
    /// When it was added.
    pub created_at: Timestamp,
    /// Since when it is no longer offered; deals closed with it keep it.
    pub archived_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
