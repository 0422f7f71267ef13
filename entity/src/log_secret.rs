//! What blinds the cursors of the log: one row, the same for all servers of a database.

use std::fmt;

use sea_orm::entity::prelude::*;

/// The one row of `log_secret`.
#[sea_orm::model]
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_secret")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// 256 random bits.
    pub secret: Vec<u8>,
}

/// Leaves the secret out.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret")
    }
}

/// Leaves the secret out of the struct that is generated beside it, too.
impl fmt::Debug for ModelEx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret")
    }
}

impl ActiveModelBehavior for ActiveModel {}
