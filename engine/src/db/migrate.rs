//! Bringing the schema up to date, as a whole or not at all.

use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use super::{Db, known_migrations, postgres::FORGET};
use crate::{
    advisory::MIGRATION,
    catalogue,
    error::{Error, Result},
    fault::{Fault, fault},
};

/// How often it is tried beside servers that hold tables in another order.
const TRIES: u32 = 20;
/// How much longer each try waits than the one before it.
const PAUSE: Duration = Duration::from_millis(50);
/// What units of work of members read first, to know who acts. Whoever has it waits until those that have begun are
/// through, and those that begin wait for it while they hold nothing else.
const FIRST: &str = "LOCK TABLE token IN ACCESS EXCLUSIVE MODE";

/// A newer program has migrated the database.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "this database was made by a newer version of Waypost. Use that version, or another database."
)]
pub struct NewerDatabase;

impl Db {
    /// Brings the schema up to date, as a whole or not at all: where an upgrade fails, the program of before goes on
    /// with what it knows. Refuses a database that a newer program has migrated.
    pub async fn migrate(&self) -> Result<()> {
        match self.backend() {
            DbBackend::Postgres => self.migrate_beside_others().await,
            _ => self.migrate_file().await,
        }
    }

    /// Commands that start beside a server find nothing to do, and need not wait for its right to write.
    async fn migrate_file(&self) -> Result<()> {
        if self.is_up_to_date().await? {
            return Ok(());
        }
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        let at_once = TransactionOptions { sqlite_transaction_mode, ..Default::default() };
        let turn = self.writer.connections().begin_with_options(at_once).await?;
        refuse_newer(&turn).await?;
        Migrator::up(&turn, None).await?;
        Ok(turn.commit().await?)
    }

    /// Servers at work may hold what is migrated next and wait for what is migrated already: PostgreSQL ends one of the two,
    /// and where that is this one, it begins again.
    async fn migrate_beside_others(&self) -> Result<()> {
        for tries in 1..TRIES {
            match self.migrate_server().await {
                Err(error) if lost_a_race(&error) => {
                    tracing::info!(target: "waypost::db::migrate", %error, "servers at work hold what is to be migrated: trying again");
                    tokio::time::sleep(PAUSE * tries).await;
                }
                done => return done,
            }
        }
        self.migrate_server().await
    }

    /// Servers that start at once migrate one after the other, each in one transaction, at whose end the
    /// lock goes. The driver prepares what it migrates with; a pooler would give that to strangers.
    async fn migrate_server(&self) -> Result<()> {
        let turn = self.writer.connections().begin().await?;
        let wait =
            format!("SELECT pg_advisory_xact_lock({MIGRATION}); SET LOCAL lock_timeout = '20s'");
        turn.execute_unprepared(&wait).await?;
        if self.writer.is_behind_pooler() {
            turn.execute_unprepared(FORGET).await?;
        }
        let applied = refuse_newer(&turn).await?;
        if applied > 0 && applied < known_migrations().len() {
            turn.execute_unprepared(FIRST).await?;
        }
        Migrator::up(&turn, None).await?;
        if self.writer.is_behind_pooler() {
            turn.execute_unprepared(FORGET).await?;
        }
        Ok(turn.commit().await?)
    }

    /// Whether it has the newest schema; nothing is changed, and a newer one than this program knows is refused.
    pub async fn is_up_to_date(&self) -> Result<bool> {
        let tables = catalogue::tables(&self.reader).await?;
        if !tables.iter().any(|table| table.name == "seaql_migrations") {
            return Ok(false);
        }
        let applied = Migrator::get_migration_models(self.reader.connections()).await?;
        let (applied, known) = (applied.into_iter().map(|one| one.version), known_migrations());
        let applied: Vec<_> = applied.collect();
        if applied.iter().any(|one| !known.contains(one)) {
            return Err(Error::Internal(Box::new(NewerDatabase)));
        }
        Ok(applied == known)
    }
}

fn lost_a_race(error: &Error) -> bool {
    let Error::Internal(cause) = error else { return false };
    cause.downcast_ref().is_some_and(|error| fault(error) == Fault::Race)
}

/// How many migrations were done, unless this program does not know them all.
async fn refuse_newer(turn: &DatabaseTransaction) -> Result<usize> {
    let known = known_migrations();
    Migrator::install(turn).await?;
    let applied = Migrator::get_migration_models(turn).await?;
    match applied.iter().any(|one| !known.contains(&one.version)) {
        true => Err(Error::Internal(Box::new(NewerDatabase))),
        false => Ok(applied.len()),
    }
}
