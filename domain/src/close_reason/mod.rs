//! Why deals are closed: the values, and the rules about them.

use entity::ids::CloseReasonId;
use serde::Serialize;

pub mod rules;

/// A place among the reasons in use of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Position {
    /// Before all others.
    First,
    /// Right after this one.
    After(CloseReasonId),
    /// After all others.
    Last,
}
