//! Files: announced, sent, used in notes, fetched.

use chrono::TimeDelta;
use entity::ids;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{
    Client, TestApp,
    builders::text,
    each,
    files::{PDF, UPLOAD},
    scene::Scene,
    start,
};

mod hostile;
mod refused;
mod room;
mod sight;
mod sweep;

/// A deal of the owner, and the id of a note about it with this file.
pub async fn note_with(owner: &Client, deal: &str, file: &str) -> String {
    let input = json!({ "dealId": deal, "body": "see the file", "fileIds": [file] });
    text(&owner.done("addNote", input, "note { id }").await["note"]["id"])
}

#[tokio::test]
async fn a_file_is_announced_sent_used_in_a_note_and_fetched() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let input = json!({ "name": "Umowa ł.pdf", "contentType": "Application/PDF; a=b", "size": PDF.len() });
        let made = owner.done("createFileUpload", input, UPLOAD).await;
        let (file, upload) = (text(&made["file"]["id"]), &made["upload"]);
        assert_eq!(made["file"]["state"], "PENDING");
        assert_eq!(made["file"]["contentType"], "application/pdf");
        assert_eq!(upload["method"], "PUT");
        let header = json!([{ "name": "Content-Type", "value": "application/pdf" }]);
        assert_eq!(upload["headers"], header);
        assert_eq!(upload["expiresAt"], "2026-03-02T08:15:00.000Z");

        assert_eq!(app.put(&text(&upload["url"]), PDF).await, "204");
        let known = owner.known(&file).await;
        assert_eq!(known["state"], "READY");
        assert_eq!(known["note"], Value::Null);
        assert_eq!(known["uploader"]["name"], "Olga");
        assert_eq!(app.stored(), [(file.clone(), PDF.len() as u64)]);

        let note = note_with(owner, &deal, &file).await;
        assert_eq!(owner.known(&file).await["note"]["id"], json!(note));
        let url = owner.download_url(&file).await.unwrap();
        let response = app.http.get(&url).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(header("content-length"), PDF.len().to_string());
        assert_eq!(header("content-disposition"), "attachment; filename*=UTF-8''Umowa%20%C5%82.pdf");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(header("cache-control"), "private, no-store");
        assert_eq!(response.bytes().await.unwrap(), PDF);
    })
    .await;
}

#[tokio::test]
async fn a_large_file_comes_back_as_it_was_sent() {
    each(|app| async move {
        let ada = app.admin().await;
        let mut bytes = PDF.to_vec();
        bytes.extend((0..3_000_000_u32).map(|at| (at % 251) as u8));
        let checksum = sha256(&bytes);
        let input = json!({ "name": "big.pdf", "contentType": "application/pdf",
            "size": bytes.len(), "checksum": checksum.to_uppercase() });
        let made = ada.done("createFileUpload", input, UPLOAD).await;
        let file = text(&made["file"]["id"]);
        assert_eq!(app.put(&text(&made["upload"]["url"]), &bytes).await, "204");
        assert_eq!(ada.known(&file).await["checksum"], json!(checksum));
        let url = ada.download_url(&file).await.unwrap();
        assert!(app.fetch(&url).await.unwrap() == bytes);
    })
    .await;
}

/// SHA-256 in hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn announcing_twice_with_the_same_id_announces_one_and_signs_anew() {
    each(|app| async move {
        let ada = app.admin().await;
        let id = ada.new_id::<ids::File>();
        let input = json!({ "newId": id, "name": "a.pdf", "contentType": "application/pdf", "size": PDF.len() });
        ada.done("createFileUpload", input.clone(), UPLOAD).await;
        app.app.clock().set(start() + TimeDelta::minutes(10));
        let again = ada.calm("createFileUpload", input.clone(), UPLOAD).await;
        assert_eq!(again["upload"]["expiresAt"], "2026-03-02T08:25:00.000Z");
        let mut other = input.clone();
        other["size"] = json!(7);
        assert_eq!(ada.refusal("createFileUpload", other).await, "ID_TAKEN newId");

        app.put(&text(&again["upload"]["url"]), PDF).await;
        let sent = ada.calm("createFileUpload", input, UPLOAD).await;
        assert_eq!(sent["file"]["state"], "READY");
        assert_eq!(sent["upload"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn sending_the_same_bytes_again_is_calm_and_other_bytes_are_refused() {
    each(|app| async move {
        let ada = app.admin().await;
        let (_, url) = ada.announce("a.pdf", "application/pdf", PDF.len()).await;
        assert_eq!(app.put(&url, PDF).await, "204");
        let before = (app.fingerprint().await, app.stored());
        assert_eq!(app.put(&url, PDF).await, "204");
        assert_eq!(before, (app.fingerprint().await, app.stored()));
        let mut other = PDF.to_vec();
        other[12] ^= 1;
        assert_eq!(app.put_refused(&url, &other).await, "409 FILE_DIFFERENT");
        assert_eq!(app.put_refused(&url, &other[..5]).await, "400 SIZE_WRONG");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_send_at_once_one_is_first() {
    each(|app| async move {
        let ada = app.admin().await;
        let mut other = PDF.to_vec();
        other[12] ^= 1;
        let (file, url) = ada.announce("a.pdf", "application/pdf", PDF.len()).await;
        // At two servers: one server takes one at a time.
        let elsewhere = app.again().await;
        let there = url.replace(&app.address.to_string(), &elsewhere.address.to_string());
        let (one, two) = tokio::join!(app.put(&url, PDF), elsewhere.put(&there, &other));
        let mut told = [one.clone(), two];
        told.sort();
        assert_eq!(told, ["204", "409 FILE_DIFFERENT"]);
        let kept = if one == "204" { PDF } else { &other };
        assert_eq!(ada.known(&file).await["checksum"], json!(sha256(kept)));
        let url = ada.download_url(&file).await.unwrap();
        assert_eq!(app.fetch(&url).await.unwrap(), kept);
        assert_eq!(app.stored().len(), 1, "{:?}", app.stored());
    })
    .await;
}

#[tokio::test]
async fn a_file_that_was_not_sent_cannot_be_fetched_or_used() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let (file, _) = owner.announce("a.pdf", "application/pdf", PDF.len()).await;
        assert_eq!(owner.download_url(&file).await, None);
        let input = json!({ "dealId": deal, "body": "see", "fileIds": [file] });
        assert_eq!(owner.refusal("addNote", input).await, "FILE_NOT_READY fileIds.0");
        let url = download_url_of(&app, owner, &file).await;
        assert_eq!(app.fetch(&url).await.unwrap_err(), "409 FILE_NOT_READY");
    })
    .await;
}

/// A URL that the API would not give yet.
async fn download_url_of(app: &TestApp, who: &Client, file: &str) -> String {
    use domain::{file::sign::Purpose, policy};
    let credential = policy::Credential::Token(who.token);
    let actor = policy::MemberActor {
        id: who.member,
        role: entity::member::Role::Salesperson,
        credential: Some(credential.clone()),
    };
    let snapshot = app.app.read(policy::Actor::Member(actor));
    let file = file.parse().unwrap();
    let signed = engine::file::signed_url(&snapshot, &credential, file, Purpose::Download).await;
    signed.unwrap().url
}

#[tokio::test]
async fn a_url_that_one_server_signed_is_good_at_another() {
    each(|app| async move {
        let ada = app.admin().await;
        let other = app.again().await;
        let (file, url) = ada.announce("a.pdf", "application/pdf", PDF.len()).await;
        let elsewhere =
            |url: &str| url.replace(&app.address.to_string(), &other.address.to_string());
        assert_eq!(other.put(&elsewhere(&url), PDF).await, "204");
        let url = ada.download_url(&file).await.unwrap();
        assert_eq!(other.fetch(&elsewhere(&url)).await.unwrap(), PDF);
        other.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_files_of_many_notes_are_read_together() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let few = ada.deal(&sales.id, "Few").await;
        let many = ada.deal(&sales.id, "Many").await;
        for (deal, notes) in [(&few, 1), (&many, 8)] {
            for _ in 0..notes {
                let file = ada.file("a.pdf", "application/pdf", PDF).await;
                note_with(&ada, deal, &file).await;
            }
        }
        let document = "query($id: ID!) { deal(id: $id) { notes(first: 50) { nodes { id files {
            id name uploader { name } note { id } download { url } } } } } }";
        let read = async |deal: &str| ada.query(document, json!({ "id": deal })).await;
        let (one, _) = app.statements(read(&few)).await;
        let (eight, data) = app.statements(read(&many)).await;
        let notes = data["deal"]["notes"]["nodes"].as_array().unwrap();
        assert!(notes.iter().all(|note| note["files"][0]["name"] == "a.pdf"));
        assert!(eight <= one, "{eight} statements for eight notes, {one} for one");
    })
    .await;
}
