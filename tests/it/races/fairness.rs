//! Whoever asks for a lot at once keeps nobody waiting for longer than a turn that is taken and the one after it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use engine::{
    app::Settings,
    db::{Fate, Layer, Step},
    deal::AddNote,
    measures::Measures,
};
use entity::{
    event,
    ids::{DealId, MemberId},
    member::Role,
};
use futures_util::{
    future::{join, join_all},
    poll,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, sqlx};
use serde_json::json;

use super::turns::{actor, deals_of_one_lane, hold};
use crate::support::{Client, TestApp, each};

/// How many units of work go in one turn at most.
const TURN: usize = 64;
const MANY: usize = 1_000;

/// How many events of this member come before the first one of that one.
async fn before(app: &TestApp, many: MemberId, one: MemberId) -> usize {
    let asked = event::Entity::find().filter(event::Column::Version.gt(1));
    let conn = app.app.db().reader();
    let events = asked.order_by_asc(event::Column::InsertId).all(conn).await.unwrap();
    let place = events.iter().position(|event| event.actor_id == Some(one)).unwrap();
    events[..place].iter().filter(|event| event.actor_id == Some(many)).count()
}

/// How many changes of deals are this member's.
async fn events(app: &TestApp, one: MemberId) -> usize {
    let asked = event::Entity::find().filter(event::Column::Version.gt(1));
    let asked = asked.filter(event::Column::ActorId.eq(one));
    asked.count(app.app.db().reader()).await.unwrap().try_into().unwrap()
}

/// How many units of work wait behind those whose turn it is.
fn waiting(app: &TestApp) -> usize {
    Measures::of(&app.app).waiting.get().try_into().unwrap()
}

fn note(deal: &str) -> AddNote {
    let deal_id: DealId = deal.parse().unwrap();
    AddNote { deal_id, new_id: None, body: "Called.".to_owned(), files: Vec::new() }
}

/// Only so many units of work are committed. How many were, when one hears of its own, would say less:
/// the next ones go on meanwhile.
fn committing(left: &Arc<AtomicUsize>) -> Layer {
    let left = left.clone();
    let fate = move |step: Step<'_>| {
        let counts = step == Step::Commit;
        let fewer = |left: usize| if counts { left.checked_sub(1) } else { Some(left) };
        match left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer) {
            Ok(_) => Fate::Runs,
            Err(_) => Fate::Fails(sqlx::Error::PoolTimedOut),
        }
    };
    Layer { statement: None, fate: Some(Arc::new(fate)) }
}

#[tokio::test]
async fn a_thousand_mutations_of_one_member_delay_another_one_s_by_no_more_than_two_turns() {
    each(|app| async move {
        let left = Arc::new(AtomicUsize::new(usize::MAX));
        let busy = app.behind(committing(&left), Settings::default()).await;
        let (ada, mia) = (busy.admin().await, busy.member("Mia", Role::Manager).await);
        let sales = ada.sales().await;
        let deals = deals_of_one_lane(&ada, &sales.id).await;
        let (by, other) = (actor(&ada).await, actor(&mia).await);
        let held = hold(&app).await;
        let many = (0..MANY).map(|number| busy.app.write(by.clone(), note(&deals[number % 3])));
        let mut many = Box::pin(join_all(many));
        assert!(poll!(&mut many).is_pending());
        // the first of them are taken, and wait for what is held
        while waiting(&busy) > MANY - TURN {
            tokio::task::yield_now().await;
        }
        let mut one = Box::pin(busy.app.write(other, note(&deals[3])));
        assert!(poll!(&mut one).is_pending());
        left.store(2, Ordering::SeqCst);
        held.rollback().await.unwrap();
        let told = async {
            one.await.expect("it goes with one of the next two commits");
            left.store(usize::MAX, Ordering::SeqCst);
        };
        let (all, ()) = join(many, told).await;
        let done = all.iter().filter(|done| done.is_ok()).count();
        assert_eq!(done, events(&app, ada.member).await, "what was refused changed nothing");
        let before = before(&app, ada.member, mia.member).await;
        assert!(before <= TURN + 1, "{before} went before it");
        busy.stop().await;
    })
    .await;
}

/// How many requests one member sends, and how many of them are let in at a time.
const REQUESTS: usize = 100;
const SEATS: usize = 6;

async fn wait_behind(app: &TestApp, count: usize) {
    while waiting(app) < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn of_many_requests_of_one_member_only_those_that_are_let_in_go_before_another_one_s() {
    each(|app| async move {
        let busy = app.again().await;
        let (ada, mia) = (busy.admin().await, busy.member("Mia", Role::Manager).await);
        let sales = ada.sales().await;
        let deals = deals_of_one_lane(&ada, &sales.id).await;
        let held = hold(&app).await;
        // A turn is taken, and waits for what is held: whoever comes now waits behind it.
        let mut first = Box::pin(busy.app.write(actor(&ada).await, note(&deals[0])));
        assert!(poll!(&mut first).is_pending());
        while waiting(&busy) > 0 {
            tokio::task::yield_now().await;
        }
        let add = |client: &Client, deal: &str| {
            let (client, deal) = (client.clone(), deal.to_owned());
            let input = json!({ "dealId": deal, "body": "Called." });
            tokio::spawn(async move { client.done("addNote", input, "").await })
        };
        let many: Vec<_> = (0..REQUESTS).map(|number| add(&ada, &deals[number % 3])).collect();
        wait_behind(&busy, SEATS).await;
        let one = add(&mia, &deals[3]);
        wait_behind(&busy, SEATS + 1).await;
        held.rollback().await.unwrap();
        first.await.unwrap();
        one.await.unwrap();
        assert!(join_all(many).await.iter().all(Result::is_ok));
        let before = before(&app, ada.member, mia.member).await;
        // Whoever waited for long is asked for their rights again, and follows those of the same turn.
        assert!(before <= 1 + SEATS + 1, "{before} went before it");
        busy.stop().await;
    })
    .await;
}
