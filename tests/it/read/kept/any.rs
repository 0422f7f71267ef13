//! Any sequence of changes, by two servers on one database, and any selection: what both answer, twice each, is what a
//! server answers that has just begun and keeps nothing.

use entity::{
    ids::{DealId, MemberId},
    log_state,
    member::Role,
    note, task,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::selection::{Draw, Schema};
use crate::{
    process::any_sequence::{Step, running::Running, step},
    support::{Client, TestApp, each},
};

/// How many sequences there are; `PROPTEST_CASES` asks for more of them.
const SEQUENCES: u32 = 2;
const CHANGES: usize = 8;
const SELECTIONS: usize = 3;

/// What somebody does at one of the servers.
#[derive(Clone, Debug)]
struct Change {
    server: usize,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// To the process, or for a deal.
    Step(Step),
    /// What no process decides; its numbers are taken modulo what there is.
    Other { kind: usize, deal: usize, of: usize },
}

/// What is asked again and again.
#[derive(Clone, Debug)]
struct Asked {
    root: usize,
    deal: usize,
    /// What `$on` is.
    on: bool,
    numbers: Vec<usize>,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let other = (0..OTHERS, 0..1000_usize, 0..1000_usize)
        .prop_map(|(kind, deal, of)| What::Other { kind, deal, of });
    let what = prop_oneof![step().prop_map(What::Step), other];
    vec((0..2_usize, what).prop_map(|(server, what)| Change { server, what }), 1..=CHANGES)
}

fn selections() -> impl Strategy<Value = Vec<Asked>> {
    let asked = (0..ROOTS.len(), 0..1000_usize, any::<bool>(), vec(0..10_000_usize, 5..60));
    let asked = asked.prop_map(|(root, deal, on, numbers)| Asked { root, deal, on, numbers });
    vec(asked, SELECTIONS)
}

/// What a document begins with, and the type of what is selected.
const ROOTS: [(&str, &str); 5] = [
    (
        "query($deal: ID!, $on: Boolean!) { deal(id: $deal) { it: __typename @include(if: $on) … } }",
        "Deal",
    ),
    (
        "query($process: ID!, $on: Boolean!) { process(id: $process) { it: __typename @include(if: $on) … } }",
        "Process",
    ),
    (
        "query($on: Boolean!) { deals(first: 5) { nodes { it: __typename @include(if: $on) … } } }",
        "Deal",
    ),
    (
        "query($on: Boolean!) { deals(first: 2, orderBy: [{ field: TITLE }]) { totalCount edges { cursor node { it: __typename @include(if: $on) … } } } }",
        "Deal",
    ),
    (
        "query($deal: ID!, $on: Boolean!) { viewer { member { name } } deal(id: $deal) { it: __typename @include(if: $on) … } }",
        "Deal",
    ),
];

/// Two servers, and who asks.
struct Scene {
    running: Running,
    servers: [TestApp; 2],
    viewers: [Client; 3],
    schema: &'static Schema,
}

impl Scene {
    async fn new(app: &TestApp) -> Self {
        let running = Running::new(app.clone()).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let (token, secret) = app.token(running.members[1]).await;
        let mia = Client::new(app.clone(), running.members[1], token, secret);
        let viewers = [running.ada.clone(), mia, sam];
        let servers = [app.clone(), app.again().await];
        Self { running, servers, viewers, schema: Schema::get() }
    }

    /// Somebody does this at one of the servers, and the other one hears of it if it is about people.
    async fn change(&mut self, change: &Change) {
        self.running.ada = self.running.ada.at(&self.servers[change.server]);
        match &change.what {
            What::Step(step) => self.running.step(step).await,
            What::Other { kind, deal, of } => {
                let deal = self.deal(*deal);
                if let Some((name, input)) = self.other(*kind, deal, *of).await {
                    self.running.ada.mutate(name, input, "").await;
                }
                self.running.look().await;
            }
        }
        let state = log_state::Entity::find().one(self.servers[0].app.db().reader()).await;
        let epoch = state.unwrap().unwrap().rights_epoch;
        self.servers.iter().for_each(|server| server.app.bus().rights_are(epoch));
    }

    fn deal(&self, number: usize) -> DealId {
        let deals = &self.running.now.deals;
        deals[number % deals.len()].0.id
    }

    fn member(&self, number: usize) -> MemberId {
        self.viewers[number % self.viewers.len()].member
    }

    /// A mutation of this kind; none where there is nothing to change.
    async fn other(&self, kind: usize, deal: DealId, of: usize) -> Option<(&'static str, Value)> {
        let (either, member) = (of % 2, self.member(of));
        let update =
            |field: &str, value: Value| ("updateDeal", json!({ "dealId": deal, field: value }));
        Some(match kind {
            0 => update("title", json!(["Łódź", "Chairs"][either])),
            1 => update("value", json!({ "amount": of.to_string(), "currency": "EUR" })),
            2 => update("ownerId", json!(member)),
            3 => update("visibility", json!(["EVERYONE", "PARTICIPANTS"][either])),
            4 => ("addParticipant", json!({ "dealId": deal, "memberId": member })),
            5 => ("removeParticipant", json!({ "dealId": deal, "memberId": member })),
            6 => {
                let name = ["Ada", "Eve", "Zoë"][of % 3];
                ("updateMember", json!({ "memberId": member, "name": name }))
            }
            7 => {
                let role = ["MANAGER", "SALESPERSON"][either];
                (
                    "updateMember",
                    json!({ "memberId": self.viewers[1 + of % 2].member, "role": role }),
                )
            }
            8 => ("addNote", json!({ "dealId": deal, "body": format!("Note {of}") })),
            9 => {
                let body = format!("Edited {of}");
                ("editNote", json!({ "noteId": self.note(deal).await?, "body": body }))
            }
            10 => ("withdrawNote", json!({ "noteId": self.note(deal).await? })),
            11 => {
                let title = format!("Task {of}");
                let input = json!({ "dealId": deal, "title": title, "assigneeId": member, "dueOn": "2026-04-01" });
                ("createTask", input)
            }
            _ => {
                let name = ["completeTask", "reopenTask", "deleteTask"][of % 3];
                (name, json!({ "taskId": self.task(deal).await? }))
            }
        })
    }

    async fn note(&self, deal: DealId) -> Option<entity::ids::NoteId> {
        let notes = note::Entity::find().filter(note::Column::DealId.eq(deal));
        let conn = self.servers[0].app.db().reader();
        Some(notes.order_by_asc(note::Column::Id).one(conn).await.unwrap()?.id)
    }

    async fn task(&self, deal: DealId) -> Option<entity::ids::TaskId> {
        let tasks = task::Entity::find().filter(task::Column::DealId.eq(deal));
        let conn = self.servers[0].app.db().reader();
        Some(tasks.order_by_asc(task::Column::Id).one(conn).await.unwrap()?.id)
    }

    fn document(&self, asked: &Asked) -> String {
        let (root, ty) = ROOTS[asked.root];
        root.replace('…', &self.schema.selection(ty, &mut Draw::from(&asked.numbers)))
    }

    /// Both servers answer everybody, and twice, as one that has just begun.
    async fn is_right(&self, all: &[(String, &Asked)]) {
        let fresh = self.servers[0].again().await;
        for (document, asked) in all {
            let variables = json!({ "deal": self.deal(asked.deal), "process": self.running.process, "on": asked.on });
            for viewer in &self.viewers {
                let right = answer(&viewer.at(&fresh), document, &variables).await;
                for server in self.servers.iter().chain(&self.servers) {
                    let found = answer(&viewer.at(server), document, &variables).await;
                    assert_eq!(found, right, "{document} {variables} for {}", viewer.member);
                }
            }
        }
        fresh.stop().await;
    }
}

/// Kinds of what no process decides.
const OTHERS: usize = 14;

async fn answer(client: &Client, document: &str, variables: &Value) -> Value {
    let mut variables = variables.clone();
    let given = variables.as_object_mut().unwrap();
    given.retain(|name, _| document.contains(&format!("${name}:")));
    let told = client.raw(document, variables).await;
    let codes = told["errors"].as_array().into_iter().flatten();
    let codes: Vec<_> = codes.map(|error| &error["extensions"]["code"]).collect();
    let known = |code: &&Value| ["QUERY_TOO_COMPLEX"].contains(&code.as_str().unwrap_or_default());
    assert!(codes.iter().all(known), "{document}: {told:#}");
    json!({ "data": told["data"], "codes": codes })
}

#[test]
fn whatever_is_asked_after_any_change_both_servers_answer_as_one_that_keeps_nothing() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let asked = std::env::var_os("PROPTEST_CASES").map(|_| Config::default().cases);
    let cases = asked.unwrap_or(SEQUENCES);
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let all = |(changes, selections): (Vec<Change>, Vec<Asked>)| {
        let (changes, selections) = (&changes, &selections);
        runtime.block_on(each(|app| async move {
            let mut scene = Scene::new(&app).await;
            let documents = selections.iter().map(|asked| (scene.document(asked), asked));
            let documents: Vec<_> = documents.collect();
            scene.is_right(&documents).await;
            for change in changes {
                scene.change(change).await;
                scene.is_right(&documents).await;
            }
            scene.servers[1].stop().await;
        }));
        Ok(())
    };
    TestRunner::new(config).run(&(changes(), selections()), all).unwrap();
}
