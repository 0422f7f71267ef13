//! The one order of the whole log on PostgreSQL (decision 6).

use engine::{
    app::App,
    db::Unit,
    event::{sequencer, store},
};
use entity::{
    event,
    ids::{DealId, EventId},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ConnectionTrait, EntityTrait, IntoActiveModel, QueryOrder,
    sqlx::postgres::PgListener,
};

use crate::support::live::{Scratch, World, create_deal, rename, soon};

async fn log(app: &App) -> Vec<event::Model> {
    let query = event::Entity::find().order_by_asc(event::Column::Position);
    query.all(app.db().reader()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_number_what_many_write_densely_and_in_the_order_of_each_deal() {
    let Some(database) = Scratch::postgres().await else { return };
    let world = World::new(database.app().await).await;
    let apps = [world.app.clone(), database.app().await];
    let mut deals = vec![world.deal];
    for _ in 0..3 {
        deals.push(create_deal(&world.app, &world.admin, &[]).await);
    }
    let writers = (0..8).map(|writer| {
        let (app, deal) = (apps[writer % 2].clone(), deals[writer % 4]);
        tokio::spawn(async move {
            for number in 0..30 {
                rename(&app, deal, &format!("{writer}/{number}")).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        let (one, two) =
            tokio::join!(sequencer::number_all(&apps[0]), sequencer::number_all(&apps[1]));
        one.and(two).unwrap();
    }
    for writer in writers {
        writer.await.unwrap();
    }
    sequencer::number_all(&apps[0]).await.unwrap();
    let log = log(&world.app).await;
    assert_eq!(log.len(), 4 + 8 * 30);
    let positions: Vec<_> = log.iter().map(|event| event.position.unwrap()).collect();
    assert_eq!(positions, (1..=244).collect::<Vec<_>>());
    for deal in deals {
        let versions: Vec<_> =
            log.iter().filter(|event| event.deal_id == deal).map(|event| event.version).collect();
        assert_eq!(versions, (1..=61).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn more_than_one_batch_is_numbered_at_once_and_then_nothing_is_left() {
    let Some(database) = Scratch::postgres().await else { return };
    let world = World::new(database.app().await).await;
    let many = sequencer::BATCH + 10;
    world.happen_often(many.try_into().unwrap()).await;
    assert_eq!(sequencer::number_all(&world.app).await.unwrap(), many + 1);
    assert_eq!(sequencer::number_all(&world.app).await.unwrap(), 0);
    let log = log(&world.app).await;
    assert!(log.iter().all(|event| event.position == Some(event.version)));
}

#[tokio::test]
async fn a_batch_is_told_once_and_nothing_is_told_when_there_is_nothing() {
    let Some(database) = Scratch::postgres().await else { return };
    let world = World::new(database.app().await).await;
    let pool = world.app.db().reader().listening().unwrap();
    let mut listener = PgListener::connect_with(pool).await.unwrap();
    listener.listen(sequencer::CHANNEL).await.unwrap();
    for title in ["1", "2", "3"] {
        world.happen(title).await;
    }
    assert_eq!(sequencer::number_all(&world.app).await.unwrap(), 4);
    assert_eq!(sequencer::number_all(&world.app).await.unwrap(), 0);
    let end = format!("NOTIFY {}, 'end'", sequencer::CHANNEL);
    world.app.db().reader().execute_unprepared(&end).await.unwrap();
    assert_eq!(soon(listener.recv()).await.unwrap().payload(), "");
    assert_eq!(soon(listener.recv()).await.unwrap().payload(), "end");
}

/// When an event gets its place in the log.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    AtInsert,
    AfterCommit,
}

#[tokio::test]
async fn numbers_taken_at_insert_would_lose_an_event() {
    let Some(database) = Scratch::postgres().await else { return };
    let (written, seen) = read_between_two_commits(&database, Numbering::AtInsert).await;
    assert_eq!(seen, written[1..], "the reader has gone past the event that was committed late");
}

#[tokio::test]
async fn numbers_given_after_the_commit_lose_nothing() {
    let Some(database) = Scratch::postgres().await else { return };
    let (mut written, mut seen) = read_between_two_commits(&database, Numbering::AfterCommit).await;
    written.sort();
    seen.sort();
    assert_eq!(seen, written);
}

/// One writer inserts; another inserts and commits; a reader reads; the first commits; it reads on.
async fn read_between_two_commits(
    database: &Scratch,
    numbering: Numbering,
) -> (Vec<DealId>, Vec<DealId>) {
    let world = World::new(database.app().await).await;
    let app = &world.app;
    let deals = [world.deal, create_deal(app, &world.admin, &[]).await];
    sequencer::number_all(app).await.unwrap();
    let created = log(app).await;
    let place = |number| (numbering == Numbering::AtInsert).then_some(number);
    let mut reader = Reader { app, position: 2, seen: Vec::new() };

    let slow = app.db().begin_write().await.unwrap();
    insert(&slow, app, &created[0], place(3)).await;
    let fast = app.db().begin_write().await.unwrap();
    insert(&fast, app, &created[1], place(4)).await;
    fast.commit().await.unwrap();
    reader.read(numbering).await;
    slow.commit().await.unwrap();
    reader.read(numbering).await;
    (deals.to_vec(), reader.seen)
}

struct Reader<'a> {
    app: &'a App,
    position: i64,
    seen: Vec<DealId>,
}

impl Reader<'_> {
    async fn read(&mut self, numbering: Numbering) {
        if numbering == Numbering::AfterCommit {
            sequencer::number_all(self.app).await.unwrap();
        }
        let reader = self.app.db().reader();
        for touched in store::touched_after(reader, self.position, 100).await.unwrap() {
            self.position = touched.position;
            self.seen.push(touched.deal_id);
        }
    }
}

/// The second event of a deal, written by hand.
async fn insert(tx: &Unit, app: &App, first: &event::Model, position: Option<i64>) {
    let id: EventId = app.clock().new_id();
    let row = event::ActiveModel {
        insert_id: NotSet,
        id: Set(id),
        position: Set(position),
        version: Set(2),
        before: Set(Some(first.after.clone())),
        ..first.clone().into_active_model().reset_all()
    };
    event::Entity::insert(row).exec_without_returning(tx).await.unwrap();
}
