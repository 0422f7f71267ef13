//! The program itself, started for a benchmark: its time and memory are its own.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

pub mod follow;
pub mod receiver;
pub mod writers;

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use entity::ids::{Id, Kind};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::{Value, json};

/// Who signs in.
pub const TOKEN: &str = "wp_benchmarkbenchmarkbenchmarkbenchmarkbenchmark";

/// A number that whoever runs the benchmark may give.
pub fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

/// A database of the benchmark's own: on PostgreSQL where `WAYPOST_TEST_POSTGRES` names a server, a file without.
pub struct Database {
    /// Where it is.
    pub url: String,
    admin: Option<(DatabaseConnection, String)>,
}

impl Database {
    /// An empty one.
    pub async fn new(folder: &Path, name: &str) -> Self {
        let Ok(server) = std::env::var("WAYPOST_TEST_POSTGRES") else {
            let url = format!("sqlite://{}/bench.db?mode=rwc", folder.display());
            return Self { url, admin: None };
        };
        let admin = sea_orm::Database::connect(&server).await.unwrap();
        let name = format!("waypost_{name}_{}", std::process::id());
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let (base, _) = server.rsplit_once('/').unwrap();
        Self { url: format!("{base}/{name}"), admin: Some((admin, name)) }
    }

    /// One that is somewhere already, and whose end is somebody else's business.
    pub fn at(url: String) -> Self {
        Self { url, admin: None }
    }

    /// Whether several servers may share it.
    pub fn is_shared(&self) -> bool {
        !self.url.starts_with("sqlite:")
    }

    /// It is not needed any more.
    pub async fn remove(self) {
        let Some((admin, name)) = self.admin else { return };
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        admin.execute_unprepared(&drop).await.unwrap();
    }
}

/// The servers of one database: two on PostgreSQL, and the one that there may be on SQLite.
pub struct Cluster {
    /// Those that run.
    pub servers: Vec<Server>,
    /// Where they are; whoever was there before is not there any more.
    pub addresses: Arc<Mutex<Vec<String>>>,
    url: String,
    files: PathBuf,
    flags: &'static [&'static str],
}

impl Cluster {
    /// Starts them.
    pub async fn start(database: &Database, files: &Path, flags: &'static [&'static str]) -> Self {
        Self::start_by(program, database, files, flags).await
    }

    /// Starts those of another program.
    pub async fn start_by(
        program: impl Fn() -> Command,
        database: &Database,
        files: &Path,
        flags: &'static [&'static str],
    ) -> Self {
        let mut servers = Vec::new();
        for _ in 0..if database.is_shared() { 2 } else { 1 } {
            servers.push(Server::start_by(program(), &database.url, files, flags).await);
        }
        let addresses = servers.iter().map(|server| server.address.clone()).collect();
        let (url, files) = (database.url.clone(), files.to_owned());
        Self { servers, addresses: Arc::new(Mutex::new(addresses)), url, files, flags }
    }

    /// Kills one without a word (SIGKILL), does this, and starts another; how long until it served.
    pub async fn replace_after(&mut self, one: usize, between: impl FnOnce(&Self)) -> Duration {
        self.servers[one].kill();
        between(self);
        let begun = Instant::now();
        self.begin(one).await;
        begun.elapsed()
    }

    /// Stops one as an operator does (SIGTERM), and starts another.
    pub async fn replace_gently(&mut self, one: usize) {
        self.servers[one].stop();
        self.begin(one).await;
    }

    async fn begin(&mut self, one: usize) {
        self.servers[one] = Server::start(&self.url, &self.files, self.flags).await;
        self.addresses.lock().unwrap()[one] = self.servers[one].address.clone();
    }

    /// Kills one, and starts another.
    pub async fn replace(&mut self, one: usize) {
        self.replace_after(one, |_| {}).await;
    }

    /// Runs `waypost` with these words beside the servers; what it wrote, where it failed.
    pub fn run(&self, command: &str) -> Result<(), String> {
        let mut program = program();
        program.env_clear().env("WAYPOST_DATABASE", &self.url).env("WAYPOST_FILES", &self.files);
        let told = program.args(command.split(' ')).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let wrote = || text(&told.stdout) + &text(&told.stderr);
        if told.status.success() { Ok(()) } else { Err(wrote()) }
    }
}

/// The program: the one that was built with the benchmark, or the one that `WAYPOST_BIN` names.
pub fn program() -> Command {
    let built = || env!("CARGO_BIN_EXE_waypost").into();
    Command::new(std::env::var_os("WAYPOST_BIN").unwrap_or_else(built))
}

/// Between nought and one.
pub fn random() -> f64 {
    f64::from(getrandom::u32().unwrap()) / f64::from(u32::MAX)
}

/// An id for what is tried until it is done.
pub fn new_id<K: Kind>() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    Id::<K>::from_uuid(uuid::Builder::from_random_bytes(bytes).into_uuid()).to_string()
}

/// The document of a mutation, with this selection of its payload.
pub fn mutation(name: &str, selection: &str) -> String {
    let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    format!(
        "mutation($input: {kind}!) {{ {name}(input: $input) {{ {selection} userErrors {{ message }} }} }}"
    )
}

/// A server that stops with the benchmark.
pub struct Server {
    child: Child,
    pub http: reqwest::Client,
    pub address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// A server on this database, with more flags.
    pub async fn start(url: &str, files: &Path, flags: &[&str]) -> Self {
        Self::start_by(program(), url, files, flags).await
    }

    /// A server that this command starts, which may be another program that starts it.
    pub async fn start_by(mut command: Command, url: &str, files: &Path, flags: &[&str]) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        command.env_clear().env("WAYPOST_DATABASE", url).env("WAYPOST_ADMIN_TOKEN", TOKEN);
        command.env("WAYPOST_FILES", files).args(["serve", "--listen", &address]).args(flags);
        let null = Stdio::null;
        let child = command.stdin(null()).stdout(null()).stderr(null()).spawn().unwrap();
        let server = Self { child, http: reqwest::Client::new(), address };
        server.wait().await;
        server
    }

    async fn wait(&self) {
        let ready = format!("http://{}/health/ready", self.address);
        for _ in 0..200 {
            let answer = self.http.get(&ready).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not answer");
    }

    /// The data of an operation that must succeed.
    pub async fn query(&self, document: &str, variables: Value) -> Value {
        let body = json!({ "query": document, "variables": variables });
        let request = self.http.post(format!("http://{}/graphql", self.address)).bearer_auth(TOKEN);
        let mut answer: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].take()
    }

    /// The payload of a mutation that must be done.
    pub async fn done(&self, name: &str, input: Value, selection: &str) -> Value {
        let document = mutation(name, selection);
        let mut data = self.query(&document, json!({ "input": input })).await;
        assert_eq!(data[name]["userErrors"], json!([]), "{name}");
        data[name].take()
    }

    /// What it tells of itself under this name.
    pub async fn metric(&self, name: &str) -> usize {
        let request = self.http.get(format!("http://{}/metrics", self.address)).bearer_auth(TOKEN);
        let told = request.send().await.unwrap().text().await.unwrap();
        let mut named = told.lines().filter_map(|line| line.split_once(' '));
        named.find(|(known, _)| *known == name).unwrap().1.parse::<f64>().unwrap() as usize
    }

    /// Ends it without a word (SIGKILL).
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as an operator does (SIGTERM), which it does well.
    pub fn stop(&mut self) {
        let told = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        assert!(told.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// Ends one that another program started without a word, and waits for that program.
    pub fn kill_traced(&mut self) {
        let id = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let killed = Command::new("kill").arg("-KILL").args(children.split_whitespace()).status();
        assert!(killed.unwrap().success());
        self.child.wait().unwrap();
    }

    /// The most memory that the server has had since it was started or asked to forget, in KiB.
    pub fn peak_memory(&self) -> u64 {
        self.memory("VmHWM:")
    }

    /// A number of the process, in KiB.
    pub fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or("none 0");
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// How many files and sockets it has open.
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// From here on the peak is counted anew.
    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").unwrap();
    }

    /// Its process.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Whether the process is still there.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }
}
