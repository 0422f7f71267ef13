//! Many rows with one statement.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable, Statement,
    Value,
    sea_query::{Alias, Expr, Query},
};

use crate::error::{Error, Result};

/// The most rows of one statement: with all their columns below the 32,766 parameters that SQLite takes.
pub(crate) const MOST: usize = 512;

/// Writes new rows.
pub(crate) async fn insert_rows<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    rows: Vec<E::ActiveModel>,
) -> Result<()>
where
    E::ActiveModel: Clone,
{
    for rows in rows.chunks(MOST) {
        E::insert_many(rows.iter().cloned()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Writes all columns of rows that there are, found by the column `id`; each may be there once.
pub(crate) async fn update_rows<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    rows: Vec<E::ActiveModel>,
) -> Result<()> {
    let nothing = Derived::<E> { columns: &[], values: |_: &E::ActiveModel| Vec::new() };
    update_derived::<E>(conn, rows, &nothing).await
}

/// Columns that no model has, because only the database reads them: what they are follows from the row.
pub(crate) struct Derived<E: EntityTrait> {
    /// Which columns.
    pub columns: &'static [&'static str],
    /// What they are, in the same order, for a row of which all else is known.
    pub values: fn(&E::ActiveModel) -> Vec<Value>,
}

impl<E: EntityTrait> Derived<E> {
    /// The columns of the model, and then these.
    fn names(&self) -> Vec<&'static str> {
        let columns = E::Column::iter().map(|column| column.as_str());
        columns.chain(self.columns.iter().copied()).collect()
    }

    /// What all those columns are for a row.
    fn all(&self, row: &E::ActiveModel) -> Vec<Value> {
        let values = E::Column::iter().filter_map(|column| row.get(column).into_value());
        values.chain((self.values)(row)).collect()
    }
}

/// Writes new rows, and what follows from them.
pub(crate) async fn insert_derived<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    rows: Vec<E::ActiveModel>,
    derived: &Derived<E>,
) -> Result<()> {
    let backend = conn.get_database_backend();
    for rows in rows.chunks(MOST) {
        conn.execute_raw(inserted(backend, rows, derived)?).await?;
    }
    Ok(())
}

fn inserted<E: EntityTrait>(
    backend: DbBackend,
    rows: &[E::ActiveModel],
    derived: &Derived<E>,
) -> Result<Statement> {
    let mut insert = Query::insert();
    insert.into_table(Alias::new(E::default().table_name())).columns(derived.names());
    for row in rows {
        let values = derived.all(row).into_iter().map(Expr::value);
        insert.values(values).map_err(|error| Error::bug(error.to_string()))?;
    }
    Ok(backend.build(&insert))
}

/// Writes all columns of rows that there are, as [`update_rows`] does, and what follows from them.
pub(crate) async fn update_derived<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    rows: Vec<E::ActiveModel>,
    derived: &Derived<E>,
) -> Result<()> {
    let names = derived.names();
    for rows in rows.chunks(MOST) {
        let values = rows.iter().flat_map(|row| derived.all(row)).collect();
        update(conn, E::default().table_name(), &names, values, rows.len()).await?;
    }
    Ok(())
}

/// Writes these columns of so many rows, each with its own values; the row is the one of this `id`, which is among the
/// columns.
pub(crate) async fn update(
    conn: &impl ConnectionTrait,
    table: &str,
    columns: &[&str],
    values: Vec<Value>,
    rows: usize,
) -> Result<()> {
    let backend = conn.get_database_backend();
    let sql = update_sql(backend, table, columns, rows);
    conn.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}

/// Both databases know `UPDATE … FROM`.
fn update_sql(backend: DbBackend, table: &str, columns: &[&str], rows: usize) -> String {
    let mut places = (1..).map(|number| match backend {
        DbBackend::Postgres => format!("${number}"),
        _ => "?".to_owned(),
    });
    let mut row = || places.by_ref().take(columns.len()).collect::<Vec<_>>().join(", ");
    let rows: Vec<_> = (0..rows).map(|_| format!("({})", row())).collect();
    let quoted: Vec<_> = columns.iter().map(|name| format!("\"{name}\"")).collect();
    let set = quoted.iter().filter(|name| *name != "\"id\"");
    let set = set.map(|name| format!("{name} = fresh.{name}")).collect::<Vec<_>>().join(", ");
    let (names, rows) = (quoted.join(", "), rows.join(", "));
    format!(
        "WITH fresh ({names}) AS (VALUES {rows}) UPDATE \"{table}\" SET {set} FROM fresh WHERE \"{table}\".id = fresh.id"
    )
}

/// These keys, the last one as often as it takes to make their number a power of two: so there are few texts of
/// statements, and each is found prepared. Very many stay as they are.
pub(crate) fn padded<K: Clone>(mut keys: Vec<K>) -> Vec<K> {
    if let (Some(last), true) = (keys.last().cloned(), keys.len() <= MOST) {
        keys.resize(keys.len().next_power_of_two(), last);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_padded_with_the_last_one() {
        assert_eq!(padded(vec![1, 2, 3]), [1, 2, 3, 3]);
        assert_eq!((padded(vec![1]), padded(Vec::<u8>::new())), (vec![1], vec![]));
    }
}
