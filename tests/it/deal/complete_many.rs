//! `completeActions`: many at once, each as if it came alone.

use entity::ids;
use serde_json::{Value, json};

use crate::support::{Client, each, scene::Scene};

const RESULT: &str = "results { deal { id version progress { percent } stage { name } } item { state }
    completion { id } alreadyDone userErrors { __typename code path nodeId ... on NotAPerformer { members { name } } } }";

async fn all(who: &Client, items: Vec<Value>) -> Vec<Value> {
    let payload = who.done("completeActions", json!({ "items": items }), RESULT).await;
    payload["results"].as_array().unwrap().clone()
}

/// The codes and paths of one result.
fn problems(result: &Value) -> Vec<String> {
    result["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(crate::support::story::code_and_path)
        .collect()
}

#[tokio::test]
async fn each_item_is_done_or_refused_by_the_same_rules_and_stops_no_other() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (closed, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        owner.done("loseDeal", json!({ "dealId": closed }), "").await;
        let of = |deal: &str, action: &str| {
            json!({ "dealId": deal, "actionId": scene.process.action(action) })
        };
        let mut minutes = of(&deal, "Minutes");
        minutes["note"] = json!({ "body": "we met" });
        let mut sent = of(&deal, "Send");
        sent["newId"] = json!(owner.new_id::<ids::Completion>());
        let items = vec![
            of(&deal, "Call"),
            of(&deal, "Minutes"),
            sent.clone(),
            of(&deal, "Approve"),
            of(&closed, "Audit"),
            of(&owner.new_id::<ids::Deal>(), "Send"),
            json!({ "dealId": "deal", "actionId": owner.new_id::<ids::Deal>() }),
            minutes,
        ];
        let results = all(owner, items.clone()).await;
        let told: Vec<_> = results.iter().map(problems).collect();
        let expected = [
            vec![],
            vec!["EVIDENCE_REQUIRED items.1.note"],
            vec![],
            vec!["NOT_A_PERFORMER items.3.dealId"],
            vec!["DEAL_CLOSED items.4.dealId", "NOT_A_PERFORMER items.4.dealId"],
            vec!["NOT_FOUND items.5.dealId"],
            vec!["INVALID_ID items.6.dealId", "INVALID_ID items.6.actionId"],
            vec![],
        ];
        assert_eq!(told, expected);
        let done: Vec<_> = results.iter().map(|one| !one["completion"].is_null()).collect();
        assert_eq!(done, [true, false, true, false, false, false, false, true]);
        assert_eq!(results[0]["alreadyDone"], true);
        assert_eq!(results[2]["completion"]["id"], sent["newId"]);
        assert_eq!(results[3]["userErrors"][0]["members"], json!([{ "name": "Laura" }]));
        for index in [0, 1, 2, 3, 7] {
            let deal = json!({ "id": deal, "version": 4, "progress": { "percent": 50 }, "stage": { "name": "Offer" } });
            assert_eq!(results[index]["deal"], deal, "as it is after the last one");
        }
        assert_eq!(results[1]["item"]["state"], "DONE");
        assert_eq!((&results[5]["deal"], &results[6]["deal"]), (&Value::Null, &Value::Null));
        assert_eq!(owner.history(&deal).await.len(), 4);

        let before = app.fingerprint().await;
        let again = all(owner, items).await;
        assert_eq!(app.fingerprint().await, before, "repeated, it changes nothing more");
        assert!(again[2]["alreadyDone"] == true && again[7]["alreadyDone"] == true);
    })
    .await;
}

#[tokio::test]
async fn what_alone_is_refused_is_refused_in_bulk_in_the_same_words() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let selection = "results { userErrors { code message nodeId } }";
        for (name, who) in scene.people.all() {
            for action in ["Minutes", "Discount", "Audit", "Approve", "Scan"] {
                let item = json!({ "dealId": deal, "actionId": scene.process.action(action) });
                let alone = who.mutate("completeAction", item.clone(), "").await;
                let bulk = json!({ "items": [item] });
                let bulk = who.done("completeActions", bulk, selection).await;
                let alone = alone["userErrors"].as_array().unwrap().iter();
                let alone: Vec<_> = alone
                    .map(|one| json!({ "code": one["code"], "message": one["message"], "nodeId": one["nodeId"] }))
                    .collect();
                assert_eq!(bulk["results"][0]["userErrors"], json!(alone), "{name} {action}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn more_than_a_hundred_are_refused_before_anything_is_done_and_none_is_none() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let item = json!({ "dealId": deal, "actionId": scene.process.action("Send") });
        let input = json!({ "items": vec![item; 101] });
        assert_eq!(owner.refusal("completeActions", input.clone()).await, "LIMIT_REACHED items");
        let payload = owner.mutate("completeActions", input, RESULT).await;
        assert_eq!(payload["results"], Value::Null);
        let nothing = json!({ "items": [] });
        assert_eq!(owner.calm("completeActions", nothing, RESULT).await["results"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn reading_the_results_costs_the_same_however_many() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1), ("Meet", 1)])]).await;
        let selection = "results { deal { title owner { name } progress { percent mandatoryMissing { name } } stage { name }
            participants { name } permissions { win { allowed } } feedCursor process { name } }
            item { state completion { performer { name } } } completion { doneAt performer { name } note { body } }
            userErrors { code ... on NotAPerformer { members { name } } } }";
        let mut costs = Vec::new();
        // The first cursor of a server reads what all of them are sealed with.
        ada.query("{ viewer { feedCursor } }", json!({})).await;
        for count in [1, 2, 20] {
            let mut items = Vec::new();
            for number in 0..count {
                let deal = ada.deal(&sales.id, &format!("Deal {number}")).await;
                items.push(json!({ "dealId": deal, "actionId": sales.action("Call") }));
            }
            let input = json!({ "items": items });
            // Done already, each unit of work costs the same, and what is left is reading.
            ada.done("completeActions", input.clone(), "").await;
            let (cost, _) = app.statements(ada.done("completeActions", input, selection)).await;
            costs.push(cost);
        }
        let unit = costs[1] - costs[0];
        assert_eq!(costs[2] - costs[0], 19 * unit, "{costs:?}");
        assert!(unit <= 8, "a unit of work that finds it done: {unit}");
    })
    .await;
}
