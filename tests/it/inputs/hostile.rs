//! Input made to break the server: refused before it can, and the server goes on.

use serde_json::{Value, json};

use crate::support::{Client, each};

async fn is_alive(ada: &Client) {
    ada.query("{ viewer { member { name } } }", json!({})).await;
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!(
        "{{ deals(filter: {{ ownerIds: {}1{} }}) {{ totalCount }} }}",
        open.repeat(depth),
        close.repeat(depth)
    )
}

#[tokio::test]
async fn a_document_nested_beyond_reason_is_refused_before_it_is_read() {
    each(|app| async move {
        let ada = app.admin().await;
        for document in [
            nested("[", "]", 2_000),
            nested("{a:", "}", 100_000),
            format!("query($a: {}ID{}) {{ __typename }}", "[".repeat(50_000), "]".repeat(50_000)),
            "{a".repeat(100_000),
        ] {
            assert_eq!(ada.error(&document, json!({})).await, "DOCUMENT_TOO_LARGE");
        }
        is_alive(&ada).await;
    })
    .await;
}

#[tokio::test]
async fn lists_beyond_reason_are_refused_and_repetitions_count_once() {
    each(|app| async move {
        let ada = app.admin().await;
        let ids = vec![ada.id(); 20_000];
        let document = "query($f: DealFilter) { deals(filter: $f) { totalCount } }";
        for field in ["ownerIds", "participantIds"] {
            let filter = json!({ "f": { field: ids } });
            assert_eq!(ada.error(document, filter).await, "BAD_USER_INPUT", "{field}");
        }
        let statuses = json!({ "f": { "statuses": vec!["OPEN"; 40_000] } });
        assert_eq!(ada.query(document, statuses).await["deals"]["totalCount"], 0);
        ada.process("Sales", &[]).await;
        let input = json!({ "title": "Chairs", "participantIds": ids });
        let errors = ada.refused("createDeal", input).await;
        assert_eq!(
            (&errors[0]["code"], &errors[0]["path"]),
            (&json!("LIMIT_REACHED"), &json!(["participantIds"]))
        );
    })
    .await;
}

#[tokio::test]
async fn every_error_of_a_document_has_a_code_and_no_data() {
    each(|app| async move {
        let ada = app.admin().await;
        for (document, code) in [
            ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("mutation { createDeal }", "GRAPHQL_VALIDATION_FAILED"),
            ("query($a: Nope) { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ] {
            let response = ada.raw(document, json!({})).await;
            assert_eq!(response["errors"][0]["extensions"]["code"], code);
            assert_eq!(response.get("data"), None::<&Value>);
        }
    })
    .await;
}

#[tokio::test]
async fn a_value_that_its_scalar_does_not_take_is_refused_before_anything_runs() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let before = app.fingerprint().await;
        let create = |declared: &str, amount: &str| {
            format!(
                "mutation{declared} {{ \
                    one: createDeal(input: {{ title: \"one\", processId: \"{}\" }}) {{ deal {{ id }} }} \
                    two: createDeal(input: {{ title: \"two\", value: {{ amount: {amount}, currency: \"EUR\" }} }}) \
                    {{ deal {{ id }} }} }}",
                sales.id
            )
        };
        let literal = ada.raw(&create("", "1.5"), json!({})).await;
        let variable = ada.raw(&create("($amount: Decimal!)", "$amount"), json!({ "amount": "much" })).await;
        for (told, code, message) in [
            (
                literal,
                "GRAPHQL_VALIDATION_FAILED",
                "A Decimal is a string such as \"1999.90\", never a float.",
            ),
            (
                variable,
                "BAD_USER_INPUT",
                "The variable `$amount` got the invalid value \"much\". A Decimal looks like \"1999.90\" and has at most 28 digits.",
            ),
        ] {
            assert_eq!(told["errors"][0]["message"], message);
            assert_eq!(told["errors"][0]["extensions"]["code"], code);
            assert!(told.get("data").is_none(), "{told}");
        }
        assert_eq!(app.fingerprint().await, before);
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_with_a_new_deal_or_process_is_said_at_once() {
    each(|app| async move {
        let ada = app.admin().await;
        let nobody = entity::ids::MemberId::from_uuid(uuid::Uuid::nil()).to_string();
        let nothing = entity::ids::ProcessId::from_uuid(uuid::Uuid::nil()).to_string();
        let deal = json!({ "title": "Chairs", "processId": nothing, "ownerId": nobody });
        assert_eq!(ada.refusals("createDeal", deal).await, ["NOT_FOUND", "NOT_FOUND"]);
        let process = json!({ "name": " ", "message": "x".repeat(10_001) });
        assert_eq!(
            ada.refusals("createProcess", process).await,
            ["INVALID_VALUE", "INVALID_VALUE"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_wrong_member_leaves_the_deal_in_the_answer() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        for name in ["addParticipant", "removeParticipant"] {
            let input = json!({ "dealId": deal, "memberId": "42" });
            let payload = ada.mutate(name, input, "deal { id }").await;
            assert_eq!(payload["userErrors"][0]["code"], "INVALID_ID");
            assert_eq!(payload["deal"]["id"], deal);
        }
    })
    .await;
}

/// A few kilobytes of a document can ask for gigabytes of text.
#[tokio::test]
async fn an_answer_that_would_be_too_large_is_given_up() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let body = "🪑".repeat(10_000);
        for _ in 0..32 {
            ada.done("addNote", json!({ "dealId": deal, "body": body }), "").await;
        }
        let within = |inner: &str| format!("notes(first: 32) {{ nodes {{ {inner} }} }}");
        let deal_of = |inner: &str| within(&format!("deal {{ {inner} }}"));
        for asked in [deal_of(&within("body")), deal_of(&deal_of(&within("id")))] {
            let document = format!("query($id: ID!) {{ deal(id: $id) {{ {asked} }} }}");
            let response = ada.raw(&document, json!({ "id": deal })).await;
            assert_eq!(response["data"], Value::Null);
            let error = &response["errors"][0];
            assert_eq!(error["extensions"]["code"], "QUERY_TOO_COMPLEX");
            assert!(error["message"].as_str().unwrap().contains("12 MiB"), "{error}");
            assert_eq!(response["errors"].as_array().unwrap().len(), 1);
        }
        let document = format!("query($id: ID!) {{ deal(id: $id) {{ {} }} }}", within("body"));
        let data = ada.query(&document, json!({ "id": deal })).await;
        assert_eq!(data["deal"]["notes"]["nodes"].as_array().unwrap().len(), 32);
    })
    .await;
}
