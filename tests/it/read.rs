//! Reading: lists page by page, deals filtered and sorted, boards, anything by its id, and what is kept of it.

mod activity;
mod deals;
mod indices;
mod kept;
mod node;
mod page;
mod ranges;
mod totals;
