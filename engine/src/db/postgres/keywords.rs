//! A PostgreSQL URL, taken apart as libpq does: keywords and what they are.
//! <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>

use std::collections::BTreeMap;

/// What a URL and the environment say, by libpq's names. Values are never shown: one is a password.
#[derive(Clone, Default)]
pub(crate) struct Keywords(BTreeMap<String, String>);

/// Keywords that Waypost does as libpq does.
const TAKEN: [&str; 14] = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "connect_timeout",
    "application_name",
    "fallback_application_name",
    "options",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
];

/// What no PostgreSQL knows: whether a pooler in transaction mode is between. Prisma's name for it.
pub(crate) const POOLER: &str = "pgbouncer";

/// Keywords about connections that nobody uses, which Waypost leaves to the system: they change nothing that is
/// asked or answered, so they are taken, and a warning says what became of them.
const IGNORED: [&str; 5] = [
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
];

/// Keywords of which only some values ask for what Waypost does anyway, and what to do about the others.
const ONLY: [(&str, &[&str], &str); 13] = [
    ("client_encoding", &["utf8", "utf-8", "auto"], "Waypost speaks UTF8"),
    (
        "target_session_attrs",
        &["any", "read-write", "primary"],
        "Waypost writes: name the primary server",
    ),
    (
        "channel_binding",
        &["disable", "prefer"],
        "leave it out, and let sslmode=verify-full prove whom the password goes to",
    ),
    ("gssencmode", &["disable", "prefer"], "encrypt with sslmode instead"),
    ("sslnegotiation", &["postgres"], "leave it out"),
    ("sslcompression", &["0"], "leave it out"),
    ("sslsni", &["1"], "leave it out"),
    ("ssl_min_protocol_version", &["tlsv1", "tlsv1.1", "tlsv1.2"], "the least is TLSv1.2"),
    ("load_balance_hosts", &["disable"], "name one host"),
    ("replication", &["0", "false", "off", "no"], "leave it out"),
    ("requirepeer", &[], "leave it out"),
    (
        "require_auth",
        &[],
        "say in pg_hba.conf how one signs in there, and let sslmode=verify-full prove whom the password goes to",
    ),
    ("passfile", &[], "name the file in the variable PGPASSFILE"),
];

/// libpq's variables, for what the URL does not say.
const VARIABLES: [(&str, &str); 20] = [
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGDATABASE", "dbname"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGAPPNAME", "application_name"),
    ("PGOPTIONS", "options"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGREQUIREAUTH", "require_auth"),
    ("PGGSSENCMODE", "gssencmode"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"),
    ("PGSERVICE", "service"),
];

impl Keywords {
    /// Those of a URL; where it says nothing, those of the environment.
    pub(crate) fn read(
        url: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"));
        let mut keywords = Self::default();
        keywords.take(rest.ok_or("a PostgreSQL URL begins with postgres://")?)?;
        for (name, keyword) in VARIABLES {
            if let Some(value) = variable(name).filter(|_| keywords.get(keyword).is_none()) {
                keywords.set(keyword, value).map_err(|problem| format!("{name}: {problem}"))?;
            }
        }
        Ok(keywords)
    }

    /// What is said of this; what is empty counts as unsaid.
    pub(crate) fn get(&self, keyword: &str) -> Option<&str> {
        self.0.get(keyword).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Those that are taken and mean nothing here.
    pub(crate) fn ignored(&self) -> Vec<&'static str> {
        IGNORED.into_iter().filter(|keyword| self.get(keyword).is_some()).collect()
    }

    /// `user:password@host:port/database?keyword=value&…`, each of them missing as it likes.
    fn take(&mut self, rest: &str) -> Result<(), String> {
        let (user, rest) = split_user(rest);
        if let Some(user) = user {
            self.take_user(user)?;
        }
        let (place, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        self.take_host(place)?;
        let (database, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        if database.contains('@') {
            return Err(odd_database());
        }
        self.put("dbname", database.strip_prefix('/').unwrap_or(database))?;
        parameters.split('&').filter(|one| !one.is_empty()).try_for_each(|one| self.take_one(one))
    }

    fn take_user(&mut self, text: &str) -> Result<(), String> {
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        self.put("user", user)?;
        self.put("password", password)
    }

    fn take_host(&mut self, text: &str) -> Result<(), String> {
        one_only(text)?;
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or("an IPv6 address ends with “]”")?,
            None => text.split_at(text.find(':').unwrap_or(text.len())),
        };
        match port.strip_prefix(':') {
            None if !port.is_empty() => return Err("after “]” comes a port, “/” or nothing".into()),
            Some(port) if port.contains(':') => {
                return Err(
                    "write an IPv6 address in brackets, as in postgres://[::1]:5432/name".into()
                );
            }
            // Said before anything else is: “/” in a password ends the host's part, and its rest follows.
            Some(port) if !port.is_empty() && port.parse::<u16>().is_err() => return Err(no_port()),
            port => self.put("port", port.unwrap_or_default())?,
        }
        self.put("host", host)
    }

    fn take_one(&mut self, parameter: &str) -> Result<(), String> {
        let (keyword, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let keyword = name(keyword)?;
        if !parameter.contains('=') || value.contains('=') {
            return Err(format!(
                "the parameter “{keyword}” must be written {keyword}=value, with %3D for a “=” in the value"
            ));
        }
        let value = decoded(value, keyword)?;
        match (keyword, value.as_str()) {
            // what JDBC says; libpq takes it too
            ("ssl", "true") => self.set("sslmode", "require".to_owned()),
            _ => self.set(keyword, value),
        }
    }

    fn put(&mut self, keyword: &str, value: &str) -> Result<(), String> {
        match value {
            "" => Ok(()),
            value => decoded(value, keyword).and_then(|value| self.set(keyword, value)),
        }
    }

    /// The later of two wins, as in libpq. What Waypost would not do is refused by name.
    fn set(&mut self, keyword: &str, value: String) -> Result<(), String> {
        if matches!(keyword, "host" | "hostaddr" | "port") {
            one_only(&value)?;
        }
        if let Some((_, known, advice)) = ONLY.iter().find(|(name, ..)| *name == keyword) {
            if !value.is_empty() && !known.contains(&value.to_lowercase().as_str()) {
                return Err(format!("{keyword}={value} is not supported: {advice}"));
            }
        } else if !TAKEN.contains(&keyword) && keyword != POOLER && !IGNORED.contains(&keyword) {
            return Err(format!(
                "the parameter “{keyword}” is not supported: leave it out. Waypost takes {}",
                taken()
            ));
        }
        self.0.insert(keyword.to_owned(), value);
        Ok(())
    }
}

/// Before the last “@” in front of the host: libpq ends a user at the first, but a host has none, and
/// what is left of a password must not be taken for a host, which messages show.
fn split_user(rest: &str) -> (Option<&str>, &str) {
    let place = &rest[..rest.find('/').unwrap_or(rest.len())];
    let before = &place[..place.find('?').unwrap_or(place.len())];
    match before.rfind('@').or_else(|| place.rfind('@')) {
        Some(end) => (Some(&rest[..end]), &rest[end + 1..]),
        None => (None, rest),
    }
}

/// All that is taken, and of what only some values are which.
fn taken() -> String {
    let some = ONLY.iter().filter(|(_, values, _)| !values.is_empty());
    let some: Vec<_> =
        some.map(|(name, values, _)| format!("{name} ({})", values.join(" or "))).collect();
    let all = [&TAKEN[..], &[POOLER], &IGNORED].concat();
    format!("{}; and only so: {}", all.join(", "), some.join(", "))
}

fn one_only(text: &str) -> Result<(), String> {
    match text.contains(',') {
        true => Err("several hosts are not supported: name one, or a name that leads to whichever is the primary server".into()),
        false => Ok(()),
    }
}

/// What is said of a port that is none; not what it was, which may be part of a password.
pub(crate) fn no_port() -> String {
    "the port is no number from 1 to 65535. If it is part of a password, write %2F for “/”, %3F for “?”, %40 for “@” and %23 for “#”".to_owned()
}

/// libpq takes it, and would show what more likely is the end of a password.
fn odd_database() -> String {
    "there is an “@” in the database's name: write it %40 there, and in a password %2F for “/”"
        .to_owned()
}

/// A parameter's name; an odd one is not repeated, because it may be part of a password.
fn name(text: &str) -> Result<&str, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    match !text.is_empty() && text.len() <= 64 && text.chars().all(plain) {
        true => Ok(text),
        false => Err("after “?” come parameters such as sslmode=require, with “&” between. If it is part of a password, write %3F for “?” and %26 for “&”".into()),
    }
}

/// With `%40` for “@”. What is wrong is not repeated: it may be a password.
fn decoded(text: &str, what: &str) -> Result<String, String> {
    let escapes = text.split('%').skip(1);
    let wrong = |escape: &str| {
        let digits = escape.get(..2).filter(|two| two.bytes().all(|one| one.is_ascii_hexdigit()));
        digits.is_none_or(|digits| digits == "00")
    };
    let said = || format!("in “{what}” a “%” begins no character: write %25 for “%” itself");
    if escapes.into_iter().any(wrong) {
        return Err(said());
    }
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded.map(std::borrow::Cow::into_owned).map_err(|_| said())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Keywords, String> {
        Keywords::read(url, |_| None)
    }

    fn said(url: &str) -> String {
        let known = ["user", "password", "host", "port", "dbname", "sslmode", "options"];
        let keywords = read(url).unwrap();
        let said = known.iter().filter_map(|name| Some(format!("{name}={}", keywords.get(name)?)));
        said.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_part_may_be_missing() {
        for (url, expected) in [
            ("postgresql://", ""),
            ("postgres://localhost", "host=localhost"),
            ("postgresql://localhost:5433", "host=localhost port=5433"),
            ("postgres://localhost:/w", "host=localhost dbname=w"),
            ("postgres:///w", "dbname=w"),
            ("postgres://ann@/w", "user=ann dbname=w"),
            (
                "postgres://ann:s@db/w?sslmode=require",
                "user=ann password=s host=db dbname=w sslmode=require",
            ),
            ("postgres://@db/?", "host=db"),
            (
                "postgres://?host=db&dbname=w&user=ann&password=s&port=1",
                "user=ann password=s host=db port=1 dbname=w",
            ),
            ("postgres://[2001:db8::1]:5433/w", "host=2001:db8::1 port=5433 dbname=w"),
            ("postgres://%2Fvar%2Frun%2Fpostgresql/w", "host=/var/run/postgresql dbname=w"),
            ("postgres:///w?host=/var/run/postgresql", "host=/var/run/postgresql dbname=w"),
            (
                "postgres://a%40b:%2F%3f%25%20ł@db/w%20x",
                "user=a@b password=/?% ł host=db dbname=w x",
            ),
            ("postgres://a/w?host=b&dbname=c", "host=b dbname=c"),
            ("postgres://h/w?ssl=true", "host=h dbname=w sslmode=require"),
            ("postgres://h/w?options=-c%20a%3Db", "host=h dbname=w options=-c a=b"),
        ] {
            assert_eq!(said(url), expected, "{url}");
        }
    }

    #[test]
    fn a_password_with_odd_characters_is_never_taken_for_a_host() {
        assert_eq!(
            said("postgres://ann:se:cr@t@db/w"),
            "user=ann password=se:cr@t host=db dbname=w"
        );
        assert_eq!(said("postgres://ann:wh?t@db/w"), "user=ann password=wh?t host=db dbname=w");
    }

    #[test]
    fn what_is_not_supported_is_named_and_no_secret_with_it() {
        for (url, named) in [
            ("postgres://ann:s3cret@a,b/w", "several hosts"),
            ("postgres://ann:s3cret@/w?host=a,b", "several hosts"),
            ("postgres://h:1,h:2/w", "several hosts"),
            ("postgres://ann:s3cret@h/w?service=x", "“service”"),
            ("postgres://h/w?sslmod=require", "“sslmod”"),
            ("postgres://h/w?channel_binding=require", "channel_binding=require"),
            ("postgres://h/w?target_session_attrs=standby", "target_session_attrs=standby"),
            ("postgres://ann:s3%cret@h/w", "%25"),
            ("postgres://ann:s3%00cret@h/w", "%25"),
            ("postgres://h/w?user", "user=value"),
            ("postgres://h/w?user=a=b", "%3D"),
            ("postgres://::1/w", "brackets"),
            ("postgres://[::1/w", "“]”"),
            ("postgres://[::1]x/w", "“]”"),
            ("mysql://h/w", "postgres://"),
            ("postgres://ann:s3/cret@h/w", "%2F"),
            ("postgres://ann:1/s?cret@h", "%3F"),
            ("postgres://ann:12/s3cret@h/w", "%2F"),
            ("postgres://ann:s@cret/s3@h/w", "%2F"),
            ("postgres://h:port/w", "port"),
        ] {
            let problem = read(url).map(|_| ()).unwrap_err();
            assert!(problem.contains(named), "{url}: {problem}");
            assert!(!problem.contains("cret"), "{problem}");
        }
        for fine in
            ["channel_binding=prefer", "client_encoding=UTF8", "target_session_attrs=read-write"]
        {
            assert!(read(&format!("postgres://h/w?{fine}")).is_ok(), "{fine}");
        }
    }

    #[test]
    fn what_is_about_idle_connections_is_taken_and_the_rest_is_told_beside_all_that_is() {
        let fine = "postgres://h/w?keepalives=1&keepalives_idle=30&keepalives_interval=10&keepalives_count=3&tcp_user_timeout=9000";
        assert_eq!(read(fine).unwrap().ignored(), IGNORED);
        assert!(read("postgres://h/w").unwrap().ignored().is_empty());
        let told = read("postgres://h/w?krbsrvname=x").map(|_| ()).unwrap_err();
        for named in [
            "“krbsrvname”",
            "sslrootcert",
            "pgbouncer",
            "keepalives_idle",
            "gssencmode (disable or prefer)",
        ] {
            assert!(told.contains(named), "{named}: {told}");
        }
        for (refused, advice) in
            [("require_auth=scram-sha-256", "pg_hba.conf"), ("passfile=/x", "PGPASSFILE")]
        {
            let told = read(&format!("postgres://h/w?{refused}")).map(|_| ()).unwrap_err();
            assert!(told.contains(refused) && told.contains(advice), "{told}");
        }
        let required = |name: &str| (name == "PGREQUIREAUTH").then(|| "none".to_owned());
        assert!(Keywords::read("postgres://h/w", required).is_err());
    }

    #[test]
    fn the_environment_says_what_the_url_does_not() {
        let variable = |name: &str| match name {
            "PGHOST" => Some("db".to_owned()),
            "PGUSER" => Some("ann".to_owned()),
            "PGPORT" => Some(String::new()),
            _ => None,
        };
        let keywords = Keywords::read("postgres://bob@/w", variable).unwrap();
        assert_eq!((keywords.get("host"), keywords.get("user")), (Some("db"), Some("bob")));
        assert_eq!(keywords.get("port"), None);
        let service = |name: &str| (name == "PGSERVICE").then(|| "x".to_owned());
        assert!(Keywords::read("postgres://h/w", service).is_err());
    }
}
