//! What happens at the same moment (decision 3): two servers on one database, many rounds, no waiting.

mod configuring;
mod deciding;
mod repeating;

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

/// A deal, read whole.
async fn deal(client: &Client, id: &str) -> Value {
    let document = "query($id: ID!) { deal(id: $id) { status version progress { percent doneWeight totalWeight } \
        stage { id removedAt } process { version } checklist { state definition { mandatory actionId } } \
        events(last: 1) { nodes { __typename before { percent } after { version percent } } } } }";
    client.query(document, json!({ "id": id })).await["deal"].take()
}
