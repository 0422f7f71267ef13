//! Writers that try each thing until it is acknowledged, and whether all of it is there in the end.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use entity::ids::{Completion, Deal};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{Cluster, Server, TOKEN, mutation, new_id};

/// How many actions each deal has.
pub const ACTIONS: usize = 12;
/// What may be answered to whoever is to try again with the same id.
const RETRIABLE: [&str; 3] = ["SERVICE_UNAVAILABLE", "TIMEOUT", "UNKNOWN"];

/// What the writers know.
pub struct Writers {
    pub process: String,
    pub actions: Vec<String>,
    pub addresses: Arc<Mutex<Vec<String>>>,
    pub is_over: AtomicBool,
    /// Whether servers may go without an answer.
    pub may_hang_up: bool,
    /// How often something had to be tried again, by the code of the error.
    pub tries: Mutex<BTreeMap<String, usize>>,
    /// How many mutations were begun: each begins at another server than the one before it.
    pub turn: AtomicUsize,
    pub http: reqwest::Client,
}

impl Writers {
    pub async fn new(cluster: &Cluster, may_hang_up: bool) -> Self {
        let server = &cluster.servers[0];
        let made = server.done("createProcess", json!({ "name": "Sales" }), "process { id }").await;
        let process = made["process"]["id"].as_str().unwrap().to_owned();
        let stage = json!({ "processId": process, "name": "Contact" });
        let stage = server.done("addStage", stage, "stage { id }").await["stage"]["id"].take();
        let mut actions = Vec::new();
        for number in 0..ACTIONS {
            let action = json!({ "stageId": stage, "name": format!("Action {number}") });
            let made = server.done("addAction", action, "action { id }").await;
            actions.push(made["action"]["id"].as_str().unwrap().to_owned());
        }
        Self {
            process,
            actions,
            addresses: cluster.addresses.clone(),
            is_over: AtomicBool::new(false),
            may_hang_up,
            tries: Mutex::default(),
            turn: AtomicUsize::new(0),
            http: reqwest::Client::builder().timeout(Duration::from_secs(40)).build().unwrap(),
        }
    }

    /// Creates deals and does all that there is to do for them, until it is over; the deals.
    pub async fn write(self: Arc<Self>, writer: usize) -> Vec<String> {
        let mut deals = Vec::new();
        while !self.is_over.load(Ordering::SeqCst) {
            let title = format!("Deal {} of {writer}", deals.len());
            let deal = self.create(&title).await;
            for action in &self.actions {
                let input = json!({ "newId": new_id::<Completion>(), "dealId": deal,
                    "actionId": action, "note": { "body": "It is done." } });
                self.done("completeAction", input, "completion { id }").await;
            }
            deals.push(deal);
        }
        deals
    }

    /// A deal that nothing is done for yet.
    pub async fn create(&self, title: &str) -> String {
        let input = json!({ "newId": new_id::<Deal>(), "processId": self.process, "title": title });
        let made = self.done("createDeal", input, "deal { id }").await;
        made["deal"]["id"].as_str().unwrap().to_owned()
    }

    /// Tries until it is acknowledged, at one server and another; which comes first changes from one to the next.
    pub async fn done(&self, name: &str, input: Value, selection: &str) -> Value {
        for attempt in self.turn.fetch_add(1, Ordering::SeqCst).. {
            let address = {
                let addresses = self.addresses.lock().unwrap();
                addresses[attempt % addresses.len()].clone()
            };
            if let Some(payload) = self.attempt(&address, name, &input, selection).await {
                return payload;
            }
            sleep(Duration::from_millis(10)).await;
        }
        unreachable!()
    }

    /// The payload, if there is one. A refusal is none that may come: the same thing is asked for again.
    pub async fn attempt(
        &self,
        address: &str,
        name: &str,
        input: &Value,
        selection: &str,
    ) -> Option<Value> {
        let mut answer = match self.ask(address, name, input, selection).await {
            Ok(answer) => answer,
            Err(error) => {
                assert!(self.may_hang_up, "{error:?}");
                return self.count("no answer");
            }
        };
        let payload = answer["data"][name].take();
        if payload.is_null() {
            let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
            assert!(RETRIABLE.contains(&code), "{answer:#}");
            return self.count(code);
        }
        assert_eq!(payload["userErrors"], json!([]), "{name}");
        Some(payload)
    }

    async fn ask(
        &self,
        address: &str,
        name: &str,
        input: &Value,
        selection: &str,
    ) -> reqwest::Result<Value> {
        let body = json!({ "query": mutation(name, selection), "variables": { "input": input } });
        let request = self.http.post(format!("http://{address}/graphql")).bearer_auth(TOKEN);
        request.json(&body).send().await?.json().await
    }

    fn count(&self, code: &str) -> Option<Value> {
        *self.tries.lock().unwrap().entry(code.to_owned()).or_default() += 1;
        None
    }

    /// How often something had to be tried again, and why.
    pub fn tried_again(&self) -> String {
        listed(&self.tries.lock().unwrap())
    }
}

/// How often something had to be tried again, and why, in words.
pub fn listed(tries: &BTreeMap<String, usize>) -> String {
    let each: Vec<_> = tries.iter().map(|(code, count)| format!("{count} {code}")).collect();
    if each.is_empty() { "nothing".to_owned() } else { each.join(", ") }
}

/// Everything that was acknowledged is there, once.
pub async fn assert_whole(server: &Server, deal: &str) {
    let document = "query($id: ID!) { deal(id: $id) { version doneActions { action { id } } \
        notes(first: 100) { totalCount } events(first: 100) { nodes { __typename \
        ... on ActionCompleted { actionId completion { id } } } } } }";
    let told = server.query(document, json!({ "id": deal })).await["deal"].take();
    let events = told["events"]["nodes"].as_array().unwrap();
    let completed = events.iter().filter(|event| event["__typename"] == "ActionCompleted");
    let ids: HashSet<_> = completed.map(|event| event["completion"]["id"].to_string()).collect();
    assert_eq!(ids.len(), ACTIONS, "{told:#}");
    assert_eq!(events.len(), 1 + ACTIONS, "{told:#}");
    assert_eq!(told["doneActions"].as_array().unwrap().len(), ACTIONS, "{told:#}");
    assert_eq!(told["notes"]["totalCount"], json!(ACTIONS), "{told:#}");
}
