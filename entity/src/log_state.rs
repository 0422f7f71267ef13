//! The one row that says which log this is, and how often rights have changed.

use sea_orm::entity::prelude::*;

/// The one row of `log_state`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_state")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Raised by every change of a role, an activity or a token (rule 17).
    pub rights_epoch: i64,
}

impl ActiveModelBehavior for ActiveModel {}
