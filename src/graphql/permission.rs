//! Buttons that know: whether the viewer can do something now, and what is in the way.

use async_graphql::SimpleObject;
use domain::{
    policy::{self, Denial, Subject},
    refusal::{Problem, Refusal},
};

use crate::graphql::{refused::blockers, user_error::Blocker, view::View};

/// Whether the viewer can do something now: the very answer that the mutation would give.
#[derive(Clone, SimpleObject)]
pub(crate) struct Permission {
    /// Whether it can be done now.
    pub allowed: bool,
    /// Everything that is in the way; empty when it can be done.
    pub blockers: Vec<Blocker>,
}

impl Permission {
    /// The permission that these refusals leave.
    pub(crate) fn new(view: &View, refusals: Vec<Refusal>) -> Self {
        Self { allowed: refusals.is_empty(), blockers: blockers(view, refusals) }
    }

    /// The permission that the policy decided, about the organisation as a whole.
    pub(crate) fn of_organisation(view: &View, permission: policy::Permission) -> Self {
        let decided = policy::decide(view.actor(), permission, Subject::Organisation);
        let problem = match decided {
            Ok(()) => return Self::new(view, Vec::new()),
            Err(Denial::Unseen) => Problem::NotFound { kind: "organisation" },
            Err(Denial::Forbidden(who_may)) => Problem::Forbidden { who_may },
        };
        Self::new(view, vec![problem.refused()])
    }

    /// The permission that the policy decided.
    pub(crate) fn decided(
        view: &View,
        decided: Result<(), Denial>,
        kind: &'static str,
        id: impl ToString,
    ) -> Self {
        let problem = match decided {
            Ok(()) => return Self::new(view, Vec::new()),
            Err(Denial::Unseen) => Problem::NotFound { kind },
            Err(Denial::Forbidden(who_may)) => Problem::Forbidden { who_may },
        };
        Self::new(view, vec![problem.refused().about(id)])
    }
}
