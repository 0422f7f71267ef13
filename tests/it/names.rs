//! Names: what nobody sees is none, what looks the same is taken, and none turns or breaks its line.

mod beside;
mod matching;
pub mod shown;
mod twins;
mod upgrade;

use entity::ids;
use serde_json::{Value, json};

use crate::support::{Client, builders::text, each, scene::Scene, story::code_and_path};

/// Every mutation that takes a one-line text, with this one, and where it stands.
async fn lines(scene: &Scene, with: &str) -> Vec<(&'static str, Value, &'static str)> {
    let (ada, process) = (&scene.people.admin, &scene.process);
    let stage = |name: &str| process.stage(name).to_owned();
    let action = process.action("Call");
    let (stage_id, action_id) = (ada.new_id::<ids::Stage>(), ada.new_id::<ids::Action>());
    let followed = json!([{ "title": with, "assignee": "OWNER", "dueInDays": 1 }]);
    let tree = json!([{ "newId": stage_id, "name": with, "actions": [{ "newId": action_id, "name": with }] }]);
    let deal = ada.deal(&process.id, "Chairs").await;
    let task = json!({ "dealId": deal, "title": "Send", "dueOn": "2026-03-09" });
    let task = text(&ada.done("createTask", task, "task { id }").await["task"]["id"]);
    let reason = json!({ "status": "LOST", "name": format!("Price {task}") });
    let made = ada.done("addCloseReason", reason, "closeReason { id }").await;
    let reason = text(&made["closeReason"]["id"]);
    let version = ada
        .query("query($id: ID!) { process(id: $id) { version } }", json!({ "id": process.id }))
        .await;
    let save = json!({ "id": process.id, "expectedVersion": version["process"]["version"], "stages": tree });
    vec![
        ("createProcess", json!({ "name": with }), "name"),
        ("updateProcess", json!({ "processId": process.id, "name": with }), "name"),
        ("duplicateProcess", json!({ "processId": process.id, "name": with }), "name"),
        ("addStage", json!({ "processId": process.id, "name": with }), "name"),
        ("updateStage", json!({ "stageId": stage("Offer"), "name": with }), "name"),
        ("addAction", json!({ "stageId": stage("Offer"), "name": with }), "name"),
        ("updateAction", json!({ "actionId": action, "name": with }), "name"),
        ("updateAction", json!({ "actionId": action, "followUps": followed }), "followUps.0.title"),
        ("saveProcess", save.clone(), "stages.0.name"),
        ("saveProcess", save, "stages.0.actions.0.name"),
        ("createDeal", json!({ "processId": process.id, "title": with }), "title"),
        ("updateDeal", json!({ "dealId": deal, "title": with }), "title"),
        ("createTask", json!({ "dealId": deal, "title": with, "dueOn": "2026-03-09" }), "title"),
        ("updateTask", json!({ "taskId": task, "title": with }), "title"),
        ("addCloseReason", json!({ "status": "LOST", "name": with }), "name"),
        ("updateCloseReason", json!({ "reasonId": reason, "name": with }), "name"),
        (
            "addMember",
            json!({ "email": "new@example.org", "name": with, "role": "MANAGER" }),
            "name",
        ),
        ("updateMember", json!({ "memberId": scene.people.owner.id(), "name": with }), "name"),
        ("createToken", json!({ "name": with }), "name"),
        (
            "createFileUpload",
            json!({ "name": with, "contentType": "application/pdf", "size": 1 }),
            "name",
        ),
    ]
}

async fn refused_at(who: &Client, name: &str, input: &Value, path: &str) -> String {
    let errors = who.refused(name, input.clone()).await;
    let at = format!("INVALID_VALUE {path}");
    let found = errors.iter().find(|error| code_and_path(error) == at);
    let found = found.unwrap_or_else(|| panic!("{name} {input}: {errors:#?}"));
    text(&found["message"])
}

#[tokio::test]
async fn what_nobody_sees_is_no_name_on_any_path() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        for unseen in ["\u{200b}", "\u{3164}", " \u{2800}\u{ad}\u{feff} ", "\u{301}"] {
            for (name, input, path) in lines(&scene, unseen).await {
                let message = refused_at(&scene.people.admin, name, &input, path).await;
                assert!(message.contains("can be seen"), "{name}: {message}");
            }
        }
        let (owner, (deal, _)) = (&scene.people.owner, scene.deal("EVERYONE").await);
        for (name, input, path) in [
            ("addNote", json!({ "dealId": deal, "body": "\u{200b}\n\u{3164}" }), "body"),
            (
                "completeAction",
                json!({ "dealId": deal, "actionId": scene.process.action("Minutes"), "note": { "body": "\u{2060}" } }),
                "note.body",
            ),
        ] {
            let message = refused_at(owner, name, &input, path).await;
            assert!(message.contains("can be seen"), "{name}: {message}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_turns_or_breaks_a_line_is_in_no_name_on_any_path() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        for (with, why) in [
            ("a\u{202e}b", "U+202E"),
            ("a\u{2067}b", "U+2067"),
            ("a\u{61c}b", "U+061C"),
            ("a\u{2028}b", "one line"),
            ("a\u{2029}b", "one line"),
            ("a\u{85}b", "one line"),
            ("a\u{b}b", "one line"),
            ("a\u{c}b", "one line"),
            ("a\u{1b}[1mb", "one line"),
        ] {
            for (name, input, path) in lines(&scene, with).await {
                let message = refused_at(&scene.people.admin, name, &input, path).await;
                assert!(message.contains(why), "{name}: {message}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn names_of_every_script_are_kept_as_they_are_written() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let ada = &scene.people.admin;
        for name in ["❤\u{fe0f}", "👩\u{200d}💻 Demo", "שיחה", "می\u{200c}خواهم", "Łódź 2\u{a0}000 ㎏", "ﬁnal"] {
            let input = json!({ "processId": scene.process.id, "name": name });
            let made = ada.done("addStage", input, "stage { name }").await;
            assert_eq!(made["stage"]["name"], name);
        }
        let lines = json!({ "dealId": scene.deal("EVERYONE").await.0, "body": "one\ntwo \u{2067}שלום\u{2069}" });
        let note = scene.people.owner.done("addNote", lines.clone(), "note { body }").await;
        assert_eq!(note["note"]["body"], lines["body"], "texts of many lines are kept too");
    })
    .await;
}
