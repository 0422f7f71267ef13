//! Who sees a file: whoever sees the deal of its note; before that, its uploader alone.

use engine::member::token::RevokeToken;
use entity::{ids::TokenId, member::Role};
use serde_json::{Value, json};

use super::note_with;
use crate::support::{TestApp, each, files::PDF, scene::Scene, system};

#[tokio::test]
async fn before_it_is_in_a_note_a_file_is_its_uploaders_alone() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        let file = people.owner.file("a.pdf", "application/pdf", PDF).await;
        for (name, person) in people.all() {
            let known = person.known(&file).await;
            assert_eq!(known.is_null(), name != "owner", "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn in_a_note_it_is_seen_by_those_who_see_the_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        for visibility in ["EVERYONE", "PARTICIPANTS"] {
            let (deal, _) = scene.deal(visibility).await;
            let file = people.owner.file("a.pdf", "application/pdf", PDF).await;
            note_with(&people.owner, &deal, &file).await;
            for (name, person) in people.all() {
                let document = "query($id: ID!) { deal(id: $id) { id } }";
                let sees = !person.query(document, json!({ "id": deal })).await["deal"].is_null();
                let url = person.download_url(&file).await;
                assert_eq!(url.is_some(), sees, "{name}, {visibility}");
                if let Some(url) = url {
                    assert_eq!(app.fetch(&url).await.unwrap(), PDF);
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_url_ends_with_the_right_to_see_the_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let file = people.owner.file("a.pdf", "application/pdf", PDF).await;
        note_with(&people.owner, &deal, &file).await;
        let url = people.participant.download_url(&file).await.unwrap();
        assert!(app.fetch(&url).await.is_ok());
        let leave = json!({ "dealId": deal, "memberId": people.participant.id() });
        people.owner.done("removeParticipant", leave, "").await;
        assert_eq!(app.fetch(&url).await.unwrap_err(), "404 NOT_FOUND");
        assert_eq!(people.participant.known(&file).await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_file_stays_with_its_deal_when_its_uploader_leaves_it() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let file = people.participant.file("a.pdf", "application/pdf", PDF).await;
        note_with(&people.participant, &deal, &file).await;
        let leave = json!({ "dealId": deal, "memberId": people.participant.id() });
        people.owner.done("removeParticipant", leave, "").await;
        assert_eq!(people.participant.known(&file).await, Value::Null);
        assert_eq!(people.owner.known(&file).await["uploader"]["name"], "Piotr");
    })
    .await;
}

#[tokio::test]
async fn a_url_ends_with_its_member_and_with_its_token() {
    each(|app| async move {
        for way in ["deactivated", "revoked"] {
            let sam = app.member(&format!("Sam{way}"), Role::Salesperson).await;
            let file = sam.file("a.pdf", "application/pdf", PDF).await;
            let download = sam.download_url(&file).await.unwrap();
            let (_, upload) = sam.announce("b.pdf", "application/pdf", PDF.len()).await;
            match way {
                "deactivated" => app.deactivate(sam.member).await,
                _ => revoke(&app, sam.token).await,
            }
            assert_eq!(app.put_refused(&upload, PDF).await, "403 URL_INVALID", "{way}");
            assert_eq!(app.fetch(&download).await.unwrap_err(), "403 URL_INVALID", "{way}");
        }
    })
    .await;
}

async fn revoke(app: &TestApp, id: TokenId) {
    let done = app.app.write(system(), RevokeToken { token_id: id });
    done.await.unwrap();
}
