//! Doing actions: `completeAction` (rules 11 and 12). Evidence has its own file.

use entity::ids;
use serde_json::{Value, json};

use crate::support::{
    builders::text,
    each,
    scene::Scene,
    story::{code_and_path, told},
};

fn input(deal: &str, action: &str) -> Value {
    json!({ "dealId": deal, "actionId": action })
}

#[tokio::test]
async fn actions_are_done_in_any_order_and_each_leaves_one_event() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let owner = &scene.people.owner;
        let deal = owner.deal(&scene.process.id, "Chairs").await;
        let send = input(&deal, scene.process.action("Send"));
        let done = [("ActionCompleted", "Did “Send” (0 % → 30 %, no stage → Offer)")];
        owner.happens(&deal, "completeAction", send, &done).await;
        let call = input(&deal, scene.process.action("Call"));
        let done = [("ActionCompleted", "Did “Call” (30 % → 40 %)")];
        owner.happens(&deal, "completeAction", call, &done).await;
    })
    .await;
}

#[tokio::test]
async fn the_payload_has_everything_that_a_screen_refreshes() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let owner = &scene.people.owner;
        let deal = owner.deal(&scene.process.id, "Chairs").await;
        let selection = "alreadyDone deal { version progress { percent } }
            item { state action { name } completion { id } undo { allowed } blockers { code } }
            completion { id doneAt undoneAt performer { id } action { name } deal { version } note { id } }";
        let send = input(&deal, scene.process.action("Send"));
        let mut done = owner.done("completeAction", send, selection).await;
        let id = done["completion"]["id"].take();
        assert_eq!(done["item"]["completion"]["id"], id);
        assert_eq!(done["alreadyDone"], json!(false));
        assert_eq!(done["deal"], json!({ "version": 2, "progress": { "percent": 30 } }));
        assert_eq!(done["item"]["state"], "DONE");
        assert_eq!(done["item"]["blockers"], json!([]));
        assert_eq!(done["item"]["undo"], json!({ "allowed": true }));
        let completion = json!({ "id": null, "doneAt": "2026-03-02T08:00:00.000Z", "undoneAt": null,
            "performer": { "id": owner.id() }, "action": { "name": "Send" }, "deal": { "version": 2 },
            "note": null });
        assert_eq!(done["completion"], completion);
    })
    .await;
}

#[tokio::test]
async fn doing_an_action_that_is_done_answers_with_the_completion_that_is_there() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let answer = json!({ "alreadyDone": true, "completion": { "id": completion } });
        let selection = "alreadyDone completion { id }";
        let mut call = input(&deal, scene.process.action("Call"));
        for (_, person) in scene.people.all() {
            let payload = person.calm("completeAction", call.clone(), selection).await;
            assert_eq!(payload["completion"], answer["completion"]);
            assert_eq!(payload["alreadyDone"], answer["alreadyDone"]);
        }
        call["newId"] = json!(scene.people.owner.new_id::<ids::Completion>());
        let payload = scene.people.owner.calm("completeAction", call, selection).await;
        assert_eq!(payload["completion"], answer["completion"], "under the id that it has");
    })
    .await;
}

#[tokio::test]
async fn what_is_done_is_done_on_a_closed_deal_too() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        owner.done("loseDeal", json!({ "dealId": deal }), "").await;
        let call = input(&deal, scene.process.action("Call"));
        let payload = owner.calm("completeAction", call, "alreadyDone completion { id }").await;
        assert_eq!(payload["completion"]["id"], json!(completion));
        assert_eq!(payload["alreadyDone"], json!(true));
        let send = input(&deal, scene.process.action("Send"));
        assert_eq!(owner.refusal("completeAction", send).await, "DEAL_CLOSED");
    })
    .await;
}

#[tokio::test]
async fn a_used_completion_id_answers_with_that_completion_even_if_it_was_undone_since() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let owner = &scene.people.owner;
        let deal = owner.deal(&scene.process.id, "Chairs").await;
        let id = owner.new_id::<ids::Completion>();
        let mut call = input(&deal, scene.process.action("Call"));
        call["newId"] = json!(id);
        let done = [("ActionCompleted", "Did “Call” (0 % → 10 %, no stage → Contact)")];
        owner.happens(&deal, "completeAction", call.clone(), &done).await;
        owner.calm("completeAction", call.clone(), "").await;
        owner.done("undoCompletion", json!({ "completionId": id }), "").await;
        app.app.clock().set("2026-03-02T09:00:00Z".parse().unwrap());

        let selection = "alreadyDone completion { id undoneAt } item { state }";
        let payload = owner.calm("completeAction", call, selection).await;
        let undone = json!({ "id": id, "undoneAt": "2026-03-02T08:00:00.000Z" });
        assert_eq!(payload["completion"], undone);
        assert_eq!(payload["item"]["state"], "OPEN");
    })
    .await;
}

#[tokio::test]
async fn a_completion_id_used_for_another_action_or_deal_is_taken() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let (other, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        for (deal, action) in [(&deal, "Send"), (&other, "Call")] {
            let mut input = input(deal, scene.process.action(action));
            input["newId"] = json!(completion);
            assert_eq!(owner.refusal("completeAction", input).await, "ID_TAKEN newId");
        }
    })
    .await;
}

#[tokio::test]
async fn an_action_that_was_undone_can_be_done_again() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, first) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        owner.done("undoCompletion", json!({ "completionId": first }), "").await;
        let second = owner.complete(&deal, scene.process.action("Call")).await;
        assert_ne!(first, second);
        assert_eq!(owner.state(&deal).await, (10, Some("Contact".into())));
    })
    .await;
}

#[tokio::test]
async fn only_actions_of_the_deals_process_as_it_is_are_done() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let admin = &scene.people.admin;
        let other = admin.process("Renewals", &[("Ask", &[("Write", 1)])]).await;
        let removed = scene.process.action("Send");
        admin.done("removeAction", json!({ "actionId": removed }), "").await;
        let unknown = admin.new_id::<ids::Action>();
        for (action, code) in [
            (unknown.as_str(), "NOT_FOUND actionId"),
            (other.action("Write"), "ACTION_NOT_IN_PROCESS actionId"),
            (removed, "ACTION_REMOVED actionId"),
            (scene.process.stage("Offer"), "INVALID_ID actionId"),
        ] {
            assert_eq!(admin.refusal("completeAction", input(&deal, action)).await, code);
        }
    })
    .await;
}

#[tokio::test]
async fn every_reason_against_an_action_is_told_at_once() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        let settings = json!({ "actionId": scene.process.action("Minutes"),
            "performers": { "group": "MANAGERS" } });
        people.admin.done("updateAction", settings, "").await;
        let (deal, _) = scene.deal("EVERYONE").await;
        people.owner.done("outdateDeal", json!({ "dealId": deal }), "").await;

        let errors = people
            .owner
            .refused("completeAction", input(&deal, scene.process.action("Minutes")))
            .await;
        let told: Vec<_> = errors.iter().map(code_and_path).collect();
        assert_eq!(told, ["DEAL_CLOSED", "NOT_A_PERFORMER", "EVIDENCE_REQUIRED note"]);
    })
    .await;
}

#[tokio::test]
async fn who_may_do_it_is_named_with_the_refusal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        let (deal, _) = scene.deal("EVERYONE").await;
        let document = "mutation($input: CompleteActionInput!) { completeAction(input: $input) {
            userErrors { code ... on NotAPerformer { performers members { name } } } } }";
        let approve = json!({ "input": input(&deal, scene.process.action("Approve")) });
        let data = people.admin.query(document, approve).await;
        let error = json!({ "code": "NOT_A_PERFORMER", "performers": "CHOSEN",
            "members": [{ "name": "Laura" }] });
        assert_eq!(data["completeAction"]["userErrors"], json!([error]));
    })
    .await;
}

#[tokio::test]
async fn a_completion_says_who_and_when_in_its_event() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let document = "query($id: ID!) { deal(id: $id) { events { nodes { summary ... on ActionCompleted {
            actionId actionName stageId stageName completion { id performer { name } } } } } } }";
        let data = scene.people.stranger.query(document, json!({ "id": deal })).await;
        let process = &scene.process;
        let expected = json!({ "summary": "Did “Call” (0 % → 10 %, no stage → Contact)",
            "actionId": process.action("Call"), "actionName": "Call", "stageId": process.stage("Contact"),
            "stageName": "Contact", "completion": { "id": completion, "performer": { "name": "Olga" } } });
        assert_eq!(data["deal"]["events"]["nodes"][1], expected);
        let history = scene.people.stranger.history(&deal).await;
        assert_eq!(told(&history)[1].0, "ActionCompleted");
        assert_eq!(text(&history[1]["actor"]["id"]), scene.people.owner.id());
    })
    .await;
}
