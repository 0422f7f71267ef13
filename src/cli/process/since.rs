//! What others saved since a plan was made: said with the refusal, so that whoever applies the file again
//! knows what to look for.

use std::{collections::HashMap, sync::Arc};

use domain::{
    language::Language,
    process::{diff, version::Version},
    refusal::{Problem, Refusal},
    text::one_line,
};
use engine::{app::App, error::Result, member::store as members, process::find};
use entity::{ids::ProcessId, member, process_version};

use super::COMMAND_LINE;

/// Versions that are read at once: each holds a whole process.
const BATCH: usize = 20;

/// The saves that came in between, where that is why something was refused; empty otherwise.
pub async fn of(app: &App, refusals: &[Refusal]) -> Result<String> {
    let conflict = refusals.iter().find_map(|refusal| match &refusal.problem {
        Problem::VersionConflict { process_id, expected, current, .. } => {
            Some((*process_id, (*expected, *current)))
        }
        _ => None,
    });
    match conflict {
        Some((process, between)) => text(app, process, between).await,
        None => Ok(String::new()),
    }
}

/// The versions of a process after one and up to another: who saved, when, what they said, and what each
/// changed.
pub async fn text(app: &App, id: ProcessId, between: (i64, i64)) -> Result<String> {
    let snapshot = app.read(COMMAND_LINE);
    let saves = find::versions_between(&snapshot, id, between).await?;
    let authors = saves.iter().filter_map(|save| save.author_id);
    let authors = members::find_many(snapshot.conn().await?, authors).await?;
    let mut text = String::new();
    for saves in saves.chunks(BATCH) {
        let numbers = saves.iter().flat_map(|save| [save.number - 1, save.number]);
        let versions = numbers.map(|number| (id, number)).collect();
        let versions = find::versions(&snapshot, versions).await?;
        for save in saves {
            text += &saved(save, &authors);
            text += &changed(save, &versions);
        }
    }
    Ok(text)
}

fn saved(save: &process_version::Model, authors: &[member::Model]) -> String {
    let author = authors.iter().find(|member| Some(member.id) == save.author_id);
    let author = author.map_or("the program".to_owned(), |member| one_line(&member.name));
    let at = save.saved_at.format("%Y-%m-%d %H:%M UTC");
    let said = save.message.as_deref().map(|said| format!(": “{}”", one_line(said)));
    format!("  version {}, {at}, {author}{}\n", save.number, said.unwrap_or_default())
}

fn changed(
    save: &process_version::Model,
    versions: &HashMap<(ProcessId, i64), Arc<Version>>,
) -> String {
    let of = |number: i64| versions.get(&(save.process_id, number));
    let Some((before, after)) = of(save.number - 1).zip(of(save.number)) else {
        return String::new();
    };
    let changes = diff::diff(&before.definition, &after.definition);
    changes
        .iter()
        .map(|change| format!("    {}\n", one_line(&change.summary(Language::English))))
        .collect()
}
