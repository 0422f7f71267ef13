//! Where a PostgreSQL server is and how to sign in there: a checked URL.

use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::postgres::PgConnectOptions;

use super::{
    keywords::{Keywords, POOLER, no_port},
    tls::{Mode, Tls},
};

/// Waypost's name, where the URL gives it no other: what `pg_stat_activity` shows.
const NAME: &str = "waypost";
/// How long the server may take to let us in for the first time, where the URL does not say.
const PATIENCE: Duration = Duration::from_secs(30);

/// A PostgreSQL server and one of its databases; shown without the password.
#[derive(Clone)]
pub struct Server {
    options: PgConnectOptions,
    tls: Tls,
    patience: Duration,
    pooled: Option<bool>,
    ignored: Vec<&'static str>,
}

/// Where to connect to.
enum Endpoint {
    /// The folder of a Unix socket.
    Socket(PathBuf),
    /// A name or an address.
    Host(String),
}

impl Server {
    /// What a URL means here: what it does not say is libpq's variables' (`PGHOST`, …) and its default.
    pub fn parse(url: &str) -> Result<Self, String> {
        let home = std::env::home_dir().map(|home| home.join(".postgresql"));
        Self::read(url, |name| std::env::var(name).ok(), home.as_deref())
    }

    fn read(
        url: &str,
        variable: impl Fn(&str) -> Option<String>,
        home: Option<&Path>,
    ) -> Result<Self, String> {
        let keywords = Keywords::read(url, variable)?;
        let port = keywords.get("port").map(port).transpose()?.unwrap_or(5432);
        let endpoint = endpoint(&keywords, port)?;
        let tls = match endpoint {
            Endpoint::Socket(_) => Tls::none(),
            Endpoint::Host(_) => Tls::read(&keywords, home)?,
        };
        refuse_other_host(&keywords, &tls)?;
        let options = options(&keywords, &endpoint, port)?;
        let (patience, pooled) = (patience(&keywords)?, pooled(&keywords)?);
        Ok(Self { options, tls, patience, pooled, ignored: keywords.ignored() })
    }

    /// The options of a connection that is encrypted like this.
    pub(super) fn options(&self, mode: Mode) -> PgConnectOptions {
        self.tls.apply(self.options.clone()).ssl_mode(mode.of_driver())
    }

    pub(super) fn tls(&self) -> &Tls {
        &self.tls
    }

    /// How long the server may take to let us in for the first time.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// What the URL says that means nothing here.
    pub(super) fn ignored(&self) -> &[&'static str] {
        &self.ignored
    }

    /// Whether the URL says that a pooler is between, or that none is.
    pub(super) fn pooled(&self) -> Option<bool> {
        self.pooled
    }
}

/// What is tried: user, host, port and database.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, port) = (self.options.get_username(), self.options.get_port());
        let database = self.options.get_database().unwrap_or_default();
        match self.options.get_socket() {
            Some(folder) => {
                let folder = folder.display();
                write!(f, "postgres://{user}@/{database}?host={folder}&port={port}")
            }
            None => {
                let host = self.options.get_host();
                let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
                write!(f, "postgres://{user}@{host}:{port}/{database}")
            }
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn port(text: &str) -> Result<u16, String> {
    text.trim().parse().ok().filter(|port| *port > 0).ok_or_else(no_port)
}

/// A host that begins with “/” is the folder of a socket, as in libpq.
fn endpoint(keywords: &Keywords, port: u16) -> Result<Endpoint, String> {
    if let Some(address) = keywords.get("hostaddr") {
        let address: IpAddr = address
            .parse()
            .map_err(|_| "hostaddr is no IP address: say host=… for a name".to_owned())?;
        return Ok(Endpoint::Host(address.to_string()));
    }
    match keywords.get("host") {
        Some(host) if host.starts_with('/') => Ok(Endpoint::Socket(host.into())),
        Some(host) if host.starts_with('@') => {
            Err("an abstract socket (a host that begins with “@”) is not supported".to_owned())
        }
        Some(host) if is_host(host) => Ok(Endpoint::Host(host.to_owned())),
        Some(_) => Err("the host is no name, no IP address and no folder of a socket".to_owned()),
        None => Ok(usual_place(port)),
    }
}

fn is_host(host: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let (address, zone) = host.split_once('%').unwrap_or((host, ""));
    host.chars().all(name) || address.parse::<IpAddr>().is_ok() && zone.chars().all(name)
}

/// The socket where Debian and PostgreSQL itself put it, or else this machine.
fn usual_place(port: u16) -> Endpoint {
    let socket = format!(".s.PGSQL.{port}");
    let folders = ["/var/run/postgresql", "/tmp"].map(PathBuf::from);
    let found = folders.into_iter().find(|folder| folder.join(&socket).exists());
    found.map_or_else(|| Endpoint::Host("localhost".to_owned()), Endpoint::Socket)
}

/// The driver knows one name for both, and would compare the certificate with the address.
fn refuse_other_host(keywords: &Keywords, tls: &Tls) -> Result<(), String> {
    let (address, host) = (keywords.get("hostaddr"), keywords.get("host"));
    match address.is_some() && host.is_some() && address != host && tls.checks_host() {
        true => Err("hostaddr with sslmode=verify-full is not supported: leave hostaddr out, and let host lead there".to_owned()),
        false => Ok(()),
    }
}

/// Through a URL of the driver's, because only that looks into `.pgpass`.
fn options(
    keywords: &Keywords,
    endpoint: &Endpoint,
    port: u16,
) -> Result<PgConnectOptions, String> {
    let user = match keywords.get("user") {
        Some(user) => user.to_owned(),
        None => whoami::username().map_err(|_| nobody())?,
    };
    let user = user.as_str();
    let database = keywords.get("dbname").unwrap_or(user);
    let host = keywords.get("host").unwrap_or("localhost");
    let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let host = if is_host(host) && !host.contains(':') { host } else { "localhost" };
    let password = keywords.get("password").map(encoded);
    let password = password.map(|password| format!(":{password}")).unwrap_or_default();
    let url = format!("postgres://{}{password}@{host}:{port}/{}", encoded(user), encoded(database));
    let options: PgConnectOptions =
        url.parse().map_err(|_| "this is no address of a server".to_owned())?;
    let name = keywords.get("application_name").or(keywords.get("fallback_application_name"));
    let options = options
        .username(user)
        .database(database)
        .application_name(name.unwrap_or(NAME))
        .extra_float_digits(None);
    let options = match keywords.get("options") {
        Some(text) => options.options(settings(text)?),
        None => options,
    };
    Ok(match endpoint {
        Endpoint::Socket(folder) => options.socket(folder),
        Endpoint::Host(host) => options.host(host),
    })
}

fn nobody() -> String {
    "it names no user, and the system has no name for whom Waypost runs as: write postgres://USER@…, or set PGUSER".to_owned()
}

/// `-c name=value`, `-cname=value` and `--name=value`, white space in a value written `\ `: what a server
/// takes in libpq's `options`.
fn settings(text: &str) -> Result<Vec<(String, String)>, String> {
    let wrong = || "options must be written -c name=value".to_owned();
    let mut words = words(text).into_iter();
    let mut settings = Vec::new();
    while let Some(word) = words.next() {
        let given = match word.strip_prefix("-c").or_else(|| word.strip_prefix("--")) {
            Some("") => words.next().ok_or_else(wrong)?,
            Some(given) => given.to_owned(),
            None => return Err(wrong()),
        };
        let (name, value) = given.split_once('=').ok_or_else(wrong)?;
        settings.push((name.replace('-', "_"), value.to_owned()));
    }
    Ok(settings)
}

fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut chars) = (Vec::new(), String::new(), text.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => word.extend(chars.next()),
            c if c.is_whitespace() => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

fn patience(keywords: &Keywords) -> Result<Duration, String> {
    let Some(text) = keywords.get("connect_timeout") else { return Ok(PATIENCE) };
    let seconds: i64 = text
        .trim()
        .parse()
        .map_err(|_| "connect_timeout is no whole number of seconds".to_owned())?;
    match u64::try_from(seconds) {
        // for libpq, none and less than none is for ever; nobody wants to start a server so
        Ok(0) | Err(_) => Ok(PATIENCE),
        Ok(seconds) => Ok(Duration::from_secs(seconds.clamp(2, 3600))),
    }
}

fn pooled(keywords: &Keywords) -> Result<Option<bool>, String> {
    match keywords.get(POOLER) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(format!("{POOLER} is true or false, or left out to find out")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Result<Server, String> {
        Server::read(url, |name| (name == "PGUSER").then(|| "me".to_owned()), None)
    }

    fn redacted(url: &str) -> String {
        server(url).unwrap().to_string()
    }

    #[test]
    fn what_is_shown_is_what_is_tried_without_the_password() {
        for (url, expected) in [
            ("postgres://ann:se:cr@t@db:5433/w?password=other", "postgres://ann@db:5433/w"),
            ("postgresql://db", "postgres://me@db:5432/me"),
            ("postgres://ann@db/", "postgres://ann@db:5432/ann"),
            (
                "postgres://db/w?port=6432&user=bob&host=other&dbname=x",
                "postgres://bob@other:6432/x",
            ),
            ("postgres://[::1]/w", "postgres://me@[::1]:5432/w"),
            ("postgres://db/w?hostaddr=10.0.0.7", "postgres://me@10.0.0.7:5432/w"),
            ("postgres://%2Frun%2Fpg/w", "postgres://me@/w?host=/run/pg&port=5432"),
            ("postgres:///w?host=/run/pg&port=6432", "postgres://me@/w?host=/run/pg&port=6432"),
            ("postgres://a%40b:%2F@db/w%20x", "postgres://a@b@db:5432/w x"),
        ] {
            assert_eq!(redacted(url), expected, "{url}");
        }
        assert!(!format!("{:?}", server("postgres://ann:s3cret@db/w").unwrap()).contains("s3cret"));
    }

    #[test]
    fn who_is_not_named_is_whom_the_program_runs_as() {
        let server = Server::read("postgres://db/w", |_| None, None).unwrap();
        let me = whoami::username().unwrap();
        assert_eq!(server.to_string(), format!("postgres://{me}@db:5432/w"));
    }

    #[test]
    fn nothing_is_given_to_the_server_that_a_pooler_refuses() {
        let options = server("postgres://h/w").unwrap().options(Mode::Disable);
        assert_eq!(options.get_application_name(), Some(NAME));
        assert_eq!(options.get_options(), None);
        assert!(format!("{options:?}").contains("extra_float_digits: None"));
        let named = server("postgres://h/w?application_name=crm").unwrap().options(Mode::Disable);
        assert_eq!(named.get_application_name(), Some("crm"));
    }

    #[test]
    fn settings_of_the_server_are_written_as_for_libpq() {
        let url =
            r"postgres://h/w?options=-c%20work_mem%3D8MB%20--search-path%3Da%5C%20b%20-cgeqo%3Doff";
        let options = server(url).unwrap().options(Mode::Disable);
        assert_eq!(options.get_options(), Some(r"-c work_mem=8MB -c search_path=a\ b -c geqo=off"));
        assert!(server("postgres://h/w?options=-N%205").is_err());
    }

    #[test]
    fn a_socket_of_this_machine_is_not_encrypted() {
        let server = server("postgres:///w?host=/run/pg&sslmode=verify-full").unwrap();
        assert_eq!(server.tls().attempts(), [Mode::Disable]);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (url, named) in [
            ("postgres://h:0/w", "port"),
            ("postgres://h/w?port=x", "port"),
            ("postgres://h/w?hostaddr=db", "hostaddr"),
            ("postgres://h/w?hostaddr=10.0.0.1&sslmode=verify-full", "hostaddr with"),
            ("postgres://h/w?connect_timeout=soon", "connect_timeout"),
            ("postgres://h/w?pgbouncer=maybe", "pgbouncer"),
            ("postgres://%40x/w", "abstract"),
            ("postgres://a b/w", "host"),
        ] {
            let problem = server(url).map(|_| ()).unwrap_err();
            assert!(problem.contains(named), "{url}: {problem}");
        }
        assert_eq!(server("postgres://h/w?connect_timeout=1").unwrap().patience().as_secs(), 2);
    }
}
