//! The log: what is written of an event, who sees it, and places in the log.

use entity::{
    Timestamp,
    event::{DealState, Fact},
    ids::{DealId, EventId, MemberId, ProcessId},
};

pub mod cursor;
pub mod sight;

/// An event that is to be written: all of it but its place in the log, which the log gives it.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The event's id.
    pub id: EventId,
    /// The deal it happened to.
    pub deal_id: DealId,
    /// The process that the deal went through, after the event.
    pub process_id: ProcessId,
    /// The process that this event took it out of; none for all other events.
    pub from_process_id: Option<ProcessId>,
    /// 1, 2, 3, … without gaps within the deal.
    pub version: i64,
    /// Who did it; none when the system did.
    pub actor_id: Option<MemberId>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it is written.
    pub recorded_at: Timestamp,
    /// What happened.
    pub fact: Fact,
    /// The deal before; none for its first event.
    pub before: Option<DealState>,
    /// The deal after.
    pub after: DealState,
}
