//! What happens at the same moment (decision 3): two servers on one database, many rounds, no waiting.

mod administering;
mod choosing;
mod configuring;
mod deciding;
mod fairness;
mod held_up;
mod renaming;
mod repeating;
mod saving;
mod series;
mod settings;
mod storm;
mod tasks;
mod transferring;
mod turns;

use std::future::Future;

use serde_json::{Value, json};

use crate::support::{Client, TestApp};

/// How often each race is run.
const ROUNDS: usize = 20;

/// The administrator at this server and at another one on the same database.
async fn two(app: &TestApp) -> (Client, Client) {
    let here = app.admin().await;
    let there = here.at(&app.again().await);
    (here, there)
}

/// Both at the same time, on threads of their own.
async fn both<A, B>(one: A, other: B) -> (A::Output, B::Output)
where
    A: Future<Output: Send> + Send + 'static,
    B: Future<Output: Send> + Send + 'static,
{
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    (one.await.unwrap(), other.await.unwrap())
}

/// A mutation on its own: the codes of its refusals, none when it was done.
async fn codes(client: Client, name: &'static str, input: Value) -> Vec<String> {
    let payload = client.mutate(name, input, "").await;
    let errors = payload["userErrors"].as_array().unwrap().iter();
    errors.map(|error| error["code"].as_str().unwrap().to_owned()).collect()
}

/// Two mutations at the same time.
async fn race(
    (here, one): (&Client, (&'static str, Value)),
    (there, other): (&Client, (&'static str, Value)),
) -> (Vec<String>, Vec<String>) {
    both(codes(here.clone(), one.0, one.1), codes(there.clone(), other.0, other.1)).await
}

/// How many do something while somebody changes what they decide by.
const CROWD: usize = 6;

/// As many new deals of a process.
async fn crowd(client: &Client, process: &str) -> Vec<String> {
    let mut deals = Vec::new();
    for number in 0..CROWD {
        deals.push(client.deal(process, &format!("Deal {number}")).await);
    }
    deals
}

/// Many mutations, and in their midst something else: the codes of their refusals, and its outcome.
async fn amid<T: Send + 'static>(
    client: &Client,
    calls: impl ExactSizeIterator<Item = (&'static str, Value)>,
    change: impl Future<Output = T> + Send + 'static,
) -> (Vec<Vec<String>>, T) {
    let middle = calls.len() / 2;
    let (mut tasks, mut change) = (Vec::new(), Some(change));
    let mut changing = None;
    for (index, (name, input)) in calls.enumerate() {
        if index == middle {
            changing = change.take().map(tokio::spawn);
        }
        tasks.push(tokio::spawn(codes(client.clone(), name, input)));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.push(task.await.unwrap());
    }
    (all, changing.unwrap().await.unwrap())
}

/// Makes a change that must be done, and right after its answer counts the deals of this process that
/// the filter lets through: what was decided before the change is there by then, and nothing else comes.
async fn change_and_count(
    client: Client,
    (name, input): (&'static str, Value),
    filter: Value,
) -> usize {
    client.done(name, input, "").await;
    count(&client, filter).await
}

async fn count(client: &Client, filter: Value) -> usize {
    let document = "query($filter: DealFilter!) { deals(filter: $filter) { nodes { id } } }";
    let data = client.query(document, json!({ "filter": filter })).await;
    data["deals"]["nodes"].as_array().unwrap().len()
}

/// A deal, read whole.
async fn deal(client: &Client, id: &str) -> Value {
    let document = "query($id: ID!) { deal(id: $id) { status version progress { percent doneWeight totalWeight } \
        stage { id removedAt } process { version } checklist { state definition { mandatory actionId } } \
        events(last: 1) { nodes { __typename before { percent } after { version percent } } } } }";
    client.query(document, json!({ "id": id })).await["deal"].take()
}
