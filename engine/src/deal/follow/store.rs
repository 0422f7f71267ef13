//! The table of tasks, as far as it says what follows no second time.

use entity::{completion, task};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};

use crate::error::Result;

/// The follow-ups of earlier completions of the same action of the deal that are still open, by the
/// titles of their templates: whatever they are called now. A completion that came along from another
/// process counts for the action that it now is of.
pub(crate) async fn open_follow_ups(
    conn: &impl ConnectionTrait,
    completion: &completion::Model,
) -> Result<Vec<String>> {
    let of_action = completion::Entity::find()
        .select_only()
        .column(completion::Column::Id)
        .filter(completion::Column::DealId.eq(completion.deal_id))
        .filter(completion::Column::ActionId.eq(completion.action_id))
        .into_query();
    let followed = Condition::any()
        .add(task::Column::ActionId.eq(completion.action_id))
        .add(task::Column::CompletionId.in_subquery(of_action));
    let query = task::Entity::find()
        .select_only()
        .column(task::Column::FollowUp)
        .filter(task::Column::DealId.eq(completion.deal_id))
        .filter(task::Column::CompletedAt.is_null())
        .filter(followed);
    let found: Vec<Option<String>> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().flatten().collect())
}
