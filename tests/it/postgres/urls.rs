//! A server is reached by every URL that libpq would reach it by, and a message names what was tried.

use std::process::{Command, Output};

use crate::support::cluster::Cluster;

fn migrate(url: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waypost"));
    let args = ["migrate", "--log", "off", "--database", url];
    command.args(args).envs(variables.iter().copied()).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test]
async fn a_server_is_reached_by_every_notation() {
    let Some(cluster) = Cluster::start().await else { return };
    cluster.run("CREATE DATABASE \"sales & co\"").await;
    let (port, folder) = (cluster.port, cluster.socket().display().to_string());
    let escaped = folder.replace('/', "%2F");
    let number = port.to_string();
    let by_word = "p%40ss%2Fw%25rd%3F";
    for (url, variables) in [
        (format!("postgres://postgres@127.0.0.1:{port}/sales%20%26%20co"), vec![]),
        (format!("postgresql://postgres@127.0.0.1:{port}/sales%20%26%20co"), vec![]),
        (format!("postgres://by_word:{by_word}@localhost:{port}/sales%20%26%20co"), vec![]),
        (
            format!("postgres://by_word@localhost:{port}/sales%20%26%20co?password={by_word}"),
            vec![],
        ),
        (format!("postgres://postgres@{escaped}:{port}/sales%20%26%20co"), vec![]),
        (format!("postgres:///sales%20%26%20co?host={folder}&port={port}&user=postgres"), vec![]),
        (
            format!("postgres://?host={folder}&port={port}&user=postgres&dbname=sales%20%26%20co"),
            vec![],
        ),
        (
            format!(
                "postgres://postgres@nowhere.invalid:{port}/sales%20%26%20co?hostaddr=127.0.0.1"
            ),
            vec![],
        ),
        (
            format!(
                "postgres://postgres@127.0.0.1:{port}/sales%20%26%20co?options=-c%20search_path%3Dpublic&application_name=crm"
            ),
            vec![],
        ),
        (
            "postgres://".to_owned(),
            vec![
                ("PGHOST", "127.0.0.1"),
                ("PGPORT", &number),
                ("PGUSER", "by_word"),
                ("PGPASSWORD", "p@ss/w%rd?"),
                ("PGDATABASE", "sales & co"),
            ],
        ),
        (
            "postgres://postgres@/sales%20%26%20co".to_owned(),
            vec![
                ("PGHOST", &folder),
                ("PGPORT", &number),
                ("PGUSER", "nobody"),
                ("PGSSLMODE", "require"),
            ],
        ),
    ] {
        let output = migrate(&url, &variables);
        assert!(output.status.success(), "{url}: {}", told(&output));
        assert!(told(&output).contains("/sales & co"), "{}", told(&output));
    }
}

#[tokio::test]
async fn a_message_names_what_was_tried_and_never_the_password() {
    let Some(cluster) = Cluster::start().await else { return };
    let port = cluster.port;
    for (url, tried, named) in [
        (
            format!("postgres://by_word:s3cret@localhost:{port}/w"),
            format!("postgres://by_word@localhost:{port}/w"),
            "password",
        ),
        (
            format!("postgres://elsewhere/v?host=localhost&port={port}&user=postgres&dbname=w"),
            format!("postgres://postgres@localhost:{port}/w"),
            "createdb",
        ),
        (
            "postgres://ann:s3cret@127.0.0.1:1/w?connect_timeout=2".to_owned(),
            "postgres://ann@127.0.0.1:1/w".to_owned(),
            "refused",
        ),
        (
            "postgres://ann:s3cret@/w?host=/nowhere&connect_timeout=2".to_owned(),
            "postgres://ann@/w?host=/nowhere&port=5432".to_owned(),
            "cannot be reached",
        ),
        (
            "postgres://ann:s3cret@nowhere.invalid/w".to_owned(),
            "postgres://ann@nowhere.invalid:5432/w".to_owned(),
            "cannot be reached",
        ),
    ] {
        let output = migrate(&url, &[]);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(5), "{told}");
        assert!(
            told.contains(&tried) && told.contains(named) && !told.contains("s3cret"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn who_is_not_named_is_whom_the_program_runs_as() {
    let Some(cluster) = Cluster::start().await else { return };
    let me = Command::new("id").arg("-un").output().unwrap().stdout;
    let me = String::from_utf8(me).unwrap().trim().to_owned();
    cluster.run("CREATE DATABASE w").await;
    let url = format!("postgres://127.0.0.1:{}/w?keepalives_idle=30", cluster.port);
    let command = ["migrate", "--log", "warn", "--database", &url];
    let command = || Command::new(env!("CARGO_BIN_EXE_waypost")).args(command).output().unwrap();
    if me != "postgres" {
        let refused = told(&command());
        let role = format!("postgres://{me}@127.0.0.1:{}/w", cluster.port);
        assert!(refused.contains(&role), "{refused}");
        cluster.run(format!("CREATE ROLE \"{me}\" SUPERUSER LOGIN").leak()).await;
    }
    let done = command();
    assert!(done.status.success(), "{}", told(&done));
    let warnings = told(&done).matches("keepalives_idle, which Waypost leaves").count();
    assert_eq!(warnings, 1, "{}", told(&done));
}

/// A web server, what greets first, and what hangs up.
#[tokio::test]
async fn what_is_no_postgresql_server_is_called_so() {
    for said in
        ["HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail ESMTP\r\n", "SSH-2.0-OpenSSH_9.2\r\n"]
    {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            while let Ok((mut client, _)) = listener.accept() {
                let _ = std::io::Write::write_all(&mut client, said.as_bytes());
                let _ = std::io::Read::read(&mut client, &mut [0; 512]);
            }
        });
        for mode in ["prefer", "disable", "require"] {
            let output = migrate(
                &format!("postgres://ann@127.0.0.1:{port}/w?sslmode={mode}&connect_timeout=2"),
                &[],
            );
            let told = told(&output);
            assert_eq!(output.status.code(), Some(5), "{told}");
            // Not asked whether it encrypts, it may take what it hears for the beginning of something long.
            let is_named = told.contains("is no PostgreSQL server")
                || mode == "disable" && told.contains("ends the connection at once");
            assert!(is_named, "{said:?} {mode}: {told}");
            assert!(!told.contains("sqlx"), "{told}");
        }
    }
}

#[test]
fn what_is_not_supported_is_named_at_the_start() {
    for (url, named) in [
        ("postgres://ann:s3cret@a,b/w", "several hosts"),
        ("postgres://ann:s3cret@h/w?service=x", "“service”"),
        ("postgres://ann:s3cret@h/w?sslmode=verify", "sslmode=verify"),
        ("postgres://ann:s3cret@h/w?channel_binding=require", "channel_binding=require"),
    ] {
        let output = migrate(url, &[]);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("--database: ") && told.contains(named), "{told}");
        assert!(!told.contains("s3cret"), "{told}");
    }
}
