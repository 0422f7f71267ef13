//! The program as an operator meets it: what it prints, how it ends, and what it leaves alone.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use sea_orm::{ConnectionTrait, Database};

use crate::support::database;

mod given;
#[cfg(unix)]
mod handed;
mod logging;
#[cfg(unix)]
mod stopping;

pub fn waypost(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waypost"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WAYPOST_")) {
        command.env_remove(name);
    }
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub fn run(args: &[&str]) -> Output {
    waypost(args).output().unwrap()
}

pub fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn sqlite(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("waypost.db").display())
}

/// A server that is ready, and everything that it has logged until then.
pub struct Running {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
    said: String,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("serving http") {
            assert_ne!(log.read_line(&mut said).unwrap(), 0, "it ended: {said}");
        }
        Self { child, log, said }
    }

    pub fn address(&self) -> &str {
        let (_, rest) = self.said.split_once("serving http://").unwrap();
        rest.split_once('/').unwrap().0
    }

    /// Kills it, as a power cut does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Stops it as a process manager does; its exit code, and all that it printed and logged.
    pub fn stop(self) -> (i32, String, String) {
        self.end_with("-TERM")
    }

    /// All that it had logged when it was ready.
    pub fn said(&self) -> &str {
        &self.said
    }

    fn end_with(self, signal: &str) -> (i32, String, String) {
        self.signal(signal);
        self.end()
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Waits for its end: its exit code, and all that it printed and logged.
    fn end(mut self) -> (i32, String, String) {
        self.log.read_to_string(&mut self.said).unwrap();
        let mut printed = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
        (self.child.wait().unwrap().code().unwrap(), printed, self.said)
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_s_memory_comes_in_small_pages() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(folder.path());
    let server =
        Running::start(&mut waypost(&["--listen", "127.0.0.1:0", "--database", &database]));
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
    assert!(status.contains("THP_enabled:\t0"), "{status}");
    assert_eq!(server.stop().0, 0);
}

#[test]
fn the_help_teaches() {
    let help = printed(&run(&["--help"]));
    for text in ["WAYPOST_LISTEN", "WAYPOST_DATABASE", "127.0.0.1:8000", "Examples:", "Exit codes:"]
    {
        assert!(help.contains(text), "{text}");
    }
    let import = printed(&run(&["import", "--help"]));
    assert!(import.contains("--keep-going") && import.contains("file:line: column"));
}

#[test]
fn the_schema_is_printed() {
    assert_eq!(printed(&run(&["schema"])).trim(), waypost::graphql::sdl().trim());
}

#[tokio::test]
async fn the_first_start_prints_a_link_once_and_ends_gracefully() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["serve", "--listen", "127.0.0.1:0", "--database", &sqlite(folder.path())];
    let server = Running::start(&mut waypost(&args));
    let origin = format!("http://{}", server.address());
    let ready = reqwest::get(format!("{origin}/health/ready")).await.unwrap();
    assert!(ready.status().is_success());
    let (code, printed, log) = server.stop();
    assert_eq!(code, 0, "{log}");
    let (_, token) = printed.split_once("/#token=").unwrap();
    let token = token.split_whitespace().next().unwrap();
    assert!(token.starts_with("wp_") && token.len() == 46, "{token}");
    assert!(!log.contains(token), "the token is in the log");

    let again = Running::start(&mut waypost(&args));
    let (code, printed, _) = again.stop();
    assert_eq!((code, printed.contains("wp_")), (0, false));
}

#[tokio::test]
async fn the_administrator_takes_a_token_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "wp_chosen-by-the-operator-1234";
    let args = ["--listen", "127.0.0.1:0", "--database", &sqlite(folder.path())];
    let server = Running::start(waypost(&args).env("WAYPOST_ADMIN_TOKEN", secret));
    let request = reqwest::Client::new().post(format!("http://{}/graphql", server.address()));
    let body = serde_json::json!({ "query": "{ viewer { member { role } } }" });
    let answer: serde_json::Value =
        request.bearer_auth(secret).json(&body).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["data"]["viewer"]["member"]["role"], "ADMINISTRATOR");
    let (_, printed, log) = server.stop();
    assert!(!printed.contains(secret) && !log.contains(secret));
}

#[test]
fn tokens_are_made_and_revoked_by_command() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(folder.path());
    Running::start(&mut waypost(&["--listen", "127.0.0.1:0", "--database", &database])).stop();
    let create = ["token", "create", "--database", &database, "--member", "ADMIN@example.org"];
    let made = run(&[&create[..], &["--name", "laptop", "--expires-in", "90d"]].concat());
    assert!(made.status.success(), "{}", told(&made));
    assert!(printed(&made).starts_with("wp_"));
    let text = told(&made);
    let id = text.split_whitespace().find(|word| word.starts_with("token_")).unwrap();
    let id = id.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    for _ in 0..2 {
        assert!(run(&["token", "revoke", "--database", &database, id]).status.success());
    }
    let nobody = ["token", "create", "--database", &database, "--member", "no@example.org"];
    let refused = run(&[&nobody[..], &["--name", "x"]].concat());
    assert_eq!(refused.status.code(), Some(1));
    assert!(told(&refused).contains("no@example.org"), "{}", told(&refused));
}

#[test]
fn a_port_in_use_is_said_plainly_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["--listen", &address, "--database", &sqlite(folder.path())]);
    assert_eq!(output.status.code(), Some(4));
    assert!(told(&output).contains("in use") && told(&output).contains("--listen"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_database_that_cannot_be_made_is_said_plainly() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = format!("sqlite://{}/missing/waypost.db", folder.path().display());
    let output = run(&["--listen", "127.0.0.1:0", "--database", &nowhere]);
    assert_eq!(output.status.code(), Some(5), "{}", told(&output));
    assert!(told(&output).contains("waypost: ") && told(&output).contains("missing"));
}

/// The superuser may write anywhere, so this runs as nobody, from a place that nobody can reach.
#[cfg(unix)]
#[test]
fn a_directory_that_is_read_only_is_said_plainly() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    const NOBODY: u32 = 65534;
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("waypost");
    std::fs::copy(env!("CARGO_BIN_EXE_waypost"), &program).unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o555)).unwrap();
    let mut command = Command::new(&program);
    command.args(["--listen", "127.0.0.1:0", "--database", &sqlite(folder.path())]);
    if std::fs::write(folder.path().join("probe"), "").is_ok() {
        std::fs::remove_file(folder.path().join("probe")).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = loop {
        match command.output() {
            // another test may just have begun a program, which has our copy open until it is one itself
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {}
            output => break output.unwrap(),
        }
    };
    assert_eq!(output.status.code(), Some(5), "{}", told(&output));
    assert!(told(&output).starts_with("waypost: ") || told(&output).contains("\nwaypost: "));
    assert!(!folder.path().join("waypost.db").exists());
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_left_alone() {
    for kind in database::kinds() {
        let database = database::create(kind).await;
        let conn = Database::connect(database.url()).await.unwrap();
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)";
        conn.execute_unprepared(newer).await.unwrap();
        conn.close().await.unwrap();
        let output = run(&["migrate", "--database", database.url()]);
        assert_eq!(output.status.code(), Some(6), "{}", told(&output));
        assert!(told(&output).contains("newer version"));
    }
}

#[test]
fn everything_wrong_with_the_settings_is_said_at_once() {
    let output = run(&["--listen", "nowhere", "--database", "mysql://x", "--admin-email", "me"]);
    assert_eq!(output.status.code(), Some(2));
    let text = told(&output);
    assert_eq!(text.lines().count(), 3, "{text}");
}

#[test]
fn an_import_of_missing_files_names_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none").display().to_string();
    let files = ["--process", &file, "--members", &file, "--deals", &file, "--completions", &file];
    let database = sqlite(folder.path());
    let output = run(&[&["import", "--database", &database][..], &files].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains(&file), "{}", told(&output));
    assert!(!folder.path().join("waypost.db").exists());
}

#[tokio::test]
async fn tokens_are_listed_with_their_use_and_without_their_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(folder.path());
    let args = ["--listen", "127.0.0.1:0", "--database", &database];
    let server = Running::start(&mut waypost(&args));
    let create = [
        "token",
        "create",
        "--member",
        "admin@example.org",
        "--name",
        "cron",
        "--database",
        &database,
    ];
    let made = run(&create);
    assert!(made.status.success(), "{}", told(&made));
    let request = reqwest::Client::new().post(format!("http://{}/graphql", server.address()));
    let body = serde_json::json!({ "query": "{ viewer { token { id } } }" });
    let answer = request.bearer_auth(printed(&made).trim()).json(&body).send().await.unwrap();
    assert!(answer.status().is_success());
    server.stop(); // what was noted is written at the latest now

    let list = |more: &[&str]| {
        let args = [&["token", "list", "--database", &database], more].concat();
        let output = run(&args);
        assert!(output.status.success(), "{}", told(&output));
        let lines = printed(&output)
            .trim()
            .lines()
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect::<Vec<Vec<String>>>();
        lines.into_iter().filter(|line| line.len() == 7).collect::<Vec<_>>()
    };
    let all = list(&[]);
    let names: Vec<_> = all.iter().map(|line| line[2].as_str()).collect();
    assert_eq!(names, ["first start", "cron"]);
    let cron = &all[1];
    assert!(cron[0].starts_with("token_") && cron[1] == "admin@example.org", "{cron:?}");
    assert_eq!((cron[4].as_str(), cron[6].as_str()), ("-", "-"));
    assert!(cron[5].ends_with(" UTC"), "it was used: {cron:?}");
    assert_eq!(all[0][5], "-");
    assert!(run(&["token", "revoke", &cron[0], "--database", &database]).status.success());
    assert!(list(&[])[1][6].ends_with(" UTC"));
    assert_eq!(list(&["--valid", "--member", "ADMIN@example.org"]).len(), 1);
    let unknown = run(&["token", "list", "--member", "no@example.org", "--database", &database]);
    assert!(!unknown.status.success() && told(&unknown).contains("no member"));
    assert!(!format!("{all:?}").contains(printed(&made).trim()));
}
