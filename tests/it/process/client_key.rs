//! New stages and actions of a save by the client's own keys, and the ids that they became.

use std::collections::HashMap;

use entity::ids;
use serde_json::{Value, json};

use crate::support::{builders::text, each, process::check};

const CREATED: &str = "created { clientKey id } process { stages { id name actions { id name } } }";

fn by_key(created: &Value) -> HashMap<String, String> {
    let created = created.as_array().unwrap().iter();
    created.map(|one| (text(&one["clientKey"]), text(&one["id"]))).collect()
}

#[tokio::test]
async fn a_save_answers_which_id_each_key_became_and_its_preview_shows_ids_of_its_own() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let mut input = ada.as_it_is(&sales.id).await;
        let own = ada.new_id::<ids::Action>();
        input["stages"][0]["actions"].as_array_mut().unwrap().push(json!({ "clientKey": "mail", "name": "Mail" }));
        input["stages"].as_array_mut().unwrap().push(json!({ "clientKey": "close", "name": "Close", "actions": [
            { "newId": own, "clientKey": "sign", "name": "Sign" }, { "clientKey": "łódź 2", "name": "Pay" },
            { "newId": ada.new_id::<ids::Action>(), "name": "Thank" } ] }));

        let document = "query($input: SaveProcessInput!) { processPreview(input: $input) { created { clientKey id } \
            definition { stages { stageId actions { actionId } } } userErrors { code } } }";
        let preview = ada.query(document, json!({ "input": input })).await["processPreview"].take();
        assert_eq!(preview["userErrors"], json!([]));
        let shown = by_key(&preview["created"]);
        let stages = &preview["definition"]["stages"];
        assert_eq!(shown["close"], text(&stages[2]["stageId"]));
        assert_eq!(shown["łódź 2"], text(&stages[2]["actions"][1]["actionId"]));

        let done = ada.done("saveProcess", input.clone(), CREATED).await;
        let keys: Vec<_> = done["created"].as_array().unwrap().iter().map(|one| text(&one["clientKey"])).collect();
        assert_eq!(keys, ["mail", "close", "sign", "łódź 2"], "in the order of the tree");
        let made = by_key(&done["created"]);
        let stages = &done["process"]["stages"];
        assert_eq!(made["mail"], text(&stages[0]["actions"][2]["id"]));
        assert_eq!(made["close"], text(&stages[2]["id"]));
        assert_eq!((&made["sign"], &made["łódź 2"]), (&own, &text(&stages[2]["actions"][1]["id"])));
        check(&app, &sales.id).await;

        let again = ada.calm("saveProcess", input, CREATED).await;
        let known = json!([{ "clientKey": "sign", "id": own }]);
        assert_eq!(again["created"], known, "of the others a repeated call cannot tell");
    })
    .await;
}

#[tokio::test]
async fn a_save_without_ids_of_the_client_s_that_is_sent_again_is_refused_and_adds_nothing() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let mut input = ada.as_it_is(&sales.id).await;
        let new = json!({ "clientKey": "close", "name": "Close", "actions": [] });
        input["stages"].as_array_mut().unwrap().push(new);
        ada.done("saveProcess", input.clone(), "").await;
        assert_eq!(ada.refusals("saveProcess", input).await, ["VERSION_CONFLICT"]);
    })
    .await;
}

#[tokio::test]
async fn keys_that_are_none_and_keys_that_occur_twice_are_refused_by_save_and_preview_alike() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let base = ada.as_it_is(&sales.id).await;
        let long = "x".repeat(201);
        let new = |key: &str, actions: Value| json!({ "clientKey": key, "name": key, "actions": actions });
        let cases = [
            (json!({ "clientKey": "", "name": "x", "actions": [] }), "INVALID_VALUE stages.2.clientKey"),
            (json!({ "clientKey": long, "name": "x", "actions": [] }), "INVALID_VALUE stages.2.clientKey"),
            (new("a", json!([{ "clientKey": "a", "name": "a" }])), "INVALID_VALUE stages.2.actions.0.clientKey"),
            (json!({ "id": sales.stage("Offer"), "clientKey": "a", "actions": [] }), "INVALID_VALUE stages.2"),
            (new("a", json!([{ "clientKey": "b" }])), "INVALID_VALUE stages.2.actions.0.name"),
            (new("Offer", json!([])), "NAME_TAKEN stages.2.name"),
        ];
        for (stage, expected) in cases {
            let mut input = base.clone();
            input["stages"].as_array_mut().unwrap().push(stage);
            assert_eq!(ada.refusal("saveProcess", input.clone()).await, expected);
            let preview = ada.preview(&input).await;
            let path: Vec<_> = preview["userErrors"][0]["path"].as_array().unwrap().iter().map(text).collect();
            assert!(expected.ends_with(&path.join(".")), "{preview}");
            let refused = ada.mutate("saveProcess", input, CREATED).await;
            assert_eq!(refused["created"], json!([]));
        }
    })
    .await;
}
