//! A process as it once was: values without ids of their own, so that no cache takes them for the
//! objects of now.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use domain::process::{
    definition::{ActionDefinition as Action, StageDefinition as Stage},
    diff,
    version::Version,
};
use engine::{
    error::{Error, Result},
    process::find,
};
use entity::{
    ids::{ProcessId, ProcessVersionId},
    process_version,
};

use crate::graphql::{
    budget::Budget,
    connection::asked,
    context::semanticNonNull,
    error::{Field, field},
    member::{self, Member},
    process::{
        change::{self, ProcessChange},
        settings::ActionSettings,
    },
    scalar::DateTime,
    view::View,
};

/// One version of a process: immutable, with an id of its own.
#[derive(Clone)]
pub(crate) struct ProcessVersion {
    /// The view it was read in.
    pub view: View,
    /// Number, author, time and message.
    pub row: Arc<process_version::Model>,
}

/// One version of a process: immutable, with an id of its own.
#[Object]
impl ProcessVersion {
    /// The version's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// 1, 2, 3, … without gaps within the process.
    async fn number(&self) -> i64 {
        self.row.number
    }

    /// When it was saved.
    async fn saved_at(&self) -> DateTime {
        DateTime(self.row.saved_at)
    }

    /// Who saved it; null when the program did: at an import, or from the command line.
    async fn author(&self) -> Field<Member> {
        member::member(&self.view, self.row.author_id?).await
    }

    /// What the author said about it.
    async fn message(&self) -> Option<&str> {
        self.row.message.as_deref()
    }

    /// The whole process as it was.
    #[graphql(directive = semanticNonNull::apply())]
    async fn definition(&self) -> Field<ProcessDefinition> {
        field(self.read_definition().await)
    }

    /// What it changed: the smallest list that explains the difference from the version before. Empty
    /// for the first version, and where only something about the process changed that is not in its
    /// definition (it was archived).
    #[graphql(directive = semanticNonNull::apply())]
    async fn changes(&self) -> Field<Vec<ProcessChange>> {
        field(self.read_changes().await)
    }
}

impl ProcessVersion {
    /// The version with this id, which is there.
    pub(crate) async fn get(view: &View, id: ProcessVersionId) -> Result<Self> {
        let row = view.version_row(id).await?;
        let row = row.ok_or_else(|| Error::bug("a version is missing"))?;
        Ok(Self { view: view.clone(), row })
    }

    /// The versions of a process after one and up to another, in order.
    pub(crate) async fn between(
        context: &Context<'_>,
        view: &View,
        process: ProcessId,
        numbers: (i64, i64),
    ) -> Result<Vec<Self>> {
        let whole = asked(context, "changes") || asked(context, "definition");
        if whole {
            let length = find::length_between(view.snapshot(), process, numbers).await?;
            if !Budget::spend(context, length) {
                return Ok(Vec::new());
            }
        }
        let found = find::versions_between(view.snapshot(), process, numbers).await?;
        view.expect_members(found.iter().filter_map(|row| row.author_id));
        if whole {
            view.expect_versions(found.iter());
        }
        let version = |row| Self { view: view.clone(), row: Arc::new(row) };
        Ok(found.into_iter().map(version).collect())
    }

    /// What it changed.
    pub(crate) async fn read_changes(&self) -> Result<Vec<ProcessChange>> {
        let id = self.row.process_id;
        let Some(before) = self.view.version(id, self.row.number - 1).await? else {
            return Ok(Vec::new());
        };
        let after = self.view.version(id, self.row.number).await?;
        let after = after.ok_or_else(|| Error::bug("a version has no definition"))?;
        let changes = diff::diff(&before.definition, &after.definition);
        Ok(change::objects(&self.view, &changes))
    }

    async fn read_definition(&self) -> Result<ProcessDefinition> {
        let version = self.view.version(self.row.process_id, self.row.number).await?;
        let version = version.ok_or_else(|| Error::bug("a version has no definition"))?;
        Ok(ProcessDefinition::new(&self.view, version))
    }
}

/// A process as it was in one version.
pub(crate) struct ProcessDefinition {
    view: View,
    version: Arc<Version>,
}

impl ProcessDefinition {
    /// The process of this version, which may be one that nobody has saved.
    pub(crate) fn new(view: &View, version: Arc<Version>) -> Self {
        Self { view: view.clone(), version }
    }
}

/// A process as it was in one version: a value, not the process of now.
#[Object]
impl ProcessDefinition {
    /// Its name.
    async fn name(&self) -> &str {
        &self.version.definition.name
    }

    /// What it was for (Markdown).
    async fn description(&self) -> &str {
        &self.version.definition.description
    }

    /// Its stages, in order.
    async fn stages(&self) -> Vec<StageDefinition> {
        let stages = self.version.definition.stages.iter();
        stages.map(|stage| StageDefinition::new(&self.view, stage.clone())).collect()
    }
}

/// A stage as it was in one version.
#[derive(Clone)]
pub(crate) struct StageDefinition {
    view: View,
    stage: Stage,
}

impl StageDefinition {
    /// The stage of this version.
    pub(crate) fn new(view: &View, stage: Stage) -> Self {
        Self { view: view.clone(), stage }
    }
}

/// A stage as it was in one version: a value, not the stage of now.
#[Object]
impl StageDefinition {
    /// Which stage it is.
    async fn stage_id(&self) -> ID {
        self.stage.stage_id.to_string().into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.stage.name
    }

    /// Advice for whoever worked at it (Markdown).
    async fn hint(&self) -> &str {
        &self.stage.hint
    }

    /// Its actions, in order.
    async fn actions(&self) -> Vec<ActionDefinition> {
        let actions = self.stage.actions.iter();
        actions.map(|action| ActionDefinition::new(&self.view, action.clone())).collect()
    }
}

/// An action as it was in one version.
#[derive(Clone)]
pub(crate) struct ActionDefinition {
    view: View,
    action: Action,
}

impl ActionDefinition {
    /// The action of this version.
    pub(crate) fn new(view: &View, action: Action) -> Self {
        Self { view: view.clone(), action }
    }
}

/// An action as it was in one version: a value, not the action of now.
#[Object]
impl ActionDefinition {
    /// Which action it is.
    async fn action_id(&self) -> ID {
        self.action.action_id.to_string().into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.action.name
    }

    /// Advice for whoever does it (Markdown).
    async fn hint(&self) -> &str {
        &self.action.hint
    }

    /// How much doing it brings a deal closer to being won: 0 to 1000.
    async fn weight(&self) -> u16 {
        self.action.weight
    }

    /// Its settings.
    #[graphql(flatten)]
    async fn settings(&self) -> ActionSettings<'_> {
        ActionSettings::new(&self.view, &self.action)
    }
}
