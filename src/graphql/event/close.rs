//! The events of deals that are closed and reopened.

#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use async_graphql::{ID, Object};
use entity::{event::ReasonFact, ids::StageId};

use crate::graphql::{
    close_reason::CloseReason,
    error::{Field, maybe},
    event::{
        Source, events,
        state::{DealState, state},
    },
    member::{self, Member},
    scalar::DateTime,
};

/// Types of events that close a deal: all tell why.
macro_rules! closing_events {
    ($($(#[doc = $doc:literal])* $name:ident)*) => {
        events! {$(
            $(#[doc = $doc])*
            $name(comment: Option<String>, reason: Option<ReasonFact>) {
                /// What was said on closing.
                async fn comment(&self) -> Option<&str> {
                    self.comment.as_deref()
                }

                /// The reason, as it now is; null when none was given.
                async fn reason(&self) -> Field<CloseReason> {
                    let id = self.reason.as_ref()?.reason_id;
                    maybe(CloseReason::find(&self.source.view, id).await)
                }

                /// What the reason was called then; null when none was given.
                async fn reason_name(&self) -> Option<&str> {
                    self.reason.as_ref().map(|reason| reason.name.as_str())
                }
            }
        )*}
    };
}

closing_events! {
    /// A deal was won.
    DealWon

    /// A deal was lost.
    DealLost

    /// A deal is no longer of interest.
    DealOutdated
}

events! {
    /// A closed deal runs again, and follows its process as it now is.
    DealReopened(dropped_move_to: Option<StageId>, comment: Option<String>) {
        /// What was said on reopening.
        async fn comment(&self) -> Option<&str> {
            self.comment.as_deref()
        }

        /// The stage of a move by hand that is gone since: the move was dropped.
        async fn dropped_move_to(&self) -> Option<ID> {
            self.dropped_move_to.map(|id| id.to_string().into())
        }
    }
}
