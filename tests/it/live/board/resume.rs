//! Boards that are torn off again and again, on several servers, with saves in between.

use domain::event::cursor::{BoardCursor, FeedCursor, LogCursor, SavedCursor};
use engine::{
    command::Command,
    deal::{DealFields, UpdateDeal},
};
use entity::{
    event,
    event::Fact,
    ids::{DealId, EventId, ProcessVersionId},
    member::Role,
};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::cursor;
use crate::support::{
    BuiltProcess, Client, TestApp, each,
    feed::{Feed, appeared},
    steps, system,
};

/// A lot happens to a deal, in one unit of work.
pub async fn happen_often(app: &TestApp, deal: &str, times: usize) {
    let command: (DealId, usize) = (deal.parse().unwrap(), times);
    let update = app.app.write(
        system(),
        steps(command, |tx, (deal, times)| {
            Box::pin(async move {
                for time in 0..*times {
                    let title = Some(format!("title {time}"));
                    let fields = DealFields { title, ..DealFields::default() };
                    UpdateDeal { deal_id: *deal, fields }.run(tx).await?;
                }
                Ok(())
            })
        }),
    );
    update.await.unwrap();
}

#[tokio::test]
async fn what_was_missed_comes_whole_however_many_batches_it_fills() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let service = ada.process("Service", &[]).await;
        let (ours, theirs) = (ada.deal(&sales.id, "o").await, ada.deal(&service.id, "t").await);
        app.number_log().await;
        let after = cursor(&ada, &sales.id).await;
        happen_often(&app, &theirs, 150).await;
        happen_often(&app, &ours, 250).await;
        app.number_log().await;
        let mut feed = Feed::board(&ada, &sales.id, Some(&after)).await;
        for time in 0..250 {
            let item = feed.item().await;
            assert_eq!(item["caughtUp"], false);
            assert_eq!(item["change"]["deal"]["title"], "title 249", "the deal is live");
            assert_eq!(item["change"]["event"]["after"]["version"], 2 + time);
        }
        feed.mark().await;
    })
    .await;
}

#[tokio::test]
async fn a_place_that_this_database_does_not_have_is_refused() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        app.number_log().await;
        let good = app.opened(&cursor(&ada, &sales.id).await).await;
        let FeedCursor::Board(good) = good else { panic!("a board's cursor: {good:?}") };
        let stranger = EventId::from_uuid(Uuid::from_u128(1));
        let version = ProcessVersionId::from_uuid(Uuid::from_u128(1));
        let log = |position, event| BoardCursor { log: LogCursor { position, event }, ..good };
        let saved = |saved| BoardCursor { saved, ..good };
        for place in [
            saved(SavedCursor { number: good.saved.number + 1, ..good.saved }),
            saved(SavedCursor { number: 0, ..good.saved }),
            saved(SavedCursor { version, ..good.saved }),
            log(good.log.position, Some(stranger)),
            log(good.log.position, None),
            log(good.log.position + 1, good.log.event),
            log(0, good.log.event),
            log(-1, None),
        ] {
            let after = app.sealed(&FeedCursor::Board(place)).await;
            let mut feed = Feed::board(&ada, &sales.id, Some(&after)).await;
            assert_eq!(feed.code().await, "CURSOR_INVALID", "{place:?}");
            if place.saved != good.saved {
                let saved = app.sealed(&FeedCursor::Saved(place.saved)).await;
                for cursor in [after, saved] {
                    let mut feed = Feed::saved(&ada, &sales.id, Some(&cursor)).await;
                    assert_eq!(feed.code().await, "CURSOR_INVALID", "{place:?}");
                }
            }
        }
        let from_the_beginning = app.sealed(&FeedCursor::Board(log(0, None))).await;
        let mut feed = Feed::board(&ada, &sales.id, Some(&from_the_beginning)).await;
        assert_eq!(feed.change().await, appeared(&deal));
        feed.mark().await;
    })
    .await;
}

const ROUNDS: usize = 30;

/// Does, saves the process and undoes, on both servers in turn.
async fn work(at: [Client; 2], sales: BuiltProcess, deals: Vec<String>) {
    for round in 0..ROUNDS {
        let client = &at[round % 2];
        let deal = &deals[round % deals.len()];
        let completion = client.complete(deal, sales.action("Call")).await;
        let weight = json!({ "actionId": sales.action("Call"), "weight": 2 + round % 3 });
        client.done("updateAction", weight, "").await;
        client.done("undoCompletion", json!({ "completionId": completion }), "").await;
    }
}

/// All that a board must have told: events by their ids, in the order of the log, and versions.
async fn truth(app: &TestApp, first: usize) -> Vec<String> {
    let query = event::Entity::find().order_by_asc(event::Column::Position);
    let log = query.all(app.app.db().reader()).await.unwrap();
    let log = log.into_iter().skip(first);
    log.filter(|event| !matches!(event.fact, Fact::ProgressRecalculated { .. }))
        .map(|event| event.id.to_string())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_torn_off_again_and_again_misses_nothing_and_doubles_nothing() {
    each(|app| async move {
        let other = app.again().await;
        let (here, there) =
            (engine::background::start(&app.app), engine::background::start(&other.app));
        let ada = app.admin().await;
        let mia = app.member("Mia", Role::Manager).await;
        let sales = ada.process("Sales", &[("A", &[("Call", 1), ("Write", 1)])]).await;
        let mut deals = Vec::new();
        for title in ["a", "b", "c"] {
            deals.push(ada.deal(&sales.id, title).await);
        }
        app.number_log().await;
        let first = cursor(&mia, &sales.id).await;
        let version = process_version(&ada, &sales.id).await;
        let writer =
            tokio::spawn(work([ada.clone(), ada.at(&other)], sales_copy(&sales), deals.clone()));
        let servers = [mia.clone(), mia.at(&other)];
        let told = read_torn(&servers, &sales.id, &first, 3 * ROUNDS, &writer).await;
        writer.await.unwrap();
        let (mut order, mut events, mut saves) = (String::new(), Vec::new(), Vec::new());
        for one in told {
            match one {
                Told::Event(id) => {
                    order.push('e');
                    events.push(id);
                }
                Told::Save(number) => {
                    order.push('s');
                    saves.push(number);
                }
            }
        }
        assert_eq!(events, truth(&app, deals.len()).await);
        let last = process_version(&ada, &sales.id).await;
        assert_eq!(saves, (version + 1..=last).collect::<Vec<_>>());
        assert_eq!(order, "ese".repeat(ROUNDS), "in the order in which it happened");
        here.shutdown().await;
        there.shutdown().await;
        other.stop().await;
    })
    .await;
}

fn sales_copy(sales: &BuiltProcess) -> BuiltProcess {
    let (stages, actions) = (sales.stages.clone(), sales.actions.clone());
    BuiltProcess { id: sales.id.clone(), stages, actions }
}

async fn process_version(ada: &Client, id: &str) -> i64 {
    let data =
        ada.query("query($id: ID!) { process(id: $id) { version } }", json!({ "id": id })).await;
    data["process"]["version"].as_i64().unwrap()
}

/// Reads a few items, tears the socket, and goes on at the other server: `after` stays the first one, as
/// clients send it, and `resume` knows better. It reads until all events came and, once the writer has
/// stopped, until the mark: then nothing more can come.
async fn read_torn(
    servers: &[Client; 2],
    process: &str,
    first: &str,
    count: usize,
    writer: &tokio::task::JoinHandle<()>,
) -> Vec<Told> {
    let mut told = Vec::new();
    let mut last: Option<String> = None;
    for round in 0.. {
        let client = &servers[round % 2];
        let mut feed =
            Feed::open(client, "processProgress", process, Some(first), last.as_deref()).await;
        let done = writer.is_finished() && told.len() >= count;
        for _ in 0..(if done { 1000 } else { 1 + round % 7 }) {
            let item = feed.item().await;
            last = Some(feed.cursor.clone());
            let change = &item["change"];
            told.extend(change["event"]["id"].as_str().map(|id| Told::Event(id.to_owned())));
            told.extend(change["version"]["number"].as_i64().map(Told::Save));
            if change.is_null() && done {
                return told;
            }
            if change.is_null() {
                break;
            }
        }
    }
    unreachable!()
}

/// What a board told.
enum Told {
    Event(String),
    Save(i64),
}
