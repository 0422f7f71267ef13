//! Whether the way to PostgreSQL is encrypted, and whose certificate is believed: libpq's `sslmode`.

use std::path::{Path, PathBuf};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::keywords::Keywords;

/// What libpq calls the certificates that the machine trusts.
const SYSTEM: &str = "system";

/// How much is asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Nothing is encrypted.
    Disable,
    /// Only what the server wants encrypted is.
    Allow,
    /// What the server can encrypt is.
    Prefer,
    /// Everything is, whoever the server is.
    Require,
    /// And its certificate is signed by whom we trust.
    VerifyCa,
    /// And it is for the host that was asked for.
    VerifyFull,
}

const MODES: [(&str, Mode); 6] = [
    ("disable", Mode::Disable),
    ("allow", Mode::Allow),
    ("prefer", Mode::Prefer),
    ("require", Mode::Require),
    ("verify-ca", Mode::VerifyCa),
    ("verify-full", Mode::VerifyFull),
];

impl Mode {
    fn named(text: &str) -> Result<Self, String> {
        let known = MODES.iter().find(|(name, _)| *name == text);
        known.map(|(_, mode)| *mode).ok_or_else(|| {
            let names = MODES.map(|(name, _)| name).join(", ");
            format!("sslmode={text} is none of {names}")
        })
    }

    /// The name that libpq has for it.
    pub(crate) fn name(self) -> &'static str {
        MODES.iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| *name)
    }

    /// What the driver calls it.
    pub(crate) fn of_driver(self) -> PgSslMode {
        match self {
            Self::Disable => PgSslMode::Disable,
            Self::Allow => PgSslMode::Allow,
            Self::Prefer => PgSslMode::Prefer,
            Self::Require => PgSslMode::Require,
            Self::VerifyCa => PgSslMode::VerifyCa,
            Self::VerifyFull => PgSslMode::VerifyFull,
        }
    }
}

/// How the way is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tls {
    /// As libpq means it: `require` with a root certificate is `verify-ca`.
    mode: Mode,
    /// Whose signature counts besides those that the machine trusts.
    root: Option<PathBuf>,
    /// What proves who this program is: a certificate and its key.
    own: Option<(PathBuf, PathBuf)>,
}

impl Tls {
    /// What the keywords say; `home` is the folder that libpq looks in for certificates that they do not name.
    pub(crate) fn read(keywords: &Keywords, home: Option<&Path>) -> Result<Self, String> {
        let given = keywords.get("sslmode").map(Mode::named).transpose()?;
        let root = keywords.get("sslrootcert");
        let usual = |file: &str| home.map(|home| home.join(file)).filter(|path| path.exists());
        let own = own(keywords, usual)?;
        if root == Some(SYSTEM) {
            return Ok(Self { mode: of_system(given)?, root: None, own });
        }
        let given = given.unwrap_or(Mode::Prefer);
        let root = root.map(PathBuf::from).or_else(|| usual("root.crt"));
        let mode = match (given, &root) {
            (Mode::Require, Some(_)) => Mode::VerifyCa,
            (Mode::VerifyCa, None) => return Err(without_root()),
            (mode, _) => mode,
        };
        let root = root.filter(|_| matches!(mode, Mode::VerifyCa | Mode::VerifyFull));
        root.as_deref().map_or(Ok(()), |path| certificates("sslrootcert", path))?;
        Ok(Self { mode, root, own })
    }

    /// On a socket of this machine there is nothing to encrypt.
    pub(crate) fn none() -> Self {
        Self { mode: Mode::Disable, root: None, own: None }
    }

    /// Whether the server must prove that it is the host that was asked for.
    pub(crate) fn checks_host(&self) -> bool {
        matches!(self.mode, Mode::VerifyFull)
    }

    /// The modes to try, in this order; the next one where the server wants another.
    pub(crate) fn attempts(&self) -> Vec<Mode> {
        match self.mode {
            Mode::Allow => vec![Mode::Disable, Mode::Require],
            Mode::Prefer => vec![Mode::Prefer, Mode::Disable],
            mode => vec![mode],
        }
    }

    /// Puts the certificates into the options.
    pub(crate) fn apply(&self, options: PgConnectOptions) -> PgConnectOptions {
        let options = match &self.root {
            Some(path) => options.ssl_root_cert(path),
            // or the driver would take PGSSLROOTCERT, which has had its say
            None => options.ssl_root_cert_from_pem(Vec::new()),
        };
        match &self.own {
            Some((certificate, key)) => options.ssl_client_cert(certificate).ssl_client_key(key),
            None => options,
        }
    }

    /// What to know about a mode that is weaker than it looks.
    pub(crate) fn warning(&self) -> Option<&'static str> {
        let weak = matches!(self.mode, Mode::VerifyCa);
        weak.then_some("sslmode=verify-ca takes a certificate for any host, signed by sslrootcert or by whom this machine trusts; verify-full checks the host too")
    }
}

/// Whoever is trusted by the whole machine could sign for any host, so the host must be checked.
fn of_system(given: Option<Mode>) -> Result<Mode, String> {
    match given {
        None | Some(Mode::VerifyFull) => Ok(Mode::VerifyFull),
        Some(mode) => Err(format!(
            "sslrootcert=system goes with sslmode=verify-full only, not with {}",
            mode.name()
        )),
    }
}

fn without_root() -> String {
    "sslmode=verify-ca needs sslrootcert=FILE, the certificate of whoever signed the server's. To trust what this machine trusts, say sslmode=verify-full&sslrootcert=system".to_owned()
}

fn own(
    keywords: &Keywords,
    usual: impl Fn(&str) -> Option<PathBuf>,
) -> Result<Option<(PathBuf, PathBuf)>, String> {
    let path =
        |keyword: &str, file| keywords.get(keyword).map(PathBuf::from).or_else(|| usual(file));
    match (path("sslcert", "postgresql.crt"), path("sslkey", "postgresql.key")) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => {
            certificates("sslcert", &certificate)?;
            std::fs::metadata(&key).map_err(|cause| unreadable("sslkey", &key, &cause))?;
            Ok(Some((certificate, key)))
        }
        _ => Err("sslcert and sslkey go together: name both".to_owned()),
    }
}

/// Said before anything is tried, because the driver would say it of every connection.
fn certificates(keyword: &str, path: &Path) -> Result<(), String> {
    let pem = std::fs::read(path).map_err(|cause| unreadable(keyword, path, &cause))?;
    match String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        true => Ok(()),
        false => Err(format!("{keyword}={} holds no certificate in PEM", path.display())),
    }
}

fn unreadable(keyword: &str, path: &Path, cause: &std::io::Error) -> String {
    format!("{keyword}={} cannot be read: {cause}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &str, home: Option<&Path>) -> Result<Tls, String> {
        let url = format!("postgres://h/w?{parameters}");
        Tls::read(&Keywords::read(&url, |_| None).unwrap(), home)
    }

    fn mode_of(parameters: &str, home: Option<&Path>) -> &'static str {
        read(parameters, home).unwrap().mode.name()
    }

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    #[test]
    fn modes_are_libpqs() {
        assert_eq!(mode_of("", None), "prefer");
        for (name, _) in MODES.iter().filter(|(name, _)| *name != "verify-ca") {
            assert_eq!(mode_of(&format!("sslmode={name}"), None), *name);
        }
        assert_eq!(mode_of("sslrootcert=system", None), "verify-full");
        let tried = read("sslmode=allow", None).unwrap().attempts();
        assert_eq!(tried.into_iter().map(Mode::name).collect::<Vec<_>>(), ["disable", "require"]);
    }

    #[test]
    fn a_root_certificate_is_used_as_libpq_does() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("root.crt");
        std::fs::write(&file, PEM).unwrap();
        let given = format!("sslmode=require&sslrootcert={}", file.display());
        assert_eq!(mode_of(&given, None), "verify-ca");
        assert_eq!(mode_of("sslmode=require", Some(home.path())), "verify-ca");
        assert_eq!(mode_of("sslmode=prefer", Some(home.path())), "prefer");
        assert!(read("sslmode=verify-ca", Some(home.path())).unwrap().warning().is_some());
    }

    #[test]
    fn what_cannot_be_checked_is_refused_before_anything_is_tried() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("no.crt"), "no certificate").unwrap();
        let no = home.path().join("no.crt").display().to_string();
        for (parameters, named) in [
            ("sslmode=yes".to_owned(), "sslmode=yes"),
            ("sslmode=verify-ca".to_owned(), "sslrootcert=FILE"),
            ("sslmode=require&sslrootcert=system".to_owned(), "verify-full"),
            ("sslmode=verify-full&sslrootcert=/nowhere/ca.pem".to_owned(), "/nowhere/ca.pem"),
            (format!("sslmode=verify-full&sslrootcert={no}"), "no certificate in PEM"),
            ("sslcert=/a.crt".to_owned(), "sslkey"),
        ] {
            let problem = read(&parameters, None).unwrap_err();
            assert!(problem.contains(named), "{parameters}: {problem}");
        }
    }
}
