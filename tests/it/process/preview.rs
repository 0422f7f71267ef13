//! Seeing the impact first: a preview says what the save would do, and writes nothing.

use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{BuiltProcess, Client, TestApp, each, tree::summaries};

/// Three deals: one that could be won, one half done, one begun; and one that is closed.
async fn world(app: &TestApp) -> (Client, BuiltProcess, [String; 3]) {
    let ada = app.admin().await;
    let sales = ada
        .process("Sales", &[("A", &[("a", 10)]), ("B", &[("b", 30)]), ("C", &[("c", 60)])])
        .await;
    ada.done("updateAction", json!({ "actionId": sales.action("a"), "mandatory": true }), "").await;
    let mut deals = Vec::new();
    for (title, done) in
        [("all", &["a", "b", "c"][..]), ("half", &["b"]), ("begun", &["a"]), ("closed", &["b"])]
    {
        let deal = ada.deal(&sales.id, title).await;
        for action in done {
            ada.complete(&deal, sales.action(action)).await;
        }
        deals.push(deal);
    }
    ada.done("loseDeal", json!({ "dealId": deals[3] }), "").await;
    let deals = [deals[0].clone(), deals[1].clone(), deals[2].clone()];
    (ada, sales, deals)
}

/// “b” goes, “c” becomes mandatory, and C comes first.
async fn drastic(ada: &Client, sales: &BuiltProcess) -> Value {
    let mut input = ada.as_it_is(&sales.id).await;
    input["stages"] = json!([
        { "id": sales.stage("C"), "actions": [{ "id": sales.action("c"), "mandatory": true, "weight": 30 }] },
        { "id": sales.stage("A"), "actions": [{ "id": sales.action("a"), "mandatory": false }] },
    ]);
    input
}

const DEALS: &str = "query($input: SaveProcessInput!, $kind: ImpactKind!, $first: Int, $after: Cursor) {
    processPreview(input: $input) { impact { deals(kind: $kind, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } nodes { deal { title progress { percent } } completionsDropped
        before { stageName percent canBeWon } after { stageName percent canBeWon } } } } } }";

async fn reached(ada: &Client, input: &Value, kind: &str) -> Value {
    let data = ada.query(DEALS, json!({ "input": input, "kind": kind })).await;
    data["processPreview"]["impact"]["deals"].clone()
}

fn titles(deals: &Value) -> Vec<&str> {
    let nodes = deals["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["deal"]["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_preview_tells_what_the_save_then_does_and_writes_nothing() {
    each(|app| async move {
        let (ada, sales, deals) = world(&app).await;
        let input = drastic(&ada, &sales).await;
        let before = app.fingerprint().await;
        let preview = ada.preview(&input).await;
        assert_eq!(app.fingerprint().await, before, "a preview wrote something");
        assert_eq!(preview["userErrors"], json!([]));
        assert_eq!(preview["impact"], json!({
            "openDeals": 3, "stageChanges": 2, "progressRises": 1, "progressFalls": 1, "largestFall": 30,
            "winsBlocked": 1, "winsUnblocked": 0, "completionsDropped": 2,
        }));
        let stages = preview["definition"]["stages"].as_array().unwrap();
        assert_eq!(stages[0]["stageId"], sales.stage("C"));
        assert_eq!(stages[0]["actions"][0]["mandatory"], true);

        let selection = "changes { __typename stageId actionId summary } version { definition { name description \
            stages { stageId name hint actions { actionId name weight mandatory } } } }";
        let saved = ada.done("saveProcess", input, selection).await;
        assert_eq!(saved["changes"], preview["changes"]);
        assert_eq!(saved["version"]["definition"], preview["definition"]);
        assert_eq!(ada.state(&deals[0]).await, (100, Some("A".into())));
        assert_eq!(ada.state(&deals[1]).await, (0, None));
        assert_eq!(ada.state(&deals[2]).await, (25, Some("A".into())));
    })
    .await;
}

#[tokio::test]
async fn behind_each_number_are_its_deals_before_and_after() {
    each(|app| async move {
        let (ada, sales, _) = world(&app).await;
        let input = drastic(&ada, &sales).await;
        for (kind, expected) in [
            ("STAGE_CHANGE", &["all", "half"][..]),
            ("PROGRESS_RISE", &["begun"]),
            ("PROGRESS_FALL", &["half"]),
            ("WIN_BLOCKED", &["begun"]),
            ("WIN_UNBLOCKED", &[]),
            ("COMPLETION_DROPPED", &["all", "half"]),
        ] {
            let deals = reached(&ada, &input, kind).await;
            assert_eq!(titles(&deals), expected, "{kind}");
            assert_eq!(deals["totalCount"], expected.len(), "{kind}");
        }
        let fall = reached(&ada, &input, "PROGRESS_FALL").await;
        assert_eq!(
            fall["nodes"][0],
            json!({
                "deal": { "title": "half", "progress": { "percent": 30 } },
                "completionsDropped": 1,
                "before": { "stageName": "B", "percent": 30, "canBeWon": false },
                "after": { "stageName": null, "percent": 0, "canBeWon": false },
            })
        );
    })
    .await;
}

#[tokio::test]
async fn the_deals_come_page_by_page() {
    each(|app| async move {
        let (ada, sales, _) = world(&app).await;
        let input = drastic(&ada, &sales).await;
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let variables =
                json!({ "input": input, "kind": "STAGE_CHANGE", "first": 1, "after": after });
            let data = ada.query(DEALS, variables).await;
            let page = &data["processPreview"]["impact"]["deals"];
            seen.extend(titles(page).into_iter().map(str::to_owned));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(seen, ["all", "half"]);
        let wrong = json!({ "input": input, "kind": "STAGE_CHANGE", "after": "nonsense" });
        assert_eq!(ada.error(DEALS, wrong).await, "BAD_USER_INPUT");
        let wrong = json!({ "input": input, "kind": "STAGE_CHANGE", "first": 101 });
        assert_eq!(ada.error(DEALS, wrong).await, "BAD_USER_INPUT");
    })
    .await;
}

#[tokio::test]
async fn texts_alone_reach_no_deal() {
    each(|app| async move {
        let (ada, sales, _) = world(&app).await;
        let mut input = ada.as_it_is(&sales.id).await;
        input["stages"][0]["name"] = json!("Start");
        let preview = ada.preview(&input).await;
        assert_eq!(summaries(&preview["changes"]), ["Renamed the stage “A” to “Start”"]);
        let numbers = preview["impact"].as_object().unwrap();
        let reached: i64 = numbers
            .iter()
            .filter(|(name, _)| *name != "openDeals")
            .map(|(_, n)| n.as_i64().unwrap())
            .sum();
        assert_eq!((&preview["impact"]["openDeals"], reached), (&json!(3), 0));
    })
    .await;
}

#[tokio::test]
async fn a_preview_costs_the_same_for_few_deals_and_for_many() {
    each(|app| async move {
        let (ada, sales, _) = world(&app).await;
        let input = drastic(&ada, &sales).await;
        let kind = json!({ "input": input, "kind": "STAGE_CHANGE", "first": 50 });
        ada.query(DEALS, kind.clone()).await;
        let (few, _) = app.statements(ada.query(DEALS, kind.clone())).await;
        for number in 0..20 {
            let owner = app.member(&format!("Owner{number}"), Role::Salesperson).await;
            let input = json!({ "processId": sales.id, "title": "more", "ownerId": owner.id() });
            ada.complete(&ada.deal_of(input).await, sales.action("b")).await;
        }
        let (many, _) = app.statements(ada.query(DEALS, kind)).await;
        assert_eq!(few, many);
        assert!(many <= 9, "{many}");
    })
    .await;
}

#[tokio::test]
async fn a_preview_names_ids_that_are_taken_as_the_save_does() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[("a", 1), ("b", 1)])]).await;
        let other = ada.process("Other", &[("O", &[("o", 1)])]).await;
        ada.done("removeAction", json!({ "actionId": sales.action("b") }), "").await;
        let mut input = ada.as_it_is(&sales.id).await;
        // One that was removed, one of another process, and one that is not taken.
        let b = json!({ "newId": sales.action("b"), "name": "b" });
        input["stages"][0]["actions"].as_array_mut().unwrap().push(b);
        let o = json!({ "newId": other.action("o"), "name": "o" });
        let o = json!({ "newId": other.stage("O"), "name": "O", "actions": [o] });
        let id = ada.new_id::<entity::ids::Stage>();
        let new = json!({ "newId": id, "name": "new", "actions": [] });
        input["stages"].as_array_mut().unwrap().extend([o, new]);
        let taken = |errors: &Value| {
            let mut all: Vec<_> = errors
                .as_array()
                .unwrap()
                .iter()
                .map(crate::support::story::code_and_path)
                .collect();
            all.sort();
            all
        };
        let expected = [
            "ID_TAKEN stages.0.actions.1.newId",
            "ID_TAKEN stages.1.actions.0.newId",
            "ID_TAKEN stages.1.newId",
        ];
        assert_eq!(taken(&ada.preview(&input).await["userErrors"]), expected);
        assert_eq!(taken(&json!(ada.refused("saveProcess", input).await)), expected);
    })
    .await;
}
