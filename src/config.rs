//! Flags and environment -> configuration, checked at start, every problem at once.

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::Args;
use sea_orm::sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use tracing_subscriber::EnvFilter;

use crate::{error, member, text, token};

/// Everything that is wrong with a command line and its environment, a line each.
pub type Problems = Vec<String>;

/// The token of the first administrator; from the environment only, because other users of the
/// machine can read the flags of a running program.
pub const ADMIN_TOKEN: &str = "WAYPOST_ADMIN_TOKEN";

/// Without the migrations' and the driver's own news.
const DEFAULT_LOG: &str = "info,sea_orm_migration=warn,sqlx=warn";

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
    /// Database: sqlite://FILE (created when missing) or postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, env = "WAYPOST_DATABASE", value_name = "URL", hide_env_values = true)]
    #[arg(default_value = "sqlite://waypost.db")]
    pub database: String,
}

/// What to log.
#[derive(Args, Clone, Debug)]
pub struct LogArgs {
    /// What to log to stderr: error, warn, info, debug, trace, or a filter such as
    /// info,waypost=debug [default: RUST_LOG, else info]
    #[arg(long, env = "WAYPOST_LOG", value_name = "FILTER")]
    pub log: Option<String>,
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
    /// E-mail address of the administrator created on an empty database
    #[arg(long, env = "WAYPOST_ADMIN_EMAIL", value_name = "EMAIL")]
    #[arg(default_value = "admin@example.org")]
    pub admin_email: String,
    /// Name of that administrator
    #[arg(long, env = "WAYPOST_ADMIN_NAME", value_name = "NAME", default_value = "Administrator")]
    pub admin_name: String,
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
    /// What to log.
    #[command(flatten)]
    pub log: LogArgs,
}

/// A server's configuration, checked.
#[derive(Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: Listen,
    /// Which database.
    pub database: DatabaseUrl,
    /// Whom to create on an empty one.
    pub admin: Admin,
    /// What to log.
    pub log: EnvFilter,
}

/// The demo's configuration, checked.
#[derive(Debug)]
pub struct DemoConfig {
    /// Where to listen.
    pub listen: Listen,
    /// The first of the invented team.
    pub admin: Admin,
    /// What to log.
    pub log: EnvFilter,
}

/// The administrator created on an empty database.
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
        let mut found = Found::default();
        let listen = found.keep(self.listen.listen.parse());
        let database = found.keep(self.database.database.parse());
        let admin = found.admin(&self.admin_email, &self.admin_name, token_from_environment());
        let log = found.keep(self.log.filter());
        let (Some(listen), Some(database), Some(admin), Some(log)) = (listen, database, admin, log)
        else {
            return Err(found.0);
        };
        Ok(Config { listen, database, admin, log })
    }
}

impl DemoArgs {
    /// The configuration, or everything that is wrong with it.
    pub fn check(&self) -> Result<DemoConfig, Problems> {
        let mut found = Found::default();
        let listen = found.keep(self.listen.listen.parse());
        let admin = found.admin(&self.admin_email, &self.admin_name, token_from_environment());
        let log = found.keep(self.log.filter());
        let (Some(listen), Some(admin), Some(log)) = (listen, admin, log) else {
            return Err(found.0);
        };
        Ok(DemoConfig { listen, admin, log })
    }
}

impl LogArgs {
    /// The filter: the flag or its variable, else RUST_LOG, else the default.
    pub fn filter(&self) -> Result<EnvFilter, String> {
        let from_rust = || std::env::var(EnvFilter::DEFAULT_ENV).ok();
        let given = self.log.clone().or_else(from_rust).filter(|text| !text.trim().is_empty());
        let text = given.unwrap_or_else(|| DEFAULT_LOG.to_owned());
        EnvFilter::try_new(&text).map_err(|_| {
            format!("--log: “{text}” is no log filter. Say error, warn, info, debug or trace, or e.g. info,waypost=debug.")
        })
    }
}

/// What was found wrong so far.
#[derive(Debug, Default)]
pub struct Found(pub Problems);

impl Found {
    /// The value, unless it is wrong.
    pub fn keep<T>(&mut self, checked: Result<T, String>) -> Option<T> {
        checked.map_err(|problem| self.0.push(problem)).ok()
    }

    fn admin(
        &mut self,
        email: &str,
        name: &str,
        token: Result<Option<String>, String>,
    ) -> Option<Admin> {
        let email = self.keep(member::email(email).map_err(wrong("--admin-email")));
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
    match std::env::var(ADMIN_TOKEN) {
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(format!("{ADMIN_TOKEN}: {}", not_text())),
        Ok(secret) => checked_token(&secret).map(Some),
    }
}

fn not_text() -> &'static str {
    "this is not text. Unset it to have a token made."
}

/// The refusal never repeats what was given: it may be most of a real secret.
fn checked_token(secret: &str) -> Result<String, String> {
    token::chosen(secret).map_err(|problem| {
        format!(
            "{ADMIN_TOKEN}: {problem} `openssl rand -hex 32` gives a good rest; unset it to have a token made."
        )
    })
}

/// An address and port to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen(String);

impl Listen {
    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = || {
            let (host, port) = text.rsplit_once(':')?;
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
            let is_name = !host.is_empty() && host.chars().all(plain);
            (is_name && port.parse::<u16>().is_ok()).then_some(())
        };
        if text.parse::<SocketAddr>().is_ok() || named().is_some() {
            return Ok(Self(text.to_owned()));
        }
        Err(format!(
            "--listen: “{text}” is no address and port. Say for example 127.0.0.1:8000, [::1]:8000 or 0.0.0.0:8000."
        ))
    }
}

/// The URL of a database; shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The SQLite file at this path.
    pub fn file_at(path: &Path) -> Self {
        let path = path.display().to_string().replace('%', "%25").replace('?', "%3f");
        Self(format!("sqlite://{path}"))
    }

    /// With the password: for connecting only.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// The file, if it is SQLite.
    pub fn file(&self) -> Option<PathBuf> {
        let options = self.0.starts_with("sqlite:").then(|| self.0.parse::<SqliteConnectOptions>());
        Some(options?.ok()?.get_filename().to_owned())
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = Self(text.to_owned());
        if text.starts_with("sqlite:") {
            return checked_file(url);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return match text.parse::<PgConnectOptions>() {
                Ok(_) => Ok(url),
                Err(cause) => Err(format!("--database: {url} is no PostgreSQL address: {cause}.")),
            };
        }
        let example = "Say for example sqlite://waypost.db or postgres://user:password@host/name.";
        Err(format!("--database: “{url}” is no database that Waypost knows. {example}"))
    }
}

/// A database in memory would be another one for every connection, so it takes a file.
fn checked_file(url: DatabaseUrl) -> Result<DatabaseUrl, String> {
    let in_memory = url.0.contains(":memory:") || url.0.contains("mode=memory");
    match url.file() {
        Some(file) if !in_memory && !file.as_os_str().is_empty() => Ok(url),
        _ => Err(format!("--database: {url} names no file. Say for example sqlite://waypost.db.")),
    }
}

/// Without the password, and without parameters, which can hold one too.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.split_once('?').map_or(self.0.as_str(), |(url, _)| url);
        let Some((scheme, rest)) = shown.split_once("://") else {
            return f.write_str(shown.rsplit_once('@').map_or(shown, |(_, rest)| rest));
        };
        match rest.rsplit_once('@') {
            None => write!(f, "{scheme}://{rest}"),
            Some((user, rest)) => {
                let user = user.split_once(':').map_or(user, |(user, _)| user);
                write!(f, "{scheme}://{user}@{rest}")
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> DatabaseUrl {
        text.parse().unwrap()
    }

    #[test]
    fn a_database_is_shown_without_its_password() {
        let shown = url("postgres://ann:se:cr@t@db:5432/w?password=other").to_string();
        assert_eq!(shown, "postgres://ann@db:5432/w");
        assert_eq!(format!("{:?}", url("postgres://db/w")), "postgres://db/w");
        assert_eq!(url("sqlite://a.db?mode=rwc").to_string(), "sqlite://a.db");
    }

    #[test]
    fn databases_that_cannot_be_are_refused() {
        for wrong in
            ["", "waypost.db", "mysql://h/n", "sqlite::memory:", "sqlite://", "postgres://h:port/n"]
        {
            assert!(wrong.parse::<DatabaseUrl>().is_err(), "{wrong}");
        }
        let odd = Path::new("/tmp/50% off?/w.db");
        assert_eq!(DatabaseUrl::file_at(odd).file().as_deref(), Some(odd));
        assert_eq!(url("sqlite://data/w.db").file(), Some("data/w.db".into()));
    }

    #[test]
    fn addresses_to_listen_on_have_a_port() {
        for right in ["127.0.0.1:8000", "[::1]:0", "localhost:80", "0.0.0.0:8000"] {
            assert!(right.parse::<Listen>().is_ok(), "{right}");
        }
        for wrong in ["", "8000", ":8000", "localhost", "::1:80000", "a b:80", "h:99999"] {
            assert!(wrong.parse::<Listen>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once_and_no_secret_with_it() {
        let mut found = Found::default();
        found.keep("nowhere".parse::<Listen>());
        found.admin("nobody", " ", checked_token("wp_short").map(Some));
        assert_eq!(found.0.len(), 4, "{found:?}");
        assert!(!found.0.join("").contains("wp_short"));
    }
}
