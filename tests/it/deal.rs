//! Deals begin and change: `createDeal` and `updateDeal`.

mod change_process;
mod close;
mod closed_keeps_version;
mod complete;
mod complete_many;
mod complete_matrix;
mod done_actions;
mod evidence;
mod history;
mod move_by_hand;
mod note;
mod note_changes;
mod partial;
mod participant;
mod progress;
mod stage;
mod transfer;
mod undo;
mod visibility;

use entity::{ids, member::Role};
use serde_json::{Value, json};

use crate::support::{
    builders::text,
    each,
    story::{code_and_path, told},
};

#[tokio::test]
async fn a_deal_begins_with_one_event_and_everything_it_was_given() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let input = json!({ "processId": sales.id, "title": "  A hundred chairs ", "visibility": "PARTICIPANTS",
            "value": { "amount": "1999.90", "currency": "EUR" }, "participantIds": [ada.id()] });
        let selection = "deal { id title status version visibility value { amount currency } stage { id }
            progress { percent doneWeight totalWeight } owner { id } participants { id } process { id } }";
        let made = sam.done("createDeal", input, selection).await["deal"].take();

        let id = text(&made["id"]);
        let mut participants = [ada.id(), sam.id()];
        participants.sort();
        let participants: Vec<_> = participants.iter().map(|id| json!({ "id": id })).collect();
        let expected = json!({ "id": id, "title": "A hundred chairs", "status": "OPEN", "version": 1,
            "visibility": "PARTICIPANTS", "value": { "amount": "1999.9", "currency": "EUR" }, "stage": null,
            "progress": { "percent": 0, "doneWeight": 0, "totalWeight": 1 }, "owner": { "id": sam.id() },
            "participants": participants, "process": { "id": sales.id } });
        assert_eq!(made, expected);
        let history = sam.history(&id).await;
        assert_eq!(told(&history), [("DealCreated", "Deal “A hundred chairs” began")]);
        assert_eq!(history[0]["before"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn beginning_a_deal_twice_with_the_same_id_begins_one() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let id = ada.new_id::<ids::Deal>();
        let input = json!({ "newId": id, "processId": sales.id, "title": "Chairs" });
        assert_eq!(ada.deal_of(input.clone()).await, id);
        let again = ada.calm("createDeal", input, "deal { id version }").await;
        assert_eq!(again["deal"], json!({ "id": id, "version": 1 }));
    })
    .await;
}

#[tokio::test]
async fn an_id_used_for_another_deal_is_taken() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let mine =
            json!({ "newId": ada.new_id::<ids::Deal>(), "processId": sales.id, "title": "Chairs" });
        ada.deal_of(mine.clone()).await;

        let mut other = mine.clone();
        other["title"] = json!("Tables");
        assert_eq!(ada.refusal("createDeal", other).await, "ID_TAKEN newId");

        let bob = app.member("Bob", Role::Administrator).await;
        assert_eq!(
            bob.refusal("createDeal", mine).await,
            "ID_TAKEN newId",
            "another member's retry"
        );
    })
    .await;
}

#[tokio::test]
async fn an_id_that_the_server_made_is_taken_too() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let id = ada.deal(&sales.id, "Chairs").await;
        let input = json!({ "newId": id, "processId": sales.id, "title": "Chairs" });
        assert_eq!(ada.refusal("createDeal", input).await, "ID_TAKEN newId");
    })
    .await;
}

#[tokio::test]
async fn without_a_process_a_deal_goes_through_the_default_one() {
    each(|app| async move {
        let ada = app.admin().await;
        let errors = ada.refused("createDeal", json!({ "title": "Chairs" })).await;
        assert_eq!(code_and_path(&errors[0]), "NO_DEFAULT_PROCESS processId");
        assert!(text(&errors[0]["message"]).contains("administrator"));

        let sales = ada.process("Sales", &[]).await;
        ada.process("Renewals", &[]).await;
        let input = json!({ "title": "Chairs" });
        let made = ada.done("createDeal", input, "deal { process { id } }").await;
        assert_eq!(made["deal"]["process"]["id"], json!(sales.id));
    })
    .await;
}

#[tokio::test]
async fn an_archived_process_takes_no_new_deals_and_keeps_the_running_ones() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let running = ada.deal(&sales.id, "Chairs").await;
        ada.done("archiveProcess", json!({ "processId": sales.id }), "").await;

        let input = json!({ "processId": sales.id, "title": "Tables" });
        assert_eq!(ada.refusal("createDeal", input).await, "PROCESS_ARCHIVED processId");
        ada.complete(&running, sales.action("Call")).await;
        assert_eq!(ada.state(&running).await, (100, Some("Contact".into())));
    })
    .await;
}

#[tokio::test]
async fn a_salesperson_who_begins_a_deal_for_another_takes_part_and_a_manager_does_not() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let input = json!({ "processId": sales.id, "title": "Chairs", "ownerId": ada.id(),
            "visibility": "PARTICIPANTS" });
        let made = sam.done("createDeal", input, "deal { participants { id } }").await;
        assert_eq!(made["deal"]["participants"].as_array().unwrap().len(), 2);

        let mia = app.member("Mia", Role::Manager).await;
        let input = json!({ "processId": sales.id, "title": "Tables", "ownerId": sam.id() });
        let made = mia.done("createDeal", input, "deal { participants { id } }").await;
        assert_eq!(made["deal"]["participants"], json!([{ "id": sam.id() }]));
    })
    .await;
}

#[tokio::test]
async fn what_is_unknown_or_deactivated_is_named_where_it_stands() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let gone = app.member("Gone", Role::Salesperson).await;
        app.deactivate(gone.member).await;
        let unknown = ada.new_id::<ids::Member>();

        let input = json!({ "processId": ada.new_id::<ids::Process>(), "title": "Chairs" });
        assert_eq!(ada.refusal("createDeal", input).await, "NOT_FOUND processId");

        let input = json!({ "processId": sales.id, "title": "Chairs", "ownerId": gone.id(),
            "participantIds": [ada.id(), unknown, gone.id()] });
        let errors = ada.refused("createDeal", input).await;
        let told: Vec<_> = errors.iter().map(code_and_path).collect();
        assert_eq!(
            told,
            [
                "MEMBER_INACTIVE ownerId",
                "NOT_FOUND participantIds.1",
                "MEMBER_INACTIVE participantIds.2"
            ]
        );
        assert_eq!(errors[1]["nodeId"], json!(unknown));
    })
    .await;
}

#[tokio::test]
async fn all_that_is_wrong_with_a_new_deal_is_said_at_once() {
    each(|app| async move {
        let ada = app.admin().await;
        let input = json!({ "processId": "sales", "title": " ", "ownerId": ada.new_id::<ids::Deal>(),
            "value": { "amount": "-1", "currency": "euro" } });
        let errors = ada.refused("createDeal", input).await;
        let mut told: Vec<_> = errors.iter().map(code_and_path).collect();
        told.sort();
        let expected = [
            "INVALID_ID ownerId",
            "INVALID_ID processId",
            "INVALID_VALUE title",
            "INVALID_VALUE value.amount",
            "INVALID_VALUE value.currency",
        ];
        assert_eq!(told, expected);
    })
    .await;
}

#[tokio::test]
async fn changing_a_deal_tells_what_changed() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sales = ada.process("Sales", &[]).await;
        let deal = sam.deal(&sales.id, "Chairs").await;

        let money = json!({ "amount": "20", "currency": "PLN" });
        let input = json!({ "dealId": deal, "title": "Tables", "value": money, "visibility": "PARTICIPANTS" });
        let events = [("DealUpdated", "Changed title, value, visibility (no value → 20 PLN)")];
        sam.happens(&deal, "updateDeal", input.clone(), &events).await;
        sam.calm("updateDeal", input, "").await;

        let input = json!({ "dealId": deal, "value": null, "visibility": null });
        sam.happens(&deal, "updateDeal", input.clone(), &[("DealUpdated", "Changed value, visibility (20 PLN → no value)")])
            .await;
        sam.calm("updateDeal", input, "").await;
        sam.calm("updateDeal", json!({ "dealId": deal }), "").await;

        let document = "query($id: ID!) { deal(id: $id) { title value { amount } visibility } }";
        let data = sam.query(document, json!({ "id": deal })).await;
        assert_eq!(data["deal"], json!({ "title": "Tables", "value": null, "visibility": "EVERYONE" }));
    })
    .await;
}

#[tokio::test]
async fn a_new_owner_takes_part_from_then_on_and_the_old_one_still_does() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sue = app.member("Sue", Role::Salesperson).await;
        let sales = ada.process("Sales", &[]).await;
        let deal = sam.deal(&sales.id, "Chairs").await;

        let input = json!({ "dealId": deal, "ownerId": sue.id() });
        let events =
            [("ParticipantAdded", "A participant was added"), ("DealUpdated", "Changed owner")];
        sam.happens(&deal, "updateDeal", input.clone(), &events).await;
        sam.calm("updateDeal", input, "").await;
        sam.happens(
            &deal,
            "updateDeal",
            json!({ "dealId": deal, "ownerId": sam.id() }),
            &events[1..],
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_owner_must_be_there_and_active_unless_they_own_it_already() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sales = ada.process("Sales", &[]).await;
        let (kept, other) =
            (sam.deal(&sales.id, "Chairs").await, ada.deal(&sales.id, "Tables").await);
        app.deactivate(sam.member).await;

        let unknown = json!({ "dealId": other, "ownerId": ada.new_id::<ids::Member>() });
        assert_eq!(ada.refusal("updateDeal", unknown).await, "NOT_FOUND ownerId");
        let inactive = json!({ "dealId": other, "ownerId": sam.id() });
        assert_eq!(ada.refusal("updateDeal", inactive).await, "MEMBER_INACTIVE ownerId");

        let same = json!({ "dealId": kept, "ownerId": sam.id(), "title": "Sofas" });
        ada.happens(&kept, "updateDeal", same, &[("DealUpdated", "Changed title")]).await;
    })
    .await;
}
