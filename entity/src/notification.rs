//! What a member is told: one row a recipient (rule 19).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    ids::{CompletionId, DealId, EventId, MemberId, NotificationId, TaskId},
};

/// What a member is told of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// An action was done that says to tell them.
    #[sea_orm(string_value = "ACTION_COMPLETED")]
    ActionCompleted,
    /// A task is theirs from now on.
    #[sea_orm(string_value = "TASK_ASSIGNED")]
    TaskAssigned,
    /// An event could not be delivered to an endpoint: for administrators.
    #[sea_orm(string_value = "WEBHOOK_FAILED")]
    WebhookFailed,
}

/// One row of `notification`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    /// The notification's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    /// Who is told.
    pub member_id: MemberId,
    /// Of what.
    pub kind: Kind,
    /// The deal that it is about.
    pub deal_id: DealId,
    /// The event that it tells of.
    pub event_id: EventId,
    /// Who did it; none when the system did.
    pub actor_id: Option<MemberId>,
    /// The completion, for what was done.
    pub completion_id: Option<CompletionId>,
    /// The task, for what was assigned.
    pub task_id: Option<TaskId>,
    /// When.
    pub created_at: Timestamp,
    /// When the member read it; none while unread.
    pub read_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
