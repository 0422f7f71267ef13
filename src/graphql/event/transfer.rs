//! The event of a deal that goes through another process, and the completions that followed.

#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use async_graphql::{ComplexObject, ID, Object, SimpleObject};
use entity::{
    event::{ActionFact, Carried},
    ids::{CompletionId, ProcessId, StageId},
};

use crate::graphql::{
    deal::checklist::Completion,
    error::{Field, maybe},
    event::{
        Source, events,
        state::{DealState, state},
    },
    member::{self, Member},
    process::Process,
    scalar::DateTime,
    view::View,
};

/// An action under the names that it had at that moment: a value, not the action of now.
#[derive(Clone, SimpleObject)]
pub(crate) struct ActionReference {
    /// Which action.
    pub action_id: ID,
    /// What it was called.
    pub action_name: String,
    /// Its stage.
    pub stage_id: ID,
    /// What that stage was called.
    pub stage_name: String,
}

impl From<&ActionFact> for ActionReference {
    fn from(fact: &ActionFact) -> Self {
        Self {
            action_id: fact.action_id.to_string().into(),
            action_name: fact.action_name.clone(),
            stage_id: fact.stage_id.to_string().into(),
            stage_name: fact.stage_name.clone(),
        }
    }
}

/// A completion that followed a deal to another process.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct CarriedCompletion {
    /// The completion: it kept its id, performer, time and note.
    pub completion_id: ID,
    /// The action that it was a completion of.
    pub from: ActionReference,
    /// The action that it counts for since.
    pub to: ActionReference,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    id: CompletionId,
}

#[ComplexObject]
impl CarriedCompletion {
    /// The completion, as it now is.
    async fn completion(&self) -> Field<Completion> {
        maybe(Completion::find(&self.view, self.id).await)
    }
}

fn carried(view: &View, carried: &Carried) -> CarriedCompletion {
    view.expect_completions([carried.completion_id]);
    CarriedCompletion {
        completion_id: carried.completion_id.to_string().into(),
        from: (&carried.from).into(),
        to: (&carried.to).into(),
        view: view.clone(),
        id: carried.completion_id,
    }
}

events! {
    /// A deal goes through another process from now on.
    DealProcessChanged(
        from_process_id: ProcessId,
        from_process_name: String,
        to_process_id: ProcessId,
        to_process_name: String,
        carried: Vec<Carried>,
        dropped_move_to: Option<StageId>,
    ) {
        /// The process that it left, as it now is.
        async fn from_process(&self) -> Field<Process> {
            maybe(Process::find(&self.source.view, self.from_process_id).await)
        }

        /// What the process that it left was called then.
        async fn from_process_name(&self) -> Option<&str> {
            Some(&self.from_process_name)
        }

        /// The process that it went to, as it now is.
        async fn to_process(&self) -> Field<Process> {
            maybe(Process::find(&self.source.view, self.to_process_id).await)
        }

        /// What the process that it went to was called then.
        async fn to_process_name(&self) -> Option<&str> {
            Some(&self.to_process_name)
        }

        /// The completions that followed; all others stay with the actions of the process that it left.
        async fn carried(&self) -> Vec<CarriedCompletion> {
            self.carried.iter().map(|one| carried(&self.source.view, one)).collect()
        }

        /// The stage of a move by hand that has no namesake in the new process: the move was dropped.
        async fn dropped_move_to(&self) -> Option<ID> {
            self.dropped_move_to.map(|id| id.to_string().into())
        }
    }
}
