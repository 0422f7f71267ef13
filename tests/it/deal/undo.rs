//! Undoing: `undoCompletion` (rule 13).

use entity::ids;
use serde_json::{Value, json};

use crate::support::{each, scene::Scene};

#[tokio::test]
async fn an_undo_adds_an_event_and_both_facts_stay() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        app.app.clock().set("2026-03-02T09:00:00Z".parse().unwrap());
        let input = json!({ "completionId": completion });
        let undone = [("CompletionUndone", "Undid “Call” (10 % → 0 %, Contact → no stage)")];
        owner.happens(&deal, "undoCompletion", input.clone(), &undone).await;

        let selection = "deal { version progress { percent } stage { id } }
            completion { id doneAt undoneAt undoneBy { name } } item { state completion { id } }";
        let payload = owner.calm("undoCompletion", input, selection).await;
        let facts = json!({ "id": completion, "doneAt": "2026-03-02T08:00:00.000Z",
            "undoneAt": "2026-03-02T09:00:00.000Z", "undoneBy": { "name": "Olga" } });
        assert_eq!(payload["completion"], facts);
        assert_eq!(payload["item"], json!({ "state": "OPEN", "completion": null }));
        let deal = json!({ "version": 3, "progress": { "percent": 0 }, "stage": null });
        assert_eq!(payload["deal"], deal);
    })
    .await;
}

#[tokio::test]
async fn the_performer_a_manager_and_an_administrator_may_undo_and_nobody_else() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let may = ["administrator", "manager", "owner"];
        for (name, person) in scene.people.all() {
            let (deal, completion) = scene.deal("EVERYONE").await;
            let input = json!({ "completionId": completion });
            if may.contains(&name) {
                let undone =
                    [("CompletionUndone", "Undid “Call” (10 % → 0 %, Contact → no stage)")];
                person.happens(&deal, "undoCompletion", input, &undone).await;
            } else {
                assert_eq!(person.refusal("undoCompletion", input).await, "FORBIDDEN", "{name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_performer_who_takes_part_in_nothing_may_undo_their_own() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let lawyer = &scene.people.lawyer;
        let approved = lawyer.complete(&deal, scene.process.action("Approve")).await;
        let input = json!({ "completionId": approved });
        assert_eq!(scene.people.owner.refusal("undoCompletion", input.clone()).await, "FORBIDDEN");
        let undone = [("CompletionUndone", "Undid “Approve” (20 % → 10 %, Offer → Contact)")];
        lawyer.happens(&deal, "undoCompletion", input, &undone).await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_undone_on_a_closed_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let people = &scene.people;
        people.owner.done("loseDeal", json!({ "dealId": deal }), "").await;
        let input = json!({ "completionId": completion });
        assert_eq!(people.admin.refusal("undoCompletion", input.clone()).await, "DEAL_CLOSED");
        let codes = people.participant.refusals("undoCompletion", input.clone()).await;
        assert_eq!(codes, ["DEAL_CLOSED", "FORBIDDEN"], "every reason at once");
        people.owner.done("reopenDeal", json!({ "dealId": deal }), "").await;
        people.owner.done("undoCompletion", input, "").await;
    })
    .await;
}

#[tokio::test]
async fn a_completion_of_an_action_that_is_gone_can_be_undone() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let people = &scene.people;
        people
            .admin
            .done("removeAction", json!({ "actionId": scene.process.action("Call") }), "")
            .await;
        let input = json!({ "completionId": completion });
        people
            .owner
            .happens(&deal, "undoCompletion", input, &[("CompletionUndone", "Undid “Call”")])
            .await;
    })
    .await;
}

#[tokio::test]
async fn unknown_completions_and_those_of_hidden_deals_are_not_found() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (_, completion) = scene.deal("PARTICIPANTS").await;
        let stranger = &scene.people.stranger;
        let unknown = stranger.new_id::<ids::Completion>();
        let mut answers = Vec::new();
        for id in [completion, unknown] {
            let input = json!({ "completionId": id });
            let selection = "deal { id } item { id } completion { id }";
            stranger.refused("undoCompletion", input.clone()).await;
            let answer = stranger.mutate("undoCompletion", input, selection).await;
            answers.push(answer.to_string().replace(&id, "ID"));
        }
        assert_eq!(answers[0], answers[1]);
        assert!(answers[0].contains("NOT_FOUND"));
    })
    .await;
}

#[tokio::test]
async fn undoing_leaves_the_item_open_to_be_done_again() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (_, completion) = scene.deal("EVERYONE").await;
        let selection = "item { state undo { allowed } blockers { code } }";
        let input = json!({ "completionId": completion });
        let payload = scene.people.owner.done("undoCompletion", input, selection).await;
        assert_eq!(
            payload["item"],
            json!({ "state": "OPEN", "undo": Value::Null, "blockers": [] })
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_said_on_undoing_and_reopening_is_in_the_history() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let input = |comment: Value| json!({ "completionId": completion, "comment": comment });
        let long = "x".repeat(10_001);
        assert_eq!(
            owner.refusal("undoCompletion", input(json!(long))).await,
            "INVALID_VALUE comment"
        );
        owner.done("undoCompletion", input(json!("Nobody was there")), "").await;
        owner.calm("undoCompletion", input(Value::Null), "").await;
        for comment in [json!("They **called** back"), json!("  "), Value::Null] {
            owner.done("loseDeal", json!({ "dealId": deal }), "").await;
            let wrong = json!({ "dealId": deal, "comment": long });
            assert_eq!(owner.refusal("reopenDeal", wrong).await, "INVALID_VALUE comment");
            owner.done("reopenDeal", json!({ "dealId": deal, "comment": comment }), "").await;
        }
        let document = "query($id: ID!) { deal(id: $id) { events(first: 100) { nodes { __typename \
            ... on CompletionUndone { comment } ... on DealReopened { comment } } } } }";
        let data = owner.query(document, json!({ "id": deal })).await;
        let events = data["deal"]["events"]["nodes"].as_array().unwrap().iter();
        let said =
            events.filter(|one| one.get("comment").is_some()).map(|one| one["comment"].clone());
        let expected =
            [json!("Nobody was there"), json!("They **called** back"), Value::Null, Value::Null];
        assert_eq!(said.collect::<Vec<_>>(), expected);
    })
    .await;
}
