//! Units of work that come at the same moment share a transaction: what comes of them is what would have come of one
//! after the other, and a fault is only the guilty one's.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::{policy::Actor, refusal::Problem};
use engine::{
    app::{App, Settings},
    auth,
    db::{Fate, Layer, Step, Unit},
    deal::{CompleteAction, Completed, Evidence, MoveDeal},
    error::{Error, Result},
};
use entity::{deal, event, inbox_event, member::Role};
use futures_util::{future::join_all, poll};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;

use crate::{
    faults::breaker::{Breaker, FAULTS, Fault},
    support::{BuiltProcess, Client, Kind, TestApp, each, process::check},
};

/// How many come at once.
const MANY: usize = 12;

/// Holds what every change of a deal or of a process needs, until it is dropped.
pub(super) async fn hold(app: &TestApp) -> Unit {
    let unit = app.app.db().begin_write().await.unwrap();
    if app.kind == Kind::Postgres {
        for table in ["deal", "process"] {
            let lock = format!("SELECT id FROM {table} FOR UPDATE");
            unit.execute_unprepared(&lock).await.unwrap();
        }
    }
    unit
}

/// What comes of all of these, when they wait for their turns together behind the first one.
pub(super) async fn together<T>(
    app: &TestApp,
    all: Vec<Pin<Box<dyn Future<Output = T> + Send>>>,
) -> Vec<T> {
    let held = hold(app).await;
    let mut all = Box::pin(join_all(all));
    // polled once, each of them waits
    assert!(poll!(&mut all).is_pending());
    held.rollback().await.unwrap();
    all.await
}

pub(super) async fn actor(client: &Client) -> Actor {
    auth::authenticate(&client.app.app, &client.secret).await.unwrap().actor
}

fn complete(app: &App, actor: &Actor, deal: &str, action: &str) -> CompleteFuture {
    let note = Some(format!("done for {deal}"));
    let command = CompleteAction {
        deal_id: deal.parse().unwrap(),
        action_id: action.parse().unwrap(),
        new_id: None,
        evidence: Evidence { note, ..Evidence::default() },
    };
    let (app, actor) = (app.clone(), actor.clone());
    Box::pin(async move { app.write(actor, command).await })
}

type CompleteFuture = Pin<Box<dyn Future<Output = Result<Completed>> + Send>>;

/// An action that tells others, and is followed by a task.
async fn telling(ada: &Client) -> BuiltProcess {
    let sales = ada.process("Sales", &[("Contact", &[("Call", 50), ("Meet", 50)])]).await;
    let settings = json!({ "actionId": sales.action("Call"), "evidence": "NOTE",
        "notify": { "groups": ["MANAGERS"], "memberIds": [ada.id()] },
        "followUps": [{ "title": "Ask again", "assignee": "OWNER", "dueInDays": 1 }] });
    ada.done("updateAction", settings, "").await;
    sales
}

/// Counts commits.
pub(super) fn counting() -> (Layer, Arc<AtomicUsize>) {
    let commits = Arc::<AtomicUsize>::default();
    let counted = commits.clone();
    let fate = move |step: Step<'_>| {
        counted.fetch_add(usize::from(step == Step::Commit), Ordering::SeqCst);
        Fate::Runs
    };
    (Layer { statement: None, fate: Some(Arc::new(fate)) }, commits)
}

async fn deals(client: &Client, process: &str) -> Vec<String> {
    let mut made = Vec::new();
    for number in 0..MANY {
        made.push(client.deal(process, &format!("Deal {number}")).await);
    }
    made
}

/// Every deal's events and every inbox's are numbered without a gap, and all of the log has its place.
async fn assert_gapless(app: &TestApp) {
    let conn = app.app.db().reader();
    let mut versions = BTreeMap::<_, BTreeSet<i64>>::new();
    for event in event::Entity::find().all(conn).await.unwrap() {
        versions.entry(event.deal_id.to_string()).or_default().insert(event.version);
    }
    for event in inbox_event::Entity::find().all(conn).await.unwrap() {
        versions.entry(event.member_id.to_string()).or_default().insert(event.version);
    }
    for (of, versions) in versions {
        let expected: BTreeSet<_> = (1..=versions.len() as i64).collect();
        assert_eq!(versions, expected, "{of}");
    }
}

#[tokio::test]
async fn units_of_work_that_come_together_share_a_transaction_and_are_as_if_alone() {
    each(|app| async move {
        let (layer, commits) = counting();
        let busy = app.behind(layer, Settings::default()).await;
        let (ada, mia) = (busy.admin().await, busy.member("Mia", Role::Manager).await);
        let sales = telling(&ada).await;
        let (deals, by) = (deals(&ada, &sales.id).await, actor(&ada).await);
        let all = deals.iter().map(|deal| complete(&busy.app, &by, deal, sales.action("Call")));
        let all = all.collect();
        commits.store(0, Ordering::SeqCst);
        let done = together(&app, all).await;
        // at most the first of each lane, and then all others
        let commits = commits.load(Ordering::SeqCst);
        assert!(commits <= 4, "{commits} commits");
        for (done, deal) in done.into_iter().zip(&deals) {
            assert!(!done.unwrap().already_done);
            let document = "query($id: ID!) { deal(id: $id) { version progress { percent } notes { nodes { body } } \
                tasks { nodes { title } } events { nodes { __typename } } } }";
            let found = ada.query(document, json!({ "id": deal })).await["deal"].take();
            assert_eq!((&found["version"], &found["progress"]["percent"]), (&json!(3), &json!(50)));
            assert_eq!(found["notes"]["nodes"], json!([{ "body": format!("done for {deal}") }]));
            assert_eq!(found["tasks"]["nodes"], json!([{ "title": "Ask again" }]));
            let kinds = ["DealCreated", "ActionCompleted", "TaskCreated"];
            let kinds: Vec<_> = kinds.iter().map(|kind| json!({ "__typename": kind })).collect();
            assert_eq!(found["events"]["nodes"], json!(kinds));
        }
        let unread = "{ viewer { unreadCount } }";
        assert_eq!(mia.query(unread, json!({})).await["viewer"]["unreadCount"], MANY);
        assert_gapless(&app).await;
        check(&app, &sales.id).await;
        busy.stop().await;
    })
    .await;
}

/// One who is refused, one who finds it done, one who may not see the deal, and two for the same deal.
#[tokio::test]
async fn each_unit_of_work_of_a_turn_has_its_own_outcome() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sales = telling(&ada).await;
        let deals = deals(&ada, &sales.id).await;
        ada.done("loseDeal", json!({ "dealId": deals[1] }), "").await;
        let hide = json!({ "dealId": deals[2], "visibility": "PARTICIPANTS" });
        ada.done("updateDeal", hide, "").await;
        let (by, stranger) = (actor(&ada).await, actor(&sam).await);
        let (call, meet) = (sales.action("Call"), sales.action("Meet"));
        let ask = |by: &Actor, deal: usize, action| complete(&app.app, by, &deals[deal], action);
        let all = vec![
            ask(&by, 0, call),
            ask(&by, 1, call),
            ask(&stranger, 2, call),
            ask(&by, 3, call),
            ask(&by, 3, call),
            ask(&by, 4, call),
            ask(&by, 4, meet),
        ];
        let holder = app.again().await;
        let done = together(&holder, all).await;
        let refused = |at: usize, problem: Problem| match &done[at] {
            Err(Error::Refused(all)) => assert_eq!(all[0].problem, problem, "{at}"),
            other => panic!("{at}: {other:?}"),
        };
        refused(1, Problem::DealClosed { status: deal::Status::Lost });
        refused(2, Problem::NotFound { kind: "deal" });
        let was_there = |at: usize| done[at].as_ref().unwrap().already_done;
        assert!(!was_there(0) && !was_there(5) && !was_there(6));
        assert_ne!(was_there(3), was_there(4), "one of the two was first");
        let ids = [3, 4].map(|at| done[at].as_ref().unwrap().completion.id);
        assert_eq!(ids[0], ids[1]);
        assert_eq!(ada.state(&deals[4]).await.0, 100);
        assert_gapless(&app).await;
        check(&app, &sales.id).await;
        holder.stop().await;
    })
    .await;
}

/// Deals that wait in one lane on PostgreSQL, too: it is told by how their ids end.
pub(super) async fn deals_of_one_lane(client: &Client, process: &str) -> Vec<String> {
    let clock = client.app.app.clock();
    let ids = std::iter::repeat_with(|| clock.new_id::<entity::ids::Deal>());
    let alike = ids.filter(|id| id.uuid().as_bytes()[15].is_multiple_of(4)).take(4);
    let mut made = Vec::new();
    for id in alike.collect::<Vec<_>>() {
        let input = json!({ "newId": id, "processId": process, "title": "Chairs" });
        made.push(client.deal_of(input).await);
    }
    made
}

/// How often a statement failed that was to write, by its table.
type Faulted = Arc<Mutex<BTreeMap<String, usize>>>;

/// The step of this number from now fails, and nothing else does; what it was to write is noted.
fn fail_at(breaker: &Breaker, number: usize, fault: Fault, faulted: &Faulted) {
    let (mut steps, faulted) = (0, faulted.clone());
    breaker.play(move |step| {
        steps += 1;
        if let (true, Step::Statement(sql)) = (steps == number, step) {
            note(&faulted, sql);
        }
        (steps == number).then_some(fault)
    });
}

fn note(faulted: &Faulted, sql: &str) {
    let write = [r#"INSERT INTO ""#, r#"UPDATE ""#].iter().find_map(|word| sql.split_once(word));
    let Some((table, _)) = write.and_then(|(_, rest)| rest.split_once('"')) else { return };
    *faulted.lock().unwrap().entry(table.to_owned()).or_default() += 1;
}

/// What a completion of an action that tells others leaves behind: progress, notes and tasks.
async fn left(client: &Client, deal: &str) -> (i64, usize, usize) {
    let document = "query($id: ID!) { deal(id: $id) { progress { percent } notes { nodes { body } } \
        tasks { nodes { title } } } }";
    let found = client.query(document, json!({ "id": deal })).await["deal"].take();
    let count = |list: &str| found[list]["nodes"].as_array().unwrap().len();
    (found["progress"]["percent"].as_i64().unwrap(), count("notes"), count("tasks"))
}

/// What fails for all of them is tried for each of them: nobody pays for another one's fault, and nothing is there twice.
#[tokio::test]
async fn a_fault_at_any_step_of_a_turn_leaves_each_unit_of_work_done_once() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let (ada, mia) = (broken.admin().await, broken.member("Mia", Role::Manager).await);
        let sales = telling(&ada).await;
        let (by, faulted) = (actor(&ada).await, Faulted::default());
        let (mut done_once, mut in_flush) = (0, 0);
        for step in 1.. {
            let made = deals_of_one_lane(&ada, &sales.id).await;
            let all =
                made.iter().map(|deal| complete(&broken.app, &by, deal, sales.action("Call")));
            let all = all.collect();
            let fault = FAULTS[step % FAULTS.len()];
            // The one that takes the place of a connection may be another lane's.
            fail_at(&breaker, step, fault, &faulted);
            let done = together(&app, all).await;
            let broke = breaker.mend();
            for (done, deal) in done.iter().zip(&made) {
                let left = left(&ada, deal).await;
                let is_done = left == (50, 1, 1);
                assert!(is_done || left == (0, 0, 0), "{left:?}: {fault:?} at step {step}");
                match done {
                    Ok(_) => assert!(is_done, "{fault:?} at step {step}"),
                    Err(Error::Unsure(_)) => {}
                    // the first of a lane is alone in its turn: its fault is its own
                    Err(_) => assert!(!is_done, "{fault:?} at step {step}"),
                }
                done_once += usize::from(is_done);
            }
            let failed = done.iter().filter(|done| done.is_err()).count();
            assert!(failed <= 1, "{failed} failed with {fault:?} at step {step}");
            let now = faulted.lock().unwrap().values().sum::<usize>();
            // what is written for all of them is nobody's fault
            assert!(now == in_flush || failed == 0, "{fault:?} at step {step}");
            in_flush = now;
            if broke == 0 {
                assert!(step > 10, "the last time nothing failed, at step {step}");
                break;
            }
        }
        let faulted = faulted.lock().unwrap().clone();
        let is_faulted = |table| faulted.contains_key(table);
        assert!(FLUSHED.into_iter().all(is_faulted), "{faulted:?}");
        let unread = mia.query("{ viewer { unreadCount } }", json!({})).await;
        assert_eq!(unread["viewer"]["unreadCount"], done_once);
        assert_gapless(&app).await;
        check(&app, &sales.id).await;
        broken.stop().await;
    })
    .await;
}

/// Into what a completion writes that tells others and is followed by a task.
const FLUSHED: [&str; 8] =
    ["deal", "note", "completion", "task", "event", "notification", "inbox", "inbox_event"];

/// Moves by hand and completions of one deal, many of each: they are one after the other, whichever comes first.
#[tokio::test]
async fn what_happens_to_one_deal_at_once_is_numbered_one_after_the_other() {
    each(|app| async move {
        let ada = app.admin().await;
        let actions: Vec<_> = (0..MANY).map(|number| format!("{number}")).collect();
        let actions: Vec<_> = actions.iter().map(|name| (name.as_str(), 1)).collect();
        let sales = ada.process("Sales", &[("A", &actions[..]), ("B", &[])]).await;
        let (deal, by) = (ada.deal(&sales.id, "Chairs").await, actor(&ada).await);
        let mut all: Vec<Pin<Box<dyn Future<Output = bool> + Send>>> = Vec::new();
        for (number, (_, action)) in sales.actions.iter().enumerate() {
            let done = complete(&app.app, &by, &deal, action);
            all.push(Box::pin(async move { done.await.is_ok() }));
            let to = [sales.stage("A"), sales.stage("B")][number % 2].parse().unwrap();
            let command = MoveDeal { deal_id: deal.parse().unwrap(), stage_id: Some(to) };
            let (app, by) = (app.app.clone(), by.clone());
            all.push(Box::pin(async move { app.write(by, command).await.is_ok() }));
        }
        let holder = app.again().await;
        assert!(together(&holder, all).await.into_iter().all(|done| done));
        assert_eq!(ada.state(&deal).await.0, 100);
        assert_gapless(&app).await;
        check(&app, &sales.id).await;
        holder.stop().await;
    })
    .await;
}
