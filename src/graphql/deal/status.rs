//! How a deal stands, and who sees it.

use async_graphql::Enum;
use entity::deal;

/// Whether a deal runs, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "deal::Status")]
pub enum DealStatus {
    /// It runs.
    Open,
    /// It was won.
    Won,
    /// It was lost.
    Lost,
    /// It is no longer of interest.
    Outdated,
}

/// Which salespeople see a deal. Managers and administrators see every deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "deal::Visibility")]
pub enum Visibility {
    /// All of them.
    Everyone,
    /// The owner and the participants.
    Participants,
}
