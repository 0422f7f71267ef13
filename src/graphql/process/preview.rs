//! What a save would do, asked before it is done: the mutation's own input, as a query.

use async_graphql::{Context, ID, Object, SimpleObject};
use domain::{process::diff, refusal::Problem};
use engine::{
    error::{Error, Result},
    process::save::{self, Preview},
};
use entity::ids::ProcessId;

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    input::{Flaws, parse},
    mutate::asked,
    process::{
        change::{self, ProcessChange},
        client_key::{CreatedNode, created},
        definition::ProcessDefinition,
        impact::Impact,
        save::RestoreProcessVersionInput,
        tree::{SaveProcessInput, of_id},
    },
    refused::user_errors,
    user_error::UserError,
    view::View,
};

/// What a save would lead to: values, none of which has come true.
#[derive(SimpleObject)]
pub(crate) struct ProcessPreview {
    /// The process as it would be; null when the input makes no sense.
    pub definition: Option<ProcessDefinition>,
    /// What would change: the list that the mutation would answer with.
    pub changes: Vec<ProcessChange>,
    /// What would become of the open deals; null when the input makes no sense, or started from another
    /// version.
    pub impact: Option<Impact>,
    /// Which id each new stage and action that came with a `clientKey` has in this preview, in the order of the tree: the
    /// save gives it another one.
    pub created: Vec<CreatedNode>,
    /// Why the mutation would be refused, all of it; empty when it would not.
    pub user_errors: Vec<UserError>,
}

/// What saves would do, and what they did.
#[derive(Default)]
pub(crate) struct PreviewQuery;

/// What saves would do, and what they did.
#[Object]
impl PreviewQuery {
    /// What `saveProcess` would do with the same input. Nothing is written. Administrators only: others
    /// get the refusal in `userErrors`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn process_preview(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The process as it should be.")] input: SaveProcessInput,
    ) -> Field<ProcessPreview> {
        field(process_preview(context, input).await)
    }

    /// What `restoreProcessVersion` would do with the same input. Nothing is written. Administrators only:
    /// others get the refusal in `userErrors`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn restore_preview(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which version.")] input: RestoreProcessVersionInput,
    ) -> Field<ProcessPreview> {
        field(restore_preview(context, input).await)
    }

    /// What is different between two versions of a process, in either direction: the smallest list that
    /// explains it.
    #[graphql(directive = semanticNonNull::apply())]
    async fn process_diff(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of a process.")] id: ID,
        #[graphql(desc = "The number of the version to start from.")] from: i64,
        #[graphql(desc = "The number of the version to arrive at.")] to: i64,
    ) -> Field<Vec<ProcessChange>> {
        field(process_diff(context, &id, from, to).await)
    }
}

async fn process_preview(context: &Context<'_>, input: SaveProcessInput) -> Result<ProcessPreview> {
    let view = View::of(context)?;
    let asked = asked(input);
    let preview = save::preview(view.snapshot(), &asked.command.edit).await.map_err(of_id);
    payload(&view, &asked.flaws, preview)
}

async fn restore_preview(
    context: &Context<'_>,
    input: RestoreProcessVersionInput,
) -> Result<ProcessPreview> {
    let view = View::of(context)?;
    let asked = asked(input);
    let preview = save::preview_restore(view.snapshot(), &asked.command).await;
    payload(&view, &asked.flaws, preview)
}

/// A preview as the viewer reads it; a refusal is what it is about, and no fault.
pub(crate) fn payload(
    view: &View,
    flaws: &Flaws,
    preview: Result<Preview>,
) -> Result<ProcessPreview> {
    let mut preview = match preview {
        Err(Error::Refused(refusals)) => Preview::refused(refusals),
        other => other?,
    };
    preview.judged.refusals = flaws.all(preview.judged.refusals);
    if flaws.any() {
        preview = Preview::refused(preview.judged.refusals);
    }
    let impact = preview.impact.map(|found| Impact::new(view, found));
    let created = created(preview.created);
    let definition = preview.after.map(|after| ProcessDefinition::new(view, after));
    let changes = change::objects(view, &preview.judged.changes);
    let user_errors = user_errors(view, preview.judged.refusals);
    Ok(ProcessPreview { definition, changes, impact, created, user_errors })
}

async fn process_diff(
    context: &Context<'_>,
    id: &ID,
    from: i64,
    to: i64,
) -> Result<Vec<ProcessChange>> {
    let view = View::of(context)?;
    let id: ProcessId = parse(id, "id")?;
    let unknown = |field: &str| Problem::NotFound { kind: "version" }.at(field);
    let (before, after) = (view.version(id, from).await?, view.version(id, to).await?);
    match (before, after) {
        (Some(before), Some(after)) => {
            let changes = diff::diff(&before.definition, &after.definition);
            Ok(change::objects(&view, &changes))
        }
        (None, None) => Err(Error::Refused(vec![unknown("from"), unknown("to")])),
        (None, _) => Err(unknown("from").into()),
        (_, None) => Err(unknown("to").into()),
    }
}
