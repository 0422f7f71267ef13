//! What deals are worth together, as a list and by the columns of a board.

use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{BuiltProcess, Client, TestApp, builders::text, each};

const TOTALS: &str =
    "totalCount totals { count values { amount currency } weightedValues { amount currency } }";

/// One deal done to 10 %, one to 70 %, one untouched, in two currencies, and one of no known value.
async fn world(app: &TestApp) -> (Client, BuiltProcess) {
    let ada = app.admin().await;
    let sales = ada.sales().await;
    for (title, amount, currency, actions) in [
        ("a", "100.5555", "EUR", &["Call"][..]),
        ("b", "0.01", "EUR", &["Write", "Send"]),
        ("c", "1000000000000", "PLN", &[]),
        ("d", "", "", &["Call"]),
    ] {
        let value = json!({ "amount": amount, "currency": currency });
        let value = if amount.is_empty() { Value::Null } else { value };
        let input = json!({ "processId": sales.id, "title": title, "value": value });
        let deal = ada.deal_of(input).await;
        for action in actions {
            ada.complete(&deal, sales.action(action)).await;
        }
    }
    (ada, sales)
}

fn money(all: &[(&str, &str)]) -> Value {
    all.iter().map(|(amount, currency)| json!({ "amount": amount, "currency": currency })).collect()
}

fn totals(count: usize, values: &[(&str, &str)], weighted: &[(&str, &str)]) -> Value {
    let totals =
        json!({ "count": count, "values": money(values), "weightedValues": money(weighted) });
    json!({ "totalCount": count, "totals": totals })
}

#[tokio::test]
async fn a_list_tells_the_sums_of_all_its_deals_whatever_the_page() {
    each(|app| async move {
        let (ada, _) = world(&app).await;
        let document = format!(
            "query($filter: DealFilter) {{ deals(first: 1, filter: $filter) {{ {TOTALS} }} }}"
        );
        let read = async |filter: Value| {
            ada.query(&document, json!({ "filter": filter })).await["deals"].take()
        };
        let all = totals(
            4,
            &[("100.5655", "EUR"), ("1000000000000", "PLN")],
            &[("10.0625", "EUR"), ("0", "PLN")],
        );
        assert_eq!(read(Value::Null).await, all);
        assert_eq!(
            read(json!({ "text": "b" })).await,
            totals(1, &[("0.01", "EUR")], &[("0.007", "EUR")])
        );
        assert_eq!(read(json!({ "text": "d" })).await, totals(1, &[], &[]));
        assert_eq!(read(json!({ "text": "x" })).await, totals(0, &[], &[]));
    })
    .await;
}

#[tokio::test]
async fn a_board_tells_the_sums_of_each_column() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let document = format!(
            "query($id: ID!) {{ process(id: $id) {{ stages {{ deals {{ {TOTALS} }} }} unstagedDeals {{ {TOTALS} }} }} }}"
        );
        let data = ada.query(&document, json!({ "id": sales.id })).await;
        let stages = &data["process"]["stages"];
        assert_eq!(stages[0]["deals"], totals(2, &[("100.5555", "EUR")], &[("10.0555", "EUR")]));
        assert_eq!(stages[1]["deals"], totals(1, &[("0.01", "EUR")], &[("0.007", "EUR")]));
        let unstaged = totals(1, &[("1000000000000", "PLN")], &[("0", "PLN")]);
        assert_eq!(data["process"]["unstagedDeals"], unstaged);
    })
    .await;
}

#[tokio::test]
async fn a_column_is_filtered_sorted_and_goes_on_after_a_place() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let document = "query($id: ID!, $filter: DealFilter, $order: [DealOrder!], $first: Int, $after: Cursor) { \
            process(id: $id) { stages { name deals(filter: $filter, orderBy: $order, first: $first, after: $after) \
            { totalCount nodes { title } pageInfo { endCursor hasNextPage } } } \
            unstagedDeals(filter: $filter, orderBy: $order, first: $first, after: $after) { nodes { title } } } }";
        let order = json!([{ "field": "TITLE", "direction": "DESC" }]);
        let variables = json!({ "id": sales.id, "order": order, "first": 1 });
        let data = ada.query(document, variables).await;
        let contact = &data["process"]["stages"][0]["deals"];
        assert_eq!((&contact["nodes"], &contact["totalCount"]), (&json!([{ "title": "d" }]), &json!(2)));
        assert_eq!(contact["pageInfo"]["hasNextPage"], true);
        let after = text(&contact["pageInfo"]["endCursor"]);
        let variables = json!({ "id": sales.id, "order": order, "first": 1, "after": after });
        let data = ada.query(document, variables).await;
        let contact = &data["process"]["stages"][0]["deals"];
        assert_eq!((&contact["nodes"], &contact["totalCount"]), (&json!([{ "title": "a" }]), &json!(2)));
        assert_eq!(contact["pageInfo"]["hasNextPage"], false);
        assert_eq!(data["process"]["unstagedDeals"]["nodes"], json!([{ "title": "c" }]));
        for (filter, expected) in [
            (json!({ "text": "a" }), [json!([{ "title": "a" }]), json!([]), json!([])]),
            (json!({ "stageIds": [sales.stage("Offer")] }), [json!([]), json!([{ "title": "b" }]), json!([])]),
            (json!({ "statuses": ["WON"] }), [json!([]), json!([]), json!([])]),
            (json!({ "unstaged": true }), [json!([]), json!([]), json!([{ "title": "c" }])]),
        ] {
            let variables = json!({ "id": sales.id, "filter": filter, "order": order });
            let data = ada.query(document, variables).await;
            let process = &data["process"];
            let columns = [
                process["stages"][0]["deals"]["nodes"].clone(),
                process["stages"][1]["deals"]["nodes"].clone(),
                process["unstagedDeals"]["nodes"].clone(),
            ];
            assert_eq!(columns, expected, "{filter}");
        }
    })
    .await;
}

#[tokio::test]
async fn lists_boards_and_sums_leave_out_what_the_viewer_may_not_see() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let hidden = json!({ "processId": sales.id, "title": "secret", "visibility": "PARTICIPANTS",
            "value": { "amount": "5", "currency": "EUR" } });
        let secret = ada.deal_of(hidden).await;
        ada.complete(&secret, sales.action("Call")).await;
        let document = format!(
            "query($id: ID!) {{ deals {{ {TOTALS} nodes {{ title }} }} process(id: $id) {{ stages {{ deals {{ {TOTALS} nodes {{ title }} }} }} }} }}"
        );
        for (client, count, columns) in [(&ada, 5, 3), (&sam, 4, 2)] {
            let data = client.query(&document, json!({ "id": sales.id })).await;
            assert_eq!(data["deals"]["totalCount"], count);
            assert_eq!(data["deals"]["nodes"].as_array().unwrap().len(), count);
            let column = &data["process"]["stages"][0]["deals"];
            assert_eq!((&column["totalCount"], column["nodes"].as_array().unwrap().len()), (&json!(columns), columns));
        }
        ada.done("addParticipant", json!({ "dealId": secret, "memberId": sam.id() }), "").await;
        let data = sam.query(&document, json!({ "id": sales.id })).await;
        assert_eq!(data["deals"]["totalCount"], 5);
    })
    .await;
}
