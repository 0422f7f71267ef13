//! Where databases are made, filled, copied, and read to the last row.

use std::{collections::BTreeMap, path::Path, time::Duration};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement};
use tokio::time::sleep;

/// What is made by chance, where there was no place for what was.
const RANDOM: [&str; 2] = ["log_secret", "file_secret"];
/// What a migration makes, or a program that starts: not to be copied.
const OWN: [&str; 4] = ["seaql_migrations", "log_secret", "name_keys", "write_probe"];
/// What changes with an upgrade: which was done, and by which rules names are compared.
const MOVES: [&str; 1] = ["name_keys"];

/// Where databases are made.
pub enum Place<'a> {
    Folder(&'a Path),
    Server(DatabaseConnection, String),
}

/// The columns of each table.
type Columns = BTreeMap<String, Vec<String>>;

/// Everything in a database: its migrations, its schema, and the rows of its tables.
#[derive(PartialEq)]
pub struct State {
    pub migrations: Vec<String>,
    schema: Vec<String>,
    columns: Columns,
    rows: BTreeMap<String, Vec<Vec<String>>>,
}

impl State {
    /// Whether every row of that one is here, with the same in the columns that it had.
    pub fn keeps(&self, old: &Self) -> bool {
        let tables = old.rows.keys().filter(|table| !MOVES.contains(&table.as_str()));
        tables.into_iter().all(|table| self.part(table, &old.columns[table]) == old.rows[table])
    }

    /// The rows of a table, with these of its columns.
    fn part(&self, table: &str, columns: &[String]) -> Vec<Vec<String>> {
        let own = &self.columns[table];
        let places: Vec<_> =
            columns.iter().map(|name| own.iter().position(|one| one == name).unwrap()).collect();
        let part = |row: &Vec<String>| places.iter().map(|place| row[*place].clone()).collect();
        let mut rows: Vec<Vec<String>> = self.rows[table].iter().map(part).collect();
        rows.sort();
        rows
    }
}

const SQLITE_SCHEMA: &str = "SELECT coalesce(sql, name) AS it FROM sqlite_master ORDER BY 1";
const SQLITE_COLUMNS: &str = "SELECT known.name || '.' || own.name AS it \
    FROM sqlite_master AS known, pragma_table_info(known.name) AS own WHERE known.type = 'table' \
    AND known.name NOT LIKE 'sqlite_%' AND known.name NOT LIKE 'deal_text%' ORDER BY known.name, own.cid";
const POSTGRES_SCHEMA: &str = "SELECT it FROM (
    SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS it
        FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace) AS every ORDER BY 1";
const POSTGRES_COLUMNS: &str = "SELECT table_name || '.' || column_name AS it \
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";

fn full(name: &str) -> String {
    format!("waypost_upgrades_{}_{name}", std::process::id())
}

/// One connection, which stays as it is set.
async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await.unwrap()
}

async fn texts(conn: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    let rows = conn.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get("", "it").unwrap()).collect()
}

async fn run(conn: &DatabaseConnection, sql: &str) {
    conn.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn quoted(columns: &[String]) -> String {
    columns.iter().map(|name| format!(r#""{name}""#)).collect::<Vec<_>>().join(", ")
}

impl<'a> Place<'a> {
    /// A server of PostgreSQL.
    pub async fn server(url: &str) -> Place<'static> {
        let (base, _) = url.rsplit_once('/').unwrap();
        Place::Server(connect(url).await, base.to_owned())
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Folder(_) => "SQLite",
            Self::Server(..) => "PostgreSQL",
        }
    }

    pub fn url(&self, name: &str) -> String {
        match self {
            Self::Folder(folder) => format!("sqlite://{}/{name}.db?mode=rwc", folder.display()),
            Self::Server(_, base) => format!("{base}/{}", full(name)),
        }
    }

    pub async fn create(&self, name: &str) {
        if let Self::Server(admin, _) = self {
            run(admin, &format!("CREATE DATABASE {}", full(name))).await;
        }
    }

    pub async fn copy(&self, from: &str, to: &str) {
        match self {
            Self::Folder(folder) => {
                let file = |name: &str| folder.join(format!("{name}.db"));
                std::fs::copy(file(from), file(to)).unwrap();
            }
            Self::Server(admin, _) => {
                run(admin, &format!("CREATE DATABASE {} TEMPLATE {}", full(to), full(from))).await;
            }
        }
    }

    pub async fn remove(&self, name: &str) {
        match self {
            Self::Folder(folder) => {
                for ending in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(folder.join(format!("{name}.db{ending}")));
                }
            }
            Self::Server(admin, _) => {
                run(admin, &format!("DROP DATABASE {} WITH (FORCE)", full(name))).await;
            }
        }
    }

    /// Makes a database as it was after this migration, with the rows of the one that was used, as far as they fit.
    pub async fn fill(&self, name: &str, level: u32) {
        let conn = connect(&self.url(name)).await;
        Migrator::up(&conn, Some(level)).await.unwrap();
        let columns = self.columns(&conn).await;
        self.let_in(&conn).await;
        let tables = columns.iter().filter(|(table, _)| !OWN.contains(&table.as_str()));
        for (table, columns) in tables {
            run(&conn, &format!(r#"DELETE FROM "{table}""#)).await;
            self.bring(&conn, table, &quoted(columns)).await;
            assert!(level < 9 || self.is_filled(&conn, table).await, "{table} has no row");
        }
        conn.close().await.unwrap();
    }

    /// Rows come in any order, and nothing is made of them.
    async fn let_in(&self, conn: &DatabaseConnection) {
        match self {
            Self::Folder(folder) => {
                run(conn, "PRAGMA foreign_keys = OFF").await;
                run(conn, &format!("ATTACH '{}/used.db' AS used", folder.display())).await;
            }
            Self::Server(..) => run(conn, "SET session_replication_role = replica").await,
        }
    }

    /// These columns of the rows of a table.
    async fn bring(&self, conn: &DatabaseConnection, table: &str, columns: &str) {
        if let Self::Folder(_) = self {
            let from = format!(r#"SELECT {columns} FROM used."{table}""#);
            return run(conn, &format!(r#"INSERT INTO main."{table}" ({columns}) {from}"#)).await;
        }
        let used = connect(&self.url("used")).await;
        let all = format!(
            r#"SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text AS it FROM "{table}" AS t"#
        );
        let rows = texts(&used, &all).await.remove(0);
        used.close().await.unwrap();
        let from = format!(
            r#"SELECT {columns} FROM jsonb_populate_recordset(NULL::"{table}", $1::jsonb)"#
        );
        let insert = format!(r#"INSERT INTO "{table}" ({columns}) {from}"#);
        let kind = conn.get_database_backend();
        let insert = Statement::from_sql_and_values(kind, insert, [rows.into()]);
        conn.execute_raw(insert).await.unwrap_or_else(|error| panic!("{table}: {error}"));
    }

    async fn is_filled(&self, conn: &DatabaseConnection, table: &str) -> bool {
        let any = format!(r#"SELECT 'one' AS it FROM "{table}" LIMIT 1"#);
        !texts(conn, &any).await.is_empty()
    }

    /// Everything in a database.
    pub async fn state(&self, name: &str) -> State {
        let conn = connect(&self.url(name)).await;
        self.is_left_alone(&conn).await;
        let migrations = "SELECT version AS it FROM seaql_migrations ORDER BY 1";
        let migrations = texts(&conn, migrations).await;
        let schema = match self {
            Self::Folder(_) => SQLITE_SCHEMA,
            Self::Server(..) => POSTGRES_SCHEMA,
        };
        let (schema, columns) = (texts(&conn, schema).await, self.columns(&conn).await);
        let mut rows = BTreeMap::new();
        for (table, columns) in &columns {
            if table != "seaql_migrations" && !RANDOM.contains(&table.as_str()) {
                rows.insert(table.clone(), self.rows(&conn, table, columns).await);
            }
        }
        conn.close().await.unwrap();
        State { migrations, schema, columns, rows }
    }

    /// A server goes on with the statement of somebody who is gone, until it notices.
    async fn is_left_alone(&self, conn: &DatabaseConnection) {
        let others = "SELECT pid::text AS it FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
        while matches!(self, Self::Server(..)) && !texts(conn, others).await.is_empty() {
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn columns(&self, conn: &DatabaseConnection) -> Columns {
        let sql = match self {
            Self::Folder(_) => SQLITE_COLUMNS,
            Self::Server(..) => POSTGRES_COLUMNS,
        };
        let mut all = Columns::new();
        for line in texts(conn, sql).await {
            let (table, column) = line.split_once('.').unwrap();
            all.entry(table.to_owned()).or_default().push(column.to_owned());
        }
        all
    }

    /// All rows of a table, each as the texts of its columns.
    async fn rows(
        &self,
        conn: &DatabaseConnection,
        table: &str,
        columns: &[String],
    ) -> Vec<Vec<String>> {
        let text = |name: &String| match self {
            Self::Folder(_) => format!(r#"quote("{name}") AS "{name}""#),
            Self::Server(..) => format!(r#"coalesce("{name}"::text, 'NULL') AS "{name}""#),
        };
        let texts: Vec<_> = columns.iter().map(text).collect();
        let sql = format!(r#"SELECT {} FROM "{table}""#, texts.join(", "));
        let found = Statement::from_string(conn.get_database_backend(), sql);
        let found = conn.query_all_raw(found).await.unwrap();
        let row = |row: &sea_orm::QueryResult| {
            columns.iter().map(|name| row.try_get("", name).unwrap()).collect()
        };
        let mut rows: Vec<_> = found.iter().map(row).collect();
        rows.sort();
        rows
    }
}
