//! Ids that clients made, with a hash of the input they came with: what makes creates safe to retry.

use sea_orm::entity::prelude::*;

/// One row of `claimed_id`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claimed_id")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of who created what with it.
    pub input_hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
