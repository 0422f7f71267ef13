//! Waypost's tables as data: one file a table, typed ids, no GraphQL and no rules.

#![warn(unreachable_pub)]

pub mod action;
pub mod action_performer;
pub mod audit_entry;
pub mod claimed_id;
pub mod close_reason;
pub mod completion;
pub mod deal;
pub mod deal_participant;
pub mod delivery;
pub mod event;
pub mod file;
pub mod file_secret;
pub mod ids;
pub mod inbox;
pub mod inbox_event;
pub mod language;
pub mod log_secret;
pub mod log_state;
pub mod mail;
pub mod member;
pub mod name_keys;
pub mod note;
pub mod notification;
pub mod process;
pub mod process_version;
pub mod stage;
pub mod task;
pub mod token;
pub mod webhook;
pub mod webhook_delivery;
pub mod webhook_lease;
pub mod write_probe;

/// A moment, as the database keeps it: UTC, to the millisecond.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
