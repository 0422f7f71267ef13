//! What an operator gives the program: in variables and files, on the command line, and with signals.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use super::{Running, printed, run, sqlite, told, waypost};

/// A server on a free port of this machine.
fn serve(folder: &Path, more: &[&str]) -> Command {
    waypost(&[&["--listen", "127.0.0.1:0", "--database", &sqlite(folder)], more].concat())
}

/// A server that another program begins.
#[cfg(target_os = "linux")]
fn begun_by(starter: &[&str], program: &Command) -> Command {
    let mut command = Command::new(starter[0]);
    command.args(&starter[1..]).arg(program.get_program()).args(program.get_args());
    for (name, _) in program.get_envs() {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[cfg(target_os = "linux")]
#[test]
fn a_hangup_ends_it_as_gracefully_as_a_request_to_terminate() {
    let folder = tempfile::tempdir().unwrap();
    // also where the tests were begun with nohup
    let mut command = begun_by(&["env", "--default-signal=HUP"], &serve(folder.path(), &[]));
    let (code, _, log) = Running::start(&mut command).end_with("-HUP");
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("stopping: finishing what is running"), "{log}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_hangup_that_is_ignored_stays_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = begun_by(&["nohup"], &serve(folder.path(), &[]));
    let server = Running::start(&mut command);
    let status = fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    let ignored = u64::from_str_radix(ignored.trim(), 16).unwrap();
    assert_eq!(ignored & 1, 1, "whoever began it with nohup does not want it to end");
    assert_eq!(server.stop().0, 0);
}

#[test]
fn links_that_only_this_machine_can_open_are_warned_of() {
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let folder = tempfile::tempdir().unwrap();
        let database = sqlite(folder.path());
        let args = ["--listen", listen, "--database", &database];
        let mail = ["--smtp-url", "smtp://127.0.0.1:9", "--mail-from", "a@b.example"];
        let (_, _, log) = Running::start(&mut waypost(&[&args[..], &mail].concat())).stop();
        let warning = log.lines().find(|line| line.contains("WARN")).unwrap_or_default();
        for named in ["first start", "files", "mail", "--public-url", "http://"] {
            assert!(warning.contains(named), "{listen}: {log}");
        }
        let known = ["--public-url", "https://waypost.example.org"];
        let fresh = tempfile::tempdir().unwrap();
        let database = sqlite(fresh.path());
        let args = ["--listen", listen, "--database", &database];
        let (_, printed, log) = Running::start(&mut waypost(&[&args[..], &known].concat())).stop();
        assert!(!log.contains("WARN"), "{log}");
        assert!(printed.contains("https://waypost.example.org/#token=wp_"), "{printed}");
    }
}

#[test]
fn a_password_for_mail_goes_in_the_clear_only_where_the_url_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mail = |url: &str| {
        let more = ["--smtp-url", url, "--mail-from", "a@b.example"];
        serve(folder.path(), &more)
    };
    let refused = mail("smtp://ann:s3cret@127.0.0.1:9").output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let text = told(&refused);
    assert!(text.contains("--smtp-url: ") && text.contains("?tls=none"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
    let (code, _, log) = Running::start(&mut mail("smtp://ann:s3cret@127.0.0.1:9?tls=none")).stop();
    assert_eq!(code, 0, "{log}");
    assert!(!log.contains("s3cret"), "{log}");
}

#[test]
fn every_value_can_be_in_a_file_and_what_is_around_it_is_no_part_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let database = file("database", &format!("\u{feff}\"{}\"\r\n", sqlite(folder.path())));
    let token = file("token", "wp_chosen-by-the-operator-1234\n");
    let mut command = waypost(&["serve"]);
    command.env("WAYPOST_DATABASE_FILE", &database).env("WAYPOST_ADMIN_TOKEN_FILE", &token);
    command.env("WAYPOST_LISTEN", " '127.0.0.1:0' ").env("WAYPOST_SMTP_URL", "\"\"");
    let (code, printed_there, log) = Running::start(&mut command).stop();
    assert_eq!(code, 0, "{log}");
    assert!(folder.path().join("waypost.db").exists());
    assert!(!printed_there.contains("wp_") && !log.contains("wp_"), "{log}");

    let mut both = waypost(&["serve"]);
    both.env("WAYPOST_DATABASE_FILE", &database).env("WAYPOST_DATABASE", "sqlite://other.db");
    both.env("WAYPOST_ADMIN_TOKEN_FILE", folder.path().join("none"));
    let refused = both.output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let text = told(&refused);
    assert!(text.contains("WAYPOST_DATABASE and WAYPOST_DATABASE_FILE are both set"), "{text}");
}

#[test]
fn a_file_that_cannot_be_read_hides_nothing_else_that_is_wrong() {
    let mut command = waypost(&["serve"]);
    for (name, value) in [
        ("WAYPOST_DATABASE_FILE", "/nowhere/database"),
        ("WAYPOST_SMTP_URL_FILE", "/nowhere/smtp"),
        ("WAYPOST_TRUSTED_DOCUMENTS_FILE", "/nowhere/manifest"),
        ("WAYPOST_TRUSTED_ONLY", "true"),
        ("WAYPOST_MAIL_FROM", "nobody"),
        ("WAYPOST_LISTEN", "xx"),
        ("WAYPOST_MAX_BODY", "q"),
        ("WAYPOST_ADMIN_TOKEN", "short"),
    ] {
        command.env(name, value);
    }
    command.env("RUST_LOG", "a=b=c");
    let refused = command.output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let text = told(&refused);
    for named in [
        "/nowhere/database",
        "/nowhere/smtp",
        "/nowhere/manifest",
        "--mail-from: “nobody”",
        "--listen: ",
        "--max-body: ",
        "WAYPOST_ADMIN_TOKEN: ",
        "RUST_LOG: ",
    ] {
        assert_eq!(text.matches(named).count(), 1, "{named}: {text}");
    }
    assert_eq!(text.lines().count(), 8, "{text}");
    let mut token = waypost(&["token", "create", "--expires-in", "soon"]);
    token.env("WAYPOST_TOKEN_MEMBER_FILE", "/nowhere/member").env("WAYPOST_TOKEN_NAME", "x");
    let text = told(&token.env("WAYPOST_DATABASE", "x://").output().unwrap());
    assert_eq!(text.lines().count(), 3, "{text}");
}

#[test]
fn flags_of_every_command_stand_before_or_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(folder.path());
    assert!(run(&["--database", &database, "--log", "off", "migrate"]).status.success());
    for args in [
        ["--database", &database, "token", "list"],
        ["token", "--database", &database, "list"],
        ["token", "list", "--database", &database],
    ] {
        let listed = run(&args);
        assert!(listed.status.success(), "{args:?}: {}", told(&listed));
    }
    let misplaced = run(&["--listen", "127.0.0.1:0", "token", "list"]);
    assert_eq!(misplaced.status.code(), Some(2));
    assert!(told(&misplaced).contains("--listen is not for every command"), "{}", told(&misplaced));
    let of_process = run(&["--database", &database, "process", "diff"]);
    assert_eq!(of_process.status.code(), Some(1), "2 says that a file would change something");
    let help = printed(&run(&["token", "create", "--help"]));
    assert!(help.contains("WAYPOST_TOKEN_NAME") && help.contains("WAYPOST_DATABASE"), "{help}");
}
