//! A transaction in which a whole database is made: its tables, by the migrations up to any of them, and its rows.

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    TransactionTrait, prelude::async_trait::async_trait,
};

use super::{Db, postgres::FORGET};
use crate::{advisory::MIGRATION, error::Result};

/// An open transaction. Dropped, it is rolled back, and with it whatever was migrated.
pub struct Whole {
    turn: DatabaseTransaction,
    is_pooled: bool,
}

impl Db {
    /// Begins it, after whoever else migrates.
    pub(crate) async fn begin_whole(&self) -> Result<Whole> {
        let turn = self.writer.connections().begin().await?;
        let whole = Whole { turn, is_pooled: self.writer.is_behind_pooler() };
        if self.backend() == DbBackend::Postgres {
            let wait = format!("SELECT pg_advisory_xact_lock({MIGRATION})");
            whole.turn.execute_unprepared(&wait).await?;
        }
        whole.forget().await?;
        Ok(whole)
    }
}

/// The names of all migrations that this program knows, the oldest first.
pub(crate) fn known_migrations() -> Vec<String> {
    Migrator::migrations().iter().map(|one| one.name().to_owned()).collect()
}

impl Whole {
    /// The migrations that were done, the oldest first.
    pub(crate) async fn applied(&self) -> Result<Vec<String>> {
        Migrator::install(&self.turn).await?;
        let applied = Migrator::get_migration_models(&self.turn).await?;
        Ok(applied.into_iter().map(|one| one.version).collect())
    }

    /// Does the next migrations: so many, or all that are left.
    pub(crate) async fn migrate(&self, steps: Option<u32>) -> Result<()> {
        Ok(Migrator::up(&self.turn, steps).await?)
    }

    /// Makes it all true at once.
    pub(crate) async fn keep(self) -> Result<()> {
        self.forget().await?;
        Ok(self.turn.commit().await?)
    }

    /// Leaves everything as it was.
    pub(crate) async fn leave(self) -> Result<()> {
        Ok(self.turn.rollback().await?)
    }

    /// The driver prepares what it does; a pooler would give that to strangers.
    async fn forget(&self) -> Result<()> {
        if self.is_pooled {
            self.turn.execute_unprepared(FORGET).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl ConnectionTrait for Whole {
    fn get_database_backend(&self) -> DbBackend {
        self.turn.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.turn.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.turn.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.turn.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.turn.query_all_raw(statement).await
    }
}
