//! Who may do what, through the API: everybody tries every query and mutation. The table is read by
//! people; `tests/it/policy_matrix.rs` says why.

use entity::ids;
use serde_json::{Value, json};

use crate::{
    policy_matrix::table,
    support::{Client, builders::BuiltProcess, each, scene::Scene},
};

const VISIBILITIES: [&str; 2] = ["EVERYONE", "PARTICIPANTS"];

/// What a mutation answers: `yes`, or the codes.
async fn attempt(who: &Client, name: &str, input: Value) -> String {
    let payload = who.mutate(name, input, "").await;
    let errors = payload["userErrors"].as_array().unwrap();
    let codes: Vec<_> = errors.iter().map(|error| error["code"].as_str().unwrap()).collect();
    if codes.is_empty() { "yes".into() } else { codes.join("+") }
}

fn heading(scene: &Scene) -> Vec<String> {
    let names = scene.people.all().map(|(name, _)| name.to_owned());
    ["".to_owned()].into_iter().chain(names).collect()
}

#[tokio::test]
async fn everybody_tries_every_mutation_of_a_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let mut text = String::new();
        for visibility in VISIBILITIES {
            let mut rows = vec![heading(&scene)];
            for (index, (name, _)) in scene.mutations("", "").into_iter().enumerate() {
                let mut row = vec![name.to_owned()];
                for (_, person) in scene.people.all() {
                    row.push(on_deal(&scene, person, visibility, index).await);
                }
                rows.push(row);
            }
            for action in ["Call", "Minutes", "Discount", "Audit", "Approve", "Scan"] {
                let mut row = vec![format!("do {action}")];
                for (_, person) in scene.people.all() {
                    row.push(on_action(&scene, person, visibility, action).await);
                }
                rows.push(row);
            }
            text += &format!("a deal seen by {visibility}\n\n{}\n", table(&rows));
        }
        insta::assert_snapshot!("api_on_deals", text);
    })
    .await;
}

async fn on_deal(scene: &Scene, who: &Client, visibility: &str, index: usize) -> String {
    let (deal, completion) = scene.deal(visibility).await;
    let (name, input) = scene.mutations(&deal, &completion).swap_remove(index);
    let owner = &scene.people.owner;
    match name {
        "winDeal" => drop(owner.complete(&deal, scene.process.action("Sign")).await),
        "reopenDeal" => drop(owner.done("loseDeal", json!({ "dealId": deal }), "").await),
        _ => {}
    }
    attempt(who, name, input).await
}

async fn on_action(scene: &Scene, who: &Client, visibility: &str, action: &str) -> String {
    let (deal, completion) = scene.deal(visibility).await;
    if action == "Call" {
        scene.people.owner.done("undoCompletion", json!({ "completionId": completion }), "").await;
    }
    let action = scene.process.action(action);
    let input = json!({ "dealId": deal, "actionId": action, "note": { "body": "see" } });
    attempt(who, "completeAction", input).await
}

#[tokio::test]
async fn everybody_tries_every_query_of_a_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let mut text = String::new();
        for visibility in VISIBILITIES {
            let (deal, completion) = scene.deal(visibility).await;
            let note = json!({ "dealId": deal, "body": "see" });
            let note = scene.people.owner.done("addNote", note, "note { id }").await;
            let note = note["note"]["id"].as_str().unwrap().to_owned();
            let event = "query($id: ID!) { deal(id: $id) { events(first: 1) { nodes { id } } } }";
            let event = scene.people.owner.query(event, json!({ "id": deal })).await;
            let event = event["deal"]["events"]["nodes"][0]["id"].as_str().unwrap().to_owned();
            let mut rows = vec![heading(&scene)];
            for (name, field, id) in [
                ("deal", "deal", &deal),
                ("node(deal)", "node", &deal),
                ("node(completion)", "node", &completion),
                ("node(note)", "node", &note),
                ("node(event)", "node", &event),
            ] {
                let mut row = vec![name.to_owned()];
                for (_, person) in scene.people.all() {
                    let document = format!("query($id: ID!) {{ {field}(id: $id) {{ id }} }}");
                    let data = person.query(&document, json!({ "id": id })).await;
                    row.push(if data[field].is_null() { "null".into() } else { "yes".into() });
                }
                rows.push(row);
            }
            rows.push(listed(&scene, &deal).await);
            text += &format!("a deal seen by {visibility}\n\n{}\n", table(&rows));
        }
        insta::assert_snapshot!("api_queries_of_deals", text);
    })
    .await;
}

async fn listed(scene: &Scene, deal: &str) -> Vec<String> {
    let mut row = vec!["deals".to_owned()];
    for (_, person) in scene.people.all() {
        let data = person.query("{ deals { nodes { id } } }", json!({})).await;
        let found =
            data["deals"]["nodes"].as_array().unwrap().iter().any(|node| node["id"] == deal);
        row.push(if found { "yes".into() } else { "absent".into() });
    }
    row
}

/// Every mutation of a process, with an input that works.
fn of_process(made: &BuiltProcess, fresh: usize) -> Vec<(&'static str, Value)> {
    let (stage, action) = (made.stage("Contact"), made.action("Call"));
    vec![
        ("createProcess", json!({ "name": format!("Process {fresh}") })),
        ("updateProcess", json!({ "processId": made.id, "description": "how we sell" })),
        ("addStage", json!({ "processId": made.id, "name": "More" })),
        ("updateStage", json!({ "stageId": stage, "hint": "be kind" })),
        ("moveStage", json!({ "stageId": stage, "afterId": made.stage("Offer") })),
        ("addAction", json!({ "stageId": stage, "name": "Visit" })),
        ("updateAction", json!({ "actionId": action, "hint": "be brief" })),
        ("setActionWeight", json!({ "actionId": action, "weight": 7 })),
        ("moveAction", json!({ "actionId": action, "stageId": stage })),
        ("removeAction", json!({ "actionId": action })),
        ("removeStage", json!({ "stageId": stage })),
        ("archiveProcess", json!({ "processId": made.id })),
    ]
}

async fn to_configure(scene: &Scene, name: &str) -> Vec<(&'static str, Value)> {
    let stages: [(&str, &[(&str, i64)]); 2] = [("Contact", &[("Call", 1)]), ("Offer", &[])];
    let made = scene.people.admin.process(name, &stages).await;
    of_process(&made, name.len())
}

#[tokio::test]
async fn everybody_tries_every_mutation_of_a_process_and_begins_a_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let mut columns = Vec::new();
        for (index, (_, person)) in scene.people.all().into_iter().enumerate() {
            let mut column = Vec::new();
            for (name, input) in to_configure(&scene, &"x".repeat(index + 1)).await {
                column.push((name, attempt(person, name, input).await));
            }
            let begin = json!({ "processId": scene.process.id, "title": "Chairs",
                "newId": person.new_id::<ids::Deal>() });
            column.push(("createDeal", attempt(person, "createDeal", begin).await));
            columns.push(column);
        }
        let mut rows = vec![heading(&scene)];
        for index in 0..columns[0].len() {
            let name = columns[0][index].0.to_owned();
            let cells = columns.iter().map(|column| column[index].1.clone());
            rows.push([name].into_iter().chain(cells).collect());
        }
        insta::assert_snapshot!("api_on_processes", table(&rows));
    })
    .await;
}

#[tokio::test]
async fn everybody_reads_the_rest() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let document = "query($process: ID!, $stage: ID!, $action: ID!, $member: ID!) {
            viewer { member { id } } process(id: $process) { configure { allowed } }
            nodes(ids: [$process, $stage, $action, $member]) { id }
            processes { totalCount } members { totalCount } }";
        let ids = json!({ "process": scene.process.id, "stage": scene.process.stage("Offer"),
            "action": scene.process.action("Send"), "member": scene.people.stranger.id() });
        for (name, person) in scene.people.all() {
            let data = person.query(document, ids.clone()).await;
            assert_eq!(data["viewer"]["member"]["id"], json!(person.id()));
            let may_configure = name == "administrator";
            assert_eq!(data["process"]["configure"]["allowed"], json!(may_configure));
            assert!(data["nodes"].as_array().unwrap().iter().all(|node| !node.is_null()));
            assert_eq!(data["processes"]["totalCount"], 1);
            assert_eq!(data["members"]["totalCount"], 6);
        }
    })
    .await;
}
