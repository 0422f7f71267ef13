//! What somebody hands over, in the tables: their deals, and the tasks that are theirs to do.

use std::collections::HashMap;

use entity::{
    deal,
    deal::Status,
    ids::{DealId, MemberId, ProcessId},
    task,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};

use crate::{deal::store::for_update, error::Result};

/// The open deals that a member owns: all of them, or those of one process; and, if they are asked for, whatever deals
/// there are open tasks about that are theirs to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owned {
    /// The owner.
    pub owner: MemberId,
    /// The process.
    pub process: Option<ProcessId>,
    /// Whether it is about their tasks, too.
    pub with_tasks: bool,
}

impl Owned {
    fn own(self) -> Condition {
        let own = deal::Column::OwnerId.eq(self.owner).and(deal::Column::Status.eq(Status::Open));
        Condition::all().add(own)
    }

    fn of_process(self, query: Select<deal::Entity>) -> Select<deal::Entity> {
        match self.process {
            Some(process) => query.filter(deal::Column::ProcessId.eq(process)),
            None => query,
        }
    }

    fn query(self) -> Select<deal::Entity> {
        let mut any = Condition::any().add(self.own());
        if self.with_tasks {
            let tasks = self.tasks().select_only().column(task::Column::DealId).into_query();
            any = any.add(deal::Column::Id.in_subquery(tasks));
        }
        self.of_process(deal::Entity::find().filter(any))
    }

    fn tasks(self) -> Select<task::Entity> {
        task::Entity::find()
            .filter(task::Column::AssigneeId.eq(self.owner))
            .filter(task::Column::CompletedAt.is_null())
            .filter(task::Column::DeletedAt.is_null())
    }

    /// The processes that they go through.
    pub(crate) async fn processes(self, conn: &impl ConnectionTrait) -> Result<Vec<ProcessId>> {
        let query = self.query().select_only().column(deal::Column::ProcessId).distinct();
        Ok(query.into_tuple().all(conn).await?)
    }

    /// The next of them that go through these processes, locked in the order of their ids.
    pub(crate) async fn lock_next(
        self,
        conn: &impl ConnectionTrait,
        processes: &[ProcessId],
        after: Option<DealId>,
        most: u64,
    ) -> Result<Vec<deal::Model>> {
        let within = deal::Column::ProcessId.is_in(processes.iter().copied());
        let mut query = self.query().filter(within).order_by_asc(deal::Column::Id).limit(most);
        if let Some(after) = after {
            query = query.filter(deal::Column::Id.gt(after));
        }
        Ok(for_update(conn, query).all(conn).await?)
    }

    /// The open tasks about these deals, by deal, the first made first: none where it is not about tasks.
    pub(crate) async fn tasks_of(
        self,
        conn: &impl ConnectionTrait,
        deals: &[DealId],
    ) -> Result<HashMap<DealId, Vec<task::Model>>> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        if !self.with_tasks {
            return Ok(found);
        }
        let these = task::Column::DealId.is_in(deals.iter().copied());
        let query = self.tasks().filter(these).order_by_asc(task::Column::Id);
        for row in query.all(conn).await? {
            found.entry(row.deal_id).or_default().push(row);
        }
        Ok(found)
    }

    /// How many open tasks there are: none where it is not about tasks.
    pub(crate) async fn count_tasks(self, conn: &impl ConnectionTrait) -> Result<u64> {
        if !self.with_tasks {
            return Ok(0);
        }
        let deals = self.of_process(deal::Entity::find()).select_only().column(deal::Column::Id);
        let about = task::Column::DealId.in_subquery(deals.into_query());
        Ok(self.tasks().filter(about).count(conn).await?)
    }

    /// Whether any deals are left, or any that go through other processes than these.
    pub(crate) async fn are_left(
        self,
        conn: &impl ConnectionTrait,
        processes: &[ProcessId],
    ) -> Result<bool> {
        let elsewhere = deal::Column::ProcessId.is_not_in(processes.iter().copied());
        let left = Condition::any().add(self.own()).add(elsewhere);
        Ok(self.query().filter(left).one(conn).await?.is_some())
    }
}
