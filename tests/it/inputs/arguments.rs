//! Values of arguments and variables: what is null where it must not be is told of that field alone, whole numbers are
//! whole however they are written, and nothing is told in the words of a library.

use entity::ids;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, each, scene::Scene};

mod wrong;

use wrong::{WRONG_BODIES, WRONG_DOCUMENTS, WRONG_URLS, WRONG_VARIABLES};

/// A message in words for people: no names of Rust's or of a parser's.
fn is_plain(message: &str) -> bool {
    let foreign = [
        "occurred while parsing",
        "Failed to parse",
        "Expected input type",
        "expected value at",
        "EOF",
        "trailing",
        "panicked",
        "Err(",
        "Some(",
        "None",
        "::",
        "invalid type",
        "invalid length",
        "unexpected end",
        "serde",
        "L_CURLY",
        "R_CURLY",
        "IDENT",
        "recursion limit",
        "premature",
        "ParseError",
        "apollo",
        "async-graphql",
        "recursion_limit",
    ];
    // Apollo's clients look for these.
    let known = ["PersistedQueryNotFound", "PersistedQueryNotSupported"];
    let is_sentence = message.ends_with(['.', '?', '!']) || known.contains(&message);
    is_sentence && !foreign.iter().any(|text| message.contains(text))
}

#[tokio::test]
async fn null_for_an_argument_with_a_default_is_an_error_of_that_field_alone() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let admin = &scene.people.admin;
        for (document, variables, field, place) in [
            (
                "query($v: Boolean) { viewer { member { name } } processes(includeArchived: $v) { totalCount } }",
                json!({ "v": null }),
                "processes",
                "`includeArchived` of `processes`",
            ),
            (
                "query($v: Boolean = true) { viewer { member { name } } closeReasons(status: LOST, includeArchived: $v) { name } }",
                json!({ "v": null }),
                "closeReasons",
                "`includeArchived` of `closeReasons`",
            ),
            (
                "query($v: OrderDirection) { viewer { member { name } } deals(orderBy: [{ field: TITLE, direction: $v }]) { totalCount } }",
                json!({ "v": null }),
                "deals",
                "`orderBy.0.direction` of `deals`",
            ),
            (
                "query($v: OrderDirection) { viewer { member { name } } tasks(orderBy: { field: DUE_ON, direction: $v }) { totalCount } }",
                json!({ "v": null }),
                "tasks",
                "`orderBy.direction` of `tasks`",
            ),
            (
                "query($v: [ID!] = []) { viewer { member { name } } nodes(ids: $v) { id } }",
                json!({ "v": null }),
                "nodes",
                "`ids` of `nodes`",
            ),
        ] {
            let answer = admin.raw(document, variables).await;
            let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("{document}: {answer}"));
            if answer["data"][field].is_null() && answer["data"]["viewer"].is_null() {
                assert_eq!(field, "nodes", "{document}: {answer}"); // `nodes` itself must not be null
                continue;
            }
            assert_eq!(errors.len(), 1, "{document}: {answer}");
            assert_eq!(errors[0]["path"], json!([field]), "{answer}");
            assert_eq!(errors[0]["extensions"]["code"], "BAD_USER_INPUT");
            let message = errors[0]["message"].as_str().unwrap();
            assert!(message.starts_with(place) && message.contains("`$v`"), "{message}");
            assert_eq!(answer["data"]["viewer"]["member"]["name"], "Ada", "{answer}");
            assert_eq!(answer["data"][field], Value::Null);
        }
        let within = "query($v: Boolean) { viewer { member { name } notifications(unreadOnly: $v) { totalCount } } }";
        let answer = admin.raw(within, json!({ "v": null })).await;
        assert_eq!(answer["errors"][0]["path"], json!(["viewer", "notifications"]));
        assert_eq!(answer["data"]["viewer"]["member"]["name"], "Ada", "{answer}");
        let left_out = admin.query(within, json!({})).await;
        assert_eq!(left_out["viewer"]["notifications"]["totalCount"], 0);
    })
    .await;
}

#[tokio::test]
async fn null_within_a_mutation_is_an_error_of_the_mutation_and_changes_nothing() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let admin = &scene.people.admin;
        let before = app.fingerprint().await;
        let document = "mutation($name: String = \"x\") { createProcess(input: { name: \"A\" }) { userErrors { code } }
            addMember(input: { name: $name, email: \"a@example.org\", role: MANAGER }) { userErrors { code } } }";
        let answer = admin.raw(document, json!({ "name": null })).await;
        assert_eq!(answer["data"]["addMember"], Value::Null, "{answer}");
        assert_eq!(answer["data"]["createProcess"]["userErrors"], json!([]));
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.starts_with("`input.name` of `addMember` must not be null"), "{message}");
        assert_ne!(app.fingerprint().await, before);
        let members = admin.query("{ members { totalCount } }", json!({})).await;
        assert_eq!(members["members"]["totalCount"], 6);
    })
    .await;
}

#[tokio::test]
async fn a_whole_number_is_one_however_json_writes_it() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let admin = &scene.people.admin;
        let sent = |body: String| {
            let request = app.http.post(app.endpoint()).bearer_auth(&admin.secret);
            let request = request.header("content-type", "application/json").body(body);
            async move { request.send().await.unwrap().json::<Value>().await.unwrap() }
        };
        let page = |number: &str| {
            format!(r#"{{"query":"query($n: Int) {{ processes(first: $n) {{ nodes {{ name }} }} }}","variables":{{"n":{number}}}}}"#)
        };
        for number in ["2", "2.0", "2e0", "0.2e1", "20e-1"] {
            let answer = sent(page(number)).await;
            assert_eq!(answer["data"]["processes"]["nodes"].as_array().map(Vec::len), Some(2), "{number}: {answer}");
        }
        for number in ["2.5", "1e10", "2147483648.0", "-2147483649.0", "1e300", "\"2\"", "true"] {
            let answer = sent(page(number)).await;
            let message = answer["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains("takes an integer between"), "{number}: {message}");
        }
        let call = scene.process.action("Call");
        let weigh = |weight: &str| {
            format!(r#"{{"query":"mutation($i: SetActionWeightInput!) {{ setActionWeight(input: $i) {{ action {{ weight }} userErrors {{ code path }} }} }}","variables":{{"i":{{"actionId":"{call}","weight":{weight}}}}}}}"#)
        };
        let answer = sent(weigh("20.0")).await;
        assert_eq!(answer["data"]["setActionWeight"]["action"]["weight"], 20, "{answer}");
        let answer = sent(weigh("5e3")).await;
        assert_eq!(answer["data"]["setActionWeight"]["userErrors"][0]["code"], "INVALID_VALUE", "{answer}");
        let (deal, _) = scene.deal("EVERYONE").await;
        let worth = format!(r#"{{"query":"mutation($v: MoneyInput!) {{ updateDeal(input: {{ dealId: \"{deal}\", value: $v }}) {{ deal {{ value {{ amount }} }} }} }}","variables":{{"v":{{"amount":20.0,"currency":"EUR"}}}}}}"#);
        assert_eq!(sent(worth).await["data"]["updateDeal"]["deal"]["value"]["amount"], "20");
    })
    .await;
}

#[tokio::test]
async fn ids_are_told_apart_in_plain_words() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let owner = &scene.people.owner;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (_, suffix) = deal.split_once('_').unwrap();
        for (id, expected) in [
            (suffix.to_owned(), "This id has no prefix, so it does not say what it names; the id of a deal begins with deal_."),
            (format!("_{suffix}"), "This is not the id of a deal; such an id looks like"),
            (format!("invoice_{suffix}"), "This is not the id of a deal; such an id looks like"),
            (format!("stage_{suffix}"), "This is the id of a stage; give the id of a deal."),
            (String::new(), "This is not the id of a deal; such an id looks like"),
            (format!("deal_{}", suffix.to_uppercase()), "This is not the id of a deal; such an id looks like"),
        ] {
            let errors = owner.refused("winDeal", json!({ "dealId": id })).await;
            let message = errors[0]["message"].as_str().unwrap();
            assert!(message.starts_with(expected), "{id}: {message}");
            assert_eq!(errors[0]["code"], "INVALID_ID");
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_id_carries_a_proper_uuid() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let owner = &scene.people.owner;
        let write = |id: &str| ids::DealId::from_uuid(id.parse().unwrap()).to_string();
        for wrong in [
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "01934f6b-1c2d-0000-8000-000000000001",
            "01934f6b-1c2d-7000-c000-000000000001",
        ] {
            let input = json!({ "title": "Chairs", "newId": write(wrong) });
            assert_eq!(owner.refusal("createDeal", input).await, "INVALID_ID newId", "{wrong}");
        }
        for right in
            ["01934f6b-1c2d-7000-8000-000000000001", "9d3a5f52-7c5e-4f0e-a8c5-1d2c3b4a5f6e"]
        {
            let input =
                json!({ "title": "Chairs", "newId": write(right), "processId": scene.process.id });
            let made = owner.done("createDeal", input.clone(), "deal { id }").await;
            assert_eq!(made["deal"]["id"], json!(write(right)));
            assert_eq!(
                owner.calm("createDeal", input, "deal { id }").await["deal"]["id"],
                made["deal"]["id"]
            );
        }
    })
    .await;
}

/// Every message of an answer, errors of the request and of mutations alike.
fn messages(answer: &Value, found: &mut Vec<String>) {
    match answer {
        Value::Object(fields) => {
            found.extend(fields.get("message").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|one| messages(one, found));
        }
        Value::Array(all) => all.iter().for_each(|one| messages(one, found)),
        _ => {}
    }
}

async fn told(app: &TestApp, who: &Client, body: &str) -> Vec<String> {
    let request = app.http.post(app.endpoint()).bearer_auth(&who.secret);
    let request = request.header("content-type", "application/json").body(body.to_owned());
    let answer = request.send().await.unwrap().json::<Value>().await.unwrap();
    let mut found = Vec::new();
    messages(&answer, &mut found);
    found
}

/// Documents, variables and bodies that are wrong in every way there is.
#[tokio::test]
async fn nothing_is_told_in_the_words_of_a_library() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let admin = &scene.people.admin;
        let mut all = Vec::new();
        for document in WRONG_DOCUMENTS {
            let body = json!({ "query": document }).to_string();
            let found = told(&app, admin, &body).await;
            assert!(!found.is_empty(), "{document}");
            all.extend(found.into_iter().map(|message| (document.to_string(), message)));
        }
        for (ty, values) in WRONG_VARIABLES {
            for value in *values {
                let field = field_with(ty);
                let query = format!("query($v: {ty}) {{ {field} }}");
                let body =
                    format!("{{\"query\": {}, \"variables\": {{\"v\": {value}}}}}", json!(query));
                let found = told(&app, admin, &body).await;
                assert!(!found.is_empty(), "{ty} {value}");
                all.extend(found.into_iter().map(|message| (body.clone(), message)));
            }
        }
        for body in WRONG_BODIES {
            let found = told(&app, admin, body).await;
            assert!(!found.is_empty(), "{body}");
            all.extend(found.into_iter().map(|message| (body.to_string(), message)));
        }
        for query in WRONG_URLS {
            let url = format!("{}?{query}", app.endpoint());
            let answer = app.http.get(url).bearer_auth(&admin.secret).send().await.unwrap();
            let mut found = Vec::new();
            messages(&answer.json::<Value>().await.unwrap(), &mut found);
            assert!(!found.is_empty(), "{query}");
            all.extend(found.into_iter().map(|message| (query.to_string(), message)));
        }
        let foreign: Vec<_> = all.iter().filter(|(_, message)| !is_plain(message)).collect();
        assert!(foreign.is_empty(), "{foreign:#?}");
    })
    .await;
}

/// A field of a query that takes a value of this type.
fn field_with(ty: &str) -> String {
    let argument = match ty {
        "ID!" => return "node(id: $v) { id }".into(),
        "[ID!]!" => return "nodes(ids: $v) { id }".into(),
        "Int" => "first: $v",
        "Cursor" => "after: $v",
        "DealFilter" => "filter: $v",
        "[DealOrder!]" => "orderBy: $v",
        "TaskFilter" => return "tasks(filter: $v) { totalCount }".into(),
        "SaveProcessInput!" => {
            return "processPreview(input: $v) { userErrors { message } }".into();
        }
        _ => panic!("nothing takes {ty}"),
    };
    format!("deals({argument}) {{ totalCount }}")
}
