//! A server that is killed while changes share transactions: what it acknowledged is there, once, and what it did not
//! acknowledge comes with the next try.

use std::sync::Arc;

use entity::{completion, event::Fact, ids::DealId, note};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    cli::{Running, waypost},
    support::{BuiltProcess, Client, TestApp, each, oracle},
};

/// How many change something at the same time.
const WRITERS: usize = 8;
/// How many actions each of them does.
const ACTIONS: usize = 24;
/// After how many answers the server is killed, each time.
const KILLED_AFTER: [usize; 4] = [3, 30, 47, 60];

/// Somebody with a deal to do everything for.
#[derive(Clone)]
struct Writer {
    http: reqwest::Client,
    secret: String,
    deal: String,
    /// The actions, each with the id of its completion: a try that is repeated is the same.
    actions: Vec<(String, String)>,
    /// How many were acknowledged.
    done: usize,
}

impl Writer {
    /// Goes on until everything is done, or the server is gone.
    async fn work(mut self, origin: String, acknowledged: Arc<Semaphore>) -> Self {
        while let Some((action, id)) = self.actions.get(self.done) {
            let input = json!({ "dealId": self.deal, "actionId": action, "newId": id,
                "note": { "body": format!("{id} is done") } });
            if self.send(&origin, input).await.is_none() {
                return self;
            }
            self.done += 1;
            acknowledged.add_permits(1);
        }
        self
    }

    /// Whether it was acknowledged.
    async fn send(&self, origin: &str, input: Value) -> Option<()> {
        let document = "mutation($input: CompleteActionInput!) { completeAction(input: $input) { \
            userErrors { code message } } }";
        let body = json!({ "query": document, "variables": { "input": input } });
        let request = self.http.post(format!("{origin}/graphql")).bearer_auth(&self.secret);
        let answer: Value = request.json(&body).send().await.ok()?.json().await.ok()?;
        let errors = &answer["data"]["completeAction"]["userErrors"];
        assert_eq!(*errors, json!([]), "{answer}");
        Some(())
    }
}

async fn writers(ada: &Client, sales: &BuiltProcess) -> Vec<Writer> {
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let id = || ada.new_id::<entity::ids::Completion>().to_string();
        let action = |number: usize| sales.action(&format!("Action {number}")).to_owned();
        writers.push(Writer {
            http: reqwest::Client::new(),
            secret: ada.secret.clone(),
            deal: ada.deal(&sales.id, &format!("Deal {number}")).await,
            actions: (0..ACTIONS).map(|number| (action(number), id())).collect(),
            done: 0,
        });
    }
    writers
}

fn serve(app: &TestApp, folder: &std::path::Path) -> Running {
    let files = folder.display().to_string();
    let mut command = waypost(&["serve", "--listen", "127.0.0.1:0", "--files", &files]);
    command.args(["--member-rate", "0", "--address-rate", "0"]);
    Running::start(command.env("WAYPOST_DATABASE", app.app.db().url()))
}

/// All work at once, until so many answers came; then the server is killed.
async fn until_killed(server: &mut Running, writers: Vec<Writer>, answers: usize) -> Vec<Writer> {
    let acknowledged = Arc::new(Semaphore::new(0));
    let origin = format!("http://{}", server.address());
    let work = |writer: Writer| writer.work(origin.clone(), acknowledged.clone());
    let working: JoinSet<_> = writers.into_iter().map(work).collect();
    let _ = acknowledged.acquire_many(answers as u32).await.unwrap();
    server.kill();
    working.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_server_acknowledged_is_there_once_and_the_rest_comes_with_the_next_try() {
    each(|app| async move {
        let ada = app.admin().await;
        let names: Vec<_> = (0..ACTIONS).map(|number| format!("Action {number}")).collect();
        let actions: Vec<_> = names.iter().map(|name| (name.as_str(), 1)).collect();
        let sales = ada.process("Sales", &[("A", &actions)]).await;
        let (mut writers, folder) = (writers(&ada, &sales).await, tempfile::tempdir().unwrap());
        for answers in KILLED_AFTER {
            let mut server = serve(&app, folder.path());
            writers = until_killed(&mut server, writers, answers).await;
        }
        let mut server = serve(&app, folder.path());
        let left = writers.iter().map(|writer| ACTIONS - writer.done).sum();
        writers = until_killed(&mut server, writers, left).await;
        for writer in &writers {
            assert_eq!(writer.done, ACTIONS);
            assert_done_once(&app, writer).await;
        }
    })
    .await;
}

async fn assert_done_once(app: &TestApp, writer: &Writer) {
    let (deal, conn): (DealId, _) = (writer.deal.parse().unwrap(), app.app.db().reader());
    let events = oracle::events(app, deal).await;
    let told = events.iter().filter_map(|event| match &event.fact {
        Fact::ActionCompleted { completion_id, action, .. } => {
            Some((action.action_id.to_string(), completion_id.to_string()))
        }
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), writer.actions);
    assert_eq!(events.len(), 1 + ACTIONS);
    let notes = note::Entity::find().filter(note::Column::DealId.eq(deal)).count(conn).await;
    let done = completion::Entity::find().filter(completion::Column::DealId.eq(deal)).count(conn);
    assert_eq!((notes.unwrap(), done.await.unwrap()), (ACTIONS as u64, ACTIONS as u64));
}
