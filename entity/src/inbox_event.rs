//! What happened to a member's inbox: notifications came, or were read. Numbered without gaps.

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    ids::{InboxEventId, MemberId, NotificationId},
};

/// Notifications, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct NotificationIds(pub Vec<NotificationId>);

/// One row of `inbox_event`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox_event")]
pub struct Model {
    /// The event's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InboxEventId,
    /// Whose inbox.
    pub member_id: MemberId,
    /// 1, 2, 3, … without gaps within the inbox.
    pub version: i64,
    /// The notifications that came or were read.
    #[sea_orm(column_type = "JsonBinary")]
    pub notification_ids: NotificationIds,
    /// When.
    pub recorded_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
