//! A PostgreSQL server of a test's own, and a pooler before it: from Debian's packages, on free ports.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use sea_orm::sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

use super::programs::{USER, demoted, folder, free_port, installed};

/// A program that is running until it is dropped.
pub struct Program {
    child: Child,
    signal: &'static str,
}

impl Drop for Program {
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args([self.signal, &id]).status();
        let _ = self.child.wait();
    }
}

/// A PostgreSQL server that encrypts, with a certificate for `localhost`.
pub struct Cluster {
    _program: Program,
    folder: TempDir,
    pub port: u16,
}

/// Who may come in how, by user; everybody else as they like.
const ACCESS: &str = "\
hostssl   all tls_only   all trust
hostnossl all tls_only   all reject
hostnossl all plain_only all trust
hostssl   all plain_only all reject
hostssl   all by_cert    all cert
hostnossl all by_cert    all reject
host      all by_word    all scram-sha-256
host      all all        all trust
local     all all            trust
";

impl Cluster {
    /// A fresh one; none, said aloud, where its programs are missing.
    pub async fn start() -> Option<Self> {
        let folder = folder();
        let program = installed("postgres").zip(installed("initdb"));
        let Some((postgres, initdb)) = program.filter(|_| certify(folder.path())) else {
            aloud(
                "PostgreSQL's server programs (or openssl) are not installed: this is not tested",
            );
            return None;
        };
        let data = folder.path().join("data");
        let made =
            demoted(&initdb).args(["-A", "trust", "-U", USER, "-N", "-D"]).arg(&data).output();
        let made = made.unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        fs::write(data.join("pg_hba.conf"), ACCESS).unwrap();
        let port = free_port();
        let mut command = demoted(&postgres);
        command.arg("-D").arg(&data).args(settings(folder.path(), port));
        let program = started(command, "-INT", "ready to accept connections");
        let cluster = Self { _program: program, folder, port };
        cluster.run("CREATE ROLE tls_only SUPERUSER LOGIN; CREATE ROLE plain_only SUPERUSER LOGIN; \
            CREATE ROLE by_cert SUPERUSER LOGIN; CREATE ROLE by_word SUPERUSER LOGIN PASSWORD 'p@ss/w%rd?'").await;
        Some(cluster)
    }

    /// A file in its folder: `ca.crt`, `other.crt`, `by_cert.crt`, …
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of its socket.
    pub fn socket(&self) -> &Path {
        self.folder.path()
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// Runs something as its superuser.
    pub async fn run(&self, sql: &'static str) {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }

    /// PgBouncer before it, with so few sessions that everybody shares them; none, said aloud, where it is
    /// not installed.
    pub fn pooler(&self, mode: &str, sessions: u32) -> Option<Pooler> {
        self.pooler_for(mode, sessions, 500)
    }

    /// One that lets in no more than so many clients.
    pub fn pooler_for(&self, mode: &str, sessions: u32, clients: u32) -> Option<Pooler> {
        let Some(pgbouncer) = installed("pgbouncer") else {
            aloud("PgBouncer is not installed: this is not tested");
            return None;
        };
        let (folder, port) = (folder(), free_port());
        let configuration = format!(
            "[databases]\n* = host=127.0.0.1 port={} user={USER}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
            listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n\
            default_pool_size = {sessions}\nmax_client_conn = {clients}\n",
            self.port
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, configuration).unwrap();
        let mut command = demoted(&pgbouncer);
        command.arg(&file);
        let program = started(command, "-INT", "process up");
        Some(Pooler { _program: program, _folder: folder, port })
    }
}

/// A pooler that is running until it is dropped.
pub struct Pooler {
    _program: Program,
    _folder: TempDir,
    pub port: u16,
}

impl Pooler {
    /// The URL of a database behind it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://anybody@127.0.0.1:{}/{database}", self.port)
    }
}

fn settings(folder: &Path, port: u16) -> Vec<String> {
    let file = |name: &str| folder.join(name).display().to_string();
    let settings = [
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        format!("unix_socket_directories={}", folder.display()),
        "fsync=off".to_owned(),
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", file("server.crt")),
        format!("ssl_key_file={}", file("server.key")),
        format!("ssl_ca_file={}", file("ca.crt")),
        "log_destination=stderr".to_owned(),
        "logging_collector=off".to_owned(),
    ];
    settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect()
}

/// Two who sign certificates; of the first, one for the server and one for a user.
fn certify(folder: &Path) -> bool {
    let signer = |name: &str| {
        let subject = format!("/CN={name}");
        openssl(
            folder,
            &[
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                &subject,
                "-keyout",
                &format!("{name}.key"),
                "-out",
                &format!("{name}.crt"),
            ],
        )
    };
    let signed = |name: &str, subject: &str, names: &str| {
        fs::write(folder.join("names"), names).unwrap();
        openssl(
            folder,
            &[
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-subj",
                subject,
                "-keyout",
                &format!("{name}.key"),
                "-out",
                "request",
            ],
        ) && openssl(
            folder,
            &[
                "x509",
                "-req",
                "-in",
                "request",
                "-CA",
                "ca.crt",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                "names",
                "-out",
                &format!("{name}.crt"),
            ],
        )
    };
    signer("ca")
        && signer("other")
        && signed("server", "/CN=localhost", "subjectAltName=DNS:localhost")
        && signed("by_cert", "/CN=by_cert", "extendedKeyUsage=clientAuth")
}

/// Runs openssl in the folder; what it makes belongs to whom the server runs as.
fn openssl(folder: &Path, args: &[&str]) -> bool {
    let made = demoted(Path::new("openssl")).args(args).current_dir(folder).output();
    made.is_ok_and(|output| output.status.success())
}

/// Starts a program and waits for what it says when it is ready; what it says later goes nowhere.
fn started(mut command: Command, signal: &'static str, ready: &str) -> Program {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains(ready) {
        assert_ne!(log.read_line(&mut said).unwrap(), 0, "it ended: {said}");
    }
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    Program { child, signal }
}

/// Past the capture of test output.
fn aloud(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
