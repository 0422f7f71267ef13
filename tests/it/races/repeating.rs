//! A client that sends the same thing many times at once gets one thing made.

use serde_json::{Value, json};

use super::{ROUNDS, two};
use crate::support::{BuiltProcess, Client, each, process::fresh};

/// Sends one call from eight tasks at two servers: what each was answered.
async fn eight(
    here: &Client,
    there: &Client,
    name: &'static str,
    input: &Value,
    made: &'static str,
) -> Vec<Value> {
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let client = if number % 2 == 0 { here.clone() } else { there.clone() };
            let input = input.clone();
            tokio::spawn(async move {
                let mut payload = client.done(name, input, &format!("{made} {{ id }}")).await;
                payload[made]["id"].take()
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

fn calls(
    here: &Client,
    sales: &BuiltProcess,
    deal: &str,
    action: &str,
    round: usize,
) -> Vec<(&'static str, Value, &'static str)> {
    let id = |kind: &str| fresh(&here.app, kind);
    let name = format!("Name {round}");
    vec![
        ("createProcess", json!({ "newId": id("process"), "name": name }), "process"),
        (
            "addStage",
            json!({ "newId": id("stage"), "processId": sales.id, "name": name, "expectedVersion": null }),
            "stage",
        ),
        (
            "addAction",
            json!({ "newId": id("action"), "stageId": sales.stage("Offer"), "name": name }),
            "action",
        ),
        (
            "createDeal",
            json!({ "newId": id("deal"), "processId": sales.id, "title": name }),
            "deal",
        ),
        ("addNote", json!({ "newId": id("note"), "dealId": deal, "body": name }), "note"),
        (
            "completeAction",
            json!({ "newId": id("completion"), "dealId": deal, "actionId": action }),
            "completion",
        ),
    ]
}

/// How many of everything there are, and the version of the process.
async fn counts(client: &Client, process: &str, deal: &str) -> Vec<i64> {
    let document = "query($process: ID!, $deal: ID!) { processes { totalCount } deals { totalCount } \
        process(id: $process) { version } deal(id: $deal) { version notes { totalCount } events { totalCount } } }";
    let data = client.query(document, json!({ "process": process, "deal": deal })).await;
    let deal = &data["deal"];
    let found = [
        &data["processes"]["totalCount"],
        &data["deals"]["totalCount"],
        &data["process"]["version"],
        &deal["version"],
        &deal["notes"]["totalCount"],
        &deal["events"]["totalCount"],
    ];
    found.iter().map(|count| count.as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_id_from_eight_tasks_makes_one_thing() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.sales().await;
        let deal = here.deal(&sales.id, "Chairs").await;
        for round in 0..ROUNDS / 4 {
            let action = here
                .action(json!({ "stageId": sales.stage("Contact"), "name": format!("Do {round}") }))
                .await;
            let before = counts(&here, &sales.id, &deal).await;
            for (name, input, made) in calls(&here, &sales, &deal, &action, round) {
                let answers = eight(&here, &there, name, &input, made).await;
                assert_eq!(answers, vec![input["newId"].clone(); 8], "{name}");
            }
            let after = counts(&here, &sales.id, &deal).await;
            let grown: Vec<_> =
                after.iter().zip(before).map(|(after, before)| after - before).collect();
            // A process, a deal, two versions; then two events of the deal, of which one added a note.
            assert_eq!(grown[..3], [1, 1, 2]);
            let recalculated = grown[3] - 2;
            assert!((0..=1).contains(&recalculated), "{grown:?}");
            assert_eq!(grown[3..], [2 + recalculated, 1, 2 + recalculated]);
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_action_done_by_eight_at_once_is_done_once() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.sales().await;
        for round in 0..ROUNDS / 4 {
            let deal = here.deal(&sales.id, &format!("Deal {round}")).await;
            let input = json!({ "dealId": deal, "actionId": sales.action("Call") });
            let answers = eight(&here, &there, "completeAction", &input, "completion").await;
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
            assert_eq!(counts(&here, &sales.id, &deal).await[3], 2);
        }
        there.app.stop().await;
    })
    .await;
}
