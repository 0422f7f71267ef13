//! A database that cannot be reached, or not be written, for a while: told as what it is, and outlived by what is
//! live. SQLite has no line that breaks: its faults are met below the stores.

use std::sync::Arc;

use entity::member::Role;
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use waypost::http::{Settings, rates::RateLimits};

use crate::support::{Client, Kind, TestApp, builders::text, each, line::Line};

mod live;
mod told;

/// A server behind a line to its database, and one that stands beside it.
struct Site {
    line: Line,
    /// Behind the line.
    app: TestApp,
    /// A manager there.
    mia: Client,
    /// An administrator at the server beside the database.
    ada: Client,
    process: String,
    deal: String,
}

/// Runs a test where there is a PostgreSQL.
async fn behind_a_line<F: Future<Output = ()>>(
    settings: Settings,
    test: impl Fn(Site) -> F + Copy,
) {
    each(|app| {
        let settings = settings.clone();
        async move {
            if app.kind == Kind::Postgres {
                let site = Site::new(&app, settings, Arc::new(|_| {})).await;
                let far = site.app.clone();
                test(site).await;
                far.stop().await;
            }
        }
    })
    .await;
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.limits.rates = RateLimits { member: None, address: None };
    settings
}

impl Site {
    async fn new(app: &TestApp, settings: Settings, hook: engine::db::StatementHook) -> Self {
        let ada = app.admin().await;
        let mia = app.member("Mia", Role::Manager).await;
        let process = ada.process("Sales", &[("A", &[("Call", 1)])]).await;
        let deal = ada.deal(&process.id, "Chairs").await;
        app.number_log().await;
        let line = Line::to(&app.url).await;
        let far = app.through(&line.url, hook, settings).await;
        let mia = mia.at(&far);
        Self { line, app: far, mia, ada, process: process.id, deal }
    }

    /// Something happens to the deal, at the other server.
    async fn happen(&self, title: &str) {
        self.ada.done("updateDeal", json!({ "dealId": self.deal, "title": title }), "").await;
    }

    /// Where the deal is now.
    async fn cursor(&self) -> String {
        let document = "query($id: ID!) { deal(id: $id) { feedCursor } }";
        text(&self.ada.query(document, json!({ "id": self.deal })).await["deal"]["feedCursor"])
    }

    /// Does this as the owner of the database, and ends all other connections to it.
    async fn decree(&self, sql: &str) {
        let admin = Database::connect(&self.ada.app.url).await.unwrap();
        // The database may be read-only by default, by an earlier decree.
        let writing = format!("SET TRANSACTION READ WRITE; {sql}");
        admin.execute_unprepared(&writing).await.unwrap();
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        admin.execute_unprepared(end).await.unwrap();
        admin.close().await.unwrap();
    }

    /// Ends all connections to the database, and lets no new one in.
    async fn shut(&self) {
        let database = self.database();
        let end = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        );
        self.beside(&format!("ALTER DATABASE {database} WITH ALLOW_CONNECTIONS false; {end}"))
            .await;
    }

    /// Lets connections to the database in again.
    async fn reopen(&self) {
        let database = self.database();
        self.beside(&format!("ALTER DATABASE {database} WITH ALLOW_CONNECTIONS true")).await;
    }

    /// Does this in another database of the same server.
    async fn beside(&self, sql: &str) {
        let url = self.ada.app.url.rsplit_once('/').unwrap().0;
        let admin = Database::connect(format!("{url}/postgres")).await.unwrap();
        admin.execute_unprepared(sql).await.unwrap();
        admin.close().await.unwrap();
    }

    fn database(&self) -> &str {
        self.ada.app.url.rsplit('/').next().unwrap()
    }
}

/// The one error of an answer in which nothing could be done.
fn assert_unavailable(body: &Value) -> &Value {
    let error = &body["errors"][0];
    assert_eq!(error["extensions"]["code"], "SERVICE_UNAVAILABLE", "{body:#}");
    assert!(error["extensions"]["retryAfter"].as_u64().unwrap() >= 1, "{body:#}");
    assert!(body.get("data").is_none(), "{body:#}");
    error
}
