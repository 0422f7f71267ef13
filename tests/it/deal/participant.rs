//! Who takes part in a deal: `addParticipant` and `removeParticipant`.

use entity::{ids, member::Role};
use serde_json::{Value, json};

use crate::support::each;

#[tokio::test]
async fn a_member_joins_and_leaves_a_deal() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sales = ada.process("Sales", &[]).await;
        let deal = sam.deal(&sales.id, "Chairs").await;
        let input = json!({ "dealId": deal, "memberId": ada.id() });

        let joined = [("ParticipantAdded", "A participant was added")];
        sam.happens(&deal, "addParticipant", input.clone(), &joined).await;
        sam.calm("addParticipant", input.clone(), "").await;

        let left = [("ParticipantRemoved", "A participant was removed")];
        sam.happens(&deal, "removeParticipant", input.clone(), &left).await;
        sam.calm("removeParticipant", input, "").await;
    })
    .await;
}

#[tokio::test]
async fn the_events_name_who_joined_and_who_left() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let input = json!({ "dealId": deal, "memberId": sam.id() });
        ada.done("addParticipant", input.clone(), "").await;
        ada.done("removeParticipant", input, "").await;

        let document = "query($id: ID!) { deal(id: $id) { events { nodes {
            ... on ParticipantAdded { member { name } } ... on ParticipantRemoved { member { name } } } } } }";
        let data = ada.query(document, json!({ "id": deal })).await;
        let sam = json!({ "member": { "name": "Sam" } });
        assert_eq!(data["deal"]["events"]["nodes"], json!([{}, sam, sam]));
    })
    .await;
}

#[tokio::test]
async fn the_owner_always_takes_part() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let input = json!({ "dealId": deal, "memberId": ada.id() });
        ada.calm("addParticipant", input.clone(), "").await;
        assert_eq!(ada.refusal("removeParticipant", input).await, "OWNER_PARTICIPATES memberId");
    })
    .await;
}

#[tokio::test]
async fn only_members_who_are_there_join_and_only_active_ones() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let gone = app.member("Gone", Role::Salesperson).await;
        app.deactivate(gone.member).await;

        let unknown = json!({ "dealId": deal, "memberId": ada.new_id::<ids::Member>() });
        assert_eq!(ada.refusal("addParticipant", unknown.clone()).await, "NOT_FOUND memberId");
        assert_eq!(ada.refusal("removeParticipant", unknown).await, "NOT_FOUND memberId");
        let inactive = json!({ "dealId": deal, "memberId": gone.id() });
        assert_eq!(
            ada.refusal("addParticipant", inactive.clone()).await,
            "MEMBER_INACTIVE memberId"
        );
        ada.calm("removeParticipant", inactive, "").await;
    })
    .await;
}

#[tokio::test]
async fn a_deactivated_participant_can_be_removed() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let input = json!({ "dealId": deal, "memberId": sam.id() });
        ada.done("addParticipant", input.clone(), "").await;
        app.deactivate(sam.member).await;
        ada.calm("addParticipant", input.clone(), "").await;
        let left = [("ParticipantRemoved", "A participant was removed")];
        ada.happens(&deal, "removeParticipant", input, &left).await;
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_a_hidden_deal_no_longer_sees_it() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let deal = ada
            .deal_of(
                json!({ "processId": sales.id, "title": "Chairs", "visibility": "PARTICIPANTS",
                "participantIds": [sam.id()] }),
            )
            .await;
        let leave = json!({ "dealId": deal, "memberId": sam.id() });
        let payload = sam.done("removeParticipant", leave.clone(), "deal { id }").await;
        assert_eq!(payload["deal"], Value::Null);
        assert_eq!(sam.refusal("removeParticipant", leave).await, "NOT_FOUND dealId");
    })
    .await;
}
