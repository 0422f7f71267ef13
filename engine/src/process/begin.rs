//! Ways to begin a process: from nothing, with a template, or as a copy of another one.

use std::{collections::HashSet, sync::Arc};

use domain::{
    policy::{self, Permission, Subject},
    text,
};
use entity::{
    ids::{self, ProcessId},
    process,
};
use serde::Serialize;

use super::{
    Problems, checked, checked_message, create_as, definition::Definition, existing, store,
    template, template::Template, version::Version, versions::Versions,
};
use crate::{
    command::Command,
    error::{Result, also},
    tx::{Lock, Tx},
};

/// A new process, without stages or with those of a template.
#[derive(Clone, Debug, Serialize)]
pub struct BeginProcess {
    /// The id that the client made.
    pub new_id: Option<ProcessId>,
    /// The key of the template to begin with.
    pub template: Option<String>,
    /// Its name; that of the template when left out.
    pub name: Option<String>,
    /// What it is for; what the template says when left out.
    pub description: Option<String>,
    /// What the author says about the first version.
    pub message: Option<String>,
}

/// A new process with the settings of another one.
#[derive(Clone, Debug, Serialize)]
pub struct DuplicateProcess {
    /// Which process, in use or archived.
    pub process_id: ProcessId,
    /// The id that the client made.
    pub new_id: Option<ProcessId>,
    /// Its name; one that is free when left out.
    pub name: Option<String>,
    /// What the author says about the first version.
    pub message: Option<String>,
}

impl Command for BeginProcess {
    type Output = ProcessId;

    async fn run(&self, tx: &mut Tx) -> Result<ProcessId> {
        begin(tx, self).await
    }
}

/// Creates a process, with a template or without. The first one becomes the default.
async fn begin(tx: &mut Tx, command: &BeginProcess) -> Result<ProcessId> {
    let allowed = policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Organisation);
    let mut problems = Problems::default();
    let template = command.template.as_deref().map(template::find).transpose();
    let template = problems.take(template)?.flatten();
    let mut definition = first_definition(tx, command, template);
    if command.name.is_none() && command.template.is_some() && template.is_none() {
        // Nothing but the template could give the name: it is not missing for another reason.
        definition.name = tx.new_id::<ids::Process>().to_string();
    }
    let message = command.message.as_deref();
    if let Err(forbidden) = allowed {
        // With it whatever is wrong in any case: nothing of what is there.
        problems.take(checked_message(message))?;
        problems.take(checked(&definition))?;
        return Err(also(forbidden.into(), problems.into_refusals()));
    }
    let claim = tx.claim(command.new_id, command).await;
    create_as(tx, claim, &definition, message, problems).await
}

/// What the caller says, and the template for the rest.
fn first_definition(tx: &Tx, command: &BeginProcess, template: Option<&Template>) -> Definition {
    let mut definition = template
        .map(|template| &template.definition)
        .map_or_else(Definition::default, |definition| with_new_ids(tx, definition));
    if let Some(name) = &command.name {
        definition.name.clone_from(name);
    }
    if let Some(description) = &command.description {
        definition.description.clone_from(description);
    }
    definition
}

impl Command for DuplicateProcess {
    type Output = ProcessId;

    async fn run(&self, tx: &mut Tx) -> Result<ProcessId> {
        duplicate(tx, self).await
    }
}

/// Creates a process with the settings of another one. The same members must be there and active.
async fn duplicate(tx: &mut Tx, command: &DuplicateProcess) -> Result<ProcessId> {
    policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Organisation)?;
    let mut problems = Problems::default();
    let source = problems.take(current(tx, command.process_id).await)?;
    let claim = tx.claim(command.new_id, command).await;
    let mut definition = source
        .as_ref()
        .map_or_else(Definition::default, |source| with_new_ids(tx, &source.definition));
    definition.name = match (&command.name, &source) {
        (Some(name), _) => name.clone(),
        (None, Some(_)) => free_name(tx, &definition.name).await?,
        (None, None) => tx.new_id::<ids::Process>().to_string(), // there is nothing to be named after
    };
    let said = command.message.clone().or_else(|| source.as_deref().map(copied));
    create_as(tx, claim, &definition, said.as_deref(), problems).await
}

fn copied(source: &Version) -> String {
    format!("Copy of “{}”, version {}", source.definition.name, source.number)
}

async fn current(tx: &Tx, id: ProcessId) -> Result<Arc<Version>> {
    let row = hold(tx, id).await?;
    store::version(tx.conn(), &Versions::of_unit(tx), id, row.version).await
}

/// The process as it now is and stays until the end of the unit of work.
pub(super) async fn hold(tx: &Tx, id: ProcessId) -> Result<process::Model> {
    tx.lock_process(id, Lock::Shared).await?;
    existing(tx.conn(), id).await
}

/// A copy of a process: all its settings, under new ids.
fn with_new_ids(tx: &Tx, definition: &Definition) -> Definition {
    let mut copy = definition.clone();
    for stage in &mut copy.stages {
        stage.stage_id = tx.new_id();
        for action in &mut stage.actions {
            action.action_id = tx.new_id();
        }
    }
    copy
}

/// Names are compared one unit of work at a time: nobody takes the free one meanwhile.
async fn free_name(tx: &Tx, name: &str) -> Result<String> {
    tx.lock_organisation().await?;
    let taken = store::names_in_use(tx.conn()).await?;
    Ok(name_of_copy(name, &taken.iter().map(|(_, name)| text::key(name)).collect()))
}

/// The first that is free of `X (copy)`, `X (copy 2)`, `X (copy 3)`, …
fn name_of_copy(name: &str, taken: &HashSet<String>) -> String {
    let mut number = 1;
    loop {
        let candidate = numbered(name, number);
        if !taken.contains(&text::key(&candidate)) {
            return candidate;
        }
        number += 1;
    }
}

/// As much of the name as leaves room for what makes it another one.
fn numbered(name: &str, number: usize) -> String {
    let suffix = if number == 1 { " (copy)".to_owned() } else { format!(" (copy {number})") };
    let kept: String = name.chars().take(text::NAME_LIMIT - suffix.len()).collect();
    format!("{}{suffix}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, taken: &[&str]) -> String {
        name_of_copy(name, &taken.iter().map(|name| text::key(name)).collect())
    }

    #[test]
    fn a_copy_takes_the_first_name_that_is_free() {
        assert_eq!(of("Sales", &["Sales"]), "Sales (copy)");
        assert_eq!(of("Sales", &["SALES (COPY)"]), "Sales (copy 2)");
        assert_eq!(of("Sales", &["Sales (copy)", "Sales (copy 3)"]), "Sales (copy 2)");
        assert_eq!(of("Łódź", &["łódź (copy)", "ŁÓDŹ (copy 2)"]), "Łódź (copy 3)");
    }

    #[test]
    fn the_name_of_a_copy_is_never_too_long() {
        let long = "ł".repeat(200);
        let first = of(&long, &[&long]);
        assert_eq!(first, format!("{} (copy)", "ł".repeat(193)));
        let second = of(&long, &[&first]);
        assert_eq!(second, format!("{} (copy 2)", "ł".repeat(191)));
        assert_eq!(text::name(&second), Ok(second.clone()));
        let spaced = format!("{} {}", "ł".repeat(192), "x".repeat(7));
        assert_eq!(of(&spaced, &[]), format!("{} (copy)", "ł".repeat(192)));
    }
}
