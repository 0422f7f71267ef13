//! Events in a few words, for lists and logs; the facts are in their own fields.

use domain::deal::money::Money;
use entity::event::{DealState, Fact, FieldChange, Model, ReasonFact, TaskChange};

/// What happened, in English, with what it changed.
pub(crate) fn summary(event: &Model) -> String {
    let text = what(&event.fact);
    match event.before.as_ref().and_then(|before| change(before, &event.after)) {
        Some(change) => format!("{text} ({change})"),
        None => text,
    }
}

fn what(fact: &Fact) -> String {
    match fact {
        Fact::DealCreated { title, .. } => format!("Deal “{title}” began"),
        Fact::DealUpdated { changes } => format!("Changed {}", fields(changes)),
        Fact::ParticipantAdded { .. } => "A participant was added".into(),
        Fact::ParticipantRemoved { .. } => "A participant was removed".into(),
        Fact::DealMoved { to_stage_name: Some(stage), .. } => format!("Moved to “{stage}”"),
        Fact::DealMoved { to_stage_name: None, .. } => "Moved to no stage".into(),
        Fact::ActionCompleted { action, .. } => format!("Did “{}”", action.action_name),
        Fact::CompletionUndone { action, .. } => format!("Undid “{}”", action.action_name),
        Fact::NoteAdded { .. } => "A note was added".into(),
        Fact::TaskCreated { task } => format!("New task “{}”", task.title),
        Fact::TaskUpdated { task, changes } => {
            format!("Changed {} of task “{}”", task_fields(changes), task.title)
        }
        Fact::TaskCompleted { task } => format!("Task “{}” was done", task.title),
        Fact::TaskReopened { task } => format!("Task “{}” was reopened", task.title),
        Fact::DealWon { reason, .. } => closed("Won", reason.as_ref()),
        Fact::DealLost { reason, .. } => closed("Lost", reason.as_ref()),
        Fact::DealOutdated { reason, .. } => closed("Closed as outdated", reason.as_ref()),
        Fact::DealReopened { .. } => "Reopened".into(),
        Fact::DealProcessChanged { from_process_name, to_process_name, carried, .. } => {
            let text = format!("Changed process from “{from_process_name}” to “{to_process_name}”");
            text + &followed(carried.len())
        }
        Fact::ProgressRecalculated { process_version } => {
            format!("The process changed to version {process_version}")
        }
    }
}

fn closed(how: &str, reason: Option<&ReasonFact>) -> String {
    reason.map_or_else(|| how.to_owned(), |reason| format!("{how}: {}", reason.name))
}

fn task_fields(changes: &[TaskChange]) -> String {
    let names = changes.iter().map(|change| match change {
        TaskChange::Title { .. } => "title",
        TaskChange::Description { .. } => "description",
        TaskChange::Assignee { .. } => "assignee",
        TaskChange::DueOn { .. } => "due date",
    });
    names.collect::<Vec<_>>().join(", ")
}

fn followed(completions: usize) -> String {
    match completions {
        0 => String::new(),
        1 => ", and 1 completion followed".into(),
        many => format!(", and {many} completions followed"),
    }
}

fn fields(changes: &[FieldChange]) -> String {
    let names = changes.iter().map(|change| match change {
        FieldChange::Title { .. } => "title",
        FieldChange::Value { .. } => "value",
        FieldChange::Owner { .. } => "owner",
        FieldChange::Visibility { .. } => "visibility",
    });
    names.collect::<Vec<_>>().join(", ")
}

fn change(before: &DealState, after: &DealState) -> Option<String> {
    let mut parts = Vec::new();
    if before.percent != after.percent {
        parts.push(format!("{} % → {} %", before.percent, after.percent));
    }
    if value(before) != value(after) {
        parts.push(format!("{} → {}", value(before), value(after)));
    }
    if before.stage_id != after.stage_id {
        let name =
            |state: &DealState| state.stage_name.clone().unwrap_or_else(|| "no stage".into());
        parts.push(format!("{} → {}", name(before), name(after)));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn value(state: &DealState) -> String {
    match (state.value_amount, &state.value_currency) {
        (Some(amount), Some(currency)) => format!("{} {currency}", Money::decimal(amount)),
        _ => "no value".into(),
    }
}
