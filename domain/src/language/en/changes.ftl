# What is different between two versions of a process, in a few words.
change-process-renamed = Renamed the process “{ $from }” to “{ $to }”
change-description-changed = Changed the description
change-stage-added = Added the stage “{ $name }”{ $actions ->
    [0] {""}
    [one] {" "}with 1 action
   *[other] {" "}with { $actions } actions
}
change-stage-renamed = Renamed the stage “{ $from }” to “{ $to }”
change-stage-hint-changed = Changed the hint of the stage “{ $name }”
change-stage-moved = Moved the stage “{ $name }”
change-stage-removed = Removed the stage “{ $name }”{ $actions ->
    [0] {""}
    [one] {" "}with 1 action
   *[other] {" "}with { $actions } actions
}
change-action-added = Added “{ $name }” to “{ $stage }”
change-action-renamed = Renamed “{ $from }” to “{ $to }”
change-action-moved-within = Moved “{ $name }” within its stage
change-action-moved = Moved “{ $name }” from “{ $from }” to “{ $to }”
change-weight-changed = Changed the weight of “{ $name }” from { $from } to { $to }
change-settings-changed = Changed “{ $name }”: { $settings }
change-action-removed = Removed “{ $name }” from “{ $stage }”
setting-hint = hint
setting-mandatory = mandatory or not
setting-performers = performers
setting-evidence = evidence
setting-notify = who is notified
setting-follow-ups = follow-ups
