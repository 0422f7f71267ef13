//! What the tables say of each other: rows that name what is not there, numbers with gaps, and what a database
//! finds wrong with itself.

use sea_orm::{ConnectionTrait, DbBackend};

use super::{Difference, Found, store};
use crate::{catalogue, db::Unit, error::Result};

/// What follows, the table, the column that tells which row it is, and how those are found that differ.
const RULES: [(&str, &str, &str, &str); 11] = [
    ("an event of its deal", "notification", "event_id",
        "SELECT n.id FROM notification AS n WHERE NOT EXISTS
            (SELECT 1 FROM event AS e WHERE e.id = n.event_id AND e.deal_id = n.deal_id)"),
    ("a completion of its deal", "notification", "completion_id",
        "SELECT n.id FROM notification AS n INNER JOIN completion AS c ON c.id = n.completion_id
            WHERE c.deal_id <> n.deal_id"),
    ("a task of its deal", "notification", "task_id",
        "SELECT n.id FROM notification AS n INNER JOIN task AS t ON t.id = n.task_id WHERE t.deal_id <> n.deal_id"),
    ("a completion of its deal", "task", "completion_id",
        "SELECT t.id FROM task AS t INNER JOIN completion AS c ON c.id = t.completion_id WHERE c.deal_id <> t.deal_id"),
    ("a note of its deal", "completion", "note_id",
        "SELECT c.id FROM completion AS c INNER JOIN note AS n ON n.id = c.note_id WHERE n.deal_id <> c.deal_id"),
    ("nothing, because it was withdrawn", "note", "body",
        "SELECT n.id FROM note AS n WHERE n.withdrawn_at IS NOT NULL AND n.body <> '-'"),
    ("a note that was not withdrawn", "file", "note_id",
        "SELECT f.id FROM file AS f INNER JOIN note AS n ON n.id = f.note_id WHERE n.withdrawn_at IS NOT NULL"),
    ("a note that was not withdrawn", "completion", "note_id",
        "SELECT c.id FROM completion AS c INNER JOIN note AS n ON n.id = c.note_id
            WHERE n.withdrawn_at IS NOT NULL AND c.undone_at IS NULL"),
    ("the number of its last event", "inbox", "version",
        "SELECT i.member_id AS id FROM inbox AS i WHERE i.version <>
            (SELECT coalesce(max(e.version), 0) FROM inbox_event AS e WHERE e.member_id = i.member_id)"),
    ("1, 2, 3, … without gaps", "inbox_event", "version",
        "SELECT e.member_id AS id FROM inbox_event AS e GROUP BY e.member_id
            HAVING count(*) <> max(e.version) OR min(e.version) <> 1"),
    ("a stage of its process", "action", "stage_id",
        "SELECT a.id FROM action AS a INNER JOIN stage AS s ON s.id = a.stage_id WHERE s.process_id <> a.process_id"),
];

/// Looks at what tables say of each other.
pub(super) async fn look(conn: &Unit, found: &mut Found<'_>) -> Result<()> {
    if conn.get_database_backend() == DbBackend::Sqlite {
        for line in store::damage(conn).await? {
            found.add(difference("database", "file", "pages and indices", &line, "ok"));
        }
    }
    dangling(conn, found).await?;
    for (follows, table, column, sql) in RULES {
        for id in store::ids(conn, sql).await? {
            found.add(difference(table, &id, column, "something else", follows));
        }
    }
    places(conn, found).await
}

async fn dangling(conn: &Unit, found: &mut Found<'_>) -> Result<()> {
    let tables = catalogue::tables(conn).await?;
    for reference in catalogue::references(conn).await? {
        let table = tables.iter().find(|table| table.name == reference.table);
        let key = table.and_then(|table| table.key.first()).map_or("id", String::as_str);
        for (id, named) in store::dangling(conn, &reference, key).await? {
            let follows = format!("a row of {}", reference.to);
            found.add(difference(&reference.table, &id, &reference.column, &named, &follows));
        }
    }
    Ok(())
}

/// The one order of the log has no gaps.
async fn places(conn: &Unit, found: &mut Found<'_>) -> Result<()> {
    let (count, first, last) = store::places(conn).await?;
    if (first, last) != (1, count) && count > 0 {
        let stored = format!("{first} to {last}, {count} of them");
        found.add(difference("log", "log", "positions", &stored, "1, 2, 3, … without gaps"));
    }
    Ok(())
}

fn difference(of: &str, id: &str, what: &str, stored: &str, follows: &str) -> Difference {
    let [of, id, what, stored, follows] = [of, id, what, stored, follows].map(str::to_owned);
    Difference { of, id, what, stored, follows, derived: false }
}
