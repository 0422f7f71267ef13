//! A second server on one SQLite file: refused at start. Commands work beside a server.

#![cfg(unix)]

use std::{fs, os::unix::fs::symlink};

use crate::cli::{Running, run, sqlite, told, waypost};

#[test]
fn a_second_server_on_a_sqlite_file_is_refused_by_any_name_and_commands_work_beside() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(folder.path());
    let serve = |database: &str| {
        let args = ["serve", "--listen", "127.0.0.1:0", "--database", database];
        let mut command = waypost(&args);
        command.current_dir(folder.path());
        command
    };
    let first = Running::start(&mut serve(&database));
    symlink(folder.path().join("waypost.db"), folder.path().join("other.db")).unwrap();
    let other = format!("sqlite://{}", folder.path().join("other.db").display());
    for name in [database.as_str(), "sqlite://waypost.db", &other] {
        let output = serve(name).output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{}", told(&output));
        assert!(
            told(&output).contains("is served by another Waypost already"),
            "{}",
            told(&output)
        );
    }
    let link = folder.path().join("link.db");
    fs::hard_link(folder.path().join("waypost.db"), &link).unwrap();
    let linked = format!("sqlite://{}", link.display());
    let list = run(&["token", "list", "--database", &linked]);
    for output in [serve(&linked).output().unwrap(), list] {
        assert_eq!(output.status.code(), Some(5), "{}", told(&output));
        assert!(told(&output).contains("has another name too"), "{}", told(&output));
    }
    fs::remove_file(&link).unwrap();
    let token = ["token", "create", "--database", &database, "--member", "admin@example.org"];
    let made = run(&[&token[..], &["--name", "beside"]].concat());
    assert!(made.status.success(), "{}", told(&made));
    fs::write(folder.path().join("sales.yaml"), "process: Sales\n").unwrap();
    let file = folder.path().join("sales.yaml").display().to_string();
    let imported = run(&["process", "apply", "--database", &database, &file]);
    assert_ne!(imported.status.code(), Some(5), "{}", told(&imported));
    first.stop();
    // However the first one ended, its right ended with it.
    let mut killed = Running::start(&mut serve(&database));
    killed.kill();
    Running::start(&mut serve(&database)).stop();
}
