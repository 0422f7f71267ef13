//! What a save costs that 20,000 running deals follow: `cargo bench --bench save_process`.
//!
//! A process of 48 actions with 20,000 open deals and 200,000 completions is imported by the program
//! itself and served by it, on SQLite and, where `WAYPOST_TEST_POSTGRES` names a server, on PostgreSQL.
//! Then it is asked for previews and saves that reach every deal, while somebody else keeps looking at a
//! board. Beside each time stands its ratio to a plain read of the same completions in the same run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that fails says why"
)]

use std::{
    fmt::Write as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use engine::db::Db;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

const DEALS: usize = 20_000;
const DONE_PER_DEAL: usize = 10;
const STAGES: usize = 6;
const ACTIONS: usize = 8;
const TOKEN: &str = "wp_benchmarkbenchmarkbenchmarkbenchmarkbenchmark";

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path());
    measure("SQLite", &format!("sqlite://{}/bench.db?mode=rwc", folder.path().display()), &folder)
        .await;
    let Ok(server) = std::env::var("WAYPOST_TEST_POSTGRES") else {
        println!("PostgreSQL: not measured, WAYPOST_TEST_POSTGRES is not set");
        return;
    };
    let (base, _) = server.rsplit_once('/').unwrap();
    let admin = sea_orm::Database::connect(&server).await.unwrap();
    let name = format!("waypost_bench_{}", std::process::id());
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    measure("PostgreSQL", &format!("{base}/{name}"), &folder).await;
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}

async fn measure(kind: &str, url: &str, folder: &tempfile::TempDir) {
    println!(
        "\n{kind}: {DEALS} open deals, {} completions, {} actions",
        DEALS * DONE_PER_DEAL,
        STAGES * ACTIONS
    );
    let started = Instant::now();
    import(url, folder.path());
    println!("  import                {:>8.2} s", started.elapsed().as_secs_f64());
    let baseline = baseline(url).await;
    println!(
        "  plain read            {:>8.3} s   of all completions: the baseline",
        baseline.as_secs_f64()
    );
    let server = Server::start(url).await;
    let process = server.process().await;
    let idle = server.peak_memory();
    for (what, field) in [("processPreview", "processPreview"), ("saveProcess", "saveProcess")] {
        report(what, &server.rounds(field, &process).await, baseline, server.peak_memory(), idle);
    }
}

fn report(what: &str, rounds: &Rounds, baseline: Duration, peak: u64, idle: u64) {
    let mut times = rounds.times.clone();
    times.sort();
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    println!(
        "  {what:<20}  {:>8.3} s   (worst of {} {:.3} s, {:.1} x the baseline); other queries meanwhile: {} answered, \
         median {} ms, worst {} ms; peak memory {peak} MiB ({idle} MiB before)",
        median.as_secs_f64(),
        times.len(),
        worst.as_secs_f64(),
        median.as_secs_f64() / baseline.as_secs_f64(),
        rounds.others.len(),
        rounds.others[rounds.others.len() / 2].as_millis(),
        rounds.others[rounds.others.len() - 1].as_millis(),
    );
}

/// What was measured: the rounds, and the queries of others meanwhile, the quickest first.
struct Rounds {
    times: Vec<Duration>,
    others: Vec<Duration>,
}

fn write_files(folder: &Path) {
    let mut process = "process: Bench\nstages:\n".to_owned();
    for stage in 0..STAGES {
        writeln!(process, "  - stage: Stage {stage}\n    actions:").unwrap();
        for action in 0..ACTIONS {
            let weight = 5 + (stage * ACTIONS + action) % 17;
            writeln!(
                process,
                "      - {{ action: Action {stage}.{action}, weight: {weight}, mandatory: {} }}",
                action == 0
            )
            .unwrap();
        }
    }
    let members: String =
        (0..20).map(|at| format!("m{at}@example.org,Member {at},SALESPERSON\n")).collect();
    let (mut deals, mut completions) = (String::new(), String::new());
    for deal in 0..DEALS {
        writeln!(
            deals,
            "d{deal},Deal {deal},2026-01-01T08:00:00Z,{}.50,EUR,m{}@example.org,OPEN,",
            deal % 9973,
            deal % 20
        )
        .unwrap();
        for done in 0..DONE_PER_DEAL {
            // 7 and 48 have no common divisor: ten different actions, spread over the stages
            let action = (deal + done * 7) % (STAGES * ACTIONS);
            let (stage, action) = (action / ACTIONS, action % ACTIONS);
            writeln!(completions, "d{deal},Stage {stage},Action {stage}.{action},2026-01-02T08:{done:02}:00Z,m{}@example.org", deal % 20).unwrap();
        }
    }
    std::fs::write(folder.join("process.yaml"), process).unwrap();
    std::fs::write(folder.join("members.csv"), format!("email,name,role\n{members}")).unwrap();
    let header = "deal,title,opened_at,value,currency,owner,status,closed_at\n";
    std::fs::write(folder.join("deals.csv"), format!("{header}{deals}")).unwrap();
    let header = "deal,stage,action,done_at,done_by\n";
    std::fs::write(folder.join("completions.csv"), format!("{header}{completions}")).unwrap();
}

fn waypost(url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waypost"));
    command.env_clear().env("WAYPOST_DATABASE", url).stdin(Stdio::null());
    command
}

fn import(url: &str, folder: &Path) {
    let mut command = waypost(url);
    command.arg("import");
    for (flag, file) in [
        ("--process", "process.yaml"),
        ("--members", "members.csv"),
        ("--deals", "deals.csv"),
        ("--completions", "completions.csv"),
    ] {
        command.arg(flag).arg(folder.join(file));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What any way of computing it would have to do at the least: read every completion once.
async fn baseline(url: &str) -> Duration {
    let db = Db::connect(url, None).await.unwrap();
    let sql = "SELECT deal_id, action_id, deal_version FROM completion WHERE undone_at IS NULL";
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let started = Instant::now();
        let statement = Statement::from_string(db.backend(), sql);
        let rows = db.reader().query_all_raw(statement).await.unwrap();
        assert_eq!(rows.len(), DEALS * DONE_PER_DEAL);
        best = best.min(started.elapsed());
    }
    db.close().await;
    best
}

struct Server {
    child: Child,
    client: Client,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    address: String,
}

impl Client {
    async fn query(&self, document: &str, variables: Value) -> Value {
        let body = json!({ "query": document, "variables": variables });
        let request = self.http.post(format!("http://{}/graphql", self.address)).bearer_auth(TOKEN);
        let mut answer: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].take()
    }
}

const TREE: &str =
    "query($id: ID!) { process(id: $id) { id version stages { id actions { id weight } } } }";
const BOARD: &str = "query($id: ID!) { process(id: $id) { stages { name deals(first: 20) { totalCount \
    nodes { title progress { percent } owner { name } } } } } }";
const PREVIEW: &str = "query($input: SaveProcessInput!) { processPreview(input: $input) { userErrors { message } \
    changes { summary } impact { openDeals progressRises progressFalls } } }";
const SAVE: &str = "mutation($input: SaveProcessInput!) { saveProcess(input: $input) { userErrors { message } \
    version { number } changes { summary } } }";

impl Server {
    async fn start(url: &str) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let mut command = waypost(url);
        command.env("WAYPOST_ADMIN_TOKEN", TOKEN).args(["serve", "--listen", &address]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Self { child, client: Client { http: reqwest::Client::new(), address } };
        server.wait().await;
        server
    }

    async fn wait(&self) {
        let ready = format!("http://{}/health/ready", self.client.address);
        for _ in 0..200 {
            if self
                .client
                .http
                .get(&ready)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not answer");
    }

    async fn process(&self) -> String {
        let data = self.client.query("{ processes { nodes { id name } } }", json!({})).await;
        data["processes"]["nodes"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The most memory that the server has had, in MiB.
    fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: 0");
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }

    /// Sends a request several times, each reaching every deal, with others asking meanwhile.
    async fn rounds(&self, field: &str, process: &str) -> Rounds {
        let stop = Arc::new(AtomicBool::new(false));
        let others = Arc::new(Mutex::new(Vec::new()));
        let looking = tokio::spawn(look(
            self.client.clone(),
            process.to_owned(),
            stop.clone(),
            others.clone(),
        ));
        let mut times = Vec::new();
        for round in 0..5 {
            let input = self.input(process, round).await;
            let document = if field == "saveProcess" { SAVE } else { PREVIEW };
            let started = Instant::now();
            let data = self.client.query(document, json!({ "input": input })).await;
            times.push(started.elapsed());
            assert_eq!(data[field]["userErrors"], json!([]));
        }
        stop.store(true, Ordering::Relaxed);
        looking.await.unwrap();
        let mut others = std::mem::take(&mut *others.lock().unwrap());
        others.sort();
        Rounds { times, others }
    }

    /// Every weight is another one, and the first stage and the last change places.
    async fn input(&self, process: &str, round: u64) -> Value {
        let mut tree = self.client.query(TREE, json!({ "id": process })).await["process"].take();
        let version = tree["version"].take();
        let stages = tree["stages"].as_array_mut().unwrap();
        for action in stages.iter_mut().flat_map(|stage| stage["actions"].as_array_mut().unwrap()) {
            let weight = action["weight"].as_u64().unwrap();
            action["weight"] = json!((weight * 7 + round) % 40 + 1);
        }
        stages.swap(0, STAGES - 1);
        json!({ "id": process, "expectedVersion": version, "stages": stages })
    }
}

/// Somebody who keeps looking at the board.
async fn look(
    client: Client,
    process: String,
    stop: Arc<AtomicBool>,
    times: Arc<Mutex<Vec<Duration>>>,
) {
    while !stop.load(Ordering::Relaxed) {
        let started = Instant::now();
        client.query(BOARD, json!({ "id": process })).await;
        times.lock().unwrap().push(started.elapsed());
    }
}
