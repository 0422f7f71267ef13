//! Tasks that are deleted: `deleteTask`.

use entity::{ids, notification};
use sea_orm::EntityTrait;
use serde_json::json;

use crate::support::{each, scene::Scene};

#[tokio::test]
async fn a_deleted_task_is_gone_and_the_history_tells_of_it() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (owner, piotr) = (&scene.people.owner, &scene.people.participant);
        for done in [false, true] {
            let id = owner.task(&deal, "Send", "2026-03-09", Some(piotr)).await;
            let input = json!({ "taskId": id });
            if done {
                piotr.done("completeTask", input.clone(), "").await;
            }
            let event = [("TaskDeleted", "Task “Send” was deleted")];
            piotr.happens(&deal, "deleteTask", input.clone(), &event).await;
            let selection = "task { id } deletedTaskId deal { id }";
            let again = owner.calm("deleteTask", input.clone(), selection).await;
            assert_eq!(
                [&again["task"], &again["deletedTaskId"], &again["deal"]["id"]],
                [&json!(null), &json!(id), &json!(deal)]
            );
            assert!(owner.task_now(&id).await.is_null());
            for name in ["updateTask", "completeTask", "reopenTask"] {
                assert_eq!(owner.refusal(name, input.clone()).await, "NOT_FOUND taskId", "{name}");
            }
        }
        let document = "query($id: ID!) { deal(id: $id) { tasks { totalCount nodes { id } }
            events(last: 1) { nodes { ... on TaskDeleted { title task { id } taskId assignee { name } } } } }
            tasks { totalCount } }";
        let mut data = owner.query(document, json!({ "id": deal })).await;
        assert_eq!(data["tasks"]["totalCount"], 0);
        assert_eq!(data["deal"]["tasks"], json!({ "totalCount": 0, "nodes": [] }));
        let event = data["deal"]["events"]["nodes"][0].take();
        assert_eq!((&event["title"], &event["task"]), (&json!("Send"), &json!(null)));
        assert_eq!(event["assignee"]["name"], "Piotr");
    })
    .await;
}

#[tokio::test]
async fn what_members_were_told_of_a_deleted_task_stays_without_the_task() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (owner, piotr) = (&scene.people.owner, &scene.people.participant);
        let id = owner.task(&deal, "Send", "2026-03-09", Some(piotr)).await;
        let document = "{ viewer { unreadCount notifications { nodes {
            summary task { id } event { ... on TaskCreated { title taskId task { id } } } } } } }";
        let before = piotr.query(document, json!({})).await["viewer"].take();
        assert_eq!(before["notifications"]["nodes"][0]["task"]["id"], json!(id));
        owner.done("deleteTask", json!({ "taskId": id }), "").await;
        let after = piotr.query(document, json!({})).await["viewer"].take();
        assert_eq!(after["unreadCount"], before["unreadCount"]);
        let told = &after["notifications"]["nodes"][0];
        assert_eq!(told["summary"], before["notifications"]["nodes"][0]["summary"]);
        assert_eq!(told["task"], json!(null));
        assert_eq!(told["event"], json!({ "title": "Send", "taskId": id, "task": null }));
        let rows = notification::Entity::find().all(app.app.db().reader()).await.unwrap();
        assert_eq!(rows.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_change_the_deal_deletes_no_task() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (owner, laura) = (&scene.people.owner, &scene.people.lawyer);
        let (deal, _) = scene.deal("EVERYONE").await;
        let id = owner.task(&deal, "Read", "2026-03-09", Some(laura)).await;
        let input = json!({ "taskId": id });
        for visibility in ["EVERYONE", "PARTICIPANTS"] {
            owner.done("updateDeal", json!({ "dealId": deal, "visibility": visibility }), "").await;
            let before = app.fingerprint().await;
            assert_eq!(laura.refusal("deleteTask", input.clone()).await, "FORBIDDEN");
            assert_eq!(before, app.fingerprint().await);
        }
        let stranger = &scene.people.stranger;
        assert_eq!(stranger.refusal("deleteTask", input.clone()).await, "NOT_FOUND taskId");
        let nothing = json!({ "taskId": owner.new_id::<ids::Task>() });
        assert_eq!(owner.refusal("deleteTask", nothing).await, "NOT_FOUND taskId");
        owner.done("deleteTask", input.clone(), "").await;
        assert_eq!(laura.refusal("deleteTask", input).await, "NOT_FOUND taskId");
    })
    .await;
}
