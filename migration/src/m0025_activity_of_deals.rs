//! Lists of deals by their owner and by when somebody last did something to them, and those in which somebody takes part:
//! found without reading and sorting all of them. The database itself keeps what only it reads, whoever writes beside it.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::support::*;

/// A save of a process is no activity of the deals that follow it.
const FILLED: [&str; 2] = [
    "UPDATE deal SET
        owner_key = (SELECT COALESCE(name_sort, email_key) FROM member WHERE member.id = owner_id),
        last_activity_at = COALESCE(
            (SELECT MAX(occurred_at) FROM event WHERE event.deal_id = deal.id
                AND event.actor_id IS NOT NULL AND event.fact ->> 'kind' <> 'progress_recalculated'),
            created_at)",
    "UPDATE deal_participant SET
        deal_created_at = (SELECT created_at FROM deal WHERE deal.id = deal_id)",
];

const INDICES: [&str; 4] = [
    "CREATE INDEX deal_owner_sorted ON deal (owner_key, id)",
    "CREATE INDEX deal_activity ON deal (last_activity_at, id)",
    "CREATE INDEX deal_participant_created ON deal_participant (member_id, deal_created_at, deal_id)",
    // members begin the one above
    "DROP INDEX deal_participant_member",
];

const SQLITE: [&str; 4] = [
    "CREATE TRIGGER deal_keyed AFTER INSERT ON deal
    WHEN new.owner_key IS NULL OR new.last_activity_at IS NULL BEGIN
        UPDATE deal SET
            owner_key = COALESCE(owner_key,
                (SELECT COALESCE(name_sort, email_key) FROM member WHERE member.id = owner_id)),
            last_activity_at = COALESCE(last_activity_at, created_at)
        WHERE id = new.id;
    END",
    "CREATE TRIGGER deal_owner_changed AFTER UPDATE OF owner_id ON deal
    WHEN new.owner_id <> old.owner_id BEGIN
        UPDATE deal SET owner_key =
            (SELECT COALESCE(name_sort, email_key) FROM member WHERE member.id = owner_id)
        WHERE id = new.id;
    END",
    "CREATE TRIGGER deal_owner_renamed AFTER UPDATE OF name_sort, email_key ON member
    WHEN COALESCE(new.name_sort, new.email_key) <> COALESCE(old.name_sort, old.email_key) BEGIN
        UPDATE deal SET owner_key = COALESCE(new.name_sort, new.email_key) WHERE owner_id = new.id;
    END",
    "CREATE TRIGGER deal_participant_dated AFTER INSERT ON deal_participant
    WHEN new.deal_created_at IS NULL BEGIN
        UPDATE deal_participant SET deal_created_at =
            (SELECT created_at FROM deal WHERE deal.id = deal_id)
        WHERE deal_id = new.deal_id AND member_id = new.member_id;
    END",
];

/// Whoever gives a deal an owner waits for whoever renames that member, and the other way round: no deal keeps the key of a
/// name of before. Deals are locked in the order of their ids, as everywhere.
const POSTGRES: [&str; 8] = [
    "CREATE FUNCTION deal_keyed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.owner_key IS NULL THEN
            SELECT COALESCE(name_sort, email_key) INTO NEW.owner_key
                FROM member WHERE member.id = NEW.owner_id FOR SHARE;
        END IF;
        NEW.last_activity_at := COALESCE(NEW.last_activity_at, NEW.created_at);
        RETURN NEW;
    END $$",
    "CREATE TRIGGER deal_keyed BEFORE INSERT ON deal FOR EACH ROW
        WHEN (NEW.owner_key IS NULL OR NEW.last_activity_at IS NULL) EXECUTE FUNCTION deal_keyed()",
    "CREATE FUNCTION deal_owner_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE new_key text;
    BEGIN
        SELECT COALESCE(name_sort, email_key) INTO new_key
            FROM member WHERE member.id = NEW.owner_id FOR SHARE;
        UPDATE deal SET owner_key = new_key WHERE id = NEW.id;
        RETURN NULL;
    END $$",
    // after, not before: the latter would lock the deal from those who only name it, as the reader of a webhook does
    "CREATE TRIGGER deal_owner_changed AFTER UPDATE OF owner_id ON deal FOR EACH ROW
        WHEN (NEW.owner_id <> OLD.owner_id) EXECUTE FUNCTION deal_owner_changed()",
    "CREATE FUNCTION deal_owner_renamed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM 1 FROM deal WHERE owner_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
        UPDATE deal SET owner_key = COALESCE(NEW.name_sort, NEW.email_key) WHERE owner_id = NEW.id;
        RETURN NULL;
    END $$",
    "CREATE TRIGGER deal_owner_renamed AFTER UPDATE OF name_sort, email_key ON member FOR EACH ROW
        WHEN (COALESCE(NEW.name_sort, NEW.email_key) <> COALESCE(OLD.name_sort, OLD.email_key))
        EXECUTE FUNCTION deal_owner_renamed()",
    "CREATE FUNCTION deal_participant_dated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        SELECT created_at INTO NEW.deal_created_at FROM deal WHERE deal.id = NEW.deal_id;
        RETURN NEW;
    END $$",
    "CREATE TRIGGER deal_participant_dated BEFORE INSERT ON deal_participant FOR EACH ROW
        WHEN (NEW.deal_created_at IS NULL) EXECUTE FUNCTION deal_participant_dated()",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &owner_key(manager)).await?;
        for (table, column) in
            [("deal", "last_activity_at"), ("deal_participant", "deal_created_at")]
        {
            let add = Table::alter().table(table).add_column(time_null(column)).take();
            manager.alter_table(add).await?;
        }
        let of_kind: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &POSTGRES,
            _ => &SQLITE,
        };
        for statement in FILLED.iter().chain(&INDICES).chain(of_kind) {
            run(manager, statement).await?;
        }
        Ok(())
    }
}

/// How the owner's name is sorted, compared by its bytes.
fn owner_key(manager: &SchemaManager<'_>) -> String {
    let by_bytes = match manager.get_database_backend() {
        DbBackend::Postgres => r#" COLLATE "C""#,
        _ => "",
    };
    format!("ALTER TABLE deal ADD COLUMN owner_key text{by_bytes}")
}
