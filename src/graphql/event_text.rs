//! Events in a few words, for lists and logs; the facts are in their own fields.

use entity::event::{DealState, Fact, FieldChange, Model};

use crate::deal::money::Money;

/// What happened, in English, with what it changed.
pub fn summary(event: &Model) -> String {
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
        Fact::DealWon { .. } => "Won".into(),
        Fact::DealLost { .. } => "Lost".into(),
        Fact::DealOutdated { .. } => "Closed as outdated".into(),
        Fact::DealReopened { .. } => "Reopened".into(),
        Fact::ProgressRecalculated { process_version } => {
            format!("The process changed to version {process_version}")
        }
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
