//! The server that is measured: filled by `waypost import`, started by `waypost serve`, asked for its ids by the API.

use std::{
    fs, io,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::{
    data::{self, ACTIONS, Data, STAGES},
    http::{Connection, Request},
    process,
};

/// What can go wrong while something is prepared.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A database with the data in it.
pub struct Database {
    /// `sqlite://…` or `postgres://…`.
    pub url: String,
    /// What tables call it.
    pub name: &'static str,
    program: PathBuf,
}

impl Database {
    /// Fills a new database at this URL.
    pub async fn fill(
        program: &Path,
        name: &'static str,
        url: String,
        folder: &Path,
        data: &Data,
    ) -> Result<Self> {
        let database = Self { url, name, program: program.to_owned() };
        for process in 0..data.size.processes {
            eprint!("\r{name}: process {} of {} is imported ", process + 1, data.size.processes);
            let file = |name: String| folder.join(name);
            let mut import = database.command("import");
            import.arg("--process").arg(file(format!("p{process}.yaml")));
            import.arg("--members").arg(file("members.csv".to_owned()));
            import.arg("--deals").arg(file(format!("d{process}.csv")));
            import.arg("--completions").arg(file(format!("c{process}.csv")));
            expect(import.output().await?)?;
        }
        eprintln!();
        Ok(database)
    }

    fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().arg(subcommand).args(["--database", &self.url]);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// A token for each member.
    async fn tokens(&self) -> Result<Vec<String>> {
        let mut tokens = Vec::new();
        for number in 0..data::MEMBERS {
            let mut token = self.command("token");
            token.args(["create", "--member", &data::member(number), "--name", "load"]);
            tokens.push(expect(token.output().await?)?.trim().to_owned());
        }
        Ok(tokens)
    }

    /// Starts a server on it that holds nobody back, and reads what was imported.
    pub async fn serve(&self, folder: &Path, data: &Data) -> Result<Server> {
        let mut server = self.start(folder, self.tokens().await?, Ids::default()).await?;
        let mut connection = server.connection().await?;
        server.ids = Ids::read(&mut connection, &server.tokens[0], data).await?;
        Ok(server)
    }

    /// Starts another one after this has ended.
    pub async fn restart(&self, folder: &Path, server: Server) -> Result<Server> {
        self.start(folder, server.tokens, server.ids).await
    }

    async fn start(&self, folder: &Path, tokens: Vec<String>, ids: Ids) -> Result<Server> {
        let address = free_address()?;
        let log = fs::File::create(folder.join(format!("{}.log", self.name)))?;
        let mut serve = self.command("serve");
        serve.args(["--listen", &address.to_string(), "--member-rate", "0", "--address-rate", "0"]);
        serve.args(["--max-connections", "15000", "--sockets-per-member", "500"]);
        serve.args(["--sockets-unknown", "10000"]).arg("--files").arg(folder.join("files"));
        let child = serve.stdout(Stdio::null()).stderr(log).spawn()?;
        let pid = child.id().ok_or("the server ended at once")?;
        let mut server = Server { address, pid, tokens, ids, started: 0, child: Some(child) };
        server.connection().await?;
        server.started = process::memory(pid).0;
        Ok(server)
    }
}

fn expect(output: std::process::Output) -> Result<String> {
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}

/// An address that nobody listens at.
pub fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// A server that runs; it ends when this is dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process.
    pub pid: u32,
    /// A token of each member.
    pub tokens: Vec<String>,
    /// The ids of what was imported.
    pub ids: Ids,
    /// KiB of memory as soon as it listened.
    pub started: u64,
    child: Option<Child>,
}

impl Server {
    /// A connection, as soon as the server listens.
    pub async fn connection(&self) -> Result<Connection> {
        for _ in 0..600 {
            match Connection::open(self.address).await {
                Ok(connection) => return Ok(connection),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        Err("the server does not listen".into())
    }

    /// What is known of it, once it has ended.
    pub async fn stopped(mut self) -> Result<Self> {
        if let Some(mut child) = self.child.take() {
            child.kill().await?;
        }
        Ok(self)
    }

    /// Another one on the same database, in this process, at this address.
    #[cfg(feature = "statements")]
    pub fn at(self, address: SocketAddr) -> Self {
        Self { address, pid: std::process::id(), ..self }
    }
}

/// Ids by the numbers of the data.
#[derive(Default)]
pub struct Ids {
    /// Of processes.
    pub processes: Vec<String>,
    /// Of the stages of each process.
    pub stages: Vec<Vec<String>>,
    /// Of the actions of each process, over all its stages.
    pub actions: Vec<Vec<String>>,
    /// Of deals.
    pub deals: Vec<String>,
}

const TREES: &str = "{ processes(first: 100) { nodes { id name stages { id actions { id } } } } }";
const DEALS: &str = "query($after: Cursor) { deals(first: 100, after: $after) { nodes { id title } pageInfo { hasNextPage endCursor } } }";

impl Ids {
    async fn read(connection: &mut Connection, token: &str, data: &Data) -> Result<Self> {
        let mut ids = Self { deals: vec![String::new(); data.size.deals], ..Self::default() };
        let answer = ask(connection, token, TREES, json!({})).await?;
        let mut trees = list(&answer["processes"]["nodes"]).to_vec();
        trees.sort_by_key(|tree| number(&tree["name"], 1));
        trees.iter().for_each(|tree| ids.keep_tree(tree));
        let mut after = Value::Null;
        loop {
            let answer = ask(connection, token, DEALS, json!({ "after": after })).await?;
            for deal in list(&answer["deals"]["nodes"]) {
                ids.deals[number(&deal["title"], 1)] = text(&deal["id"]);
            }
            after = answer["deals"]["pageInfo"]["endCursor"].clone();
            if answer["deals"]["pageInfo"]["hasNextPage"] != true {
                return ids.complete();
            }
        }
    }

    fn keep_tree(&mut self, tree: &Value) {
        self.processes.push(text(&tree["id"]));
        let stages = list(&tree["stages"]);
        self.stages.push(stages.iter().map(|stage| text(&stage["id"])).collect());
        let actions = stages.iter().flat_map(|stage| list(&stage["actions"]));
        self.actions.push(actions.map(|action| text(&action["id"])).collect());
    }

    /// Fails if something is missing: what is measured then would be nothing.
    fn complete(self) -> Result<Self> {
        let whole = self.stages.iter().all(|stages| stages.len() == STAGES)
            && self.actions.iter().all(|actions| actions.len() == STAGES * ACTIONS)
            && self.deals.iter().all(|id| !id.is_empty());
        if whole { Ok(self) } else { Err("the import is not whole".into()) }
    }
}

async fn ask(
    connection: &mut Connection,
    token: &str,
    query: &str,
    variables: Value,
) -> Result<Value> {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let request = Request { token: token.to_owned(), body };
    let answer: Value = serde_json::from_slice(&connection.send(request).await?)?;
    if answer.get("errors").is_some() {
        return Err(answer.to_string().into());
    }
    Ok(answer["data"].clone())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The number that is a word of a name, from 0.
fn number(name: &Value, word: usize) -> usize {
    let word = name.as_str().and_then(|name| name.split(' ').nth(word));
    word.and_then(|word| word.parse().ok()).unwrap_or_default()
}
