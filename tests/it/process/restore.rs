//! Bringing back what was removed (rule 6): under the same ids, with completions that count again.

use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{
    BuiltProcess, Client, TestApp,
    builders::text,
    each,
    process::{check, names, nobody},
    tree::summaries,
};

/// Two stages: the first is done for 40 per cent, the second for 60.
async fn world(app: &TestApp) -> (Client, BuiltProcess, String) {
    let ada = app.admin().await;
    let stages: [(&str, &[(&str, i64)]); 3] =
        [("A", &[("a", 40)]), ("B", &[("b", 30), ("c", 30)]), ("C", &[])];
    let sales = ada.process("Sales", &stages).await;
    let deal = ada.deal(&sales.id, "Chairs").await;
    for action in ["a", "b"] {
        ada.complete(&deal, sales.action(action)).await;
    }
    (ada, sales, deal)
}

async fn events(ada: &Client, deal: &str) -> Vec<String> {
    let document =
        "query($id: ID!) { deal(id: $id) { events(first: 100) { nodes { __typename } } } }";
    let data = ada.query(document, json!({ "id": deal })).await;
    let nodes = data["deal"]["events"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| text(&node["__typename"])).collect()
}

const LATEST: &str = "process { version latest { message changes { summary } } }";

#[tokio::test]
async fn a_removed_action_comes_back_as_it_was_and_what_was_done_counts_again() {
    each(|app| async move {
        let (ada, sales, deal) = world(&app).await;
        let b = sales.action("b");
        let settings = json!({ "actionId": b, "hint": "Be kind", "mandatory": true, "evidence": "NOTE",
            "performers": { "group": "CHOSEN", "memberIds": [ada.id()] },
            "followUps": [{ "title": "Send", "assignee": "OWNER", "dueInDays": 3 }] });
        ada.done("updateAction", settings, "").await;
        let before = ada.latest(&sales.id).await["definition"].take();
        ada.done("removeAction", json!({ "actionId": b }), "").await;
        assert_eq!(ada.state(&deal).await, (57, Some("A".into())));

        let (stale, version) = (ada.version(&sales.id).await - 1, ada.version(&sales.id).await);
        let back = |expected: i64| {
            json!({ "actionId": b, "afterId": null, "expectedVersion": expected, "message": "We need it" })
        };
        assert_eq!(ada.refusals("restoreAction", back(stale)).await, ["VERSION_CONFLICT"]);
        let selection = format!("action {{ id removedAt stage {{ name }} }} {LATEST}");
        let done = ada.done("restoreAction", back(version), &selection).await;
        assert_eq!(done["action"], json!({ "id": b, "removedAt": null, "stage": { "name": "B" } }));
        assert_eq!(done["process"]["version"], version + 1);
        assert_eq!(done["process"]["latest"]["message"], "We need it");
        assert_eq!(summaries(&done["process"]["latest"]["changes"]).len(), 1);
        assert_eq!(ada.latest(&sales.id).await["definition"], before, "with every setting");
        assert_eq!(ada.state(&deal).await, (70, Some("B".into())));
        let known = ["ProgressRecalculated", "ProgressRecalculated"];
        assert_eq!(events(&ada, &deal).await[3..], known);
        check(&app, &sales.id).await;

        let still = app.fingerprint().await;
        ada.calm("restoreAction", json!({ "actionId": b, "stageId": sales.stage("A") }), "").await;
        assert_eq!(app.fingerprint().await, still, "what is there stays where it is");
    })
    .await;
}

#[tokio::test]
async fn a_removed_stage_comes_back_with_the_actions_that_went_with_it_and_no_others() {
    each(|app| async move {
        let (ada, sales, deal) = world(&app).await;
        let b = sales.stage("B");
        let more = ada.action(json!({ "stageId": b, "name": "d", "weight": 0 })).await;
        ada.done("removeAction", json!({ "actionId": sales.action("c") }), "").await;
        ada.done("removeStage", json!({ "stageId": b }), "").await;
        assert_eq!(ada.state(&deal).await, (100, Some("A".into())));
        let elsewhere = json!({ "actionId": more, "stageId": sales.stage("A") });
        ada.done("restoreAction", elsewhere, "").await;

        let input = json!({ "stageId": b, "afterId": sales.stage("A") });
        let done =
            ada.done("restoreStage", input.clone(), "stage { id removedAt actions { id } }").await;
        let expected =
            json!({ "id": b, "removedAt": null, "actions": [{ "id": sales.action("b") }] });
        assert_eq!(done["stage"], expected);
        let tree = ada.tree(&sales.id).await;
        let expected = [("A", vec!["a", "d"]), ("B", vec!["b"]), ("C", vec![])];
        let expected = expected.map(|(name, actions)| {
            (name.to_owned(), actions.into_iter().map(str::to_owned).collect::<Vec<_>>())
        });
        assert_eq!(tree, expected);
        assert_eq!(ada.state(&deal).await, (100, Some("B".into())), "done there again");
        check(&app, &sales.id).await;
        let still = app.fingerprint().await;
        ada.calm("restoreStage", input, "").await;
        assert_eq!(app.fingerprint().await, still, "it is back already");
    })
    .await;
}

#[tokio::test]
async fn an_action_whose_stage_is_gone_says_where_it_goes() {
    each(|app| async move {
        let (ada, sales, deal) = world(&app).await;
        let other = ada.process("Service", &[("Z", &[])]).await;
        let (b, c) = (sales.action("b"), sales.stage("C"));
        ada.done("removeStage", json!({ "stageId": sales.stage("B") }), "").await;
        let errors = ada.refused("restoreAction", json!({ "actionId": b })).await;
        assert_eq!((&errors[0]["code"], &errors[0]["path"]), (&json!("STAGE_REMOVED"), &json!(["stageId"])));
        assert_eq!(errors[0]["nodeId"], sales.stage("B"));
        assert_eq!(
            errors[0]["message"],
            "The stage that this action was in was removed, too. Say with stageId which stage the action goes to, or bring its own stage back first with restoreStage."
        );
        for (stage, code) in [(sales.stage("B"), "STAGE_REMOVED"), (other.stage("Z"), "STAGE_NOT_IN_PROCESS")] {
            let input = json!({ "actionId": b, "stageId": stage });
            assert_eq!(ada.refusals("restoreAction", input).await, [code]);
        }
        ada.done("restoreAction", json!({ "actionId": b, "stageId": c }), "").await;
        assert_eq!(ada.state(&deal).await, (100, Some("C".into())));
        let done = ada.done("restoreStage", json!({ "stageId": sales.stage("B") }), "stage { actions { name } }").await;
        assert_eq!(names(&done["stage"]["actions"]), ["c"], "an action is in one place");
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn what_comes_back_is_checked_like_any_save() {
    each(|app| async move {
        let (ada, sales, _) = world(&app).await;
        let (stage, action) = (sales.stage("B"), sales.action("b"));
        let lou = app.member("Lou", Role::Salesperson).await;
        let chosen = json!({ "actionId": action, "performers": { "group": "CHOSEN", "memberIds": [lou.id()] } });
        ada.done("updateAction", chosen, "").await;
        ada.done("removeAction", json!({ "actionId": action }), "").await;
        ada.action(json!({ "stageId": stage, "name": "B" })).await;
        app.deactivate(lou.member).await;
        let restore = |name: Value| json!({ "actionId": action, "name": name, "afterId": sales.action("a") });
        let all = ["NOT_A_SIBLING", "NAME_TAKEN", "MEMBER_INACTIVE"];
        assert_eq!(ada.refusals("restoreAction", restore(Value::Null)).await, all);
        let errors = ada.refused("restoreAction", restore(json!("other"))).await;
        assert_eq!((&errors[1]["path"], &errors[1]["nodeId"]), (&json!(["actionId"]), &json!(lou.id())));

        ada.done("removeStage", json!({ "stageId": stage }), "").await;
        let twin = ada.stage(&sales.id, "b").await;
        let input = json!({ "stageId": stage, "afterId": stage });
        assert_eq!(ada.refusals("restoreStage", input).await, ["NOT_A_SIBLING", "NAME_TAKEN"]);
        let errors = ada.refused("restoreStage", json!({ "stageId": stage })).await;
        assert_eq!((&errors[0]["path"], &errors[0]["nodeId"]), (&json!(["name"]), &json!(twin)));
        let named = ada.done("restoreStage", json!({ "stageId": stage, "name": "Old B" }), "stage { name }").await;
        assert_eq!(named["stage"]["name"], "Old B");
        let eve = app.member("Eve", Role::Manager).await;
        assert_eq!(eve.refusals("restoreStage", json!({ "stageId": stage })).await, ["FORBIDDEN"]);
        let unknown = json!({ "stageId": nobody("stage") });
        assert_eq!(ada.refusals("restoreStage", unknown).await, ["NOT_FOUND"]);
    })
    .await;
}

#[tokio::test]
async fn a_save_that_names_what_was_removed_brings_it_back_wherever_it_says() {
    each(|app| async move {
        let (ada, sales, deal) = world(&app).await;
        let (a, b) = (sales.stage("A"), sales.stage("B"));
        let now = ada.latest(&sales.id).await;
        ada.done("removeAction", json!({ "actionId": sales.action("c") }), "").await;
        ada.done("removeStage", json!({ "stageId": b }), "").await;
        let mut input = ada.as_it_is(&sales.id).await;
        let gone = json!({ "id": b, "hint": "Again", "actions": [{ "id": sales.action("c"), "weight": 7 }] });
        input["stages"] = json!([gone, { "id": a, "actions": [{ "id": sales.action("a") }, { "id": sales.action("b") }] },
            { "id": sales.stage("C"), "actions": [] }]);
        let preview = ada.preview(&input).await;
        assert_eq!(preview["userErrors"], json!([]));
        assert_eq!(preview["impact"]["stageChanges"], 0);
        assert_eq!(preview["definition"]["stages"][0]["name"], "B", "it keeps its name");
        let done = ada.done("saveProcess", input, "changes { __typename stageId actionId summary }").await;
        assert_eq!(done["changes"], preview["changes"]);
        let kinds: Vec<_> = done["changes"].as_array().unwrap().iter().map(|one| one["__typename"].clone()).collect();
        assert_eq!(kinds, ["StageAdded", "ActionAdded"]);
        let weights = ada.latest(&sales.id).await;
        let (first, second) = (&weights["definition"]["stages"][0], &weights["definition"]["stages"][1]);
        assert_eq!((&first["hint"], &first["actions"][0]["weight"]), (&json!("Again"), &json!(7)));
        assert_eq!(second["actions"][1], now["definition"]["stages"][1]["actions"][0], "as it last was");
        assert_eq!(ada.state(&deal).await, (90, Some("A".into())));
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_save_keeps_nobody_who_left_in_what_it_brings_back() {
    each(|app| async move {
        let (ada, sales, _) = world(&app).await;
        let lou = app.member("Lou", Role::Salesperson).await;
        let told = json!({ "actionId": sales.action("b"), "notify": { "memberIds": [lou.id()] } });
        ada.done("updateAction", told, "").await;
        let mut input = ada.as_it_is(&sales.id).await;
        ada.done("removeAction", json!({ "actionId": sales.action("b") }), "").await;
        app.deactivate(lou.member).await;
        input["expectedVersion"] = json!(ada.version(&sales.id).await);
        let errors = ada.refused("saveProcess", input.clone()).await;
        assert_eq!(
            (&errors[0]["code"], &errors[0]["path"]),
            (&json!("MEMBER_INACTIVE"), &json!(["stages", "1", "actions", "0"]))
        );
        assert_eq!(ada.preview(&input).await["userErrors"][0]["code"], "MEMBER_INACTIVE");
        input["stages"][1]["actions"][0]["notify"] = Value::Null;
        ada.done("saveProcess", input, "").await;
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_removed_can_be_found() {
    each(|app| async move {
        let (ada, sales, _) = world(&app).await;
        ada.process("Service", &[("Z", &[])]).await;
        ada.done("removeAction", json!({ "actionId": sales.action("a") }), "").await;
        ada.done("removeStage", json!({ "stageId": sales.stage("B") }), "").await;
        let document = "{ processes { nodes { name removedStages { name removedAt actions { id } }
            removedActions { name weight removedAt stage { name } performers { members { id } } } } } }";
        let data = ada.query(document, json!({})).await;
        let (sold, other) = (&data["processes"]["nodes"][0], &data["processes"]["nodes"][1]);
        assert_eq!((names(&sold["removedStages"]), names(&other["removedStages"])), (vec!["B".to_owned()], vec![]));
        let mut removed = names(&sold["removedActions"]);
        removed.sort_unstable();
        assert_eq!((removed, names(&other["removedActions"])), (vec!["a".to_owned(), "b".into(), "c".into()], vec![]));
        assert!(!sold["removedActions"][0]["removedAt"].is_null());
        ada.done("restoreStage", json!({ "stageId": sales.stage("B") }), "").await;
        let data = ada.query(document, json!({})).await;
        assert_eq!(names(&data["processes"]["nodes"][0]["removedActions"]), ["a"]);
    })
    .await;
}

#[tokio::test]
async fn many_removed_nodes_of_many_processes_cost_as_few_statements_as_one() {
    each(|app| async move {
        let ada = app.admin().await;
        let document = "{ processes { nodes { removedStages { name actions { name } } \
            removedActions { name stage { name } performers { members { name } } } } } }";
        let cost = async || {
            ada.query(document, json!({})).await;
            app.statements(ada.query(document, json!({}))).await.0
        };
        let mut costs = Vec::new();
        for name in ["Sales", "Service"] {
            let built =
                ada.process(name, &[("A", &[("a", 1), ("b", 1)]), ("B", &[("c", 1)])]).await;
            ada.done("removeAction", json!({ "actionId": built.action("a") }), "").await;
            ada.done("removeStage", json!({ "stageId": built.stage("B") }), "").await;
            costs.push(cost().await);
            ada.done("removeStage", json!({ "stageId": built.stage("A") }), "").await;
            costs.push(cost().await);
        }
        assert!(costs.iter().all(|cost| *cost <= costs[0]), "{costs:?}");
    })
    .await;
}
