//! Everything in a database, as text.

use engine::db::Db;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable, Statement};

/// What a function makes of each table, in turn.
macro_rules! every_table {
    ($rows:ident, $db:expr) => {
        [
            $rows::<entity::member::Entity>($db.reader()).await,
            $rows::<entity::token::Entity>($db.reader()).await,
            $rows::<entity::claimed_id::Entity>($db.reader()).await,
            $rows::<entity::process::Entity>($db.reader()).await,
            $rows::<entity::process_version::Entity>($db.reader()).await,
            $rows::<entity::stage::Entity>($db.reader()).await,
            $rows::<entity::action::Entity>($db.reader()).await,
            $rows::<entity::action_performer::Entity>($db.reader()).await,
            $rows::<entity::deal::Entity>($db.reader()).await,
            $rows::<entity::deal_participant::Entity>($db.reader()).await,
            $rows::<entity::note::Entity>($db.reader()).await,
            $rows::<entity::file::Entity>($db.reader()).await,
            $rows::<entity::file_secret::Entity>($db.reader()).await,
            $rows::<entity::completion::Entity>($db.reader()).await,
            $rows::<entity::task::Entity>($db.reader()).await,
            $rows::<entity::close_reason::Entity>($db.reader()).await,
            $rows::<entity::notification::Entity>($db.reader()).await,
            $rows::<entity::event::Entity>($db.reader()).await,
            $rows::<entity::log_state::Entity>($db.reader()).await,
            $rows::<entity::inbox::Entity>($db.reader()).await,
            $rows::<entity::inbox_event::Entity>($db.reader()).await,
            $rows::<entity::mail::Entity>($db.reader()).await,
            $rows::<entity::audit_entry::Entity>($db.reader()).await,
            $rows::<entity::webhook::Entity>($db.reader()).await,
            $rows::<entity::webhook_delivery::Entity>($db.reader()).await,
        ]
        .concat()
    };
}

/// Every row of every table, as this kind of database writes it.
pub async fn of(db: &Db) -> String {
    every_table!(rows, db)
}

/// Every row of every table, alike in either kind of database.
pub async fn alike(db: &Db) -> String {
    every_table!(models, db)
}

async fn models<E: EntityTrait>(conn: &impl ConnectionTrait) -> String {
    let rows = E::find().all(conn).await.unwrap();
    let mut lines: Vec<_> = rows.iter().map(|row| unnumbered(format!("{row:?}\n"))).collect();
    lines.sort();
    lines.concat()
}

fn unnumbered(line: String) -> String {
    let Some(start) = line.find("position: ").filter(|_| line.contains("insert_id")) else {
        return line;
    };
    let end = line[start..].find(", deal_id").map_or(line.len(), |length| start + length);
    format!("{}{}", &line[..start], &line[end..])
}

/// The database writes them out itself: to decode and format each row here took a tenth of the whole suite's time.
async fn rows<E: EntityTrait>(conn: &impl ConnectionTrait) -> String {
    let table = E::default();
    let columns = without_position(E::Column::iter().map(|column| column.as_str().to_owned()));
    let line = match conn.get_database_backend() {
        DbBackend::Postgres => format!("ROW({})::text", columns.join(", ")),
        _ => columns
            .iter()
            .map(|name| format!("quote({name})"))
            .collect::<Vec<_>>()
            .join(" || ',' || "),
    };
    let name = table.table_name();
    let sql = format!("SELECT {line} AS line FROM \"{name}\" ORDER BY 1");
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql));
    let rows = rows.await.unwrap();
    let lines = rows.iter().map(|row| row.try_get::<String>("", "line").unwrap());
    format!("{name}\n{}\n", lines.collect::<Vec<_>>().join("\n"))
}

/// The sequencer may number an event at any time: that is no change.
fn without_position(columns: impl Iterator<Item = String>) -> Vec<String> {
    let mut columns: Vec<_> = columns.collect();
    if columns.iter().any(|column| column == "insert_id") {
        columns.retain(|column| column != "position");
    }
    columns.iter().map(|column| format!("\"{column}\"")).collect()
}
