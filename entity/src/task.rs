//! Something to do about a deal until a day: made by a member, or as the follow-up of an action (rule 20).

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{ActionId, CompletionId, DealId, MemberId, TaskId},
};

/// One row of `task`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "task")]
pub struct Model {
    /// The task's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    /// The deal it is about.
    pub deal_id: DealId,
    /// What to do.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// More about it (Markdown).
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// Who has to do it.
    pub assignee_id: MemberId,
    /// The day by which it has to be done.
    pub due_on: Date,
    /// Who made it, or did the action that it follows.
    pub creator_id: Option<MemberId>,
    /// The completion that made it; none when a member did.
    pub completion_id: Option<CompletionId>,
    /// The action that it follows; none when a member made it.
    pub action_id: Option<ActionId>,
    /// The title of the follow-up that it was made from.
    #[sea_orm(column_type = "Text", nullable)]
    pub follow_up: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was done; none while open.
    pub completed_at: Option<Timestamp>,
    /// Who did it.
    pub completed_by: Option<MemberId>,
    /// When it was deleted: from then on nobody finds it.
    pub deleted_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
