//! A secret that signs a member in. Only its SHA-256 is kept.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{MemberId, TokenId},
};

/// One row of `token`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token")]
pub struct Model {
    /// The token's id, which is no secret.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TokenId,
    /// Whom it signs in.
    pub member_id: MemberId,
    /// What the member calls it.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// SHA-256 of the secret.
    pub hash: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is worth nothing; none: never.
    pub expires_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// When it last signed somebody in, to the minute; none: never.
    pub last_used_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
