//! Units of work that cannot be decided together come one after the other: on SQLite they share a transaction, and what
//! comes of them is what would have come of each alone.

use std::{collections::BTreeSet, pin::Pin, sync::atomic::Ordering, time::Duration};

use domain::{
    policy::Actor,
    process::change::{Position, StageSettings},
    refusal::Problem,
};
use engine::{
    app::{App, SeriesLimit, Settings},
    error::{Error, Result},
    process::AddStage,
};
use entity::ids::{ProcessId, StageId};
use serde_json::json;

use super::turns::{actor, counting, together};
use crate::{
    faults::breaker::{Breaker, FAULTS},
    support::{Client, Kind, each, process::check},
};

/// How many come at once.
const MANY: usize = 12;

type Added = Result<(ProcessId, StageId)>;
type Adding = Pin<Box<dyn Future<Output = Added> + Send>>;

fn add(app: &App, actor: &Actor, process: &str, name: &str) -> Adding {
    add_as(app, actor, process, (None, name))
}

fn add_as(
    app: &App,
    actor: &Actor,
    process: &str,
    (new_id, name): (Option<StageId>, &str),
) -> Adding {
    let command = AddStage {
        process_id: process.parse().unwrap(),
        new_id,
        place: Position::Last,
        settings: StageSettings { name: Some(name.to_owned()), hint: None },
        expected_version: None,
        message: None,
    };
    let (app, actor) = (app.clone(), actor.clone());
    Box::pin(async move { app.write(actor, command).await })
}

/// However slow the machine is, whoever waits goes in the series that is running.
fn patient() -> Settings {
    Settings::default().with(SeriesLimit(Duration::from_secs(600)))
}

/// The names of the stages, and the number of the version that has them.
async fn stages(client: &Client, process: &str) -> (BTreeSet<String>, i64) {
    let document =
        "query($id: ID!) { process(id: $id) { version stages { name } latest { number } } }";
    let found = client.query(document, json!({ "id": process })).await["process"].take();
    let stages = found["stages"].as_array().unwrap().iter();
    let names = stages.map(|stage| stage["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found["version"], found["latest"]["number"]);
    (names, found["version"].as_i64().unwrap())
}

#[tokio::test]
async fn units_of_work_that_wait_for_one_writer_wait_for_its_disk_once() {
    each(|app| async move {
        let (layer, commits) = counting();
        let busy = app.behind(layer, patient()).await;
        let ada = busy.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let by = actor(&ada).await;
        let names: Vec<_> = (0..MANY).map(|number| format!("Stage {number}")).collect();
        let all = names.iter().map(|name| add(&busy.app, &by, &sales.id, name)).collect();
        commits.store(0, Ordering::SeqCst);
        let done = together(&app, all).await;
        let commits = commits.load(Ordering::SeqCst);
        assert!(done.iter().all(Result::is_ok), "{done:?}");
        // one of theirs, and what the server does for itself meanwhile
        assert!(commits <= 3 || app.kind == Kind::Postgres, "{commits} commits");
        let made = (names.into_iter().collect(), 1 + MANY as i64);
        assert_eq!(stages(&ada, &sales.id).await, made);
        check(&app, &sales.id).await;
        busy.stop().await;
    })
    .await;
}

/// A name that another one has taken a moment ago, one that is none, and a process that is not there.
#[tokio::test]
async fn each_unit_of_work_of_a_series_has_its_own_outcome() {
    each(|app| async move {
        let waiting = app.with(patient()).await;
        let ada = waiting.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let (by, nowhere) =
            (actor(&ada).await, waiting.app.clock().new_id::<entity::ids::Process>());
        let ask = |process: &str, name| add(&waiting.app, &by, process, name);
        let nowhere = nowhere.to_string();
        let all = vec![
            ask(&sales.id, "Offer"),
            ask(&sales.id, "offer"),
            ask(&sales.id, " "),
            ask(&nowhere, "Offer"),
            ask(&sales.id, "Contract"),
        ];
        let done = together(&app, all).await;
        let refused = |at: usize| match &done[at] {
            Err(Error::Refused(all)) => all[0].problem.clone(),
            other => panic!("{at}: {other:?}"),
        };
        let of_twin = [0, 1].into_iter().filter(|at| done[*at].is_err()).collect::<Vec<_>>();
        assert_eq!(of_twin.len(), 1, "one of the two was first");
        assert!(matches!(refused(of_twin[0]), Problem::NameTaken { .. }));
        assert!(matches!(refused(2), Problem::Invalid { .. }));
        assert_eq!(refused(3), Problem::NotFound { kind: "process" });
        assert!(done[4].is_ok());
        let (names, number) = stages(&ada, &sales.id).await;
        assert!(names.len() == 2 && names.contains("Contract"), "{names:?}");
        assert_eq!(number, 3);
        check(&app, &sales.id).await;
        waiting.stop().await;
    })
    .await;
}

/// Who is refused has claimed an id by then: whoever comes next, in the same transaction, may have it.
#[tokio::test]
async fn what_is_refused_in_a_series_takes_back_what_it_wrote_and_nothing_of_others() {
    each(|app| async move {
        let waiting = app.with(patient()).await;
        let ada = waiting.admin().await;
        let sales = ada.process("Sales", &[("Offer", &[])]).await;
        let (by, id) = (actor(&ada).await, waiting.app.clock().new_id());
        let ask = |id, name| add_as(&waiting.app, &by, &sales.id, (id, name));
        let (_, before) = stages(&ada, &sales.id).await;
        let all = vec![ask(None, "Demo"), ask(Some(id), "offer"), ask(Some(id), "Contract")];
        let done = together(&app, all).await;
        assert!(matches!(done[1], Err(Error::Refused(_))), "{done:?}");
        assert_eq!(done[2].as_ref().unwrap().1, id);
        assert!(done[0].is_ok());
        let names = ["Contract", "Demo", "Offer"].map(str::to_owned);
        assert_eq!(stages(&ada, &sales.id).await, (names.into(), before + 2));
        check(&app, &sales.id).await;
        waiting.stop().await;
    })
    .await;
}

/// What was saved in a transaction that fails is forgotten with it: whoever saves afterwards starts from what there is.
#[tokio::test]
async fn a_fault_at_any_step_of_a_series_leaves_each_unit_of_work_done_once() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = app.behind(breaker.layer(), patient()).await;
        let ada = broken.admin().await;
        let by = actor(&ada).await;
        for step in 1.. {
            let sales = ada.process(&format!("Sales {step}"), &[]).await;
            let names = ["A", "B", "C", "D"];
            let all = names.map(|name| add(&broken.app, &by, &sales.id, name)).into();
            let fault = FAULTS[step % FAULTS.len()];
            breaker.once(step, fault);
            let done = together(&app, all).await;
            let broke = breaker.mend();
            let what = format!("{fault:?} at step {step}: {done:?}");
            expect_each(&ada, &sales.id, (&names, &done), &what).await;
            let failed = done.iter().filter(|done| done.is_err()).count();
            let is_unsure = done.iter().any(|done| matches!(done, Err(Error::Unsure(_))));
            assert!(failed <= 1 || is_unsure, "{what}");
            ada.done("addStage", json!({ "processId": sales.id, "name": "E" }), "").await;
            check(&app, &sales.id).await;
            if broke == 0 {
                assert!(step > 20, "the last time nothing failed, at step {step}");
                break;
            }
        }
        broken.stop().await;
    })
    .await;
}

/// There is what was said to be done, and nothing of what was said to have failed.
async fn expect_each(
    client: &Client,
    process: &str,
    (names, done): (&[&str], &[Added]),
    what: &str,
) {
    let (there, number) = stages(client, process).await;
    for (name, done) in names.iter().zip(done) {
        match done {
            Ok(_) => assert!(there.contains(*name), "{name} is not there with {what}"),
            Err(Error::Unsure(_)) => {}
            Err(_) => assert!(!there.contains(*name), "{name} is there with {what}"),
        }
    }
    assert_eq!(number, 1 + there.len() as i64, "{what}");
}
