//! `waypost backup`, `restore` and `check` as operators run them.

use std::{fs, fs::File, path::Path, process::Stdio};

use crate::{
    cli::{Running, run, sqlite, told, waypost},
    support::database::{self, Kind},
};

/// A database that a server made, and its folder.
fn served() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let args = ["serve", "--listen", "127.0.0.1:0", "--database", &sqlite(folder.path())];
    let (code, _, log) = Running::start(&mut waypost(&args)).stop();
    assert_eq!(code, 0, "{log}");
    folder
}

fn done(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", told(&output));
    told(&output)
}

fn failed(args: &[&str], code: i32) -> String {
    let output = run(args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", told(&output));
    told(&output)
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_backup_made_beside_a_server_is_restored_into_either_kind_and_is_clean() {
    let folder = tempfile::tempdir().unwrap();
    let from = sqlite(folder.path());
    let args = ["serve", "--listen", "127.0.0.1:0", "--database", &from];
    let server = Running::start(&mut waypost(&args));
    let file = folder.path().join("backup.tar.gz").display().to_string();
    let said = done(&["backup", &file, "--database", &from]);
    assert!(said.contains("rows and 0 files"), "{said}");
    server.stop();
    for kind in database::kinds() {
        let database = database::create_empty(kind).await;
        let url = match kind {
            Kind::Sqlite => sqlite(database.folder()),
            Kind::Postgres => database.url().to_owned(),
        };
        let files = database.folder().join("files").display().to_string();
        let said = done(&["restore", &file, "--database", &url, "--files", &files]);
        assert!(said.contains("restored") && said.contains("nothing differs"), "{said}");
        assert!(
            done(&["check", "--database", &url, "--files", &files]).contains("nothing differs")
        );
        let again = failed(&["restore", &file, "--database", &url, "--files", &files], 1);
        assert!(again.contains("not empty"), "{again}");
    }
}

#[cfg(unix)]
#[test]
fn a_backup_is_its_owners_only_and_replaces_nothing_unless_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = served();
    let file = folder.path().join("b.tar.gz");
    let (url, name) = (sqlite(folder.path()), file.display().to_string());
    done(&["backup", &name, "--database", &url]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read(&file).unwrap();
    let said = failed(&["backup", &name, "--database", &url], 1);
    assert!(said.contains("--force"), "{said}");
    assert_eq!(before, fs::read(&file).unwrap());
    done(&["backup", &name, "--database", &url, "--force"]);
    assert!(names(folder.path()).iter().all(|name| !name.contains("partial")));
}

#[test]
fn a_folder_gets_a_file_named_with_the_time_and_keeps_the_newest() {
    let folder = served();
    let backups = folder.path().join("backups");
    fs::create_dir(&backups).unwrap();
    for old in ["waypost-20200101T000000Z.tar.gz", "waypost-20210101T000000Z.tar.gz", "mine.tar.gz"]
    {
        fs::write(backups.join(old), "old").unwrap();
    }
    let (url, to) = (sqlite(folder.path()), backups.display().to_string());
    let said = done(&["backup", &to, "--keep", "2", "--database", &url]);
    assert!(said.contains("removed waypost-20200101T000000Z.tar.gz"), "{said}");
    let left = names(&backups);
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(left[0] == "mine.tar.gz" && left[1].starts_with("waypost-2021"), "{left:?}");
    let wrong = failed(&["backup", "a.tar.gz", "--keep", "2", "--database", &url], 2);
    assert!(wrong.contains("--keep") && wrong.contains("no folder"), "{wrong}");
}

#[test]
fn a_folder_of_a_store_gets_a_file_named_with_the_time_and_keeps_the_newest() {
    let folder = served();
    let backups = folder.path().join("in-a-store");
    let deeper = backups.join("waypost-older");
    fs::create_dir_all(&deeper).unwrap();
    let old = ["waypost-20200101T000000Z.tar.gz", "waypost-20210101T000000Z.tar.gz"];
    for place in [&backups, &deeper] {
        for name in [old[0], old[1], "mine.tar.gz"] {
            fs::write(place.join(name), "old").unwrap();
        }
    }
    let url = sqlite(folder.path());
    let to = format!("file://{}/in-a-store/", folder.path().display());
    let said = done(&["backup", &to, "--keep", "2", "--database", &url]);
    assert!(said.contains("removed waypost-20200101T000000Z.tar.gz"), "{said}");
    let left = names(&backups);
    assert_eq!((left.len(), left[0].as_str()), (4, "mine.tar.gz"), "{left:?}");
    assert_eq!((left[1].as_str(), left[3].as_str()), (old[1], "waypost-older"));
    assert_eq!(names(&deeper).len(), 3, "what is in a folder within it stays");
    let there = tempfile::tempdir().unwrap();
    let made = backups.join(&left[2]).display().to_string();
    done(&["restore", &made, "--database", &sqlite(there.path())]);
    let wrong = failed(&["backup", &to[..to.len() - 1], "--keep", "2", "--database", &url], 2);
    assert!(wrong.contains("--keep") && wrong.contains("no folder"), "{wrong}");
}

#[test]
fn a_backup_goes_through_a_pipe() {
    let folder = served();
    let mut writer = waypost(&["backup", "-", "--database", &sqlite(folder.path())]);
    let mut writer = writer.spawn().unwrap();
    let there = tempfile::tempdir().unwrap();
    let url = sqlite(there.path());
    let mut reader = waypost(&["restore", "-", "--database", &url]);
    let restored = reader.stdin(Stdio::from(writer.stdout.take().unwrap())).output().unwrap();
    assert!(writer.wait().unwrap().success() && restored.status.success(), "{}", told(&restored));
}

#[test]
fn a_backup_goes_into_a_store_and_replaces_nothing_there() {
    let folder = served();
    let file = folder.path().join("in-a-store.tar.gz");
    let (url, name) = (sqlite(folder.path()), format!("file://{}", file.display()));
    done(&["backup", &name, "--database", &url]);
    let said = failed(&["backup", &name, "--database", &url], 1);
    assert!(said.contains("--force"), "{said}");
    done(&["backup", &name, "--database", &url, "--force"]);
    let there = tempfile::tempdir().unwrap();
    done(&["restore", &name, "--database", &sqlite(there.path())]);
    let other = tempfile::tempdir().unwrap();
    let missing = format!("file://{}", folder.path().join("none.tar.gz").display());
    let said = failed(&["restore", &missing, "--database", &sqlite(other.path())], 1);
    assert!(said.contains("there is no such file. Nothing was restored"), "{said}");
    let said = failed(&["restore", "nowhere://b/w", "--database", &sqlite(other.path())], 1);
    assert!(said.contains("feature"), "{said}");
    assert_eq!(names(other.path()), Vec::<String>::new());
    let said = failed(&["backup", "nowhere://b/w", "--database", &url], 1);
    assert!(said.contains("feature"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn where_there_is_no_room_there_is_no_backup() {
    let folder = served();
    let mut command = waypost(&["backup", "-", "--database", &sqlite(folder.path())]);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = command.stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("There is no backup"), "{}", told(&output));
}

#[test]
fn what_is_damaged_leaves_no_file_behind() {
    let folder = served();
    let file = folder.path().join("b.tar.gz");
    let name = file.display().to_string();
    done(&["backup", &name, "--database", &sqlite(folder.path())]);
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let there = tempfile::tempdir().unwrap();
    let said = failed(&["restore", &name, "--database", &sqlite(there.path())], 1);
    assert!(said.contains("Nothing was restored"), "{said}");
    assert_eq!(names(there.path()), ["waypost-files"]);
    let said = failed(&["restore", "nowhere.tar.gz", "--database", &sqlite(there.path())], 1);
    assert!(said.contains("nowhere.tar.gz"), "{said}");
}

#[tokio::test]
async fn check_tells_a_line_for_each_difference_and_json_for_programs() {
    use sea_orm::ConnectionTrait;
    let folder = served();
    let url = sqlite(folder.path());
    let connection = sea_orm::Database::connect(&url).await.unwrap();
    let sql = "INSERT INTO inbox (member_id, version) SELECT id, 3 FROM member";
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
    let output = run(&["check", "--database", &url]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let line = String::from_utf8(output.stdout).unwrap();
    assert!(
        line.starts_with("inbox ") && line.contains("version: something else is stored"),
        "{line}"
    );
    let output = run(&["check", "--json", "--repair", "--database", &url]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["of"], &lines[0]["derived"]), (&"inbox".into(), &false.into()));
    assert_eq!(
        (&lines[1]["clean"], &lines[1]["summary"]["differences"]),
        (&false.into(), &1.into())
    );
}

#[test]
fn a_restore_beside_a_server_is_refused() {
    let folder = served();
    let file = folder.path().join("b.tar.gz").display().to_string();
    let url = sqlite(folder.path());
    done(&["backup", &file, "--database", &url]);
    let server = Running::start(&mut waypost(&["--listen", "127.0.0.1:0", "--database", &url]));
    let said = failed(&["restore", &file, "--database", &url], 5);
    assert!(said.contains("is served by another Waypost"), "{said}");
    server.stop();
}
