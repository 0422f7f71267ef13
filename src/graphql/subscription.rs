//! Live updates: what a subscriber missed first, then what happens, from the log.

/// Live updates.
pub type Subscription = async_graphql::EmptySubscription;

/// A placeholder.
pub fn new() -> Subscription {
    async_graphql::EmptySubscription
}
