//! Lists of tasks: which, in which order, page by page.

use serde_json::{Value, json};

use crate::support::{Client, TestApp, builders::text, each, scene::Scene};

const LIST: &str = "query($filter: TaskFilter, $order: [TaskOrder!], $first: Int, $after: Cursor) {
    tasks(filter: $filter, orderBy: $order, first: $first, after: $after) { totalCount nodes { title }
        pageInfo { hasNextPage endCursor } } }";

async fn titles(client: &Client, filter: Value) -> String {
    let data = client.query(LIST, json!({ "filter": filter })).await;
    let found = shown(&data["tasks"]["nodes"]);
    assert_eq!(data["tasks"]["totalCount"], json!(found.split_whitespace().count()));
    found
}

fn shown(nodes: &Value) -> String {
    let titles = nodes.as_array().unwrap().iter().map(|node| text(&node["title"]));
    titles.collect::<Vec<_>>().join(" ")
}

/// Tasks `a` to `e` of two deals, one of them hidden; it is the 10th of March.
async fn world(app: &TestApp) -> (Scene, String, String) {
    let scene = Scene::new(app).await;
    let (open, _) = scene.deal("EVERYONE").await;
    let (hidden, _) = scene.deal("PARTICIPANTS").await;
    let (owner, piotr) = (&scene.people.owner, &scene.people.participant);
    owner.task(&open, "c", "2026-03-11", None).await;
    owner.task(&open, "a", "2026-03-09", Some(piotr)).await;
    owner.task(&hidden, "b", "2026-03-09", None).await;
    let done = owner.task(&open, "d", "2026-03-08", Some(piotr)).await;
    owner.task(&hidden, "e", "2026-03-10", Some(&scene.people.manager)).await;
    app.app.clock().set("2026-03-10T00:00:00Z".parse().unwrap());
    piotr.done("completeTask", json!({ "taskId": done }), "").await;
    (scene, open, hidden)
}

#[tokio::test]
async fn tasks_are_listed_by_whom_for_what_until_when_and_how_they_stand() {
    each(|app| async move {
        let (scene, open, hidden) = world(&app).await;
        let owner = &scene.people.owner;
        for (filter, expected) in [
            (Value::Null, "d a b e c"),
            (json!({ "mine": true }), "b c"),
            (json!({ "mine": false }), "d a e"),
            (json!({ "assigneeId": scene.people.participant.id() }), "d a"),
            (json!({ "assigneeId": scene.people.participant.id(), "mine": true }), ""),
            (json!({ "dealId": hidden }), "b e"),
            (json!({ "state": "OPEN" }), "a b e c"),
            (json!({ "state": "DONE" }), "d"),
            (json!({ "overdue": true }), "a b"),
            (json!({ "overdue": false }), "d e c"),
            (json!({ "dueFrom": "2026-03-09", "dueTo": "2026-03-10" }), "a b e"),
            (json!({ "dealId": open, "overdue": true, "state": "OPEN" }), "a"),
        ] {
            assert_eq!(titles(owner, filter.clone()).await, expected, "{filter}");
        }
        let stranger = &scene.people.stranger;
        assert_eq!(titles(stranger, Value::Null).await, "d a c", "none of a hidden deal");
        assert_eq!(titles(stranger, json!({ "dealId": hidden })).await, "");
        let wrong = json!({ "filter": { "dealId": "42" } });
        assert_eq!(owner.error(LIST, wrong).await, "BAD_USER_INPUT");
    })
    .await;
}

#[tokio::test]
async fn tasks_are_sorted_and_read_page_by_page() {
    each(|app| async move {
        let (scene, ..) = world(&app).await;
        let owner = &scene.people.owner;
        for (order, expected) in [
            (json!([]), "d a b e c"),
            (json!([{ "field": "DUE_ON", "direction": "DESC" }]), "c e b a d"),
            (json!([{ "field": "CREATED_AT" }]), "c a b d e"),
            (
                json!([{ "field": "UPDATED_AT", "direction": "DESC" }, { "field": "DUE_ON" }]),
                "d a b e c",
            ),
        ] {
            let (mut after, mut found) = (Value::Null, Vec::new());
            loop {
                let variables = json!({ "order": order, "first": 2, "after": after });
                let page = owner.query(LIST, variables).await["tasks"].take();
                found.push(shown(&page["nodes"]));
                after = page["pageInfo"]["endCursor"].clone();
                if page["pageInfo"]["hasNextPage"] == false {
                    break;
                }
            }
            assert_eq!(found.join(" "), expected, "{order}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_deal_lists_its_tasks() {
    each(|app| async move {
        let (scene, open, _) = world(&app).await;
        let document =
            "query($id: ID!) { deal(id: $id) { all: tasks { totalCount nodes { title overdue } }
            late: tasks(filter: { overdue: true }) { nodes { title } }
            mine: tasks(filter: { mine: true }, first: 1) { nodes { title } } } }";
        let data = scene.people.owner.query(document, json!({ "id": open })).await;
        let task = |title: &str, overdue: bool| json!({ "title": title, "overdue": overdue });
        let all = json!([task("d", false), task("a", true), task("c", false)]);
        assert_eq!(data["deal"]["all"], json!({ "totalCount": 3, "nodes": all }));
        assert_eq!(shown(&data["deal"]["late"]["nodes"]), "a");
        assert_eq!(shown(&data["deal"]["mine"]["nodes"]), "c");
    })
    .await;
}
