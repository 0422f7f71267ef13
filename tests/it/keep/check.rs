//! `check`: clean after ordinary use, and every kind of damage is found, named and, where it is derived, mended.

use std::fs;

use sea_orm::ConnectionTrait;

use super::tools::{assert_clean, checked, content, differences, lived};
use crate::support::{TestApp, database::Kind, each};

/// Changes rows behind the program's back. On SQLite also what references would forbid; on PostgreSQL they are
/// not looked at meanwhile.
async fn damage(app: &TestApp, sql: &str) {
    let conn = app.app.db().begin_write().await.unwrap();
    if app.kind == Kind::Postgres {
        conn.execute_unprepared("SET LOCAL session_replication_role = replica").await.unwrap();
    }
    conn.execute_unprepared(sql).await.unwrap();
    conn.commit().await.unwrap();
}

/// A deal for which something was done.
fn one() -> String {
    "(SELECT deal_id FROM completion WHERE undone_at IS NULL ORDER BY deal_id LIMIT 1)".to_owned()
}

#[tokio::test]
async fn a_database_in_ordinary_use_is_clean_and_stays_as_it_is() {
    each(|app| async move {
        lived(&app).await;
        app.number_log().await;
        let before = content(&app).await;
        let summary = assert_clean(&app).await;
        assert!(summary.deals > 30 && summary.events > 100, "{summary:?}");
        assert_eq!((summary.files, summary.processes), (2, 3));
        assert_eq!(before, content(&app).await);
    })
    .await;
}

#[tokio::test]
async fn an_empty_database_is_clean() {
    each(|app| async move {
        assert_eq!(assert_clean(&app).await.deals, 0);
    })
    .await;
}

#[tokio::test]
async fn damage_to_what_people_did_is_found_and_left_alone() {
    let one = one();
    let damages = [
        (format!("UPDATE deal SET title = 'x', title_key = 'x' WHERE id = {one}"), "deal title"),
        (
            format!("UPDATE deal SET value_amount = 77, value_currency = 'CHF' WHERE id = {one}"),
            "deal value",
        ),
        (format!("UPDATE deal SET version = version + 1 WHERE id = {one}"), "deal version"),
        (
            format!("DELETE FROM event WHERE deal_id = {one} AND version = 2"),
            "deal versions of its events",
        ),
        (format!("DELETE FROM event WHERE deal_id = {one} AND version = 2"), "log positions"),
        (format!("DELETE FROM completion WHERE deal_id = {one}"), "deal completions"),
        (format!("DELETE FROM deal_participant WHERE deal_id = {one}"), "deal participants"),
        (
            format!("UPDATE deal SET visibility = 'PARTICIPANTS' WHERE id = {one}"),
            "deal visibility",
        ),
        ("UPDATE task SET title = 'another'".to_owned(), "deal tasks"),
        ("UPDATE process SET version = version + 1".to_owned(), "process version"),
        ("UPDATE process SET name = 'another' WHERE NOT is_default".to_owned(), "process name"),
        (
            "UPDATE stage SET position = 7 - position WHERE removed_at IS NULL".to_owned(),
            "process stages",
        ),
        ("DELETE FROM process_version WHERE number = 2".to_owned(), "process versions"),
        ("UPDATE inbox SET version = version + 1".to_owned(), "inbox version"),
        ("DELETE FROM note".to_owned(), "file note_id"),
        ("DELETE FROM note".to_owned(), "deal notes"),
        ("UPDATE note SET edited_at = created_at".to_owned(), "deal notes"),
        ("UPDATE note SET body = 'again' WHERE withdrawn_at IS NOT NULL".to_owned(), "note body"),
        ("UPDATE note SET withdrawn_at = created_at".to_owned(), "file note_id"),
        (
            "UPDATE completion SET note_id = (SELECT id FROM note WHERE withdrawn_at IS NOT NULL) WHERE id =
                (SELECT c.id FROM completion AS c INNER JOIN note AS n ON n.deal_id = c.deal_id
                    WHERE n.withdrawn_at IS NOT NULL AND c.undone_at IS NULL ORDER BY c.id LIMIT 1)"
                .to_owned(),
            "completion note_id",
        ),
        ("UPDATE task SET deleted_at = created_at".to_owned(), "deal deleted tasks"),
        ("DELETE FROM member WHERE name = 'Laura'".to_owned(), "action_performer member_id"),
    ];
    each(|app| {
        let damages = damages.clone();
        async move {
            lived(&app).await;
            app.number_log().await;
            for (sql, found) in damages {
                found_and_left(&app, &sql, found).await;
            }
        }
    })
    .await;
}

/// In a copy, so that each damage is the only one.
async fn found_and_left(app: &TestApp, sql: &str, found: &str) {
    let (bytes, _) = super::tools::backed_up(app).await;
    super::tools::restored(app.kind, &bytes, |copy| async move {
        if copy.kind == Kind::Sqlite {
            unchecked(&copy, sql).await;
        } else {
            damage(&copy, sql).await;
        }
        let all = differences(&copy).await;
        assert!(all.contains(&found.to_owned()), "{sql}: {all:?}");
        let before = content(&copy).await;
        let (_, summary) = checked(&copy, true).await;
        assert!(!summary.is_clean(), "{sql}");
        assert_eq!(before, content(&copy).await, "{sql}");
    })
    .await;
}

/// On a connection that looks at no references.
async fn unchecked(app: &TestApp, sql: &str) {
    let connection = sea_orm::Database::connect(&app.url).await.unwrap();
    let sql = format!("PRAGMA foreign_keys = OFF; {sql}");
    connection.execute_unprepared(&sql).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn what_is_derived_is_mended_and_then_it_is_clean() {
    each(|app| async move {
        lived(&app).await;
        app.number_log().await;
        let before = content(&app).await;
        for (sql, found) in [
            ("UPDATE deal SET percent = 99 WHERE percent < 99", "deal per cent"),
            ("UPDATE deal SET done_weight = done_weight + 1", "deal done weight"),
            ("UPDATE deal SET total_weight = 0", "deal total weight"),
            ("UPDATE deal SET stage_id = NULL, stage_position = -1", "deal stage"),
            ("UPDATE deal SET title_key = 'other'", "deal key of its title"),
            ("UPDATE deal SET owner_key = 'other'", "deal key of its owner"),
            ("UPDATE deal SET last_activity_at = created_at", "deal last activity"),
        ] {
            damage(&app, sql).await;
            let all = differences(&app).await;
            assert!(all.contains(&found.to_owned()), "{sql}: {all:?}");
            let (_, summary) = checked(&app, true).await;
            assert!(summary.is_clean() && summary.mended > 0, "{sql}: {summary:?}");
            assert_clean(&app).await;
            assert_eq!(before, content(&app).await, "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_index_of_titles_is_mended() {
    each(|app| async move {
        if app.kind == Kind::Postgres {
            return;
        }
        lived(&app).await;
        for sql in [
            "DELETE FROM deal_text_number WHERE number % 2 = 0",
            "DELETE FROM deal_text WHERE rowid < 5",
            "DELETE FROM deal_text WHERE rowid = 3; INSERT INTO deal_text (rowid, title_key) VALUES (3, 'quite another')",
        ] {
            damage(&app, sql).await;
            assert_eq!(differences(&app).await, ["deal index of titles"], "{sql}");
            assert!(checked(&app, true).await.1.is_clean(), "{sql}");
            assert_clean(&app).await;
        }
    })
    .await;
}

#[tokio::test]
async fn files_that_are_gone_or_changed_are_named() {
    each(|app| async move {
        lived(&app).await;
        let stored: Vec<_> =
            app.stored().into_iter().map(|(name, _)| app.folder.join(name)).collect();
        let whole = fs::read(&stored[0]).unwrap();
        let mut other = whole.clone();
        other[3] ^= 1;
        fs::write(&stored[0], &other).unwrap();
        assert_eq!(differences(&app).await, ["file checksum"]);
        fs::write(&stored[0], &whole[1..]).unwrap();
        assert_eq!(differences(&app).await, ["file size"]);
        fs::remove_file(&stored[0]).unwrap();
        assert_eq!(differences(&app).await, ["file bytes"]);
        fs::write(&stored[0], &whole).unwrap();
        assert_clean(&app).await;
    })
    .await;
}
