//! The tasks that follow when an action is done (rule 20).

use serde_json::{Value, json};

use super::told;
use crate::support::{Client, builders::text, each, scene::Scene};

const TASKS: &str =
    "query($id: ID!) { deal(id: $id) { tasks { nodes { id title description dueOn state
    assignee { name } createdBy { name } completion { id } } } } }";

async fn tasks(client: &Client, deal: &str) -> Vec<Value> {
    let data = client.query(TASKS, json!({ "id": deal })).await;
    data["deal"]["tasks"]["nodes"].as_array().unwrap().clone()
}

/// Title and assignee of each task that is still open.
async fn open(client: &Client, deal: &str) -> Vec<(String, String)> {
    let all = tasks(client, deal).await;
    let open = all.iter().filter(|task| task["state"] == "OPEN");
    open.map(|task| (text(&task["title"]), text(&task["assignee"]["name"]))).collect()
}

/// After `Send` the performer, the owner and Laura have something to do.
async fn with_follow_ups(scene: &Scene) {
    let laura = scene.people.lawyer.id();
    let follow_ups = json!([
        { "title": "Ask", "description": "by *phone*", "assignee": "PERFORMER", "dueInDays": 0 },
        { "title": "Wait", "assignee": "OWNER", "dueInDays": 30 },
        { "title": "Check", "assignee": "MEMBER", "assigneeId": laura, "dueInDays": 3650 },
    ]);
    let input = json!({ "actionId": scene.process.action("Send"), "followUps": follow_ups });
    scene.people.admin.done("updateAction", input, "").await;
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(title, name)| ((*title).to_owned(), (*name).to_owned())).collect()
}

#[tokio::test]
async fn doing_an_action_makes_the_tasks_that_follow_it() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        with_follow_ups(&scene).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        app.app.clock().set("2026-03-02T23:59:59Z".parse().unwrap());
        let piotr = &scene.people.participant;
        let input = json!({ "dealId": deal, "actionId": scene.process.action("Send") });
        let events = [
            ("ActionCompleted", "Did “Send” (10 % → 40 %, Contact → Offer)"),
            ("TaskCreated", "New task “Ask”"),
            ("TaskCreated", "New task “Wait”"),
            ("TaskCreated", "New task “Check”"),
        ];
        piotr.happens(&deal, "completeAction", input.clone(), &events).await;
        let again = piotr.calm("completeAction", input, "completion { id }").await;
        let task = |title: &str, description: &str, due: &str, name: &str| {
            json!({ "title": title, "description": description, "dueOn": due, "state": "OPEN",
                "assignee": { "name": name }, "createdBy": { "name": "Piotr" },
                "completion": { "id": again["completion"]["id"] } })
        };
        let mut found = tasks(piotr, &deal).await;
        found.iter_mut().for_each(|task| drop(task.as_object_mut().unwrap().remove("id")));
        let expected = [
            task("Ask", "by *phone*", "2026-03-02", "Piotr"),
            task("Wait", "", "2026-04-01", "Olga"),
            task("Check", "", "2036-02-28", "Laura"),
        ];
        assert_eq!(found, expected);
        let expected = [("Olga", "Wait"), ("Laura", "Check")];
        assert_eq!(told(&app).await, pairs(&expected), "not the one who did it");
    })
    .await;
}

#[tokio::test]
async fn undoing_leaves_the_tasks_and_doing_it_again_makes_only_those_that_are_not_still_open() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        with_follow_ups(&scene).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let send = scene.process.action("Send");
        let completion = owner.complete(&deal, send).await;
        let all = pairs(&[("Ask", "Olga"), ("Wait", "Olga"), ("Check", "Laura")]);
        assert_eq!(open(owner, &deal).await, all);
        owner.done("undoCompletion", json!({ "completionId": completion }), "").await;
        assert_eq!(open(owner, &deal).await, all);

        let before = tasks(owner, &deal).await;
        let id = |index: usize| before[index]["id"].clone();
        owner.done("completeTask", json!({ "taskId": id(0) }), "").await;
        owner.done("updateTask", json!({ "taskId": id(1), "title": "Wait for it" }), "").await;
        let other = owner.complete(&deal, scene.process.action("Sign")).await;
        owner.done("undoCompletion", json!({ "completionId": other }), "").await;
        let before = owner.history(&deal).await.len();
        owner.complete(&deal, send).await;
        let events = owner.history(&deal).await;
        let new = crate::support::story::told(&events[before..]);
        assert_eq!(new[1..], [("TaskCreated", "New task “Ask”")], "{new:?}");
        let now = pairs(&[("Ask", "Olga"), ("Wait for it", "Olga"), ("Check", "Laura")]);
        assert_eq!(open(owner, &deal).await, now);
    })
    .await;
}

#[tokio::test]
async fn a_follow_up_that_was_deleted_is_made_again() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        with_follow_ups(&scene).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let send = scene.process.action("Send");
        let completion = owner.complete(&deal, send).await;
        let before = tasks(owner, &deal).await;
        owner.done("deleteTask", json!({ "taskId": before[0]["id"] }), "").await;
        assert_eq!(open(owner, &deal).await, pairs(&[("Wait", "Olga"), ("Check", "Laura")]));
        owner.done("undoCompletion", json!({ "completionId": completion }), "").await;
        owner.complete(&deal, send).await;
        let all = pairs(&[("Ask", "Olga"), ("Wait", "Olga"), ("Check", "Laura")]);
        assert_eq!(open(owner, &deal).await, all);
    })
    .await;
}

#[tokio::test]
async fn tasks_that_are_open_count_after_the_deal_changed_its_process() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let admin = &scene.people.admin;
        let call = |title: &str, action: &str| {
            let follow_ups = json!([{ "title": title, "assignee": "OWNER", "dueInDays": 1 }]);
            json!({ "actionId": action, "followUps": follow_ups })
        };
        for process in [&scene.process, &scene.other] {
            admin.done("updateAction", call("Thank", process.action("Call")), "").await;
        }
        let (deal, completion) = scene.deal("EVERYONE").await;
        assert_eq!(open(admin, &deal).await, pairs(&[("Thank", "Olga")]));
        let change = json!({ "dealId": deal, "processId": scene.other.id });
        admin.done("changeDealProcess", change, "").await;
        admin.done("undoCompletion", json!({ "completionId": completion }), "").await;
        admin.complete(&deal, scene.other.action("Call")).await;
        assert_eq!(open(admin, &deal).await, pairs(&[("Thank", "Olga")]), "still the same task");
    })
    .await;
}

#[tokio::test]
async fn the_owner_stands_in_for_a_chosen_member_who_is_deactivated() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        with_follow_ups(&scene).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        app.deactivate(scene.people.lawyer.member).await;
        scene.people.manager.complete(&deal, scene.process.action("Send")).await;
        let expected = [("Ask", "Mia"), ("Wait", "Olga"), ("Check", "Olga")];
        assert_eq!(open(&scene.people.owner, &deal).await, pairs(&expected));
        assert_eq!(told(&app).await, pairs(&[("Olga", "Wait")]), "once for one completion");
    })
    .await;
}

#[tokio::test]
async fn a_chosen_member_gets_the_task_of_a_hidden_deal_and_is_not_told() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        with_follow_ups(&scene).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let (owner, laura) = (&scene.people.owner, &scene.people.lawyer);
        owner.complete(&deal, scene.process.action("Send")).await;
        assert_eq!(told(&app).await, pairs(&[]));
        let mine = "{ tasks(filter: { mine: true }) { nodes { id title deal { id } completion { id } } } }";
        let mine = laura.query(mine, json!({})).await["tasks"]["nodes"][0].take();
        assert_eq!((&mine["title"], &mine["deal"], &mine["completion"]), (&json!("Check"), &Value::Null, &Value::Null));
        laura.done("completeTask", json!({ "taskId": mine["id"] }), "").await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_completion_makes_no_task() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        with_follow_ups(&scene).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let input = json!({ "dealId": deal, "actionId": scene.process.action("Send") });
        assert_eq!(scene.people.stranger.refusal("completeAction", input).await, "NOT_A_PERFORMER");
    })
    .await;
}

#[tokio::test]
async fn who_is_told_of_the_action_is_told_of_their_task_by_the_same_notification() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (admin, mia) = (&scene.people.admin, &scene.people.manager);
        let (deal, _) = scene.deal("EVERYONE").await;
        let task = json!({ "title": "Send", "assignee": "MEMBER", "assigneeId": mia.id(), "dueInDays": 1 });
        let settings = json!({ "actionId": scene.process.action("Sign"),
            "notify": { "groups": ["MANAGERS"] }, "followUps": [task] });
        admin.done("updateAction", settings, "").await;
        scene.people.owner.complete(&deal, scene.process.action("Sign")).await;
        let document = "{ viewer { notifications { nodes { kind summary task { title } } } } }";
        let told = mia.query(document, json!({})).await;
        let summary = "Olga did “Sign” for “Chairs”. A task for you follows from it.";
        let one =
            json!({ "kind": "ACTION_COMPLETED", "summary": summary, "task": { "title": "Send" } });
        assert_eq!(told["viewer"]["notifications"]["nodes"], json!([one]));
    })
    .await;
}
