//! What every test stands on: a fresh database of each kind, an application, and clients.

#[cfg(feature = "s3")]
pub mod bucket;
pub mod builders;
pub mod client;
#[cfg(unix)]
pub mod cluster;
pub mod collector;
pub mod database;
pub mod feed;
pub mod files;
pub mod fingerprint;
pub mod leftover;
pub mod line;
pub mod live;
pub mod oracle;
pub mod pages;
pub mod post;
pub mod process;
pub mod process_model;
#[cfg(unix)]
pub mod programs;
pub mod raw;
pub mod receiver;
pub mod scene;
pub mod steps;
pub mod story;
pub mod tree;
pub mod trees;

use std::{
    future::Future,
    net::SocketAddr,
    panic::{AssertUnwindSafe, resume_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::{DateTime, Utc};
use domain::{event::cursor::FeedCursor, policy::Actor};
use engine::{
    app::{App, Settings},
    clock::Clock,
    db::{Db, Layer, StatementHook},
    event::{seal, sequencer},
    member::AddMember,
    member::token::CreateToken,
};
use entity::member::Role;
use futures_util::FutureExt;
use tokio::{net::TcpListener, task::AbortHandle};
use waypost::{
    config,
    http::{self, rates::RateLimits},
};

pub use builders::BuiltProcess;
pub use client::Client;
pub use database::Kind;
pub use steps::steps;

/// An application on a database of its own.
#[derive(Clone)]
pub struct TestApp {
    pub app: App,
    pub kind: Kind,
    pub url: String,
    pub http: reqwest::Client,
    pub address: SocketAddr,
    /// Where the bytes of files are.
    pub folder: PathBuf,
    server: AbortHandle,
    statements: Arc<AtomicUsize>,
}

/// When every test begins, unless it says otherwise.
pub fn start() -> DateTime<Utc> {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

/// Runs a test on a fresh database of each kind.
pub async fn each<F: Future<Output = ()>>(test: impl Fn(TestApp) -> F) {
    for kind in database::kinds() {
        let database = database::create(kind).await;
        let app = TestApp::open(kind, database.url(), &database.folder().join("files")).await;
        let outcome = AssertUnwindSafe(test(app.clone())).catch_unwind().await;
        app.stop().await;
        if let Err(panic) = outcome {
            eprintln!("this was on {kind:?}");
            resume_unwind(panic);
        }
    }
}

/// Who signed in is kept for half a second: whether they are read is a matter of time.
fn is_sign_in(sql: &str) -> bool {
    sql.contains(r#"FROM "token" INNER JOIN "member""#)
}

fn counting(statements: &Arc<AtomicUsize>) -> StatementHook {
    let counter = statements.clone();
    Arc::new(move |sql| {
        if std::env::var_os("WAYPOST_TEST_SQL").is_some() {
            eprintln!("SQL {sql}");
        }
        if !is_sign_in(sql) {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    })
}

impl TestApp {
    /// Another server on the same database.
    pub async fn again(&self) -> Self {
        Self::open(self.kind, &self.url, &self.folder).await
    }

    /// Another server on the same database, configured.
    pub async fn with(&self, settings: Settings) -> Self {
        let statements = Arc::new(AtomicUsize::new(0));
        self.other(counting(&statements).into(), statements, settings).await
    }

    /// Another server on the same database that tells this hook of each statement.
    pub async fn with_hook(&self, hook: StatementHook) -> Self {
        self.behind(hook.into(), self.app.settings().clone()).await
    }

    /// Another server on the same database, with this between it and its connections.
    pub async fn behind(&self, layer: Layer, settings: Settings) -> Self {
        self.other(layer, Arc::default(), settings).await
    }

    async fn other(&self, layer: Layer, statements: Arc<AtomicUsize>, settings: Settings) -> Self {
        let db = Db::connect_through(&self.url, layer).await.unwrap();
        let app = App::with(db, Clock::fixed(start()), settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = serve(&app, listener);
        Self { app, address, server, statements, ..self.clone() }
    }

    /// A server on this database, with its files in this folder.
    pub async fn open(kind: Kind, url: &str, folder: &Path) -> Self {
        let _ = tracing_subscriber::fmt().with_test_writer().try_init();
        let statements = Arc::new(AtomicUsize::new(0));
        let db = Db::connect(url, Some(counting(&statements))).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let public_url = format!("http://{address}");
        let files = config::in_folder(folder).unwrap();
        let settings = Settings::new(public_url).with(files);
        let app = App::with(db, Clock::fixed(start()), settings);
        let server = serve(&app, listener);
        let http = reqwest::Client::new();
        let (url, folder) = (url.to_owned(), folder.to_owned());
        Self { app, kind, url, http, address, folder, server, statements }
    }

    /// Where the API is.
    pub fn endpoint(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// Gives all that was committed its place in the log and lets it be seen, as the background does sooner or later.
    pub async fn number_log(&self) {
        if self.kind == Kind::Postgres {
            sequencer::number_all(&self.app).await.unwrap();
        }
        self.app.bus().wake_all();
    }

    /// Another server, configured, on the same database at another address.
    pub async fn through(&self, url: &str, hook: StatementHook, settings: http::Settings) -> Self {
        let db = Db::connect(url, Some(hook)).await.unwrap();
        let app = App::with(db, Clock::fixed(start()), self.app.settings().clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = serve_with(&app, listener, settings);
        Self { app, address, server, statements: Arc::default(), ..self.clone() }
    }

    /// A cursor as clients get it.
    pub async fn sealed(&self, cursor: &FeedCursor) -> String {
        seal::of(&self.app, self.app.db().reader()).await.unwrap().close(cursor).unwrap()
    }

    /// What a cursor says.
    pub async fn opened(&self, text: &str) -> FeedCursor {
        seal::of(&self.app, self.app.db().reader()).await.unwrap().open(text).unwrap()
    }

    /// Stops this server.
    pub async fn stop(&self) {
        self.server.abort();
        self.app.db().close().await;
    }

    /// How many statements some work sends to the database.
    pub async fn statements<T>(&self, work: impl Future<Output = T>) -> (usize, T) {
        let before = self.statements.load(Ordering::SeqCst);
        let value = work.await;
        (self.statements.load(Ordering::SeqCst) - before, value)
    }

    /// A client for the administrator `Ada`.
    pub async fn admin(&self) -> Client {
        self.member("Ada", Role::Administrator).await
    }

    /// A client for a new member of this name and role.
    pub async fn member(&self, name: &str, role: Role) -> Client {
        let email = format!("{}@example.org", name.to_lowercase());
        let command = AddMember { new_id: None, email, name: name.to_owned(), role };
        let add = self.app.write(system(), command);
        let member = add.await.unwrap();
        let (token, secret) = self.token(member.id).await;
        Client::new(self.clone(), member.id, token, secret)
    }

    /// A token for a member: its id and its secret.
    pub async fn token(&self, member_id: entity::ids::MemberId) -> (entity::ids::TokenId, String) {
        let command =
            CreateToken { member_id, name: "test".into(), expires_at: None, secret: None };
        let create = self.app.write(system(), command);
        create.await.unwrap()
    }

    /// Everything in the database, as text: the same before and after means that nothing changed.
    pub async fn fingerprint(&self) -> String {
        fingerprint::of(self.app.db()).await
    }
}

/// A server of its own on a free port: as users meet it, but without the background tasks, whose
/// statements would be counted, and without limits on how often one asks: tests ask as fast as they can.
/// Tests of what is live, and of the limits, start those themselves.
fn serve(app: &App, listener: TcpListener) -> AbortHandle {
    let mut settings = http::Settings::default();
    settings.limits.rates = RateLimits { member: None, address: None };
    settings.limits.operation = std::time::Duration::from_secs(120); // many tests run beside this one
    serve_with(app, listener, settings)
}

fn serve_with(app: &App, listener: TcpListener, settings: http::Settings) -> AbortHandle {
    let connections = settings.connections;
    let router = http::router(app.clone(), settings);
    let server = http::server::serve(listener, router, connections, std::future::pending());
    tokio::spawn(server).abort_handle()
}

/// The program itself, setting a test up.
pub fn system() -> Actor {
    Actor::System("test")
}
