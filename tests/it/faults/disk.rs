//! A disk that is full indeed: a small one in memory, which only this test and its server see.

#![cfg(target_os = "linux")]

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    cli::{Running, waypost},
    support::live::soon,
};

const SECRET: &str = "wp_chosen-by-the-operator-1234";
const MOUNT: &str = r#"mount -t tmpfs -o size=4m tmpfs "$0" && echo mounted && exec cat"#;

/// A disk of 4 MiB in a name space of its own, as long as this is there.
struct Disk {
    keeper: Child,
    folder: tempfile::TempDir,
}

impl Disk {
    /// None where the system allows no name spaces to this user, said past the capture of test output.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("unshare");
        command.args(["-Urm", "sh", "-c", MOUNT]).arg(folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut said = String::new();
        if let Ok(mut keeper) = command.spawn() {
            BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut said).unwrap();
            if said == "mounted\n" {
                return Some(Self { keeper, folder });
            }
            let _ = keeper.wait();
        }
        let text = "SKIPPED: no small disk can be mounted here (unshare -Urm), so none gets full\n";
        let _ = std::io::stderr().write_all(text.as_bytes());
        None
    }

    /// The program, in this name space.
    fn server(&self) -> Running {
        let file = self.folder.path().join("waypost.db");
        let database = format!("sqlite://{}", file.display());
        let program = waypost(&["serve", "--listen", "127.0.0.1:0", "--database", &database]);
        let mut command = Command::new("nsenter");
        command.args(["--preserve-credentials", "-U", "-m", "-t"]);
        command.arg(self.keeper.id().to_string()).arg(program.get_program());
        command.args(program.get_args()).env("WAYPOST_ADMIN_TOKEN", SECRET);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::start(&mut command)
    }

    /// A file on this disk, from outside.
    fn file(&self, name: &str) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.keeper.id()));
        let folder = self.folder.path().strip_prefix("/").unwrap();
        root.join(folder).join(name)
    }

    /// Takes all but a few KiB.
    fn fill(&self) {
        let mut ballast = File::create(self.file("ballast")).unwrap();
        while ballast.write_all(&[0; 4096]).is_ok() {}
        let length = ballast.metadata().unwrap().len();
        ballast.set_len(length.saturating_sub(100 * 1024)).unwrap();
    }

    fn make_room(&self) {
        OpenOptions::new().write(true).truncate(true).open(self.file("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take()); // `cat` ends, and with it the name space
        let _ = self.keeper.wait();
    }
}

/// A front end that remembers what was acknowledged.
struct Person {
    http: reqwest::Client,
    origin: String,
}

impl Person {
    fn at(server: &Running) -> Self {
        let origin = format!("http://{}", server.address());
        Self { http: reqwest::Client::new(), origin }
    }

    async fn ask(&self, document: &str, variables: Value) -> Value {
        let request = self.http.post(format!("{}/graphql", self.origin)).bearer_auth(SECRET);
        let body = json!({ "query": document, "variables": variables });
        request.json(&body).send().await.unwrap().json().await.unwrap()
    }

    /// Whether this mutation was acknowledged; the payload.
    async fn tell(&self, name: &str, input: &str, selection: &str) -> Option<Value> {
        let document = format!(
            "mutation {{ {name}(input: {{ {input} }}) {{ userErrors {{ code }} {selection} }} }}"
        );
        let mut answer = self.ask(&document, json!({})).await;
        let payload = answer["data"][name].take();
        assert_eq!(payload.is_null(), !answer["errors"].is_null(), "{answer}");
        assert!(payload.is_null() || payload["userErrors"] == json!([]), "{payload}");
        (!payload.is_null()).then_some(payload)
    }

    async fn ready(&self) -> u16 {
        let url = format!("{}/health/ready", self.origin);
        self.http.get(url).send().await.unwrap().status().as_u16()
    }
}

fn id(payload: Option<Value>, field: &str) -> String {
    payload.unwrap()[field]["id"].as_str().unwrap().to_owned()
}

/// Sends notes of 9 kB until so many in a row were not taken: those that were.
async fn notes(person: &Person, deal: &str) -> Vec<String> {
    let (mut taken, mut refused) = (Vec::new(), 0);
    for number in 0..2000 {
        let body = format!("{number} {}", "x".repeat(9000));
        let input = format!("dealId: \"{deal}\", body: \"{body}\"");
        match person.tell("addNote", &input, "").await {
            Some(_) => (refused, _) = (0, taken.push(body)),
            None => refused += 1,
        }
        if refused == 6 {
            return taken;
        }
    }
    panic!("the disk does not get full");
}

async fn kept(person: &Person, deal: &str) -> Value {
    let document = "query($id: ID!) { deal(id: $id) { title status percent: progress { percent } \
        notes(first: 100) { totalCount nodes { body } } } }";
    person.ask(document, json!({ "id": deal })).await["data"]["deal"].take()
}

#[tokio::test]
async fn on_a_full_disk_what_is_acknowledged_is_kept_and_when_there_is_room_all_works_again() {
    let Some(disk) = Disk::new() else { return };
    let mut server = disk.server();
    let person = Person::at(&server);
    let process = person.tell("createProcess", "name: \"Sales\"", "process { id }").await;
    let process = id(process, "process");
    let stage = format!("processId: \"{process}\", name: \"Contact\"");
    let stage = id(person.tell("addStage", &stage, "stage { id }").await, "stage");
    let action = format!("stageId: \"{stage}\", name: \"Call\"");
    let action = id(person.tell("addAction", &action, "action { id }").await, "action");
    let new = format!("processId: \"{process}\", title: \"Chairs\"");
    let deal = id(person.tell("createDeal", &new, "deal { id }").await, "deal");
    disk.fill();
    let taken = notes(&person, &deal).await;
    assert_eq!(person.ready().await, 503);
    assert_eq!(kept(&person, &deal).await["notes"]["totalCount"], taken.len());
    disk.make_room();
    soon(async { while person.ready().await != 200 {} }).await;
    let of_deal = |rest: &str| format!("dealId: \"{deal}\"{rest}");
    person.tell("updateDeal", &of_deal(", title: \"Tables\""), "").await.unwrap();
    person
        .tell("completeAction", &of_deal(&format!(", actionId: \"{action}\"")), "")
        .await
        .unwrap();
    person.tell("loseDeal", &of_deal(""), "").await.unwrap();
    let other = id(person.tell("createDeal", &new, "deal { id }").await, "deal");
    server.kill();
    let server = disk.server();
    let person = Person::at(&server);
    let found = kept(&person, &deal).await;
    assert_eq!(
        (&found["title"], &found["status"], &found["percent"]["percent"]),
        (&json!("Tables"), &json!("LOST"), &json!(100))
    );
    let found = found["notes"]["nodes"].as_array().unwrap().clone();
    let mut found: Vec<_> = found.iter().map(|note| note["body"].as_str().unwrap()).collect();
    found.reverse();
    assert_eq!(found, taken);
    assert_eq!(kept(&person, &other).await["title"], "Chairs");
    assert!(Path::new(&disk.file("waypost.db")).exists());
    server.stop();
}
