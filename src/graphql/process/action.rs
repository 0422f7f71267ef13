//! Actions as they now are, with all their settings.

use std::sync::Arc;

use async_graphql::{ID, Object};
use domain::process::definition::ActionDefinition;
use engine::{
    error::{Error, Result},
    process::action_row,
};
use entity::{
    action,
    ids::{ActionId, ProcessId},
};

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field, maybe, to_graphql},
    process::{
        Process,
        settings::{self, ActionSettings, FollowUp},
        stage::Stage,
    },
    scalar::DateTime,
    view::View,
};

/// Something to do for a deal at a stage.
#[derive(Clone)]
pub(crate) struct Action {
    process: Process,
    source: ActionSource,
}

#[derive(Clone)]
enum ActionSource {
    Current((usize, usize)),
    Removed(Arc<ActionDefinition>, Arc<action::Model>),
}

impl Action {
    /// The action at this place of a process.
    pub(crate) fn current(process: &Process, place: (usize, usize)) -> Self {
        Self { process: process.clone(), source: ActionSource::Current(place) }
    }

    /// The action with this id, removed or not.
    pub(crate) async fn find(view: &View, id: ActionId) -> Result<Option<Self>> {
        let Some(row) = view.action_row(id).await? else { return Ok(None) };
        let process = Process::get(view, row.process_id).await?;
        if let Some(place) = process.current().definition.action_index(id) {
            return Ok(Some(Self::current(&process, place)));
        }
        let definition = Arc::new(removed(view, &row).await?);
        Ok(Some(Self { process, source: ActionSource::Removed(definition, row) }))
    }

    /// The action with this id of a process that is known.
    pub(crate) async fn find_in(view: &View, process: ProcessId, id: ActionId) -> Result<Self> {
        let process = Process::get(view, process).await?;
        if let Some(place) = process.current().definition.action_index(id) {
            return Ok(Self::current(&process, place));
        }
        Self::find(view, id).await?.ok_or_else(|| Error::bug("an action is missing"))
    }

    /// The actions that were removed from a process, the last one first.
    pub(crate) async fn removed_from(process: &Process) -> Result<Vec<Self>> {
        let view = process.view();
        let ids = view.removed_actions(process.process_id()).await?;
        let mut actions = Vec::with_capacity(ids.len());
        for id in ids {
            actions.extend(Self::find(view, id).await?);
        }
        Ok(actions)
    }

    fn definition(&self) -> async_graphql::Result<&ActionDefinition> {
        let found = match &self.source {
            ActionSource::Removed(definition, _) => Some(&**definition),
            ActionSource::Current((stage, index)) => {
                let stage = self.process.current().definition.stages.get(*stage);
                stage.and_then(|stage| stage.actions.get(*index))
            }
        };
        found.ok_or_else(|| to_graphql(Error::bug("an action has no definition")))
    }
}

/// A removed action, as its row keeps it.
async fn removed(view: &View, row: &action::Model) -> Result<ActionDefinition> {
    let members = view.performers(row.id).await?;
    Ok(action_row::definition(row.clone(), members))
}

/// Something to do for a deal at a stage: with a weight, and rules of its own.
#[Object]
impl Action {
    /// The action's id: the same through every rename and move.
    pub(crate) async fn id(&self) -> async_graphql::Result<ID> {
        Ok(self.definition()?.action_id.to_string().into())
    }

    /// The name to show: unique within the stage, whatever its case.
    async fn name(&self) -> async_graphql::Result<&str> {
        Ok(&self.definition()?.name)
    }

    /// Advice for whoever does it (Markdown).
    async fn hint(&self) -> async_graphql::Result<&str> {
        Ok(&self.definition()?.hint)
    }

    /// How much doing it brings a deal closer to being won: 0 to 1000.
    async fn weight(&self) -> async_graphql::Result<u16> {
        Ok(self.definition()?.weight)
    }

    /// Its part of the weight of all actions, 0 to 1. Where no action has a weight, all count the same.
    async fn share(&self) -> async_graphql::Result<f64> {
        if matches!(self.source, ActionSource::Removed(..)) {
            return Ok(0.0);
        }
        let (weight, version) = (self.definition()?.weight, self.process.current());
        Ok(share(weight, version.total_weight, version.action_count()))
    }

    /// Its settings.
    #[graphql(flatten)]
    async fn settings(&self) -> async_graphql::Result<ActionSettings<'_>> {
        Ok(ActionSettings::new(self.process.view(), self.definition()?))
    }

    // The two settings below are among those above and keep their places there: only their texts are another.

    /// Whether it must be done before a deal can be won. It does not stop a deal from moving on.
    async fn mandatory(&self) -> async_graphql::Result<bool> {
        Ok(self.definition()?.mandatory)
    }

    /// Which tasks follow when it is done.
    async fn follow_ups(&self) -> async_graphql::Result<Vec<FollowUp>> {
        Ok(settings::follow_ups(self.process.view(), &self.definition()?.follow_ups))
    }

    /// The stage it belongs to, removed or not.
    #[graphql(directive = semanticNonNull::apply())]
    async fn stage(&self) -> Field<Stage> {
        match &self.source {
            ActionSource::Current((stage, _)) => field(Ok(Stage::current(&self.process, *stage))),
            ActionSource::Removed(_, row) => {
                let (view, process) = (self.process.view(), self.process.process_id());
                maybe(Stage::find_in(view, process, row.stage_id).await)
            }
        }
    }

    /// Since when it is no longer part of the process; null while it is.
    async fn removed_at(&self) -> Option<DateTime> {
        match &self.source {
            ActionSource::Removed(_, row) => row.removed_at.map(DateTime),
            ActionSource::Current(_) => None,
        }
    }
}

fn share(weight: u16, total: u32, count: usize) -> f64 {
    if total > 0 {
        return f64::from(weight) / f64::from(total);
    }
    u32::try_from(count).map_or(0.0, |count| 1.0 / f64::from(count.max(1)))
}
