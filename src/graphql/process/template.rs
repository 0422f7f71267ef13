//! The templates that come with the program: values without ids, because nothing of them is in the
//! database.

use async_graphql::{Context, Object};
use domain::process::definition::{ActionDefinition, StageDefinition};
use engine::{
    error::Result,
    process::template::{self, Template},
};

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    process::settings::ActionSettings,
    view::View,
};

/// What there is to begin a process with.
#[derive(Default)]
pub(crate) struct TemplateQuery;

/// What there is to begin a process with.
#[Object]
impl TemplateQuery {
    /// The processes to begin with: give the `key` of one to `createProcess`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn process_templates(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "Only those in this language (BCP 47; the region does not matter: `pl-PL` finds `pl`); all when left out."
        )]
        language: Option<String>,
    ) -> Field<Vec<ProcessTemplate>> {
        field(templates(context, language.as_deref()))
    }
}

fn templates(context: &Context<'_>, language: Option<&str>) -> Result<Vec<ProcessTemplate>> {
    let view = View::of(context)?;
    let all = template::all()?.iter();
    let wanted = all.filter(|template| language.is_none_or(|language| template.speaks(language)));
    Ok(wanted.map(|template| ProcessTemplate { view: view.clone(), template }).collect())
}

/// A process to begin with.
pub(crate) struct ProcessTemplate {
    view: View,
    template: &'static Template,
}

/// A process to begin with: a value, not a process of the organisation.
#[Object]
impl ProcessTemplate {
    /// What `createProcess` calls it: `livespace/en`.
    async fn key(&self) -> &str {
        self.template.key
    }

    /// The language of its texts (BCP 47).
    async fn language(&self) -> &str {
        self.template.language
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.template.definition.name
    }

    /// What it is for (Markdown).
    async fn description(&self) -> &str {
        &self.template.definition.description
    }

    /// The sum of all weights.
    async fn total_weight(&self) -> u32 {
        self.template.definition.actions().map(|action| u32::from(action.weight)).sum()
    }

    /// Its stages, in order.
    async fn stages(&self) -> Vec<TemplateStage> {
        let stages = self.template.definition.stages.iter();
        stages.map(|stage| TemplateStage { view: self.view.clone(), stage }).collect()
    }

    /// The template as a file (YAML), with what its authors say about it.
    async fn file(&self) -> &str {
        self.template.file
    }
}

/// A stage of a template.
pub(crate) struct TemplateStage {
    view: View,
    stage: &'static StageDefinition,
}

/// A stage of a template.
#[Object]
impl TemplateStage {
    /// Its name.
    async fn name(&self) -> &str {
        &self.stage.name
    }

    /// Advice for whoever works at it (Markdown).
    async fn hint(&self) -> &str {
        &self.stage.hint
    }

    /// Its actions, in order.
    async fn actions(&self) -> Vec<TemplateAction> {
        let actions = self.stage.actions.iter();
        actions.map(|action| TemplateAction { view: self.view.clone(), action }).collect()
    }
}

/// An action of a template.
pub(crate) struct TemplateAction {
    view: View,
    action: &'static ActionDefinition,
}

/// An action of a template. It names no members, only groups.
#[Object]
impl TemplateAction {
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
        ActionSettings::new(&self.view, self.action)
    }
}
