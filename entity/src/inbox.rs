//! How often something has happened to a member's inbox.

use sea_orm::entity::prelude::*;

use crate::ids::MemberId;

/// One row of `inbox`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox")]
pub struct Model {
    /// Whose inbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// The number of the last inbox event: +1 for each.
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
