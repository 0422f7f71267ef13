//! Deals by close reason: filtered, and what they are worth together.

use serde_json::{Value, json};

use crate::support::{Client, each, scene::Scene};

const BOARD: &str = "query($filter: DealFilter, $first: Int, $after: Cursor) { closeReasons(status: LOST, includeArchived: true) { name
    deals(filter: $filter, first: $first, after: $after, orderBy: [{ field: TITLE }]) { totalCount nodes { title }
        totals { count values { amount currency } } pageInfo { hasNextPage endCursor } } } }";

async fn lose(
    scene: &Scene,
    who: &Client,
    title: &str,
    amount: u32,
    reason: &str,
    visibility: &str,
) {
    let input = json!({ "processId": scene.process.id, "title": title, "visibility": visibility,
        "value": { "amount": amount, "currency": "EUR" } });
    let deal = who.deal_of(input).await;
    who.done("loseDeal", json!({ "dealId": deal, "reasonId": reason }), "").await;
}

fn column(data: &Value, index: usize) -> (Vec<&str>, &Value, &Value) {
    let deals = &data["closeReasons"][index]["deals"];
    let titles = deals["nodes"].as_array().unwrap().iter();
    let titles = titles.map(|deal| deal["title"].as_str().unwrap()).collect();
    (titles, &deals["totals"]["count"], &deals["totals"]["values"])
}

#[tokio::test]
async fn deals_are_counted_and_summed_by_reason_as_far_as_the_viewer_sees_them() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (admin, owner) = (&scene.people.admin, &scene.people.owner);
        let (price, rival) =
            (admin.reason("LOST", "Price").await, admin.reason("LOST", "Rival").await);
        for (title, amount, reason, visibility) in [
            ("a", 100, &price, "EVERYONE"),
            ("b", 20, &price, "PARTICIPANTS"),
            ("c", 3, &rival, "EVERYONE"),
        ] {
            lose(&scene, owner, title, amount, reason, visibility).await;
        }
        scene.deal("EVERYONE").await;
        admin.done("archiveCloseReason", json!({ "reasonId": rival }), "").await;
        let eur = |amount: &str| json!([{ "amount": amount, "currency": "EUR" }]);
        let data = owner.query(BOARD, json!({})).await;
        assert_eq!(column(&data, 0), (vec!["a", "b"], &json!(2), &eur("120")));
        assert_eq!(column(&data, 1), (vec!["c"], &json!(1), &eur("3")));
        let data = scene.people.stranger.query(BOARD, json!({})).await;
        assert_eq!(column(&data, 0), (vec!["a"], &json!(1), &eur("100")));

        let filtered = owner.query(BOARD, json!({ "filter": { "text": "b" } })).await;
        assert_eq!(column(&filtered, 0), (vec!["b"], &json!(1), &eur("20")));
        assert_eq!(column(&filtered, 1), (vec![], &json!(0), &json!([])));
        let page = owner.query(BOARD, json!({ "first": 1 })).await;
        assert_eq!(column(&page, 0).0, ["a"]);
        let info = &page["closeReasons"][0]["deals"]["pageInfo"];
        assert_eq!(info["hasNextPage"], true);
        let next = owner.query(BOARD, json!({ "first": 1, "after": info["endCursor"] })).await;
        assert_eq!(column(&next, 0), (vec!["b"], &json!(2), &eur("120")));
    })
    .await;
}

#[tokio::test]
async fn deals_are_filtered_by_reason() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (admin, owner) = (&scene.people.admin, &scene.people.owner);
        let (price, rival) = (admin.reason("LOST", "Price").await, admin.reason("LOST", "Rival").await);
        for (title, reason) in [("a", &price), ("b", &price), ("c", &rival)] {
            lose(&scene, owner, title, 1, reason, "EVERYONE").await;
        }
        let document = "query($ids: [ID!]) { deals(filter: { closeReasonIds: $ids }, orderBy: [{ field: TITLE }]) {
            nodes { title closeReason { name } } totals { count } } }";
        for (ids, titles) in [
            (json!([price]), vec!["a", "b"]),
            (json!([rival]), vec!["c"]),
            (json!([price, rival]), vec!["a", "b", "c"]),
            (json!([]), vec![]),
        ] {
            let data = owner.query(document, json!({ "ids": ids })).await["deals"].take();
            let found = data["nodes"].as_array().unwrap().iter();
            let found: Vec<_> = found.map(|deal| deal["title"].as_str().unwrap()).collect();
            assert_eq!(found, titles);
            assert_eq!(data["totals"]["count"], json!(titles.len()));
        }
        assert_eq!(owner.error(document, json!({ "ids": ["42"] })).await, "BAD_USER_INPUT");
    })
    .await;
}

#[tokio::test]
async fn a_board_of_reasons_costs_the_same_however_many_there_are() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (admin, owner) = (&scene.people.admin, &scene.people.owner);
        let mut costs = Vec::new();
        for number in 0..8 {
            let reason = admin.reason("LOST", &format!("{number}")).await;
            lose(&scene, owner, &format!("{number}"), 1, &reason, "EVERYONE").await;
            owner.query(BOARD, json!({})).await;
            costs.push(app.statements(owner.query(BOARD, json!({}))).await.0);
        }
        assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
        assert!(costs[0] <= 5, "{costs:?}");
    })
    .await;
}
