//! An event on its way to an endpoint: it is delivered at least once, or its failure stays here to be seen.

use sea_orm::entity::prelude::*;

pub use crate::delivery::State;
use crate::{
    Timestamp,
    ids::{DealId, EventId, WebhookDeliveryId, WebhookId},
};

/// One row of `webhook_delivery`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_delivery")]
pub struct Model {
    /// The delivery's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookDeliveryId,
    /// Where to.
    pub webhook_id: WebhookId,
    /// What: the receiver knows it by this id, at every attempt.
    pub event_id: EventId,
    /// The deal that it happened to: its events are delivered in order.
    pub deal_id: DealId,
    /// Its place in the log.
    pub position: i64,
    /// What became of it.
    pub state: State,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was read from the log.
    pub created_at: Timestamp,
    /// When it is tried next.
    pub next_attempt_at: Timestamp,
    /// From when on a failure is the last one.
    pub give_up_at: Timestamp,
    /// When it was delivered, parked or skipped.
    pub finished_at: Option<Timestamp>,
    /// What went wrong last.
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    /// When it was tried last.
    pub attempted_at: Option<Timestamp>,
    /// What was sent last.
    #[sea_orm(column_type = "Text", nullable)]
    pub request: Option<String>,
    /// The status of the last answer.
    pub status: Option<i32>,
    /// The beginning of the last answer.
    #[sea_orm(column_type = "Text", nullable)]
    pub answer: Option<String>,
    /// How many milliseconds the last attempt took.
    pub took: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
