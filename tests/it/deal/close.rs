//! Winning, losing, outdating and reopening (rule 14). What a closed deal keeps has its own file.

use serde_json::{Value, json};

use crate::support::{each, scene::Scene};

const CLOSED: &str = "deal { status closedAt closeComment }";

#[tokio::test]
async fn a_deal_is_won_once_all_that_is_mandatory_is_done() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        owner.complete(&deal, scene.process.action("Sign")).await;
        let win = json!({ "dealId": deal, "comment": "a hundred chairs!" });
        owner.happens(&deal, "winDeal", win, &[("DealWon", "Won")]).await;
        let again = json!({ "dealId": deal, "comment": "a hundred chairs!" });
        let payload = owner.calm("winDeal", again, CLOSED).await;
        let closed = json!({ "status": "WON", "closedAt": "2026-03-02T08:00:00.000Z",
            "closeComment": "a hundred chairs!" });
        assert_eq!(payload["deal"], closed);
    })
    .await;
}

#[tokio::test]
async fn a_refused_win_lists_what_is_missing_in_process_order() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let call = json!({ "actionId": scene.process.action("Minutes"), "mandatory": true });
        scene.people.admin.done("updateAction", call, "").await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let errors = scene.people.admin.refused("winDeal", json!({ "dealId": deal })).await;
        assert_eq!(
            errors[0]["message"],
            "Before this deal can be won, do what is mandatory: “Minutes”, “Sign”."
        );
        let document = "mutation($deal: ID!) { winDeal(input: { dealId: $deal }) { deal {
                status progress { mandatoryMissing { name } } }
            userErrors { code ... on MandatoryMissing { actions { name } } } } }";
        let data = scene.people.admin.query(document, json!({ "deal": deal })).await;
        let missing = json!([{ "name": "Minutes" }, { "name": "Sign" }]);
        let expected = json!({
            "deal": { "status": "OPEN", "progress": { "mandatoryMissing": missing } },
            "userErrors": [{ "code": "MANDATORY_MISSING", "actions": missing }] });
        assert_eq!(data["winDeal"], expected);
    })
    .await;
}

#[tokio::test]
async fn a_mandatory_action_that_is_removed_or_undone_counts_as_it_now_is() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let people = &scene.people;
        let sign = people.owner.complete(&deal, scene.process.action("Sign")).await;
        people.owner.done("undoCompletion", json!({ "completionId": sign }), "").await;
        let win = json!({ "dealId": deal });
        assert_eq!(people.owner.refusals("winDeal", win.clone()).await, ["MANDATORY_MISSING"]);
        people
            .admin
            .done("removeAction", json!({ "actionId": scene.process.action("Sign") }), "")
            .await;
        people.owner.happens(&deal, "winDeal", win, &[("DealWon", "Won")]).await;
    })
    .await;
}

#[tokio::test]
async fn a_deal_can_be_lost_or_outdated_at_any_time() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        for (mutation, event, summary, status) in [
            ("loseDeal", "DealLost", "Lost", "LOST"),
            ("outdateDeal", "DealOutdated", "Closed as outdated", "OUTDATED"),
        ] {
            let (deal, _) = scene.deal("EVERYONE").await;
            let input = json!({ "dealId": deal, "comment": "  " });
            let owner = &scene.people.owner;
            owner.happens(&deal, mutation, input.clone(), &[(event, summary)]).await;
            let payload = owner.calm(mutation, input, CLOSED).await;
            assert_eq!(payload["deal"]["status"], status);
            assert_eq!(payload["deal"]["closeComment"], Value::Null, "an empty comment is none");
        }
    })
    .await;
}

#[tokio::test]
async fn a_closed_deal_accepts_no_actions_moves_or_other_endings() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let people = &scene.people;
        people.owner.done("loseDeal", json!({ "dealId": deal }), "").await;
        for (mutation, input) in scene.mutations(&deal, &completion) {
            let closed = ["moveDeal", "completeAction", "undoCompletion", "winDeal", "outdateDeal"];
            if closed.contains(&mutation) {
                assert_eq!(
                    people.admin.refusal(mutation, input).await,
                    "DEAL_CLOSED",
                    "{mutation}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_closed_deal_runs_again_when_it_is_reopened() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let input = json!({ "dealId": deal });
        assert_eq!(owner.refusal("reopenDeal", input.clone()).await, "DEAL_OPEN");
        owner.done("loseDeal", json!({ "dealId": deal, "comment": "too dear" }), "").await;
        owner.happens(&deal, "reopenDeal", input.clone(), &[("DealReopened", "Reopened")]).await;
        assert_eq!(owner.refusal("reopenDeal", input.clone()).await, "DEAL_OPEN");
        let payload = owner.mutate("reopenDeal", input, CLOSED).await;
        assert_eq!(
            payload["deal"],
            json!({ "status": "OPEN", "closedAt": null, "closeComment": null })
        );
        owner.complete(&deal, scene.process.action("Send")).await;
        assert_eq!(owner.state(&deal).await, (40, Some("Offer".into())));
    })
    .await;
}

#[tokio::test]
async fn the_owner_managers_and_administrators_may_reopen_and_no_participant() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        for (name, person) in scene.people.all() {
            let (deal, _) = scene.deal("EVERYONE").await;
            let input = json!({ "dealId": deal });
            if !["administrator", "manager", "owner"].contains(&name) {
                let open = person.refusals("reopenDeal", input.clone()).await;
                assert_eq!(open, ["FORBIDDEN", "DEAL_OPEN"], "while open");
            }
            scene.people.owner.done("outdateDeal", input.clone(), "").await;
            if ["administrator", "manager", "owner"].contains(&name) {
                person.happens(&deal, "reopenDeal", input, &[("DealReopened", "Reopened")]).await;
            } else {
                assert_eq!(person.refusal("reopenDeal", input).await, "FORBIDDEN", "{name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_said_on_closing_is_in_the_event() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        owner.done("loseDeal", json!({ "dealId": deal, "comment": "too dear" }), "").await;
        owner.done("reopenDeal", json!({ "dealId": deal }), "").await;
        let document = "query($id: ID!) { deal(id: $id) { events(last: 2) { nodes {
            ... on DealLost { comment } ... on DealReopened { droppedMoveTo } } } } }";
        let data = owner.query(document, json!({ "id": deal })).await;
        let expected = json!([{ "comment": "too dear" }, { "droppedMoveTo": null }]);
        assert_eq!(data["deal"]["events"]["nodes"], expected);
        let long = json!({ "dealId": deal, "comment": "x".repeat(10_001) });
        assert_eq!(owner.refusal("loseDeal", long.clone()).await, "INVALID_VALUE comment");
        let both = owner.refusals("winDeal", long).await;
        assert_eq!(both, ["MANDATORY_MISSING", "INVALID_VALUE"], "every reason at once");
    })
    .await;
}

#[tokio::test]
async fn closing_again_is_calm_only_in_just_the_same_way() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (admin, owner) = (&scene.people.admin, &scene.people.owner);
        let (price, time) = (admin.reason("LOST", "Price").await, admin.reason("LOST", "Time").await);
        let won = admin.reason("WON", "Price").await;
        let with = |reason: &str, comment: Value| {
            json!({ "dealId": deal, "reasonId": reason, "comment": comment })
        };
        owner.done("loseDeal", with(&price, json!("too dear")), "").await;
        let unknown = owner.new_id::<entity::ids::CloseReason>();
        for (input, expected) in [
            (with(&price, Value::Null), &["DEAL_CLOSED"] as &[_]),
            (with(&price, json!("  ")), &["DEAL_CLOSED"]),
            (with(&price, json!("too dear!")), &["DEAL_CLOSED"]),
            (with(&time, json!("too dear")), &["DEAL_CLOSED"]),
            (json!({ "dealId": deal, "comment": "too dear" }), &["DEAL_CLOSED"]),
            (json!({ "dealId": deal }), &["DEAL_CLOSED"]),
            (with(&unknown, json!("too dear")), &["DEAL_CLOSED", "NOT_FOUND"]),
            (with(&won, json!("too dear")), &["DEAL_CLOSED", "CLOSE_REASON_OF_OTHER_STATUS"]),
            (with(&price, json!("x".repeat(10_001))), &["DEAL_CLOSED", "INVALID_VALUE"]),
        ] {
            assert_eq!(owner.refusals("loseDeal", input.clone()).await, expected, "{input}");
        }
        owner.calm("loseDeal", with(&price, json!("too dear")), "").await;
        admin.done("archiveCloseReason", json!({ "reasonId": price }), "").await;
        owner.calm("loseDeal", with(&price, json!("too dear")), "").await;
        let stranger = scene.people.stranger.refusals("loseDeal", with(&price, json!("too dear")));
        let stranger = stranger.await;
        assert_eq!(stranger, ["FORBIDDEN", "DEAL_CLOSED", "CLOSE_REASON_ARCHIVED"]);
    })
    .await;
}
