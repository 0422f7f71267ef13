//! What the schema tells of itself: all that the edition of September 2025 of the specification has, and what tools of
//! several languages ask for, with every option on.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{each, scene::Scene};

const DOCUMENTS: [(&str, &str); 4] = [
    ("graphql-js", include_str!("introspection/graphql_js.graphql")),
    ("graphql-core and gql", include_str!("introspection/graphql_core.graphql")),
    ("graphql-java and DGS", include_str!("introspection/graphql_java.graphql")),
    ("rover and Apollo's tools", include_str!("introspection/apollo_rover.graphql")),
];

/// Something of a list by its name.
fn named<'a>(all: &'a Value, name: &str) -> &'a Value {
    let found = all.as_array().unwrap().iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

#[tokio::test]
async fn the_documents_of_all_tools_are_answered() {
    each(|app| async move {
        let admin = app.admin().await;
        for (tool, document) in DOCUMENTS {
            let schema = admin.query(document, json!({})).await["__schema"].take();
            let types = schema["types"].as_array().unwrap();
            assert!(types.len() > 200, "{tool}");
            assert_eq!(schema["queryType"]["name"], "Query");
            let deal = named(&schema["types"], "Deal");
            assert_eq!(deal["interfaces"][0]["name"], "Node", "{tool}");
            assert!(named(&schema["types"], "Node")["interfaces"].is_array(), "{tool}");
            whole(&schema, types, tool);
        }
    })
    .await;
}

/// Every type that is referred to is there, and nothing is cut off.
fn whole(schema: &Value, types: &[Value], tool: &str) {
    let known: BTreeSet<_> = types.iter().map(|ty| ty["name"].as_str().unwrap()).collect();
    let mut referred = BTreeSet::new();
    references(schema, &mut referred);
    assert_eq!(referred.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "{tool}");
}

fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| references(one, found)),
        Value::Object(fields) => {
            let wraps =
                matches!(fields.get("kind").and_then(Value::as_str), Some("LIST" | "NON_NULL"));
            if wraps {
                assert!(fields["ofType"].is_object(), "{value}");
            }
            if fields.contains_key("ofType") && !wraps {
                found.insert(fields["name"].as_str().unwrap());
            }
            fields.values().for_each(|one| references(one, found));
        }
        _ => {}
    }
}

#[tokio::test]
async fn tools_that_look_first_find_what_the_edition_has() {
    each(|app| async move {
        let admin = app.admin().await;
        let document = include_str!("introspection/apollo_kotlin.graphql");
        let known = admin.query(document, json!({})).await;
        for (what, fields) in [
            ("schema", "description types queryType mutationType subscriptionType directives"),
            (
                "type",
                "kind name description fields interfaces possibleTypes enumValues inputFields ofType specifiedByURL isOneOf",
            ),
            ("directive", "name description isRepeatable locations args"),
            ("field", "name description args type isDeprecated deprecationReason"),
            ("inputValue", "name description type defaultValue isDeprecated deprecationReason"),
        ] {
            for field in fields.split_whitespace() {
                let found = named(&known[what]["fields"], field);
                let takes = ["fields", "enumValues", "inputFields", "args"].contains(&field);
                let arguments = if takes { json!([{ "name": "includeDeprecated" }]) } else { json!([]) };
                if (what, field) != ("schema", "directives") {
                    assert_eq!(found["args"], arguments, "{what}.{field}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_schema_says_of_itself_is_right() {
    each(|app| async move {
        let admin = app.admin().await;
        let document = "query($all: Boolean!, $name: String!) {
            __schema { description __typename
              directives { name isRepeatable locations args(includeDeprecated: $all) { name defaultValue type { kind } } } }
            interface: __type(name: \"DealEvent\") { kind interfaces { name } possibleTypes { name } fields { name } isOneOf }
            scalar: __type(name: $name) { kind specifiedByURL ofType { name } }
            order: __type(name: \"DealOrder\") { isOneOf inputFields { name defaultValue
              type { kind ofType { kind name } } isDeprecated deprecationReason } }
            status: __type(name: \"DealStatus\") { enumValues(includeDeprecated: true) { name isDeprecated } }
            nothing: __type(name: \"Nothing\") { name } }";
        let told = admin.query(document, json!({ "all": true, "name": "Decimal" })).await;
        let schema = &told["__schema"];
        assert!(schema["description"].as_str().unwrap().starts_with("Waypost:"), "{schema}");
        assert_eq!(schema["__typename"], "__Schema");
        let deprecated = named(&schema["directives"], "deprecated");
        let places = ["FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INPUT_FIELD_DEFINITION", "ENUM_VALUE"];
        assert_eq!(deprecated["locations"], json!(places));
        assert_eq!(deprecated["args"][0]["defaultValue"], "\"No longer supported\"");
        assert_eq!(deprecated["args"][0]["type"]["kind"], "NON_NULL");
        assert_eq!(named(&schema["directives"], "oneOf")["locations"], json!(["INPUT_OBJECT"]));
        assert_eq!(named(&schema["directives"], "skip")["isRepeatable"], false);
        assert_eq!(named(&schema["directives"], "specifiedBy")["args"][0]["name"], "url");
        assert_eq!(told["interface"]["interfaces"], json!([]));
        assert!(told["interface"]["possibleTypes"].as_array().unwrap().len() > 10);
        assert_eq!(told["interface"]["isOneOf"], Value::Null);
        assert!(told["scalar"]["specifiedByURL"].as_str().unwrap().starts_with("https://"));
        assert_eq!(told["scalar"]["ofType"], Value::Null);
        let direction = named(&told["order"]["inputFields"], "direction");
        assert_eq!(direction["defaultValue"], "ASC");
        assert_eq!(direction["isDeprecated"], false);
        assert_eq!(told["order"]["isOneOf"], false);
        assert_eq!(told["status"]["enumValues"][0]["isDeprecated"], false);
        assert_eq!(told["nothing"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn the_schema_is_told_among_other_things_in_their_order() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let body = json!({ "query": "{ a: __type(name: \"Role\") { name } viewer { member { name } } __schema { queryType { name } } }" });
        let admin = &scene.people.admin;
        let request = app.http.post(app.endpoint()).bearer_auth(&admin.secret).json(&body);
        let text = request.send().await.unwrap().text().await.unwrap();
        let expected = r#"{"data":{"a":{"name":"Role"},"viewer":{"member":{"name":"Ada"}},"__schema":{"queryType":{"name":"Query"}}}"#;
        assert!(text.starts_with(expected), "{text}");
    })
    .await;
}

/// Few objects under many long names are cheap, and yet too much: the answer keeps to its budget of bytes.
#[tokio::test]
async fn an_answer_about_the_schema_keeps_to_its_budget() {
    each(|app| async move {
        let admin = app.admin().await;
        let long = "a".repeat(190);
        let aliases: Vec<_> = (0..14).map(|number| format!("{long}{number}: kind")).collect();
        let last = format!("fields {{ type {{ {} }} }}", aliases.join(" "));
        let within = format!("fields {{ type {{ {last} possibleTypes {{ {last} }} }} }}");
        let answer =
            admin.raw(&format!("{{ __schema {{ types {{ {within} }} }} }}"), json!({})).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "QUERY_TOO_COMPLEX", "{error}");
        assert!(error["message"].as_str().unwrap().contains("12 MiB"), "{error}");
    })
    .await;
}

/// A schema that is asked for over and over within itself grows with each level: that costs as all else does.
#[tokio::test]
async fn an_endless_question_about_the_schema_is_given_up() {
    each(|app| async move {
        let admin = app.admin().await;
        let last = "fields { name description type { name kind description } }";
        let more = format!("fields {{ type {{ ofType {{ a: {last} b: {last} c: {last} }} }} }}");
        let deep = format!("fields {{ type {{ ofType {{ a: {more} b: {more} }} }} }}");
        let document =
            format!("{{ __schema {{ types {{ {deep} possibleTypes {{ {deep} }} }} }} }}");
        let answer = admin.raw(&document, json!({})).await;
        let code = answer["errors"][0]["extensions"]["code"].as_str();
        assert_eq!(code, Some("QUERY_TOO_COMPLEX"));
    })
    .await;
}
