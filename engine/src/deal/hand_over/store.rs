//! The deals that somebody hands over, in the tables.

use entity::{
    deal,
    deal::Status,
    ids::{DealId, MemberId, ProcessId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::{deal::store::for_update, error::Result};

/// The open deals that a member owns: all of them, or those of one process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owned {
    /// The owner.
    pub owner: MemberId,
    /// The process.
    pub process: Option<ProcessId>,
}

impl Owned {
    fn query(self) -> Select<deal::Entity> {
        let query = deal::Entity::find()
            .filter(deal::Column::OwnerId.eq(self.owner))
            .filter(deal::Column::Status.eq(Status::Open));
        match self.process {
            Some(process) => query.filter(deal::Column::ProcessId.eq(process)),
            None => query,
        }
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

    /// Whether there are any.
    pub(crate) async fn exist(self, conn: &impl ConnectionTrait) -> Result<bool> {
        Ok(self.query().one(conn).await?.is_some())
    }
}
