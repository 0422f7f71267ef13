//! The one row that says by which rules the keys of names were made.

use sea_orm::entity::prelude::*;

/// The one row of `name_keys`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "name_keys")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The edition of the rules; 0: those before there were editions.
    pub edition: i32,
}

impl ActiveModelBehavior for ActiveModel {}
