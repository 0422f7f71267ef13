//! Changes of processes that leave their nodes as they are share a transaction: what comes of them is what would have come
//! of one after the other, and a fault is only the guilty one's.

use std::{pin::Pin, sync::atomic::Ordering};

use domain::{
    policy::Actor,
    process::{
        Saved,
        change::{ActionSettings, Change, Position},
    },
    refusal::Problem,
};
use engine::{
    app::{App, Settings},
    error::{Error, Result},
    process::{EditProcess, Target},
};
use entity::{ids::ActionId, member::Role};
use serde_json::{Value, json};

use super::turns::{actor, counting, together};
use crate::{
    faults::breaker::{Breaker, FAULTS},
    support::{BuiltProcess, Client, each, process::check},
};

/// How many come at once, and how many actions the first stage has.
const MANY: usize = 12;
/// The version in which a process is built up: two stages and all actions were added one by one.
const BUILT: i64 = 1 + 2 + MANY as i64 + 1;

type Editing = Pin<Box<dyn Future<Output = Result<Saved>> + Send>>;

/// A change of an action, from this version if one is named.
struct Edit<'a> {
    action: &'a str,
    settings: ActionSettings,
    expected: Option<i64>,
}

fn hint(action: &str, hint: impl Into<String>) -> Edit<'_> {
    let settings = ActionSettings { hint: Some(hint.into()), ..ActionSettings::default() };
    Edit { action, settings, expected: None }
}

fn weight(action: &str, weight: i64) -> Edit<'_> {
    let settings = ActionSettings { weight: Some(weight), ..ActionSettings::default() };
    Edit { action, settings, expected: None }
}

fn named<'a>(action: &'a str, name: &str) -> Edit<'a> {
    let settings = ActionSettings { name: Some(name.to_owned()), ..ActionSettings::default() };
    Edit { action, settings, expected: None }
}

fn edit(app: &App, actor: &Actor, edit: Edit<'_>) -> Editing {
    let id: ActionId = edit.action.parse().unwrap();
    ask(app, actor, (id, Change::UpdateAction(id, edit.settings), edit.expected))
}

/// To the beginning of its stage.
fn lead(app: &App, actor: &Actor, action: &str) -> Editing {
    let id: ActionId = action.parse().unwrap();
    ask(app, actor, (id, Change::MoveAction(id, None, Position::First), None))
}

fn ask(app: &App, actor: &Actor, what: (ActionId, Change, Option<i64>)) -> Editing {
    let (id, change, expected) = what;
    let command = EditProcess::small(Target::Action(id), change, expected, &None);
    let (app, actor) = (app.clone(), actor.clone());
    Box::pin(async move { app.write(actor, command).await })
}

async fn sales(client: &Client, name: &str) -> BuiltProcess {
    let actions: Vec<_> = (0..MANY).map(|number| format!("Action {number}")).collect();
    let actions: Vec<_> = actions.iter().map(|name| (name.as_str(), 10)).collect();
    client.process(name, &[("Contact", &actions), ("Offer", &[("Send it", 20)])]).await
}

/// The process, its actions, and its versions since it was built, the first one first.
async fn told(client: &Client, process: &str) -> (Value, Vec<Value>) {
    let document = "query($id: ID!) { process(id: $id) { version stages { actions { name hint weight } } \
        versions(first: 100) { nodes { number author { id } definition { stages { actions { name hint weight } } } } } } }";
    let mut found = client.query(document, json!({ "id": process })).await["process"].take();
    let mut versions = found["versions"]["nodes"].take().as_array().unwrap().clone();
    versions.sort_by_key(|version| version["number"].as_i64());
    versions.drain(..BUILT as usize - 1);
    (found, versions)
}

/// The versions are numbered without a gap, and the last one is the process as it is: how many changes they hold.
fn changes((now, versions): &(Value, Vec<Value>)) -> i64 {
    let numbers = versions.iter().map(|version| version["number"].as_i64().unwrap());
    let count = versions.len() as i64;
    assert!(numbers.eq(BUILT..BUILT + count));
    let last = versions.last().unwrap();
    assert_eq!((&now["version"], &now["stages"]), (&last["number"], &last["definition"]["stages"]));
    count - 1
}

/// How often the audit log says that a process was saved.
async fn noted(client: &Client) -> usize {
    let log = "{ auditLog(first: 100, filter: { kinds: [PROCESS_SAVED] }) { nodes { id } } }";
    let log = client.query(log, json!({})).await["auditLog"].take();
    log["nodes"].as_array().unwrap().len()
}

#[tokio::test]
async fn changes_that_come_together_share_a_transaction_and_each_is_a_version() {
    each(|app| async move {
        let (layer, commits) = counting();
        let busy = app.behind(layer, Settings::default()).await;
        let ada = busy.admin().await;
        let (sales, other) = (sales(&ada, "Sales").await, sales(&ada, "Service").await);
        let by = actor(&ada).await;
        let ask = |number: usize| {
            let of = if number.is_multiple_of(3) { &other } else { &sales };
            let action = of.action(&format!("Action {number}"));
            edit(&busy.app, &by, hint(action, format!("Hint {number}")))
        };
        let all = (0..MANY).map(ask).collect();
        let before = noted(&ada).await;
        commits.store(0, Ordering::SeqCst);
        let done = together(&app, all).await;
        let commits = commits.load(Ordering::SeqCst);
        let errors: Vec<_> = done.iter().filter_map(|done| done.as_ref().err()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        // the first one, all others, and what the server does for itself meanwhile
        assert!(commits <= 4, "{commits} commits");
        for (process, hints) in [(&sales, 8), (&other, 4)] {
            let told = told(&ada, &process.id).await;
            assert_eq!(changes(&told), hints);
            // each has one hint more than the one before
            for (at, version) in told.1.iter().enumerate() {
                assert_eq!(version.to_string().matches("Hint ").count(), at);
                assert_eq!(version["author"]["id"], ada.id());
            }
            check(&app, &process.id).await;
        }
        assert_eq!(noted(&ada).await, before + MANY);
        busy.stop().await;
    })
    .await;
}

/// Each goes to the beginning: in the end they stand in the order that is opposite to that in which they went.
#[tokio::test]
async fn moves_that_come_together_are_one_after_the_other() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = sales(&ada, "Sales").await;
        let (by, waiting) = (actor(&ada).await, app.again().await);
        let names: Vec<_> = (1..MANY).map(|number| format!("Action {number}")).collect();
        let all = names.iter().map(|name| lead(&waiting.app, &by, sales.action(name)));
        let done = together(&app, all.collect()).await;
        let mut numbered: Vec<_> = done
            .into_iter()
            .zip(&names)
            .map(|(done, name)| (done.unwrap().after.number, name.as_str()))
            .collect();
        numbered.sort_unstable();
        let expected = numbered.iter().rev().map(|(_, name)| *name).chain(["Action 0"]);
        let told = told(&ada, &sales.id).await;
        assert_eq!(changes(&told), MANY as i64 - 1);
        let actions = told.0["stages"][0]["actions"].as_array().unwrap();
        assert!(actions.iter().map(|action| action["name"].as_str().unwrap()).eq(expected));
        check(&app, &sales.id).await;
        waiting.stop().await;
    })
    .await;
}

/// One who started from another version, one who may not, one who names what is not there, one with a name that is taken by
/// the one before, one that changes nothing, and one that open deals follow.
#[tokio::test]
async fn each_change_of_a_turn_has_its_own_outcome() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sales = sales(&ada, "Sales").await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.complete(&deal, sales.action("Action 0")).await;
        let (by, stranger) = (actor(&ada).await, actor(&sam).await);
        let action = |number: usize| sales.action(&format!("Action {number}"));
        let nowhere = app.app.clock().new_id::<entity::ids::Action>().to_string();
        let waiting = app.again().await;
        let ask = |by: &Actor, one| edit(&waiting.app, by, one);
        let all = vec![
            ask(&by, hint(action(1), "First")),
            ask(&by, Edit { expected: Some(BUILT), ..hint(action(2), "Late") }),
            ask(&stranger, hint(action(3), "Not theirs")),
            ask(&by, hint(&nowhere, "Nowhere")),
            ask(&by, named(action(4), "Twin")),
            ask(&by, named(action(5), "twin")),
            ask(&by, named(action(6), "Action 6")),
            ask(&by, weight(action(0), 90)),
            ask(&by, hint(action(7), "Last")),
        ];
        let done = together(&app, all).await;
        let refused = |at: usize| match &done[at] {
            Err(Error::Refused(all)) => all[0].problem.clone(),
            Err(other) => panic!("{at}: {other:?}"),
            Ok(_) => panic!("{at} was done"),
        };
        assert!(matches!(refused(1), Problem::VersionConflict { .. }));
        assert!(matches!(refused(2), Problem::Forbidden { .. }));
        assert_eq!(refused(3), Problem::NotFound { kind: "action" });
        assert!(matches!(refused(5), Problem::NameTaken { .. }));
        let changed = |at: usize| {
            let saved = done[at].as_ref().unwrap();
            saved.after.number - saved.before.number
        };
        assert_eq!([0, 4, 6, 7, 8].map(changed), [1, 1, 0, 1, 1]);
        assert_eq!(changes(&told(&ada, &sales.id).await), 4);
        // 90 of what is 220 together
        assert_eq!(ada.state(&deal).await.0, 40);
        check(&app, &sales.id).await;
        waiting.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_fault_at_any_step_of_a_turn_of_changes_leaves_each_done_once() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let ada = broken.admin().await;
        let by = actor(&ada).await;
        for step in 1.. {
            let sales = sales(&ada, &format!("Sales {step}")).await;
            let action = |number: usize| sales.action(&format!("Action {number}"));
            let ask =
                |number| edit(&broken.app, &by, hint(action(number), format!("Hint {number}")));
            let all = (0..4).map(ask).collect();
            let fault = FAULTS[step % FAULTS.len()];
            breaker.once(step, fault);
            let done = together(&app, all).await;
            let broke = breaker.mend();
            let errors: Vec<_> = done.iter().filter_map(|done| done.as_ref().err()).collect();
            let what = format!("{fault:?} at step {step}: {errors:?}");
            let told = told(&ada, &sales.id).await;
            let there = told.0.to_string();
            for (number, done) in done.iter().enumerate() {
                let is_there = there.contains(&format!("Hint {number}"));
                match done {
                    Ok(_) => assert!(is_there, "{number} is not there with {what}"),
                    Err(Error::Unsure(_)) => {}
                    Err(_) => assert!(!is_there, "{number} is there with {what}"),
                }
            }
            assert_eq!(changes(&told), there.matches("Hint ").count() as i64, "{what}");
            let failed = done.iter().filter(|done| done.is_err()).count();
            let is_unsure = done.iter().any(|done| matches!(done, Err(Error::Unsure(_))));
            assert!(failed <= 1 || is_unsure, "{what}");
            // what was decided and never true is forgotten
            ada.done("updateAction", json!({ "actionId": action(9), "hint": "Afterwards" }), "")
                .await;
            check(&app, &sales.id).await;
            if broke == 0 {
                assert!(step > 10, "the last time nothing failed, at step {step}");
                break;
            }
        }
        broken.stop().await;
    })
    .await;
}
