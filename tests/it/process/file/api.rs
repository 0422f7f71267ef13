//! `exportProcess`, `importProcess` and `importPreview`: works, twice, unknown, not allowed, and what is
//! wrong in a file by line and column.

use entity::{member, member::Role};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};

use crate::support::{
    Client, TestApp,
    builders::text,
    each,
    process::{check, fresh, nobody},
    start,
};

const CHANGES: &str = "process { id name version } version { number message } changes { summary }";

async fn export(who: &Client, process: &str) -> String {
    let document = "query($id: ID!) { exportProcess(id: $id) }";
    text(&who.query(document, json!({ "id": process })).await["exportProcess"])
}

async fn preview(who: &Client, input: Value) -> Value {
    let document = "query($input: ImportProcessInput!) { importPreview(input: $input) { definition { name }
        changes { summary } impact { openDeals progressFalls completionsDropped } userErrors { __typename code path
        ... on FileError { line column } } } }";
    who.query(document, json!({ "input": input })).await["importPreview"].take()
}

/// Where a file is wrong: `line:column code message`.
async fn flaws(who: &Client, input: Value) -> Vec<String> {
    let before = who.app.fingerprint().await;
    let facts = "userErrors { code message path ... on FileError { line column } }";
    let payload = who.mutate("importProcess", input, facts).await;
    assert_eq!(before, who.app.fingerprint().await, "it was refused and changed something");
    let errors = payload["userErrors"].as_array().unwrap().iter();
    let told = errors.map(|error| {
        format!(
            "{}:{} {} {}",
            error["line"],
            error["column"],
            text(&error["code"]),
            text(&error["message"])
        )
    });
    told.collect()
}

fn summaries(payload: &Value) -> Vec<String> {
    payload["changes"].as_array().unwrap().iter().map(|one| text(&one["summary"])).collect()
}

#[tokio::test]
async fn what_is_exported_is_imported_without_a_change_and_everybody_may_export() {
    each(|app| async move {
        let ada = app.admin().await;
        let bob = app.member("Bob", Role::Salesperson).await;
        let sales = ada.sales().await;
        let settings = json!({ "actionId": sales.action("Call"), "hint": "two\nlines\n", "mandatory": true,
            "performers": { "group": "CHOSEN", "memberIds": [bob.id()] }, "evidence": "NOTE" });
        ada.done("updateAction", settings, "").await;
        let file = export(&bob, &sales.id).await;
        assert!(file.starts_with("process: Sales\nstages:\n  - stage: Contact\n    actions:\n      - action: Call\n        hint: |+\n          two\n          lines\n\n        mandatory: true\n"), "{file}");
        let before = app.fingerprint().await;
        for _ in 0..2 {
            let payload = ada.done("importProcess", json!({ "file": file }), CHANGES).await;
            assert_eq!((&payload["process"]["id"], &payload["changes"]), (&json!(sales.id), &json!([])));
        }
        assert_eq!(app.fingerprint().await, before, "no version, no row");
        let document = "query($id: ID!) { exportProcess(id: $id) }";
        let nothing = ada.query(document, json!({ "id": nobody("process") })).await;
        assert_eq!(nothing["exportProcess"], Value::Null);
        assert_eq!(ada.error(document, json!({ "id": nobody("deal") })).await, "BAD_USER_INPUT");
    })
    .await;
}

#[tokio::test]
async fn a_file_changes_a_process_and_its_nodes_keep_their_ids() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.complete(&deal, sales.action("Meet")).await;
        let file = "process: Deals\nwas: Sales\nstages:\n- stage: First contact\n  was: Contact\n  actions: [{action: Ring, was: Call, weight: 60}]\n- stage: Offer\n  actions: [{action: Write, weight: 30}, {action: Meet, weight: 20}, {action: Send, weight: 40}]\n";
        let input = json!({ "file": file, "expectedVersion": ada.version(&sales.id).await, "message": "From a file" });
        let before = app.fingerprint().await;
        let shown = preview(&ada, input.clone()).await;
        assert_eq!(app.fingerprint().await, before, "a preview writes nothing");
        assert_eq!(shown["userErrors"], json!([]));
        assert_eq!(shown["impact"], json!({ "openDeals": 1, "progressFalls": 1, "completionsDropped": 0 }));
        let payload = ada.done("importProcess", input, CHANGES).await;
        assert_eq!(summaries(&payload), [
            "Renamed the process “Sales” to “Deals”",
            "Renamed the stage “Contact” to “First contact”",
            "Renamed “Call” to “Ring”",
            "Changed the weight of “Ring” from 10 to 60",
            "Moved “Meet” from “First contact” to “Offer”",
        ].map(str::to_owned).iter().map(|one| one.replace("from “First contact”", "from “Contact”")).collect::<Vec<_>>());
        assert_eq!(summaries(&payload), summaries(&shown));
        assert_eq!(payload["version"]["message"], "From a file");
        assert_eq!(payload["process"]["id"], json!(sales.id));
        let document = "query($id: ID!) { node(id: $id) { ... on Action { name } } }";
        let ring = ada.query(document, json!({ "id": sales.action("Call") })).await;
        assert_eq!(ring["node"]["name"], "Ring");
        assert_eq!(ada.state(&deal).await, (13, Some("Offer".into())));
        check(&app, &sales.id).await;
        let again = ada.done("importProcess", json!({ "file": file }), CHANGES).await;
        assert_eq!((&again["changes"], &again["process"]["version"]), (&json!([]), &payload["process"]["version"]));
    })
    .await;
}

#[tokio::test]
async fn a_process_that_is_not_there_is_created_under_the_id_that_the_client_made() {
    each(|app| async move {
        let ada = app.admin().await;
        let file = "process: New\nwas: Never was\nstages: [{stage: A, actions: [{action: a}]}, {stage: B}]";
        let input = json!({ "file": file, "newId": fresh(&app, "process"), "expectedVersion": 0 });
        let shown = preview(&ada, input.clone()).await;
        assert_eq!((&shown["definition"]["name"], &shown["impact"]), (&json!("New"), &Value::Null));
        let payload = ada.done("importProcess", input.clone(), CHANGES).await;
        assert_eq!(payload["process"], json!({ "id": input["newId"], "name": "New", "version": 1 }));
        let added = ["Added the stage “A” with 1 action", "Added the stage “B”"];
        assert_eq!((summaries(&payload), summaries(&shown)), (added.map(str::to_owned).to_vec(), added.map(str::to_owned).to_vec()));
        check(&app, input["newId"].as_str().unwrap()).await;
        for name in ["New", "Renamed meanwhile"] {
            let rename = json!({ "processId": input["newId"], "name": name });
            ada.done("updateProcess", rename, "").await;
            let before = app.fingerprint().await;
            let again = ada.done("importProcess", input.clone(), CHANGES).await;
            assert_eq!((&again["process"]["name"], &again["changes"]), (&json!(name), &json!([])));
            assert_eq!(app.fingerprint().await, before, "a retry changes nothing");
        }
        let other = json!({ "file": "process: Other", "newId": input["newId"] });
        assert_eq!(ada.refusals("importProcess", other).await, ["ID_TAKEN"]);
        ada.done("updateProcess", json!({ "processId": input["newId"], "name": "New" }), "").await;
        let late = json!({ "file": "process: New", "expectedVersion": 0 });
        assert_eq!(ada.refusals("importProcess", late).await, ["VERSION_CONFLICT"]);
        let again = json!({ "file": file, "newId": input["newId"] });
        assert_eq!(ada.done("importProcess", again, CHANGES).await["changes"], json!([]));
        let stale = json!({ "file": "process: Newer", "expectedVersion": 3 });
        assert_eq!(ada.refusals("importProcess", stale).await, ["INVALID_VALUE"]);
    })
    .await;
}

#[tokio::test]
async fn only_administrators_import_and_what_they_name_must_be_there() {
    each(|app| async move {
        let ada = app.admin().await;
        let bob = app.member("Bob", Role::Manager).await;
        let sales = ada.sales().await;
        for file in ["process: Sales", "process: Other"] {
            let input = json!({ "file": file });
            assert_eq!(bob.refusals("importProcess", input.clone()).await, ["FORBIDDEN"]);
            assert_eq!(preview(&bob, input).await["userErrors"][0]["code"], "FORBIDDEN");
        }
        let broken = json!({ "file": "nothing: [of it, is: read" });
        assert_eq!(bob.refusals("importProcess", broken.clone()).await, ["FORBIDDEN"]);
        assert_eq!(preview(&bob, broken).await["userErrors"][0]["code"], "FORBIDDEN");
        let unknown = json!({ "file": "process: Sales", "processId": nobody("process") });
        assert_eq!(ada.refusals("importProcess", unknown).await, ["NOT_FOUND"]);
        let wrong = json!({ "file": "proces: Sales", "processId": nobody("deal") });
        assert_eq!(
            ada.refusals("importProcess", wrong).await,
            ["INVALID_ID", "INVALID_FILE", "INVALID_FILE"]
        );
        let late = json!({ "file": "process: Sales", "expectedVersion": 1 });
        assert_eq!(ada.refusals("importProcess", late).await, ["VERSION_CONFLICT"]);
        let renamed = json!({ "file": "process: By id", "processId": sales.id,
            "expectedVersion": ada.version(&sales.id).await });
        assert_eq!(ada.done("importProcess", renamed, CHANGES).await["process"]["name"], "By id");
    })
    .await;
}

/// An alias of YAML says it again and again.
#[tokio::test]
async fn what_is_quoted_from_a_file_is_short() {
    each(|app| async move {
        let ada = app.admin().await;
        let (long, key) = ("x".repeat(100_000), "y".repeat(900));
        let file = format!(
            "process: &a \"{long}\"\nstages:\n- stage: A\n  actions:\n  - action: b\n    weight: *a\n    notify: [*a, *a, *a]\n    performers: [*a]\n    followUps: [{{title: c, assignee: *a, dueInDays: *a}}]\n{key}: 1\n"
        );
        let flaws = flaws(&ada, json!({ "file": file })).await;
        assert!(flaws.len() >= 8, "{flaws:#?}");
        assert!(flaws.iter().all(|flaw| flaw.len() < 400), "{flaws:#?}");
        let bomb = format!("process: &a \"{}\"\nstages: [{}]\n", "x".repeat(900_000), "*a, ".repeat(70));
        assert!(flaws_of(&ada, &bomb).await < 4_000);
    })
    .await;
}

/// How long all that is said of a file is.
async fn flaws_of(who: &Client, file: &str) -> usize {
    flaws(who, json!({ "file": file })).await.iter().map(String::len).sum()
}

async fn deactivate(app: &TestApp, who: &Client) {
    let row = member::ActiveModel {
        id: Set(who.member),
        deactivated_at: Set(Some(start())),
        ..Default::default()
    };
    row.update(app.app.db().reader()).await.unwrap();
}

#[tokio::test]
async fn what_is_wrong_in_a_file_is_told_by_line_and_column_all_at_once() {
    each(|app| async move {
        let ada = app.admin().await;
        let bob = app.member("Bob", Role::Manager).await;
        let sales = ada.sales().await;
        ada.process("Service", &[]).await;
        let said = |text: &'static str| flaws(&ada, json!({ "file": text }));
        assert_eq!(
            said("process: Sales\nstages:\n- stage: Offer\n  was: Contact\n  actions:\n  - action: Go\n    performers: [no@x.example]\n").await,
            [
                "4:8 INVALID_FILE The process has both “Contact” and “Offer” now, so the one cannot become the other. If this stage is “Offer”, remove “was”; if it is “Contact”, remove “Offer” from the process first.",
                "7:18 INVALID_FILE There is no member with the address “no@x.example”. Check it, or add them first.",
            ]
        );
        assert_eq!(
            said("process: Sales\nstages:\n- stage: Offer\n  actions:\n  - action: Go\n    weight: 5000\n    performers: [no@x.example]\n    notify: [BOSSES, ada@example.org, x@x.example]\n    followUps: [{title: T, assignee: y@x.example}]\n").await,
            [
                "6:13 INVALID_FILE A weight is a whole number from 0 to 1000, not 5000.",
                "8:14 INVALID_FILE “BOSSES” is nobody to notify: name ADMINISTRATORS, MANAGERS, PARTICIPANTS or an e-mail address.",
                "9:17 INVALID_FILE “dueInDays:” is missing here.",
                "7:18 INVALID_FILE There is no member with the address “no@x.example”. Check it, or add them first.",
                "8:39 INVALID_FILE There is no member with the address “x@x.example”. Check it, or add them first.",
                "9:38 INVALID_FILE There is no member with the address “y@x.example”. Check it, or add them first.",
            ]
        );
        assert_eq!(said("process: Service\nwas: Sales\n").await, ["2:6 INVALID_FILE There are both “Sales” and “Service” now, so the one cannot become the other. Remove “was” to change “Service”, or archive one of them first."]);
        let now = ada.version(&sales.id).await;
        let taken = json!({ "file": "\nprocess: Service", "processId": sales.id, "expectedVersion": now });
        assert!(flaws(&ada, taken).await[0].starts_with("2:10 INVALID_FILE “Service” is there already"));
        let gone = "process: Sales\nstages:\n- stage: Contact\n  actions:\n  - action: Call\n    notify: [MANAGERS, bob@example.org]\n";
        let fresh = gone.replace("Sales", "Fresh");
        deactivate(&app, &bob).await;
        for (file, expected) in [(gone.to_owned(), json!(now)), (fresh, json!(null))] {
            assert_eq!(flaws(&ada, json!({ "file": file, "expectedVersion": expected })).await, ["6:24 INVALID_FILE Bob is deactivated. Choose an active member."]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_that_changes_a_process_says_from_which_version() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let now = ada.version(&sales.id).await;
        let mut input = json!({ "file": "process: Sales\ndescription: how we sell\nstages: [{stage: Contact}]" });
        let shown = preview(&ada, input.clone()).await;
        assert_eq!(shown["userErrors"][0]["path"], json!(["expectedVersion"]), "a preview tells too");
        assert!(!summaries(&shown).is_empty(), "and what would change: {shown}");
        let errors = ada.refused("importProcess", input.clone()).await;
        assert_eq!((errors.len(), &errors[0]["code"]), (1, &json!("EXPECTED_VERSION_REQUIRED")));
        assert!(text(&errors[0]["message"]).contains(&format!("now at version {now}")));
        input["expectedVersion"] = json!(now);
        ada.done("importProcess", input.clone(), CHANGES).await;
        assert_eq!(ada.refusals("importProcess", input).await, ["VERSION_CONFLICT"]);
    })
    .await;
}

#[tokio::test]
async fn a_stage_with_deals_goes_when_the_file_says_which_takes_its_place() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        ada.done("moveDeal", json!({ "dealId": deal, "stageId": sales.stage("Offer") }), "").await;
        let file =
            "process: Sales\nstages: [{stage: Contact, actions: [{action: Call}]}, {stage: New}]\n";
        let facts = "userErrors { code path ... on StageHasDeals { dealCount stage { name } } }";
        let before = app.fingerprint().await;
        let mut now = ada.version(&sales.id).await;
        let input = json!({ "file": file, "expectedVersion": now });
        let payload = ada.mutate("importProcess", input, facts).await;
        assert_eq!(app.fingerprint().await, before);
        assert_eq!(payload["userErrors"][0]["stage"]["name"], "Offer");
        assert_eq!(payload["userErrors"][0]["path"], json!(["file"]));
        let answered = format!("{file}removedStages: [{{stage: Offer, moveDealsTo: New}}]\n");
        for changes in [3, 0] {
            let input = json!({ "file": answered, "expectedVersion": now });
            let payload = ada.done("importProcess", input, CHANGES).await;
            assert_eq!(summaries(&payload).len(), changes, "{payload}");
            now = ada.version(&sales.id).await;
            assert_eq!(ada.state(&deal).await, (0, Some("New".into())));
        }
        check(&app, &sales.id).await;
    })
    .await;
}
