//! Every mutation of the schema, each with an input that works once.

use std::collections::BTreeSet;

use engine::webhook::{deliver::step, send::Sender};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::{
    permissions::api::{of_members, of_process},
    support::{Client, builders::text, scene::Scene},
};

/// One call that works, once.
pub struct Call {
    pub who: Client,
    pub name: &'static str,
    pub input: Value,
    /// What is read of what changed, after the commit.
    pub selection: &'static str,
}

/// What a payload of this mutation is asked for.
fn selection(name: &str) -> &'static str {
    const DEAL: &str = "deal { version owner { name } stage { name } }";
    const PROCESS: &str = "process { version latest { author { name } } stages { name } }";
    match name {
        "completeActions" => "results { item { state } alreadyDone userErrors { code } }",
        "saveProcess" | "restoreProcessVersion" | "importProcess" => {
            "process { version } version { number author { name } } changes { __typename }"
        }
        "transferDeals" => "count fromMember { openDealCount }",
        "createFileUpload" => "file { name } upload { url }",
        "markNotificationsRead" | "updateMailPreferences" => "viewer { unreadCount }",
        "deleteWebhook" => "webhooks { name member { name } }",
        "redeliverWebhook" => "delivery { state webhook { name } }",
        "testWebhook" => "trial { error } webhook { name }",
        name if name.contains("Webhook") => "webhook { name member { name } }",
        "retryMail" => "mails { state member { name } }",
        "createToken" | "revokeToken" => "token { name } member { name }",
        "createTask" | "updateTask" | "completeTask" | "reopenTask" | "deleteTask" => {
            "task { title assignee { name } } deal { version }"
        }
        name if name.ends_with("Member") => "member { name openDealCount }",
        name if name.ends_with("CloseReason") => "closeReasons { name }",
        name if name.contains("Process") && name != "changeDealProcess" => PROCESS,
        name if name.contains("Stage") || name.ends_with("Action") && name != "completeAction" => {
            PROCESS
        }
        "setActionWeight" => PROCESS,
        _ => DEAL,
    }
}

fn call(who: &Client, name: &'static str, input: Value) -> Call {
    Call { who: who.clone(), name, input, selection: selection(name) }
}

/// All but those of close reasons, in an order in which each works.
pub async fn most(scene: &Scene) -> Vec<Call> {
    let mut all = of_deals(scene).await;
    all.extend(of_tasks(scene).await);
    all.extend(of_processes(scene).await);
    all.extend(of_people(scene).await);
    all.extend(of_inboxes(scene).await);
    all.extend(of_webhooks(scene).await);
    let file = json!({ "name": "a.pdf", "contentType": "application/pdf", "size": 1 });
    all.push(call(&scene.people.admin, "createFileUpload", file));
    all
}

/// That these are all of the schema.
pub async fn assert_all_are_here(who: &Client, here: &BTreeSet<&'static str>) {
    let fields = "{ __schema { mutationType { fields { name } } } }";
    let data = who.query(fields, json!({})).await;
    let known = data["__schema"]["mutationType"]["fields"].as_array().unwrap();
    let known: BTreeSet<_> = known.iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(*here, known, "a mutation without a call here");
}

async fn of_deals(scene: &Scene) -> Vec<Call> {
    let (admin, owner) = (&scene.people.admin, &scene.people.owner);
    let new = json!({ "processId": scene.process.id, "title": "Chairs" });
    let mut all = vec![call(admin, "createDeal", new)];
    for index in 0..scene.mutations("", "").len() {
        let (deal, completion) = scene.deal("EVERYONE").await;
        let (name, input) = scene.mutations(&deal, &completion).swap_remove(index);
        match name {
            "winDeal" => drop(owner.complete(&deal, scene.process.action("Sign")).await),
            "reopenDeal" => drop(owner.done("loseDeal", json!({ "dealId": deal }), "").await),
            _ => {}
        }
        all.push(call(admin, name, input));
    }
    let (deal, _) = scene.deal("EVERYONE").await;
    let note = json!({ "dealId": deal, "body": "see" });
    let note = owner.done("addNote", note, "note { id }").await["note"]["id"].take();
    all.push(call(owner, "editNote", json!({ "noteId": note, "body": "look" })));
    all.push(call(owner, "withdrawNote", json!({ "noteId": note })));
    let items = json!([{ "dealId": deal, "actionId": scene.process.action("Sign") }]);
    all.push(call(admin, "completeActions", json!({ "items": items })));
    all
}

async fn of_tasks(scene: &Scene) -> Vec<Call> {
    let owner = &scene.people.owner;
    let (deal, _) = scene.deal("EVERYONE").await;
    let task = owner.task(&deal, "Send", "2026-03-09", None).await;
    vec![
        call(owner, "updateTask", json!({ "taskId": task, "title": "Write" })),
        call(owner, "completeTask", json!({ "taskId": task })),
        call(owner, "reopenTask", json!({ "taskId": task })),
        call(owner, "deleteTask", json!({ "taskId": task })),
    ]
}

async fn of_processes(scene: &Scene) -> Vec<Call> {
    let admin = &scene.people.admin;
    let stages: [(&str, &[(&str, i64)]); 2] = [("Contact", &[("Call", 1)]), ("Offer", &[])];
    let made = admin.process("Renting", &stages).await;
    let mut all = of_process(&made, &scene.other, 1);
    let elsewhere = all.iter_mut().filter(|(name, _)| *name == "moveAction");
    elsewhere.for_each(|(_, input)| input["stageId"] = json!(made.stage("Offer")));
    all.into_iter().map(|(name, input)| call(admin, name, input)).collect()
}

async fn of_people(scene: &Scene) -> Vec<Call> {
    let (admin, people) = (&scene.people.admin, &scene.people);
    let other = admin.app.member("Otto", entity::member::Role::Salesperson).await;
    let (all, mut seen) = (of_members(admin, &other).await, BTreeSet::new());
    let of_one = all.into_iter().filter(|(name, _)| !name.starts_with("transferDeals"));
    let of_one = of_one.map(|(name, input)| (name.split(':').next().unwrap(), input));
    // one of each, and `deactivateMember` last but one
    let of_one: Vec<_> = of_one.filter(|(name, _)| seen.insert(*name)).collect();
    let mut all: Vec<_> =
        of_one.into_iter().map(|(name, input)| call(admin, name, input)).collect();
    let from = json!({ "fromMemberId": people.owner.id(), "toMemberId": people.manager.id() });
    all.push(call(admin, "transferDeals", from));
    all
}

async fn of_inboxes(scene: &Scene) -> Vec<Call> {
    let (admin, lawyer) = (&scene.people.admin, &scene.people.lawyer);
    let input = json!({ "actionId": scene.process.action("Send"),
        "notify": { "memberIds": [lawyer.id()] } });
    admin.done("updateAction", input, "").await;
    let (deal, _) = scene.deal("EVERYONE").await;
    admin.complete(&deal, scene.process.action("Send")).await;
    let query = "{ viewer { notifications(first: 1) { nodes { id } } } }";
    let data = lawyer.query(query, json!({})).await;
    let told = text(&data["viewer"]["notifications"]["nodes"][0]["id"]);
    // As after three days in which the mail server did not take it.
    let dead = "UPDATE mail SET state = 'DEAD', finished_at = created_at";
    admin.app.app.db().reader().execute_unprepared(dead).await.unwrap();
    vec![
        call(lawyer, "markNotificationsRead", json!({ "ids": [told] })),
        call(lawyer, "updateMailPreferences", json!({ "muted": ["TASK_ASSIGNED"] })),
        call(admin, "retryMail", json!({ "all": true })),
    ]
}

/// To an endpoint that cannot be reached from here: nothing is sent by these mutations but the one that tries it.
async fn of_webhooks(scene: &Scene) -> Vec<Call> {
    let admin = &scene.people.admin;
    let endpoint = json!({ "name": "ERP", "url": "https://127.0.0.1:1/" });
    let made = admin.done("createWebhook", endpoint.clone(), "webhook { id }").await;
    let webhook = text(&made["webhook"]["id"]);
    let delivery = waiting(scene, &webhook).await;
    let of = |more: Value| {
        let mut input = json!({ "webhookId": webhook });
        more.as_object().into_iter().flatten().for_each(|(key, value)| {
            input[key] = value.clone();
        });
        input
    };
    vec![
        call(admin, "createWebhook", endpoint),
        call(admin, "updateWebhook", of(json!({ "name": "Mirror" }))),
        call(admin, "rotateWebhookSecret", of(json!({}))),
        call(admin, "testWebhook", of(json!({}))),
        call(admin, "redeliverWebhook", json!({ "deliveryId": delivery })),
        call(admin, "replayWebhook", of(json!({ "after": null }))),
        call(admin, "deleteWebhook", of(json!({}))),
    ]
}

/// A delivery to this webhook that was tried in vain, and is tried again later.
pub async fn waiting(scene: &Scene, webhook: &str) -> String {
    let admin = &scene.people.admin;
    scene.deal("EVERYONE").await;
    admin.app.number_log().await;
    let sender = Sender::new(engine::webhook::settings(&admin.app.app)).unwrap();
    step(&admin.app.app, &sender, webhook.parse().unwrap()).await.unwrap();
    let query =
        "query($id: ID!) { webhook(id: $id) { deliveries(first: 100) { nodes { id attempts } } } }";
    let data = admin.query(query, json!({ "id": webhook })).await;
    let all = data["webhook"]["deliveries"]["nodes"].as_array().unwrap();
    text(&all.iter().find(|delivery| delivery["attempts"] == 1).unwrap()["id"])
}

/// Where there are reasons, a deal is only lost for one: these come when no more deals are.
pub async fn of_reasons(scene: &Scene) -> Vec<Call> {
    let admin = &scene.people.admin;
    let reason = admin.reason("LOST", "Price").await;
    let other = admin.reason("LOST", "Time").await;
    vec![
        call(admin, "addCloseReason", json!({ "status": "WON", "name": "Love" })),
        call(admin, "updateCloseReason", json!({ "reasonId": reason, "name": "Cost" })),
        call(admin, "moveCloseReason", json!({ "reasonId": reason, "afterId": other })),
        call(admin, "archiveCloseReason", json!({ "reasonId": reason })),
        call(admin, "restoreCloseReason", json!({ "reasonId": reason })),
    ]
}
