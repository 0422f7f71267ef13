//! A backlog comes in the order in which things happened: saves among the events of deals (rule 23).

use std::collections::VecDeque;

use chrono::TimeDelta;
use domain::process::change::{Change, StageSettings};
use engine::{
    command::Command,
    process::{EditProcess, Target},
};
use entity::{ids::StageId, process_version};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, EntityTrait, QueryOrder};
use serde_json::json;

use super::{cursor, rename};
use crate::support::{
    BuiltProcess, Client, TestApp, each,
    feed::{Feed, appeared, changed, recalculated},
    start, steps, system,
};

/// What a board is to tell, in order.
struct Story {
    ada: Client,
    sales: BuiltProcess,
    after: String,
    told: Vec<String>,
}

/// Deals and saves in turn; the log is numbered after each step, or once at the end.
async fn tell(app: &TestApp, at_once: bool) -> Story {
    let ada = app.admin().await;
    let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await; // version 3
    let service = ada.process("Service", &[]).await;
    let chairs = ada.deal(&sales.id, "Chairs").await;
    app.number_log().await;
    let after = cursor(&ada, &sales.id).await;
    let number = async || {
        if !at_once {
            app.number_log().await;
        }
    };
    ada.stage(&sales.id, "Offer").await;
    number().await;
    ada.complete(&chairs, sales.action("Call")).await;
    number().await;
    ada.stage(&sales.id, "Contract").await;
    ada.stage(&service.id, "Visit").await;
    ada.deal(&service.id, "elsewhere").await;
    ada.stage(&sales.id, "Delivery").await;
    number().await;
    let tables = ada.deal(&sales.id, "Tables").await;
    rename(&ada, &tables, "Desks").await;
    number().await;
    let weight = json!({ "actionId": sales.action("Call"), "weight": 7 });
    ada.done("setActionWeight", weight, "").await;
    app.number_log().await;
    let told = [
        recalculated(4),
        changed(&chairs),
        recalculated(5),
        recalculated(6),
        appeared(&tables),
        changed(&tables),
        recalculated(7),
    ];
    Story { ada, sales, after, told: told.into() }
}

#[tokio::test]
async fn a_backlog_tells_saves_among_the_events_of_deals_wherever_it_is_torn() {
    each(|app| async move {
        for at_once in [true, false] {
            let Story { ada, sales, after, told } = tell(&app, at_once).await;
            let mut places = VecDeque::from([after]);
            for begun in 0..=told.len() {
                let after = places.pop_front().unwrap();
                let mut feed = Feed::board(&ada, &sales.id, Some(&after)).await;
                for (index, expected) in told.iter().enumerate().skip(begun) {
                    assert_eq!(feed.change().await, *expected, "{index} after {begun}");
                    if begun == 0 {
                        places.push_back(feed.cursor.clone());
                    }
                }
                feed.mark().await;
            }
            finish(&app).await;
        }
    })
    .await;
}

/// Lets the same story be told again: its members and processes make room for their namesakes.
async fn finish(app: &TestApp) {
    for sql in [
        "UPDATE member SET email = 'x' || email, email_key = 'x' || email_key",
        "UPDATE process SET name = 'x' || name, name_key = 'x' || name_key",
    ] {
        app.app.db().reader().execute_unprepared(sql).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_live_comes_in_the_same_order_as_a_backlog() {
    each(|app| async move {
        let background = engine::background::start(&app.app);
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        app.number_log().await;
        let mut feed = Feed::board(&ada, &sales.id, Some(&cursor(&ada, &sales.id).await)).await;
        feed.mark().await;
        for round in 0..10 {
            ada.stage(&sales.id, &format!("stage {round}")).await;
            rename(&ada, &deal, &format!("title {round}")).await;
        }
        for round in 0..10 {
            assert_eq!(feed.change().await, recalculated(2 + round));
            assert_eq!(feed.change().await, changed(&deal));
        }
        background.shutdown().await;
    })
    .await;
}

/// So many saves, in one unit of work.
async fn save_often(app: &TestApp, stage: &str, times: usize) {
    let command: (StageId, usize) = (stage.parse().unwrap(), times);
    let save = app.app.write(
        system(),
        steps(command, |tx, (stage, times)| {
            Box::pin(async move {
                for time in 0..*times {
                    let hint = Some(format!("hint {time} of {times}"));
                    let change = Change::UpdateStage(*stage, StageSettings { name: None, hint });
                    let edit = EditProcess::small(Target::Stage(*stage), change, None, &None);
                    edit.run(tx).await?;
                }
                Ok(())
            })
        }),
    );
    save.await.unwrap();
}

#[tokio::test]
async fn more_saves_and_events_than_are_read_at_once_keep_their_order() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[])]).await; // version 2
        let deal = ada.deal(&sales.id, "Chairs").await;
        app.number_log().await;
        let after = cursor(&ada, &sales.id).await;
        let mut told = Vec::new();
        let mut version = 2;
        for (saves, events) in [(130, 3), (1, 120), (99, 1), (1, 0)] {
            save_often(&app, sales.stage("Contact"), saves).await;
            told.extend((0..saves).map(|_| {
                version += 1;
                recalculated(version)
            }));
            super::resume::happen_often(&app, &deal, events).await;
            told.extend((0..events).map(|_| changed(&deal)));
        }
        app.number_log().await;
        let mut feed = Feed::board(&ada, &sales.id, Some(&after)).await;
        for (index, expected) in told.iter().enumerate() {
            assert_eq!(feed.change().await, *expected, "{index}");
        }
        feed.mark().await;
    })
    .await;
}

async fn places(app: &TestApp) -> Vec<Option<i64>> {
    let versions = process_version::Entity::find().order_by_asc(process_version::Column::Id);
    let rows = versions.all(app.app.db().reader()).await.unwrap();
    rows.into_iter().map(|row| row.position).collect()
}

#[tokio::test]
async fn saves_of_before_get_their_places_when_the_database_is_brought_up_to_date() {
    each(|app| async move {
        let ada = app.admin().await;
        let clock = app.app.clock();
        let sales = ada.process("Sales", &[("Contact", &[])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        for minute in 1..6 {
            clock.set(start() + TimeDelta::minutes(2 * minute));
            ada.stage(&sales.id, &format!("stage {minute}")).await;
            clock.set(start() + TimeDelta::minutes(2 * minute + 1));
            rename(&ada, &deal, &format!("title {minute}")).await;
        }
        app.number_log().await;
        let expected = [1, 1, 1, 2, 3, 4, 5].map(Some);
        let conn = Database::connect(app.app.db().url()).await.unwrap();
        for sql in [
            "DROP INDEX process_version_unnumbered",
            "ALTER TABLE process_version DROP COLUMN insert_id",
            r#"ALTER TABLE process_version DROP COLUMN "position""#,
            "DELETE FROM seaql_migrations WHERE version = 'm0013_saves_in_the_log'",
        ] {
            conn.execute_unprepared(sql).await.unwrap();
        }
        Migrator::up(&conn, None).await.unwrap();
        let placed = places(&app).await;
        assert_eq!(placed[2..], expected[2..], "the first two are as old as the deal");
        ada.stage(&sales.id, "new").await;
        app.number_log().await;
        assert_eq!(places(&app).await.last(), Some(&Some(6)));
    })
    .await;
}
