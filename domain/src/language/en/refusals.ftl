# Why something cannot be done: what is wrong, and what to do.
not-found = There is no such { $kind ->
    [close-reason] close reason
    [delivery-of-a-webhook] delivery of a webhook
   *[other] { $kind }
}, or you may not see it. Check the id.
id-taken = This id was used before with another input. Make a new id for a new thing.
twice-in-tree = This { $kind } is in the tree twice, and it can be in one place only. Leave one out.
name-taken = “{ $name }” is there already (upper and lower case count as the same, and so does whatever looks the same). Choose another name.
limit-reached = There can be at most { $limit } { $what ->
    [actions-in-a-process] actions in a process
    [actions-in-a-stage] actions in a stage
    [chosen-members] chosen members
    [chosen-members-to-notify] chosen members to notify
    [entries-in-a-mapping] entries in a mapping
    [files-in-a-note] files in a note
    [files-that-are-not-used-in-a-note-yet] files that are not used in a note yet
    [follow-ups-of-an-action] follow-ups of an action
    [ids-in-a-list] ids in a list
    [ids-in-one-call] ids in one call
    [items-in-one-call] items in one call
    [reasons-of-a-status] reasons of a status
    [stages-in-a-process] stages in a process
    [valid-tokens-of-one-member] valid tokens of one member
    [webhooks] webhooks
   *[other] { $what }
}. Remove one first.
no-room = { $whose ->
    [Your-files] Your files
   *[other] The files of all members
} may have { $limit } together, of which { $left } are left. Send a smaller file, wait until those that are in no note go after a day, or ask whoever runs this server for more room.
version-conflict = The process was saved meanwhile: you started from version { $expected }, it is now at { $current }. Merge what others changed with what you want, and save from the new version.
not-a-sibling = afterId must name another { $kind ->
    [stage] stage of this process
    [close-reason] close reason in use of the same status
   *[other] { $kind } of the stage it goes to
}, or be null to come first.
process-archived = This process is archived: it keeps its running deals, but takes no new ones. Choose another process.
stage-has-deals = { $deals ->
    [one] 1 open deal was
   *[other] { $deals } open deals were
} moved to “{ $stage }” by hand. Say with moveDealsTo which stage takes its place.
deal-closed = This deal is { $status }. Its owner, a manager or an administrator can reopen it first.
deal-open = This deal is open already: there is nothing to reopen.
action-not-in-process = This action belongs to another process than the deal. Choose one from the deal's checklist.
not-an-action-of = “{ $process }” has no such action. Choose one of its actions, or leave this entry out.
action-removed = This action was removed from the process. Read the deal's checklist again.
performers-everyone = The deal's owner, its participants, managers and administrators may do this. Ask one of them to add you as a participant.
performers-managers = Managers and administrators may do this. Ask one of them.
performers-administrators = Administrators may do this. Ask one of them.
performers-chosen = Only the members chosen for this action may do it. Ask one of them.
performers-nobody = Only members who are deactivated now may do this. Ask an administrator to choose others.
performers-one = Only { $name } may do this. Ask them.
performers-few = Only { $names } and { $last } may do this. Ask one of them.
performers-many = Only { $names } and { $others } other { $others ->
    [one] member
   *[other] members
} may do this. Ask one of them.
evidence-none = This action needs no evidence.
evidence-note = This action needs a note: write one, or choose one that you added to the deal before.
evidence-note-with-file = This action needs a note with a file: write one and attach a file, or choose such a note that you added to the deal before.
note-used = This note was given as evidence before, and a note counts once. Write a new note.
note-is-evidence = This note shows that an action was done. Undo the action first; then the note can be edited or withdrawn.
file-not-ready = This file has not been sent yet. Send its bytes first.
file-used = This file is in another note already, and a file goes into one. Upload it again.
mandatory-missing = Before this deal can be won, do what is mandatory: { $actions }.
member-inactive = { $name } is deactivated. Choose an active member.
owner-participates = The owner always takes part. Make another member the owner first.
last-administrator = { $name } is the only active administrator. Make another active member an administrator first.
cannot-see-deal = { $name } may not see this deal. Add them as a participant first, or choose another member.
close-reason-required = Say with reasonId why this deal is closed. Choose one of: { $reasons }.
close-reason-of-other = “{ $name }” is a reason to close a deal as { $status }. Choose a reason of the status that this deal gets.
close-reason-archived = The reason “{ $name }” is archived and not offered any more. Choose another one.
node-removed = This { $kind } was removed from the process. Choose another one, or restore a version that has it.
stage-of-action-removed = The stage that this action was in was removed, too. Say with stageId which stage the action goes to, or bring its own stage back first with restoreStage.
node-of-other = This { $kind } belongs to another process. Choose one of the same process.
email-taken = A member with the address { $email } is there already. Give another address.
expected-version-required = The process is there already, now at version { $current }, and this changes it. Say with expectedVersion which version you started from, so that nobody's changes are lost.
default-process = New deals take “{ $name }” when they name no process. Say with newDefaultId which process they take instead, or make another one the default first.
no-default-process = There is no process that new deals take when they name none. Name one with processId, or ask an administrator to create one.
# A name, as lists of names have it.
quoted = “{ $name }”
size-bytes = { $count ->
    [one] 1 byte
   *[other] { $count } bytes
}
size-mebibytes = { $count } MiB
size-gibibytes = { $count } GiB
id-of-other-kind = This is the id of { $found ->
    [action] an action
    [audit_entry] an audit entry
    [close_reason] a close reason
    [completion] a completion
    [deal] a deal
    [event] an event
    [file] a file
    [inbox_event] an inbox event
    [mail] a mail
    [member] a member
    [note] a note
    [notification] a notification
    [process] a process
    [stage] a stage
    [task] a task
    [token] a token
    [version] a version
    [webhook] a webhook
    [webhook_delivery] a webhook delivery
   *[other] { $found }
}; give the id of { $expected ->
    [action] an action
    [audit_entry] an audit entry
    [close_reason] a close reason
    [completion] a completion
    [deal] a deal
    [event] an event
    [file] a file
    [inbox_event] an inbox event
    [mail] a mail
    [member] a member
    [note] a note
    [notification] a notification
    [process] a process
    [stage] a stage
    [task] a task
    [token] a token
    [version] a version
    [webhook] a webhook
    [webhook_delivery] a webhook delivery
   *[other] { $expected }
}.
id-without-prefix = This id has no prefix, so it does not say what it names; the id of { $expected ->
    [action] an action
    [audit_entry] an audit entry
    [close_reason] a close reason
    [completion] a completion
    [deal] a deal
    [event] an event
    [file] a file
    [inbox_event] an inbox event
    [mail] a mail
    [member] a member
    [note] a note
    [notification] a notification
    [process] a process
    [stage] a stage
    [task] a task
    [token] a token
    [version] a version
    [webhook] a webhook
    [webhook_delivery] a webhook delivery
   *[other] { $expected }
} begins with { $expected }_.
id-malformed = This is not the id of { $expected ->
    [action] an action
    [audit_entry] an audit entry
    [close_reason] a close reason
    [completion] a completion
    [deal] a deal
    [event] an event
    [file] a file
    [inbox_event] an inbox event
    [mail] a mail
    [member] a member
    [note] a note
    [notification] a notification
    [process] a process
    [stage] a stage
    [task] a task
    [token] a token
    [version] a version
    [webhook] a webhook
    [webhook_delivery] a webhook delivery
   *[other] { $expected }
}; such an id looks like { $expected }_01jd8k2x7sfm5a9k2v0q3c4d5e.
id-not-made = This id carries no proper UUID: make a new one for each new thing, best of version 7.
no-id = This is not an id. Ids look like deal_01jd8k2x7sfm5a9k2v0q3c4d5e.
