//! Who may do what: the policy itself, everybody trying everything through the API, and what the buttons say.

pub mod api;
mod buttons;
mod deal_buttons;
mod notes;
pub mod policy;
mod webhooks;
