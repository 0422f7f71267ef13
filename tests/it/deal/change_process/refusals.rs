//! What keeps a deal from going through another process: every reason at once, and nothing changes.

use entity::{ids, member::Role};
use serde_json::{Value, json};

use super::Moving;
use crate::support::{each, story::code_and_path};

async fn told(moving: &Moving, input: Value) -> Vec<String> {
    moving.ada.refused("changeDealProcess", input).await.iter().map(code_and_path).collect()
}

#[tokio::test]
async fn unknown_deals_and_processes_are_not_found() {
    each(|app| async move {
        let moving = Moving::new(&app).await;
        let (deal, process) =
            (moving.ada.new_id::<ids::Deal>(), moving.ada.new_id::<ids::Process>());
        let input = json!({ "dealId": deal, "processId": moving.service.id });
        assert_eq!(told(&moving, input).await, ["NOT_FOUND dealId"]);
        let input = json!({ "dealId": moving.deal, "processId": process });
        assert_eq!(told(&moving, input).await, ["NOT_FOUND processId"]);
        let wrong = json!({ "dealId": moving.service.id, "processId": moving.deal,
            "mapping": [{ "fromActionId": "42", "toActionId": moving.deal }] });
        let expected = [
            "INVALID_ID dealId",
            "INVALID_ID processId",
            "INVALID_ID mapping.0.fromActionId",
            "INVALID_ID mapping.0.toActionId",
        ];
        assert_eq!(told(&moving, wrong).await, expected);
    })
    .await;
}

#[tokio::test]
async fn whoever_may_not_change_a_deal_may_not_take_it_elsewhere() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let stan = app.member("Stan", Role::Salesperson).await;
        let input = moving.to(&moving.service);
        assert_eq!(stan.refusal("changeDealProcess", input.clone()).await, "FORBIDDEN");
        let same = moving.to(&moving.sales);
        assert_eq!(stan.refusal("changeDealProcess", same).await, "FORBIDDEN");
        let hide = json!({ "dealId": moving.deal, "visibility": "PARTICIPANTS" });
        moving.ada.done("updateDeal", hide, "").await;
        assert_eq!(stan.refusal("changeDealProcess", input.clone()).await, "NOT_FOUND dealId");
        let join = json!({ "dealId": moving.deal, "memberId": stan.id() });
        moving.ada.done("addParticipant", join, "").await;
        stan.done("changeDealProcess", input, "").await;
    })
    .await;
}

#[tokio::test]
async fn a_closed_deal_an_archived_process_and_a_bad_mapping_are_said_at_once() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        moving.ada.done("loseDeal", json!({ "dealId": moving.deal }), "").await;
        let archive = json!({ "processId": moving.service.id });
        moving.ada.done("archiveProcess", archive, "").await;
        let mut input = moving.with(&[("Call", "Call"), ("Call", "Pay")]);
        input["mapping"][0]["toActionId"] = json!(moving.sales.action("Send"));
        let expected = [
            "DEAL_CLOSED",
            "PROCESS_ARCHIVED processId",
            "ACTION_NOT_IN_PROCESS mapping.0.toActionId",
            "INVALID_VALUE mapping.1.fromActionId",
        ];
        assert_eq!(told(&moving, input).await, expected);
        moving.ada.done("reopenDeal", json!({ "dealId": moving.deal }), "").await;
        let plain = moving.to(&moving.service);
        assert_eq!(told(&moving, plain).await, ["PROCESS_ARCHIVED processId"]);
    })
    .await;
}

#[tokio::test]
async fn a_mapping_names_actions_of_the_one_process_and_of_the_other() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        for action in ["Meet", "Write"] {
            let remove = json!({ "actionId": moving.sales.action(action) });
            moving.ada.done("removeAction", remove, "").await;
        }
        let remove = json!({ "actionId": moving.service.action("Pay") });
        moving.ada.done("removeAction", remove, "").await;
        let mut input = moving.with(&[("Meet", "Call"), ("Write", "Pay"), ("Call", "Send")]);
        input["mapping"][2]["fromActionId"] = json!(moving.service.action("Call"));
        let errors = moving.ada.refused("changeDealProcess", input).await;
        let expected = [
            "ACTION_NOT_IN_PROCESS mapping.1.fromActionId",
            "ACTION_NOT_IN_PROCESS mapping.1.toActionId",
            "ACTION_NOT_IN_PROCESS mapping.2.fromActionId",
        ];
        assert_eq!(errors.iter().map(code_and_path).collect::<Vec<_>>(), expected);
        assert_eq!(errors[1]["nodeId"], moving.service.action("Pay"));
        let message =
            "“Service” has no such action. Choose one of its actions, or leave this entry out.";
        assert_eq!(errors[1]["message"], message);
        let mut unknown = moving.with(&[("Call", "Call")]);
        unknown["mapping"][0]["fromActionId"] = json!(moving.ada.new_id::<ids::Action>());
        let expected = ["ACTION_NOT_IN_PROCESS mapping.0.fromActionId"];
        assert_eq!(told(&moving, unknown).await, expected);
    })
    .await;
}

#[tokio::test]
async fn a_mapping_has_at_most_500_entries() {
    each(|app| async move {
        let moving = Moving::new(&app).await;
        let entry = json!({ "fromActionId": moving.sales.action("Call"),
            "toActionId": moving.service.action("Call") });
        let mut input = moving.to(&moving.service);
        input["mapping"] = vec![entry; 501].into();
        assert_eq!(told(&moving, input).await, ["LIMIT_REACHED mapping"]);
    })
    .await;
}
