//! Who sees tasks, changes and does them.

use entity::ids;
use serde_json::json;

use crate::support::{each, scene::Scene};

const MAY: &str =
    "query($id: ID!) { node(id: $id) { ... on Task { title deal { id } completion { id }
    permissions { update { allowed } complete { allowed } reopen { allowed } } } } }";

#[tokio::test]
async fn whoever_may_change_the_deal_makes_changes_and_does_its_tasks() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        for (name, person) in scene.people.all() {
            let (deal, _) = scene.deal("EVERYONE").await;
            let task = scene.people.owner.task(&deal, "Send", "2026-03-09", None).await;
            let may = ["administrator", "manager", "owner", "participant"].contains(&name);
            let seen = person.query(MAY, json!({ "id": task })).await["node"].take();
            for (field, mutation, input) in [
                ("update", "updateTask", json!({ "taskId": task, "title": "Write" })),
                ("complete", "completeTask", json!({ "taskId": task })),
                ("reopen", "reopenTask", json!({ "taskId": task })),
            ] {
                assert_eq!(seen["permissions"][field]["allowed"], json!(may), "{name} {field}");
                if may {
                    person.done(mutation, input, "").await;
                } else {
                    assert_eq!(
                        person.refusal(mutation, input).await,
                        "FORBIDDEN",
                        "{name} {mutation}"
                    );
                }
            }
            let create = json!({ "dealId": deal, "title": "More", "dueOn": "2026-03-09" });
            if may {
                person.done("createTask", create, "").await;
            } else {
                assert_eq!(person.refusal("createTask", create).await, "FORBIDDEN", "{name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_task_of_a_hidden_deal_is_as_if_it_did_not_exist() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let task = scene.people.owner.task(&deal, "Send", "2026-03-09", None).await;
        let stranger = &scene.people.stranger;
        let unknown = stranger.new_id::<ids::Task>();
        assert!(stranger.query(MAY, json!({ "id": task })).await["node"].is_null());
        for name in ["updateTask", "completeTask", "reopenTask", "deleteTask"] {
            let hidden = stranger.refused(name, json!({ "taskId": task })).await;
            let missing = stranger.refused(name, json!({ "taskId": unknown })).await;
            assert_eq!(
                (&hidden[0]["code"], &hidden[0]["path"]),
                (&json!("NOT_FOUND"), &json!(["taskId"]))
            );
            let without_id = |error: &serde_json::Value| {
                let mut error = error.clone();
                error["nodeId"].take();
                error
            };
            assert_eq!(without_id(&hidden[0]), without_id(&missing[0]), "{name}");
            assert_eq!(
                stranger.refusal(name, json!({ "taskId": deal })).await,
                "INVALID_ID taskId"
            );
        }
        let create = json!({ "dealId": deal, "title": "More", "dueOn": "2026-03-09" });
        assert_eq!(stranger.refusal("createTask", create).await, "NOT_FOUND dealId");
    })
    .await;
}

#[tokio::test]
async fn the_assignee_sees_and_does_their_task_without_seeing_the_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (owner, laura) = (&scene.people.owner, &scene.people.lawyer);
        let (deal, _) = scene.deal("EVERYONE").await;
        let task = owner.task(&deal, "Read the contract", "2026-03-09", Some(laura)).await;
        for visibility in ["EVERYONE", "PARTICIPANTS"] {
            owner.done("updateDeal", json!({ "dealId": deal, "visibility": visibility }), "").await;
            let seen = laura.query(MAY, json!({ "id": task })).await["node"].take();
            assert_eq!(seen["title"], "Read the contract");
            assert_eq!(seen["deal"].is_null(), visibility == "PARTICIPANTS");
            let permissions = json!({ "update": { "allowed": false }, "complete": { "allowed": true },
                "reopen": { "allowed": true } });
            assert_eq!(seen["permissions"], permissions);
            let update = json!({ "taskId": task, "title": "Skim it" });
            assert_eq!(laura.refusal("updateTask", update).await, "FORBIDDEN");
            let selection = "task { state } deal { id }";
            let done = laura.done("completeTask", json!({ "taskId": task }), selection).await;
            assert_eq!(done["task"]["state"], "DONE");
            assert_eq!(done["deal"].is_null(), visibility == "PARTICIPANTS");
            laura.calm("completeTask", json!({ "taskId": task }), "").await;
            laura.done("reopenTask", json!({ "taskId": task }), "").await;
        }
        let last = owner.history(&deal).await.pop().unwrap();
        assert_eq!((&last["__typename"], &last["actor"]["id"]), (&json!("TaskReopened"), &json!(laura.id())));
        let mine = "{ tasks(filter: { mine: true }) { nodes { title deal { id } } } }";
        let mine = laura.query(mine, json!({})).await["tasks"]["nodes"].take();
        assert_eq!(mine, json!([{ "title": "Read the contract", "deal": null }]));
        owner.done("updateTask", json!({ "taskId": task, "assigneeId": owner.id() }), "").await;
        assert_eq!(laura.refusal("completeTask", json!({ "taskId": task })).await, "NOT_FOUND taskId");
    })
    .await;
}
