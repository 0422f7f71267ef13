//! Closing deals with a reason (rule 14).

use entity::ids;
use serde_json::{Value, json};

use crate::support::{each, scene::Scene};

const CLOSED: &str = "deal { status closeReason { name } closeComment }";

#[tokio::test]
async fn where_there_are_reasons_closing_needs_one_of_them() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (admin, owner) = (&scene.people.admin, &scene.people.owner);
        let (deal, _) = scene.deal("EVERYONE").await;
        owner.complete(&deal, scene.process.action("Sign")).await;
        for (mutation, status, told) in [
            ("winDeal", "WON", "Won: Price"),
            ("loseDeal", "LOST", "Lost: Price"),
            ("outdateDeal", "OUTDATED", "Closed as outdated: Price"),
        ] {
            let price = admin.reason(status, "Price").await;
            let rival = admin.reason(status, "Rival").await;
            assert_eq!(owner.refusal(mutation, json!({ "dealId": deal })).await, "CLOSE_REASON_REQUIRED reasonId");
            let document = format!(
                "mutation($deal: ID!) {{ {mutation}(input: {{ dealId: $deal }}) {{ deal {{ permissions {{ \
                 win {{ allowed }} lose {{ allowed }} outdate {{ allowed }} }} closeReasons(status: {status}) {{ id }} }} \
                 userErrors {{ message ... on CloseReasonRequired {{ reasons {{ id }} }} }} }} }}"
            );
            let answer = owner.query(&document, json!({ "deal": deal })).await[mutation].take();
            let reasons = json!([{ "id": price }, { "id": rival }]);
            assert_eq!(answer["userErrors"][0]["reasons"], reasons);
            assert_eq!(answer["deal"]["closeReasons"], reasons);
            let yes = json!({ "allowed": true });
            assert_eq!(answer["deal"]["permissions"], json!({ "win": yes, "lose": yes, "outdate": yes }));
            let message = "Say with reasonId why this deal is closed. Choose one of: “Price”, “Rival”.";
            assert_eq!(answer["userErrors"][0]["message"], message);

            let input = json!({ "dealId": deal, "reasonId": price, "comment": "alas" });
            let event = format!("Deal{}{}", &status[..1], status[1..].to_lowercase());
            owner.happens(&deal, mutation, input, &[(&event, told)]).await;
            let other = json!({ "dealId": deal, "reasonId": rival });
            assert_eq!(owner.refusal(mutation, other.clone()).await, "DEAL_CLOSED");
            let payload = owner.mutate(mutation, other, CLOSED).await;
            let closed = json!({ "status": status, "closeReason": { "name": "Price" }, "closeComment": "alas" });
            assert_eq!(payload["deal"], closed, "closed already: nothing changes");
            assert_eq!(owner.refusal(mutation, json!({ "dealId": deal })).await, "DEAL_CLOSED");
            let same = json!({ "dealId": deal, "reasonId": price, "comment": "alas" });
            owner.calm(mutation, same, "").await;
            let payload = owner.done("reopenDeal", json!({ "dealId": deal }), CLOSED).await;
            assert_eq!(payload["deal"], json!({ "status": "OPEN", "closeReason": null, "closeComment": null }));
        }
    })
    .await;
}

#[tokio::test]
async fn a_reason_of_another_status_an_archived_and_an_unknown_one_are_refused() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (admin, owner) = (&scene.people.admin, &scene.people.owner);
        let (deal, _) = scene.deal("EVERYONE").await;
        let won = admin.reason("WON", "Price").await;
        let lost = admin.reason("LOST", "Price").await;
        admin.done("archiveCloseReason", json!({ "reasonId": lost }), "").await;
        let unknown = owner.new_id::<ids::CloseReason>();
        let close = |reason: &str| json!({ "dealId": deal, "reasonId": reason });
        for (reason, expected) in [
            (won.as_str(), "CLOSE_REASON_OF_OTHER_STATUS reasonId"),
            (lost.as_str(), "CLOSE_REASON_ARCHIVED reasonId"),
            (unknown.as_str(), "NOT_FOUND reasonId"),
            (deal.as_str(), "INVALID_ID reasonId"),
        ] {
            assert_eq!(owner.refusal("loseDeal", close(reason)).await, expected);
        }
        let all = json!({ "dealId": deal, "comment": "x".repeat(10_001) });
        let all = owner.refusals("winDeal", all).await;
        assert_eq!(
            all,
            ["MANDATORY_MISSING", "INVALID_VALUE", "CLOSE_REASON_REQUIRED"],
            "all at once"
        );
        owner.done("loseDeal", json!({ "dealId": deal }), "").await;
        assert_eq!(owner.refusal("winDeal", json!({ "dealId": deal })).await, "DEAL_CLOSED");
        let stranger = &scene.people.stranger;
        let errors = stranger.refusals("winDeal", close(&won)).await;
        assert_eq!(errors, ["FORBIDDEN", "DEAL_CLOSED"]);
    })
    .await;
}

#[tokio::test]
async fn events_keep_the_reason_under_the_name_of_that_time() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (admin, owner) = (&scene.people.admin, &scene.people.owner);
        let (deal, _) = scene.deal("EVERYONE").await;
        let price = admin.reason("LOST", "Price").await;
        owner.done("loseDeal", json!({ "dealId": deal, "reasonId": price }), "").await;
        admin.done("updateCloseReason", json!({ "reasonId": price, "name": "Cost" }), "").await;
        admin.done("archiveCloseReason", json!({ "reasonId": price }), "").await;
        let document = "query($id: ID!) { deal(id: $id) { closeReason { name archivedAt }
            events(last: 1) { nodes { summary ... on DealLost { reasonName reason { id name } } } } } }";
        let data = owner.query(document, json!({ "id": deal })).await;
        assert_eq!(data["deal"]["closeReason"]["name"], "Cost", "kept, though archived");
        let event = json!({ "summary": "Lost: Price", "reasonName": "Price",
            "reason": { "id": price, "name": "Cost" } });
        assert_eq!(data["deal"]["events"]["nodes"], json!([event]));
    })
    .await;
}

#[tokio::test]
async fn where_no_reason_is_in_use_none_is_needed() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (admin, owner) = (&scene.people.admin, &scene.people.owner);
        let (deal, _) = scene.deal("EVERYONE").await;
        let price = admin.reason("LOST", "Price").await;
        admin.reason("WON", "Price").await;
        admin.done("archiveCloseReason", json!({ "reasonId": price }), "").await;
        owner.happens(&deal, "loseDeal", json!({ "dealId": deal }), &[("DealLost", "Lost")]).await;
        let payload = owner.calm("loseDeal", json!({ "dealId": deal }), CLOSED).await;
        assert_eq!(payload["deal"]["closeReason"], Value::Null);
    })
    .await;
}
