//! Anything by its id: of every type, removed, unknown, invisible, and what is no id.

use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, builders::text, each, process::nobody};

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

struct World {
    ada: Client,
    sam: Client,
    /// Type and id of everything there is, removed or not.
    open: Vec<(String, String)>,
    /// Type and id of everything of a deal that Sam may not see.
    secret: Vec<(String, String)>,
}

async fn world(app: &TestApp) -> World {
    let ada = app.admin().await;
    let sam = app.member("Sam", Role::Salesperson).await;
    let sales = ada.sales().await;
    let mut open = vec![
        ("Member".to_owned(), sam.id()),
        ("Process".into(), sales.id.clone()),
        ("Stage".into(), sales.stage("Contact").into()),
        ("Stage".into(), sales.stage("Offer").into()),
        ("Action".into(), sales.action("Call").into()),
        ("Action".into(), sales.action("Send").into()),
    ];
    let document = "query($id: ID!) { process(id: $id) { latest { id } } }";
    let data = ada.query(document, json!({ "id": sales.id })).await;
    open.push(("ProcessVersion".into(), text(&data["process"]["latest"]["id"])));
    let mut secret = Vec::new();
    for (visibility, found) in [("EVERYONE", &mut open), ("PARTICIPANTS", &mut secret)] {
        let input = json!({ "processId": sales.id, "title": "Chairs", "visibility": visibility });
        let deal = ada.deal_of(input).await;
        found.extend(of_deal(&ada, &deal, sales.action("Call")).await);
    }
    ada.done("removeStage", json!({ "stageId": sales.stage("Offer") }), "").await;
    World { ada, sam, open, secret }
}

async fn of_deal(ada: &Client, deal: &str, action: &str) -> Vec<(String, String)> {
    let completion = ada.complete(deal, action).await;
    let note = ada.done("addNote", json!({ "dealId": deal, "body": "Hm" }), "note { id }").await;
    let document =
        "query($id: ID!) { deal(id: $id) { checklist { id } events { nodes { __typename id } } } }";
    let data = ada.query(document, json!({ "id": deal })).await;
    let events = data["deal"]["events"]["nodes"].as_array().unwrap().iter();
    let mut all: Vec<_> =
        events.map(|event| (text(&event["__typename"]), text(&event["id"]))).collect();
    assert_eq!(all.len(), 3);
    all.push(("Deal".into(), deal.into()));
    all.push(("Completion".into(), completion));
    all.push(("Note".into(), text(&note["note"]["id"])));
    all.push(("ChecklistItem".into(), text(&data["deal"]["checklist"][0]["id"])));
    all
}

fn ids(all: &[(String, String)]) -> Vec<&str> {
    all.iter().map(|(_, id)| id.as_str()).collect()
}

#[tokio::test]
async fn everything_with_an_id_is_found_by_it_also_when_removed() {
    each(|app| async move {
        let world = world(&app).await;
        for client in [&world.ada, &world.sam] {
            for (kind, id) in &world.open {
                let data = client.query(NODE, json!({ "id": id })).await;
                assert_eq!(data["node"], json!({ "__typename": kind, "id": id }));
            }
            let data = client.query(NODES, json!({ "ids": ids(&world.open) })).await;
            let found = data["nodes"].as_array().unwrap().iter().map(|node| text(&node["id"]));
            assert_eq!(found.collect::<Vec<_>>(), ids(&world.open));
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_viewer_may_not_see_is_as_if_it_did_not_exist() {
    each(|app| async move {
        let world = world(&app).await;
        let data = world.ada.query(NODES, json!({ "ids": ids(&world.secret) })).await;
        assert!(data["nodes"].as_array().unwrap().iter().all(|node| !node.is_null()));
        let data = world.sam.query(NODES, json!({ "ids": ids(&world.secret) })).await;
        assert_eq!(data["nodes"], json!(vec![Value::Null; world.secret.len()]));
        for (kind, id) in &world.secret {
            let found = world.sam.raw(NODE, json!({ "id": id })).await;
            let (prefix, _) = id.split_once('_').unwrap();
            let unknown = if kind == "ChecklistItem" { id.clone() } else { nobody(prefix) };
            let unknown = world.sam.raw(NODE, json!({ "id": unknown })).await;
            assert_eq!(found, unknown, "{kind}");
            assert_eq!(found["data"], json!({ "node": null }));
        }
    })
    .await;
}

#[tokio::test]
async fn an_unknown_id_of_every_type_is_null() {
    each(|app| async move {
        let ada = app.admin().await;
        for kind in [
            "member",
            "process",
            "version",
            "stage",
            "action",
            "deal",
            "completion",
            "note",
            "task",
            "close_reason",
            "event",
        ] {
            let data = ada.query(NODE, json!({ "id": nobody(kind) })).await;
            assert_eq!(data, json!({ "node": null }), "{kind}");
        }
        let item = format!("item_{0}{0}", "01jd8k2x7sfm5a9k2v0q3c4d5e");
        assert_eq!(ada.query(NODE, json!({ "id": item })).await, json!({ "node": null }));
        let document = "query($p: ID!, $d: ID!) { process(id: $p) { id } deal(id: $d) { id } }";
        let data =
            ada.query(document, json!({ "p": nobody("process"), "d": nobody("deal") })).await;
        assert_eq!(data, json!({ "process": null, "deal": null }));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_id_is_a_fault_of_the_request() {
    each(|app| async move {
        let ada = app.admin().await;
        let garbage = [
            "",
            "_",
            "deal",
            "deal_",
            "deal_x",
            "42",
            "\0",
            "deal_\0",
            "tokens_01jd8k2x7sfm5a9k2v0q3c4d5e",
            "item_",
            "item_01jd8k2x7sfm5a9k2v0q3c4d5e",
            "item_ćććććććććććććććććććććććććććć",
            "deal_zzzzzzzzzzzzzzzzzzzzzzzzzz",
            "DEAL_01jd8k2x7sfm5a9k2v0q3c4d5e",
        ];
        for id in garbage {
            let response = ada.raw(NODE, json!({ "id": id })).await;
            assert_eq!(response["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{id}");
            assert_eq!(response["data"], json!({ "node": null }), "{id}");
            let response = ada.raw(NODES, json!({ "ids": [ada.id(), id] })).await;
            assert_eq!(response["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{id}");
        }
        let wrong = "query($id: ID!) { deal(id: $id) { id } }";
        let response = ada.raw(wrong, json!({ "id": nobody("stage") })).await;
        assert_eq!(
            response["errors"][0]["message"],
            "This is the id of a stage; give the id of a deal."
        );
        assert_eq!(ada.error(wrong, json!({ "id": "42" })).await, "BAD_USER_INPUT");
    })
    .await;
}

#[tokio::test]
async fn at_most_a_hundred_nodes_are_read_at_once_in_the_order_asked_for() {
    each(|app| async move {
        let ada = app.admin().await;
        let ids = vec![ada.id(); 101];
        assert_eq!(ada.error(NODES, json!({ "ids": ids })).await, "BAD_USER_INPUT");
        let data = ada.query(NODES, json!({ "ids": ids[..100] })).await;
        assert_eq!(data["nodes"].as_array().unwrap().len(), 100);
        let mixed = [nobody("deal"), ada.id(), nobody("stage")];
        let data = ada.query(NODES, json!({ "ids": mixed })).await;
        assert_eq!(data["nodes"], json!([null, { "__typename": "Member", "id": ada.id() }, null]));
        assert_eq!(ada.query(NODES, json!({ "ids": [] })).await["nodes"], json!([]));
    })
    .await;
}
