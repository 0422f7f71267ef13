//! The members chosen to do an action.

use sea_orm::entity::prelude::*;

use crate::ids::{ActionId, MemberId};

/// One row of `action_performer`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_performer")]
pub struct Model {
    /// The action whose performers are `CHOSEN`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub action_id: ActionId,
    /// One of them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
}

impl ActiveModelBehavior for ActiveModel {}
