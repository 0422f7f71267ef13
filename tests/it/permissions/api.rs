//! Who may do what, through the API: everybody tries every query and mutation. The table is read by
//! people; `tests/it/permissions/policy.rs` says why.

use entity::ids;
use serde_json::{Value, json};

use crate::{
    permissions::policy::table,
    support::{
        Client,
        builders::{BuiltProcess, text},
        each,
        files::PDF,
        scene::Scene,
    },
};

const VISIBILITIES: [&str; 2] = ["EVERYONE", "PARTICIPANTS"];

/// What a mutation answers: `yes`, or the codes.
pub async fn attempt(who: &Client, name: &str, input: Value) -> String {
    let payload = who.mutate(name, input, "").await;
    let errors = payload["userErrors"].as_array().unwrap();
    let codes: Vec<_> = errors.iter().map(|error| error["code"].as_str().unwrap()).collect();
    if codes.is_empty() { "yes".into() } else { codes.join("+") }
}

pub fn heading(scene: &Scene) -> Vec<String> {
    let names = scene.people.all().map(|(name, _)| name.to_owned());
    ["".to_owned()].into_iter().chain(names).collect()
}

#[tokio::test]
async fn everybody_tries_every_mutation_of_a_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let mut text = String::new();
        for visibility in VISIBILITIES {
            let mut rows = vec![heading(&scene)];
            for (index, (name, _)) in scene.mutations("", "").into_iter().enumerate() {
                let mut row = vec![name.to_owned()];
                for (_, person) in scene.people.all() {
                    row.push(on_deal(&scene, person, visibility, index).await);
                }
                rows.push(row);
            }
            for action in ["Call", "Minutes", "Discount", "Audit", "Approve", "Scan"] {
                let mut row = vec![format!("do {action}")];
                for (_, person) in scene.people.all() {
                    row.push(on_action(&scene, person, visibility, action).await);
                }
                rows.push(row);
            }
            for name in ["updateTask", "completeTask", "reopenTask", "deleteTask"] {
                for whose in ["owner", "chosen performer"] {
                    let mut row = vec![format!("{name} ({whose}'s)")];
                    for (_, person) in scene.people.all() {
                        row.push(on_task(&scene, person, visibility, (name, whose)).await);
                    }
                    rows.push(row);
                }
            }
            for name in ["editNote", "withdrawNote"] {
                for whose in ["own", "owner's"] {
                    let mut row = vec![format!("{name} ({whose})")];
                    for (_, person) in scene.people.all() {
                        row.push(
                            super::notes::on_note(&scene, person, visibility, (name, whose)).await,
                        );
                    }
                    rows.push(row);
                }
            }
            text += &format!("a deal seen by {visibility}\n\n{}\n", table(&rows));
        }
        insta::assert_snapshot!("api_on_deals", text);
    })
    .await;
}

async fn on_deal(scene: &Scene, who: &Client, visibility: &str, index: usize) -> String {
    let (deal, completion) = scene.deal(visibility).await;
    let (name, input) = scene.mutations(&deal, &completion).swap_remove(index);
    let owner = &scene.people.owner;
    match name {
        "winDeal" => drop(owner.complete(&deal, scene.process.action("Sign")).await),
        "reopenDeal" => drop(owner.done("loseDeal", json!({ "dealId": deal }), "").await),
        _ => {}
    }
    attempt(who, name, input).await
}

async fn on_action(scene: &Scene, who: &Client, visibility: &str, action: &str) -> String {
    let (deal, completion) = scene.deal(visibility).await;
    if action == "Call" {
        scene.people.owner.done("undoCompletion", json!({ "completionId": completion }), "").await;
    }
    let action = scene.process.action(action);
    let input = json!({ "dealId": deal, "actionId": action, "note": { "body": "see" } });
    attempt(who, "completeAction", input).await
}

/// A task given to this one of the people while they saw the deal.
async fn on_task(
    scene: &Scene,
    who: &Client,
    visibility: &str,
    (name, whose): (&str, &str),
) -> String {
    let (deal, _) = scene.deal("EVERYONE").await;
    let owner = &scene.people.owner;
    let assignee = if whose == "owner" { owner } else { &scene.people.lawyer };
    let task = owner.task(&deal, "Send", "2026-03-09", Some(assignee)).await;
    owner.done("updateDeal", json!({ "dealId": deal, "visibility": visibility }), "").await;
    let mut input = json!({ "taskId": task });
    match name {
        "updateTask" => input["title"] = json!("Write"),
        "reopenTask" => drop(owner.done("completeTask", input.clone(), "").await),
        _ => {}
    }
    attempt(who, name, input).await
}

#[tokio::test]
async fn everybody_tries_every_query_of_a_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let mut text = String::new();
        for visibility in VISIBILITIES {
            let (deal, completion) = scene.deal(visibility).await;
            let file = scene.people.owner.file("a.pdf", "application/pdf", PDF).await;
            let note = json!({ "dealId": deal, "body": "see", "fileIds": [file] });
            let note = scene.people.owner.done("addNote", note, "note { id }").await;
            let note = note["note"]["id"].as_str().unwrap().to_owned();
            let event = "query($id: ID!) { deal(id: $id) { events(first: 1) { nodes { id } } } }";
            let event = scene.people.owner.query(event, json!({ "id": deal })).await;
            let event = event["deal"]["events"]["nodes"][0]["id"].as_str().unwrap().to_owned();
            let mut rows = vec![heading(&scene)];
            for (name, field, id) in [
                ("deal", "deal", &deal),
                ("node(deal)", "node", &deal),
                ("node(completion)", "node", &completion),
                ("node(note)", "node", &note),
                ("node(file)", "node", &file),
                ("node(event)", "node", &event),
            ] {
                let mut row = vec![name.to_owned()];
                for (_, person) in scene.people.all() {
                    let document = format!("query($id: ID!) {{ {field}(id: $id) {{ id }} }}");
                    let data = person.query(&document, json!({ "id": id })).await;
                    row.push(if data[field].is_null() { "null".into() } else { "yes".into() });
                }
                rows.push(row);
            }
            rows.push(listed(&scene, &deal).await);
            text += &format!("a deal seen by {visibility}\n\n{}\n", table(&rows));
        }
        insta::assert_snapshot!("api_queries_of_deals", text);
    })
    .await;
}

async fn listed(scene: &Scene, deal: &str) -> Vec<String> {
    let mut row = vec!["deals".to_owned()];
    for (_, person) in scene.people.all() {
        let data = person.query("{ deals { nodes { id } } }", json!({})).await;
        let found =
            data["deals"]["nodes"].as_array().unwrap().iter().any(|node| node["id"] == deal);
        row.push(if found { "yes".into() } else { "absent".into() });
    }
    row
}

/// Every mutation of a process, with an input that works.
pub fn of_process(
    made: &BuiltProcess,
    other: &BuiltProcess,
    fresh: usize,
) -> Vec<(&'static str, Value)> {
    let (stage, action) = (made.stage("Contact"), made.action("Call"));
    let (offer, as_made) = (made.stage("Offer"), 4); // two stages and an action after the first version
    let stages = json!([{ "id": stage, "actions": [{ "id": action, "weight": 9 }] },
        { "id": offer, "actions": [] }]);
    vec![
        ("saveProcess", json!({ "id": made.id, "expectedVersion": as_made, "stages": stages })),
        (
            "restoreProcessVersion",
            json!({ "processId": made.id, "version": as_made, "expectedVersion": as_made + 1 }),
        ),
        ("createProcess", json!({ "name": format!("Process {fresh}") })),
        ("updateProcess", json!({ "processId": made.id, "description": "how we sell" })),
        ("addStage", json!({ "processId": made.id, "name": "More" })),
        ("updateStage", json!({ "stageId": stage, "hint": "be kind" })),
        ("moveStage", json!({ "stageId": stage, "afterId": offer })),
        ("addAction", json!({ "stageId": stage, "name": "Visit" })),
        ("updateAction", json!({ "actionId": action, "hint": "be brief" })),
        ("setActionWeight", json!({ "actionId": action, "weight": 7 })),
        ("moveAction", json!({ "actionId": action, "stageId": stage })),
        ("removeAction", json!({ "actionId": action })),
        ("restoreAction", json!({ "actionId": action })),
        ("removeStage", json!({ "stageId": stage })),
        ("restoreStage", json!({ "stageId": stage })),
        ("importProcess", json!({ "file": format!("process: Imported {fresh}") })),
        ("duplicateProcess", json!({ "processId": made.id })),
        ("setDefaultProcess", json!({ "processId": made.id })),
        ("archiveProcess", json!({ "processId": made.id, "newDefaultId": other.id })),
        ("unarchiveProcess", json!({ "processId": made.id })),
    ]
}

async fn to_configure(scene: &Scene, name: &str) -> Vec<(&'static str, Value)> {
    let stages: [(&str, &[(&str, i64)]); 2] = [("Contact", &[("Call", 1)]), ("Offer", &[])];
    let made = scene.people.admin.process(name, &stages).await;
    of_process(&made, &scene.other, name.len())
}

#[tokio::test]
async fn everybody_tries_every_mutation_of_a_process_and_begins_a_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let mut columns = Vec::new();
        for (index, (_, person)) in scene.people.all().into_iter().enumerate() {
            let mut column = Vec::new();
            for (name, input) in to_configure(&scene, &"x".repeat(index + 1)).await {
                column.push((name, attempt(person, name, input).await));
            }
            let begin = json!({ "processId": scene.process.id, "title": "Chairs",
                "newId": person.new_id::<ids::Deal>() });
            column.push(("createDeal", attempt(person, "createDeal", begin).await));
            let file = json!({ "name": "a.pdf", "contentType": "application/pdf", "size": 1 });
            column.push(("createFileUpload", attempt(person, "createFileUpload", file).await));
            let reason = scene.people.admin.reason("LOST", &format!("Reason {index}")).await;
            for (name, input) in [
                ("addCloseReason", json!({ "status": "WON", "name": format!("New {index}") })),
                (
                    "updateCloseReason",
                    json!({ "reasonId": reason, "name": format!("Cost {index}") }),
                ),
                ("moveCloseReason", json!({ "reasonId": reason, "afterId": null })),
                ("archiveCloseReason", json!({ "reasonId": reason })),
                ("restoreCloseReason", json!({ "reasonId": reason })),
            ] {
                column.push((name, attempt(person, name, input).await));
            }
            columns.push(column);
        }
        let mut rows = vec![heading(&scene)];
        for index in 0..columns[0].len() {
            let name = columns[0][index].0.to_owned();
            let cells = columns.iter().map(|column| column[index].1.clone());
            rows.push([name].into_iter().chain(cells).collect());
        }
        insta::assert_snapshot!("api_on_processes", table(&rows));
    })
    .await;
}

/// Each member of the scene was told once; answers with the id of each notification.
async fn told_everybody(scene: &Scene) -> Vec<String> {
    let people = scene.people.all();
    let members: Vec<_> = people.iter().map(|(_, person)| person.id()).collect();
    let (deal, _) = scene.deal("EVERYONE").await;
    for (action, by) in [("Send", &scene.people.admin), ("Sign", &scene.people.owner)] {
        let input = json!({ "actionId": scene.process.action(action),
            "notify": { "memberIds": members } });
        scene.people.admin.done("updateAction", input, "").await;
        by.complete(&deal, scene.process.action(action)).await;
    }
    let mut ids = Vec::new();
    for (_, person) in people {
        let query = "{ viewer { notifications(first: 1) { nodes { id } } } }";
        let data = person.query(query, json!({})).await;
        ids.push(text(&data["viewer"]["notifications"]["nodes"][0]["id"]));
    }
    ids
}

#[tokio::test]
async fn everybody_tries_what_is_about_inboxes_and_mail() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let ids = told_everybody(&scene).await;
        let mut rows = vec![heading(&scene)];
        for name in ["read one's own", "read another's", "choose mail", "retryMail", "deadLetters"]
        {
            let mut row = vec![name.to_owned()];
            for (index, (_, person)) in scene.people.all().into_iter().enumerate() {
                let (own, other) = (&ids[index], &ids[(index + 1) % ids.len()]);
                let mark = |id: &String| json!({ "ids": [id] });
                row.push(match name {
                    "read one's own" => attempt(person, "markNotificationsRead", mark(own)).await,
                    "read another's" => attempt(person, "markNotificationsRead", mark(other)).await,
                    "choose mail" => {
                        let input = json!({ "muted": ["TASK_ASSIGNED"] });
                        attempt(person, "updateMailPreferences", input).await
                    }
                    "retryMail" => attempt(person, name, json!({ "all": true })).await,
                    _ => {
                        let answer = person.raw("{ deadLetters { totalCount } }", json!({})).await;
                        let code = &answer["errors"][0]["extensions"]["code"];
                        code.as_str().unwrap_or("yes").to_owned()
                    }
                });
            }
            rows.push(row);
        }
        insta::assert_snapshot!("api_on_inboxes", table(&rows));
    })
    .await;
}

#[tokio::test]
async fn everybody_reads_the_rest() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let document = "query($process: ID!, $stage: ID!, $action: ID!, $member: ID!) {
            viewer { member { id } } process(id: $process) { configure { allowed } }
            nodes(ids: [$process, $stage, $action, $member]) { id }
            processes { totalCount } members { totalCount } }";
        let ids = json!({ "process": scene.process.id, "stage": scene.process.stage("Offer"),
            "action": scene.process.action("Send"), "member": scene.people.stranger.id() });
        for (name, person) in scene.people.all() {
            let data = person.query(document, ids.clone()).await;
            assert_eq!(data["viewer"]["member"]["id"], json!(person.id()));
            let may_configure = name == "administrator";
            assert_eq!(data["process"]["configure"]["allowed"], json!(may_configure));
            assert!(data["nodes"].as_array().unwrap().iter().all(|node| !node.is_null()));
            assert_eq!(data["processes"]["totalCount"], 2);
            assert_eq!(data["members"]["totalCount"], 6);
        }
    })
    .await;
}

/// Every mutation of members and tokens, tried by one person on themselves and on a new salesperson.
pub async fn of_members(who: &Client, other: &Client) -> Vec<(&'static str, Value)> {
    let (app, of_other) = (&who.app, json!({ "memberId": other.id() }));
    let with = |field: &str, value: &str| json!({ "memberId": other.id(), field: value });
    let own_token = app.token(who.member).await.0.to_string();
    let others_token = app.token(other.member).await.0.to_string();
    let email = format!("new{}@example.org", other.id());
    let transfer =
        |from: &Client, to: &Client| json!({ "fromMemberId": from.id(), "toMemberId": to.id() });
    vec![
        ("addMember", json!({ "email": email, "name": "New", "role": "SALESPERSON" })),
        ("updateMember: own name", json!({ "memberId": who.id(), "name": "Me" })),
        ("updateMember: name", with("name", "You")),
        ("updateMember: email", with("email", &format!("x{email}"))),
        ("updateMember: role", with("role", "MANAGER")),
        ("createToken: own", json!({ "name": "laptop" })),
        ("createToken", with("name", "laptop")),
        ("revokeToken: own", json!({ "tokenId": own_token })),
        ("revokeToken", json!({ "tokenId": others_token })),
        ("transferDeals: own", transfer(who, other)),
        ("transferDeals", transfer(other, who)),
        ("deactivateMember", of_other.clone()),
        ("reactivateMember", of_other),
    ]
}

#[tokio::test]
async fn everybody_tries_every_mutation_of_members_and_tokens() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let mut rows = vec![heading(&scene)];
        for (index, (_, person)) in scene.people.all().into_iter().enumerate() {
            let other =
                app.member(&format!("Other{index}"), entity::member::Role::Salesperson).await;
            for (number, (name, input)) in of_members(person, &other).await.into_iter().enumerate()
            {
                if index == 0 {
                    rows.push(vec![name.to_owned()]);
                }
                let mutation = name.split(':').next().unwrap();
                rows[number + 1].push(attempt(person, mutation, input).await);
            }
        }
        insta::assert_snapshot!("api_on_members", table(&rows));
    })
    .await;
}
