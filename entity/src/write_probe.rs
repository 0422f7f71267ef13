//! The one row that is written to find out whether anything can be written.

use sea_orm::entity::prelude::*;

/// The one row of `write_probe`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "write_probe")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Bytes without a meaning: as much room as anything may need.
    pub bytes: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
