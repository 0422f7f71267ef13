//! What people wrote before more was refused turns and breaks nothing where it is shown: in mail and on a
//! terminal.

use std::process::{Command, Output, Stdio};

use domain::text::{breaks, turns};
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

use crate::{
    import::support::{command, on_each_database, small},
    mail,
    support::{
        TestApp, each,
        post::{Mood, Post},
    },
};

pub async fn waypost(app: &TestApp, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waypost"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WAYPOST_")) {
        command.env_remove(name);
    }
    command.args(args).env("WAYPOST_DATABASE", &app.url).stdin(Stdio::null());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

async fn sql(app: &TestApp, statement: &str) {
    let conn = Database::connect(&app.url).await.unwrap();
    conn.execute_unprepared(statement).await.unwrap();
    conn.close().await.unwrap();
}

fn assert_harmless(text: &[u8]) {
    let text = std::str::from_utf8(text).unwrap();
    let steers = |letter: char| turns(letter) || breaks(letter) && !matches!(letter, '\n' | '\t');
    assert!(!text.contains(steers), "{text:?}");
}

#[tokio::test]
async fn a_mail_is_turned_by_no_name_that_is_in_it() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (app, scene) = mail::scene(&app, &post).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        sql(&app, "UPDATE deal SET title = 'Chairs\u{202e}\u{2028}x'").await;
        sql(&app, "UPDATE member SET name = name || '\u{2067}\u{85}z'").await;
        assert_eq!(mail::send(&app).await.sent, 1);
        let text = post.received()[0].text.clone();
        let head = text.split("\r\n\r\n").next().unwrap();
        let names = head.replace('"', "");
        assert!(names.contains("To: Piotr z <piotr@example.org>"), "{head}");
        let plain = text.replace("=\r\n", "");
        assert!(plain.contains("=E2=80=9CChairs x=E2=80=9D"), "{plain}");
        for hidden in ["=E2=80=AE", "=E2=80=A8", "=E2=81=A7", "=C2=85"] {
            assert!(!plain.contains(hidden), "{hidden}: {plain}");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn commands_print_no_text_that_turns_or_steers_the_terminal() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        sql(&app, "UPDATE token SET name = 'lap\u{202e}top\u{2028}\u{9b}1m'").await;
        sql(&app, "UPDATE process SET name = 'Sa\u{2066}les\u{85}'").await;
        let list = waypost(&app, &["token", "list"]).await;
        assert!(String::from_utf8_lossy(&list.stdout).contains("laptop  1m"), "{list:?}");
        assert_harmless(&list.stdout);
        let list = waypost(&app, &["process", "list"]).await;
        assert!(String::from_utf8_lossy(&list.stdout).contains("Sales"), "{list:?}");
        assert_harmless(&list.stdout);
        let nobody = waypost(&app, &["token", "create", "--name", "x", "--member", "a\u{202e}\u{1b}[2J@example.org"]).await;
        assert_eq!(nobody.status.code(), Some(1));
        assert_harmless(&nobody.stderr);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file.yaml");
        std::fs::write(&file, "process: Sales\nstages:\n  - stage: A\n  - stage: \"a\\u202e\\u2028\\e[2J\"\n    was: \"x\\u202ey\"\n").unwrap();
        let wrong = waypost(&app, &["process", "diff", &file.display().to_string()]).await;
        assert_ne!(wrong.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&wrong.stderr).contains("4:12"), "{wrong:?}");
        assert_harmless(&wrong.stderr);
        let export = "query($id: ID!) { exportProcess(id: $id) }";
        ada.query(export, json!({ "id": sales.id })).await;
    })
    .await;
}

#[tokio::test]
async fn a_rejected_import_quotes_nothing_that_turns_or_steers_the_terminal() {
    on_each_database(async |app| {
        let mut texts = small();
        texts.completions =
            texts.completions.replace("Contact,Call", "Con\u{202e}\u{1b}[2Jta\u{2028}ct,Call");
        let (code, _, err) = command(&app, &texts, false).await;
        assert_eq!(code, 1);
        assert!(
            err.contains("completions.csv:2: stage: The process has no stage “Con<U+202E><U+001B>[2Jta<U+2028>ct”"),
            "{err:?}"
        );
        assert_harmless(err.as_bytes());
    })
    .await;
}
