//! What either database tells of its own tables.

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};

use super::{Column, Kind, Reference, Table};
use crate::error::{Error, Result};

/// Virtual tables, and what they keep their content in, are no tables of ours.
const SQLITE: &str = r#"
SELECT known.name AS "table", col.name AS "column", col.type AS "kind", CAST(col.pk AS BIGINT) AS "place"
FROM pragma_table_list AS known, pragma_table_info(known.name) AS col
WHERE known.schema = 'main' AND known.type = 'table' AND known.name NOT LIKE 'sqlite_%'
ORDER BY known.name, col.cid"#;

const POSTGRES: &str = r#"
SELECT known.relname::text AS "table", col.attname::text AS "column", format_type(col.atttypid, NULL) AS "kind",
    coalesce(array_position(key.indkey::int2[], col.attnum) + 1, 0)::int8 AS "place"
FROM pg_class AS known
INNER JOIN pg_namespace AS space ON space.oid = known.relnamespace AND space.nspname = current_schema()
INNER JOIN pg_attribute AS col ON col.attrelid = known.oid AND col.attnum > 0 AND NOT col.attisdropped
LEFT JOIN pg_index AS key ON key.indrelid = known.oid AND key.indisprimary
WHERE known.relkind = 'r'
ORDER BY known.relname COLLATE "C", col.attnum"#;

const SQLITE_REFERENCES: &str = r#"
SELECT known.name AS "table", ref."from" AS "column", ref."table" AS "to", coalesce(ref."to", 'id') AS "to_column"
FROM pragma_table_list AS known, pragma_foreign_key_list(known.name) AS ref
WHERE known.schema = 'main' AND known.type = 'table'
ORDER BY known.name, ref."from""#;

const POSTGRES_REFERENCES: &str = r#"
SELECT known.relname::text AS "table", col.attname::text AS "column", other.relname::text AS "to",
    aim.attname::text AS "to_column"
FROM pg_constraint AS ref
INNER JOIN pg_class AS known ON known.oid = ref.conrelid
INNER JOIN pg_namespace AS space ON space.oid = known.relnamespace AND space.nspname = current_schema()
INNER JOIN pg_class AS other ON other.oid = ref.confrelid
INNER JOIN pg_attribute AS col ON col.attrelid = known.oid AND col.attnum = ref.conkey[1]
INNER JOIN pg_attribute AS aim ON aim.attrelid = other.oid AND aim.attnum = ref.confkey[1]
WHERE ref.contype = 'f'
ORDER BY 1, 2"#;

/// Every table, each with its columns.
pub async fn tables(conn: &impl ConnectionTrait) -> Result<Vec<Table>> {
    let mut tables = Vec::<Table>::new();
    for row in either(conn, SQLITE, POSTGRES).await? {
        let (name, column, place) = (text(&row, "table")?, text(&row, "column")?, ordinal(&row)?);
        let kind = text(&row, "kind")?;
        if tables.last().is_none_or(|last| last.name != name) {
            tables.push(Table { name, columns: Vec::new(), key: Vec::new() });
        }
        let Some(table) = tables.last_mut() else { continue };
        table
            .columns
            .push(Column { kind: known(&table.name, &column, &kind)?, name: column.clone() });
        table.key.extend((place > 0).then_some(column));
    }
    Ok(tables)
}

/// Every column that names a row of another table.
pub async fn references(conn: &impl ConnectionTrait) -> Result<Vec<Reference>> {
    let rows = either(conn, SQLITE_REFERENCES, POSTGRES_REFERENCES).await?;
    let reference = |row: &QueryResult| {
        Ok(Reference {
            table: text(row, "table")?,
            column: text(row, "column")?,
            to: text(row, "to")?,
            to_column: text(row, "to_column")?,
        })
    };
    rows.iter().map(reference).collect()
}

async fn either(
    conn: &impl ConnectionTrait,
    sqlite: &str,
    postgres: &str,
) -> Result<Vec<QueryResult>> {
    let backend = conn.get_database_backend();
    let sql = if backend == DbBackend::Sqlite { sqlite } else { postgres };
    Ok(conn.query_all_raw(Statement::from_string(backend, sql)).await?)
}

fn text(row: &QueryResult, column: &str) -> Result<String> {
    Ok(row.try_get("", column)?)
}

fn ordinal(row: &QueryResult) -> Result<i64> {
    Ok(row.try_get("", "place")?)
}

fn known(table: &str, column: &str, kind: &str) -> Result<Kind> {
    let unknown = || Error::bug(format!("{table}.{column} is of a kind that nobody knows: {kind}"));
    Kind::of(kind).ok_or_else(unknown)
}
