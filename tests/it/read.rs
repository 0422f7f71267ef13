//! Reading: lists page by page, deals filtered and sorted, boards, and anything by its id.

mod deals;
mod node;
mod page;
mod totals;
