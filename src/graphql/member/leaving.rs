//! What becomes of processes when a member leaves: the actions that nobody else can do.

use std::collections::BTreeSet;

use async_graphql::Object;
use engine::{error::Result, process::find::LeftAlone};
use entity::ids::MemberId;

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    process::{Process, action::Action},
    view::View,
};

/// How many of each are shown.
const MOST: usize = 100;

/// What it means for processes that a member is not active.
pub(crate) struct DeactivationImpact {
    view: View,
    member: MemberId,
}

impl DeactivationImpact {
    /// Of this member.
    pub(crate) fn new(view: &View, member: MemberId) -> Self {
        Self { view: view.clone(), member }
    }

    /// Process by process, in the order of each.
    async fn in_order(&self) -> Result<Vec<LeftAlone>> {
        let mut all = self.view.left_alone(self.member).await?;
        self.view.expect_processes(all.iter().map(|one| one.process_id));
        let mut places = Vec::with_capacity(all.len());
        for one in &all {
            let process = Process::get(&self.view, one.process_id).await?;
            places.push((one.action_id, process.current().definition.action_index(one.action_id)));
        }
        let place =
            |one: &LeftAlone| places.iter().find(|(id, _)| *id == one.action_id).map(|(_, at)| *at);
        all.sort_by_key(|one| (one.process_id, place(one)));
        Ok(all)
    }

    async fn read_actions(&self) -> Result<Vec<Action>> {
        let mut actions = Vec::new();
        for one in self.in_order().await?.into_iter().take(MOST) {
            actions.push(Action::find_in(&self.view, one.process_id, one.action_id).await?);
        }
        Ok(actions)
    }

    async fn read_processes(&self) -> Result<Vec<Process>> {
        let all = self.view.left_alone(self.member).await?;
        let ids = all.iter().filter(|one| one.mandatory).map(|one| one.process_id);
        let ids: BTreeSet<_> = ids.collect();
        self.view.expect_processes(ids.iter().copied());
        let mut processes = Vec::new();
        for id in ids.into_iter().take(MOST) {
            processes.push(Process::get(&self.view, id).await?);
        }
        Ok(processes)
    }
}

/// What it means for processes that a member is not active: what they alone were chosen to do, nobody can do then, on any
/// deal. Choose others with `updateAction`. Processes in use and archived ones, which keep their running deals.
#[Object]
impl DeactivationImpact {
    /// How many actions nobody can do: of those chosen for them no other one is active.
    #[graphql(directive = semanticNonNull::apply())]
    async fn action_count(&self) -> Field<u64> {
        field(self.view.left_alone(self.member).await.map(|all| all.len() as u64))
    }

    /// These actions, process by process, in order: at most 100. Each tells its `stage { process }`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn actions_without_performer(&self) -> Field<Vec<Action>> {
        field(self.read_actions().await)
    }

    /// The processes of which one of these actions is mandatory, so that none of their deals can be won for which it is not
    /// done already: at most 100.
    #[graphql(directive = semanticNonNull::apply())]
    async fn unwinnable_processes(&self) -> Field<Vec<Process>> {
        field(self.read_processes().await)
    }
}
