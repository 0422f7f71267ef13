//! What a change of process leaves behind: the event, and completions that stay what they were.

use entity::{event, ids, ids::DealId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{Moving, at};
use crate::support::{TestApp, each};

async fn last_row(app: &TestApp, deal: &str) -> event::Model {
    let id: DealId = deal.parse().unwrap();
    let rows = event::Entity::find().filter(event::Column::DealId.eq(id));
    let last = rows.order_by_desc(event::Column::Version).one(app.app.db().reader());
    last.await.unwrap().unwrap()
}

#[tokio::test]
async fn the_event_tells_of_both_processes_and_of_what_followed() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        moving.go(moving.with(&[("Meet", "Pay")])).await;
        let rename = json!({ "processId": moving.sales.id, "name": "Selling" });
        moving.ada.done("updateProcess", rename, "").await;
        let row = last_row(&app, &moving.deal).await;
        assert_eq!(row.process_id.to_string(), moving.service.id);
        assert_eq!(row.from_process_id.unwrap().to_string(), moving.sales.id);

        let document = "query($id: ID!) { node(id: $id) { ... on DealProcessChanged {
            actor { name } fromProcess { id name } fromProcessName toProcess { id } toProcessName droppedMoveTo
            carried { completionId completion { id performer { name } action { name } }
                from { actionId actionName stageName } to { actionId actionName stageId stageName } }
            before { version percent stageName } after { version percent stageName } } } }";
        let event = moving.ada.query(document, json!({ "id": row.id.to_string() })).await["node"].take();
        let carried = event["carried"].as_array().unwrap();
        assert_eq!(carried.len(), 1);
        let (sales, service) = (&moving.sales, &moving.service);
        let from = json!({ "actionId": sales.action("Meet"), "actionName": "Meet", "stageName": "Contact" });
        let to = json!({ "actionId": service.action("Pay"), "actionName": "Pay",
            "stageId": service.stage("Repair"), "stageName": "Repair" });
        assert_eq!((&carried[0]["from"], &carried[0]["to"]), (&from, &to));
        let completion = json!({ "id": carried[0]["completionId"], "performer": { "name": "Ada" },
            "action": { "name": "Pay" } });
        assert_eq!(carried[0]["completion"], completion);
        let expected = json!({ "actor": { "name": "Ada" }, "fromProcess": { "id": sales.id, "name": "Selling" },
            "fromProcessName": "Sales", "toProcess": { "id": service.id }, "toProcessName": "Service",
            "droppedMoveTo": null, "carried": event["carried"],
            "before": { "version": 4, "percent": 70, "stageName": "Offer" },
            "after": { "version": 5, "percent": 25, "stageName": "Repair" } });
        assert_eq!(event, expected);
    })
    .await;
}

#[tokio::test]
async fn other_events_take_a_deal_out_of_no_process() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        assert_eq!(last_row(&app, &moving.deal).await.from_process_id, None);
        moving.go(moving.to(&moving.service)).await;
        moving.complete(moving.service.action("Pay")).await;
        let row = last_row(&app, &moving.deal).await;
        assert_eq!((row.from_process_id, row.process_id.to_string()), (None, moving.service.id));
    })
    .await;
}

#[tokio::test]
async fn there_and_back_again_is_as_it_was() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let document = "query($id: ID!) { deal(id: $id) { stage { id } progress { percent doneWeight totalWeight }
            checklist { id state completion { id doneAt note { body } performer { id } } } } }";
        let shown = || moving.ada.query(document, json!({ "id": moving.deal }));
        let before = shown().await;
        moving.go(moving.to(&moving.service)).await;
        assert_ne!(shown().await, before);
        moving.go(moving.to(&moving.sales)).await;
        assert_eq!(shown().await, before);
        assert_eq!(moving.ada.history(&moving.deal).await.len(), 6);
    })
    .await;
}

#[tokio::test]
async fn what_is_done_already_where_the_deal_comes_back_to_stays() {
    each(|app| async move {
        let moving = Moving::new(&app).await;
        let old = moving.complete(moving.sales.action("Call")).await;
        moving.go(moving.with(&[])).await;
        let new = moving.complete(moving.service.action("Call")).await;
        moving.go(moving.to(&moving.sales)).await;
        assert_eq!(moving.done().await, ["Call"]);
        let document = "query($id: ID!) { deal(id: $id) { checklist { completion { id } } } }";
        let data = moving.ada.query(document, json!({ "id": moving.deal })).await;
        assert_eq!(data["deal"]["checklist"][0]["completion"]["id"], json!(old));

        moving.ada.done("undoCompletion", json!({ "completionId": old }), "").await;
        assert_eq!(moving.state().await, (0, None));
        moving.go(moving.to(&moving.service)).await;
        let data = moving.ada.query(document, json!({ "id": moving.deal })).await;
        assert_eq!(data["deal"]["checklist"][0]["completion"]["id"], json!(new));
    })
    .await;
}

#[tokio::test]
async fn what_followed_is_undone_by_its_id_and_so_is_what_stayed() {
    each(|app| async move {
        let moving = Moving::new(&app).await;
        let call = moving.complete(moving.sales.action("Call")).await;
        let meet = moving.complete(moving.sales.action("Meet")).await;
        moving.go(moving.to(&moving.service)).await;
        let undone = [("CompletionUndone", "Undid “Call” (50 % → 0 %, Contact → no stage)")];
        let input = json!({ "completionId": call });
        moving.ada.happens(&moving.deal, "undoCompletion", input.clone(), &undone).await;
        moving.ada.calm("undoCompletion", input, "").await;
        let undone = [("CompletionUndone", "Undid “Meet”")];
        let input = json!({ "completionId": meet });
        moving.ada.happens(&moving.deal, "undoCompletion", input, &undone).await;
        moving.go(moving.to(&moving.sales)).await;
        assert_eq!(moving.state().await, (0, None));
    })
    .await;
}

#[tokio::test]
async fn a_retry_of_a_completion_that_followed_is_still_calm() {
    each(|app| async move {
        let moving = Moving::new(&app).await;
        let new_id = moving.ada.new_id::<ids::Completion>();
        let input = json!({ "dealId": moving.deal, "actionId": moving.sales.action("Call"), "newId": new_id });
        moving.ada.done("completeAction", input.clone(), "").await;
        moving.go(moving.to(&moving.service)).await;
        let selection = "alreadyDone completion { id action { id } } deal { progress { percent } }";
        let answer = moving.ada.calm("completeAction", input.clone(), selection).await;
        let expected = json!({ "alreadyDone": true, "deal": { "progress": { "percent": 50 } },
            "completion": { "id": new_id, "action": { "id": moving.service.action("Call") } },
            "userErrors": [] });
        assert_eq!(answer, expected);
        let mut other = input;
        other["actionId"] = json!(moving.sales.action("Meet"));
        let told = moving.ada.refusals("completeAction", other).await;
        assert_eq!(told, ["ACTION_NOT_IN_PROCESS", "ID_TAKEN"]);
    })
    .await;
}

#[tokio::test]
async fn actions_of_the_process_that_it_left_are_no_longer_its_own() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        moving.go(moving.to(&moving.service)).await;
        let input = json!({ "dealId": moving.deal, "actionId": moving.sales.action("Write") });
        let told = moving.ada.refusal("completeAction", input).await;
        assert_eq!(told, "ACTION_NOT_IN_PROCESS actionId");
        let input = json!({ "dealId": moving.deal, "stageId": moving.sales.stage("Offer") });
        assert_eq!(moving.ada.refusal("moveDeal", input).await, "STAGE_NOT_IN_PROCESS stageId");
        moving.complete(moving.service.action("Pay")).await;
        assert_eq!(moving.state().await, at(100, "Repair"));
    })
    .await;
}

#[tokio::test]
async fn a_note_that_was_evidence_goes_along_and_counts_once() {
    each(|app| async move {
        let moving = Moving::new(&app).await;
        let input = json!({ "dealId": moving.deal, "actionId": moving.sales.action("Call"),
            "note": { "body": "They like it" } });
        let selection = "completion { note { id } }";
        let done = moving.ada.done("completeAction", input, selection).await;
        let note = done["completion"]["note"]["id"].clone();
        moving.go(moving.to(&moving.service)).await;
        let document = "query($id: ID!) { deal(id: $id) { checklist { completion { note { id } } } } }";
        let data = moving.ada.query(document, json!({ "id": moving.deal })).await;
        assert_eq!(data["deal"]["checklist"][0]["completion"]["note"]["id"], note);
        let again = json!({ "dealId": moving.deal, "actionId": moving.service.action("Pay"), "noteId": note });
        assert_eq!(moving.ada.refusal("completeAction", again).await, "NOTE_USED noteId");
    })
    .await;
}

#[tokio::test]
async fn boards_and_lists_show_it_where_it_is() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        moving.go(moving.to(&moving.service)).await;
        let document =
            "query($filter: DealFilter!) { deals(filter: $filter) { nodes { id } totalCount } }";
        let found = async |filter: Value| {
            let data = moving.ada.query(document, json!({ "filter": filter })).await;
            data["deals"]["totalCount"].as_i64().unwrap()
        };
        assert_eq!(found(json!({ "processIds": [moving.sales.id] })).await, 0);
        assert_eq!(found(json!({ "processIds": [moving.service.id] })).await, 1);
        assert_eq!(found(json!({ "stageIds": [moving.sales.stage("Offer")] })).await, 0);
        assert_eq!(found(json!({ "stageIds": [moving.service.stage("Repair")] })).await, 1);
    })
    .await;
}

/// Two processes that were saved as often: neither is taken for the other.
#[tokio::test]
async fn the_answer_shows_both_processes_as_they_are() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let service = ada.process("Service", &[("Repair", &[("Mend", 1)])]).await;
        assert_eq!(ada.version(&sales.id).await, ada.version(&service.id).await);
        let deal = ada.deal(&sales.id, "Chairs").await;
        let input = json!({ "dealId": deal, "processId": service.id });
        let process = "{ name version stages { name actions { name } } }";
        let selection = format!(
            "previousProcess {process} process {process} deal {{ process {process} checklist {{ action {{ name }} }} }}"
        );
        let done = ada.done("changeDealProcess", input, &selection).await;
        assert_eq!(done["previousProcess"]["stages"][0]["name"], "Contact");
        assert_eq!(done["process"]["stages"][0]["name"], "Repair");
        assert_eq!(done["deal"]["process"], done["process"]);
        assert_eq!(done["deal"]["checklist"], json!([{ "action": { "name": "Mend" } }]));
    })
    .await;
}
