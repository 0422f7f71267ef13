//! Drives a Waypost server, on SQLite and on PostgreSQL, and beside it what one would write instead; prints a table of
//! both. `docs/performance.md` says how to run it and what it gave.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use clap::{Parser, Subcommand};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    data::{Data, Size},
    drive::{Subject, drive},
    live::{Scene, Watched},
    memory::{Idle, Memory},
    operation::Requests,
    server::{Database, Result, Server},
    subject::Api,
    table::Table,
};

mod baseline;
mod data;
mod drive;
mod http;
mod live;
mod memory;
mod operation;
mod process;
mod server;
mod socket;
mod subject;
mod table;

/// Drives a Waypost server and what one would write instead, with the same data.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// The server: a release build
    #[arg(long, default_value = "target/release/waypost")]
    server: PathBuf,
    /// Where databases for PostgreSQL are made and removed; without it, SQLite alone is measured
    #[arg(long, env = "WAYPOST_TEST_POSTGRES")]
    postgres: Option<String>,
    /// A tenth of the data, and a second for each measurement: under two minutes
    #[arg(long)]
    quick: bool,
    /// Only what begins with one of these, such as Q1, S or memory
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How many connections ask at once: 1, 16 and 64 in turn unless said otherwise, and 16 when it is to be quick
    #[arg(long, value_delimiter = ',')]
    connections: Vec<usize>,
    /// How many watch at once: 500 and 5000 in turn unless said otherwise, and 500 when it is to be quick
    #[arg(long, value_delimiter = ',')]
    subscribers: Vec<usize>,
    /// Where the table is written
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Part {
    /// Serves what one would write instead: the driver starts it by itself
    #[command(hide = true)]
    Baseline {
        /// The database
        url: String,
    },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        match &arguments.part {
            Some(Part::Baseline { url }) => baseline::serve(url).await,
            None => Bench::new(arguments.completed())?.run().await,
        }
    })
}

struct Bench {
    arguments: Arguments,
    folder: tempfile::TempDir,
    data: Data,
    requests: Table,
    deliveries: Table,
    memory: Table,
}

impl Bench {
    fn new(arguments: Arguments) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("waypost-load").tempdir()?;
        let size = if arguments.quick {
            Size { processes: 4, deals: 2000 }
        } else {
            Size { processes: 20, deals: 20_000 }
        };
        let data = Data::write(size, folder.path())?;
        let (requests, deliveries) = (Table::of_requests(), Table::of_deliveries());
        Ok(Self { arguments, folder, data, requests, deliveries, memory: Table::of_memory() })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn is_wanted(&self, name: &str) -> bool {
        let only = &self.arguments.only;
        only.is_empty() || only.iter().any(|begin| name.starts_with(begin))
    }

    async fn run(mut self) -> Result<()> {
        process::may_open(self.arguments.most_connections())?;
        let sqlite = format!("sqlite://{}", self.path().join("waypost.db").display());
        self.on("SQLite", sqlite).await?;
        if let Some(base) = self.arguments.postgres.clone() {
            let url = postgres(&base, "CREATE DATABASE waypost_load").await?;
            let measured = self.on("PostgreSQL", url).await;
            postgres(&base, "DROP DATABASE waypost_load WITH (FORCE)").await?;
            measured?;
        }
        let tables = [&self.requests, &self.deliveries, &self.memory];
        let text = tables.map(Table::markdown).join("\n");
        match &self.arguments.out {
            Some(path) => fs::write(path, text)?,
            None => println!("{text}"),
        }
        Ok(())
    }

    /// Measures all of it on one database.
    async fn on(&mut self, name: &'static str, url: String) -> Result<()> {
        let program = self.arguments.server.clone();
        let database = Database::fill(&program, name, url, self.path(), &self.data).await?;
        let server = database.serve(self.path(), &self.data).await?;
        let idle = self.idle(&server).await?;
        self.operations(name, &server).await?;
        self.watching(name, &server).await?;
        if let Some(idle) = idle {
            let ((last, most), started) = (process::memory(server.pid), server.started);
            self.memory.memory(name, &Memory { started, idle, last, most });
        }
        drop(server);
        self.by_hand(&database).await
    }

    /// Before anything else: see `memory::of_sockets`.
    async fn idle(&self, server: &Server) -> Result<Option<Idle>> {
        if !self.is_wanted("memory") {
            return Ok(None);
        }
        let sockets = self.arguments.subscribers.iter().copied().max().unwrap_or_default();
        memory::of_sockets(server, sockets).await.map(Some)
    }

    async fn operations(&mut self, name: &str, server: &Server) -> Result<()> {
        let requests = Requests::new(server, &self.data);
        let mut wanted = operation::ALL.to_vec();
        wanted.retain(|operation| self.is_wanted(operation.name()));
        for operation in wanted {
            let subject = Api { server, requests: &requests, operation };
            for connections in self.arguments.connections.clone() {
                let row = (operation.name(), name, connections);
                measure(&mut self.requests, &subject, server.pid, row, self.arguments.time())
                    .await?;
            }
        }
        Ok(())
    }

    async fn watching(&mut self, name: &str, server: &Server) -> Result<()> {
        let mut turn = 0;
        for subscribers in self.arguments.subscribers.clone() {
            for watched in [Watched::Deal, Watched::DealState, Watched::Board] {
                let rate = if subscribers > 1000 { 2 } else { 20 };
                let scene = Scene { watched, subscribers, rate, time: self.arguments.time() * 2 };
                turn += 1;
                if self.is_wanted(&scene.name()) {
                    let delivered = live::run(server, scene, turn).await?;
                    self.deliveries.deliveries(&scene.name(), name, &delivered);
                }
            }
        }
        Ok(())
    }

    async fn by_hand(&mut self, database: &Database) -> Result<()> {
        let (child, address) = start_baseline(&database.url).await?;
        let pid = child.id().ok_or("the baseline ended")?;
        let mut wanted = subject::by_hand(address);
        wanted.retain(|subject| self.is_wanted(subject.name));
        for subject in wanted {
            let row = (subject.name, database.name, 16);
            measure(&mut self.requests, &subject, pid, row, self.arguments.time()).await?;
        }
        Ok(())
    }
}

impl Arguments {
    /// These, with what was left to be chosen.
    fn completed(mut self) -> Self {
        if self.connections.is_empty() {
            self.connections = if self.quick { vec![16] } else { vec![1, 16, 64] };
        }
        if self.subscribers.is_empty() {
            self.subscribers = if self.quick { vec![500] } else { vec![500, 5000] };
        }
        self
    }

    /// The most connections that are open at once.
    fn most_connections(&self) -> usize {
        self.connections.iter().chain(&self.subscribers).copied().max().unwrap_or_default()
    }

    /// How long each measurement takes.
    fn time(&self) -> Duration {
        Duration::from_secs(if self.quick { 1 } else { 5 })
    }
}

/// Warms up, asks as fast as it can, and then half as often.
async fn measure<S: Subject>(
    table: &mut Table,
    subject: &S,
    pid: u32,
    (what, on, connections): (&str, &str, usize),
    time: Duration,
) -> Result<()> {
    drive(subject, pid, connections, time / 4, None).await?;
    let full = drive(subject, pid, connections, time, None).await?;
    let half = drive(subject, pid, connections, time, Some(full.rate / 2.0)).await?;
    table.requests(what, on, connections, &full, Some(&half));
    Ok(())
}

async fn start_baseline(url: &str) -> Result<(Child, std::net::SocketAddr)> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["baseline", url]).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let output = child.stdout.take().ok_or("no output")?;
    let line = BufReader::new(output).lines().next_line().await?;
    Ok((child, line.ok_or("the baseline ended at once")?.parse()?))
}

/// Runs a statement about a database of this name; its URL.
async fn postgres(base: &str, sql: &'static str) -> Result<String> {
    use sqlx::Connection;
    let mut connection = sqlx::PgConnection::connect(base).await?;
    if sql.starts_with("CREATE") {
        sqlx::raw_sql("DROP DATABASE IF EXISTS waypost_load WITH (FORCE)")
            .execute(&mut connection)
            .await?;
    }
    sqlx::raw_sql(sql).execute(&mut connection).await?;
    let (server, _) = base.rsplit_once('/').ok_or("the URL names no database")?;
    Ok(format!("{server}/waypost_load"))
}
