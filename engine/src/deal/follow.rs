//! The tasks that follow an action, in the unit of work of its completion (rule 20).

use std::collections::{HashMap, HashSet};

use domain::{
    deal::follow_up::{self, Doing, Follow},
    task::rules,
};
use entity::{
    completion,
    event::Fact,
    ids::{DealId, EventId, MemberId},
    task,
};

use super::Held;
use crate::{
    error::Result,
    member as members,
    tx::{Question, Tx},
};

mod store;

/// Makes the tasks that follow a completion which was just decided, each with its event: they are
/// written with the deal. Where the action has none, this asks the database nothing.
pub(super) async fn make(
    tx: &Tx,
    held: &mut Held,
    completion: &completion::Model,
) -> Result<Vec<(task::Model, EventId)>> {
    let templates = held.version.action(completion.action_id);
    let templates = templates.map(|(_, action)| action.follow_ups.0.clone()).unwrap_or_default();
    if templates.is_empty() {
        return Ok(Vec::new());
    }
    let open = tx.ask::<OpenFollowUps>(completion.deal_id).await?.unwrap_or_default();
    let open = open.into_iter().filter(|open| open.follows(completion.action_id));
    let still_open: Vec<_> = open.map(|open| open.template).collect();
    let asked = follow_up::asked(&templates, held.deal.row.owner_id);
    let inactive = inactive(tx, asked).await?;
    let doing = Doing {
        performer: completion.member_id,
        owner: held.deal.row.owner_id,
        at: completion.done_at,
        inactive: &inactive,
        still_open: &still_open,
    };
    let follows = follow_up::follow_ups(&templates, &doing);
    let rows: Vec<_> = follows.iter().map(|follow| row(tx, completion, follow)).collect();
    Ok(rows.into_iter().map(|row| happen(tx, held, row)).collect())
}

/// The follow-ups of deals that are still open.
struct OpenFollowUps;

impl Question for OpenFollowUps {
    type Key = DealId;
    type Answer = Vec<store::Open>;

    async fn answer(tx: &Tx, deals: Vec<DealId>) -> Result<HashMap<DealId, Vec<store::Open>>> {
        store::open_follow_ups(tx.conn(), deals).await
    }
}

async fn inactive(tx: &Tx, asked: Vec<MemberId>) -> Result<HashSet<MemberId>> {
    if asked.is_empty() {
        return Ok(HashSet::new());
    }
    let found = members::known(tx, &asked).await?;
    Ok(found.iter().filter(|member| !member.is_active()).map(|member| member.id).collect())
}

fn happen(tx: &Tx, held: &mut Held, row: task::Model) -> (task::Model, EventId) {
    let event = held.happen(tx, Fact::TaskCreated { task: rules::fact(&row) });
    held.deal.pending.tasks.push(row.clone());
    (row, event)
}

fn row(tx: &Tx, completion: &completion::Model, follow: &Follow<'_>) -> task::Model {
    task::Model {
        id: tx.new_id(),
        deal_id: completion.deal_id,
        title: follow.template.title.clone(),
        description: follow.template.description.clone(),
        assignee_id: follow.assignee,
        due_on: follow.due_on,
        creator_id: Some(completion.member_id),
        completion_id: Some(completion.id),
        action_id: Some(completion.action_id),
        follow_up: Some(follow.template.title.clone()),
        created_at: tx.now(),
        updated_at: tx.now(),
        completed_at: None,
        completed_by: None,
        deleted_at: None,
    }
}
