//! A database that was lived in, what a check says of it, and backups in memory.

use std::{
    io,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::Mutex,
};

use engine::{
    backup::{self, Fault, Made, Sink, Webhooks},
    check::{self, Difference, Listener, Summary, Wish},
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, ready},
};
use serde_json::json;

use crate::{
    import,
    support::{
        Client, TestApp,
        database::{self, Kind},
        files::PDF,
        fingerprint,
        scene::Scene,
    },
};

/// What a check tells.
#[derive(Default)]
struct Heard(Mutex<Vec<Difference>>);

impl Listener for Heard {
    fn differs(&self, difference: &Difference) {
        self.0.lock().unwrap().push(difference.clone());
    }

    fn mended(&self, _: &Difference) {}

    fn progress(&self, _: &'static str, _: u64) {}
}

/// What a check finds, and how much it looked at.
pub async fn checked(app: &TestApp, repair: bool) -> (Vec<Difference>, Summary) {
    let heard = Heard::default();
    let wish = Wish { files: true, repair };
    let summary = check::check(&app.app, wish, &heard).await.unwrap();
    let found = heard.0.into_inner().unwrap();
    assert_eq!(found.len() as u64, summary.differences);
    (found, summary)
}

/// What a check finds, as `of what`, each once, in order.
pub async fn differences(app: &TestApp) -> Vec<String> {
    let (found, _) = checked(app, false).await;
    let mut found: Vec<_> = found.iter().map(|one| format!("{} {}", one.of, one.what)).collect();
    found.sort();
    found.dedup();
    found
}

/// Nothing differs.
pub async fn assert_clean(app: &TestApp) -> Summary {
    let (found, summary) = checked(app, false).await;
    assert!(found.is_empty() && summary.is_clean(), "{found:#?}");
    summary
}

/// A backup in memory.
#[derive(Default)]
pub struct Memory(pub Vec<u8>);

impl Sink for Memory {
    fn take(&mut self, bytes: Vec<u8>) -> BoxFuture<'_, io::Result<()>> {
        self.0.extend(bytes);
        ready(Ok(())).boxed()
    }
}

/// A backup, and what it holds.
pub async fn backed_up(app: &TestApp) -> (Vec<u8>, Made) {
    let mut memory = Memory::default();
    let made = backup::write(&app.app, &mut memory, &|_, _| {}).await.unwrap();
    assert_eq!(made.bytes, memory.0.len() as u64);
    (memory.0, made)
}

/// Restores into a new database of this kind, and lets a test look at it.
pub async fn restored<F: Future<Output = ()>>(
    kind: Kind,
    bytes: &[u8],
    test: impl FnOnce(TestApp) -> F,
) {
    restored_as(kind, (bytes, Webhooks::GoOn), test).await;
}

/// Restores into a new database of this kind, says what becomes of webhooks, and lets a test look at it.
pub async fn restored_as<F: Future<Output = ()>>(
    kind: Kind,
    (bytes, webhooks): (&[u8], Webhooks),
    test: impl FnOnce(TestApp) -> F,
) {
    let database = database::create_empty(kind).await;
    let app = TestApp::open(kind, database.url(), &database.folder().join("restored")).await;
    let outcome = async {
        backup::restore(&app.app, bytes, webhooks, &|_, _| {}).await.unwrap();
        test(app.clone()).await;
    };
    let outcome = AssertUnwindSafe(outcome).catch_unwind().await;
    app.stop().await;
    if let Err(panic) = outcome {
        eprintln!("this was restored into {kind:?}");
        resume_unwind(panic);
    }
}

/// Tries to restore into a new database of this kind: why not, and that nothing was left.
pub async fn not_restored(kind: Kind, bytes: &[u8]) -> Fault {
    let database = database::create_empty(kind).await;
    let app = TestApp::open(kind, database.url(), &database.folder().join("restored")).await;
    let outcome = backup::restore(&app.app, bytes, Webhooks::GoOn, &|_, _| {}).await;
    let tables = engine::catalogue::tables(app.app.db().reader()).await.unwrap();
    let stored = app.stored();
    app.stop().await;
    assert!(tables.is_empty() && stored.is_empty(), "{tables:?} {stored:?}");
    outcome.unwrap_err()
}

/// What is the same on either side of a backup: rows, and the bytes of files.
pub async fn content(app: &TestApp) -> (String, Vec<(String, u64)>) {
    (fingerprint::alike(app.app.db()).await, app.stored())
}

/// A backup of it, restored into each kind, is the same row by row, and clean.
pub async fn assert_round_trip(app: &TestApp) {
    app.number_log().await;
    let before = content(app).await;
    let (bytes, _) = backed_up(app).await;
    for kind in database::kinds() {
        let before = before.clone();
        restored(kind, &bytes, |again| async move {
            assert_same(&before, &content(&again).await);
            assert_clean(&again).await;
        })
        .await;
    }
}

/// As much as is readable of what differs.
pub fn assert_same(one: &(String, Vec<(String, u64)>), other: &(String, Vec<(String, u64)>)) {
    let differs = one.0.lines().zip(other.0.lines()).find(|(one, other)| one != other);
    assert_eq!(differs, None);
    assert_eq!(one.0.lines().count(), other.0.lines().count());
    assert_eq!(one.1, other.1);
}

/// A database in ordinary use: an import, every mutation of a deal, files, a stage that went with the deals that
/// had been moved there, and what was restored since.
pub async fn lived(app: &TestApp) -> Scene {
    import::support::try_import(&app.app, &import::generated::texts(30), false).await.unwrap();
    let scene = Scene::new(app).await;
    let (admin, owner) = (&scene.people.admin, &scene.people.owner);
    let (deal, completion) = scene.deal("EVERYONE").await;
    for (name, input) in scene.mutations(&deal, &completion) {
        admin.mutate(name, input, "").await;
    }
    let file = owner.file("scan.pdf", "application/pdf", PDF).await;
    let (moved, _) = scene.deal("PARTICIPANTS").await;
    let note = json!({ "dealId": moved, "body": "the offer", "fileIds": [file] });
    owner.done("addNote", note, "").await;
    owner.file("unused.pdf", "application/pdf", PDF).await;
    changed_their_mind(owner, &moved).await;
    went_and_came_back(&scene, &moved).await;
    let notify = json!({ "actionId": scene.process.action("Sign"),
        "notify": { "groups": ["PARTICIPANTS"] },
        "followUps": [{ "title": "Send it", "assignee": "OWNER", "dueInDays": 3 }] });
    admin.done("updateAction", notify, "").await;
    owner.complete(&moved, scene.process.action("Sign")).await;
    let reason = json!({ "status": "WON", "name": "Price" });
    admin.done("addCloseReason", reason, "").await;
    owner.mutate("winDeal", json!({ "dealId": moved }), "").await;
    scene
}

/// A note was edited, another one withdrawn, and a task deleted.
async fn changed_their_mind(owner: &Client, deal: &str) {
    for body in ["a first thought", "a mistake"] {
        let note = json!({ "dealId": deal, "body": body });
        let note = owner.done("addNote", note, "note { id }").await["note"]["id"].take();
        let edit = json!({ "noteId": note, "body": format!("{body}, and a second one") });
        owner.done("editNote", edit, "").await;
        if body == "a mistake" {
            owner.done("withdrawNote", json!({ "noteId": note }), "").await;
        }
    }
    let task = owner.task(deal, "Forget it", "2026-03-09", None).await;
    owner.done("deleteTask", json!({ "taskId": task }), "").await;
}

async fn went_and_came_back(scene: &Scene, deal: &str) {
    let admin = &scene.people.admin;
    let (offer, contact) = (scene.process.stage("Offer"), scene.process.stage("Contact"));
    admin.done("moveDeal", json!({ "dealId": deal, "stageId": offer }), "").await;
    let remove = json!({ "stageId": offer, "moveDealsTo": contact });
    let removed = admin.done("removeStage", remove, "process { version }").await;
    let version = removed["process"]["version"].as_i64().unwrap();
    let restore = json!({ "processId": scene.process.id, "version": version - 1,
        "expectedVersion": version });
    admin.done("restoreProcessVersion", restore, "").await;
}
