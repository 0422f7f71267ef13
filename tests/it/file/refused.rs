//! What cannot be announced, and what cannot be used in a note.

use std::fmt::Write;

use entity::{file, ids};
use serde_json::{Value, json};

use crate::support::{each, files::PDF, scene::Scene, steps, story::code_and_path, system};

fn announcement(field: &str, value: Value) -> Value {
    let mut input = json!({ "name": "a.pdf", "contentType": "application/pdf", "size": 100 });
    input[field] = value;
    input
}

#[tokio::test]
async fn every_refusal_of_an_announcement_says_what_to_do() {
    each(|app| async move {
        let ada = app.admin().await;
        let mut told = String::new();
        for (about, field, value) in [
            ("a path", "name", json!("../etc/passwd")),
            ("a path of Windows", "name", json!("..\\a.pdf")),
            ("only dots", "name", json!("..")),
            ("NUL", "name", json!("a\0.pdf")),
            ("a line break", "name", json!("a.pdf\r\nX: y")),
            ("no name", "name", json!("  ")),
            ("300 characters", "name", json!("ł".repeat(300))),
            ("a turned ending", "name", json!("a\u{202e}fdp.exe")),
            ("a program", "name", json!("a.pdf.EXE")),
            ("a page", "name", json!("a.html")),
            ("no type", "contentType", json!("pdf")),
            ("a type with a line break", "contentType", json!("a/b\r\nX: y")),
            ("a page", "contentType", json!("text/html")),
            ("a drawing with scripts", "contentType", json!("image/svg+xml")),
            ("a program", "contentType", json!("application/x-msdownload")),
            ("nothing", "size", json!(0)),
            ("less than nothing", "size", json!(-1)),
            ("one byte too many", "size", json!(25 * 1024 * 1024 + 1)),
            ("half a checksum", "checksum", json!("ab".repeat(16))),
            ("no checksum", "checksum", json!("+1".repeat(32))),
            ("an id of another kind", "newId", json!(ada.id())),
        ] {
            let errors = ada.refused("createFileUpload", announcement(field, value)).await;
            assert_eq!(errors.len(), 1, "{about}");
            writeln!(
                told,
                "{about}\n    {}\n        {}",
                code_and_path(&errors[0]),
                errors[0]["message"].as_str().unwrap()
            )
            .unwrap();
        }
        insta::assert_snapshot!("refused_files", told);
        assert_eq!(app.stored(), []);
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_with_an_announcement_is_said_at_once() {
    each(|app| async move {
        let ada = app.admin().await;
        let input = json!({ "name": "", "contentType": "text/html", "size": 0, "checksum": "" });
        let errors = ada.refused("createFileUpload", input).await;
        let told: Vec<_> = errors.iter().map(code_and_path).collect();
        let fields = ["name", "contentType", "size", "checksum"];
        assert_eq!(told, fields.map(|field| format!("INVALID_VALUE {field}")));
    })
    .await;
}

#[tokio::test]
async fn a_member_announces_so_many_files_and_no_more_before_using_them() {
    each(|app| async move {
        let ada = app.admin().await;
        ada.announce("a.pdf", "application/pdf", 1).await;
        let done = app.app.write(
            system(),
            steps(ada.member, |tx, member| {
                Box::pin(async move {
                    for _ in 1..engine::file::MOST_UNUSED {
                        let row = file::Model {
                            id: tx.new_id(),
                            name: "a.pdf".into(),
                            content_type: "application/pdf".into(),
                            size: 1,
                            state: file::State::Pending,
                            checksum: None,
                            expected_checksum: None,
                            uploader_id: *member,
                            note_id: None,
                            position: 0,
                            created_at: tx.now(),
                        };
                        engine::file::store::insert(tx.conn(), row).await?;
                    }
                    Ok(())
                })
            }),
        );
        done.await.unwrap();
        let input = announcement("size", json!(1));
        assert_eq!(ada.refusal("createFileUpload", input.clone()).await, "LIMIT_REACHED");
        let bob = app.member("Bob", entity::member::Role::Salesperson).await;
        bob.done("createFileUpload", input, "").await;
    })
    .await;
}

#[tokio::test]
async fn a_note_takes_files_of_its_author_that_are_there_and_in_no_other_note() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let people = &scene.people;
        let mine = people.owner.file("a.pdf", "application/pdf", PDF).await;
        let used = people.owner.file("a.pdf", "application/pdf", PDF).await;
        super::note_with(&people.owner, &deal, &used).await;
        let others = people.admin.file("a.pdf", "application/pdf", PDF).await;
        let (pending, _) = people.owner.announce("a.pdf", "application/pdf", 9).await;
        let unknown = people.owner.new_id::<ids::File>();
        let files = json!([mine, used, others, pending, unknown, mine]);
        let input = json!({ "dealId": deal, "body": "", "fileIds": files });
        let errors = people.owner.refused("addNote", input).await;
        let told: Vec<_> = errors.iter().map(code_and_path).collect();
        let expected = [
            "INVALID_VALUE body",
            "FILE_USED fileIds.1",
            "NOT_FOUND fileIds.2",
            "FILE_NOT_READY fileIds.3",
            "NOT_FOUND fileIds.4",
            "INVALID_VALUE fileIds.5",
        ];
        assert_eq!(told, expected);

        let many: Vec<_> = (0..21).map(|_| people.owner.new_id::<ids::File>()).collect();
        let input = json!({ "dealId": deal, "body": "see", "fileIds": many });
        assert_eq!(people.owner.refusal("addNote", input).await, "LIMIT_REACHED fileIds");
        let note = json!({ "body": "see", "fileIds": [deal] });
        let action = scene.process.action("Scan");
        let input = json!({ "dealId": deal, "actionId": action, "note": note });
        let told = people.owner.refusal("completeAction", input).await;
        assert_eq!(told, "INVALID_ID note.fileIds.0");
    })
    .await;
}

#[tokio::test]
async fn of_two_notes_that_take_a_file_at_once_one_gets_it() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (one, _) = scene.deal("EVERYONE").await;
        let (two, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let file = owner.file("a.pdf", "application/pdf", PDF).await;
        let input = |deal: &str| json!({ "dealId": deal, "body": "see", "fileIds": [file] });
        let (first, second) = tokio::join!(
            owner.mutate("addNote", input(&one), ""),
            owner.mutate("addNote", input(&two), "")
        );
        let mut told: Vec<_> = [first, second]
            .iter()
            .map(|payload| payload["userErrors"].as_array().unwrap().first().map(code_and_path))
            .collect();
        told.sort();
        assert_eq!(told, [None, Some("FILE_USED fileIds.0".into())]);
    })
    .await;
}
