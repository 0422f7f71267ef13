//! Whole saves at the same moment: of one another, and of what people do with the deals.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::{DealId, ProcessId};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{CROWD, ROUNDS, amid, both, codes, count, crowd, two};
use crate::support::{BuiltProcess, Client, TestApp, builders::text, each, oracle, process::check};

/// How many save, and as many work on deals meanwhile.
const SAVERS: usize = 16;

/// What a refused save tells: all that is needed to merge.
const SAVE: &str = "mutation($input: SaveProcessInput!) { saveProcess(input: $input) {
    version { number } changes { __typename actionId summary }
    userErrors { __typename code path message ... on VersionConflict {
      expectedVersion currentVersion overlapping theirs { summary } yours { summary }
      latest { number definition { stages { stageId actions { actionId } } } } } } } }";

/// The ids of a process as somebody has them on the screen, and the version that they are of.
#[derive(Clone, Debug)]
struct Screen {
    process: String,
    number: Value,
    stages: Value,
}

impl Screen {
    async fn open(client: &Client, process: &str) -> Self {
        let document = "query($id: ID!) { process(id: $id) { latest { number definition { \
            stages { stageId actions { actionId } } } } } }";
        let data = client.query(document, json!({ "id": process })).await;
        Self::of(process, &data["process"]["latest"])
    }

    fn of(process: &str, latest: &Value) -> Self {
        let actions = |stage: &Value| {
            let actions = stage["actions"].as_array().unwrap().iter();
            actions.map(|action| json!({ "id": action["actionId"] })).collect::<Vec<_>>()
        };
        let stages = latest["definition"]["stages"].as_array().unwrap().iter();
        let stages =
            stages.map(|stage| json!({ "id": stage["stageId"], "actions": actions(stage) }));
        let (process, number) = (process.to_owned(), latest["number"].clone());
        Self { process, number, stages: stages.collect() }
    }

    fn actions(&mut self, stage: usize) -> &mut Vec<Value> {
        self.stages[stage]["actions"].as_array_mut().unwrap()
    }

    fn without(mut self, action: &str) -> Self {
        self.actions(0).retain(|one| one["id"] != action);
        self
    }

    fn with(mut self, action: Value) -> Self {
        self.actions(0).push(action);
        self
    }

    /// With one setting of an action named; all others stay as they are.
    fn set(mut self, action: &str, field: &str, value: Value) -> Self {
        let found = self.actions(0).iter_mut().find(|one| one["id"] == action);
        found.expect("the action is there")[field] = value;
        self
    }

    fn input(&self) -> Value {
        json!({ "id": self.process, "expectedVersion": self.number, "stages": self.stages })
    }

    async fn save(&self, client: &Client) -> Value {
        let mut data = client.query(SAVE, json!({ "input": self.input() })).await;
        data["saveProcess"].take()
    }
}

/// Saves a change of what is on the screen; refused because somebody was faster, it is made to what the
/// refusal tells, until it is accepted: the number of the version.
async fn merge(client: &Client, screen: &mut Screen, edit: impl Fn(Screen) -> Screen) -> i64 {
    loop {
        let payload = edit(screen.clone()).save(client).await;
        let errors = payload["userErrors"].as_array().unwrap();
        let Some(conflict) = errors.first() else {
            let number = payload["version"]["number"].as_i64().unwrap();
            return number;
        };
        assert_eq!(errors.len(), 1, "{payload:#}");
        assert_eq!(conflict["code"], "VERSION_CONFLICT", "{payload:#}");
        assert_eq!(conflict["expectedVersion"], screen.number);
        assert_eq!(conflict["latest"]["number"], conflict["currentVersion"]);
        assert_ne!(conflict["theirs"], json!([]), "they changed something");
        assert_ne!(conflict["yours"], json!([]), "and so did I");
        assert_eq!(conflict["overlapping"], json!([]), "everybody changes what is theirs");
        *screen = Screen::of(&screen.process, &conflict["latest"]);
    }
}

fn old(number: usize) -> String {
    format!("Old {number}")
}

/// Two saves of one saver: a new action; then that one weighed, and an old one removed. Gives the numbers
/// of the two versions, with what each must have changed.
async fn saver(
    client: Client,
    sales: (String, String, String),
    number: usize,
) -> [(i64, BTreeSet<String>); 2] {
    let (process, gone, spare) = sales;
    let mut screen = Screen::open(&client, &process).await;
    let id = client.new_id::<entity::ids::Action>();
    let name = format!("New {number}");
    let new = json!({ "newId": id, "name": name, "weight": 0 });
    let first = merge(&client, &mut screen, |screen| screen.with(new.clone())).await;
    let mut screen = Screen::open(&client, &process).await;
    let second = merge(&client, &mut screen, |screen| {
        screen.set(&id, "weight", json!(number + 1)).without(&gone)
    });
    let second = second.await;
    // The save is answered, so from now on nobody does what it removed.
    let late = json!({ "dealId": spare, "actionId": gone });
    assert_eq!(codes(client, "completeAction", late).await, ["ACTION_REMOVED"]);
    let added = format!("Added “{name}” to “A”");
    let weighed = format!("Changed the weight of “{name}” from 0 to {}", number + 1);
    let removed = format!("Removed “{}” from “A”", old(number));
    [(first, [added].into()), (second, [weighed, removed].into())]
}

/// Someone at a deal: does what may be gone any moment, undoes it, does it again, wins – and perhaps
/// reopens.
async fn worker(client: Client, deal: String, actions: [String; 3], reopens: bool) {
    for action in &actions {
        let input = json!({ "dealId": deal, "actionId": action });
        let done = client.mutate("completeAction", input, "completion { id }").await;
        let refused = done["userErrors"].as_array().unwrap();
        assert!(refused.iter().all(|error| error["code"] == "ACTION_REMOVED"), "{done:#}");
        if refused.is_empty() && action == &actions[1] {
            let id = text(&done["completion"]["id"]);
            client.done("undoCompletion", json!({ "completionId": id }), "").await;
            client
                .mutate("completeAction", json!({ "dealId": deal, "actionId": action }), "")
                .await;
        }
    }
    client.done("winDeal", json!({ "dealId": deal }), "").await;
    if reopens {
        client.done("reopenDeal", json!({ "dealId": deal }), "").await;
    }
}

async fn old_process(ada: &Client) -> BuiltProcess {
    let names: Vec<_> = (0..SAVERS).map(old).collect();
    let mut actions: Vec<_> = names.iter().map(|name| (name.as_str(), 10)).collect();
    actions.push(("Base", 20));
    ada.process("Sales", &[("A", &actions)]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_savers_lose_nothing_while_sixteen_others_work_on_deals() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = old_process(&here).await;
        let start = here.version(&sales.id).await;
        let mut deals = Vec::new();
        for number in 0..SAVERS {
            deals.push(here.deal(&sales.id, &format!("Deal {number}")).await);
        }
        let spare = here.deal(&sales.id, "Spare").await;
        let (mut savers, mut workers) = (JoinSet::new(), JoinSet::new());
        for (number, deal) in deals.iter().enumerate() {
            let client = if number % 2 == 0 { &here } else { &there };
            let gone = sales.action(&old(number)).to_owned();
            let about = (sales.id.clone(), gone.clone(), spare.clone());
            savers.spawn(saver(client.clone(), about, number));
            let other = sales.action(&old((number + 5) % SAVERS)).to_owned();
            let actions = [gone, other, sales.action("Base").to_owned()];
            workers.spawn(worker(client.clone(), deal.clone(), actions, number % 4 < 2));
        }
        while let Some(done) = workers.join_next().await {
            done.unwrap();
        }
        let accepted: BTreeMap<_, _> = savers.join_all().await.into_iter().flatten().collect();
        assert_eq!(accepted.len(), 2 * SAVERS, "each save is a version of its own");
        deals.push(spare);
        assert_history(&here, &sales, start, &accepted).await;
        assert_deals(&app, &sales, &deals).await;
        there.app.stop().await;
    })
    .await;
}

/// Versions without gaps, each with the changes of one accepted save and no other; and at the end all.
async fn assert_history(
    ada: &Client,
    sales: &BuiltProcess,
    start: i64,
    accepted: &BTreeMap<i64, BTreeSet<String>>,
) {
    check(&ada.app, &sales.id).await;
    let last = start + accepted.len() as i64;
    assert_eq!(ada.version(&sales.id).await, last);
    assert!(accepted.keys().copied().eq(start + 1..=last), "{accepted:#?}");
    let document = "query($id: ID!, $from: Int!, $to: Int!) { \
        processDiff(id: $id, from: $from, to: $to) { summary } \
        process(id: $id) { versionAt(number: $to) { changes { summary } } } }";
    for (number, expected) in accepted {
        let variables = json!({ "id": sales.id, "from": number - 1, "to": number });
        let data = ada.query(document, variables).await;
        for told in [&data["processDiff"], &data["process"]["versionAt"]["changes"]] {
            let told = told.as_array().unwrap().iter().map(|change| text(&change["summary"]));
            assert_eq!(told.collect::<BTreeSet<_>>(), *expected, "version {number}");
        }
    }
    let mut found = ada.tree(&sales.id).await.remove(0).1;
    let mut all: Vec<_> = (0..SAVERS).map(|number| format!("New {number}")).collect();
    all.push("Base".into());
    found.sort();
    all.sort();
    assert_eq!(found, all);
}

async fn assert_deals(app: &TestApp, sales: &BuiltProcess, deals: &[String]) {
    let process: ProcessId = sales.id.parse().unwrap();
    let versions = oracle::versions(app, process).await;
    for deal in deals {
        let id: DealId = deal.parse().unwrap();
        oracle::check(app, id, &versions, &[]).await;
        oracle::explained(app, id, &versions).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_saves_from_one_version_exactly_one_wins_and_the_other_is_told() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[("a", 1)])]).await;
        for round in 0..ROUNDS {
            let screen = Screen::open(&here, &sales.id).await;
            let saves = ["here", "there"].map(|who| {
                let new = json!({ "newId": here.new_id::<entity::ids::Action>(),
                    "name": format!("{who} {round}") });
                screen.clone().with(new)
            });
            let [one, other] = saves.clone();
            let (first, second) = (here.clone(), there.clone());
            let outcome =
                both(
                    async move { one.save(&first).await },
                    async move { other.save(&second).await },
                );
            let (one, other) = outcome.await;
            let lost = |payload: &Value| payload["userErrors"] != json!([]);
            assert_ne!(lost(&one), lost(&other), "exactly one wins: {one:#} {other:#}");
            let (won, lost) = if lost(&one) { (&other, &one) } else { (&one, &other) };
            let conflict = &lost["userErrors"][0];
            let number = won["version"]["number"].clone();
            assert_eq!(
                (&conflict["expectedVersion"], &conflict["currentVersion"]),
                (&screen.number, &number)
            );
            let summaries = |changes: &Value| {
                let changes = changes.as_array().unwrap().iter();
                changes.map(|change| text(&change["summary"])).collect::<Vec<_>>()
            };
            assert_eq!(summaries(&conflict["theirs"]), summaries(&won["changes"]));
            assert_eq!(summaries(&conflict["yours"]).len(), 1);
            assert_eq!(here.version(&sales.id).await, screen.number.as_i64().unwrap() + 1);
        }
        check(&app, &sales.id).await;
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_completion_never_commits_after_the_save_that_left_its_action_out() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[("a", 50)])]).await;
        let mut all = Vec::new();
        for round in 0..ROUNDS {
            let added =
                json!({ "stageId": sales.stage("A"), "name": format!("{round}"), "weight": 50 });
            let action = here.action(added).await;
            let deals = crowd(&here, &sales.id).await;
            let screen = Screen::open(&there, &sales.id).await.without(&action);
            let complete = |deal| ("completeAction", json!({ "dealId": deal, "actionId": action }));
            let save = codes(there.clone(), "saveProcess", screen.input());
            let (outcomes, saved) = amid(&here, deals.iter().map(complete), save).await;
            assert!(saved.is_empty(), "{saved:?}");
            let removed = |code: &String| code == "ACTION_REMOVED";
            assert!(outcomes.iter().flatten().all(removed), "{outcomes:?}");
            all.extend(deals);
        }
        check(&app, &sales.id).await;
        assert_deals(&app, &sales, &all).await;
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_deal_is_won_after_a_save_made_an_action_mandatory() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        for round in 0..ROUNDS {
            let process = here.process(&format!("Process {round}"), &[("A", &[("a", 1)])]).await;
            let deals = crowd(&here, &process.id).await;
            let won = json!({ "processIds": [process.id], "statuses": ["WON"] });
            let screen = Screen::open(&there, &process.id).await;
            let screen = screen.set(process.action("a"), "mandatory", json!(true));
            let ask = super::change_and_count(
                there.clone(),
                ("saveProcess", screen.input()),
                won.clone(),
            );
            let win = deals.iter().map(|deal| ("winDeal", json!({ "dealId": deal })));
            let (outcomes, counted) = amid(&here, win, ask).await;
            let missing = |code: &String| code == "MANDATORY_MISSING";
            assert!(outcomes.iter().flatten().all(missing), "{outcomes:?}");
            let done = outcomes.iter().filter(|codes| codes.is_empty()).count();
            assert_eq!(count(&here, won).await, done);
            assert_eq!(counted, done, "of {CROWD}, won when the save was answered: {outcomes:?}");
            assert_deals(&app, &process, &deals).await;
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_restore_and_a_save_at_once_exactly_one_wins() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[("a", 1)])]).await;
        let first = here.version(&sales.id).await;
        let deal = here.deal(&sales.id, "Chairs").await;
        here.complete(&deal, sales.action("a")).await;
        for round in 0..ROUNDS {
            let added = json!({ "stageId": sales.stage("A"), "name": format!("x {round}") });
            here.action(added).await;
            let screen = Screen::open(&here, &sales.id).await;
            let before = screen.number.as_i64().unwrap();
            let name = format!("y {round}");
            let new = json!({ "newId": here.new_id::<entity::ids::Action>(), "name": name });
            let save = codes(here.clone(), "saveProcess", screen.with(new).input());
            let back =
                json!({ "processId": sales.id, "version": first, "expectedVersion": before });
            let back = codes(there.clone(), "restoreProcessVersion", back);
            let (saved, restored) = both(save, back).await;
            let conflict = vec!["VERSION_CONFLICT".to_owned()];
            let now = here.tree(&sales.id).await.remove(0).1;
            let version = here.version(&sales.id).await;
            match (saved.is_empty(), restored.is_empty()) {
                (true, true) => panic!("both won"),
                (true, false) => {
                    assert_eq!((restored, version), (conflict, before + 1));
                    assert!(now.contains(&name));
                }
                (false, restored) => {
                    assert!(restored);
                    assert_eq!((saved, version), (conflict, before + 1));
                    assert_eq!(now, ["a"]);
                }
            }
            check(&app, &sales.id).await;
        }
        assert_deals(&app, &sales, &[deal]).await;
        there.app.stop().await;
    })
    .await;
}
