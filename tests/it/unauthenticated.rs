//! Without a session no field of the schema answers: checked at the schema itself, whatever the
//! transport let through.

use async_graphql::Request;
use serde_json::{Value, json};
use waypost::graphql::{self, Schema};

use crate::support::each;

/// Without fragments, as the front door hands a document on.
const TYPES: &str = "{ __schema { types { kind name
    fields { name type { T } args { name type { T } } }
    inputFields { name type { T } } enumValues { name } } } }";
const T: &str = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";

struct Types(Value);

impl Types {
    async fn read(schema: &Schema) -> Self {
        let response =
            schema.execute(Request::new(TYPES.replace("{ T }", &format!("{{ {T} }}")))).await;
        Self(serde_json::to_value(response.data).unwrap()["__schema"]["types"].take())
    }

    fn named(&self, name: &str) -> &Value {
        self.0.as_array().unwrap().iter().find(|found| found["name"] == name).unwrap()
    }

    fn fields(&self, name: &str) -> &[Value] {
        self.named(name)["fields"].as_array().unwrap()
    }

    /// The smallest literal that the type takes.
    fn literal(&self, of: &Value) -> String {
        match of["kind"].as_str().unwrap() {
            "NON_NULL" => self.literal(&of["ofType"]),
            "LIST" => "[]".into(),
            "ENUM" => self.named(of["name"].as_str().unwrap())["enumValues"][0]["name"]
                .as_str()
                .unwrap()
                .into(),
            "INPUT_OBJECT" => {
                let fields =
                    self.named(of["name"].as_str().unwrap())["inputFields"].as_array().unwrap();
                format!("{{{}}}", self.arguments(fields))
            }
            _ => match of["name"].as_str().unwrap() {
                "Int" => "1".into(),
                "Boolean" => "true".into(),
                "Date" => "\"2026-03-02\"".into(),
                _ => "\"x\"".into(),
            },
        }
    }

    /// Everything that must be given, as `name: literal`.
    fn arguments(&self, given: &[Value]) -> String {
        let required = given.iter().filter(|one| one["type"]["kind"] == "NON_NULL");
        let text = required.map(|one| {
            format!("{}: {}", one["name"].as_str().unwrap(), self.literal(&one["type"]))
        });
        text.collect::<Vec<_>>().join(", ")
    }
}

/// Whether a field of this type is asked for without a selection.
fn is_leaf(of: &Value) -> bool {
    match of["kind"].as_str().unwrap() {
        "NON_NULL" | "LIST" => is_leaf(&of["ofType"]),
        kind => ["SCALAR", "ENUM"].contains(&kind),
    }
}

#[tokio::test]
async fn no_query_and_no_mutation_answers_without_a_session() {
    each(|app| async move {
        app.admin().await.process("Sales", &[]).await;
        let before = app.fingerprint().await;
        let schema = graphql::schema(app.app.clone());
        let types = Types::read(&schema).await;
        let mut tried = 0;
        for (operation, root) in [("query", "Query"), ("mutation", "Mutation")] {
            for field in types.fields(root) {
                let name = field["name"].as_str().unwrap();
                let arguments = types.arguments(field["args"].as_array().unwrap());
                let arguments =
                    if arguments.is_empty() { arguments } else { format!("({arguments})") };
                let selection = if is_leaf(&field["type"]) { "" } else { "{ __typename }" };
                let document = format!("{operation} {{ {name}{arguments} {selection} }}");
                let answer =
                    serde_json::to_value(schema.execute(Request::new(&document)).await).unwrap();
                assert_eq!(answer["data"], json!({ name: null }), "{document}: {answer:#}");
                let code = &answer["errors"][0]["extensions"]["code"];
                assert_eq!(code, "UNAUTHENTICATED", "{document}: {answer:#}");
                tried += 1;
            }
        }
        assert!(tried >= 30, "only {tried} fields were found");
        assert_eq!(before, app.fingerprint().await);
    })
    .await;
}
