//! The processes of an organisation as a whole: copies, the default, and archived ones.

use entity::{ids, member::Role};
use serde_json::{Value, json};

use crate::support::{
    BuiltProcess, Client, TestApp,
    builders::text,
    each,
    process::{check, fresh, nobody},
    scene::{People, Scene},
    story::code_and_path,
};

/// Everything about a process that a copy shares with it.
const SETTINGS: &str = "description totalWeight archivedAt stages { name hint actions { name hint \
    weight mandatory performers { group members { id } } evidence notify { groups members { id } } \
    followUps { title description assignee assigneeMember { id } dueInDays } } }";
const IDS: &str = "id stages { id actions { id } }";

async fn process(client: &Client, id: &str, selection: &str) -> Value {
    let document = format!("query($id: ID!) {{ process(id: $id) {{ {selection} }} }}");
    client.query(&document, json!({ "id": id })).await["process"].take()
}

/// A process of which every setting is set, and every kind of member named.
async fn detailed(client: &Client, lawyer: &Client) -> BuiltProcess {
    let sales = client.sales().await;
    let (call, meet) = (sales.action("Call"), sales.action("Meet"));
    let lawyer = lawyer.id();
    for input in [
        json!({ "actionId": call, "hint": "Be *brief*", "mandatory": true, "evidence": "NOTE",
            "performers": { "group": "CHOSEN", "memberIds": [lawyer] } }),
        json!({ "actionId": meet, "notify": { "groups": ["MANAGERS"], "memberIds": [lawyer] },
            "followUps": [{ "title": "Thank them", "assignee": "MEMBER", "assigneeId": lawyer, "dueInDays": 2 }] }),
    ] {
        client.done("updateAction", input, "").await;
    }
    let texts = json!({ "processId": sales.id, "description": "How **we** sell" });
    client.done("updateProcess", texts, "").await;
    sales
}

async fn copy(client: &Client, input: Value) -> (String, String) {
    let made = client.done("duplicateProcess", input, "process { id name }").await;
    (text(&made["process"]["id"]), text(&made["process"]["name"]))
}

#[tokio::test]
async fn a_copy_has_the_same_settings_and_nothing_else_in_common() {
    each(|app| async move {
        let People { admin, lawyer, .. } = People::new(&app).await;
        let sales = detailed(&admin, &lawyer).await;
        admin.deal(&sales.id, "Chairs").await;
        let (id, name) = copy(&admin, json!({ "processId": sales.id })).await;
        assert_eq!(name, "Sales (copy)");
        assert_eq!(process(&admin, &id, SETTINGS).await, process(&admin, &sales.id, SETTINGS).await);
        check(&app, &id).await;
        let (old, new) = (process(&admin, &sales.id, IDS).await, process(&admin, &id, IDS).await);
        let all = old.to_string();
        for stage in new["stages"].as_array().unwrap() {
            let actions = stage["actions"].as_array().unwrap().iter();
            for node in actions.chain([stage]) {
                assert!(!all.contains(node["id"].as_str().unwrap()), "{node} has an id of its own");
            }
        }
        let facts = "version isDefault latest { message author { id } } unstagedDeals { totalCount }";
        assert_eq!(process(&admin, &id, facts).await, json!({
            "version": 1, "isDefault": false, "unstagedDeals": { "totalCount": 0 },
            "latest": { "message": "Copy of “Sales”, version 10", "author": { "id": admin.id() } }
        }));
        admin.done("removeStage", json!({ "stageId": sales.stage("Offer") }), "").await;
        assert_eq!(admin.tree(&id).await.len(), 2);
        let deal = admin.deal(&id, "Tables").await;
        let send = text(&new["stages"][1]["actions"][1]["id"]);
        admin.complete(&deal, &send).await;
        assert_eq!(admin.state(&deal).await, (40, Some("Offer".into())));
    })
    .await;
}

#[tokio::test]
async fn a_copy_without_a_name_takes_the_first_that_is_free() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let again = async || copy(&ada, json!({ "processId": sales.id })).await;
        let first = again().await;
        assert_eq!(first.1, "Sales (copy)");
        assert_eq!(again().await.1, "Sales (copy 2)");
        ada.done("archiveProcess", json!({ "processId": first.0 }), "").await;
        assert_eq!(again().await.1, "Sales (copy)");
        ada.done("createProcess", json!({ "name": "SALES (COPY 3)" }), "").await;
        assert_eq!(again().await.1, "Sales (copy 4)");
        let named = json!({ "processId": sales.id, "name": " Selling ", "message": "To try" });
        let named =
            ada.done("duplicateProcess", named, "process { name latest { message } }").await;
        let expected = json!({ "name": "Selling", "latest": { "message": "To try" } });
        assert_eq!(named["process"], expected);
        let long = ada.process(&"ł".repeat(200), &[]).await;
        let (_, name) = copy(&ada, json!({ "processId": long.id })).await;
        assert_eq!(name, format!("{} (copy)", "ł".repeat(193)));
        let (_, name) = copy(&ada, json!({ "processId": long.id })).await;
        assert_eq!(name, format!("{} (copy 2)", "ł".repeat(191)));
    })
    .await;
}

#[tokio::test]
async fn duplicating_again_with_the_same_id_answers_with_the_copy() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let new_id = fresh(&app, "process");
        let input = json!({ "processId": sales.id, "newId": new_id });
        assert_eq!(copy(&ada, input.clone()).await.0, new_id);
        ada.done("setActionWeight", json!({ "actionId": sales.action("Call"), "weight": 7 }), "")
            .await;
        let again = ada.calm("duplicateProcess", input, "process { id totalWeight }").await;
        assert_eq!(again["process"], json!({ "id": new_id, "totalWeight": 100 }));
        let other = json!({ "processId": sales.id, "newId": new_id, "name": "Other" });
        assert_eq!(ada.refusal("duplicateProcess", other).await, "ID_TAKEN newId");
        let itself = json!({ "processId": sales.id, "newId": sales.id });
        assert_eq!(ada.refusal("duplicateProcess", itself).await, "ID_TAKEN newId");
    })
    .await;
}

#[tokio::test]
async fn an_archived_process_can_be_copied_and_the_copy_is_in_use() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        ada.done("archiveProcess", json!({ "processId": sales.id }), "").await;
        let (id, name) = copy(&ada, json!({ "processId": sales.id })).await;
        assert_eq!(name, "Sales (copy)");
        let (_, free) = copy(&ada, json!({ "processId": sales.id, "name": "Sales" })).await;
        assert_eq!(free, "Sales");
        let facts = process(&ada, &id, "archivedAt isDefault totalWeight").await;
        assert_eq!(facts, json!({ "archivedAt": null, "isDefault": true, "totalWeight": 100 }));
        ada.deal(&id, "Chairs").await;
        check(&app, &id).await;
    })
    .await;
}

#[tokio::test]
async fn a_copy_that_would_name_deactivated_members_is_refused_and_names_them() {
    each(|app| async move {
        let People { admin, lawyer, .. } = People::new(&app).await;
        let sales = detailed(&admin, &lawyer).await;
        let gone = app.member("Gustaw", Role::Manager).await;
        let told = json!({ "actionId": sales.action("Send"), "notify": { "memberIds": [gone.id()] } });
        admin.done("updateAction", told, "").await;
        app.deactivate(lawyer.member).await;
        app.deactivate(gone.member).await;
        let errors = admin.refused("duplicateProcess", json!({ "processId": sales.id })).await;
        let mut told: Vec<_> = errors
            .iter()
            .map(|error| (code_and_path(error), text(&error["nodeId"]), text(&error["message"])))
            .collect();
        told.sort();
        let message = |name: &str| format!("{name} is deactivated. Choose an active member.");
        let mut expected = [
            ("MEMBER_INACTIVE processId".to_owned(), lawyer.id(), message("Laura")),
            ("MEMBER_INACTIVE processId".to_owned(), gone.id(), message("Gustaw")),
        ];
        expected.sort();
        assert_eq!(told, expected);
        for action in ["Call", "Meet", "Send"] {
            let nobody = json!({ "actionId": sales.action(action), "performers": null, "notify": null, "followUps": null });
            admin.done("updateAction", nobody, "").await;
        }
        copy(&admin, json!({ "processId": sales.id })).await;
    })
    .await;
}

#[tokio::test]
async fn a_copy_of_nothing_or_with_a_bad_name_is_refused() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let People { admin, manager, owner, .. } = &scene.people;
        let sales = &scene.process.id;
        for (input, expected) in [
            (json!({ "processId": nobody("process") }), "NOT_FOUND processId"),
            (json!({ "processId": scene.process.stage("Offer") }), "INVALID_ID processId"),
            (json!({ "processId": sales, "newId": nobody("stage") }), "INVALID_ID newId"),
            (json!({ "processId": sales, "name": "SALES" }), "NAME_TAKEN name"),
            (json!({ "processId": sales, "name": " " }), "INVALID_VALUE name"),
            (json!({ "processId": sales, "name": "ł".repeat(201) }), "INVALID_VALUE name"),
            (json!({ "processId": sales, "message": "x".repeat(10_001) }), "INVALID_VALUE message"),
        ] {
            assert_eq!(admin.refusal("duplicateProcess", input).await, expected);
        }
        let both = json!({ "processId": "1", "newId": "2" });
        assert_eq!(admin.refusals("duplicateProcess", both).await, ["INVALID_ID", "INVALID_ID"]);
        let both = json!({ "processId": sales, "name": "", "message": "a\0b" });
        assert_eq!(admin.refused("duplicateProcess", both).await.len(), 2);
        for who in [manager, owner] {
            for id in [sales.clone(), nobody("process")] {
                let input = json!({ "processId": id });
                assert_eq!(who.refusal("duplicateProcess", input).await, "FORBIDDEN");
            }
        }
    })
    .await;
}

const CHOSEN: &str = "process { id isDefault version } previous { id isDefault version }";

async fn two(app: &TestApp) -> (Client, String, String) {
    let ada = app.admin().await;
    let (one, other) = (ada.process("One", &[]).await.id, ada.process("Other", &[]).await.id);
    (ada, one, other)
}

#[tokio::test]
async fn the_default_is_chosen_and_both_processes_come_back() {
    each(|app| async move {
        let (ada, one, other) = two(&app).await;
        let done = ada.done("setDefaultProcess", json!({ "processId": other }), CHOSEN).await;
        assert_eq!(done["process"], json!({ "id": other, "isDefault": true, "version": 1 }));
        assert_eq!(done["previous"], json!({ "id": one, "isDefault": false, "version": 1 }));
        let made = ada.done("createDeal", json!({ "title": "Chairs" }), "deal { process { id } }");
        assert_eq!(made.await["deal"]["process"]["id"], other);
        let again = ada.calm("setDefaultProcess", json!({ "processId": other }), CHOSEN).await;
        assert_eq!((&again["process"], &again["previous"]), (&done["process"], &Value::Null));
        check(&app, &one).await;
        check(&app, &other).await;
    })
    .await;
}

#[tokio::test]
async fn an_archived_or_unknown_process_cannot_be_the_default() {
    each(|app| async move {
        let (ada, one, other) = two(&app).await;
        ada.done("archiveProcess", json!({ "processId": other }), "").await;
        let payload = ada.mutate("setDefaultProcess", json!({ "processId": other }), CHOSEN).await;
        assert_eq!(payload["process"], json!({ "id": other, "isDefault": false, "version": 2 }));
        assert_eq!(payload["previous"], Value::Null);
        for (id, expected) in [
            (other.as_str(), "PROCESS_ARCHIVED processId"),
            (&nobody("process"), "NOT_FOUND processId"),
            (&nobody("deal"), "INVALID_ID processId"),
            ("", "INVALID_ID processId"),
        ] {
            let input = json!({ "processId": id });
            assert_eq!(ada.refusal("setDefaultProcess", input).await, expected);
        }
        for role in [Role::Manager, Role::Salesperson] {
            let who = app.member(&format!("{role:?}"), role).await;
            for id in [one.clone(), other.clone(), nobody("process")] {
                let input = json!({ "processId": id });
                assert_eq!(who.refusal("setDefaultProcess", input).await, "FORBIDDEN");
            }
        }
    })
    .await;
}

/// Rule 16: administrators configure processes. An archived one still has deals to run, and they follow.
#[tokio::test]
async fn an_archived_process_can_be_renamed_and_changed_and_its_deals_follow() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.complete(&deal, sales.action("Call")).await;
        ada.done("archiveProcess", json!({ "processId": sales.id }), "").await;
        ada.process("Sales", &[]).await;
        let rename = |name: &str| json!({ "processId": sales.id, "name": name });
        ada.done("updateProcess", rename("Old sales"), "").await;
        ada.done("updateProcess", rename("Sales"), "").await; // its name was free for others, and is for it
        ada.done("addStage", json!({ "processId": sales.id, "name": "Later" }), "").await;
        ada.done("removeAction", json!({ "actionId": sales.action("Send") }), "").await;
        assert_eq!(ada.state(&deal).await, (16, Some("Contact".into())));
        check(&app, &sales.id).await;
        let facts = process(&ada, &sales.id, "name archivedAt isDefault version").await;
        assert_eq!((&facts["name"], &facts["isDefault"]), (&json!("Sales"), &json!(false)));
        assert_ne!(facts["archivedAt"], Value::Null);
        let new =
            json!({ "processId": sales.id, "title": "Desks", "newId": ada.new_id::<ids::Deal>() });
        assert_eq!(ada.refusal("createDeal", new).await, "PROCESS_ARCHIVED processId");
        ada.done("loseDeal", json!({ "dealId": deal }), "").await;
        ada.done("reopenDeal", json!({ "dealId": deal }), "").await;
        ada.complete(&deal, sales.action("Meet")).await;
        assert_eq!(ada.state(&deal).await, (50, Some("Contact".into())));
    })
    .await;
}
