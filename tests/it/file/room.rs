//! How many bytes files may have together: of a member, and of all.

use chrono::TimeDelta;
use engine::file::{FileSettings, Room, sweep::sweep};
use entity::member::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use waypost::config;

use crate::{
    metrics::Samples,
    support::{Client, TestApp, each, files::PDF, start},
};

const SIZE: i64 = PDF.len() as i64;

/// Another server on the database, with this much room.
async fn with_room(app: &TestApp, member: Option<i64>, all: Option<i64>) -> TestApp {
    let files = config::in_folder(&app.folder).unwrap();
    let files = FileSettings { room: Room { member, all }, ..files };
    app.with(app.app.settings().clone().with(files)).await
}

fn of_size(size: i64) -> Value {
    json!({ "name": "a.pdf", "contentType": "application/pdf", "size": size })
}

/// It is refused with what to do, and changes nothing.
async fn refused(who: &Client, size: i64) -> String {
    let errors = who.refused("createFileUpload", of_size(size)).await;
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(
        (&errors[0]["code"], &errors[0]["path"]),
        (&json!("LIMIT_REACHED"), &json!(["size"]))
    );
    errors[0]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_member_has_room_up_to_the_last_byte_and_others_have_their_own() {
    each(|app| async move {
        let app = with_room(&app, Some(2 * SIZE + 1), None).await;
        let (ada, sam) = (app.admin().await, app.member("Sam", Role::Salesperson).await);
        ada.file("a.pdf", "application/pdf", PDF).await;
        let said = refused(&ada, SIZE + 2).await;
        let left = format!(
            "Your files may have {} bytes together, of which {} bytes are left.",
            2 * SIZE + 1,
            SIZE + 1
        );
        assert!(said.starts_with(&left) && said.contains("ask whoever runs this server"), "{said}");
        let last =
            ada.done("createFileUpload", of_size(SIZE + 1), "file { id } upload { url }").await;
        assert!(refused(&ada, 1).await.contains("0 bytes are left"), "what is announced counts");
        sam.file("b.pdf", "application/pdf", PDF).await;
        let url = last["upload"]["url"].as_str().unwrap();
        let more = [PDF, b"12"].concat();
        assert_eq!(
            app.put_refused(url, &more).await,
            "400 SIZE_WRONG",
            "nobody sends more than announced"
        );
        let limit = Samples::read(&ada).await.value("waypost_files_limit_bytes{of=\"member\"}");
        assert_eq!(limit, (2 * SIZE + 1) as f64);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn all_members_share_the_room_of_all_and_what_goes_makes_room() {
    each(|app| async move {
        let app = with_room(&app, None, Some(2 * SIZE)).await;
        let (ada, sam) = (app.admin().await, app.member("Sam", Role::Salesperson).await);
        for who in [&ada, &sam] {
            who.file("a.pdf", "application/pdf", PDF).await;
        }
        let said = refused(&sam, 1).await;
        assert!(said.starts_with("The files of all members may have"), "{said}");
        app.app.clock().set(start() + TimeDelta::hours(25));
        assert_eq!(sweep(&app.app).await.unwrap().unused, 2);
        sam.file("a.pdf", "application/pdf", PDF).await;
        let figures = Samples::read(&ada).await;
        assert_eq!(figures.value("waypost_files_limit_bytes{of=\"all\"}"), (2 * SIZE) as f64);
        assert_eq!(figures.value("waypost_files_bytes"), SIZE as f64);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn many_at_once_on_several_servers_get_no_further_than_one_after_the_other() {
    each(|app| async move {
        let here = with_room(&app, Some(5 * SIZE), Some(7 * SIZE)).await;
        let there = with_room(&app, Some(5 * SIZE), Some(7 * SIZE)).await;
        let (ada, sam) = (here.admin().await, here.member("Sam", Role::Salesperson).await);
        let places = [ada.clone(), ada.at(&there), sam.clone(), sam.at(&there)];
        let all = places.iter().flat_map(|who| [who; 4]);
        let payloads = join_all(all.map(async |who| {
            who.mutate("createFileUpload", of_size(SIZE), "file { uploader { name } }").await
        }))
        .await;
        let taken = |name: &str| {
            let by = |payload: &&Value| payload["file"]["uploader"]["name"] == name;
            payloads.iter().filter(by).count()
        };
        assert_eq!(taken("Ada") + taken("Sam"), 7);
        assert!(taken("Ada") <= 5 && taken("Sam") <= 5);
        here.stop().await;
        there.stop().await;
    })
    .await;
}
