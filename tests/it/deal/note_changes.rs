//! Notes that are edited and withdrawn: `editNote` and `withdrawNote`.

use chrono::TimeDelta;
use engine::file::sweep::sweep;
use entity::ids;
use serde_json::{Value, json};

use crate::support::{Client, builders::text, each, files::PDF, scene::Scene, start};

const NOTES: &str = "query($id: ID!) { deal(id: $id) { notes { totalCount nodes { body editedAt } }
    events { nodes { __typename ... on NoteAdded { note { body } } ... on NoteEdited { note { body } }
        ... on ActionCompleted { note { body } } ... on NoteWithdrawn { noteId author { name } } } } } }";

async fn note(who: &Client, deal: &str) -> String {
    let input = json!({ "dealId": deal, "body": "they pay 7 EUR" });
    text(&who.done("addNote", input, "note { id }").await["note"]["id"])
}

async fn seen(who: &Client, deal: &str) -> Value {
    who.query(NOTES, json!({ "id": deal })).await["deal"].take()
}

/// Refused so, and nothing is changed by it.
async fn refused(who: &Client, (name, input): (&str, Value), expected: &str) {
    let before = who.app.fingerprint().await;
    assert_eq!(who.refusal(name, input).await, expected, "{name}");
    assert_eq!(before, who.app.fingerprint().await, "{name}");
}

fn edit(note: &str, body: &str) -> (&'static str, Value) {
    ("editNote", json!({ "noteId": note, "body": body }))
}

fn withdraw(note: &str) -> (&'static str, Value) {
    ("withdrawNote", json!({ "noteId": note }))
}

#[tokio::test]
async fn a_note_is_edited_by_who_wrote_it() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let piotr = &scene.people.participant;
        let id = note(piotr, &deal).await;
        app.app.clock().set(start() + TimeDelta::hours(1));
        let (name, input) = edit(&id, " they pay *8* EUR ");
        let event = [("NoteEdited", "A note was edited")];
        piotr.happens(&deal, name, input.clone(), &event).await;
        let selection = "deal { version } note { id body editedAt }";
        let again = piotr.calm(name, input, selection).await;
        let body = again["note"]["body"].clone();
        assert!(text(&body).contains("they pay *8* EUR"));
        assert_eq!((&again["note"]["id"], &again["deal"]["version"]), (&json!(id), &json!(4)));
        let now = json!({ "body": body, "editedAt": "2026-03-02T09:00:00.000Z" });
        let deal = seen(&scene.people.owner, &deal).await;
        assert_eq!(deal["notes"], json!({ "totalCount": 1, "nodes": [now] }));
        let note = json!({ "body": body });
        let events = deal["events"]["nodes"].as_array().unwrap();
        assert_eq!(
            events[2..],
            [
                json!({ "__typename": "NoteAdded", "note": note }),
                json!({ "__typename": "NoteEdited", "note": note })
            ]
        );
        for body in ["", " \n ", &"ł".repeat(10_001), "a\0b"] {
            refused(piotr, edit(&id, body), "INVALID_VALUE body").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_note_is_nowhere_to_be_read() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (owner, piotr) = (&scene.people.owner, &scene.people.participant);
        let id = note(piotr, &deal).await;
        let stays = note(owner, &deal).await;
        let (name, input) = withdraw(&id);
        let event = [("NoteWithdrawn", "A note was withdrawn")];
        piotr.happens(&deal, name, input.clone(), &event).await;
        let selection = "deal { version } note { id } withdrawnNoteId";
        let again = piotr.calm(name, input, selection).await;
        let expected = json!({ "deal": { "version": 5 }, "note": null, "withdrawnNoteId": id });
        assert_eq!([&again["deal"], &again["note"], &again["withdrawnNoteId"]],
            [&expected["deal"], &expected["note"], &expected["withdrawnNoteId"]]);

        let found = seen(owner, &deal).await;
        assert_eq!(found["notes"]["totalCount"], 1);
        let events = found["events"]["nodes"].as_array().unwrap();
        assert_eq!(events[2..], [json!({ "__typename": "NoteAdded", "note": null }),
            json!({ "__typename": "NoteAdded", "note": { "body": "they pay 7 EUR" } }),
            json!({ "__typename": "NoteWithdrawn", "noteId": id, "author": { "name": "Piotr" } })]);
        let node = "query($id: ID!) { node(id: $id) { id } }";
        assert!(owner.query(node, json!({ "id": id })).await["node"].is_null());
        owner.done("withdrawNote", withdraw(&stays).1, "").await;
        assert!(!app.fingerprint().await.contains("they pay 7"), "not in any table");
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_note_is_not_found_by_anybody_else() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (owner, piotr) = (&scene.people.owner, &scene.people.participant);
        let id = owner.new_id::<ids::Note>();
        let add = json!({ "dealId": deal, "newId": id, "body": "blue" });
        owner.done("addNote", add.clone(), "").await;
        owner.done("withdrawNote", withdraw(&id).1, "").await;
        refused(owner, edit(&id, "green"), "NOT_FOUND noteId").await;
        refused(piotr, edit(&id, "green"), "NOT_FOUND noteId").await;
        refused(piotr, withdraw(&id), "NOT_FOUND noteId").await;
        let again = owner.calm("addNote", add, "note { id }").await;
        assert!(again["note"].is_null(), "it does not come back: {again}");
        let other = json!({ "dealId": deal, "newId": id, "body": "red" });
        refused(owner, ("addNote", other), "ID_TAKEN newId").await;
        let action = scene.process.action("Minutes");
        let evidence = json!({ "dealId": deal, "actionId": action, "noteId": id });
        refused(owner, ("completeAction", evidence), "NOT_FOUND noteId").await;
    })
    .await;
}

#[tokio::test]
async fn what_shows_that_an_action_was_done_stays_until_that_is_undone() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (owner, admin) = (&scene.people.owner, &scene.people.admin);
        let id = note(owner, &deal).await;
        let action = scene.process.action("Minutes");
        let input = json!({ "dealId": deal, "actionId": action, "noteId": id });
        let done = owner.done("completeAction", input, "completion { id }").await;
        let completion = &done["completion"]["id"];
        for who in [owner, admin] {
            refused(who, edit(&id, "else"), "NOTE_IS_EVIDENCE noteId").await;
            refused(who, withdraw(&id), "NOTE_IS_EVIDENCE noteId").await;
            let errors = who.refused("withdrawNote", withdraw(&id).1).await;
            assert_eq!(errors[0]["nodeId"], *completion, "what has to be undone");
        }
        let undo = json!({ "completionId": completion });
        owner.done("undoCompletion", undo, "").await;
        owner.done("editNote", edit(&id, "we met").1, "").await;
        owner.done("withdrawNote", withdraw(&id).1, "").await;
        let events = seen(owner, &deal).await["events"]["nodes"].take();
        assert_eq!(events[3], json!({ "__typename": "ActionCompleted", "note": null }));
    })
    .await;
}

#[tokio::test]
async fn on_a_closed_deal_only_administrators_change_notes() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (owner, admin) = (&scene.people.owner, &scene.people.admin);
        let id = note(owner, &deal).await;
        owner.done("loseDeal", json!({ "dealId": deal }), "").await;
        refused(owner, edit(&id, "else"), "DEAL_CLOSED noteId").await;
        refused(owner, withdraw(&id), "DEAL_CLOSED noteId").await;
        admin.done("editNote", edit(&id, "less").1, "").await;
        admin.done("withdrawNote", withdraw(&id).1, "").await;
    })
    .await;
}

#[tokio::test]
async fn who_no_longer_changes_the_deal_no_longer_changes_their_notes() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (owner, piotr) = (&scene.people.owner, &scene.people.participant);
        for (visibility, expected) in
            [("EVERYONE", "FORBIDDEN"), ("PARTICIPANTS", "NOT_FOUND noteId")]
        {
            let (deal, _) = scene.deal(visibility).await;
            let id = note(piotr, &deal).await;
            for who in [owner, &scene.people.manager] {
                let error = &who.refused("editNote", edit(&id, "else").1).await[0];
                assert_eq!(error["code"], "FORBIDDEN", "{error}");
            }
            let gone = json!({ "dealId": deal, "memberId": piotr.id() });
            owner.done("removeParticipant", gone, "").await;
            for (name, input) in [edit(&id, "else"), withdraw(&id)] {
                let before = app.fingerprint().await;
                let told = piotr.refusal(name, input).await;
                assert!(told.starts_with(expected), "{told}");
                assert_eq!(before, app.fingerprint().await);
            }
        }
        let nothing = owner.new_id::<ids::Note>();
        refused(owner, edit(&nothing, "else"), "NOT_FOUND noteId").await;
        refused(owner, withdraw(&nothing), "NOT_FOUND noteId").await;
    })
    .await;
}

#[tokio::test]
async fn the_files_of_a_withdrawn_note_are_removed_with_those_that_nobody_uses() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (owner, admin) = (&scene.people.owner, &scene.people.admin);
        let file = owner.file("offer.pdf", "application/pdf", PDF).await;
        let input = json!({ "dealId": deal, "body": "offer", "fileIds": [file] });
        let id = text(&owner.done("addNote", input, "note { id }").await["note"]["id"]);
        let url = admin.download_url(&file).await.unwrap();
        admin.done("withdrawNote", withdraw(&id).1, "").await;
        assert!(app.fetch(&url).await.is_err(), "nobody but its uploader reads it");
        assert_eq!(admin.known(&file).await, Value::Null);
        app.app.clock().set(start() + TimeDelta::hours(25));
        assert_eq!(sweep(&app.app).await.unwrap().unused, 1);
        assert_eq!(app.stored(), []);
    })
    .await;
}
