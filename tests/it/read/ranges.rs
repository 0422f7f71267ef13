//! Deals by when something happened to them, by what they are worth, by progress, and by who takes part.

use chrono::TimeDelta;
use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{BuiltProcess, Client, TestApp, builders::text, each, start};

async fn found(client: &Client, filter: Value) -> Vec<String> {
    let document = "query($filter: DealFilter) { deals(filter: $filter, orderBy: [{ field: TITLE }]) \
        { nodes { title } totalCount totals { count } } }";
    let deals = &client.query(document, json!({ "filter": filter })).await["deals"];
    let nodes = deals["nodes"].as_array().unwrap();
    assert_eq!(
        (&deals["totalCount"], &deals["totals"]["count"]),
        (&json!(nodes.len()), &json!(nodes.len()))
    );
    nodes.iter().map(|node| text(&node["title"])).collect()
}

fn hour(hours: i64) -> String {
    (start() + TimeDelta::hours(hours)).to_rfc3339()
}

/// A deal an hour: the first is closed after ten, and something is done for the second after twenty.
async fn world(app: &TestApp) -> (Client, Client, BuiltProcess) {
    let ada = app.admin().await;
    let sam = app.member("Sam", Role::Salesperson).await;
    let sales = ada.sales().await;
    let mut ids = Vec::new();
    for (hours, (title, value)) in (0..).zip([
        ("A", json!(["10", "EUR"])),
        ("B", json!(["10", "PLN"])),
        ("C", json!(["12.5", "EUR"])),
        ("D", Value::Null),
    ]) {
        app.app.clock().set(start() + TimeDelta::hours(hours));
        let value = value.as_array().map(|all| json!({ "amount": all[0], "currency": all[1] }));
        ids.push(
            ada.deal_of(json!({ "processId": sales.id, "title": title, "value": value })).await,
        );
    }
    app.app.clock().set(start() + TimeDelta::hours(10));
    ada.done("loseDeal", json!({ "dealId": ids[0] }), "").await;
    app.app.clock().set(start() + TimeDelta::hours(20));
    ada.complete(&ids[1], sales.action("Call")).await;
    ada.done("addParticipant", json!({ "dealId": ids[2], "memberId": sam.id() }), "").await;
    (ada, sam, sales)
}

#[tokio::test]
async fn deals_are_found_by_when_they_began_changed_and_were_closed() {
    each(|app| async move {
        let (ada, _, _) = world(&app).await;
        for (filter, expected) in [
            (json!({ "created": { "from": hour(1), "to": hour(3) } }), vec!["B", "C"]),
            (json!({ "created": { "from": hour(3) } }), vec!["D"]),
            (json!({ "created": { "to": hour(0) } }), vec![]),
            (json!({ "updated": { "from": hour(10), "to": hour(20) } }), vec!["A"]),
            (json!({ "updated": { "from": hour(20) } }), vec!["B", "C"]),
            (json!({ "closed": { "from": hour(10), "to": hour(11) } }), vec!["A"]),
            (json!({ "closed": { "to": hour(10) } }), vec![]),
            (json!({ "closed": { "to": hour(11) } }), vec!["A"]),
            (json!({ "closed": { "from": hour(11) } }), vec![]),
            (json!({ "created": { "to": hour(2) }, "updated": { "from": hour(11) } }), vec!["B"]),
        ] {
            assert_eq!(found(&ada, filter.clone()).await, expected, "{filter}");
        }
    })
    .await;
}

#[tokio::test]
async fn deals_are_found_by_value_progress_and_whether_the_viewer_takes_part() {
    each(|app| async move {
        let (ada, sam, _) = world(&app).await;
        for (filter, expected) in [
            (json!({ "value": { "currency": "EUR" } }), vec!["A", "C"]),
            (json!({ "value": { "currency": "EUR", "from": "10", "to": "12.4999" } }), vec!["A"]),
            (json!({ "value": { "currency": "EUR", "from": "12.5" } }), vec!["C"]),
            (json!({ "value": { "currency": "PLN", "to": "10" } }), vec!["B"]),
            (json!({ "value": { "currency": "CHF" } }), vec![]),
            (json!({ "progress": { "to": 0 } }), vec!["A", "C", "D"]),
            (json!({ "progress": { "from": 1 } }), vec!["B"]),
            (json!({ "progress": { "from": 0, "to": 100 } }), vec!["A", "B", "C", "D"]),
            (json!({ "mine": true }), vec!["A", "B", "C", "D"]),
            (json!({ "mine": false }), vec![]),
        ] {
            assert_eq!(found(&ada, filter.clone()).await, expected, "{filter}");
        }
        assert_eq!(found(&sam, json!({ "mine": true })).await, ["C"]);
        assert_eq!(found(&sam, json!({ "mine": false })).await, ["A", "B", "D"]);
    })
    .await;
}

#[tokio::test]
async fn a_board_has_the_deals_that_a_list_with_the_same_filter_has() {
    each(|app| async move {
        let (ada, _, sales) = world(&app).await;
        let document = "query($id: ID!, $filter: DealFilter) { process(id: $id) { \
            stages { deals(filter: $filter) { totalCount nodes { title } } } \
            unstagedDeals(filter: $filter) { totalCount nodes { title } } } }";
        for filter in [
            json!({ "created": { "from": hour(1), "to": hour(3) } }),
            json!({ "updated": { "from": hour(20) } }),
            json!({ "value": { "currency": "EUR" } }),
            json!({ "progress": { "from": 1 } }),
            json!({ "mine": true }),
            json!({ "mine": false }),
        ] {
            let variables = json!({ "id": sales.id, "filter": filter });
            let process = &ada.query(document, variables).await["process"];
            let mut columns = process["stages"]
                .as_array()
                .unwrap()
                .iter()
                .map(|stage| &stage["deals"])
                .collect::<Vec<_>>();
            columns.push(&process["unstagedDeals"]);
            let titles = columns.iter().flat_map(|column| column["nodes"].as_array().unwrap());
            let mut titles: Vec<_> = titles.map(|node| text(&node["title"])).collect();
            titles.sort();
            let counted: u64 =
                columns.iter().map(|column| column["totalCount"].as_u64().unwrap()).sum();
            assert_eq!((titles.len() as u64, titles), (counted, found(&ada, filter).await));
        }
    })
    .await;
}

#[tokio::test]
async fn statuses_sort_as_a_deal_comes_to_them() {
    each(|app| async move {
        let (ada, _, sales) = world(&app).await;
        let won = ada.deal(&sales.id, "E").await;
        ada.done("winDeal", json!({ "dealId": won }), "").await;
        let document = "query($way: OrderDirection!, $after: Cursor) { deals(first: 2, after: $after, \
            orderBy: [{ field: STATUS, direction: $way }, { field: TITLE }]) \
            { nodes { title } pageInfo { endCursor hasNextPage } } }";
        for (way, expected) in [("ASC", ["B", "C", "D", "E", "A"]), ("DESC", ["A", "E", "B", "C", "D"])] {
            let (mut titles, mut after) = (Vec::new(), Value::Null);
            loop {
                let data = ada.query(document, json!({ "way": way, "after": after })).await;
                let nodes = data["deals"]["nodes"].as_array().unwrap();
                titles.extend(nodes.iter().map(|node| text(&node["title"])));
                after = data["deals"]["pageInfo"]["endCursor"].clone();
                if data["deals"]["pageInfo"]["hasNextPage"] == false {
                    break;
                }
            }
            assert_eq!(titles, expected, "{way}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_range_that_holds_nothing_or_is_none_is_refused() {
    each(|app| async move {
        let ada = app.admin().await;
        let document = "query($filter: DealFilter) { deals(filter: $filter) { nodes { id } } }";
        for wrong in [
            json!({ "created": {} }),
            json!({ "updated": { "from": hour(1), "to": hour(1) } }),
            json!({ "closed": { "from": hour(2), "to": hour(1) } }),
            json!({ "value": { "currency": "eur" } }),
            json!({ "value": { "currency": "EUR", "from": "-1" } }),
            json!({ "value": { "currency": "EUR", "from": "2", "to": "1" } }),
            json!({ "value": { "from": "2" } }),
            json!({ "progress": {} }),
            json!({ "progress": { "from": 101 } }),
            json!({ "progress": { "from": 2, "to": 1 } }),
        ] {
            let error = ada.error(document, json!({ "filter": wrong })).await;
            assert!(
                ["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&error.as_str()),
                "{wrong}: {error}"
            );
        }
    })
    .await;
}
