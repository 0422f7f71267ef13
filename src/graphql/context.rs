//! What a transport hands to the operation it runs, and takes back.

use std::sync::{Arc, Mutex, PoisonError};

use crate::event::cursor::FeedCursor;

/// Where a subscription has got to: set by the subscription as it yields an item, taken by the
/// transport as it sends that item, and told to the client as `extensions.cursor`.
#[derive(Clone, Debug, Default)]
pub struct OperationCursor(Arc<Mutex<Option<FeedCursor>>>);

/// Where the client says it got to before it reconnected; it overrides the operation's `after`.
#[derive(Clone, Debug, Default)]
pub struct Resume(pub Option<String>);

impl OperationCursor {
    /// The item that is about to be sent is at this place.
    pub fn set(&self, cursor: FeedCursor) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(cursor);
    }

    /// The place of the item that is being sent.
    pub fn take(&self) -> Option<FeedCursor> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

pub use directive::semanticNonNull;

mod directive {
    #![allow(missing_docs, non_snake_case, reason = "made by a macro, named as the directive is")]

    /// `null` here only ever means an error: clients may treat the field as non-null.
    #[async_graphql::TypeDirective(name = "semanticNonNull", location = "FieldDefinition")]
    pub fn semanticNonNull() {}
}
