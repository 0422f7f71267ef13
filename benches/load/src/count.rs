//! How many statements a request costs. No program tells that from outside, so the same server runs here, in this
//! process, over connections that count what is asked of them.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use engine::{
    app::App,
    background::{self, Background},
    clock::Clock,
    db::{Db, Fate, FateHook, Layer, Step},
};
use tokio::net::TcpListener;
use waypost::http::{self, Settings, rates::RateLimits};

use crate::{
    arguments::Arguments,
    data::Data,
    drive::drive,
    operation::{self, Requests},
    server::{Database, Result, Server, free_address},
    subject::Api,
    table::{Statements, Table},
};

/// Counts all operations on a database whose server is to end.
pub async fn all(
    table: &mut Table,
    arguments: &Arguments,
    data: &Data,
    database: &Database,
    server: Server,
) -> Result<()> {
    let server = server.stopped().await?;
    let counted = Counted::start(&database.url).await?;
    let server = server.at(counted.address);
    let requests = Requests::new(&server, data);
    for operation in operation::ALL {
        let subject = Api { server: &server, requests: &requests, operation };
        for connections in arguments.connections.iter().copied() {
            // What is kept is kept from here on.
            drive(&subject, server.pid, connections, arguments.time() / 4, None).await?;
            let work = drive(&subject, server.pid, connections, arguments.time() / 2, None);
            let found = counted.counts.of(async { Ok(work.await?.latency.len()) }).await?;
            table.statements(operation.name(), database.name, connections, found);
        }
    }
    counted.stop().await;
    Ok(())
}

/// What is counted of the statements of a server.
#[derive(Default)]
pub struct Counts {
    statements: AtomicU64,
    commits: AtomicU64,
}

impl Counts {
    fn hook(self: &Arc<Self>) -> FateHook {
        let counts = Arc::clone(self);
        Arc::new(move |step| {
            match step {
                Step::Statement(_) => counts.statements.fetch_add(1, Ordering::Relaxed),
                Step::Commit => counts.commits.fetch_add(1, Ordering::Relaxed),
                Step::Connect | Step::Begin | Step::Rollback => 0,
            };
            Fate::Runs
        })
    }

    fn now(&self) -> [u64; 2] {
        [&self.statements, &self.commits].map(|count| count.load(Ordering::Relaxed))
    }

    /// What some work that answers so many requests costs each of them.
    pub async fn of(&self, work: impl Future<Output = Result<u64>>) -> Result<Statements> {
        let before = self.now();
        let answered = work.await?.max(1) as f64;
        let after = self.now();
        let each = |at: usize| (after[at] - before[at]) as f64 / answered;
        Ok(Statements { statements: each(0), commits: each(1) })
    }
}

/// A server in this process. It ends when this is dropped.
pub struct Counted {
    /// Where it listens.
    pub address: std::net::SocketAddr,
    /// What it has asked of its database so far.
    pub counts: Arc<Counts>,
    app: App,
    background: Option<Background>,
    serving: tokio::task::JoinHandle<()>,
}

impl Counted {
    /// Starts it on this database, with all that a server does beside its requests.
    pub async fn start(url: &str) -> Result<Self> {
        let counts = Arc::<Counts>::default();
        let layer = Layer { statement: None, fate: Some(counts.hook()) };
        let app = App::new(Db::connect_through(url, layer).await?, Clock::system());
        let mut settings = Settings::default();
        settings.limits.rates = RateLimits { member: None, address: None };
        let address = free_address()?;
        let listener = TcpListener::bind(address).await?;
        let connections = settings.connections;
        let router = http::router(app.clone(), settings);
        let serve = http::server::serve(listener, router, connections, std::future::pending());
        let serving = tokio::spawn(serve);
        let background = Some(background::start(&app));
        Ok(Self { address, counts, app, background, serving })
    }

    /// Ends it, so that another server has the database for itself.
    pub async fn stop(mut self) {
        self.serving.abort();
        if let Some(background) = self.background.take() {
            background.shutdown().await;
        }
        self.app.db().close().await;
    }
}
