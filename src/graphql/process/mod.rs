//! Processes, stages and actions as they now are.

use std::{borrow::Cow, ops::Deref, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, ID, Object, OutputType, Positioned, ServerResult, Value, parser,
    registry::Registry,
};
use domain::{policy, process::version::Version};
use engine::{
    deal::find::Filter,
    error::{Error, Result},
    event,
    page::Request,
    process::find,
};
use entity::{ids::ProcessId, process};

use crate::graphql::{
    budget::Budget,
    connection::{self, Connection},
    context::semanticNonNull,
    deal::list::{self, DealConnection, DealFilter, DealOrder},
    error::{Field, field, maybe},
    kept::{self, State, numbered::Numbered},
    permission::Permission,
    process::{action::Action, definition::ProcessVersion, stage::Stage},
    scalar::{Cursor, DateTime, FeedCursor},
    view::View,
};

pub(crate) mod action;
pub(crate) mod action_input;
pub(crate) mod catalog;
pub(crate) mod change;
pub(crate) mod client_key;
pub(crate) mod command;
pub(crate) mod definition;
pub(crate) mod edit;
pub(crate) mod file;
pub(crate) mod impact;
pub(crate) mod input;
pub(crate) mod loader;
pub(crate) mod mutation;
pub(crate) mod numbered;
pub(crate) mod payload;
pub(crate) mod preview;
pub(crate) mod save;
pub(crate) mod settings;
pub(crate) mod stage;
pub(crate) mod template;
pub(crate) mod tree;

/// How an organisation sells: an ordered list of stages.
#[derive(Clone)]
pub(crate) struct Process {
    view: View,
    row: Arc<process::Model>,
    version: Arc<Version>,
}

impl Process {
    /// The process of a row that was read with its current version.
    pub(crate) fn new(view: &View, (row, version): (Arc<process::Model>, Arc<Version>)) -> Self {
        Self { view: view.clone(), row, version }
    }

    /// The process with this id.
    pub(crate) async fn find(view: &View, id: ProcessId) -> Result<Option<Self>> {
        Ok(view.process(id).await?.map(|current| Self::new(view, current)))
    }

    /// The process with this id, which is there.
    pub(crate) async fn get(view: &View, id: ProcessId) -> Result<Self> {
        Self::find(view, id).await?.ok_or_else(|| Error::bug("a process is missing"))
    }

    /// What the process is now, by numbers.
    fn state(&self) -> Option<State> {
        let (people, process) = (self.view.people(), (self.row.id, self.row.version));
        let state = State { deal: None, process, people, viewer: None };
        self.view.is_of_one_moment().then_some(state)
    }

    /// The view it was read in.
    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    /// Its current version.
    pub(crate) fn current(&self) -> &Version {
        &self.version
    }

    /// Its id.
    pub(crate) fn process_id(&self) -> ProcessId {
        self.row.id
    }

    /// The version with this number.
    pub(crate) async fn read_version(&self, number: i64) -> Result<Option<ProcessVersion>> {
        let row = self.view.numbered_row(self.row.id, number).await?;
        let view = self.view.clone();
        Ok(row.map(|row| ProcessVersion { view, row }))
    }

    async fn read_cursor(&self) -> Result<FeedCursor> {
        let snapshot = self.view.snapshot();
        let cursor = event::board::cursor(snapshot, self.row.id, self.row.version).await?;
        self.view.feed_cursor(&event::cursor::FeedCursor::Board(cursor)).await
    }

    async fn read_versions(
        &self,
        context: &Context<'_>,
        request: &Request,
    ) -> Result<Connection<ProcessVersion>> {
        let mut page = find::version_page(self.view.snapshot(), self.row.id, request).await?;
        Budget::keep(context, &mut page, |version| version.definition.len());
        self.view.expect_versions(page.rows.iter().map(|(_, row)| row));
        let version = |row| ProcessVersion { view: self.view.clone(), row: Arc::new(row) };
        Ok(Connection::new(page, Some(self.row.version.unsigned_abs()), version))
    }

    /// Its current version: who saved it, when, and what they said.
    pub(crate) async fn read_latest(&self) -> Result<ProcessVersion> {
        let latest = self.read_version(self.row.version).await?;
        latest.ok_or_else(|| Error::bug("a process has no version"))
    }
}

/// What a process shows.
#[derive(Clone)]
pub(crate) struct ProcessObject(pub(crate) Process);

impl Deref for ProcessObject {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.0
    }
}

impl OutputType for Process {
    fn type_name() -> Cow<'static, str> {
        ProcessObject::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        ProcessObject::create_type_info(registry)
    }

    async fn resolve(
        &self,
        context: &ContextSelectionSet<'_>,
        field: &Positioned<parser::types::Field>,
    ) -> ServerResult<Value> {
        let object = ProcessObject(self.clone());
        let made = object.resolve(context, field);
        match kept::slot(context, Self::TYPE, async |_| self.state()).await {
            Some(place) => place.value(context, made).await,
            None => made.await,
        }
    }
}

/// How an organisation sells: an ordered list of stages, each with ordered, weighted actions.
#[Object(name = "Process")]
impl ProcessObject {
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
        (0..self.version.definition.stages.len())
            .map(|index| Stage::current(&self.0, index))
            .collect()
    }

    /// The stages that were removed, the last one first: at most 100. `restoreStage` brings them back. What was removed long
    /// ago is in `versions`, too.
    #[graphql(directive = semanticNonNull::apply())]
    async fn removed_stages(&self) -> Field<Vec<Stage>> {
        field(Stage::removed_from(&self.0).await)
    }

    /// The actions that were removed, by themselves or with their stage, the last one first: at most 100. `restoreAction`
    /// brings them back. What was removed long ago is in `versions`, too.
    #[graphql(directive = semanticNonNull::apply())]
    async fn removed_actions(&self) -> Field<Vec<Action>> {
        field(Action::removed_from(&self.0).await)
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

    /// All versions, the newest first: nothing about a process is ever lost.
    #[graphql(directive = semanticNonNull::apply())]
    async fn versions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, at most 100.")] last: Option<i64>,
        #[graphql(desc = "Before this place.")] before: Option<Cursor>,
    ) -> Field<Connection<ProcessVersion>> {
        let request = connection::request(first, after, last, before);
        field(match request {
            Ok(request) => self.read_versions(context, &request).await,
            Err(error) => Err(error),
        })
    }

    /// The deals of this process that are at no stage yet. The stages' `deals` with the same arguments
    /// are read with them at once: a whole board costs little.
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
    ) -> Field<DealConnection> {
        let arguments = list::ColumnArguments { filter, order_by, first, after };
        field(list::column(context, &self.view, self.row.id, None, arguments).await)
    }

    /// Where this answer is: subscribe `processProgress` or `processSaved` after it, and nothing falls
    /// between.
    #[graphql(directive = semanticNonNull::apply())]
    async fn feed_cursor(&self) -> Field<FeedCursor> {
        field(self.read_cursor().await)
    }

    /// Whether the viewer may change this process.
    async fn configure(&self) -> Permission {
        let subject = policy::Subject::Process(self.row.id);
        let decided =
            policy::decide(self.view.actor(), policy::Permission::ConfigureProcess, subject);
        Permission::decided(&self.view, decided, "process", self.row.id)
    }
}

/// The filter for the deals of one process.
pub(crate) fn of_process(mut filter: Filter, process: ProcessId) -> Filter {
    filter.processes = Some(vec![process]);
    filter
}
