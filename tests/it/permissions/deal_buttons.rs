//! One answer before the click and after it (rule 15): what a button says is what its mutation then answers.

use serde_json::{Value, json};

use crate::support::{
    Client, each,
    files::PDF,
    scene::{ACTIONS, Scene},
};

const BUTTONS: &str = "query($id: ID!) { deal(id: $id) { status
    permissions { update { ...P } move { ...P } changeProcess { ...P } win { ...P } lose { ...P } outdate { ...P } reopen { ...P }
        addNote { ...P } addParticipant { ...P } removeParticipant { ...P } createTask { ...P } }
    checklist { state blockers { code message nodeId } action { name } completion { id } undo { ...P } } } }
  fragment P on Permission { allowed blockers { code message nodeId } }";

/// What is told before and after a click.
fn essence(problems: &Value) -> Vec<(&Value, &Value, &Value)> {
    let all = problems.as_array().unwrap().iter();
    all.map(|one| (&one["code"], &one["message"], &one["nodeId"])).collect()
}

async fn buttons(client: &Client, deal: &str) -> Option<Value> {
    let mut data = client.query(BUTTONS, json!({ "id": deal })).await;
    Some(data["deal"].take()).filter(|deal| !deal.is_null())
}

/// Presses a button: the mutation must answer what its blockers told. Returns how it went.
async fn press(who: &Client, blockers: &Value, name: &str, input: Value) -> bool {
    if essence(blockers).is_empty() {
        who.done(name, input, "").await;
        return true;
    }
    let errors = Value::from(who.refused(name, input).await);
    assert_eq!(essence(&errors), essence(blockers), "{name}");
    false
}

/// The button of a mutation; and for those that close, the status that they give: where the deal has it, the
/// very same closing is calm, and any other one is refused as the button says.
fn button(name: &str) -> (&'static str, &'static str) {
    match name {
        "updateDeal" => ("update", ""),
        "moveDeal" => ("move", ""),
        "winDeal" => ("win", "WON"),
        "loseDeal" => ("lose", "LOST"),
        "outdateDeal" => ("outdate", "OUTDATED"),
        "reopenDeal" => ("reopen", ""),
        "changeDealProcess" => ("changeProcess", ""),
        "addNote" => ("addNote", ""),
        "createTask" => ("createTask", ""),
        "addParticipant" => ("addParticipant", ""),
        "removeParticipant" => ("removeParticipant", ""),
        other => panic!("no button for {other}"),
    }
}

async fn press_button(who: &Client, deal: &str, name: &str, input: Value) {
    let seen = buttons(who, deal).await.unwrap();
    let (field, rests_at) = button(name);
    let permission = &seen["permissions"][field];
    let blockers = &permission["blockers"];
    assert_eq!(permission["allowed"], json!(essence(blockers).is_empty()));
    let forbidden = essence(blockers).iter().any(|(code, ..)| **code == "FORBIDDEN");
    if seen["status"] == rests_at && !forbidden {
        who.calm(name, input.clone(), "").await;
        let mut other = input;
        other["comment"] = json!("for another reason");
        assert!(!press(who, blockers, name, other).await, "{name} has nothing to do");
    } else {
        press(who, blockers, name, input).await;
    }
}

async fn press_item(scene: &Scene, who: &Client, deal: &str, action: &str) {
    let seen = buttons(who, deal).await.unwrap();
    let items = seen["checklist"].as_array().unwrap();
    let item = items.iter().find(|item| item["action"]["name"] == action).unwrap();
    let files = match action {
        "Scan" => vec![who.file("scan.pdf", "application/pdf", PDF).await],
        _ => Vec::new(),
    };
    let input = json!({ "dealId": deal, "actionId": scene.process.action(action),
        "note": { "body": "see", "fileIds": files } });
    if item["state"] == "DONE" {
        who.calm("completeAction", input, "").await;
        let undo = json!({ "completionId": item["completion"]["id"] });
        press(who, &item["undo"]["blockers"], "undoCompletion", undo).await;
        return;
    }
    let done = press(who, &item["blockers"], "completeAction", input).await;
    assert_eq!(done, item["state"] == "OPEN", "{action}");
}

#[tokio::test]
async fn every_button_says_what_its_mutation_then_answers() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        for (name, person) in scene.people.all() {
            for visibility in ["EVERYONE", "PARTICIPANTS"] {
                let (deal, completion) = scene.deal(visibility).await;
                if buttons(person, &deal).await.is_none() {
                    continue; // hidden: told in `visibility`
                }
                eprintln!("{name}, {visibility}");
                run_through(&scene, person, &deal, &completion).await;
            }
        }
    })
    .await;
}

/// Presses every button while the deal is open, won, lost, outdated and open again, with and without
/// what is mandatory.
async fn run_through(scene: &Scene, who: &Client, deal: &str, completion: &str) {
    press_all(scene, who, deal, completion).await;
    scene.people.owner.complete(deal, scene.process.action("Sign")).await;
    for closing in ["winDeal", "loseDeal", "outdateDeal"] {
        scene.people.admin.done(closing, json!({ "dealId": deal }), "").await;
        press_closed(scene, who, deal, completion).await;
        // Who may has pressed that button already.
        scene.people.admin.mutate("reopenDeal", json!({ "dealId": deal }), "").await;
    }
    press_all(scene, who, deal, completion).await;
}

async fn press_all(scene: &Scene, who: &Client, deal: &str, completion: &str) {
    for action in ACTIONS {
        press_item(scene, who, deal, action).await;
    }
    for (name, input) in scene.mutations(deal, completion) {
        let leaves = name == "removeParticipant" && who.id() == scene.people.participant.id();
        if !["completeAction", "undoCompletion"].contains(&name) && !leaves {
            press_button(who, deal, name, input).await;
            scene.people.admin.mutate("reopenDeal", json!({ "dealId": deal }), "").await;
            let back = json!({ "dealId": deal, "processId": scene.process.id });
            scene.people.admin.done("changeDealProcess", back, "").await;
        }
    }
}

async fn press_closed(scene: &Scene, who: &Client, deal: &str, completion: &str) {
    for action in ACTIONS {
        press_item(scene, who, deal, action).await;
    }
    for (name, input) in scene.mutations(deal, completion) {
        let leaves = name == "removeParticipant" && who.id() == scene.people.participant.id();
        if !["completeAction", "undoCompletion", "reopenDeal"].contains(&name) && !leaves {
            press_button(who, deal, name, input).await;
        }
    }
    press_button(who, deal, "reopenDeal", json!({ "dealId": deal })).await;
}
