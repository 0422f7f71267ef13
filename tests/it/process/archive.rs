//! Archiving the default process (rule 8): never another one in silence.

use serde_json::{Value, json};

use crate::support::{
    Client, TestApp,
    builders::text,
    each,
    process::{check, nobody},
};

const BOTH: &str = "process { id archivedAt isDefault } defaultProcess { id isDefault }";

/// The default process, and another one.
async fn two(app: &TestApp) -> (Client, String, String) {
    let ada = app.admin().await;
    let (one, other) = (ada.process("One", &[]).await.id, ada.process("Other", &[]).await.id);
    (ada, one, other)
}

async fn default_of(ada: &Client) -> Option<String> {
    let data = ada.query("{ processes { nodes { id isDefault } } }", json!({})).await;
    let nodes = data["processes"]["nodes"].as_array().unwrap();
    nodes.iter().find(|node| node["isDefault"] == true).map(|node| text(&node["id"]))
}

#[tokio::test]
async fn the_default_process_is_archived_only_with_another_one_to_be_it() {
    each(|app| async move {
        let (ada, one, other) = two(&app).await;
        let alone = json!({ "processId": one });
        let errors = ada.refused("archiveProcess", alone.clone()).await;
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0]["code"], "DEFAULT_PROCESS");
        assert_eq!((&errors[0]["path"], &errors[0]["nodeId"]), (&json!(["newDefaultId"]), &json!(one)));
        assert_eq!(
            errors[0]["message"],
            "New deals take “One” when they name no process. Say with newDefaultId which process they take instead, or make another one the default first."
        );
        let refused = ada.mutate("archiveProcess", alone, BOTH).await;
        assert_eq!(refused["process"], json!({ "id": one, "archivedAt": null, "isDefault": true }));
        assert_eq!(refused["defaultProcess"], json!({ "id": one, "isDefault": true }));

        let input = json!({ "processId": one, "newDefaultId": other });
        let done = ada.done("archiveProcess", input.clone(), BOTH).await;
        assert_eq!(done["process"]["isDefault"], false);
        assert_eq!(done["process"]["archivedAt"], "2026-03-02T08:00:00.000Z");
        assert_eq!(done["defaultProcess"], json!({ "id": other, "isDefault": true }));
        assert_eq!(ada.calm("archiveProcess", input, BOTH).await, done, "the same call again");
        ada.calm("archiveProcess", json!({ "processId": one }), "").await;
        assert_eq!(default_of(&ada).await, Some(other));
        check(&app, &one).await;
    })
    .await;
}

#[tokio::test]
async fn the_last_process_in_use_can_be_archived_and_leaves_no_default() {
    each(|app| async move {
        let (ada, one, other) = two(&app).await;
        ada.done("archiveProcess", json!({ "processId": other }), "").await;
        let done = ada.done("archiveProcess", json!({ "processId": one }), BOTH).await;
        assert_eq!(
            (&done["process"]["isDefault"], &done["defaultProcess"]),
            (&json!(false), &Value::Null)
        );
        let deal = json!({ "title": "Chairs" });
        assert_eq!(ada.refusal("createDeal", deal).await, "NO_DEFAULT_PROCESS processId");
        let third = ada.process("Third", &[]).await.id;
        assert_eq!(default_of(&ada).await, Some(third));
    })
    .await;
}

#[tokio::test]
async fn a_new_default_that_makes_no_sense_is_refused_with_everything_else() {
    each(|app| async move {
        let (ada, one, other) = two(&app).await;
        let old = ada.process("Old", &[]).await.id;
        ada.done("archiveProcess", json!({ "processId": old }), "").await;
        let unknown = nobody("process");
        for (new, expected) in [
            (&one, "INVALID_VALUE newDefaultId"),
            (&old, "PROCESS_ARCHIVED newDefaultId"),
            (&unknown, "NOT_FOUND newDefaultId"),
            (&nobody("deal"), "INVALID_ID newDefaultId"),
        ] {
            let input = json!({ "processId": one, "newDefaultId": new });
            assert_eq!(ada.refusal("archiveProcess", input).await, expected);
        }
        let late = json!({ "processId": one, "newDefaultId": unknown, "expectedVersion": 9 });
        assert_eq!(ada.refusals("archiveProcess", late).await, ["VERSION_CONFLICT", "NOT_FOUND"]);
        // Whatever is not the default is archived without a new one; to name another one is a mistake.
        let third = ada.process("Third", &[]).await.id;
        let not_it = json!({ "processId": other, "newDefaultId": third });
        assert_eq!(ada.refusal("archiveProcess", not_it).await, "INVALID_VALUE newDefaultId");
        let as_it_is = json!({ "processId": other, "newDefaultId": one });
        ada.done("archiveProcess", as_it_is, "").await;
        assert_eq!(default_of(&ada).await, Some(one));
    })
    .await;
}

#[tokio::test]
async fn an_archived_process_comes_back_as_it_was_and_takes_deals_again() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        ada.process("Other", &[]).await;
        let before = ada.latest(&sales.id).await["definition"].take();
        ada.done(
            "setDefaultProcess",
            json!({ "processId": ada.process("Third", &[]).await.id }),
            "",
        )
        .await;
        let archived = json!({ "processId": sales.id });
        let done = ada.done("archiveProcess", archived.clone(), "process { version }").await;
        let version = done["process"]["version"].as_i64().unwrap();
        let with = |expected: i64| json!({ "processId": sales.id, "expectedVersion": expected });
        assert_eq!(ada.refusals("unarchiveProcess", with(version - 1)).await, ["VERSION_CONFLICT"]);
        let selection = "process { version archivedAt isDefault latest { message } }";
        let back = ada.done("unarchiveProcess", with(version), selection).await;
        assert_eq!(
            back["process"],
            json!({ "version": version + 1, "archivedAt": null, "isDefault": false,
            "latest": { "message": "Brought back" } })
        );
        assert_eq!(ada.latest(&sales.id).await["definition"], before);
        ada.deal(&sales.id, "Chairs").await;
        ada.calm("unarchiveProcess", with(version), "").await;
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_process_whose_name_was_given_away_comes_back_under_another() {
    each(|app| async move {
        let (ada, one, other) = two(&app).await;
        let old = json!({ "processId": other });
        ada.done("archiveProcess", old.clone(), "").await;
        let twin = ada.process("OTHER", &[]).await.id;
        let errors = ada.refused("unarchiveProcess", old.clone()).await;
        assert_eq!(
            (&errors[0]["code"], &errors[0]["path"]),
            (&json!("NAME_TAKEN"), &json!(["name"]))
        );
        assert_eq!(errors[0]["nodeId"], twin);
        for (name, code) in [("one", "NAME_TAKEN"), (" ", "INVALID_VALUE")] {
            let input = json!({ "processId": other, "name": name });
            assert_eq!(ada.refusals("unarchiveProcess", input).await, [code]);
        }
        let input = json!({ "processId": other, "name": "Another" });
        let done = ada.done("unarchiveProcess", input, "process { name }").await;
        assert_eq!(done["process"]["name"], "Another");
        assert_eq!(default_of(&ada).await, Some(one));
        assert_eq!(
            ada.refusals("createProcess", json!({ "name": "another" })).await,
            ["NAME_TAKEN"]
        );
        check(&app, &other).await;
    })
    .await;
}

#[tokio::test]
async fn the_only_process_in_use_is_the_default_again() {
    each(|app| async move {
        let (ada, one, other) = two(&app).await;
        for process in [&other, &one] {
            ada.done("archiveProcess", json!({ "processId": process }), "").await;
        }
        assert_eq!(default_of(&ada).await, None);
        ada.done("unarchiveProcess", json!({ "processId": other }), "").await;
        assert_eq!(default_of(&ada).await, Some(other));
        ada.done("unarchiveProcess", json!({ "processId": one }), "").await;
        let data = ada.query("{ processes { totalCount } }", json!({})).await;
        assert_eq!(data["processes"]["totalCount"], 2);
        assert_ne!(default_of(&ada).await, Some(one));
    })
    .await;
}
