//! The rows of any table: read in the order of its key, and written.

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value as Bound};
use serde_json::Value;
use uuid::Uuid;

use super::{Fault, damaged, value};
use crate::{
    catalogue::{Column, Kind, Table},
    error::{Error, Result},
    fault::is_of_values,
};

/// The migrations that were done, the oldest first.
pub(super) async fn migrations(conn: &impl ConnectionTrait) -> Result<Vec<String>> {
    let rows = query(conn, "SELECT version FROM seaql_migrations ORDER BY version", Vec::new());
    let names = rows.await?.iter().map(|row| row.try_get("", "version")).collect::<Vec<_>>();
    Ok(names.into_iter().collect::<std::result::Result<_, _>>()?)
}

/// The next rows of a table after the one with this key, as JSON.
pub(super) async fn page(
    conn: &impl ConnectionTrait,
    table: &Table,
    after: Option<&[Value]>,
    limit: u64,
) -> std::result::Result<Vec<Vec<Value>>, Fault> {
    let key = |name: &String| table.columns.iter().find(|column| column.name == *name);
    let keys: Vec<_> = table.key.iter().filter_map(key).collect();
    let mut bound = Vec::new();
    for (value, column) in after.into_iter().flatten().zip(&keys) {
        bound.push(value::bound(value.clone(), column)?);
    }
    let sql = page_sql(conn.get_database_backend(), table, bound.len(), limit);
    let rows = query(conn, &sql, bound).await?;
    let read = |row: &QueryResult| table.columns.iter().map(|one| value::read(row, one)).collect();
    Ok(rows.iter().map(read).collect::<std::result::Result<_, _>>()?)
}

fn page_sql(backend: DbBackend, table: &Table, bound: usize, limit: u64) -> String {
    let columns = list(table.columns.iter().map(selected));
    let key = list(table.key.iter().map(|name| quoted(name)));
    let after = match bound {
        0 => String::new(),
        _ => format!("WHERE ({key}) > ({})", list((1..=bound).map(|at| placeholder(backend, at)))),
    };
    format!("SELECT {columns} FROM {} {after} ORDER BY {key} LIMIT {limit}", quoted(&table.name))
}

/// A column as it can be read without knowing how large its numbers are, and JSON as the text that it is.
fn selected(column: &Column) -> String {
    let name = quoted(&column.name);
    match column.kind {
        Kind::Integer => format!("CAST({name} AS BIGINT) AS {name}"),
        Kind::Json => format!("CAST({name} AS TEXT) AS {name}"),
        _ => name,
    }
}

/// Writes rows of a table. What a changed byte makes of a value, often only the table notices.
pub(super) async fn insert(
    conn: &impl ConnectionTrait,
    table: &Table,
    rows: usize,
    values: Vec<Bound>,
) -> std::result::Result<(), Fault> {
    let backend = conn.get_database_backend();
    let columns = list(table.columns.iter().map(|column| quoted(&column.name)));
    let row = |number: usize| {
        let first = number * table.columns.len() + 1;
        let places = (first..).zip(&table.columns);
        format!("({})", list(places.map(|(at, column)| filled(backend, column, at))))
    };
    let rows = list((0..rows).map(row));
    let sql = format!("INSERT INTO {} ({columns}) VALUES {rows}", quoted(&table.name));
    let statement = Statement::from_sql_and_values(backend, sql, values);
    match conn.execute_raw(statement).await {
        Ok(_) => Ok(()),
        Err(cause) if is_of_values(&cause) => {
            Err(damaged(format!("{} does not take some of its rows", table.name)))
        }
        Err(cause) => Err(cause.into()),
    }
}

/// JSON is bound as the text that it is, and numbers as the largest that there are.
fn filled(backend: DbBackend, column: &Column, at: usize) -> String {
    let place = placeholder(backend, at);
    match (backend, column.kind) {
        (DbBackend::Postgres, Kind::Json) => format!("CAST({place} AS jsonb)"),
        (DbBackend::Postgres, Kind::Integer) => format!("CAST({place} AS BIGINT)"),
        _ => place,
    }
}

/// Whether a table has rows.
pub(super) async fn has_rows(conn: &impl ConnectionTrait, table: &str) -> Result<bool> {
    let sql = format!("SELECT 1 AS one FROM {} LIMIT 1", quoted(table));
    Ok(!query(conn, &sql, Vec::new()).await?.is_empty())
}

/// Removes what migrations put into tables.
pub(super) async fn clear(conn: &impl ConnectionTrait, tables: &[Table]) -> Result<()> {
    for table in tables {
        run(conn, &format!("DELETE FROM {}", quoted(&table.name))).await?;
    }
    Ok(())
}

/// Where events and saves go that had no place in the log yet: behind all others, as the sequencer would have put
/// them, because on SQLite each has its place from the start.
pub(super) async fn place_in_log(conn: &impl ConnectionTrait) -> Result<(i64, Vec<i64>)> {
    let last = query(conn, r#"SELECT coalesce(max("position"), 0) AS "at" FROM event"#, Vec::new());
    let last = last.await?.first().map_or(Ok(0), |row| row.try_get("", "at"))?;
    let sql = r#"SELECT CAST(insert_id AS BIGINT) AS "at" FROM event WHERE "position" IS NULL ORDER BY insert_id"#;
    let rows = query(conn, sql, Vec::new()).await?;
    let ids =
        rows.iter().map(|row| row.try_get("", "at")).collect::<std::result::Result<_, _>>()?;
    Ok((last, ids))
}

/// Gives the log another secret: cursors that were sealed with the old one do not open.
pub(super) async fn new_secret(conn: &impl ConnectionTrait) -> Result<()> {
    let mut secret = vec![0; 32];
    getrandom::fill(&mut secret).map_err(|cause| Error::Internal(Box::new(cause)))?;
    let backend = conn.get_database_backend();
    let sql = format!("UPDATE log_secret SET secret = {}", placeholder(backend, 1));
    conn.execute_raw(Statement::from_sql_and_values(backend, sql, [secret.into()])).await?;
    Ok(())
}

/// How PostgreSQL says the references between tables.
const REFERENCES: &str = "SELECT ref.conrelid::regclass::text AS \"table\", quote_ident(ref.conname) AS \"name\",
    pg_get_constraintdef(ref.oid) AS \"says\" FROM pg_constraint AS ref
    INNER JOIN pg_namespace AS space ON space.oid = ref.connamespace AND space.nspname = current_schema()
    WHERE ref.contype = 'f'";

/// Lets rows come before those that they name, until [`hold`]: the statements that it takes.
pub(super) async fn loosen(conn: &impl ConnectionTrait) -> Result<Vec<String>> {
    if conn.get_database_backend() == DbBackend::Sqlite {
        return run(conn, "PRAGMA defer_foreign_keys = ON").await.map(|()| Vec::new());
    }
    let mut again = Vec::new();
    for row in query(conn, REFERENCES, Vec::new()).await? {
        let get = |column| row.try_get::<String>("", column);
        let (table, name, says) = (get("table")?, get("name")?, get("says")?);
        run(conn, &format!("ALTER TABLE {table} DROP CONSTRAINT {name}")).await?;
        again.push(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {says}"));
    }
    Ok(again)
}

/// Every row names rows that are there, from now on: else the table whose rows do not.
pub(super) async fn hold(
    conn: &impl ConnectionTrait,
    statements: &[String],
) -> Result<Option<String>> {
    for statement in statements {
        run(conn, statement).await?;
    }
    if conn.get_database_backend() == DbBackend::Postgres {
        return Ok(None);
    }
    let found = query(conn, "PRAGMA foreign_key_check", Vec::new()).await?;
    Ok(found.first().map(|row| row.try_get("", "table")).transpose()?)
}

/// Removes the row of this id.
pub(super) async fn remove(conn: &impl ConnectionTrait, table: &str, id: Uuid) -> Result<()> {
    let backend = conn.get_database_backend();
    let sql = format!("DELETE FROM {} WHERE id = {}", quoted(table), placeholder(backend, 1));
    conn.execute_raw(Statement::from_sql_and_values(backend, sql, [id.into()])).await?;
    Ok(())
}

/// Columns that PostgreSQL counts: by a sequence of their own, or by that of another.
const COUNTED: &str = "SELECT c.table_name::text AS \"table\", c.column_name::text AS \"column\",
    coalesce(pg_get_serial_sequence(quote_ident(c.table_name), c.column_name),
        substring(c.column_default from '''(.*)''')) AS \"sequence\"
    FROM information_schema.columns AS c WHERE c.table_schema = current_schema()
    AND (c.is_identity = 'YES' OR c.column_default LIKE 'nextval(%')";

/// Lets PostgreSQL count on from the rows that are there; SQLite does so by itself.
pub(super) async fn count_on(conn: &impl ConnectionTrait) -> Result<()> {
    if conn.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    for row in query(conn, COUNTED, Vec::new()).await? {
        let get = |column| row.try_get::<String>("", column);
        let (table, column, sequence) = (get("table")?, get("column")?, get("sequence")?);
        let (table, column) = (quoted(&table), quoted(&column));
        // Two columns may count by one sequence: it never goes back.
        let last = format!("(SELECT coalesce(max({column}), 0) FROM {table})");
        let now = format!("(SELECT last_value FROM {sequence})");
        query(conn, &format!("SELECT setval('{sequence}', greatest({last}, {now}))"), Vec::new())
            .await?;
    }
    Ok(())
}

async fn run(conn: &impl ConnectionTrait, sql: &str) -> Result<()> {
    conn.execute_unprepared(sql).await?;
    Ok(())
}

async fn query(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Bound>,
) -> Result<Vec<QueryResult>> {
    let backend = conn.get_database_backend();
    Ok(conn.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn placeholder(backend: DbBackend, at: usize) -> String {
    if backend == DbBackend::Postgres { format!("${at}") } else { "?".to_owned() }
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
