//! No version is ever lost: the list, what each changed, and taking a process back to one (rule 7).

use entity::{ids, member::Role};
use serde_json::{Value, json};

use crate::support::{
    BuiltProcess, Client, each,
    process::{DEFINITION, check},
    story::code_and_path,
    tree::{PREVIEW, summaries},
};

/// The definition of a version.
async fn definition(ada: &Client, process: &str, number: i64) -> Value {
    let document = format!(
        "query($id: ID!, $number: Int!) {{ process(id: $id) {{ versionAt(number: $number) {{ \
         definition {{ {DEFINITION} }} }} }} }}"
    );
    let data = ada.query(&document, json!({ "id": process, "number": number })).await;
    data["process"]["versionAt"]["definition"].clone()
}

async fn restore(ada: &Client, process: &str, version: i64) -> Value {
    let now = ada.version(process).await;
    let input = json!({ "processId": process, "version": version, "expectedVersion": now });
    let selection = "process { version } version { number message } changes { summary }";
    ada.done("restoreProcessVersion", input, selection).await
}

#[tokio::test]
async fn versions_come_newest_first_with_what_each_changed() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[("a", 1)])]).await;
        ada.done("setActionWeight", json!({ "actionId": sales.action("a"), "weight": 5, "message": "More" }), "").await;
        ada.done("archiveProcess", json!({ "processId": sales.id }), "").await;
        let document = "query($id: ID!, $after: Cursor) { process(id: $id) { versions(first: 3, after: $after) { totalCount \
            pageInfo { hasNextPage endCursor } nodes { number message author { id } changes { summary } } } } }";
        let data = ada.query(document, json!({ "id": sales.id })).await;
        let versions = &data["process"]["versions"];
        assert_eq!(versions["totalCount"], 5);
        let author = json!({ "id": ada.id() });
        assert_eq!(versions["nodes"], json!([
            { "number": 5, "message": "Archived", "author": author, "changes": [] },
            { "number": 4, "message": "More", "author": author, "changes": [{ "summary": "Changed the weight of “a” from 1 to 5" }] },
            { "number": 3, "message": null, "author": author, "changes": [{ "summary": "Added “a” to “A”" }] },
        ]));
        let next = json!({ "id": sales.id, "after": versions["pageInfo"]["endCursor"] });
        let data = ada.query(document, next).await;
        let versions = &data["process"]["versions"];
        assert_eq!(versions["pageInfo"]["hasNextPage"], false);
        assert_eq!(summaries(&versions["nodes"][0]["changes"]), ["Added the stage “A”"]);
        assert_eq!(versions["nodes"][1]["changes"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_changes_of_a_page_of_versions_cost_few_statements() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[("a", 1)])]).await;
        for weight in 2..22 {
            ada.done("setActionWeight", json!({ "actionId": sales.action("a"), "weight": weight }), "").await;
        }
        let document = "query($id: ID!, $first: Int!) { process(id: $id) { versions(first: $first) { nodes { number author { name } \
            changes { summary } definition { name } } } } }";
        let other = app.again().await;
        let ada = ada.at(&other);
        let (cold, _) = other.statements(ada.query(document, json!({ "id": sales.id, "first": 20 }))).await;
        assert!(cold <= 8, "{cold}");
        other.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_difference_is_told_in_both_directions() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let version = ada.version(&sales.id).await;
        ada.done("removeStage", json!({ "stageId": sales.stage("Offer") }), "").await;
        let document = "query($id: ID!, $from: Int!, $to: Int!) { processDiff(id: $id, from: $from, to: $to) { __typename summary \
            ... on StageRemoved { stage { name actions { name } } } ... on StageAdded { stage { name actions { name } } afterId } } }";
        let diff = async |from: i64, to: i64| {
            let variables = json!({ "id": sales.id, "from": from, "to": to });
            ada.query(document, variables).await["processDiff"].take()
        };
        let stage = json!({ "name": "Offer", "actions": [{ "name": "Write" }, { "name": "Send" }] });
        assert_eq!(diff(version, version + 1).await, json!([
            { "__typename": "StageRemoved", "summary": "Removed the stage “Offer” with 2 actions", "stage": stage }]));
        assert_eq!(diff(version + 1, version).await, json!([
            { "__typename": "StageAdded", "summary": "Added the stage “Offer” with 2 actions", "stage": stage,
              "afterId": sales.stage("Contact") }]));
        assert_eq!(diff(version, version).await, json!([]));
        for (from, to) in [(0, 1), (1, 99), (-1, 1)] {
            let variables = json!({ "id": sales.id, "from": from, "to": to });
            assert_eq!(ada.error(document, variables).await, "NOT_FOUND");
        }
        let unknown = json!({ "id": ada.new_id::<ids::Process>(), "from": 1, "to": 1 });
        assert_eq!(ada.error(document, unknown).await, "NOT_FOUND");
    })
    .await;
}

async fn world(ada: &Client) -> (BuiltProcess, i64, String) {
    let sales = ada.sales().await;
    let version = ada.version(&sales.id).await;
    let deal = ada.deal(&sales.id, "deal").await;
    ada.complete(&deal, sales.action("Send")).await;
    ada.done("removeStage", json!({ "stageId": sales.stage("Offer") }), "").await;
    ada.done("updateStage", json!({ "stageId": sales.stage("Contact"), "name": "Hello" }), "")
        .await;
    (sales, version, deal)
}

#[tokio::test]
async fn restoring_brings_back_the_tree_with_its_ids_and_what_was_done_counts_again() {
    each(|app| async move {
        let ada = app.admin().await;
        let (sales, version, deal) = world(&ada).await;
        assert_eq!(ada.state(&deal).await, (0, None));
        let number = ada.version(&sales.id).await;
        let restored = restore(&ada, &sales.id, version).await;
        assert_eq!(
            restored["version"],
            json!({ "number": number + 1, "message": format!("Restored version {version}") })
        );
        assert_eq!(
            summaries(&restored["changes"]),
            ["Renamed the stage “Hello” to “Contact”", "Added the stage “Offer” with 2 actions"]
        );
        assert_eq!(
            definition(&ada, &sales.id, number + 1).await,
            definition(&ada, &sales.id, version).await
        );
        assert_eq!(ada.state(&deal).await, (40, Some("Offer".into())));
        let document = "query($id: ID!) { node(id: $id) { ... on Stage { removedAt } } }";
        let data = ada.query(document, json!({ "id": sales.stage("Offer") })).await;
        assert_eq!(data["node"]["removedAt"], Value::Null);
        check(&app, &sales.id).await;

        let input =
            json!({ "processId": sales.id, "version": version, "expectedVersion": number + 1 });
        let again = ada.calm("restoreProcessVersion", input, "changes { summary }").await;
        assert_eq!(again["changes"], json!([]), "it is as that version is already");
    })
    .await;
}

#[tokio::test]
async fn a_preview_of_restoring_tells_what_restoring_does() {
    each(|app| async move {
        let ada = app.admin().await;
        let (sales, version, _) = world(&ada).await;
        let document = format!("query($input: RestoreProcessVersionInput!) {{ restorePreview(input: $input) {{ ...Preview }} }} {PREVIEW}");
        let preview = async |input: Value| {
            ada.query(&document, json!({ "input": input })).await["restorePreview"].take()
        };
        let before = app.fingerprint().await;
        let now = ada.version(&sales.id).await;
        let to = |version: i64| {
            json!({ "processId": sales.id, "version": version, "expectedVersion": now })
        };
        let told = preview(to(version)).await;
        assert_eq!(app.fingerprint().await, before);
        assert_eq!(told["impact"]["progressRises"], 1);
        let unknown = preview(to(99)).await;
        assert_eq!(code_and_path(&unknown["userErrors"][0]), "NOT_FOUND version");
        let restored = restore(&ada, &sales.id, version).await;
        assert_eq!(summaries(&restored["changes"]), summaries(&told["changes"]));
    })
    .await;
}

#[tokio::test]
async fn restoring_is_refused_like_any_save() {
    each(|app| async move {
        let ada = app.admin().await;
        let (sales, version, _) = world(&ada).await;
        let mutation = "restoreProcessVersion";
        let now = ada.version(&sales.id).await;
        let input = json!({ "processId": sales.id, "version": version, "expectedVersion": now });
        let manager = app.member("Max", Role::Manager).await;
        assert_eq!(manager.refusal(mutation, input.clone()).await, "FORBIDDEN");
        let with = |field: &str, value: Value| {
            let mut input = input.clone();
            input[field] = value;
            input
        };
        assert_eq!(ada.refusal(mutation, with("version", json!(99))).await, "NOT_FOUND version");
        assert_eq!(ada.refusal(mutation, with("version", json!(0))).await, "NOT_FOUND version");
        assert_eq!(
            ada.refusal(mutation, with("expectedVersion", json!(1))).await,
            "VERSION_CONFLICT expectedVersion"
        );
        let unknown = with("processId", json!(ada.new_id::<ids::Process>()));
        assert_eq!(ada.refusal(mutation, unknown).await, "NOT_FOUND processId");
        let deal = ada.deal(&sales.id, "moved").await;
        let stage = ada.stage(&sales.id, "Later").await;
        ada.done("moveDeal", json!({ "dealId": deal, "stageId": stage }), "").await;
        let mut input = with("expectedVersion", json!(now + 1));
        assert_eq!(ada.refusal(mutation, input.clone()).await, "STAGE_HAS_DEALS removedStages");
        input["removedStages"] = json!([{ "stageId": stage, "moveDealsTo": sales.stage("Offer") }]);
        ada.done(mutation, input, "").await;
        assert_eq!(ada.state(&deal).await.1.as_deref(), Some("Offer"));
    })
    .await;
}

#[tokio::test]
async fn restoring_a_version_whose_chosen_performers_have_left_is_refused_and_names_them() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let lawyer = app.member("Lex", Role::Salesperson).await;
        let chosen = json!({ "group": "CHOSEN", "memberIds": [lawyer.id()] });
        ada.done(
            "updateAction",
            json!({ "actionId": sales.action("Send"), "performers": chosen }),
            "",
        )
        .await;
        let version = ada.version(&sales.id).await;
        ada.done("removeAction", json!({ "actionId": sales.action("Send") }), "").await;
        app.deactivate(lawyer.member).await;
        let input =
            json!({ "processId": sales.id, "version": version, "expectedVersion": version + 1 });
        let errors = ada.refused("restoreProcessVersion", input).await;
        assert_eq!(code_and_path(&errors[0]), "MEMBER_INACTIVE version");
        assert_eq!(errors[0]["message"], "Lex is deactivated. Choose an active member.");
        assert_eq!(errors[0]["nodeId"], lawyer.id());
    })
    .await;
}

#[tokio::test]
async fn a_restored_action_is_done_by_whom_it_says_and_by_nobody_of_before() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let version = ada.version(&sales.id).await;
        let call = sales.action("Call");
        let chosen = json!({ "group": "CHOSEN", "memberIds": [ada.id()] });
        ada.done("updateAction", json!({ "actionId": call, "performers": chosen }), "").await;
        ada.done("removeAction", json!({ "actionId": call }), "").await;
        restore(&ada, &sales.id, version).await;
        let document = "query($id: ID!) { node(id: $id) { ... on Action { removedAt performers { group members { id } } } } }";
        let data = ada.query(document, json!({ "id": call })).await;
        assert_eq!(data["node"], json!({ "removedAt": null, "performers": { "group": "EVERYONE", "members": [] } }));
        check(&app, &sales.id).await;
    })
    .await;
}
