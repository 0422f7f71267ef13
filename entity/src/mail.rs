//! A mail that tells of a notification: it goes out at least once, or its failure stays here to be seen.

use sea_orm::entity::prelude::*;

pub use crate::delivery::State;
use crate::{
    Timestamp,
    ids::{MailId, NotificationId},
};

/// One row of `mail`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    /// The mail's id: its `Message-ID` is made of it, the same at every attempt.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    /// What it tells of.
    #[sea_orm(unique)]
    pub notification_id: NotificationId,
    /// What became of it.
    pub state: State,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next; while somebody tries it, when others may.
    pub next_attempt_at: Timestamp,
    /// From when on a failure is the last one.
    pub give_up_at: Timestamp,
    /// When it was sent, given up or cancelled.
    pub finished_at: Option<Timestamp>,
    /// What the mail server said last.
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
