//! Which connections are replaced, and what a unit of work does after a fault that nobody minded.

use engine::{
    db::{Db, Step, Unit},
    event::sequencer,
    member::token::uses,
};
use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use serde_json::json;

use super::breaker::{Breaker, FAULTS, Fault};
use crate::support::{Kind, TestApp, each, live::soon};

async fn run(conn: &impl ConnectionTrait, sql: &str) -> Result<(), DbErr> {
    conn.execute_unprepared(sql).await.map(drop)
}

/// By what a connection is known. SQLite has one that writes, and a temporary table is seen by the connection
/// that made it only; PostgreSQL knows its sessions by number.
#[derive(Clone, Copy)]
struct Session(i32);

impl Session {
    async fn of(unit: &Unit) -> Self {
        if unit.get_database_backend() == DbBackend::Sqlite {
            run(unit, "INSERT INTO mark DEFAULT VALUES").await.unwrap();
            return Self(0);
        }
        Self(number(unit, "SELECT pg_backend_pid() AS n").await)
    }

    /// Whether it is there.
    async fn lives(self, db: &Db) -> bool {
        if db.backend() == DbBackend::Sqlite {
            let unit = db.begin_write().await.unwrap();
            let lives = run(&unit, "INSERT INTO mark DEFAULT VALUES").await.is_ok();
            unit.rollback().await.unwrap();
            return lives;
        }
        let count = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE pid = ";
        number(db.reader(), &format!("{count}{}", self.0)).await == 1
    }

    /// PostgreSQL needs a moment to notice.
    async fn is_gone(self, db: &Db) {
        soon(async { while self.lives(db).await {} }).await;
    }
}

async fn number(conn: &impl ConnectionTrait, sql: &str) -> i32 {
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    conn.query_one_raw(statement).await.unwrap().unwrap().try_get("", "n").unwrap()
}

/// Prepares for [`Session::of`].
async fn mark(db: &Db) {
    if db.backend() == DbBackend::Postgres {
        return;
    }
    let unit = db.begin_write().await.unwrap();
    run(&unit, "CREATE TEMPORARY TABLE mark (n INTEGER PRIMARY KEY)").await.unwrap();
    unit.commit().await.unwrap();
}

async fn server(app: &TestApp) -> (Breaker, TestApp) {
    let breaker = Breaker::new(app.kind);
    let broken = breaker.server(app).await;
    (breaker, broken)
}

const RAISE: &str = "UPDATE log_state SET rights_epoch = rights_epoch + 1";

#[tokio::test]
async fn after_any_fault_a_connection_is_replaced() {
    each(|app| async move {
        let (breaker, broken) = server(&app).await;
        let db = broken.app.db();
        for fault in FAULTS {
            for at in ["statement", "commit", "roll-back"] {
                mark(db).await;
                let unit = db.begin_write().await.unwrap();
                let session = Session::of(&unit).await;
                breaker.always(move |step| is(step, at), fault);
                let _ = run(&unit, RAISE).await;
                let outcome =
                    if at == "roll-back" { unit.rollback().await } else { unit.commit().await };
                assert!(breaker.mend() > 0);
                let is_known = app.kind == Kind::Postgres && fault == Fault::Lost && at == "commit";
                assert_eq!(outcome.is_ok(), is_known, "{fault:?} at {at}");
                session.is_gone(db).await;
            }
        }
        broken.stop().await;
    })
    .await;
}

fn is(step: Step<'_>, at: &str) -> bool {
    match step {
        Step::Statement(_) => at == "statement",
        Step::Commit => at == "commit",
        Step::Rollback => at == "roll-back",
        _ => false,
    }
}

/// Nor is one that a query outside a transaction used.
#[tokio::test]
async fn after_any_fault_a_connection_that_reads_is_replaced() {
    each(|app| async move {
        if app.kind == Kind::Sqlite {
            return; // nothing tells its readers apart
        }
        let (breaker, broken) = server(&app).await;
        let db = broken.app.db();
        for fault in FAULTS {
            let reading = db.begin_read().await.unwrap();
            let session = Session::of(&reading).await;
            breaker.at(1, fault);
            assert!(run(&reading, "SELECT 1").await.is_err());
            assert_eq!(breaker.mend(), 1);
            drop(reading);
            session.is_gone(db).await;
        }
        broken.stop().await;
    })
    .await;
}

#[tokio::test]
async fn after_a_refusal_by_the_schema_a_connection_stays_and_its_transaction_does_not() {
    each(|app| async move {
        let db = app.app.db();
        mark(db).await;
        let before = app.fingerprint().await;
        let unit = db.begin_write().await.unwrap();
        let session = Session::of(&unit).await;
        run(&unit, RAISE).await.unwrap();
        // there is one already
        run(&unit, "INSERT INTO log_state VALUES (1, 5)").await.unwrap_err();
        assert!(unit.commit().await.is_err(), "whoever overlooked an error cannot commit");
        assert_eq!(before, app.fingerprint().await);
        assert!(session.lives(db).await);
    })
    .await;
}

#[tokio::test]
async fn a_unit_of_work_refuses_all_that_follows_a_fault_which_somebody_overlooked() {
    each(|app| async move {
        let (breaker, broken) = server(&app).await;
        for fault in FAULTS {
            let before = app.fingerprint().await;
            let unit = broken.app.db().begin_write().await.unwrap();
            run(&unit, RAISE).await.unwrap();
            breaker.at(1, fault);
            let _ = run(&unit, RAISE).await;
            assert_eq!(breaker.mend(), 1);
            // SQLite has undone the transaction: this would be true at once.
            assert!(run(&unit, "UPDATE log_state SET rights_epoch = 99").await.is_err());
            assert!(unit.commit().await.is_err(), "{fault:?}");
            assert_eq!(before, app.fingerprint().await, "{fault:?}");
        }
        broken.stop().await;
    })
    .await;
}

/// A slow statement, for whoever does not wait for it.
fn slow(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
             UPDATE log_state SET rights_epoch = (SELECT count(*) FROM n)"
        }
        Kind::Postgres => "UPDATE log_state SET rights_epoch = 7 WHERE pg_sleep(0.2) IS NOT NULL",
    }
}

#[tokio::test]
async fn a_statement_that_is_cut_off_takes_its_unit_of_work_and_its_connection_along() {
    each(|app| async move {
        let db = app.app.db();
        mark(db).await;
        let before = app.fingerprint().await;
        let unit = db.begin_write().await.unwrap();
        let session = Session::of(&unit).await;
        assert!(run(&unit, slow(app.kind)).now_or_never().is_none());
        assert!(run(&unit, "UPDATE log_state SET rights_epoch = 9").await.is_err());
        assert!(unit.commit().await.is_err());
        session.is_gone(db).await;
        assert_eq!(before, app.fingerprint().await);
    })
    .await;
}

#[tokio::test]
async fn a_unit_of_work_that_is_dropped_is_undone_and_its_connection_used_again() {
    each(|app| async move {
        let db = app.app.db();
        mark(db).await;
        let before = app.fingerprint().await;
        let unit = db.begin_write().await.unwrap();
        let session = Session::of(&unit).await;
        run(&unit, "UPDATE log_state SET rights_epoch = 9").await.unwrap();
        drop(unit);
        assert!(session.lives(db).await);
        assert_eq!(before, app.fingerprint().await);
    })
    .await;
}

/// The other servers' way to the same database is not broken: they wait for nobody.
#[tokio::test]
async fn a_database_that_ends_every_session_costs_what_was_in_the_middle_and_no_more() {
    each(|app| async move {
        if app.kind == Kind::Sqlite {
            return;
        }
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[])]).await;
        let unit = app.app.db().begin_write().await.unwrap();
        run(&unit, RAISE).await.unwrap();
        let before = app.fingerprint().await;
        let other = app.again().await;
        end_all_sessions(&other).await;
        assert!(unit.commit().await.is_err());
        assert_eq!(before, other.fingerprint().await);
        for number in 0..20 {
            ada.deal(&sales.id, &format!("Deal {number}")).await;
        }
        other.stop().await;
    })
    .await;
}

/// Ends the sessions of all others, and waits until they are gone.
async fn end_all_sessions(app: &TestApp) {
    let unit = app.app.db().begin_read().await.unwrap();
    let others = "datname = current_database() AND pid <> pg_backend_pid()";
    let ends =
        format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {others}");
    run(&unit, &ends).await.unwrap();
    unit.rollback().await.unwrap();
}

/// A connection that was used a moment ago is not asked whether it lives: what it is taken for finds out.
#[tokio::test]
async fn sessions_that_end_while_they_rest_are_missed_by_nobody() {
    each(|app| async move {
        if app.kind == Kind::Sqlite {
            return;
        }
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let other = app.again().await;
        let one = "query($id: ID!) { deal(id: $id) { title } }";
        let more = "query($id: ID!) { deal(id: $id) { title permissions { update { allowed } } } }";
        for number in 0..5 {
            for document in [one, more] {
                end_all_sessions(&other).await;
                let found = ada.query(document, json!({ "id": deal })).await;
                assert!(found["deal"]["title"].is_string(), "{found}");
            }
            end_all_sessions(&other).await;
            let title = format!("{number} chairs");
            ada.done("updateDeal", json!({ "dealId": deal, "title": title }), "").await;
        }
        other.stop().await;
    })
    .await;
}

/// The log is numbered beside the units of work, with a transaction of its own.
#[tokio::test]
async fn the_log_is_numbered_densely_whatever_fails() {
    each(|app| async move {
        if app.kind == Kind::Sqlite {
            return; // numbers at insert
        }
        let (breaker, broken) = server(&app).await;
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[])]).await;
        for fault in FAULTS {
            for step in 1.. {
                ada.deal(&sales.id, "Chairs").await;
                breaker.at(step, fault);
                let outcome = sequencer::number_all(&broken.app).await;
                let broke = breaker.mend();
                sequencer::number_all(&broken.app).await.unwrap();
                if broke == 0 {
                    assert!(outcome.is_ok() && step > 6);
                    break;
                }
            }
        }
        let dense = "SELECT 1 FROM event HAVING count(*) = max(position) AND count(*) > 0";
        let statement = Statement::from_string(DbBackend::Postgres, dense);
        assert_eq!(app.app.db().reader().query_all_raw(statement).await.unwrap().len(), 1);
        broken.stop().await;
    })
    .await;
}

#[tokio::test]
async fn when_a_token_was_used_is_kept_until_it_could_be_written() {
    each(|app| async move {
        let (breaker, broken) = server(&app).await;
        let ada = broken.admin().await;
        let document = "{ viewer { member { tokens { lastUsedAt } } } }";
        for fault in FAULTS {
            for step in 1.. {
                app.app.clock().set(app.app.clock().now() + chrono::TimeDelta::minutes(2));
                broken.app.clock().set(app.app.clock().now());
                ada.query(document, json!({})).await;
                breaker.at(step, fault);
                let outcome = uses::write(&broken.app).await;
                let broke = breaker.mend();
                // of a connection that rested the first step is taken again on another
                assert!(outcome.is_ok() || broke > 0, "{fault:?} at step {step}: {outcome:?}");
                uses::write(&broken.app).await.unwrap();
                if broke == 0 {
                    assert!(step > 3);
                    break;
                }
            }
            let data = ada.query(document, json!({})).await;
            let used = data["viewer"]["member"]["tokens"][0]["lastUsedAt"].clone();
            assert_eq!(used.as_str().unwrap()[..16], app.app.clock().now().to_rfc3339()[..16]);
        }
        soon(broken.stop()).await;
    })
    .await;
}
