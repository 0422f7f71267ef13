//! Processes, stages and actions as they now are.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{
    action,
    ids::{ActionId, ProcessId, StageId},
    process, stage,
};

use super::{
    connection,
    context::semanticNonNull,
    deal::{self, DealFilter, DealOrder},
    definition::ProcessVersion,
    error::{Field, field, maybe},
    member,
    permission::Permission,
    scalar::{Cursor, DateTime, FeedCursor},
    settings::{self, Evidence, FollowUp, Notify, Performers},
    view::View,
};
use crate::{
    deal::find::Filter,
    error::{Error, Result},
    policy,
    process::{
        definition::{self, ActionDefinition, StageDefinition},
        find,
        version::Version,
    },
};

/// How an organisation sells: an ordered list of stages.
#[derive(Clone)]
pub struct Process {
    view: View,
    row: Arc<process::Model>,
    version: Arc<Version>,
}

impl Process {
    /// The process of a row that was read with its current version.
    pub fn new(view: &View, (row, version): (Arc<process::Model>, Arc<Version>)) -> Self {
        Self { view: view.clone(), row, version }
    }

    /// The process with this id.
    pub async fn find(view: &View, id: ProcessId) -> Result<Option<Self>> {
        Ok(view.process(id).await?.map(|current| Self::new(view, current)))
    }

    async fn get(view: &View, id: ProcessId) -> Result<Self> {
        Self::find(view, id).await?.ok_or_else(|| Error::bug("a process is missing"))
    }

    fn stage(&self, index: usize) -> Stage {
        Stage { process: self.clone(), source: StageSource::Current(index) }
    }

    fn action(&self, place: (usize, usize)) -> Action {
        Action { process: self.clone(), source: ActionSource::Current(place) }
    }

    async fn read_version(&self, number: i64) -> Result<Option<ProcessVersion>> {
        let row = find::version_row(self.view.snapshot(), self.row.id, number).await?;
        let view = self.view.clone();
        Ok(row.map(|row| ProcessVersion { view, row: Arc::new(row) }))
    }

    async fn read_latest(&self) -> Result<ProcessVersion> {
        let latest = self.read_version(self.row.version).await?;
        latest.ok_or_else(|| Error::bug("a process has no version"))
    }
}

/// How an organisation sells: an ordered list of stages, each with ordered, weighted actions.
#[Object]
impl Process {
    /// The process's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// The name to show: unique among the processes in use, whatever its case.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// What the process is for (Markdown).
    async fn description(&self) -> &str {
        &self.row.description
    }

    /// The number of the current version: one more with every change.
    async fn version(&self) -> i64 {
        self.row.version
    }

    /// The stages, in order.
    async fn stages(&self) -> Vec<Stage> {
        (0..self.version.definition.stages.len()).map(|index| self.stage(index)).collect()
    }

    /// The sum of all weights.
    async fn total_weight(&self) -> u32 {
        self.version.total_weight
    }

    /// Whether new deals take this process when they name none.
    async fn is_default(&self) -> bool {
        self.row.is_default
    }

    /// Since when it takes no new deals; null while in use.
    async fn archived_at(&self) -> Option<DateTime> {
        self.row.archived_at.map(DateTime)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// The current version: who saved it, when, and what they said.
    #[graphql(directive = semanticNonNull::apply())]
    async fn latest(&self) -> Field<ProcessVersion> {
        field(self.read_latest().await)
    }

    /// The version with this number; null when there is none.
    async fn version_at(
        &self,
        #[graphql(desc = "The number of the version: 1 is the first.")] number: i64,
    ) -> Field<ProcessVersion> {
        maybe(self.read_version(number).await)
    }

    /// The deals of this process that are at no stage yet. The stages' `deals` with the same arguments
    /// are read with them in one statement.
    #[graphql(directive = semanticNonNull::apply())]
    async fn unstaged_deals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deals; all when left out.")] filter: Option<DealFilter>,
        #[graphql(desc = "In which order; the newest first when left out.")] order_by: Option<
            Vec<DealOrder>,
        >,
        #[graphql(desc = "How many: 20 unless said otherwise, at most 100.")] first: Option<i64>,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
    ) -> Field<connection::DealConnection> {
        let arguments = deal::ColumnArguments { filter, order_by, first, after };
        field(deal::column(context, &self.view, self.row.id, None, arguments).await)
    }

    /// The end of the log as this answer sees it: subscribe after it and nothing falls between.
    #[graphql(directive = semanticNonNull::apply())]
    async fn feed_cursor(&self) -> Field<FeedCursor> {
        field(member::log_cursor(&self.view).await)
    }

    /// Whether the viewer may change this process.
    async fn configure(&self) -> Permission {
        let subject = policy::Subject::Process(self.row.id);
        let decided =
            policy::decide(self.view.actor(), policy::Permission::ConfigureProcess, subject);
        Permission::decided(&self.view, decided, "process", self.row.id)
    }
}

/// A named phase of a process.
#[derive(Clone)]
pub struct Stage {
    process: Process,
    source: StageSource,
}

#[derive(Clone)]
enum StageSource {
    Current(usize),
    Removed(Arc<stage::Model>),
}

impl Stage {
    /// The stage with this id, removed or not.
    pub async fn find(view: &View, id: StageId) -> Result<Option<Self>> {
        let Some(row) = view.stage_row(id).await? else { return Ok(None) };
        let process = Process::get(view, row.process_id).await?;
        Ok(Some(Self::of(process, row)))
    }

    /// The stage with this id of a process that is known.
    pub async fn find_in(view: &View, process: ProcessId, id: StageId) -> Result<Option<Self>> {
        let process = Process::get(view, process).await?;
        match process.version.stage_index(id) {
            Some(index) => Ok(Some(process.stage(index))),
            None => Self::find(view, id).await,
        }
    }

    fn of(process: Process, row: Arc<stage::Model>) -> Self {
        match process.version.stage_index(row.id) {
            Some(index) => process.stage(index),
            None => Self { process, source: StageSource::Removed(row) },
        }
    }

    fn current(&self) -> Option<&StageDefinition> {
        match self.source {
            StageSource::Current(index) => self.process.version.definition.stages.get(index),
            StageSource::Removed(_) => None,
        }
    }

    fn stage_id(&self) -> StageId {
        match &self.source {
            StageSource::Removed(row) => row.id,
            StageSource::Current(_) => {
                self.current().map_or(StageId::from_uuid(uuid::Uuid::nil()), |stage| stage.stage_id)
            }
        }
    }

    fn texts(&self) -> (&str, &str) {
        match &self.source {
            StageSource::Removed(row) => (&row.name, &row.hint),
            StageSource::Current(_) => {
                self.current().map_or(("", ""), |stage| (&stage.name, &stage.hint))
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
        let count = self.current().map_or(0, |stage| stage.actions.len());
        (0..count).map(|action| self.process.action((index, action))).collect()
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
    ) -> Field<connection::DealConnection> {
        let arguments = deal::ColumnArguments { filter, order_by, first, after };
        let process = self.process.row.id;
        let view = &self.process.view;
        field(deal::column(context, view, process, Some(self.stage_id()), arguments).await)
    }
}

/// Something to do for a deal at a stage.
#[derive(Clone)]
pub struct Action {
    process: Process,
    source: ActionSource,
}

#[derive(Clone)]
enum ActionSource {
    Current((usize, usize)),
    Removed(Arc<ActionDefinition>, Arc<action::Model>),
}

impl Action {
    /// The action with this id, removed or not.
    pub async fn find(view: &View, id: ActionId) -> Result<Option<Self>> {
        let Some(row) = view.action_row(id).await? else { return Ok(None) };
        let process = Process::get(view, row.process_id).await?;
        if let Some(place) = process.version.definition.action_index(id) {
            return Ok(Some(process.action(place)));
        }
        let definition = Arc::new(removed(view, &row).await?);
        Ok(Some(Self { process, source: ActionSource::Removed(definition, row) }))
    }

    /// The action with this id of a process that is known.
    pub async fn find_in(view: &View, process: ProcessId, id: ActionId) -> Result<Self> {
        let process = Process::get(view, process).await?;
        if let Some(place) = process.version.definition.action_index(id) {
            return Ok(process.action(place));
        }
        Self::find(view, id).await?.ok_or_else(|| Error::bug("an action is missing"))
    }

    fn definition(&self) -> Result<&ActionDefinition> {
        let found = match &self.source {
            ActionSource::Removed(definition, _) => Some(&**definition),
            ActionSource::Current((stage, index)) => {
                let stage = self.process.version.definition.stages.get(*stage);
                stage.and_then(|stage| stage.actions.get(*index))
            }
        };
        found.ok_or_else(|| Error::bug("an action has no definition"))
    }
}

/// A removed action, as its row keeps it.
async fn removed(view: &View, row: &action::Model) -> Result<ActionDefinition> {
    let members = view.performers(row.id).await?;
    Ok(ActionDefinition {
        action_id: row.id,
        name: row.name.clone(),
        hint: row.hint.clone(),
        weight: u16::try_from(row.weight).unwrap_or_default(),
        mandatory: row.mandatory,
        performers: definition::Performers { group: row.performers, members },
        evidence: row.evidence,
        notify: row.notify.clone(),
        follow_ups: row.follow_ups.clone(),
    })
}

/// Something to do for a deal at a stage: with a weight, and rules of its own.
#[Object]
impl Action {
    /// The action's id: the same through every rename and move.
    pub async fn id(&self) -> async_graphql::Result<ID> {
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
        let (weight, version) = (self.definition()?.weight, &self.process.version);
        Ok(share(weight, version.total_weight, version.action_count()))
    }

    /// Whether it must be done before a deal can be won. It does not stop a deal from moving on.
    async fn mandatory(&self) -> async_graphql::Result<bool> {
        Ok(self.definition()?.mandatory)
    }

    /// Who may do it.
    async fn performers(&self) -> async_graphql::Result<Performers> {
        Ok(settings::performers(&self.process.view, &self.definition()?.performers))
    }

    /// What must come along with doing it.
    async fn evidence(&self) -> async_graphql::Result<Evidence> {
        Ok(self.definition()?.evidence.into())
    }

    /// Who is told when it is done.
    async fn notify(&self) -> async_graphql::Result<Notify> {
        Ok(settings::notify(&self.process.view, &self.definition()?.notify))
    }

    /// Which tasks follow when it is done.
    async fn follow_ups(&self) -> async_graphql::Result<Vec<FollowUp>> {
        Ok(settings::follow_ups(&self.process.view, &self.definition()?.follow_ups))
    }

    /// The stage it belongs to, removed or not.
    #[graphql(directive = semanticNonNull::apply())]
    async fn stage(&self) -> Field<Stage> {
        match &self.source {
            ActionSource::Current((stage, _)) => field(Ok(self.process.stage(*stage))),
            ActionSource::Removed(_, row) => {
                maybe(Stage::find(&self.process.view, row.stage_id).await)
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

/// The filter for the deals of one process.
pub fn of_process(mut filter: Filter, process: ProcessId) -> Filter {
    filter.processes = Some(vec![process]);
    filter
}
