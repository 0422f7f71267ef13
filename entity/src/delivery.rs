//! What the tables of deliveries have in common, whatever the channel.

use sea_orm::entity::prelude::*;

/// What became of something to deliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// It waits for its (next) attempt.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// The receiver took it.
    #[sea_orm(string_value = "SENT")]
    Sent,
    /// It could not be delivered: an administrator may try again.
    #[sea_orm(string_value = "DEAD")]
    Dead,
    /// It was not wanted or not allowed any more when its time came.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
}
