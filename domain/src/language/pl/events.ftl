# Co się stało z szansą, w kilku słowach; zmiana stoi za tym w nawiasie.
event-deal-created = Utworzono szansę „{ $title }”
event-deal-updated = Zmieniono: { $fields }
event-participant-added = Dodano uczestnika
event-participant-removed = Usunięto uczestnika
event-deal-moved = Przeniesiono na etap „{ $stage }”
event-deal-moved-nowhere = Przeniesiono do szans bez etapu
event-action-completed = Wykonano działanie „{ $action }”
event-completion-undone = Cofnięto działanie „{ $action }”
event-note-added = Dodano notatkę
event-note-edited = Zmieniono notatkę
event-note-withdrawn = Wycofano notatkę
event-task-created = Utworzono zadanie „{ $task }”
event-task-updated = Zmieniono zadanie „{ $task }”: { $fields }
event-task-completed = Wykonano zadanie „{ $task }”
event-task-reopened = Ponownie otwarto zadanie „{ $task }”
event-task-deleted = Usunięto zadanie „{ $task }”
event-deal-won = Szansa wygrana
event-deal-lost = Szansa przegrana
event-deal-outdated = Szansa nieaktualna
event-deal-reopened = Ponownie otwarto szansę
event-deal-process-changed = Zmieniono proces z „{ $from }” na „{ $to }”
event-deal-process-changed-with = Zmieniono proces z „{ $from }” na „{ $to }”; { $completions ->
    [one] przeszło { $completions } wykonane działanie
    [few] przeszły { $completions } wykonane działania
   *[other] przeszło { $completions } wykonanych działań
}
event-progress-recalculated = Zmienił się proces: wersja { $version }
event-with-reason = { $event }: { $reason }
event-with-change = { $event } ({ $change })
change-percent = { $from }% → { $to }%
change-from-to = { $from } → { $to }
value = { $amount } { $currency }
no-value = brak wartości
no-stage = bez etapu
field-title = nazwa
field-value = wartość
field-owner = opiekun
field-visibility = widoczność
field-description = opis
field-assignee = wykonawca
field-due-date = termin
