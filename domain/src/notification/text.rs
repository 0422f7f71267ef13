//! A notification as a sentence. Pure.

use entity::{
    event::Fact,
    notification::{self, Kind},
};

use crate::language::Message;

/// What an event that members are told of is about, by its name of then: the action that was done, or the
/// task that was given.
pub fn what(fact: &Fact) -> Option<&str> {
    match fact {
        Fact::ActionCompleted { action, .. } => Some(&action.action_name),
        other => other.task().map(|task| task.title.as_str()),
    }
}

/// What a notification tells: the same in lists and in mail.
///
/// `what` is what [`what`] says of the event.
pub fn summary(
    (kind, has_task): (Kind, bool),
    actor: Option<&str>,
    what: Option<&str>,
    deal: &str,
) -> Message {
    let name = match (kind, what) {
        (Kind::ActionCompleted, Some(_)) if has_task => "notification-action-with-task",
        (Kind::ActionCompleted, Some(_)) => "notification-action",
        (Kind::ActionCompleted, None) => "notification-something",
        (Kind::TaskAssigned, Some(_)) => "notification-task",
        (Kind::TaskAssigned, None) => "notification-some-task",
        (Kind::WebhookFailed, _) => "notification-webhook-failed",
    };
    let (actor, what) = (actor.unwrap_or("Waypost"), what.unwrap_or_default());
    Message::of(name).with("actor", actor).with("what", what).with("deal", deal)
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
    use crate::language::Language;

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

    fn said(kind: (Kind, bool), actor: Option<&str>, what: Option<&str>, deal: &str) -> String {
        summary(kind, actor, what, deal).text(Language::English)
    }

    #[test]
    fn a_notification_says_who_did_what_for_which_deal() {
        let text = said((Kind::ActionCompleted, false), Some("Olga"), Some("Call"), "Chairs");
        assert_eq!(text, "Olga did “Call” for “Chairs”.");
        let text = said((Kind::ActionCompleted, true), Some("Olga"), Some("Call"), "Chairs");
        assert_eq!(text, "Olga did “Call” for “Chairs”. A task for you follows from it.");
        let text = said((Kind::TaskAssigned, true), None, Some("Send"), "Chairs");
        assert_eq!(text, "Waypost gave you a task for “Chairs”: “Send”.");
    }
    #[test]
    fn a_notification_reads_well_in_polish() {
        let polish =
            |kind, what| summary(kind, Some("Olga"), what, "Krzesła").text(Language::Polish);
        let done = polish((Kind::ActionCompleted, true), Some("Telefon"));
        assert_eq!(
            done,
            "Olga: wykonano działanie „Telefon” w szansie „Krzesła”. Wynika z tego zadanie dla Ciebie."
        );
        let given = polish((Kind::TaskAssigned, true), Some("Oferta"));
        assert_eq!(given, "Olga: masz nowe zadanie w szansie „Krzesła”: „Oferta”.");
        for kind in [Kind::ActionCompleted, Kind::TaskAssigned, Kind::WebhookFailed] {
            let text = polish((kind, false), None);
            assert!(text.contains("szans") && !text.contains("{$"), "{text}");
        }
    }
}
