//! Events in a few words, for lists and logs; the facts are in their own fields.

use domain::{
    deal::money::Money,
    language::{Fact as Told, Language, Message},
};
use entity::event::{DealState, Fact, FieldChange, Model, ReasonFact, TaskChange, TaskFact};

/// What happened, with what it changed, for whoever reads this language.
pub(crate) fn summary(event: &Model, language: Language) -> String {
    let what = what(&event.fact);
    let told = match event.before.as_ref().and_then(|before| change(before, &event.after)) {
        Some(change) => Message::of("event-with-change").with("event", what).with("change", change),
        None => what,
    };
    told.text(language)
}

fn what(fact: &Fact) -> Message {
    match fact {
        Fact::DealCreated { title, .. } => Message::of("event-deal-created").with("title", title),
        Fact::DealUpdated { changes } => {
            Message::of("event-deal-updated").with("fields", fields(changes))
        }
        Fact::ParticipantAdded { .. } => Message::of("event-participant-added"),
        Fact::ParticipantRemoved { .. } => Message::of("event-participant-removed"),
        Fact::DealMoved { to_stage_name: Some(stage), .. } => {
            Message::of("event-deal-moved").with("stage", stage)
        }
        Fact::DealMoved { to_stage_name: None, .. } => Message::of("event-deal-moved-nowhere"),
        Fact::ActionCompleted { action, .. } => {
            Message::of("event-action-completed").with("action", &action.action_name)
        }
        Fact::CompletionUndone { action, .. } => {
            Message::of("event-completion-undone").with("action", &action.action_name)
        }
        Fact::NoteAdded { .. } => Message::of("event-note-added"),
        Fact::NoteEdited { .. } => Message::of("event-note-edited"),
        Fact::NoteWithdrawn { .. } => Message::of("event-note-withdrawn"),
        Fact::TaskCreated { task } => of_task("event-task-created", task),
        Fact::TaskUpdated { task, changes } => {
            of_task("event-task-updated", task).with("fields", task_fields(changes))
        }
        Fact::TaskCompleted { task } => of_task("event-task-completed", task),
        Fact::TaskReopened { task } => of_task("event-task-reopened", task),
        Fact::TaskDeleted { task } => of_task("event-task-deleted", task),
        Fact::DealWon { reason, .. } => closed("event-deal-won", reason.as_ref()),
        Fact::DealLost { reason, .. } => closed("event-deal-lost", reason.as_ref()),
        Fact::DealOutdated { reason, .. } => closed("event-deal-outdated", reason.as_ref()),
        Fact::DealReopened { .. } => Message::of("event-deal-reopened"),
        Fact::DealProcessChanged { from_process_name, to_process_name, carried, .. } => {
            process_changed(from_process_name, to_process_name, carried.len())
        }
        Fact::ProgressRecalculated { process_version } => {
            Message::of("event-progress-recalculated").with("version", *process_version)
        }
    }
}

fn of_task(message: &'static str, task: &TaskFact) -> Message {
    Message::of(message).with("task", &task.title)
}

fn closed(how: &'static str, reason: Option<&ReasonFact>) -> Message {
    let closed = Message::of(how);
    match reason {
        Some(reason) => {
            Message::of("event-with-reason").with("event", closed).with("reason", &reason.name)
        }
        None => closed,
    }
}

fn process_changed(from: &str, to: &str, completions: usize) -> Message {
    let changed = match completions {
        0 => Message::of("event-deal-process-changed"),
        many => Message::of("event-deal-process-changed-with").with("completions", many),
    };
    changed.with("from", from).with("to", to)
}

fn task_fields(changes: &[TaskChange]) -> Vec<Message> {
    let name = |change: &TaskChange| match change {
        TaskChange::Title { .. } => "field-title",
        TaskChange::Description { .. } => "field-description",
        TaskChange::Assignee { .. } => "field-assignee",
        TaskChange::DueOn { .. } => "field-due-date",
    };
    changes.iter().map(|change| Message::of(name(change))).collect()
}

fn fields(changes: &[FieldChange]) -> Vec<Message> {
    let name = |change: &FieldChange| match change {
        FieldChange::Title { .. } => "field-title",
        FieldChange::Value { .. } => "field-value",
        FieldChange::Owner { .. } => "field-owner",
        FieldChange::Visibility { .. } => "field-visibility",
    };
    changes.iter().map(|change| Message::of(name(change))).collect()
}

fn change(before: &DealState, after: &DealState) -> Option<Vec<Message>> {
    let mut parts = Vec::new();
    if before.percent != after.percent {
        let percent = |state: &DealState| state.percent.to_string();
        parts.push(from_to("change-percent", percent(before), percent(after)));
    }
    let worth = |state: &DealState| (state.value_amount, state.value_currency.clone());
    if worth(before) != worth(after) {
        parts.push(from_to("change-from-to", value(before), value(after)));
    }
    if before.stage_id != after.stage_id {
        parts.push(from_to("change-from-to", stage(before), stage(after)));
    }
    (!parts.is_empty()).then_some(parts)
}

fn from_to(message: &'static str, from: impl Into<Told>, to: impl Into<Told>) -> Message {
    Message::of(message).with("from", from).with("to", to)
}

fn stage(state: &DealState) -> Message {
    match &state.stage_name {
        Some(name) => Message::verbatim(name.clone()),
        None => Message::of("no-stage"),
    }
}

fn value(state: &DealState) -> Message {
    match (state.value_amount, &state.value_currency) {
        (Some(amount), Some(currency)) => Message::of("value")
            .with("amount", Told::Decimal(Money::decimal(amount).to_string()))
            .with("currency", currency),
        _ => Message::of("no-value"),
    }
}

#[cfg(test)]
mod tests {
    use entity::{
        Timestamp,
        event::ActionFact,
        ids::{
            ActionId, CloseReasonId, CompletionId, MemberId, NoteId, ProcessId, StageId, TaskId,
        },
    };
    use uuid::Uuid;

    use super::*;

    const NIL: Uuid = Uuid::nil();

    fn task() -> TaskFact {
        TaskFact {
            task_id: TaskId::from_uuid(NIL),
            title: "Oferta".into(),
            assignee_id: MemberId::from_uuid(NIL),
            due_on: Timestamp::UNIX_EPOCH.date_naive(),
            completion_id: None,
        }
    }

    fn action() -> ActionFact {
        let (action_id, stage_id) = (ActionId::from_uuid(NIL), StageId::from_uuid(NIL));
        let (action_name, stage_name) = ("Telefon".into(), "Kontakt".into());
        ActionFact { action_id, action_name, stage_id, stage_name }
    }

    fn reason() -> Option<ReasonFact> {
        Some(ReasonFact { reason_id: CloseReasonId::from_uuid(NIL), name: "Cena".into() })
    }

    /// Every kind of fact but the change of a process, which has one text more.
    fn facts() -> Vec<(Fact, &'static str)> {
        let (member_id, note_id) = (MemberId::from_uuid(NIL), NoteId::from_uuid(NIL));
        let (completion_id, due) =
            (CompletionId::from_uuid(NIL), Timestamp::UNIX_EPOCH.date_naive());
        let name = FieldChange::Title { from: "a".into(), to: "b".into() };
        let value = FieldChange::Value { amount: None, currency: None };
        let due = TaskChange::DueOn { from: due, to: due };
        vec![
            (
                Fact::DealUpdated { changes: vec![name, value] },
                "Changed title, value | Zmieniono: nazwa, wartość",
            ),
            (Fact::ParticipantAdded { member_id }, "A participant was added | Dodano uczestnika"),
            (
                Fact::ParticipantRemoved { member_id },
                "A participant was removed | Usunięto uczestnika",
            ),
            (
                Fact::DealMoved { to_stage_id: None, to_stage_name: Some("Oferta".into()) },
                "Moved to “Oferta” | Przeniesiono na etap „Oferta”",
            ),
            (
                Fact::DealMoved { to_stage_id: None, to_stage_name: None },
                "Moved to no stage | Przeniesiono do szans bez etapu",
            ),
            (
                Fact::ActionCompleted { completion_id, action: action(), note_id: None },
                "Did “Telefon” | Wykonano działanie „Telefon”",
            ),
            (
                Fact::CompletionUndone { completion_id, action: action(), comment: None },
                "Undid “Telefon” | Cofnięto działanie „Telefon”",
            ),
            (Fact::NoteAdded { note_id }, "A note was added | Dodano notatkę"),
            (Fact::NoteEdited { note_id }, "A note was edited | Zmieniono notatkę"),
            (
                Fact::NoteWithdrawn { note_id, author_id: member_id },
                "A note was withdrawn | Wycofano notatkę",
            ),
            (Fact::TaskCreated { task: task() }, "New task “Oferta” | Utworzono zadanie „Oferta”"),
            (
                Fact::TaskUpdated { task: task(), changes: vec![due] },
                "Changed due date of task “Oferta” | Zmieniono zadanie „Oferta”: termin",
            ),
            (
                Fact::TaskCompleted { task: task() },
                "Task “Oferta” was done | Wykonano zadanie „Oferta”",
            ),
            (
                Fact::TaskReopened { task: task() },
                "Task “Oferta” was reopened | Ponownie otwarto zadanie „Oferta”",
            ),
            (
                Fact::TaskDeleted { task: task() },
                "Task “Oferta” was deleted | Usunięto zadanie „Oferta”",
            ),
            (Fact::DealWon { comment: None, reason: None }, "Won | Szansa wygrana"),
            (
                Fact::DealLost { comment: None, reason: reason() },
                "Lost: Cena | Szansa przegrana: Cena",
            ),
            (
                Fact::DealOutdated { comment: None, reason: None },
                "Closed as outdated | Szansa nieaktualna",
            ),
            (
                Fact::DealReopened { dropped_move_to: None, comment: None },
                "Reopened | Ponownie otwarto szansę",
            ),
            (
                Fact::ProgressRecalculated { process_version: 7 },
                "The process changed to version 7 | Zmienił się proces: wersja 7",
            ),
        ]
    }

    fn both(fact: &Fact) -> String {
        Language::ALL.map(|language| what(fact).text(language)).join(" | ")
    }

    #[test]
    fn what_happened_is_said_in_both_languages() {
        for (fact, expected) in facts() {
            assert_eq!(both(&fact), expected);
        }
    }

    #[test]
    fn another_process_is_said_with_what_followed() {
        let (from, to) = (ProcessId::from_uuid(NIL), ProcessId::from_uuid(NIL));
        let fact = Fact::DealProcessChanged {
            from_process_id: from,
            from_process_name: "Stary".into(),
            to_process_id: to,
            to_process_name: "Nowy".into(),
            carried: Vec::new(),
            moved_to: None,
            dropped_move_to: None,
        };
        let expected =
            "Changed process from “Stary” to “Nowy” | Zmieniono proces z „Stary” na „Nowy”";
        assert_eq!(both(&fact), expected);
        let polish = |many| process_changed("Stary", "Nowy", many).text(Language::Polish);
        assert!(polish(1).ends_with("; przeszło 1 wykonane działanie"), "{}", polish(1));
        assert!(polish(3).ends_with("; przeszły 3 wykonane działania"), "{}", polish(3));
        assert!(polish(5).ends_with("; przeszło 5 wykonanych działań"), "{}", polish(5));
        let english = process_changed("Stary", "Nowy", 2).text(Language::English);
        assert!(english.ends_with("“Nowy”, and 2 completions followed"), "{english}");
    }
}
