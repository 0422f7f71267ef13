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
    cli::{Running, sqlite, told, waypost},
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
        let serve = ["serve", "--listen", "127.0.0.1:0", "--database", &database];
        Running::start(self.command(&serve).env("WAYPOST_ADMIN_TOKEN", SECRET))
    }

    fn command(&self, args: &[&str]) -> Command {
        let program = waypost(args);
        let mut command = Command::new("nsenter");
        command.args(["--preserve-credentials", "-U", "-m", "-t"]);
        command.arg(self.keeper.id().to_string()).arg(program.get_program());
        command.args(program.get_args());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// A file on this disk, from outside.
    fn file(&self, name: &str) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.keeper.id()));
        let folder = self.folder.path().strip_prefix("/").unwrap();
        root.join(folder).join(name)
    }

    /// Takes all but so many KiB.
    fn fill_but(&self, left: u64) {
        let mut ballast = File::create(self.file("ballast")).unwrap();
        while ballast.write_all(&[0; 4096]).is_ok() {}
        let length = ballast.metadata().unwrap().len();
        ballast.set_len(length.saturating_sub(left * 1024)).unwrap();
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
    disk.fill_but(100);
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

/// A backup of a deal with notes and a file of a megabyte, in this folder.
async fn backed_up(folder: &Path) -> String {
    let database = sqlite(folder);
    let serve = ["serve", "--listen", "127.0.0.1:0", "--database", &database];
    let server = Running::start(waypost(&serve).env("WAYPOST_ADMIN_TOKEN", SECRET));
    let person = Person::at(&server);
    let process =
        id(person.tell("createProcess", "name: \"Sales\"", "process { id }").await, "process");
    let deal = format!("processId: \"{process}\", title: \"Chairs\"");
    let deal = id(person.tell("createDeal", &deal, "deal { id }").await, "deal");
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(1024 * 1024, b'x');
    let file = format!("name: \"a.pdf\", contentType: \"application/pdf\", size: {}", bytes.len());
    let made = person.tell("createFileUpload", &file, "file { id } upload { url }").await.unwrap();
    let sent = person.http.put(made["upload"]["url"].as_str().unwrap()).body(bytes).send().await;
    assert_eq!(sent.unwrap().status(), 204);
    for note in 0..60 {
        let body = format!("{note} {}", "x".repeat(9000));
        let note = format!(
            "dealId: \"{deal}\", body: \"{body}\", fileIds: [{}]",
            match note {
                0 => made["file"]["id"].to_string(),
                _ => String::new(),
            }
        );
        person.tell("addNote", &note, "").await.unwrap();
    }
    server.stop();
    let backup = folder.join("backup.tar.gz").display().to_string();
    let output = waypost(&["backup", &backup, "--database", &database]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    backup
}

#[tokio::test]
async fn a_restore_for_which_there_is_no_room_leaves_nothing_and_says_so() {
    let Some(disk) = Disk::new() else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    let backup = backed_up(elsewhere.path()).await;
    let here = |name: &str| disk.folder.path().join(name).display().to_string();
    let there = |name: &str| elsewhere.path().join(name).display().to_string();
    let restore = |database: &str, files: &str| {
        let database = format!("sqlite://{database}");
        let args = ["restore", &backup, "--database", &database, "--files", files];
        disk.command(&args).output().unwrap()
    };
    for (left, database, files) in [
        (100, here("new.db"), there("files")),
        (900, here("new.db"), there("files")),
        (100, there("new.db"), here("files")),
    ] {
        disk.fill_but(left);
        let output = restore(&database, &files);
        let said = told(&output);
        assert!(!output.status.success() && said.contains("the disk is full"), "{left}: {said}");
        for suffix in ["", "-wal", "-shm"] {
            let left = PathBuf::from(format!("{}{suffix}", there("new.db")));
            assert!(!left.exists() && !disk.file(&format!("new.db{suffix}")).exists(), "{left:?}");
        }
        let files = walk(&disk.file("files")).into_iter().chain(walk(Path::new(&there("files"))));
        assert_eq!(files.collect::<Vec<_>>(), Vec::<PathBuf>::new(), "{left}");
        disk.make_room();
    }
    let output = restore(&here("new.db"), &there("files"));
    assert!(told(&output).contains("nothing differs"), "{}", told(&output));
    assert_eq!(walk(Path::new(&there("files"))).len(), 1);
}

/// The files in a folder and in those in it.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
