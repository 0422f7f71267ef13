//! Which server delivers to endpoints: one at a time.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

/// The one row of `webhook_lease`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_lease")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The server.
    pub holder: Uuid,
    /// Until when, unless it says so again.
    pub until: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
