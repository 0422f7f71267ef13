//! What must come along with doing an action (rule 12).

use entity::ids;
use serde_json::{Value, json};

use crate::support::{
    Client, builders::text, each, files::PDF, scene::Scene, story::code_and_path,
};

async fn add_note(client: &Client, deal: &str) -> String {
    let input = json!({ "dealId": deal, "body": "the minutes" });
    text(&client.done("addNote", input, "note { id }").await["note"]["id"])
}

fn minutes(scene: &Scene, deal: &str) -> Value {
    json!({ "dealId": deal, "actionId": scene.process.action("Minutes") })
}

#[tokio::test]
async fn a_note_given_with_the_call_is_evidence() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let mut input = minutes(&scene, &deal);
        assert_eq!(owner.refusal("completeAction", input.clone()).await, "EVIDENCE_REQUIRED note");

        input["note"] = json!({ "body": "we met" });
        let done = [("ActionCompleted", "Did “Minutes” (10 % → 20 %)")];
        owner.happens(&deal, "completeAction", input, &done).await;
        let document = "query($id: ID!) { deal(id: $id) { notes { nodes { body isEvidence } }
            events(last: 1) { nodes { ... on ActionCompleted { note { body } } } } } }";
        let data = owner.query(document, json!({ "id": deal })).await;
        let note = json!({ "body": "we met", "isEvidence": true });
        assert_eq!(data["deal"]["notes"]["nodes"], json!([note]));
        let event = json!({ "note": { "body": "we met" } });
        assert_eq!(data["deal"]["events"]["nodes"], json!([event]));
    })
    .await;
}

#[tokio::test]
async fn a_note_added_before_is_evidence_once() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let people = &scene.people;
        let note = add_note(&people.participant, &deal).await;
        let mut input = minutes(&scene, &deal);
        input["noteId"] = json!(note);
        let done = [("ActionCompleted", "Did “Minutes” (10 % → 20 %)")];
        people.owner.happens(&deal, "completeAction", input.clone(), &done).await;

        let mut send =
            json!({ "dealId": deal, "actionId": scene.process.action("Send"), "noteId": note });
        assert_eq!(people.owner.refusal("completeAction", send.clone()).await, "NOTE_USED noteId");
        let completion =
            people.owner.calm("completeAction", input.clone(), "completion { id }").await;
        let completion = json!({ "completionId": completion["completion"]["id"] });
        people.owner.done("undoCompletion", completion, "").await;
        assert_eq!(people.owner.refusal("completeAction", input).await, "NOTE_USED noteId");
        send["noteId"] = json!(add_note(&people.owner, &deal).await);
        people.owner.done("completeAction", send, "").await;
    })
    .await;
}

#[tokio::test]
async fn a_note_must_be_there_and_about_this_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let (other, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let mut input = minutes(&scene, &deal);
        for (note, code) in [
            (owner.new_id::<ids::Note>(), "NOT_FOUND noteId"),
            (add_note(owner, &other).await, "NOT_FOUND noteId"),
            (completion, "INVALID_ID noteId"),
        ] {
            input["noteId"] = json!(note);
            assert_eq!(owner.refusal("completeAction", input.clone()).await, code);
        }
    })
    .await;
}

#[tokio::test]
async fn a_note_comes_along_or_is_named_but_not_both() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let mut input = minutes(&scene, &deal);
        input["noteId"] = json!(add_note(owner, &deal).await);
        input["note"] = json!({ "body": "we met" });
        assert_eq!(owner.refusal("completeAction", input).await, "INVALID_VALUE noteId");
    })
    .await;
}

#[tokio::test]
async fn an_empty_note_is_no_evidence() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let mut input = minutes(&scene, &deal);
        for body in ["", " \n", "a\0b", &"x".repeat(10_001)] {
            input["note"] = json!({ "body": body });
            let told = scene.people.owner.refusal("completeAction", input.clone()).await;
            assert_eq!(told, "INVALID_VALUE note.body");
        }
    })
    .await;
}

#[tokio::test]
async fn an_action_that_needs_a_file_takes_a_note_with_a_file_and_no_less() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let scan = json!({ "dealId": deal, "actionId": scene.process.action("Scan") });
        let mut input = scan.clone();
        assert_eq!(owner.refusal("completeAction", input.clone()).await, "EVIDENCE_REQUIRED note");
        input["note"] = json!({ "body": "see attachment" });
        assert_eq!(owner.refusal("completeAction", input.clone()).await, "EVIDENCE_REQUIRED note");
        input = scan.clone();
        input["noteId"] = json!(add_note(owner, &deal).await);
        let refused = owner.refused("completeAction", input.clone()).await;
        assert_eq!(code_and_path(&refused[0]), "EVIDENCE_REQUIRED noteId");
        let document =
            "query($id: ID!) { deal(id: $id) { checklist { needs state blockers { code } } } }";
        let data = owner.query(document, json!({ "id": deal })).await;
        let item = json!({ "needs": "NOTE_WITH_FILE", "state": "OPEN", "blockers": [] });
        assert_eq!(data["deal"]["checklist"][7], item);

        input = scan;
        let file = owner.file("scan.pdf", "application/pdf", PDF).await;
        input["note"] = json!({ "body": "see attachment", "fileIds": [file] });
        let done = owner.done("completeAction", input, FILES).await;
        let file = json!({ "id": file, "name": "scan.pdf", "contentType": "application/pdf" });
        assert_eq!(done["completion"]["note"]["files"], json!([file]));
    })
    .await;
}

const FILES: &str = "completion { note { files { id name contentType } } }";

#[tokio::test]
async fn a_note_with_a_file_that_was_added_before_is_evidence() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let file = owner.file("scan.pdf", "application/pdf", PDF).await;
        let note = json!({ "dealId": deal, "body": "the scan", "fileIds": [file] });
        let note = text(&owner.done("addNote", note, "note { id }").await["note"]["id"]);
        let action = scene.process.action("Scan");
        let input = json!({ "dealId": deal, "actionId": action, "noteId": note });
        let done =
            owner.done("completeAction", input, "completion { note { files { id } } }").await;
        assert_eq!(done["completion"]["note"]["files"], json!([{ "id": file }]));
    })
    .await;
}

#[tokio::test]
async fn a_refused_completion_leaves_its_file_usable() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let people = &scene.people;
        let file = people.owner.file("scan.pdf", "application/pdf", PDF).await;
        let note = json!({ "body": "see attachment", "fileIds": [file] });
        let mut input =
            json!({ "dealId": deal, "actionId": scene.process.action("Scan"), "note": note });
        people.owner.done("loseDeal", json!({ "dealId": deal }), "").await;
        assert_eq!(people.owner.refusal("completeAction", input.clone()).await, "DEAL_CLOSED");
        people.owner.done("reopenDeal", json!({ "dealId": deal }), "").await;
        let refused = people.participant.refusal("completeAction", input.clone()).await;
        assert_eq!(refused, "NOT_FOUND note.fileIds.0", "it is the owner's");
        people.owner.done("completeAction", input.clone(), "").await;

        let (other, _) = scene.deal("EVERYONE").await;
        input["dealId"] = json!(other);
        let refused = people.owner.refusal("completeAction", input).await;
        assert_eq!(refused, "FILE_USED note.fileIds.0");
    })
    .await;
}

#[tokio::test]
async fn a_note_that_can_be_given_with_the_call_is_a_need_and_no_blocker() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let document =
            "query($id: ID!) { deal(id: $id) { checklist { needs state blockers { code } } } }";
        let data = scene.people.owner.query(document, json!({ "id": deal })).await;
        let item = json!({ "needs": "NOTE", "state": "OPEN", "blockers": [] });
        assert_eq!(data["deal"]["checklist"][1], item);
    })
    .await;
}
