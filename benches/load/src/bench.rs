//! The whole run: each database filled, its server driven, and what one would write instead after it.

use std::{fs, path::Path, sync::Arc};

#[cfg(feature = "statements")]
use crate::count;
use crate::{
    arguments::Arguments,
    baseline,
    data::{Data, Size},
    database,
    drive::{Subject, drive},
    live::{self, Scene, Watched},
    memory::{self, Idle, Memory},
    operation::{self, Requests},
    picture::Pictures,
    process,
    server::{Database, Result, Server},
    subject::{self, Api},
    table::Table,
};

/// All measurements, and what they gave so far.
pub struct Bench {
    arguments: Arguments,
    folder: tempfile::TempDir,
    data: Arc<Data>,
    requests: Table,
    deliveries: Table,
    statements: Table,
    memory: Table,
    pictures: Pictures,
}

impl Bench {
    /// Makes the data.
    pub fn new(arguments: Arguments) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("waypost-load").tempdir()?;
        let size = if arguments.quick {
            Size { processes: 4, deals: 2000, idle: 0 }
        } else {
            Size { processes: 20, deals: 20_000, idle: 0 }
        };
        let data = Arc::new(Data::write(size, folder.path())?);
        let (requests, deliveries) = (Table::of_requests(), Table::of_deliveries());
        let (statements, memory) = (Table::of_statements(), Table::of_memory());
        let pictures = Pictures::default();
        Ok(Self { arguments, folder, data, requests, deliveries, statements, memory, pictures })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Measures, and prints what that gave.
    pub async fn run(mut self) -> Result<()> {
        process::may_open(self.arguments.most_connections())?;
        let sqlite = format!("sqlite://{}", self.path().join("waypost.db").display());
        self.on("SQLite", sqlite).await?;
        if let Some(base) = self.arguments.postgres.clone() {
            let url = database::create(&base, "waypost_load").await?;
            let measured = self.on("PostgreSQL", url).await;
            database::remove(&base, "waypost_load").await?;
            measured?;
        }
        let tables = [&self.requests, &self.deliveries, &self.statements, &self.memory];
        let text = tables.map(Table::markdown).join("\n");
        if let Some(folder) = &self.arguments.svg {
            self.pictures.write(folder)?;
        }
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
        self.count(&database, server).await?;
        self.by_hand(&database).await
    }

    /// Before anything else: see `memory::of_sockets`.
    async fn idle(&self, server: &Server) -> Result<Option<Idle>> {
        if !self.arguments.is_wanted("memory") {
            return Ok(None);
        }
        let sockets = self.arguments.subscribers.iter().copied().max().unwrap_or_default();
        memory::of_sockets(server, sockets).await.map(Some)
    }

    async fn operations(&mut self, name: &str, server: &Server) -> Result<()> {
        let data = Arc::clone(&self.data);
        let requests = Requests::new(server, &data);
        let mut wanted = operation::ALL.to_vec();
        wanted.retain(|operation| self.arguments.is_wanted(operation.name()));
        for operation in wanted {
            let subject = Api { server, requests: &requests, operation };
            for connections in self.arguments.connections.clone() {
                let row = (operation.name(), name, connections);
                self.measure(&subject, server.pid, row).await?;
            }
        }
        Ok(())
    }

    /// Counts statements, in a build that can: the server that was measured ends first.
    #[cfg(feature = "statements")]
    async fn count(&mut self, database: &Database, server: Server) -> Result<()> {
        if self.arguments.is_wanted("statements") {
            let (arguments, data) = (&self.arguments, &self.data);
            count::all(&mut self.statements, arguments, data, database, server).await?;
        }
        Ok(())
    }

    #[cfg(not(feature = "statements"))]
    async fn count(&self, _: &Database, server: Server) -> Result<()> {
        server.stopped().await.map(drop)
    }

    async fn watching(&mut self, name: &str, server: &Server) -> Result<()> {
        let mut turn = 0;
        for subscribers in self.arguments.subscribers.clone() {
            for watched in [Watched::Deal, Watched::DealState, Watched::Board] {
                let rate = if subscribers > 1000 { 2 } else { 20 };
                let scene = Scene { watched, subscribers, rate, time: self.arguments.time() * 2 };
                turn += 1;
                if self.arguments.is_wanted(&scene.name()) {
                    let delivered = live::run(server, scene, turn).await?;
                    self.deliveries.deliveries(&scene.name(), name, &delivered);
                    self.pictures.deliveries(&scene.name(), name, &delivered);
                }
            }
        }
        Ok(())
    }

    async fn by_hand(&mut self, database: &Database) -> Result<()> {
        let (child, address) = baseline::start(&database.url).await?;
        let pid = child.id().ok_or("the baseline ended")?;
        let mut wanted = subject::by_hand(address);
        wanted.retain(|subject| self.arguments.is_wanted(subject.name));
        for subject in wanted {
            let row = (subject.name, database.name, 16);
            self.measure(&subject, pid, row).await?;
        }
        Ok(())
    }

    /// Warms up, asks as fast as it can, and then half as often.
    async fn measure<S: Subject>(
        &mut self,
        subject: &S,
        pid: u32,
        row: (&str, &str, usize),
    ) -> Result<()> {
        let ((what, on, connections), time) = (row, self.arguments.time());
        drive(subject, pid, connections, time / 4, None).await?;
        let full = drive(subject, pid, connections, time, None).await?;
        let half = drive(subject, pid, connections, time, Some(full.rate / 2.0)).await?;
        self.requests.requests(what, on, connections, &full, Some(&half));
        self.pictures.requests(row, &full, &half);
        Ok(())
    }
}
