//! The tasks that somebody hands over with their deals.

use domain::task::{
    UpdateTask,
    rules::{self, Changed},
};
use entity::{event::Fact, member::Model as Member, task};

use crate::{
    deal::{assign, held::Held},
    notification::Notice,
    tx::Tx,
};

/// Gives the tasks of a deal to another member, by the events that a change of one task's assignee has: how many, and what
/// tells the member of them. None goes to a member who may not see the deal.
pub(super) fn give(
    tx: &Tx,
    held: &mut Held,
    tasks: Vec<task::Model>,
    to: &Member,
) -> (u64, Option<Notice>) {
    if !assign::may_be_notified(to, &held.deal) {
        return (0, None);
    }
    let (mut count, mut first) = (0, None);
    for before in tasks {
        let wanted = UpdateTask { assignee_id: Some(to.id), ..UpdateTask::default() };
        let Some(Changed { row, changes }) = rules::changed(&before, wanted, tx.now()) else {
            continue;
        };
        let event = held.happen(tx, Fact::TaskUpdated { task: rules::fact(&row), changes });
        held.deal.pending.changed_tasks.push(row.clone());
        count += 1;
        first.get_or_insert((row, event));
    }
    let is_told = tx.actor().member_id() != Some(to.id);
    let told = first.filter(|_| is_told);
    (count, told.map(|(row, event)| assign::notice(&row, event)))
}
