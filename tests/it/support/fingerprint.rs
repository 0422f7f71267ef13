//! Everything in a database, as text.

use engine::db::Db;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable, Statement};

/// Every row of every table.
pub async fn of(db: &Db) -> String {
    let conn = db.reader();
    let mut text = String::new();
    text += &rows::<entity::member::Entity>(conn).await;
    text += &rows::<entity::token::Entity>(conn).await;
    text += &rows::<entity::claimed_id::Entity>(conn).await;
    text += &rows::<entity::process::Entity>(conn).await;
    text += &rows::<entity::process_version::Entity>(conn).await;
    text += &rows::<entity::stage::Entity>(conn).await;
    text += &rows::<entity::action::Entity>(conn).await;
    text += &rows::<entity::action_performer::Entity>(conn).await;
    text += &rows::<entity::deal::Entity>(conn).await;
    text += &rows::<entity::deal_participant::Entity>(conn).await;
    text += &rows::<entity::note::Entity>(conn).await;
    text += &rows::<entity::file::Entity>(conn).await;
    text += &rows::<entity::file_secret::Entity>(conn).await;
    text += &rows::<entity::completion::Entity>(conn).await;
    text += &rows::<entity::task::Entity>(conn).await;
    text += &rows::<entity::close_reason::Entity>(conn).await;
    text += &rows::<entity::notification::Entity>(conn).await;
    text += &rows::<entity::event::Entity>(conn).await;
    text += &rows::<entity::log_state::Entity>(conn).await;
    text += &rows::<entity::inbox::Entity>(conn).await;
    text += &rows::<entity::inbox_event::Entity>(conn).await;
    text += &rows::<entity::mail::Entity>(conn).await;
    text += &rows::<entity::audit_entry::Entity>(conn).await;
    text += &rows::<entity::webhook::Entity>(conn).await;
    text += &rows::<entity::webhook_delivery::Entity>(conn).await;
    text
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
