//! The fact that an action was done for a deal. Undone, it stays (rule 13).

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{ActionId, CompletionId, DealId, MemberId, NoteId},
};

/// One row of `completion`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "completion")]
pub struct Model {
    /// The completion's id; the client may have made it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CompletionId,
    /// The deal it was done for.
    pub deal_id: DealId,
    /// What was done.
    pub action_id: ActionId,
    /// Who did it.
    pub member_id: MemberId,
    /// When it was done.
    pub done_at: Timestamp,
    /// The number of the event that recorded it: what a later move by hand is compared with.
    pub deal_version: i64,
    /// The note given as evidence: used once.
    pub note_id: Option<NoteId>,
    /// When it was undone; none while it counts.
    pub undone_at: Option<Timestamp>,
    /// Who undid it.
    pub undone_by: Option<MemberId>,
}

impl ActiveModelBehavior for ActiveModel {}
