//! Every mutation, with a fault at each of its steps: afterwards all of it is there or nothing, the answer
//! says which, and the next one works.

use std::collections::BTreeSet;

use engine::db::Step;
use serde_json::{Value, json};

use super::{
    breaker::{Breaker, FAULTS, Fault},
    mutations::{Call, assert_all_are_here, most, of_reasons},
};
use crate::support::{
    Client, Kind, TestApp,
    builders::text,
    each,
    post::{Mood, Post},
    scene::Scene,
};

/// What an answer says of its mutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Done,
    NotDone,
    /// Nobody knows.
    Unknown,
}

/// By the payload, and where there is none by the error.
fn said(name: &str, response: &Value) -> Said {
    let mut payload = &response["data"][name];
    if name == "completeActions" && !payload.is_null() {
        payload = &payload["results"][0];
    }
    if !payload.is_null() {
        assert_eq!(payload["userErrors"], json!([]), "{response:#}");
        return Said::Done;
    }
    let facts = &response["errors"][0]["extensions"];
    let code = facts["code"].as_str().unwrap_or_default();
    assert!(["INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE"].contains(&code), "{response:#}");
    match facts["outcome"].as_str() {
        Some("DONE") => Said::Done,
        Some("UNKNOWN") => Said::Unknown,
        _ => Said::NotDone,
    }
}

/// SQLite is in this process: only if its thread is gone nobody knows what became of a commit. (It did not
/// take place, as it is the breaker that ends the thread.)
fn assert_may_be_unknown(app: &TestApp, fault: Fault) {
    let is_gone = matches!(fault, Fault::Gone | Fault::Lost);
    assert!(app.kind == Kind::Sqlite && is_gone, "{fault:?}: it is known");
}

async fn ask(who: &Client, call: &Call) -> Value {
    let kind = format!("{}{}Input", call.name[..1].to_uppercase(), &call.name[1..]);
    let document = format!(
        "mutation($input: {kind}!) {{ {}(input: $input) {{ userErrors {{ code message }} {} }} }}",
        call.name, call.selection
    );
    who.raw(&document, json!({ "input": call.input })).await
}

/// Tries until it is done, each time with a fault one step later: how often it was not.
async fn drive(app: &TestApp, breaker: &Breaker, call: &Call, number: usize) -> usize {
    let before = app.fingerprint().await;
    for step in 1.. {
        let fault = FAULTS[(number + step) % FAULTS.len()];
        breaker.at(step, fault);
        let response = ask(&call.who, call).await;
        let broke = breaker.mend();
        let said = said(call.name, &response);
        let after = app.fingerprint().await;
        let what = format!("{} with {fault:?} at step {step}", call.name);
        if said == Said::Unknown {
            assert_may_be_unknown(app, fault);
        }
        if said == Said::Done {
            // trying a webhook out is done elsewhere, and leaves nothing here
            let leaves = call.name != "testWebhook";
            assert_eq!(
                before != after,
                leaves,
                "{what}: said to be done, and is not as it must be"
            );
            return step - 1;
        }
        assert_eq!(before, after, "{what}: said to have failed, and something is there");
        assert_eq!(broke, 1, "{what}: failed without a fault");
    }
    unreachable!("there are not so many steps")
}

#[tokio::test]
async fn every_mutation_leaves_all_or_nothing_whatever_fails_and_says_which() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let mail = Post::start(|_| Mood::Take).await;
        let broken = app.behind(breaker.layer(), mail.settings()).await;
        let scene = Scene::new(&broken).await;
        let mut failed = 0;
        let mut driven = BTreeSet::new();
        for part in 0..2 {
            let calls = if part == 0 { most(&scene).await } else { of_reasons(&scene).await };
            for (number, call) in calls.into_iter().enumerate() {
                let times = drive(&app, &breaker, &call, number).await;
                assert!(times > 4, "{} failed only {times} times", call.name);
                failed += times;
                driven.insert(call.name);
            }
        }
        assert_all_are_here(&scene.people.admin, &driven).await;
        assert!(failed > 400, "{failed} faults are few");
        broken.stop().await;
    })
    .await;
}

/// A deal for each fault at each step, also at those that read the payload after the commit.
#[tokio::test]
async fn doing_an_action_survives_each_fault_at_each_step() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let ada = broken.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        for fault in FAULTS {
            for step in 1.. {
                let deal = ada.deal(&sales.id, "Chairs").await;
                let input = json!({ "dealId": deal, "actionId": sales.action("Call") });
                let selection =
                    "deal { progress { percent } owner { name } } item { state completion { id } }";
                let call = Call { who: ada.clone(), name: "completeAction", input, selection };
                breaker.at(step, fault);
                let response = ask(&ada, &call).await;
                let broke = breaker.mend();
                let percent = ada.state(&deal).await.0;
                let said = said(call.name, &response);
                if said == Said::Unknown {
                    assert_may_be_unknown(&app, fault);
                }
                let expected = if said == Said::Done { 100 } else { 0 };
                assert_eq!(percent, expected, "{fault:?} at step {step}: {response:#}");
                if broke == 0 {
                    assert!(said == Said::Done && step > 10, "the last time nothing failed");
                    break;
                }
            }
        }
        broken.stop().await;
    })
    .await;
}

/// The case that lost data: SQLite undoes a transaction by itself, twice, and the driver does not notice.
#[tokio::test]
async fn after_any_number_of_faults_in_a_row_what_is_acknowledged_is_there() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let ada = broken.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        for fault in FAULTS {
            let writes = |step: Step<'_>| match step {
                Step::Statement(sql) => !sql.starts_with("SELECT"),
                Step::Commit => true,
                _ => false,
            };
            breaker.always(writes, fault);
            for _ in 0..4 {
                ada.error(NOTE, json!({ "deal": deal, "body": "in vain" })).await;
            }
            assert!(breaker.mend() >= 4);
            let body = format!("after {fault:?}");
            ada.query(NOTE, json!({ "deal": deal, "body": body })).await;
            assert_eq!(bodies(&ada.at(&app), &deal).await[0], body);
        }
        assert_eq!(bodies(&ada.at(&app), &deal).await.len(), FAULTS.len());
        broken.stop().await;
    })
    .await;
}

const NOTE: &str = "mutation($deal: ID!, $body: String!) { \
    addNote(input: { dealId: $deal, body: $body }) { userErrors { code } } }";

async fn bodies(who: &Client, deal: &str) -> Vec<String> {
    let document = "query($id: ID!) { deal(id: $id) { notes(first: 50) { nodes { body } } } }";
    let data = who.query(document, json!({ "id": deal })).await;
    let nodes = data["deal"]["notes"]["nodes"].as_array().unwrap();
    nodes.iter().map(|note| text(&note["body"])).collect()
}

/// A refusal undoes what was done so far: where that fails, the connection is closed, which undoes it too.
#[tokio::test]
async fn a_refusal_whose_roll_back_fails_is_the_same_refusal() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let ada = broken.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.done("loseDeal", json!({ "dealId": deal }), "").await;
        let input = json!({ "dealId": deal, "actionId": sales.action("Call") });
        for fault in FAULTS {
            breaker.always(|step| step == Step::Rollback, fault);
            assert_eq!(ada.refusals("completeAction", input.clone()).await, ["DEAL_CLOSED"]);
            assert!(breaker.mend() > 0, "{fault:?}");
            ada.deal(&sales.id, "Tables").await;
        }
        broken.stop().await;
    })
    .await;
}

/// On PostgreSQL a commit may have taken place although its answer is lost: the server is asked.
#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_answered_as_what_it_was() {
    each(|app| async move {
        if app.kind == Kind::Sqlite {
            return; // it is in this process, and answers
        }
        let breaker = Breaker::new(app.kind);
        let broken = breaker.server(&app).await;
        let ada = broken.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[])]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let note = |body: &str| json!({ "deal": deal, "body": body });
        breaker.always(|step| step == Step::Commit, Fault::Lost);
        ada.query(NOTE, note("it took place")).await;
        assert_eq!(breaker.mend(), 1);
        breaker.always(|step| step == Step::Commit, Fault::Gone);
        ada.error(NOTE, note("it did not")).await;
        assert_eq!(breaker.mend(), 1);
        assert_eq!(bodies(&ada, &deal).await, ["it took place"]);
        broken.stop().await;
    })
    .await;
}
