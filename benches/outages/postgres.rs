//! A PostgreSQL server of the benchmark's own, and a standby of it, on free ports.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::time::sleep;

use super::programs::{USER, demoted, folder, free_port, installed};

const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "max_connections=80",
    "max_wal_senders=4",
    "wal_level=replica",
    "hot_standby=on",
    "wal_receiver_status_interval=1",
    "unix_socket_directories=",
    "log_destination=stderr",
    "logging_collector=off",
];

/// A server; it stops with the benchmark.
pub struct Postgres {
    folder: TempDir,
    child: Child,
    pub port: u16,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.signal("-QUIT", &[self.child.id()]);
        let _ = self.child.wait();
    }
}

impl Postgres {
    /// An empty one.
    pub async fn start() -> Self {
        let folder = folder();
        let data = folder.path().join("data");
        run(program("initdb").args(["-A", "trust", "-U", USER, "-D"]).arg(&data));
        let all = "local all all trust\nhost all all all trust\nhost replication all all trust\n";
        fs::write(data.join("pg_hba.conf"), all).unwrap();
        Self::on(folder).await
    }

    /// One that follows this one, and without which this one acknowledges nothing from here on.
    pub async fn standby(&self) -> Self {
        let folder = folder();
        let port = self.port.to_string();
        let mut copy = program("pg_basebackup");
        copy.args(["-h", "127.0.0.1", "-U", USER, "-R", "-X", "stream", "-c", "fast"]);
        run(copy.args(["-p", &port, "-D"]).arg(folder.path().join("data")));
        let standby = Self::on(folder).await;
        let mut admin = self.connect().await;
        admin.execute("ALTER SYSTEM SET synchronous_standby_names = '*'").await.unwrap();
        admin.execute("SELECT pg_reload_conf()").await.unwrap();
        let asked = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        while sqlx::query_scalar::<_, i64>(asked).fetch_one(&mut admin).await.unwrap() == 0 {
            sleep(Duration::from_millis(50)).await;
        }
        standby
    }

    async fn on(folder: TempDir) -> Self {
        let port = free_port();
        let child = launch(folder.path(), port);
        let server = Self { folder, child, port };
        server.answers().await;
        server
    }

    /// The URL of a database of it, for whoever comes over this port.
    pub fn url(user: &str, port: u16, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    /// A connection as its superuser.
    pub async fn connect(&self) -> PgConnection {
        self.try_connect().await.unwrap()
    }

    async fn try_connect(&self) -> sqlx::Result<PgConnection> {
        PgConnection::connect(&Self::url(USER, self.port, "postgres")).await
    }

    /// Does this as its superuser.
    pub async fn run(&self, sql: &'static str) {
        self.connect().await.execute(sql).await.unwrap();
    }

    /// Returns when it answers.
    pub async fn answers(&self) {
        loop {
            if let Ok(mut connection) = self.try_connect().await
                && connection.execute("SELECT 1").await.is_ok()
            {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends it by this signal.
    pub fn stop(&mut self, signal: &str) {
        self.signal(signal, &[self.child.id()]);
        self.child.wait().unwrap();
    }

    /// Starts it again, where it was.
    pub fn start_again(&mut self) {
        self.child = launch(self.folder.path(), self.port);
    }

    /// Sends a signal to some of its processes.
    pub fn signal(&self, signal: &str, processes: &[u32]) {
        let ids = processes.iter().map(u32::to_string);
        let mut kill = Command::new("kill");
        let _ = kill.arg(signal).args(ids).stderr(Stdio::null()).status();
    }

    /// All its processes, the first of them first.
    pub fn processes(&self) -> Vec<u32> {
        let first = self.child.id();
        let all = fs::read_dir("/proc").unwrap().flatten();
        let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let children = ids.filter(|id| parent(*id) == Some(first));
        std::iter::once(first).chain(children).collect()
    }
}

/// The process that started another one.
fn parent(id: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name is in parentheses, and may hold anything.
    status.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn launch(folder: &Path, port: u16) -> Child {
    let mut command = program("postgres");
    command.arg("-D").arg(folder.join("data")).args(["-p", &port.to_string()]);
    SETTINGS.iter().for_each(|setting| {
        command.args(["-c", setting]);
    });
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn run(command: &mut Command) {
    let told = command.output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}

/// A program of PostgreSQL, as another user where we are the superuser.
fn program(name: &str) -> Command {
    let mut command = demoted(&installed(name).expect("PostgreSQL's programs are installed"));
    command.current_dir("/");
    command
}
