//! The table of tasks, as far as it says what follows no second time.

use std::collections::HashMap;

use entity::{
    completion,
    ids::{ActionId, DealId},
    task,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};

use crate::{db::padded, error::Result};

/// A follow-up that is still open: neither done nor deleted.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    /// The action that it follows, as it was when it was made.
    made_for: Option<ActionId>,
    /// The action of which its completion now is: it came along when the deal went to another process.
    now_of: Option<ActionId>,
    /// The title of its template: whatever it is called now.
    pub(crate) template: String,
}

impl Open {
    /// Whether it follows this action.
    pub(crate) fn follows(&self, action: ActionId) -> bool {
        [self.made_for, self.now_of].contains(&Some(action))
    }
}

type Row = (DealId, Option<ActionId>, Option<String>, Option<ActionId>);

/// The follow-ups of these deals that are still open.
pub(crate) async fn open_follow_ups(
    conn: &impl ConnectionTrait,
    deals: Vec<DealId>,
) -> Result<HashMap<DealId, Vec<Open>>> {
    let of_completion = task::Entity::belongs_to(completion::Entity)
        .from(task::Column::CompletionId)
        .to(completion::Column::Id);
    let query = task::Entity::find()
        .select_only()
        .columns([task::Column::DealId, task::Column::ActionId, task::Column::FollowUp])
        .column(completion::Column::ActionId)
        .join(JoinType::LeftJoin, of_completion.into())
        .filter(task::Column::DealId.is_in(padded(deals)))
        .filter(task::Column::CompletedAt.is_null())
        .filter(task::Column::DeletedAt.is_null())
        .filter(task::Column::FollowUp.is_not_null());
    let rows: Vec<Row> = query.into_tuple().all(conn).await?;
    let mut found = HashMap::<_, Vec<_>>::new();
    for (deal, made_for, template, now_of) in rows {
        let open = template.map(|template| Open { made_for, now_of, template });
        found.entry(deal).or_default().extend(open);
    }
    Ok(found)
}
