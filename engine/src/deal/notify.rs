//! Telling members that an action was done and which tasks follow, in the unit of work that did it (rule 19).

use entity::{
    action::Notify,
    completion,
    ids::{EventId, MemberId},
    member,
    notification::Kind,
    task,
};

use super::{Held, assign, recipients};
use crate::{
    error::Result,
    member as members,
    notification::{self, Notice},
    tx::Tx,
};

/// Tells whoever the action says to tell, and whoever got a task by it: one notification each, so who is
/// told of the completion is told of their task by the same one. Settings are those of the version that decided.
pub(super) async fn notify(
    tx: &mut Tx,
    held: &Held,
    (completion, event_id): (&completion::Model, EventId),
    follow_ups: &[(task::Model, EventId)],
) -> Result<()> {
    let recipients = recipients_of(tx, held, completion).await?;
    let task_of = |member: MemberId| {
        let mut theirs = follow_ups.iter().map(|(task, _)| task);
        theirs.find(|task| task.assignee_id == member).map(|task| task.id)
    };
    let notice = |member_id: &MemberId| Notice {
        member_id: *member_id,
        kind: Kind::ActionCompleted,
        deal_id: completion.deal_id,
        event_id,
        completion_id: Some(completion.id),
        task_id: task_of(*member_id),
    };
    let mut notices: Vec<_> = recipients.iter().map(notice).collect();
    notices.extend(assign::notices(tx, &held.deal, follow_ups, &recipients).await?);
    notification::notify(tx, &notices).await
}

/// Members are read only where somebody is to be told.
async fn recipients_of(
    tx: &Tx,
    held: &Held,
    completion: &completion::Model,
) -> Result<Vec<MemberId>> {
    let Some((_, action)) = held.version.action(completion.action_id) else { return Ok(vec![]) };
    let performer = completion.member_id;
    let nobody_else = action.notify.members.iter().all(|member| *member == performer);
    if action.notify.groups.is_empty() && nobody_else {
        return Ok(Vec::new());
    }
    let members = candidates(tx, held, &action.notify).await?;
    Ok(recipients::recipients(&action.notify, &held.deal, &members, performer))
}

/// All who are named: one statement.
async fn candidates(tx: &Tx, held: &Held, notify: &Notify) -> Result<Vec<member::Model>> {
    let roles: Vec<_> = notify.groups.iter().copied().filter_map(recipients::role_of).collect();
    let with_participants = roles.len() < notify.groups.len();
    let mut ids = notify.members.clone();
    if with_participants {
        ids.extend(&held.deal.participants);
    }
    members::active(tx, &roles, &ids).await
}
