//! `waypost process`, the program itself, on a database that a server has open too.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::json;
use tempfile::TempDir;
use waypost::cli::process::since;

use crate::support::{Client, TestApp, each};

/// How the program ended: exit code, stdout and stderr without the log.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

async fn run(app: &TestApp, args: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waypost"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WAYPOST_")) {
        command.env_remove(name);
    }
    command
        .args(["process"])
        .args(args)
        .env("WAYPOST_DATABASE", &app.url)
        .env("WAYPOST_LOG", "warn");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    Ended { code: output.status.code().unwrap(), out, err }
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name).display().to_string()
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

async fn deals_at_work(ada: &Client) -> (String, String) {
    let sales = ada.sales().await;
    let deal = ada.deal(&sales.id, "Chairs").await;
    ada.complete(&deal, sales.action("Call")).await;
    (sales.id, deal)
}

#[tokio::test]
async fn a_process_is_exported_edited_compared_and_applied_while_deals_run() {
    each(|app| async move {
        let ada = app.admin().await;
        let (sales, deal) = deals_at_work(&ada).await;
        let version = ada.version(&sales).await;
        let folder = Folder::new();
        let path = folder.path("sales.yaml").display().to_string();
        let listed = run(&app, &["list"]).await;
        assert_eq!((listed.code, listed.out), (0, format!("NAME   VERSION  STAGES  ACTIONS\nSales        {version}       2        4  default\n")));
        let exported = run(&app, &["export", "sales", "--output", &path]).await;
        assert_eq!((exported.code, exported.out.as_str()), (0, ""), "{}", exported.err);
        assert_eq!(run(&app, &["export", "Sales"]).await.out, read(&folder.path("sales.yaml")));
        let same = run(&app, &["diff", &path]).await;
        assert_eq!((same.code, same.out.as_str()), (0, "No changes. The process is as the file says.\n"));

        let edited = read(&folder.path("sales.yaml")).replace("- action: Call", "- action: Phone\n        was: Call\n        weight: 40");
        folder.write("sales.yaml", &edited);
        let before = app.fingerprint().await;
        for args in [&["diff", &path][..], &["apply", &path, "--dry-run"]] {
            let planned = run(&app, args).await;
            assert_eq!(planned.code, 2, "{}", planned.err);
            let expected = format!("  Process “Sales”, version {version}\n    Contact\n      ~ Call -> Phone: weight 10 -> 40\n\nPlan: 0 to add, 1 to change, 0 to move, 0 to remove.\nOf 1 open deal, this changes 1:\n  1 with more progress\n");
            assert_eq!(planned.out, expected);
        }
        let asked = run(&app, &["apply", &path]).await;
        assert_eq!(asked.code, 1);
        assert!(asked.err.contains("this changes 1 running deal. Give --yes"), "{}", asked.err);
        assert_eq!(app.fingerprint().await, before, "nothing was changed");

        let applied = run(&app, &["apply", &path, "--yes", "--message", "More calls"]).await;
        assert_eq!(applied.code, 0, "{}", applied.err);
        assert!(applied.out.ends_with(&format!("Saved “Sales” as version {}.\n", version + 1)), "{}", applied.out);
        assert_eq!(ada.state(&deal).await, (30, Some("Contact".into())));
        let latest = ada.latest(&sales).await;
        assert_eq!((&latest["message"], &latest["author"]), (&json!("More calls"), &json!(null)));
        let again = run(&app, &["apply", &path]).await;
        assert_eq!((again.code, again.out.as_str()), (0, "No changes. The process is as the file says.\n"));
        assert_eq!(ada.version(&sales).await, version + 1);
    })
    .await;
}

#[tokio::test]
async fn a_process_that_is_not_there_is_created() {
    each(|app| async move {
        let ada = app.admin().await;
        let folder = Folder::new();
        let path = folder.write("new.yaml", "process: New\nstages: [{stage: A, actions: [{action: a}]}]\n");
        let planned = run(&app, &["diff", &path]).await;
        let expected = "+ Process “New”, which is not there yet\n  + A\n      + a (weight 10)\n\nPlan: 2 to add, 0 to change, 0 to move, 0 to remove.\n";
        assert_eq!((planned.code, planned.out.as_str()), (2, expected), "{}", planned.err);
        let applied = run(&app, &["apply", &path]).await;
        assert!(applied.code == 0 && applied.out.contains("Created “New” (process_"), "{}", applied.out);
        let data = ada.query("{ processes { nodes { name isDefault } } }", json!({})).await;
        assert_eq!(data["processes"]["nodes"], json!([{ "name": "New", "isDefault": true }]));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_as_compilers_say_it_and_nothing_is_changed() {
    each(|app| async move {
        let ada = app.admin().await;
        let (sales, deal) = deals_at_work(&ada).await;
        let offer = ada.query("query($id: ID!) { process(id: $id) { stages { id } } }", json!({ "id": sales })).await;
        let offer = offer["process"]["stages"][1]["id"].clone();
        ada.done("moveDeal", json!({ "dealId": deal, "stageId": offer }), "").await;
        let folder = Folder::new();
        let huge = folder.path("huge.yaml");
        std::fs::File::create(&huge).unwrap().set_len(50 * 1024 * 1024).unwrap();
        let cases: [(&str, &[u8], &[&str]); 5] = [
            ("unknown.yaml", b"process: Sales\nstags: []\nstages: [{stage: A, wieght: 1}]", &[
                ":2:1: “stags” is no key of a process. Did you mean “stages”?",
                ":3:21: “wieght” is no key of a stage.",
            ]),
            ("member.yaml", b"process: Sales\nstages:\n- stage: A\n  actions: [{action: a, performers: [x@y.example]}]", &[
                ":4:38: There is no member with the address “x@y.example”.",
            ]),
            ("latin.yaml", b"process: Sales\nstages: # \xe9", &[":2:11: This is not UTF-8; it looks like windows-1252. Save the file in UTF-8."]),
            ("deals.yaml", b"# ours\nprocess: Sales\n", &[
                ":2:10: 1 open deal was moved to “Offer” by hand. Say with moveDealsTo which stage takes its place. In this file: removedStages: [{stage: Offer, moveDealsTo: …}]. If the stage only has another name, write `was: Offer` there instead.",
            ]),
            ("yaml.yaml", b"process: [", &[":"]),
        ];
        let before = app.fingerprint().await;
        for (name, bytes, expected) in cases {
            std::fs::write(folder.path(name), bytes).unwrap();
            let path = folder.path(name).display().to_string();
            for args in [&["diff", &path][..], &["apply", &path, "--yes"]] {
                let ended = run(&app, args).await;
                assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{name}");
                for (line, expected) in ended.err.lines().zip(expected) {
                    assert!(line.starts_with(&format!("{path}{expected}")), "{line}\n{expected}");
                }
                let problems = expected.len();
                assert!(ended.err.contains(&format!("nothing was changed: {problems} problem")), "{}", ended.err);
            }
        }
        let path = huge.display().to_string();
        let ended = run(&app, &["apply", &path]).await;
        assert!(ended.code == 1 && ended.err.contains(":1:1: This file is larger than 8 MiB"), "{}", ended.err);
        for args in [&["apply", "/no/such/file.yaml"][..], &["export", "Nothing"], &["apply"], &["list", "--colour"], &["diff", &path, "--database", "mysql://x"]] {
            let ended = run(&app, args).await;
            assert!(ended.code == 1 && !ended.err.is_empty(), "{args:?} {} {}", ended.code, ended.err);
        }
        assert_eq!(app.fingerprint().await, before);
    })
    .await;
}

#[tokio::test]
async fn the_json_schema_is_printed_without_a_database() {
    let output = Command::new(env!("CARGO_BIN_EXE_waypost"))
        .args(["process", "json-schema"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), domain::process::file::schema_text());
}

#[tokio::test]
async fn what_others_saved_since_a_plan_was_made_is_said_save_by_save() {
    each(|app| async move {
        let ada = app.admin().await;
        let (sales, _) = deals_at_work(&ada).await;
        let planned = ada.version(&sales).await;
        let stage = ada.query(STAGES, json!({ "id": sales })).await["process"]["stages"][0].take();
        let hint = json!({ "stageId": stage["id"], "hint": "Smile", "message": "Kinder\n\u{1b}[31m" });
        ada.done("updateStage", hint, "").await;
        let folder = Folder::new();
        let path = folder.path("sales.yaml").display().to_string();
        run(&app, &["export", "Sales", "--output", &path]).await;
        let edited = read(&folder.path("sales.yaml")).replace("Smile", "Laugh");
        folder.write("sales.yaml", &edited);
        let applied = run(&app, &["apply", &path, "--yes"]).await;
        assert_eq!(applied.code, 0, "{}", applied.err);
        let said = since::text(&app.app, sales.parse().unwrap(), (planned, planned + 2)).await;
        let (one, two) = (planned + 1, planned + 2);
        let expected = format!(
            "  version {one}, 2026-03-02 08:00 UTC, Ada: “Kinder  [31m”\n    Changed the hint of the stage “Contact”\n"
        );
        let said = said.unwrap();
        assert!(said.starts_with(&expected), "{said}");
        let rest = &said[expected.len()..];
        assert!(rest.starts_with(&format!("  version {two}, ")), "{said}");
        assert!(rest.ends_with(" UTC, the program\n    Changed the hint of the stage “Contact”\n"), "{said}");
    })
    .await;
}

const STAGES: &str = "query($id: ID!) { process(id: $id) { stages { id } } }";

#[tokio::test]
async fn a_message_that_is_not_kept_is_said_to_be_so() {
    each(|app| async move {
        let ada = app.admin().await;
        let (sales, _) = deals_at_work(&ada).await;
        let version = ada.version(&sales).await;
        let folder = Folder::new();
        let path = folder.path("sales.yaml").display().to_string();
        run(&app, &["export", "Sales", "--output", &path]).await;
        let applied = run(&app, &["apply", &path, "--message", "Just to say"]).await;
        assert_eq!((applied.code, applied.out.as_str()), (0, "No changes. The process is as the file says, so there is no new version to keep the message with.\n"));
        assert_eq!(ada.version(&sales).await, version);
    })
    .await;
}
