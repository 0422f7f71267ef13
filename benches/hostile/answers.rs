//! Answers that would be gigabytes.

use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use serde_json::{Value, json};

use super::{Attack, Target, support::TOKEN};

pub const ATTACKS: &[Attack] = &[
    attack("notes within notes", |target| {
        Box::pin(notes(target, "notes(first: 100) { nodes { body } }"))
    }),
    attack("notes within notes within notes", |target| {
        let deepest =
            "notes(first: 100) { nodes { deal { notes(first: 40) { nodes { body } } } } }";
        Box::pin(notes(target, deepest))
    }),
    attack("notes that nobody reads", |target| {
        let deepest = "notes(first: 100) { nodes { deal { notes(first: 40) { nodes { id } } } } }";
        Box::pin(notes(target, deepest))
    }),
];

/// The time is that of writing the notes first.
const fn attack(name: &'static str, run: fn(Target) -> BoxFuture<'static, String>) -> Attack {
    Attack { name, patience: Duration::from_secs(5), run }
}

/// A deal with a hundred notes of 40 KB each, of which every note is asked for all notes: four times at once.
async fn notes(target: Target, deepest: &str) -> String {
    let deal = deal(&target).await;
    let write = "mutation($deal: ID!, $body: String!) { addNote(input: { dealId: $deal, body: $body }) { userErrors { code } } }";
    for _ in 0..100 {
        let variables = json!({ "deal": deal, "body": "🪑".repeat(10_000) });
        read(&target, &json!({ "query": write, "variables": variables })).await;
    }
    let query = format!(
        "query($deal: ID!) {{ deal(id: $deal) {{ notes(first: 100) {{ nodes {{ deal {{ {deepest} }} }} }} }} }}"
    );
    let body = json!({ "query": query, "variables": { "deal": deal } }).to_string();
    let asked = (0..4).map(|_| target.post(body.clone().into()));
    join_all(asked).await.swap_remove(0)
}

/// A deal of a process of its own.
async fn deal(target: &Target) -> Value {
    let create =
        "mutation($name: String!) { createProcess(input: { name: $name }) { process { id } } }";
    let name = format!("{:?}", std::time::Instant::now());
    let created = read(target, &json!({ "query": create, "variables": { "name": name } })).await;
    let process = &created["data"]["createProcess"]["process"]["id"];
    let create = "mutation($process: ID!) { createDeal(input: { processId: $process, title: \"Chairs\" }) { deal { id } } }";
    let created =
        read(target, &json!({ "query": create, "variables": { "process": process } })).await;
    created["data"]["createDeal"]["deal"]["id"].clone()
}

async fn read(target: &Target, body: &Value) -> Value {
    let request = target.http.post(format!("http://{}/graphql", target.address)).bearer_auth(TOKEN);
    request.json(body).send().await.unwrap().json().await.unwrap()
}
