//! Every connection pages forward and backward over the same rows.

use serde_json::{Value, json};

use crate::support::{BuiltProcess, Client, TestApp, builders::text, each};

/// A list: the fields on the way to it, the last of them the connection, with `%` for its arguments.
struct List {
    path: Vec<&'static str>,
    body: String,
    id: Option<String>,
    backward: bool,
}

const FIELDS: &str = "{ nodes { id } edges { cursor node { id } } totalCount \
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";

impl List {
    fn top(field: &'static str) -> Self {
        Self { path: vec![field], body: format!("{field}(%) {FIELDS}"), id: None, backward: true }
    }

    fn of(kind: &str, id: &str, field: &'static str, backward: bool) -> Self {
        let body = format!("node(id: $id) {{ ... on {kind} {{ {field}(%) {FIELDS} }} }}");
        Self { path: vec!["node", field], body, id: Some(id.to_owned()), backward }
    }

    fn request(&self, arguments: &Value) -> (String, Value) {
        let mut declared = String::from("$first: Int, $after: Cursor");
        let mut given = String::from("first: $first, after: $after");
        if self.backward {
            declared += ", $last: Int, $before: Cursor";
            given += ", last: $last, before: $before";
        }
        if self.id.is_some() {
            declared += ", $id: ID!";
        }
        let mut variables = arguments.clone();
        variables["id"] = json!(self.id);
        (format!("query({declared}) {{ {} }}", self.body.replace('%', &given)), variables)
    }

    async fn page(&self, client: &Client, arguments: Value) -> Value {
        let (document, variables) = self.request(&arguments);
        let mut data = client.query(&document, variables).await;
        self.path.iter().fold(&mut data, |data, field| &mut data[*field]).take()
    }

    async fn error(&self, client: &Client, arguments: Value) -> Value {
        let (document, variables) = self.request(&arguments);
        client.raw(&document, variables).await["errors"][0].take()
    }
}

fn ids(page: &Value) -> Vec<String> {
    page["nodes"].as_array().unwrap().iter().map(|node| text(&node["id"])).collect()
}

async fn world(app: &TestApp) -> (Client, Vec<List>) {
    let ada = app.admin().await;
    let sales = ada.sales().await;
    for number in 0..6 {
        app.member(&format!("Member{number}"), entity::member::Role::Salesperson).await;
        ada.process(&format!("Process {number}"), &[]).await;
    }
    let staged = fill(&ada, &sales).await;
    let lists = vec![
        List::top("processes"),
        List::top("members"),
        List::top("deals"),
        List::of("Deal", &staged, "notes", true),
        List::of("Deal", &staged, "events", true),
        List::of("Stage", sales.stage("Contact"), "deals", false),
        List::of("Process", &sales.id, "unstagedDeals", false),
    ];
    (ada, lists)
}

/// Seven deals at the first stage, seven at none, and a deal with seven notes and more events.
async fn fill(ada: &Client, sales: &BuiltProcess) -> String {
    let mut last = String::new();
    for number in 0..7 {
        ada.deal(&sales.id, &format!("Unstaged {number}")).await;
        last = ada.deal(&sales.id, &format!("Staged {number}")).await;
        ada.complete(&last, sales.action("Call")).await;
    }
    for number in 0..7 {
        ada.done("addNote", json!({ "dealId": last, "body": format!("Note {number}") }), "").await;
    }
    last
}

#[tokio::test]
async fn forward_and_backward_pages_are_the_same_rows_in_the_same_order() {
    each(|app| async move {
        let (ada, lists) = world(&app).await;
        for list in lists {
            let all = list.page(&ada, json!({ "first": 100 })).await;
            let expected = ids(&all);
            assert!(expected.len() >= 7, "{:?}", list.path);
            assert_eq!(all["totalCount"], expected.len(), "{:?}", list.path);
            assert_eq!(forward(&ada, &list).await, expected, "{:?}", list.path);
            if list.backward {
                assert_eq!(backward(&ada, &list).await, expected, "{:?}", list.path);
            }
            let default = list.page(&ada, json!({})).await;
            assert_eq!(ids(&default), expected[..expected.len().min(20)]);
        }
    })
    .await;
}

async fn forward(client: &Client, list: &List) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = list.page(client, json!({ "first": 3, "after": after })).await;
        let info = &page["pageInfo"];
        assert_eq!(info["hasPreviousPage"], !found.is_empty());
        found.extend(ids(&page));
        assert_edges(&page);
        if info["hasNextPage"] == false {
            return found;
        }
        after = info["endCursor"].clone();
    }
}

async fn backward(client: &Client, list: &List) -> Vec<String> {
    let (mut found, mut before) = (Vec::new(), Value::Null);
    loop {
        let page = list.page(client, json!({ "last": 3, "before": before })).await;
        let info = &page["pageInfo"];
        assert_eq!(info["hasNextPage"], !found.is_empty());
        found.splice(0..0, ids(&page));
        assert_edges(&page);
        if info["hasPreviousPage"] == false {
            return found;
        }
        before = info["startCursor"].clone();
    }
}

fn assert_edges(page: &Value) {
    let edges = page["edges"].as_array().unwrap();
    let nodes: Vec<_> = edges.iter().map(|edge| text(&edge["node"]["id"])).collect();
    assert_eq!(nodes, ids(page));
    let cursor = |edge: Option<&Value>| edge.map_or(Value::Null, |edge| edge["cursor"].clone());
    assert_eq!(cursor(edges.first()), page["pageInfo"]["startCursor"]);
    assert_eq!(cursor(edges.last()), page["pageInfo"]["endCursor"]);
}

#[tokio::test]
async fn a_page_has_none_to_a_hundred_rows() {
    each(|app| async move {
        let (ada, lists) = world(&app).await;
        for list in lists {
            let none = list.page(&ada, json!({ "first": 0 })).await;
            assert_eq!(none["nodes"], json!([]));
            assert!(none["totalCount"].as_i64().unwrap() >= 7);
            assert_eq!(none["pageInfo"]["hasNextPage"], true);
            let mut wrong = vec![json!({ "first": 101 }), json!({ "first": -1 })];
            if list.backward {
                wrong.extend([
                    json!({ "last": 101 }),
                    json!({ "last": -1 }),
                    json!({ "first": 1, "last": 1 }),
                    json!({ "first": 1, "before": "x" }),
                    json!({ "last": 1, "after": "x" }),
                ]);
            }
            for arguments in wrong {
                let error = list.error(&ada, arguments.clone()).await;
                assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{arguments}");
                let message = text(&error["message"]);
                assert!(
                    message == "A page has 0 to 100 rows."
                        || message.starts_with("Page either forward"),
                    "{message}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_is_made_up_or_of_another_order_is_refused() {
    each(|app| async move {
        let (ada, lists) = world(&app).await;
        let cursor = async |order: &str| {
            let document = format!("{{ deals(first: 1, orderBy: [{order}]) {{ pageInfo {{ endCursor }} }} }}");
            text(&ada.query(&document, json!({})).await["deals"]["pageInfo"]["endCursor"])
        };
        let by_title = cursor("{ field: TITLE }").await;
        let forged = base64(r#"{"o":"created,id","k":[{"n":1},{"n":1}]}"#);
        for list in &lists {
            for wrong in [by_title.as_str(), &forged, "", "x", "%%%", "ł", &by_title[..8], &"A".repeat(10_000)] {
                let error = list.error(&ada, json!({ "first": 3, "after": wrong })).await;
                assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{:?} {wrong}", list.path);
            }
        }
        let page = "query($after: Cursor) { deals(orderBy: [{ field: TITLE }], after: $after) { nodes { id } } }";
        ada.query(page, json!({ "after": by_title })).await;
        for other in ["{ field: TITLE, direction: DESC }", "{ field: TITLE }, { field: VALUE }", "{ field: STAGE }"] {
            let other = cursor(other).await;
            assert_eq!(ada.error(page, json!({ "after": other })).await, "BAD_USER_INPUT");
        }
    })
    .await;
}

fn base64(text: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(text)
}

#[tokio::test]
async fn a_page_stays_where_it_is_while_rows_come_and_go_around_it() {
    each(|app| async move {
        let (ada, _) = world(&app).await;
        let process = ada.process("Service", &[]).await.id;
        for title in ["b", "d", "f", "h"] {
            ada.deal(&process, title).await;
        }
        let document = "query($process: ID!, $after: Cursor) { deals(filter: { processIds: [$process] }, \
            orderBy: [{ field: TITLE }], first: 2, after: $after) { nodes { title } pageInfo { endCursor } } }";
        let first = ada.query(document, json!({ "process": process })).await;
        assert_eq!(first["deals"]["nodes"], json!([{ "title": "b" }, { "title": "d" }]));
        for title in ["a", "c", "e"] {
            ada.deal(&process, title).await;
        }
        let after = first["deals"]["pageInfo"]["endCursor"].clone();
        let second = ada.query(document, json!({ "process": process, "after": after })).await;
        assert_eq!(second["deals"]["nodes"], json!([{ "title": "e" }, { "title": "f" }]));
    })
    .await;
}
