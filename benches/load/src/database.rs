//! Databases of a PostgreSQL server that are there for one run.

use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

use crate::server::Result;

/// Makes an empty one of this name, in place of one that was left behind; its URL.
pub async fn create(base: &str, name: &str) -> Result<String> {
    remove(base, name).await?;
    run(base, format!("CREATE DATABASE {name}")).await?;
    let (server, rest) = base.rsplit_once('/').ok_or("the URL names no database")?;
    let options =
        rest.split_once('?').map_or_else(String::new, |(_, options)| format!("?{options}"));
    Ok(format!("{server}/{name}{options}"))
}

/// Removes it, whoever uses it.
pub async fn remove(base: &str, name: &str) -> Result<()> {
    run(base, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
}

async fn run(base: &str, sql: String) -> Result<()> {
    let mut connection = PgConnection::connect(base).await?;
    raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    Ok(())
}
