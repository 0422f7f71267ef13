//! The members who take part in a deal; its owner is always one of them.

use sea_orm::entity::prelude::*;

use crate::ids::{DealId, MemberId};

/// One row of `deal_participant`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal_participant")]
pub struct Model {
    /// The deal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub deal_id: DealId,
    /// Who takes part.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
}

impl ActiveModelBehavior for ActiveModel {}
