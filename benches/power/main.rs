//! Whether what was acknowledged is there after the power was cut, on a disk that forgets what was not synced.
//!
//!     cargo bench --bench power
//!
//! A server on SQLite runs under `strace`, which writes down every change of its files, every sync, and when each was done,
//! while eight writers create deals and complete actions and two upload files. Then, for as many random moments as
//! `WAYPOST_BENCH_CUTS` says (50), its folder is made as a disk would have it after a cut: once with nothing but what a
//! sync had made last – bytes by a sync of their file, names by one of their folder –, and once with any of the rest as
//! well, by chance. On each, `waypost check` has to be clean, and what was acknowledged before the moment has to be there.
//! (A file system that does so by itself would have to be built and mounted by the superuser; what is written down by the
//! system's calls can be cut at any moment as often as one likes.)

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod disk;
#[path = "../support/mod.rs"]
mod support;
mod trace;

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use disk::Disk;
use entity::ids::{Completion, Deal, Id, Kind};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use support::{Server, new_id, number, random};
use tokio::{task::JoinSet, time::sleep};

const WRITERS: usize = 8;
const UPLOADERS: usize = 2;
const ACTIONS: usize = 12;
const FLAGS: &[&str] = &["--member-rate", "0", "--address-rate", "0"];
const ANNOUNCE: &str = "mutation($input: CreateFileUploadInput!) { createFileUpload(input: $input) { \
    file { id } upload { url } userErrors { message } } }";

#[tokio::main]
async fn main() {
    let scratch = tempfile::tempdir().unwrap();
    let (root, record) = (scratch.path().canonicalize().unwrap(), scratch.path().join("record"));
    let folder = root.join("server");
    fs::create_dir(&folder).unwrap();
    let (told, begun) = work(&folder, &record).await;
    let disk = trace::read(&record, &folder);
    let ended = now();
    let cuts = number("WAYPOST_BENCH_CUTS", 50);
    let (changes, syncs) = disk.size();
    println!("{} acknowledged, by {changes} changes of files and {syncs} syncs", told.len());
    let last = told.iter().map(|one| one.at).max().unwrap_or(ended);
    for cut in 0..cuts {
        let moment = begun + ((last - begun) as f64 * random()) as u64;
        for with_luck in [false, true] {
            let made = root.join("after");
            restore(&disk, moment, with_luck, &folder, &made);
            verify(&made, told.iter().filter(|one| one.at <= moment)).await;
            fs::remove_dir_all(&made).unwrap();
        }
        if (cut + 1) % 10 == 0 {
            println!("cut {} of {cuts}", cut + 1);
        }
    }
    println!(
        "{cuts} cuts, each without and with some of what was not synced: 0 acknowledged lost, every check clean"
    );
}

/// Something that was acknowledged, and when.
struct Told {
    at: u64,
    what: What,
}

enum What {
    Deal(String),
    Completion(String),
    /// A file of this text.
    File(String, String),
}

/// In microseconds since 1970.
#[allow(
    clippy::disallowed_methods,
    reason = "what is acknowledged is compared with when files were synced"
)]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros().try_into().unwrap()
}

/// What was acknowledged by a server whose every step was written down, and when that began.
async fn work(folder: &Path, record: &Path) -> (Vec<Told>, u64) {
    let mut strace = Command::new("strace");
    strace.args(trace::arguments(record)).arg(env!("CARGO_BIN_EXE_waypost"));
    let url = format!("sqlite://{}/bench.db?mode=rwc", folder.display());
    let server = Server::start_by(strace, &url, &folder.join("files"), FLAGS).await;
    let world = Arc::new(World::new(server).await);
    let begun = now();
    let mut tasks: JoinSet<_> = (0..WRITERS).map(|one| world.clone().write(one)).collect();
    (0..UPLOADERS).for_each(|one| {
        tasks.spawn(world.clone().upload(one));
    });
    sleep(Duration::from_secs(number("WAYPOST_BENCH_SECONDS", 20) as u64)).await;
    world.is_over.store(true, Ordering::SeqCst);
    tasks.join_all().await;
    let mut world = Arc::into_inner(world).unwrap();
    world.server.kill_traced();
    (world.told.into_inner().unwrap(), begun)
}

struct World {
    server: Server,
    process: String,
    actions: Vec<String>,
    is_over: AtomicBool,
    told: Mutex<Vec<Told>>,
}

impl World {
    async fn new(server: Server) -> Self {
        let made = server.done("createProcess", json!({ "name": "Sales" }), "process { id }").await;
        let process = text(&made["process"]["id"]);
        let stage = json!({ "processId": process, "name": "Contact" });
        let stage = server.done("addStage", stage, "stage { id }").await["stage"]["id"].take();
        let mut actions = Vec::new();
        for number in 0..ACTIONS {
            let action = json!({ "stageId": stage, "name": format!("Action {number}") });
            actions.push(text(
                &server.done("addAction", action, "action { id }").await["action"]["id"],
            ));
        }
        let (is_over, told) = (AtomicBool::new(false), Mutex::default());
        Self { server, process, actions, is_over, told }
    }

    fn acknowledged(&self, what: What) {
        let mut told = self.told.lock().unwrap();
        told.push(Told { at: now(), what });
    }

    async fn write(self: Arc<Self>, writer: usize) {
        for number in 0.. {
            let deal = new_id::<Deal>();
            let input = json!({ "newId": deal, "processId": self.process, "title": format!("{number} of {writer}") });
            self.server.done("createDeal", input, "deal { id }").await;
            self.acknowledged(What::Deal(deal.clone()));
            for action in &self.actions {
                let completion = new_id::<Completion>();
                let input = json!({ "newId": completion, "dealId": deal, "actionId": action,
                    "note": { "body": "It is done." } });
                self.server.done("completeAction", input, "completion { id }").await;
                self.acknowledged(What::Completion(completion));
                if self.is_over.load(Ordering::SeqCst) {
                    return;
                }
            }
        }
    }

    async fn upload(self: Arc<Self>, uploader: usize) {
        let (mut number, deal) = (0, new_id::<Deal>());
        let input = json!({ "newId": deal, "processId": self.process, "title": "Files" });
        self.server.done("createDeal", input, "deal { id }").await;
        while !self.is_over.load(Ordering::SeqCst) {
            number += 1;
            let body = format!("{number} of {uploader}\n").repeat(500 + number * 37 % 20_000);
            let input =
                json!({ "name": "notes.txt", "contentType": "text/plain", "size": body.len() });
            let mut made = self.server.query(ANNOUNCE, json!({ "input": input })).await;
            let made = made["createFileUpload"].take();
            assert_eq!(made["userErrors"], json!([]));
            let put = self.server.http.put(text(&made["upload"]["url"])).body(body.clone());
            let answer = put.send().await.unwrap();
            assert_eq!(answer.status(), 204, "{}", answer.text().await.unwrap());
            let file = text(&made["file"]["id"]);
            self.acknowledged(What::File(file.clone(), body));
            let note = json!({ "dealId": deal, "body": "It came.", "fileIds": [file] });
            self.server.done("addNote", note, "note { id }").await;
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Makes the folder as it is after a cut.
fn restore(disk: &Disk, moment: u64, with_luck: bool, from: &Path, to: &Path) {
    let mut luck = || with_luck && random() < 0.5;
    fs::create_dir_all(to.join("files/incoming")).unwrap();
    for (name, bytes) in disk.after(moment, &mut luck) {
        let name = to.join(name.strip_prefix(from).unwrap());
        fs::write(name, bytes).unwrap();
    }
    // It is memory that two programs share, and gone with them.
    let _ = fs::remove_file(to.join("bench.db-shm"));
}

/// What is stored is what follows from the log, and all of this is there.
async fn verify(folder: &Path, told: impl Iterator<Item = &Told>) {
    let url = format!("sqlite://{}/bench.db", folder.display());
    let mut program = Command::new(env!("CARGO_BIN_EXE_waypost"));
    program.env_clear().env("WAYPOST_DATABASE", &url).env("WAYPOST_FILES", folder.join("files"));
    let checked = program.arg("check").output().unwrap();
    let wrote = String::from_utf8_lossy(&checked.stdout) + String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{wrote}");
    let (deals, completions) = (ids(&url, "deal").await, ids(&url, "completion").await);
    for one in told {
        match &one.what {
            What::Deal(id) => assert!(deals.contains(&stored::<Deal>(id)), "{id} is lost"),
            What::Completion(id) => {
                assert!(completions.contains(&stored::<Completion>(id)), "{id} is lost");
            }
            What::File(id, body) => assert!(holds(folder, id, body), "{id} is lost"),
        }
    }
}

fn stored<K: Kind>(id: &str) -> String {
    id.parse::<Id<K>>().unwrap().uuid().simple().to_string()
}

fn holds(folder: &Path, id: &str, body: &str) -> bool {
    let file: PathBuf = folder.join("files").join(id);
    fs::read(file).is_ok_and(|bytes| bytes == body.as_bytes())
}

async fn ids(url: &str, table: &str) -> HashSet<String> {
    let conn = sea_orm::Database::connect(url).await.unwrap();
    let sql = format!("SELECT lower(hex(id)) AS it FROM {table}");
    let rows = conn.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
    conn.close().await.unwrap();
    rows.iter().map(|row| row.try_get("", "it").unwrap()).collect()
}
