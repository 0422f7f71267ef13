//! Stages as they now are, and the deals at them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use domain::process::definition::StageDefinition;
use engine::error::Result;
use entity::{
    ids::{ProcessId, StageId},
    stage,
};

use crate::graphql::{
    context::semanticNonNull,
    deal::list::{self, DealConnection, DealFilter, DealOrder},
    error::{Field, field},
    process::{Process, action::Action},
    scalar::{Cursor, DateTime},
    view::View,
};

/// A named phase of a process.
#[derive(Clone)]
pub(crate) struct Stage {
    process: Process,
    source: StageSource,
}

#[derive(Clone)]
enum StageSource {
    Current(usize),
    Removed(Arc<stage::Model>),
}

impl Stage {
    /// The stage at this place of a process.
    pub(crate) fn current(process: &Process, index: usize) -> Self {
        Self { process: process.clone(), source: StageSource::Current(index) }
    }

    /// The stage with this id, removed or not.
    pub(crate) async fn find(view: &View, id: StageId) -> Result<Option<Self>> {
        let Some(row) = view.stage_row(id).await? else { return Ok(None) };
        let process = Process::get(view, row.process_id).await?;
        Ok(Some(Self::of(process, row)))
    }

    /// The stage with this id of a process that is known.
    pub(crate) async fn find_in(
        view: &View,
        process: ProcessId,
        id: StageId,
    ) -> Result<Option<Self>> {
        let process = Process::get(view, process).await?;
        match process.current().stage_index(id) {
            Some(index) => Ok(Some(Self::current(&process, index))),
            None => Self::find(view, id).await,
        }
    }

    /// The stages that were removed from a process, the last one first.
    pub(crate) async fn removed_from(process: &Process) -> Result<Vec<Self>> {
        let view = process.view();
        let ids = view.removed_stages(process.process_id()).await?;
        let mut stages = Vec::with_capacity(ids.len());
        for id in ids {
            let row = view.stage_row(id).await?;
            stages.extend(row.map(|row| Self::of(process.clone(), row)));
        }
        Ok(stages)
    }

    fn of(process: Process, row: Arc<stage::Model>) -> Self {
        match process.current().stage_index(row.id) {
            Some(index) => Self::current(&process, index),
            None => Self { process, source: StageSource::Removed(row) },
        }
    }

    fn definition(&self) -> Option<&StageDefinition> {
        match self.source {
            StageSource::Current(index) => self.process.current().definition.stages.get(index),
            StageSource::Removed(_) => None,
        }
    }

    fn stage_id(&self) -> StageId {
        match &self.source {
            StageSource::Removed(row) => row.id,
            StageSource::Current(_) => self
                .definition()
                .map_or(StageId::from_uuid(uuid::Uuid::nil()), |stage| stage.stage_id),
        }
    }

    fn texts(&self) -> (&str, &str) {
        match &self.source {
            StageSource::Removed(row) => (&row.name, &row.hint),
            StageSource::Current(_) => {
                self.definition().map_or(("", ""), |stage| (&stage.name, &stage.hint))
            }
        }
    }
}

/// A named phase of a process, with ordered actions: shows how far a deal is.
#[Object]
impl Stage {
    /// The stage's id: the same through every rename and move.
    pub async fn id(&self) -> ID {
        self.stage_id().to_string().into()
    }

    /// The name to show: unique within the process, whatever its case.
    async fn name(&self) -> &str {
        self.texts().0
    }

    /// Advice for whoever works at the stage (Markdown).
    async fn hint(&self) -> &str {
        self.texts().1
    }

    /// Its actions, in order; none for a removed stage.
    async fn actions(&self) -> Vec<Action> {
        let StageSource::Current(index) = self.source else { return Vec::new() };
        let count = self.definition().map_or(0, |stage| stage.actions.len());
        (0..count).map(|action| Action::current(&self.process, (index, action))).collect()
    }

    /// The process it belongs to.
    async fn process(&self) -> Process {
        self.process.clone()
    }

    /// Since when it is no longer part of the process; null while it is.
    async fn removed_at(&self) -> Option<DateTime> {
        match &self.source {
            StageSource::Removed(row) => row.removed_at.map(DateTime),
            StageSource::Current(_) => None,
        }
    }

    /// The deals that are at this stage. All stages of a process with the same arguments are read in
    /// one statement: a whole board is one query.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deals; all when left out.")] filter: Option<DealFilter>,
        #[graphql(desc = "In which order; the newest first when left out.")] order_by: Option<
            Vec<DealOrder>,
        >,
        #[graphql(desc = "How many: 20 unless said otherwise, at most 100.")] first: Option<i64>,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
    ) -> Field<DealConnection> {
        let arguments = list::ColumnArguments { filter, order_by, first, after };
        let (process, view) = (self.process.process_id(), self.process.view());
        field(list::column(context, view, process, Some(self.stage_id()), arguments).await)
    }
}
