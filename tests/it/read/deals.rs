//! Deals filtered and sorted, the same on both databases.

use chrono::TimeDelta;
use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{BuiltProcess, Client, TestApp, builders::text, each, start};

async fn titles(client: &Client, filter: Value, order: Value) -> Vec<String> {
    let document = "query($filter: DealFilter, $order: [DealOrder!]) { \
        deals(filter: $filter, orderBy: $order, first: 100) { nodes { title } totalCount } }";
    let data = client.query(document, json!({ "filter": filter, "order": order })).await;
    let nodes = data["deals"]["nodes"].as_array().unwrap();
    assert_eq!(data["deals"]["totalCount"], nodes.len());
    nodes.iter().map(|node| text(&node["title"])).collect()
}

async fn found(client: &Client, filter: Value) -> Vec<String> {
    titles(client, filter, json!([{ "field": "TITLE" }])).await
}

/// Deals with ties, without values, in several states, each made a second after the other.
async fn world(app: &TestApp) -> (Client, Client, BuiltProcess) {
    let ada = app.admin().await;
    let sam = app.member("Sam", Role::Salesperson).await;
    let sales = ada.sales().await;
    let money = |amount: &str, currency: &str| json!({ "amount": amount, "currency": currency });
    for (second, (title, value, owner)) in [
        ("Łódź", money("10", "PLN"), ada.id()),
        ("Lodz", Value::Null, ada.id()),
        ("Zamość", money("10", "EUR"), sam.id()),
        ("Źdźbło", money("9.99", "EUR"), sam.id()),
        ("ądź", Value::Null, ada.id()),
        ("100% sure", money("0", "EUR"), ada.id()),
        ("a_b\\c", money("1000000000000", "PLN"), ada.id()),
    ]
    .into_iter()
    .enumerate()
    {
        app.app.clock().set(start() + TimeDelta::seconds(i64::try_from(second).unwrap()));
        let input =
            json!({ "processId": sales.id, "title": title, "value": value, "ownerId": owner });
        ada.deal_of(input).await;
    }
    (ada, sam, sales)
}

async fn id_of(client: &Client, title: &str) -> String {
    let document = "query($filter: DealFilter) { deals(filter: $filter) { nodes { id } } }";
    let data = client.query(document, json!({ "filter": { "text": title } })).await;
    text(&data["deals"]["nodes"][0]["id"])
}

#[tokio::test]
async fn deals_are_sorted_by_each_key_both_ways_and_by_several() {
    each(|app| async move {
        let (ada, _, sales) = world(&app).await;
        app.app.clock().set(start() + TimeDelta::hours(1));
        ada.complete(&id_of(&ada, "zamość").await, sales.action("Send")).await;
        ada.complete(&id_of(&ada, "lodz").await, sales.action("Call")).await;
        ada.done("loseDeal", json!({ "dealId": id_of(&ada, "ądź").await }), "").await;
        let made = ["Łódź", "Lodz", "Zamość", "Źdźbło", "ądź", "100% sure", "a_b\\c"];
        for (order, expected) in [
            (json!([{ "field": "CREATED_AT" }]), made.to_vec()),
            (json!([{ "field": "TITLE" }]), vec!["100% sure", "a_b\\c", "ądź", "Lodz", "Łódź", "Zamość", "Źdźbło"]),
            (json!([{ "field": "VALUE" }, { "field": "TITLE", "direction": "DESC" }]),
                vec!["Lodz", "ądź", "100% sure", "Źdźbło", "Zamość", "Łódź", "a_b\\c"]),
            (json!([{ "field": "CLOSED_AT", "direction": "DESC" }, { "field": "CREATED_AT" }]),
                vec!["ądź", "Łódź", "Lodz", "Zamość", "Źdźbło", "100% sure", "a_b\\c"]),
            (json!([{ "field": "PROGRESS", "direction": "DESC" }, { "field": "CREATED_AT" }]),
                vec!["Zamość", "Lodz", "Łódź", "Źdźbło", "ądź", "100% sure", "a_b\\c"]),
            (json!([{ "field": "STAGE" }, { "field": "VALUE", "direction": "DESC" }, { "field": "CREATED_AT" }]),
                vec!["a_b\\c", "Łódź", "Źdźbło", "100% sure", "ądź", "Lodz", "Zamość"]),
            (json!([{ "field": "UPDATED_AT", "direction": "DESC" }, { "field": "TITLE" }, { "field": "TITLE" }]),
                vec!["ądź", "Lodz", "Zamość", "a_b\\c", "100% sure", "Źdźbło", "Łódź"]),
        ] {
            assert_eq!(titles(&ada, Value::Null, order.clone()).await, expected, "{order}");
            assert_eq!(paged(&ada, &order).await, expected, "{order} page by page");
        }
        let newest_first: Vec<_> = made.into_iter().rev().collect();
        assert_eq!(titles(&ada, Value::Null, Value::Null).await, newest_first);
    })
    .await;
}

/// The list read two rows at a time: ties and nulls must not lose or repeat a row.
async fn paged(client: &Client, order: &Value) -> Vec<String> {
    let document = "query($order: [DealOrder!], $after: Cursor) { deals(orderBy: $order, first: 2, after: $after) \
        { nodes { title } pageInfo { endCursor hasNextPage } } }";
    let (mut titles, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = client.query(document, json!({ "order": order, "after": after })).await;
        let page = &data["deals"];
        titles.extend(page["nodes"].as_array().unwrap().iter().map(|node| text(&node["title"])));
        if page["pageInfo"]["hasNextPage"] == false {
            return titles;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test]
async fn deals_with_equal_keys_have_one_order_in_both_directions() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        for number in 0..9 {
            ada.deal(&sales.id, &format!("{}", number % 2)).await;
        }
        let document = "query($direction: OrderDirection!) { deals(orderBy: [{ field: VALUE, direction: $direction }]) { nodes { id } } }";
        let read = async |direction: &str| ada.query(document, json!({ "direction": direction })).await["deals"]["nodes"].as_array().unwrap().clone();
        let (up, mut down) = (read("ASC").await, read("DESC").await);
        down.reverse();
        assert_eq!(up, down);
    })
    .await;
}

#[tokio::test]
async fn text_is_found_whatever_its_case_and_diacritics() {
    each(|app| async move {
        let (ada, _, _) = world(&app).await;
        for (text, expected) in [
            ("ŁÓDŹ", vec!["Lodz", "Łódź"]),
            ("lodz", vec!["Lodz", "Łódź"]),
            ("dzbl", vec!["Źdźbło"]),
            ("zamosc", vec!["Zamość"]),
            ("DZ", vec!["ądź", "Lodz", "Łódź", "Źdźbło"]),
            ("ło\u{301}dz\u{301}", vec!["Lodz", "Łódź"]),
            ("dź", vec!["ądź", "Lodz", "Łódź", "Źdźbło"]),
            ("%", vec!["100% sure"]),
            ("_", vec!["a_b\\c"]),
            ("\\", vec!["a_b\\c"]),
            ("a_b\\C", vec!["a_b\\c"]),
            ("'; DROP TABLE deal; --", vec![]),
            ("?", vec![]),
            ("$1", vec![]),
            (" sure ", vec!["100% sure"]),
        ] {
            assert_eq!(found(&ada, json!({ "text": text })).await, expected, "{text}");
        }
        assert_eq!(found(&ada, json!({ "text": "" })).await.len(), 7);
        let document = "query($filter: DealFilter) { deals(filter: $filter) { nodes { id } } }";
        for wrong in ["a\0b".to_owned(), "x".repeat(201), "x".repeat(100_000)] {
            let filter = json!({ "filter": { "text": wrong } });
            assert_eq!(ada.error(document, filter).await, "BAD_USER_INPUT");
        }
    })
    .await;
}

/// A text of three characters and more is looked up where few deals have it, and looked for where many do.
#[tokio::test]
async fn a_text_is_found_in_titles_as_they_are_now_however_many_have_it() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Say \"yes\" to Żółw").await;
        let by = |text: &'static str| found(&ada, json!({ "text": text }));
        for text in ["\"yes\"", "\"yes", "ŻÓŁ", "zolw", "y \"", "to żółw", "say"] {
            assert_eq!(by(text).await, ["Say \"yes\" to Żółw"], "{text}");
        }
        for text in ["yes NOT", "say yes", "żółwi", "\"\"", "yes*", "title_key:yes"] {
            assert!(by(text).await.is_empty(), "{text}");
        }
        ada.done("updateDeal", json!({ "dealId": deal, "title": "Table" }), "").await;
        ada.complete(&deal, sales.action("Call")).await;
        assert_eq!((by("yes").await, by("able").await), (vec![], vec!["Table".to_owned()]));
        for number in 0..260 {
            ada.deal(&sales.id, &format!("Tablet {number}")).await;
        }
        let count =
            "query($text: String!) { deals(filter: { text: $text }, first: 1) { totalCount } }";
        for (text, expected) in [("table", 261), ("tablet", 260), ("tablet 25", 11), ("ble", 261)] {
            let data = ada.query(count, json!({ "text": text })).await;
            assert_eq!(data["deals"]["totalCount"], expected, "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_text_on_a_board_is_looked_up_once_for_all_its_columns() {
    each(|app| async move {
        let (ada, _, sales) = world(&app).await;
        let document = |filter: &str| {
            format!(
                "query($id: ID!) {{ process(id: $id) {{ stages {{ deals({filter}) {{ totalCount \
                nodes {{ id title feedCursor }} }} }} unstagedDeals({filter}) {{ nodes {{ id title }} }} }} }}"
            )
        };
        let mut costs = Vec::new();
        for filter in ["first: 9", "first: 9, filter: { text: \"sure\" }"] {
            let (document, variables) = (document(filter), json!({ "id": sales.id }));
            ada.query(&document, variables.clone()).await;
            costs.push(app.statements(ada.query(&document, variables)).await.0);
        }
        assert!(costs[1] <= costs[0] + 1, "{costs:?}");
    })
    .await;
}

#[tokio::test]
async fn filters_of_one_list_widen_and_of_several_narrow() {
    each(|app| async move {
        let (ada, sam, sales) = world(&app).await;
        let service = ada.process("Service", &[("Help", &[("Fix", 1)])]).await;
        ada.deal(&service.id, "Broken").await;
        let (won, lodz) = (id_of(&ada, "zamość").await, id_of(&ada, "lodz").await);
        ada.complete(&won, sales.action("Send")).await;
        ada.complete(&lodz, sales.action("Call")).await;
        ada.done("winDeal", json!({ "dealId": won }), "").await;
        ada.done("addParticipant", json!({ "dealId": lodz, "memberId": sam.id() }), "").await;
        let (contact, offer) = (sales.stage("Contact"), sales.stage("Offer"));
        for (filter, expected) in [
            (json!({ "processIds": [service.id] }), vec!["Broken"]),
            (json!({ "processIds": [] }), vec![]),
            (json!({ "stageIds": [contact] }), vec!["Lodz"]),
            (json!({ "stageIds": [contact, offer] }), vec!["Lodz", "Zamość"]),
            (json!({ "statuses": ["WON", "LOST"] }), vec!["Zamość"]),
            (json!({ "statuses": ["OPEN"], "stageIds": [offer] }), vec![]),
            (json!({ "ownerIds": [sam.id()] }), vec!["Zamość", "Źdźbło"]),
            (json!({ "participantIds": [sam.id()] }), vec!["Lodz", "Zamość", "Źdźbło"]),
            (json!({ "participantIds": [sam.id()], "ownerIds": [ada.id()] }), vec!["Lodz"]),
            (json!({ "unstaged": false }), vec!["Lodz", "Zamość"]),
            (json!({ "unstaged": true, "text": "dź" }), vec!["ądź", "Łódź", "Źdźbło"]),
            (json!({ "unstaged": true, "stageIds": [contact] }), vec![]),
        ] {
            assert_eq!(found(&ada, filter.clone()).await, expected, "{filter}");
        }
        let document = "query($filter: DealFilter) { deals(filter: $filter) { nodes { id } } }";
        for wrong in [json!({ "processIds": [contact] }), json!({ "ownerIds": ["x"] })] {
            assert_eq!(ada.error(document, json!({ "filter": wrong })).await, "BAD_USER_INPUT");
        }
    })
    .await;
}

#[tokio::test]
async fn members_are_found_by_a_part_of_the_name_or_address_to_the_letter() {
    each(|app| async move {
        let ada = app.admin().await;
        app.member("Un_der", Role::Manager).await;
        let document =
            "query($text: String) { members(text: $text) { nodes { email } totalCount } }";
        for (text, expected) in [
            ("UN_D", json!([{ "email": "un_der@example.org" }])),
            ("_", json!([{ "email": "un_der@example.org" }])),
            ("%", json!([])),
            ("example", json!([{ "email": "ada@example.org" }, { "email": "un_der@example.org" }])),
        ] {
            let data = ada.query(document, json!({ "text": text })).await;
            assert_eq!(data["members"]["nodes"], expected, "{text}");
        }
        for wrong in ["a\0b".to_owned(), "x".repeat(100_000)] {
            assert_eq!(ada.error(document, json!({ "text": wrong })).await, "BAD_USER_INPUT");
        }
    })
    .await;
}
