//! Who can be given a task, and who is told of it.

use std::collections::HashSet;

use domain::{
    deal::{recipients, state::Deal},
    refusal::Problem,
};
use entity::{
    ids::{EventId, MemberId},
    member,
    notification::Kind,
    task,
};

use crate::{
    error::Result,
    member::{self as members, store},
    notification::{self, Notice},
    tx::Tx,
};

/// Refuses a member who is not there, is deactivated, or may not see the deal.
pub(crate) async fn require(tx: &Tx, deal: &Deal, id: MemberId) -> Result<()> {
    let found = store::keep_many(tx.conn(), [id]).await?.pop();
    let problem = match found {
        None => Problem::NotFound { kind: "member" },
        Some(member) if !member.is_active() => Problem::MemberInactive { name: member.name },
        Some(member) if !may_be_notified(&member, deal) => {
            Problem::CannotSeeDeal { name: member.name }
        }
        Some(_) => return Ok(()),
    };
    Err(problem.at("assigneeId").about(id).into())
}

/// Tells members of the tasks that are theirs from now on.
pub(crate) async fn notify_assignees(
    tx: &mut Tx,
    deal: &Deal,
    given: &[(task::Model, EventId)],
) -> Result<()> {
    let notices = notices(tx, deal, given, &[]).await?;
    notification::notify(tx, &notices).await
}

/// What tells members of the tasks that are theirs from now on: once each, however many tasks; only active
/// ones who may see the deal, not the one who gave it, nor those who are told of the same already.
pub(crate) async fn notices(
    tx: &Tx,
    deal: &Deal,
    given: &[(task::Model, EventId)],
    already: &[MemberId],
) -> Result<Vec<Notice>> {
    let mut seen: HashSet<_> = already.iter().copied().chain(tx.actor().member_id()).collect();
    let fresh = given.iter().filter(|(task, _)| seen.insert(task.assignee_id));
    let fresh: Vec<_> = fresh.collect();
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = fresh.iter().map(|(task, _)| task.assignee_id).collect();
    let found = members::known(tx, &ids).await?;
    let may = |id: MemberId| found.iter().any(|one| one.id == id && may_be_notified(one, deal));
    let fresh = fresh.into_iter().filter(|(task, _)| may(task.assignee_id));
    Ok(fresh.map(|(task, event_id)| notice(task, *event_id)).collect())
}

/// Whether a member can be given a task of this deal, and be told of it.
pub(super) fn may_be_notified(member: &member::Model, deal: &Deal) -> bool {
    recipients::may_be_notified(member, &deal.row, deal.participants.contains(&member.id))
}

/// What tells a member of a task that is theirs from now on.
pub(super) fn notice(task: &task::Model, event_id: EventId) -> Notice {
    Notice {
        member_id: task.assignee_id,
        kind: Kind::TaskAssigned,
        deal_id: task.deal_id,
        event_id,
        completion_id: task.completion_id,
        task_id: Some(task.id),
    }
}
