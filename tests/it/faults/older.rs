//! Servers of the version before that go on beside those of this one, once the database is brought up to date: what such a
//! server asks and writes is taken, and adds up.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    catalogue::{self, Table},
    names,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::{
    import,
    keep::tools::{assert_clean, checked, content},
    support::{
        TestApp,
        database::{self, Kind},
        each,
        scene::Scene,
    },
};

/// How many migrations the program knows that may still run: that of the last release, and until there is one, commit 945808a.
const LEVEL: u32 = 23;
/// What no server writes, or what is made of what it writes.
const OTHERS: [&str; 3] = ["seaql_migrations", "deal_text_number", "write_probe"];

/// One connection, which keeps what is only for it.
async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

async fn run(conn: &DatabaseConnection, sql: &str) {
    conn.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// A database of then.
async fn of_then<T, F: Future<Output = T>>(
    kind: Kind,
    look: impl FnOnce(DatabaseConnection) -> F,
) -> T {
    let database = database::create_empty(kind).await;
    let conn = connect(database.url()).await;
    Migrator::up(&conn, Some(LEVEL)).await.unwrap();
    let found = look(conn.clone()).await;
    conn.close().await.unwrap();
    found
}

/// The tables that servers of then write, with the columns that they know.
async fn tables_of_then(kind: Kind) -> Vec<Table> {
    let mut tables =
        of_then(kind, |conn| async move { catalogue::tables(&conn).await.unwrap() }).await;
    tables.retain(|table| !OTHERS.contains(&table.name.as_str()));
    tables
}

/// Tables in an order in which each comes after those whose rows it names.
async fn in_order(conn: &DatabaseConnection, mut left: Vec<Table>) -> Vec<Table> {
    let references = catalogue::references(conn).await.unwrap();
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let names: BTreeSet<_> = left.iter().map(|table| table.name.clone()).collect();
        let waits = |table: &Table| {
            references.iter().any(|one| {
                one.table == table.name && one.to != table.name && names.contains(&one.to)
            })
        };
        let (later, now): (Vec<_>, Vec<_>) = left.into_iter().partition(waits);
        assert!(!now.is_empty(), "tables name each other in a circle: {names:?}");
        ordered.extend(now);
        left = later;
    }
    ordered
}

/// Takes every row out, and writes it again as a server of then does, which names the columns that it knows.
async fn write_as_then(app: &TestApp) {
    let conn = connect(&app.url).await;
    let tables = in_order(&conn, tables_of_then(app.kind).await).await;
    let list = |table: &Table| {
        let names: Vec<_> = table.columns.iter().map(|one| format!(r#""{}""#, one.name)).collect();
        names.join(", ")
    };
    for table in tables.iter().rev() {
        let (name, columns) = (&table.name, list(table));
        run(
            &conn,
            &format!(r#"CREATE TEMP TABLE "kept_{name}" AS SELECT {columns} FROM "{name}""#),
        )
        .await;
        run(&conn, &format!(r#"DELETE FROM "{name}""#)).await;
    }
    for table in &tables {
        let (name, columns) = (&table.name, list(table));
        let rows = format!(r#"SELECT {columns} FROM "kept_{name}""#);
        run(&conn, &format!(r#"INSERT INTO "{name}" ({columns}) {rows}"#)).await;
    }
    conn.close().await.unwrap();
}

/// Deals of every course, as servers of then could leave them.
async fn live(app: &TestApp) {
    import::support::try_import(&app.app, &import::generated::texts(30), false).await.unwrap();
    let scene = Scene::new(app).await;
    let (deal, completion) = scene.deal("EVERYONE").await;
    for (name, input) in scene.mutations(&deal, &completion) {
        scene.people.admin.mutate(name, input, "").await;
    }
    scene.deal("PARTICIPANTS").await;
    app.number_log().await;
}

#[tokio::test]
async fn what_a_server_of_then_writes_is_taken_and_adds_up_once_it_is_repaired() {
    each(|app| async move {
        live(&app).await;
        assert_clean(&app).await;
        let before = content(&app).await;
        write_as_then(&app).await;
        let (found, summary) = checked(&app, true).await;
        assert_eq!(summary.mended, summary.differences, "{found:#?}");
        names::renew(&app.app).await.unwrap();
        assert_clean(&app).await;
        assert!(content(&app).await == before, "a row is not what it was");
    })
    .await;
}

const SQLITE_RULES: &str = "SELECT tbl_name AS \"table\", sql AS rule FROM sqlite_master \
    WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%'";
const POSTGRES_RULES: &str = "SELECT conrelid::regclass::text AS \"table\", pg_get_constraintdef(oid) AS rule \
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
    UNION ALL SELECT tablename::text, indexdef FROM pg_indexes \
    WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%'";

/// What each table asks of its rows, besides being there.
async fn rules(conn: &DatabaseConnection) -> BTreeMap<String, BTreeSet<String>> {
    let kind = conn.get_database_backend();
    let sql = if kind == sea_orm::DbBackend::Postgres { POSTGRES_RULES } else { SQLITE_RULES };
    let mut all = BTreeMap::<_, BTreeSet<String>>::new();
    for row in conn.query_all_raw(Statement::from_string(kind, sql)).await.unwrap() {
        let rule = row.try_get("", "rule").unwrap();
        all.entry(row.try_get("", "table").unwrap()).or_default().insert(rule);
    }
    all
}

/// A rule that is new would refuse what a server of then writes, and one that is gone is what it relies on.
#[tokio::test]
async fn tables_ask_of_rows_what_they_asked_then() {
    each(|app| async move {
        let conn = connect(&app.url).await;
        let now = rules(&conn).await;
        conn.close().await.unwrap();
        let then = of_then(app.kind, |conn| async move { rules(&conn).await }).await;
        assert!(then.len() > 3, "{then:?}");
        for (table, rules) in then {
            assert_eq!(now.get(&table), Some(&rules), "{table}");
        }
    })
    .await;
}
