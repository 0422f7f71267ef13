//! What signs the URLs of files: one row, the same for all servers of a database.

use std::fmt;

use sea_orm::entity::prelude::*;

/// The one row of `file_secret`.
#[sea_orm::model]
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file_secret")]
pub struct Model {
    /// Always [`ONLY`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// 256 random bits.
    pub secret: Vec<u8>,
}

/// The id of the one row.
pub const ONLY: i32 = 1;

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
