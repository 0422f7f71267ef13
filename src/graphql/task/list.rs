//! Lists of tasks: mine, a deal's, by day and state.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use engine::{
    error::Result,
    page::Request,
    task::find::{self, Filter, Order, OrderField},
};
use entity::ids::DealId;

use crate::graphql::{
    budget::Budget,
    connection::{self, Connection},
    context::semanticNonNull,
    deal::list::OrderDirection,
    error::{Field, field},
    input::InputReader,
    scalar::{Cursor, Date},
    task::{Task, TaskState},
    view::View,
};

/// Which tasks. Different fields: all of them.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct TaskFilter {
    /// To be done by this member.
    pub assignee_id: Option<ID>,
    /// `true`: to be done by the viewer. `false`: by somebody else.
    pub mine: Option<bool>,
    /// About this deal.
    pub deal_id: Option<ID>,
    /// Still open, or done.
    pub state: Option<TaskState>,
    /// `true`: open, and due before today (in UTC). `false`: all others.
    pub overdue: Option<bool>,
    /// Due on this day or later.
    pub due_from: Option<Date>,
    /// Due on this day or earlier.
    pub due_to: Option<Date>,
}

/// Which tasks of a deal. Different fields: all of them.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct DealTaskFilter {
    /// To be done by this member.
    pub assignee_id: Option<ID>,
    /// `true`: to be done by the viewer. `false`: by somebody else.
    pub mine: Option<bool>,
    /// Still open, or done.
    pub state: Option<TaskState>,
    /// `true`: open, and due before today (in UTC). `false`: all others.
    pub overdue: Option<bool>,
}

/// What tasks can be sorted by. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "OrderField")]
pub enum TaskOrderField {
    /// The day by which they have to be done.
    DueOn,
    /// When they were made.
    CreatedAt,
    /// When they last changed.
    UpdatedAt,
}

/// One key to sort tasks by; the next key decides where this one is equal.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct TaskOrder {
    /// What to sort by.
    pub field: TaskOrderField,
    /// In which direction.
    #[graphql(default_with = "OrderDirection::Asc")]
    pub direction: OrderDirection,
}

/// Tasks.
#[derive(Default)]
pub(crate) struct TaskQuery;

/// Tasks.
#[Object]
impl TaskQuery {
    /// The tasks that the viewer may see: their own, and those of the deals that they may see.
    #[graphql(directive = semanticNonNull::apply())]
    #[allow(clippy::too_many_arguments, reason = "one for each argument of the field")]
    async fn tasks(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which tasks; all when left out.")] filter: Option<TaskFilter>,
        #[graphql(desc = "In which order; by the day they are due when left out.")]
        order_by: Option<Vec<TaskOrder>>,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<Connection<Task>> {
        match connection::request(first, after, last, before) {
            Ok(page) => field(tasks(context, filter, order_by, &page).await),
            Err(error) => field(Err(error)),
        }
    }
}

async fn tasks(
    context: &Context<'_>,
    given: Option<TaskFilter>,
    order_by: Option<Vec<TaskOrder>>,
    request: &Request,
) -> Result<Connection<Task>> {
    let view = View::of(context)?;
    let filter = filter(given.unwrap_or_default()).map_err(|error| error.at("filter"))?;
    page(context, &view, &filter, &order(order_by), request).await
}

/// A page of the tasks of a deal that the viewer sees. The first pages of all deals of an answer are read
/// together; one that goes on after a place is read alone.
pub(crate) async fn of_deal(
    context: &Context<'_>,
    view: &View,
    deal: DealId,
    given: Option<DealTaskFilter>,
    request: Result<Request>,
) -> Result<Connection<Task>> {
    let DealTaskFilter { assignee_id, mine, state, overdue } = given.unwrap_or_default();
    let given = TaskFilter { assignee_id, mine, state, overdue, ..TaskFilter::default() };
    let filter = filter(given).map_err(|error| error.at("filter"))?;
    let request = request?;
    if request.cursor.is_some() {
        return page(context, view, &Filter { deal: Some(deal), ..filter }, &[], &request).await;
    }
    let mut page = view.tasks_of(deal, &filter, request.limit).await?;
    Budget::keep(context, &mut page, |task| task.description.len());
    let total = match connection::asked(context, "totalCount") {
        true => Some(view.count_tasks_of(deal, &filter).await?),
        false => None,
    };
    Ok(Connection::new(page, total, |row| Task::new(view, Arc::new(row))))
}

async fn page(
    context: &Context<'_>,
    view: &View,
    filter: &Filter,
    order: &[Order],
    request: &Request,
) -> Result<Connection<Task>> {
    let mut page = find::page(view.snapshot(), filter, order, request).await?;
    Budget::keep(context, &mut page, |task| task.description.len());
    view.expect_tasks(page.rows.iter().map(|(_, row)| row));
    let total = match connection::asked(context, "totalCount") {
        true => Some(find::count(view.snapshot(), filter).await?),
        false => None,
    };
    Ok(Connection::new(page, total, |row| Task::new(view, Arc::new(row))))
}

fn filter(given: TaskFilter) -> Result<Filter> {
    let mut reader = InputReader::default();
    let filter = Filter {
        assignee: reader.optional_id(given.assignee_id.as_ref(), "assigneeId"),
        mine: given.mine,
        deal: reader.optional_id(given.deal_id.as_ref(), "dealId"),
        done: given.state.map(|state| state == TaskState::Done),
        overdue: given.overdue,
        due_from: given.due_from.map(|day| day.0),
        due_to: given.due_to.map(|day| day.0),
    };
    reader.check()?;
    Ok(filter)
}

fn order(given: Option<Vec<TaskOrder>>) -> Vec<Order> {
    let mut seen: Vec<Order> = Vec::new();
    for key in given.unwrap_or_default() {
        let (field, descending) = (key.field.into(), key.direction == OrderDirection::Desc);
        if !seen.iter().any(|known| known.field == field) {
            seen.push(Order { field, descending });
        }
    }
    seen
}
