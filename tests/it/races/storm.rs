//! Everything at once, on two servers: work, wins, saves, archives and changes of roles, some sharing transactions and
//! some alone. What comes of it is what some order one after the other gives, and every answer tells the truth.

use std::collections::BTreeMap;

use entity::{
    event::Fact,
    ids::{DealId, ProcessId},
    member::Role,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{codes, two};
use crate::support::{BuiltProcess, Client, TestApp, each, oracle, process::check};

/// How many of each kind there are.
const MANY: usize = 16;
/// How many actions the process has that nobody removes, besides one for each who saves.
const LASTING: usize = 4;

/// How often something was done for a deal, by what answers said.
type Done = BTreeMap<(String, String), usize>;

fn name(number: usize) -> String {
    format!("Action {number}")
}

async fn large(ada: &Client) -> BuiltProcess {
    let names: Vec<_> = (0..MANY + LASTING).map(name).collect();
    let actions: Vec<_> = names.iter().map(|name| (name.as_str(), 5)).collect();
    ada.process("Sales", &[("A", &actions[..LASTING]), ("B", &actions[LASTING..])]).await
}

/// Does all of these for a deal: what was done here, and not by another before.
async fn completes(client: Client, deal: String, actions: Vec<String>, may_win: bool) -> Done {
    let mut done = Done::new();
    for action in actions {
        let input = json!({ "dealId": deal, "actionId": action, "note": { "body": "done" } });
        let given = client.mutate("completeAction", input, "alreadyDone").await;
        let refused = told(&given);
        let known = ["ACTION_REMOVED", "DEAL_CLOSED", "NOT_A_PERFORMER", "NOT_FOUND"];
        assert!(refused.iter().all(|code| known.contains(&code.as_str())), "{given:#}");
        if refused.is_empty() && given["alreadyDone"] == json!(false) {
            *done.entry((deal.clone(), action)).or_default() += 1;
        }
    }
    if may_win {
        let refused = codes(client, "winDeal", json!({ "dealId": deal })).await;
        let may_not = |code: &String| code == "NOT_FOUND" || code == "FORBIDDEN";
        assert!(refused.iter().all(may_not), "{refused:?}");
    }
    done
}

fn told(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().unwrap().iter();
    errors.map(|error| error["code"].as_str().unwrap().to_owned()).collect()
}

/// Adds an action, weighs another, and removes a third.
async fn saves(client: Client, sales: BuiltProcess, number: usize) {
    let added =
        json!({ "stageId": sales.stage("A"), "name": format!("New {number}"), "weight": 3 });
    client.done("addAction", added, "").await;
    let lasting = sales.action(&name(number % LASTING));
    client.done("setActionWeight", json!({ "actionId": lasting, "weight": number + 10 }), "").await;
    let gone = sales.action(&name(LASTING + number));
    client.done("removeAction", json!({ "actionId": gone }), "").await;
}

/// Archives a process while deals begin in it: how many began.
async fn archives(here: Client, there: Client, number: usize) {
    let old = here.process(&format!("Old {number}"), &[("A", &[("a", 1)])]).await;
    let begins = |title| {
        let input = json!({ "processId": old.id, "title": title });
        tokio::spawn(codes(there.clone(), "createDeal", input))
    };
    let before = ["One", "Two"].map(begins);
    let archived = codes(here.clone(), "archiveProcess", json!({ "processId": old.id })).await;
    assert!(archived.is_empty(), "{archived:?}"); // it keeps the deals that it has
    let mut begun = 0;
    for outcome in before {
        let refused = outcome.await.unwrap();
        assert!(refused.is_empty() || refused == ["PROCESS_ARCHIVED"], "{refused:?}");
        begun += usize::from(refused.is_empty());
    }
    let found = super::count(&here, json!({ "processIds": [old.id] })).await;
    assert_eq!(found, begun, "{archived:?}");
}

/// May see everything, or only what they take part in, and again.
async fn changes_role(ada: Client, member: String) {
    for round in 0..MANY {
        let role = if round % 2 == 0 { "SALESPERSON" } else { "MANAGER" };
        ada.done("updateMember", json!({ "memberId": member, "role": role }), "").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_comes_of_everything_at_once_is_what_some_order_gives() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let mia = here.app.member("Mia", Role::Manager).await;
        let sales = large(&here).await;
        let start = here.version(&sales.id).await;
        let mut deals = Vec::new();
        for number in 0..MANY {
            let hidden = if number % 2 == 0 { "PARTICIPANTS" } else { "EVERYONE" };
            let input = json!({ "processId": sales.id, "title": format!("Deal {number}"),
                "visibility": hidden });
            let made = here.done("createDeal", input, "deal { id }").await;
            deals.push(made["deal"]["id"].as_str().unwrap().to_owned());
        }
        let (mut workers, mut others) = (JoinSet::new(), JoinSet::new());
        for (number, deal) in deals.iter().enumerate() {
            let gone = (0..3).map(|next| name(LASTING + (number + next) % MANY));
            let actions = (0..LASTING).map(name).chain(gone);
            let actions: Vec<_> = actions.map(|name| sales.action(&name).to_owned()).collect();
            let backwards = actions.iter().rev().cloned().collect();
            workers.spawn(completes(there.clone(), deal.clone(), actions, number % 4 == 0));
            workers.spawn(completes(mia.clone(), deal.clone(), backwards, number % 4 == 1));
            let client = if number % 2 == 0 { &here } else { &there };
            others.spawn(saves(client.clone(), sales.clone(), number));
        }
        others.spawn(changes_role(here.clone(), mia.id().to_string()));
        for number in 0..4 {
            others.spawn(archives(here.clone(), there.clone(), number));
        }
        let mut done = Done::new();
        while let Some(more) = workers.join_next().await {
            for (what, count) in more.unwrap() {
                *done.entry(what).or_default() += count;
            }
        }
        others.join_all().await;
        check(&app, &sales.id).await;
        let saved = here.version(&sales.id).await - start;
        assert_eq!(saved, 3 * MANY as i64, "each save is a version");
        assert_explained(&app, &sales, &deals, done).await;
        there.app.stop().await;
    })
    .await;
}

/// The history of each deal is one that some order explains, and has what answers said, each once.
async fn assert_explained(app: &TestApp, sales: &BuiltProcess, deals: &[String], said: Done) {
    let process: ProcessId = sales.id.parse().unwrap();
    let versions = oracle::versions(app, process).await;
    let mut found = Done::new();
    for deal in deals {
        let id: DealId = deal.parse().unwrap();
        oracle::check(app, id, &versions, &[]).await;
        oracle::explained(app, id, &versions).await;
        for event in oracle::events(app, id).await {
            if let Fact::ActionCompleted { action, .. } = event.fact {
                *found.entry((deal.clone(), action.action_id.to_string())).or_default() += 1;
            }
        }
    }
    assert_eq!(found, said);
    assert!(found.values().all(|times| *times == 1) && found.len() > MANY, "{found:?}");
}
