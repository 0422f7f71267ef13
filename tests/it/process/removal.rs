//! Removing stages and actions (rule 6): what open deals do, and that closed ones keep what they had.

use entity::ids::DealId;
use serde_json::{Value, json};

use crate::support::{BuiltProcess, Client, each, process::check};

async fn move_to(ada: &Client, deal: &str, stage: &str) {
    ada.done("moveDeal", json!({ "dealId": deal, "stageId": stage }), "").await;
}

/// The kinds of events of a deal, in order.
async fn events(ada: &Client, deal: &str) -> Vec<String> {
    let document =
        "query($id: ID!) { deal(id: $id) { version events(first: 100) { nodes { __typename } } } }";
    let data = ada.query(document, json!({ "id": deal })).await;
    let nodes = data["deal"]["events"]["nodes"].as_array().unwrap();
    assert_eq!(data["deal"]["version"], nodes.len());
    nodes.iter().map(|node| node["__typename"].as_str().unwrap().to_owned()).collect()
}

/// The last event of a deal: before and after.
async fn last_event(ada: &Client, deal: &str) -> Value {
    let document = "query($id: ID!) { deal(id: $id) { events(last: 1) { nodes { __typename before { version \
        percent stageName } after { version percent stageName } } } } }";
    let mut data = ada.query(document, json!({ "id": deal })).await;
    data["deal"]["events"]["nodes"][0].take()
}

async fn three_stages(ada: &Client) -> BuiltProcess {
    ada.process("Sales", &[("A", &[("a", 10)]), ("B", &[("b", 30)]), ("C", &[("c", 60)])]).await
}

#[tokio::test]
async fn a_stage_where_open_deals_were_moved_to_goes_only_when_another_takes_its_place() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = three_stages(&ada).await;
        let (a, b) = (sales.stage("A"), sales.stage("B"));
        let deals = [ada.deal(&sales.id, "1").await, ada.deal(&sales.id, "2").await];
        let closed = ada.deal(&sales.id, "closed").await;
        for deal in deals.iter().chain([&closed]) {
            move_to(&ada, deal, b).await;
        }
        ada.done("loseDeal", json!({ "dealId": closed }), "").await;

        let facts = "process { id } userErrors { ... on StageHasDeals { dealCount stage { id } } }";
        let payload = ada.mutate("removeStage", json!({ "stageId": b }), facts).await;
        let error = &payload["userErrors"][0];
        assert_eq!((&error["code"], &error["path"]), (&json!("STAGE_HAS_DEALS"), &json!(["moveDealsTo"])));
        assert_eq!((&error["dealCount"], &error["stage"]["id"]), (&json!(2), &json!(b)));
        assert_eq!(
            error["message"],
            "2 open deals were moved to “B” by hand. Say with moveDealsTo which stage takes its place."
        );
        let stale = json!({ "stageId": b, "expectedVersion": 1 });
        let told = ada.refusals("removeStage", stale).await;
        assert_eq!(told, ["VERSION_CONFLICT", "STAGE_HAS_DEALS"], "both are in the way");
        let mut late = ada.as_it_is(&sales.id).await;
        let words = json!({ "processId": sales.id, "description": "How we sell" });
        ada.done("updateProcess", words, "").await;
        late["stages"].as_array_mut().unwrap().remove(1);
        let told = ada.refusals("saveProcess", late.clone()).await;
        assert_eq!(told, ["VERSION_CONFLICT", "STAGE_HAS_DEALS"], "both are in the way");
        let new = ada.new_id::<entity::ids::Stage>().to_string();
        let stage = json!({ "newId": new, "name": "C", "actions": [] });
        late["stages"].as_array_mut().unwrap().push(stage);
        late["removedStages"] = json!([{ "stageId": b, "moveDealsTo": new }]);
        let told = ada.refusals("saveProcess", late).await;
        assert_eq!(told, ["VERSION_CONFLICT"], "a stage that the save makes may take the place");

        let removed = ada.done("removeStage", json!({ "stageId": b, "moveDealsTo": a }), "stage { removedAt actions { id } }").await;
        assert_eq!(removed["stage"], json!({ "removedAt": "2026-03-02T08:00:00.000Z", "actions": [] }));
        for deal in &deals {
            assert_eq!(ada.state(deal).await, (0, Some("A".into())));
            assert_eq!(events(&ada, deal).await, ["DealCreated", "DealMoved", "ProgressRecalculated"]);
            let event = last_event(&ada, deal).await;
            assert_eq!(event["before"], json!({ "version": 2, "percent": 0, "stageName": "B" }));
            assert_eq!(event["after"], json!({ "version": 3, "percent": 0, "stageName": "A" }));
        }
        assert_eq!(ada.state(&closed).await, (0, Some("B".into())));
        assert_eq!(events(&ada, &closed).await, ["DealCreated", "DealMoved", "DealLost"]);
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn the_stage_that_takes_the_place_must_be_another_one_of_the_process() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = three_stages(&ada).await;
        let other = ada.process("Service", &[("Z", &[])]).await;
        let (b, c) = (sales.stage("B"), sales.stage("C"));
        ada.done("removeStage", json!({ "stageId": c }), "").await;
        let wrong =
            [(b, "STAGE_REMOVED"), (c, "STAGE_REMOVED"), (other.stage("Z"), "STAGE_NOT_IN_PROCESS")];
        for (wrong, code) in wrong {
            let input = json!({ "stageId": b, "moveDealsTo": wrong });
            let errors = ada.refused("removeStage", input).await;
            assert_eq!((&errors[0]["code"], &errors[0]["path"]), (&json!(code), &json!(["moveDealsTo"])));
        }
        let deal = json!({ "stageId": b, "moveDealsTo": DealId::from_uuid(uuid::Uuid::nil()).to_string() });
        assert_eq!(ada.refusals("removeStage", deal).await, ["INVALID_ID"]);
    })
    .await;
}

#[tokio::test]
async fn a_stage_that_deals_only_worked_their_way_to_goes_and_they_fall_back() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = three_stages(&ada).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.complete(&deal, sales.action("a")).await;
        ada.complete(&deal, sales.action("c")).await;
        assert_eq!(ada.state(&deal).await, (70, Some("C".into())));
        ada.done("removeStage", json!({ "stageId": sales.stage("C") }), "").await;
        assert_eq!(ada.state(&deal).await, (25, Some("A".into())));
        let event = last_event(&ada, &deal).await;
        assert_eq!(event["__typename"], "ProgressRecalculated");
        assert_eq!(event["before"], json!({ "version": 3, "percent": 70, "stageName": "C" }));
        assert_eq!(event["after"], json!({ "version": 4, "percent": 25, "stageName": "A" }));
        let checklist = "query($id: ID!) { deal(id: $id) { checklist { action { name } state } } }";
        let data = ada.query(checklist, json!({ "id": deal })).await;
        let expected = json!([
            { "action": { "name": "a" }, "state": "DONE" }, { "action": { "name": "b" }, "state": "OPEN" }
        ]);
        assert_eq!(data["deal"]["checklist"], expected);
    })
    .await;
}

#[tokio::test]
async fn completions_of_a_removed_action_stop_counting_and_stay_in_the_history() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = three_stages(&ada).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let closed = ada.deal(&sales.id, "Desks").await;
        for deal in [&deal, &closed] {
            ada.complete(deal, sales.action("a")).await;
            ada.complete(deal, sales.action("b")).await;
        }
        let completion = ada.complete(&deal, sales.action("b")).await;
        ada.done("winDeal", json!({ "dealId": closed }), "").await;
        ada.done("removeAction", json!({ "actionId": sales.action("b") }), "").await;
        assert_eq!(ada.state(&deal).await, (14, Some("A".into())));
        assert_eq!(ada.state(&closed).await, (40, Some("B".into())));
        let created = ["DealCreated", "ActionCompleted", "ActionCompleted"];
        assert_eq!(events(&ada, &deal).await, [&created[..], &["ProgressRecalculated"]].concat());
        assert_eq!(events(&ada, &closed).await, [&created[..], &["DealWon"]].concat());
        let document = "query($id: ID!) { node(id: $id) { ... on Completion { undoneAt action { name removedAt } } } }";
        let data = ada.query(document, json!({ "id": completion })).await;
        let action = json!({ "name": "b", "removedAt": "2026-03-02T08:00:00.000Z" });
        assert_eq!(data["node"], json!({ "undoneAt": null, "action": action }));
        let again = json!({ "dealId": deal, "actionId": sales.action("b") });
        let again = ada.done("completeAction", again, "alreadyDone completion { id }").await;
        assert_eq!(again["completion"]["id"], completion);
        let other = ada.deal(&sales.id, "Lamps").await;
        let gone = json!({ "dealId": other, "actionId": sales.action("b") });
        assert_eq!(ada.refusals("completeAction", gone).await, ["ACTION_REMOVED"]);
    })
    .await;
}

#[tokio::test]
async fn open_deals_follow_every_change_that_counts_and_only_those_that_it_changes() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = three_stages(&ada).await;
        let (worked, idle) =
            (ada.deal(&sales.id, "Chairs").await, ada.deal(&sales.id, "Desks").await);
        ada.complete(&worked, sales.action("b")).await;
        for (name, input, expected) in [
            ("setActionWeight", json!({ "actionId": sales.action("b"), "weight": 130 }), (65, "B")),
            (
                "addAction",
                json!({ "stageId": sales.stage("A"), "name": "d", "weight": 60 }),
                (50, "B"),
            ),
            (
                "moveAction",
                json!({ "actionId": sales.action("b"), "stageId": sales.stage("C") }),
                (50, "C"),
            ),
            ("removeAction", json!({ "actionId": sales.action("c") }), (65, "C")),
        ] {
            ada.done(name, input, "").await;
            assert_eq!(ada.state(&worked).await, (expected.0, Some(expected.1.into())), "{name}");
            assert_eq!(
                last_event(&ada, &worked).await["__typename"],
                "ProgressRecalculated",
                "{name}"
            );
        }
        for (name, input) in [
            ("moveStage", json!({ "stageId": sales.stage("C") })),
            ("updateStage", json!({ "stageId": sales.stage("C"), "name": "Close" })),
            (
                "updateAction",
                json!({ "actionId": sales.action("b"), "mandatory": true, "hint": "!" }),
            ),
            ("addStage", json!({ "processId": sales.id, "name": "E" })),
        ] {
            let before = events(&ada, &worked).await;
            ada.done(name, input, "").await;
            assert_eq!(events(&ada, &worked).await, before, "{name}");
        }
        assert_eq!(ada.state(&worked).await, (65, Some("Close".into())));
        assert_eq!(events(&ada, &idle).await, ["DealCreated"]);
    })
    .await;
}

#[tokio::test]
async fn the_order_of_stages_decides_which_is_the_furthest() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = three_stages(&ada).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.complete(&deal, sales.action("a")).await;
        ada.complete(&deal, sales.action("b")).await;
        ada.done(
            "moveStage",
            json!({ "stageId": sales.stage("A"), "afterId": sales.stage("C") }),
            "",
        )
        .await;
        assert_eq!(ada.state(&deal).await, (40, Some("A".into())));
        let order = "query { deals(orderBy: [{ field: STAGE }]) { nodes { stage { name } } } }";
        let other = ada.deal(&sales.id, "Desks").await;
        ada.complete(&other, sales.action("c")).await;
        let data = ada.query(order, json!({})).await;
        let expected = json!([{ "stage": { "name": "C" } }, { "stage": { "name": "A" } }]);
        assert_eq!(data["deals"]["nodes"], expected);
    })
    .await;
}

#[tokio::test]
async fn a_deal_whose_move_was_taken_over_stays_there_until_something_pushes_it_on() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = three_stages(&ada).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        move_to(&ada, &deal, sales.stage("A")).await;
        ada.complete(&deal, sales.action("c")).await;
        ada.done(
            "removeStage",
            json!({ "stageId": sales.stage("A"), "moveDealsTo": sales.stage("B") }),
            "",
        )
        .await;
        assert_eq!(ada.state(&deal).await, (66, Some("C".into())));
        ada.done("removeAction", json!({ "actionId": sales.action("c") }), "").await;
        assert_eq!(ada.state(&deal).await, (0, Some("B".into())));
    })
    .await;
}
