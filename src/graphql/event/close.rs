//! The events of deals that are closed and reopened.

#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use async_graphql::{ID, Object};
use entity::event::{Fact, ReasonFact};

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

impl Source {
    fn comment(&self) -> Option<&str> {
        match &self.row.fact {
            Fact::DealWon { comment, .. }
            | Fact::DealLost { comment, .. }
            | Fact::DealOutdated { comment, .. } => comment.as_deref(),
            _ => None,
        }
    }

    fn reason_fact(&self) -> Option<&ReasonFact> {
        match &self.row.fact {
            Fact::DealWon { reason, .. }
            | Fact::DealLost { reason, .. }
            | Fact::DealOutdated { reason, .. } => reason.as_ref(),
            _ => None,
        }
    }

    async fn reason(&self) -> Field<CloseReason> {
        maybe(CloseReason::find(&self.view, self.reason_fact()?.reason_id).await)
    }
}

events! {
    /// A deal was won.
    DealWon {
        /// What was said on closing.
        async fn comment(&self) -> Option<&str> {
            self.0.comment()
        }

        /// The reason, as it now is; null when none was given.
        async fn reason(&self) -> Field<CloseReason> {
            self.0.reason().await
        }

        /// What the reason was called then; null when none was given.
        async fn reason_name(&self) -> Option<&str> {
            self.0.reason_fact().map(|reason| reason.name.as_str())
        }
    }

    /// A deal was lost.
    DealLost {
        /// What was said on closing.
        async fn comment(&self) -> Option<&str> {
            self.0.comment()
        }

        /// The reason, as it now is; null when none was given.
        async fn reason(&self) -> Field<CloseReason> {
            self.0.reason().await
        }

        /// What the reason was called then; null when none was given.
        async fn reason_name(&self) -> Option<&str> {
            self.0.reason_fact().map(|reason| reason.name.as_str())
        }
    }

    /// A deal is no longer of interest.
    DealOutdated {
        /// What was said on closing.
        async fn comment(&self) -> Option<&str> {
            self.0.comment()
        }

        /// The reason, as it now is; null when none was given.
        async fn reason(&self) -> Field<CloseReason> {
            self.0.reason().await
        }

        /// What the reason was called then; null when none was given.
        async fn reason_name(&self) -> Option<&str> {
            self.0.reason_fact().map(|reason| reason.name.as_str())
        }
    }

    /// A closed deal runs again, and follows its process as it now is.
    DealReopened {
        /// The stage of a move by hand that is gone since: the move was dropped.
        async fn dropped_move_to(&self) -> Option<ID> {
            match &self.0.row.fact {
                Fact::DealReopened { dropped_move_to } => {
                    dropped_move_to.map(|id| id.to_string().into())
                }
                _ => None,
            }
        }
    }
}
