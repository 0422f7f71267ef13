//! What nobody needs goes after a day; what is used stays.

use chrono::TimeDelta;
use engine::file::sweep::{Swept, sweep};
use entity::ids;
use serde_json::{Value, json};

use super::note_with;
use crate::support::{each, files::PDF, scene::Scene, start};

#[tokio::test]
async fn a_sweep_removes_what_nobody_used_for_a_day_and_nothing_else() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let used = owner.file("used.pdf", "application/pdf", PDF).await;
        note_with(owner, &deal, &used).await;
        let unused = owner.file("unused.pdf", "application/pdf", PDF).await;
        let (pending, _) = owner.announce("pending.pdf", "application/pdf", 9).await;
        let stray = owner.new_id::<ids::File>(); // of another database that has the same folder
        std::fs::write(app.folder.join(&stray), PDF).unwrap();
        std::fs::write(app.folder.join("incoming").join("left#1"), PDF).unwrap();
        std::fs::write(app.folder.join("README"), "not ours").unwrap();

        app.app.clock().set(start() + TimeDelta::hours(24));
        let before = (app.fingerprint().await, app.stored());
        assert_eq!(sweep(&app.app).await.unwrap(), Swept::default(), "a day is not over");
        assert_eq!(before, (app.fingerprint().await, app.stored()));

        // The bytes have the time of the machine.
        app.app.clock().set("2100-01-01T00:00:00Z".parse().unwrap());
        let swept = sweep(&app.app).await.unwrap();
        assert_eq!(swept, Swept { unused: 2, incoming: 1 });
        let size = PDF.len() as u64;
        let mut left = vec![(used.clone(), size), (stray, size), ("README".to_owned(), 8)];
        left.sort();
        assert_eq!(app.stored(), left);
        assert_eq!(owner.known(&unused).await, Value::Null);
        assert_eq!(owner.known(&pending).await, Value::Null);
        let url = owner.download_url(&used).await.unwrap();
        assert_eq!(app.fetch(&url).await.unwrap(), PDF);
        assert_eq!(sweep(&app.app).await.unwrap(), Swept::default());
    })
    .await;
}

#[tokio::test]
async fn a_file_that_was_swept_can_be_announced_again() {
    each(|app| async move {
        let ada = app.admin().await;
        let id = ada.new_id::<ids::File>();
        let input = json!({ "newId": id, "name": "a.pdf", "contentType": "application/pdf", "size": PDF.len() });
        let made = ada.done("createFileUpload", input.clone(), "upload { url }").await;
        let late = made["upload"]["url"].as_str().unwrap().to_owned();
        app.app.clock().set(start() + TimeDelta::hours(25));
        assert_eq!(sweep(&app.app).await.unwrap().unused, 1);
        assert_eq!(app.put_refused(&late, PDF).await, "403 URL_EXPIRED");
        let again = ada.done("createFileUpload", input, "file { id } upload { url }").await;
        assert_eq!(again["file"]["id"], json!(id));
        assert_eq!(app.put(again["upload"]["url"].as_str().unwrap(), PDF).await, "204");
    })
    .await;
}
