//! Addresses on the command line: checked when they are read, and shown without secrets.

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

use engine::db::postgres::Server;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;

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
        Self::at("--listen", text)
    }
}

impl Listen {
    /// The address that this flag gives.
    ///
    /// # Errors
    /// It is none.
    pub fn at(flag: &str, text: &str) -> Result<Self, String> {
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
            "{flag}: “{text}” is no address and port. Say for example 127.0.0.1:8000, [::1]:8000 or 0.0.0.0:8000."
        ))
    }
}

/// The URL under which people reach the server: without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// As links begin with it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let plain = |rest: &&str| {
            let odd = |c: char| c.is_whitespace() || c.is_control() || "?#\"<>@".contains(c);
            !rest.is_empty() && !rest.starts_with('/') && !rest.contains(odd)
        };
        if rest.is_some_and(|rest| plain(&rest)) {
            return Ok(Self(text.trim_end_matches('/').to_owned()));
        }
        Err(format!(
            "--public-url: “{text}” is no address of a server. Say for example https://sales.example.org."
        ))
    }
}

/// The URL of a database; shown without its password.
#[derive(Clone)]
pub struct DatabaseUrl {
    url: String,
    server: Option<Server>,
}

impl DatabaseUrl {
    /// The SQLite file at this path.
    pub fn file_at(path: &Path) -> Self {
        let path = path.display().to_string().replace('%', "%25").replace('?', "%3f");
        Self { url: format!("sqlite://{path}"), server: None }
    }

    /// With the password: for connecting only.
    pub fn secret(&self) -> &str {
        &self.url
    }

    /// The file, if it is SQLite.
    pub fn file(&self) -> Option<PathBuf> {
        let options = self.server.is_none().then(|| self.url.parse::<SqliteConnectOptions>())?;
        Some(options.ok()?.get_filename().to_owned())
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("sqlite:") {
            return checked_file(Self { url: text.to_owned(), server: None });
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let server =
                Server::parse(text).map_err(|problem| format!("--database: {problem}."))?;
            return Ok(Self { url: text.to_owned(), server: Some(server) });
        }
        let example = "Say for example sqlite://waypost.db or postgres://user:password@host/name.";
        let shown = without_secrets(text);
        Err(format!("--database: {shown} is no database that Waypost knows. {example}"))
    }
}

/// What may be shown of something that is no URL of ours: anything else may be a password.
fn without_secrets(text: &str) -> String {
    match text.split_once("://") {
        Some((scheme, _)) => format!("“{scheme}://…”"),
        None if !text.contains(['=', '@', ':']) => format!("“{text}”"),
        None => "this".to_owned(),
    }
}

/// A database in memory would be another one for every connection, so it takes a file.
fn checked_file(url: DatabaseUrl) -> Result<DatabaseUrl, String> {
    let in_memory = url.url.contains(":memory:") || url.url.contains("mode=memory");
    match url.file() {
        Some(file) if !in_memory && !file.as_os_str().is_empty() => Ok(url),
        _ => Err(format!("--database: {url} names no file. Say for example sqlite://waypost.db.")),
    }
}

/// A server as it is reached: user, host, port and database, whatever part of the URL or variable says them.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.server {
            Some(server) => server.fmt(f),
            None => f.write_str(self.url.split_once('?').map_or(&self.url, |(url, _)| url)),
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
        let shown = url("postgresql://ann:se:cr@t@db/w?password=other").to_string();
        assert_eq!(shown, "postgres://ann@db:5432/w");
        assert_eq!(format!("{:?}", url("postgres://ann:s3cret@db/w")), "postgres://ann@db:5432/w");
        for wrong in
            ["mysql://ann:s3cret@db/w", "host=db password=s3cret", "db:s3cret", "ann:s3cret@db/w"]
        {
            let problem = wrong.parse::<DatabaseUrl>().unwrap_err();
            assert!(!problem.contains("s3cret"), "{problem}");
        }
        assert_eq!(url("sqlite://a@b.db?mode=rwc").to_string(), "sqlite://a@b.db");
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
    fn people_reach_the_server_at_an_address() {
        let url = "https://sales.example.org/crm/".parse::<PublicUrl>().unwrap();
        assert_eq!(url.as_str(), "https://sales.example.org/crm");
        for wrong in [
            "",
            "sales.example.org",
            "ftp://a",
            "http://",
            "https:///a",
            "http://a b",
            "http://u:p@h",
        ] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }
}
