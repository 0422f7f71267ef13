//! A notification as a sentence. Pure.

use entity::{
    event::Fact,
    notification::{self, Kind},
};

/// What an event that members are told of is about, by its name of then: the action that was done, or the
/// task that was given.
pub fn what(fact: &Fact) -> Option<&str> {
    match fact {
        Fact::ActionCompleted { action, .. } => Some(&action.action_name),
        other => other.task().map(|task| task.title.as_str()),
    }
}

/// What a notification tells, in English: the same in lists and in mail.
///
/// `what` is what [`what`] says of the event.
pub fn summary(
    (kind, has_task): (Kind, bool),
    actor: Option<&str>,
    what: Option<&str>,
    deal: &str,
) -> String {
    let actor = actor.unwrap_or("Waypost");
    match (kind, what) {
        (Kind::ActionCompleted, Some(action)) if has_task => {
            format!("{actor} did “{action}” for “{deal}”. A task for you follows from it.")
        }
        (Kind::ActionCompleted, Some(action)) => format!("{actor} did “{action}” for “{deal}”."),
        (Kind::ActionCompleted, None) => format!("{actor} did something for “{deal}”."),
        (Kind::TaskAssigned, Some(task)) => {
            format!("{actor} gave you a task for “{deal}”: “{task}”.")
        }
        (Kind::WebhookFailed, _) => {
            format!(
                "A webhook could not be told of what happened to “{deal}”: its deliveries say why."
            )
        }
        (Kind::TaskAssigned, None) => format!("{actor} gave you a task for “{deal}”."),
    }
}

/// Whether a member wants no mail about this notification. One that tells of a completion and of a task
/// that follows is wanted as long as either is.
pub fn is_muted(muted: &[Kind], row: &notification::Model) -> bool {
    let off = |kind| muted.contains(&kind);
    off(row.kind) && (row.task_id.is_none() || off(Kind::TaskAssigned))
}

#[cfg(test)]
mod tests {
    use entity::{
        Timestamp,
        ids::{DealId, EventId, MemberId, NotificationId, TaskId},
    };
    use uuid::Uuid;

    use super::*;

    fn notification(kind: Kind, has_task: bool) -> notification::Model {
        let id = Uuid::nil();
        notification::Model {
            id: NotificationId::from_uuid(id),
            member_id: MemberId::from_uuid(id),
            kind,
            deal_id: DealId::from_uuid(id),
            event_id: EventId::from_uuid(id),
            actor_id: None,
            completion_id: None,
            task_id: has_task.then(|| TaskId::from_uuid(id)),
            created_at: Timestamp::UNIX_EPOCH,
            read_at: None,
        }
    }

    #[test]
    fn mail_is_off_when_all_that_it_tells_of_is() {
        use Kind::{ActionCompleted, TaskAssigned};
        let (done, both) =
            (notification(ActionCompleted, false), notification(ActionCompleted, true));
        let given = notification(TaskAssigned, true);
        assert_eq!([&done, &both, &given].map(|one| is_muted(&[], one)), [false; 3]);
        let off = |muted: &[Kind]| [&done, &both, &given].map(|one| is_muted(muted, one));
        assert_eq!(off(&[ActionCompleted]), [true, false, false]);
        assert_eq!(off(&[TaskAssigned]), [false, false, true]);
        assert_eq!(off(&[ActionCompleted, TaskAssigned]), [true; 3]);
    }

    #[test]
    fn a_notification_says_who_did_what_for_which_deal() {
        let text = summary((Kind::ActionCompleted, false), Some("Olga"), Some("Call"), "Chairs");
        assert_eq!(text, "Olga did “Call” for “Chairs”.");
        let text = summary((Kind::ActionCompleted, true), Some("Olga"), Some("Call"), "Chairs");
        assert_eq!(text, "Olga did “Call” for “Chairs”. A task for you follows from it.");
        let text = summary((Kind::TaskAssigned, true), None, Some("Send"), "Chairs");
        assert_eq!(text, "Waypost gave you a task for “Chairs”: “Send”.");
    }
}
