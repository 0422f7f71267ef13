# What happened to a deal, in a few words; what it changed stands in brackets behind it.
event-deal-created = Deal “{ $title }” began
event-deal-updated = Changed { $fields }
event-participant-added = A participant was added
event-participant-removed = A participant was removed
event-deal-moved = Moved to “{ $stage }”
event-deal-moved-nowhere = Moved to no stage
event-action-completed = Did “{ $action }”
event-completion-undone = Undid “{ $action }”
event-note-added = A note was added
event-note-edited = A note was edited
event-note-withdrawn = A note was withdrawn
event-task-created = New task “{ $task }”
event-task-updated = Changed { $fields } of task “{ $task }”
event-task-completed = Task “{ $task }” was done
event-task-reopened = Task “{ $task }” was reopened
event-task-deleted = Task “{ $task }” was deleted
event-deal-won = Won
event-deal-lost = Lost
event-deal-outdated = Closed as outdated
event-deal-reopened = Reopened
event-deal-process-changed = Changed process from “{ $from }” to “{ $to }”
event-deal-process-changed-with = Changed process from “{ $from }” to “{ $to }”, and { $completions ->
    [one] 1 completion followed
   *[other] { $completions } completions followed
}
event-progress-recalculated = The process changed to version { $version }
event-with-reason = { $event }: { $reason }
event-with-change = { $event } ({ $change })
change-percent = { $from } % → { $to } %
change-from-to = { $from } → { $to }
value = { $amount } { $currency }
no-value = no value
no-stage = no stage
field-title = title
field-value = value
field-owner = owner
field-visibility = visibility
field-description = description
field-assignee = assignee
field-due-date = due date
