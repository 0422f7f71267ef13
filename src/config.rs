//! Flags and environment -> configuration, checked at start, every problem at once.

use std::fmt;

use clap::Args;
use domain::text;
use engine::{error, member, member::token, traces::Traces, webhook::WebhookSettings};

use crate::http;

mod address;
mod edge;
mod files;
pub(crate) mod given;
mod log;
mod mail;
mod traces;
mod webhook;

pub use address::{DatabaseUrl, Listen, PublicUrl};
pub use edge::EdgeArgs;
pub use files::{FilesArgs, FilesConfig, FilesPlace, PlaceArgs, in_folder};
pub use log::{LogArgs, LogConfig, LogFormat};
pub use mail::{MailArgs, MailConfig};
pub use traces::TraceArgs;
pub use webhook::WebhookArgs;

/// Everything that is wrong with a command line and its environment, a line each.
pub type Problems = Vec<String>;

/// The token of the first administrator; from the environment only, because other users of the
/// machine can read the flags of a running program.
pub const ADMIN_TOKEN: &str = "WAYPOST_ADMIN_TOKEN";

/// Where to listen.
#[derive(Args, Clone, Debug)]
pub struct ListenArgs {
    /// Address and port to listen on; 0.0.0.0:8000 for every network of this machine
    #[arg(long, env = "WAYPOST_LISTEN", value_name = "ADDRESS:PORT")]
    #[arg(default_value = "127.0.0.1:8000")]
    pub listen: String,
}

/// Which database.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// Database: sqlite://FILE (created when missing) or postgres://USER:PASSWORD@HOST/NAME, with what psql
    /// takes, such as ?sslmode=verify-full&sslrootcert=ca.pem
    #[arg(
        long,
        env = "WAYPOST_DATABASE",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    #[arg(default_value = "sqlite://waypost.db")]
    pub database: String,
}

/// Where people reach the server.
#[derive(Args, Clone, Debug)]
pub struct PublicUrlArgs {
    /// Where people reach this server, for links in mail and to files
    /// [default: http:// and the address it listens on]
    #[arg(long, env = "WAYPOST_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
}

/// Flags of `serve`.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Where to listen.
    #[command(flatten)]
    pub listen: ListenArgs,
    /// Which database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// E-mail address of the administrator created where none is active
    #[arg(long, env = "WAYPOST_ADMIN_EMAIL", value_name = "EMAIL")]
    #[arg(default_value = "admin@example.org")]
    pub admin_email: String,
    /// Name of that administrator
    #[arg(long, env = "WAYPOST_ADMIN_NAME", value_name = "NAME", default_value = "Administrator")]
    pub admin_name: String,
    /// Where people reach the server.
    #[command(flatten)]
    pub public_url: PublicUrlArgs,
    /// Address and port for GET /metrics (Prometheus), without a token: one that only those reach who may
    /// know [default: none; --listen has it for tokens of administrators]
    #[arg(long, env = "WAYPOST_METRICS", value_name = "ADDRESS:PORT")]
    pub metrics: Option<String>,
    /// Where files are, and which may be uploaded.
    #[command(flatten)]
    pub files: FilesArgs,
    /// How mail goes out.
    #[command(flatten)]
    pub mail: MailArgs,
    /// Where endpoints of webhooks may be.
    #[command(flatten)]
    pub webhooks: WebhookArgs,
    /// Where traces go.
    #[command(flatten)]
    pub traces: TraceArgs,
    /// What clients may send.
    #[command(flatten)]
    pub edge: EdgeArgs,
    /// What to log.
    #[command(flatten)]
    pub log: LogArgs,
}

/// Flags of `demo`.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// Where to listen.
    #[command(flatten)]
    pub listen: ListenArgs,
    /// E-mail address of the demo's first administrator
    #[arg(long, env = "WAYPOST_ADMIN_EMAIL", value_name = "EMAIL")]
    #[arg(default_value = "zofia@waypost.example")]
    pub admin_email: String,
    /// Name of that administrator
    #[arg(long, env = "WAYPOST_ADMIN_NAME", value_name = "NAME")]
    #[arg(default_value = "Zofia Wiśniewska")]
    pub admin_name: String,
    /// Where people reach the server.
    #[command(flatten)]
    pub public_url: PublicUrlArgs,
    /// What to log.
    #[command(flatten)]
    pub log: LogArgs,
}

/// A server's configuration, checked.
#[derive(Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: Listen,
    /// Where to tell what the server counts, to whoever asks there; none: nowhere.
    pub metrics: Option<Listen>,
    /// Which database.
    pub database: DatabaseUrl,
    /// Whom to create on an empty one.
    pub admin: Admin,
    /// What is beside the database.
    pub outside: Outside,
    /// The front door and the transport.
    pub http: http::Settings,
    /// What to log, and how.
    pub log: LogConfig,
}

/// What a server has beside its database, checked.
#[derive(Debug)]
pub struct Outside {
    /// Where people reach the server; none: where it listens.
    pub public_url: Option<PublicUrl>,
    /// Where files are, and which may be uploaded.
    pub files: FilesConfig,
    /// How mail goes out; none: none does.
    pub mail: Option<MailConfig>,
    /// How events are delivered to webhooks.
    pub webhooks: WebhookSettings,
    /// Where traces go.
    pub traces: Traces,
}

/// The demo's configuration, checked.
#[derive(Debug)]
pub struct DemoConfig {
    /// Where to listen.
    pub listen: Listen,
    /// The first of the invented team.
    pub admin: Admin,
    /// Where people reach the server; none: where it listens.
    pub public_url: Option<PublicUrl>,
    /// What to log, and how.
    pub log: LogConfig,
}

/// The administrator created where none is active.
#[derive(Clone)]
pub struct Admin {
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their token; none: a new one.
    pub token: Option<String>,
}

/// Leaves the token out.
impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

impl ServeArgs {
    /// The configuration, or everything that is wrong with it.
    pub fn check(&self) -> Result<Config, Problems> {
        let mut found = ProblemsFound::default();
        let listen = found.keep(self.listen.listen.parse());
        let database = found.keep(self.database.database.parse());
        let admin = found.admin(&self.admin_email, &self.admin_name, token_from_environment());
        let outside = self.outside(&mut found);
        let http = found.keep_all(self.edge.check());
        let log = found.keep_all(self.log.check());
        let metrics = found.keep(self.metrics());
        let (Some(listen), Some(database), Some(admin), Some(outside), Some(http), Some(log)) =
            (listen, database, admin, outside, http, log)
        else {
            return Err(found.0);
        };
        let Some(metrics) = metrics else { return Err(found.0) };
        Ok(Config { listen, metrics, database, admin, outside, http, log })
    }

    fn metrics(&self) -> Result<Option<Listen>, String> {
        let given = self.metrics.as_deref().filter(|text| !text.trim().is_empty());
        given.map(|text| Listen::at("--metrics", text)).transpose()
    }

    fn outside(&self, found: &mut ProblemsFound) -> Option<Outside> {
        let public_url = found.keep(self.public_url.check());
        let files = found.keep_all(self.files.check());
        let mail = self.mail.check(found);
        let (webhooks, traces) = (self.webhooks.check(found), self.traces.check(found));
        let (public_url, files, mail) = (public_url?, files?, mail?);
        Some(Outside { public_url, files, mail, webhooks: webhooks?, traces: traces? })
    }
}

impl DemoArgs {
    /// The configuration, or everything that is wrong with it.
    pub fn check(&self) -> Result<DemoConfig, Problems> {
        let mut found = ProblemsFound::default();
        let listen = found.keep(self.listen.listen.parse());
        let admin = found.admin(&self.admin_email, &self.admin_name, token_from_environment());
        let public_url = found.keep(self.public_url.check());
        let log = found.keep_all(self.log.check());
        let (Some(listen), Some(admin), Some(public_url), Some(log)) =
            (listen, admin, public_url, log)
        else {
            return Err(found.0);
        };
        Ok(DemoConfig { listen, admin, public_url, log })
    }
}

impl PublicUrlArgs {
    fn check(&self) -> Result<Option<PublicUrl>, String> {
        self.public_url.as_deref().map(str::parse).transpose()
    }
}

/// The database and the log of a command, or everything that is wrong with them.
pub fn opened(
    database: &DatabaseArgs,
    log: &LogArgs,
) -> Result<(DatabaseUrl, LogConfig), Problems> {
    let mut found = ProblemsFound::default();
    let database = found.keep(database.database.parse());
    let log = found.keep_all(log.check());
    database.zip(log).ok_or(found.0)
}

/// What was found wrong so far.
#[derive(Debug, Default)]
pub struct ProblemsFound(pub Problems);

impl ProblemsFound {
    /// The value, unless it is wrong.
    pub fn keep<T>(&mut self, checked: Result<T, String>) -> Option<T> {
        checked.map_err(|problem| self.0.push(problem)).ok()
    }

    /// The value, unless something is wrong with it.
    pub fn keep_all<T>(&mut self, checked: Result<T, Problems>) -> Option<T> {
        checked.map_err(|problems| self.0.extend(problems)).ok()
    }

    fn admin(
        &mut self,
        email: &str,
        name: &str,
        token: Result<Option<String>, String>,
    ) -> Option<Admin> {
        let email = self.keep(member::checked_email(email).map_err(wrong("--admin-email")));
        let name = text::name(name).map_err(error::Error::from);
        let name = self.keep(name.map_err(wrong("--admin-name")));
        let token = self.keep(token);
        Some(Admin { email: email?, name: name?, token: token? })
    }
}

/// Says which setting is wrong.
fn wrong(setting: &'static str) -> impl Fn(error::Error) -> String {
    move |problem| format!("{setting}: {problem}")
}

fn token_from_environment() -> Result<Option<String>, String> {
    let secret = given::variable(ADMIN_TOKEN, &given::environment)?;
    secret.as_deref().map(checked_token).transpose()
}

/// The refusal never repeats what was given: it may be most of a real secret.
fn checked_token(secret: &str) -> Result<String, String> {
    token::chosen(secret).map_err(|problem| {
        format!(
            "{ADMIN_TOKEN}: {problem} `openssl rand -hex 32` gives a good rest; unset it to have a token made."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_said_at_once_and_no_secret_with_it() {
        let mut found = ProblemsFound::default();
        found.keep("nowhere".parse::<Listen>());
        found.admin("nobody", " ", checked_token("wp_short").map(Some));
        assert_eq!(found.0.len(), 4, "{found:?}");
        assert!(!found.0.join("").contains("wp_short"));
    }
}
