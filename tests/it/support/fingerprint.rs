//! Everything in a database, as text.

use engine::db::Db;
use sea_orm::{ConnectionTrait, EntityTrait};

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

async fn rows<E: EntityTrait>(conn: &impl ConnectionTrait) -> String {
    let rows = E::find().all(conn).await.unwrap();
    let mut lines: Vec<_> = rows.iter().map(|row| without_position(format!("{row:?}\n"))).collect();
    lines.sort();
    lines.concat()
}

/// The sequencer may number an event at any time: that is no change.
fn without_position(line: String) -> String {
    let Some(start) = line.find("position: ") else { return line };
    if !line.contains("insert_id") {
        return line;
    }
    let end = line[start..].find(", deal_id").map_or(line.len(), |length| start + length);
    format!("{}{}", &line[..start], &line[end..])
}
