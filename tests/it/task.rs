//! Tasks: made, changed, done and done again; whose they are, and who is told.

mod delete;
mod follow_up;
mod list;
mod rights;

use entity::{ids, member::Role, notification};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, builders::text, each, scene::Scene};

/// Everything of a task that says how it stands.
const TASK: &str = "title description assignee { id } dueOn state overdue createdAt createdBy { id } \
    completion { id } completedAt completedBy { id } deal { id }";

impl Client {
    /// A new task for this member, or for oneself: its id.
    pub async fn task(
        &self,
        deal: &str,
        title: &str,
        due_on: &str,
        for_whom: Option<&Self>,
    ) -> String {
        let assignee = for_whom.map(Self::id);
        let input =
            json!({ "dealId": deal, "title": title, "dueOn": due_on, "assigneeId": assignee });
        text(&self.done("createTask", input, "task { id }").await["task"]["id"])
    }

    /// A task, as this member sees it.
    pub async fn task_now(&self, id: &str) -> Value {
        let document =
            format!("query($id: ID!) {{ node(id: $id) {{ ... on Task {{ {TASK} }} }} }}");
        self.query(&document, json!({ "id": id })).await["node"].take()
    }
}

/// Who was told of a task, by name and title, the first first.
pub async fn told(app: &TestApp) -> Vec<(String, String)> {
    let db = app.app.db().reader();
    let mut rows = notification::Entity::find().all(db).await.unwrap();
    rows.sort_by_key(|row| row.id);
    let mut told = Vec::new();
    for row in rows {
        assert_eq!(row.kind, notification::Kind::TaskAssigned);
        let member = entity::member::Entity::find_by_id(row.member_id).one(db).await.unwrap();
        let task = entity::task::Entity::find_by_id(row.task_id.unwrap()).one(db).await.unwrap();
        let events = entity::event::Entity::find().all(db).await.unwrap();
        assert!(
            events.iter().any(|event| event.id == row.event_id && event.deal_id == row.deal_id)
        );
        told.push((member.unwrap().name, task.unwrap().title));
    }
    told
}

#[tokio::test]
async fn a_task_is_made_changed_done_and_done_again() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (owner, piotr) = (&scene.people.owner, &scene.people.participant);
        let id = owner.new_id::<ids::Task>();
        let create =
            json!({ "dealId": deal, "newId": id, "title": " Send ", "dueOn": "2026-03-09" });
        owner.happens(&deal, "createTask", create, &[("TaskCreated", "New task “Send”")]).await;
        let made = json!({ "title": "Send", "description": "", "assignee": { "id": owner.id() },
            "dueOn": "2026-03-09", "state": "OPEN", "overdue": false,
            "createdAt": "2026-03-02T08:00:00.000Z", "createdBy": { "id": owner.id() },
            "completion": null, "completedAt": null, "completedBy": null, "deal": { "id": deal } });
        assert_eq!(owner.task_now(&id).await, made);

        let update = json!({ "taskId": id, "title": "Send it", "description": "by *mail*",
            "assigneeId": piotr.id(), "dueOn": "2026-03-10" });
        let summary = "Changed title, description, assignee, due date of task “Send it”";
        owner.happens(&deal, "updateTask", update.clone(), &[("TaskUpdated", summary)]).await;
        owner.calm("updateTask", update, "").await;
        let mut changed = made.clone();
        for (field, value) in [
            ("title", json!("Send it")),
            ("description", json!("by *mail*")),
            ("assignee", json!({ "id": piotr.id() })),
            ("dueOn", json!("2026-03-10")),
        ] {
            changed[field] = value;
        }
        assert_eq!(owner.task_now(&id).await, changed);
        let empty = json!({ "taskId": id, "description": null });
        owner
            .happens(
                &deal,
                "updateTask",
                empty,
                &[("TaskUpdated", "Changed description of task “Send it”")],
            )
            .await;
        changed["description"] = json!("");

        let input = json!({ "taskId": id });
        piotr
            .happens(
                &deal,
                "completeTask",
                input.clone(),
                &[("TaskCompleted", "Task “Send it” was done")],
            )
            .await;
        owner.calm("completeTask", input.clone(), "").await;
        let mut done = changed.clone();
        done["state"] = json!("DONE");
        done["completedAt"] = json!("2026-03-02T08:00:00.000Z");
        done["completedBy"] = json!({ "id": piotr.id() });
        assert_eq!(owner.task_now(&id).await, done);
        owner
            .happens(
                &deal,
                "reopenTask",
                input.clone(),
                &[("TaskReopened", "Task “Send it” was reopened")],
            )
            .await;
        owner.calm("reopenTask", input, "").await;
        assert_eq!(owner.task_now(&id).await, changed);
    })
    .await;
}

#[tokio::test]
async fn a_task_made_twice_with_the_same_id_is_made_once() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let id = owner.new_id::<ids::Task>();
        let input = json!({ "dealId": deal, "newId": id, "title": "Send", "dueOn": "2026-03-09" });
        owner
            .happens(&deal, "createTask", input.clone(), &[("TaskCreated", "New task “Send”")])
            .await;
        let again = owner.calm("createTask", input.clone(), "task { id } deal { id }").await;
        assert_eq!((&again["task"]["id"], &again["deal"]["id"]), (&json!(id), &json!(deal)));
        let mut other = input;
        other["dueOn"] = json!("2026-03-10");
        assert_eq!(owner.refusal("createTask", other).await, "ID_TAKEN newId");
    })
    .await;
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_task_is_told_at_once() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let (owner, stranger) = (&scene.people.owner, &scene.people.stranger);
        let task = owner.task(&deal, "Send", "2026-03-09", None).await;
        let wrong = json!({ "title": " ", "description": "x".repeat(10_001), "assigneeId": stranger.id() });
        for (name, field, id) in [("createTask", "dealId", &deal), ("updateTask", "taskId", &task)] {
            let mut input = wrong.clone();
            input[field] = json!(id);
            input["dueOn"] = json!("2026-03-09");
            let errors = owner.refused(name, input).await;
            let told: Vec<_> = errors.iter().map(crate::support::story::code_and_path).collect();
            let expected = ["INVALID_VALUE title", "INVALID_VALUE description", "MEMBER_CANNOT_SEE_DEAL assigneeId"];
            assert_eq!(told, expected, "{name}");
            let message = "Stan may not see this deal. Add them as a participant first, or choose another member.";
            assert_eq!(errors[2]["message"], message);
        }
        for day in ["2026-02-30", "2026-3-1", "0000-01-01", "+12026-01-01", "tomorrow", "2026-03-02T08:00:00Z"] {
            let input = json!({ "dealId": deal, "title": "Send", "dueOn": day });
            let document = "mutation($input: CreateTaskInput!) { createTask(input: $input) { task { id } } }";
            let answer = owner.raw(document, json!({ "input": input })).await;
            assert!(answer["errors"][0]["message"].as_str().unwrap().contains("Date"), "{day}: {answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_task_goes_to_an_active_member_who_may_see_the_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let (owner, stranger) = (&scene.people.owner, &scene.people.stranger);
        let gone = app.member("Gone", Role::Manager).await;
        app.deactivate(gone.member).await;
        let task = owner.task(&deal, "Send", "2026-03-09", None).await;
        for (assignee, code) in [
            (gone.id(), "MEMBER_INACTIVE assigneeId"),
            (stranger.id(), "MEMBER_CANNOT_SEE_DEAL assigneeId"),
            (owner.new_id::<ids::Member>(), "NOT_FOUND assigneeId"),
        ] {
            let create = json!({ "dealId": deal, "title": "Send", "dueOn": "2026-03-09", "assigneeId": assignee });
            assert_eq!(owner.refusal("createTask", create).await, code);
            let update = json!({ "taskId": task, "assigneeId": assignee });
            assert_eq!(owner.refusal("updateTask", update).await, code);
        }
        owner.done("addParticipant", json!({ "dealId": deal, "memberId": stranger.id() }), "").await;
        owner.done("updateTask", json!({ "taskId": task, "assigneeId": stranger.id() }), "").await;
        assert_eq!(told(&app).await, [("Stan".into(), "Send".into())]);
    })
    .await;
}

#[tokio::test]
async fn only_a_new_assignee_is_told_and_never_the_one_who_gave_the_task() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (owner, piotr) = (&scene.people.owner, &scene.people.participant);
        owner.task(&deal, "mine", "2026-03-09", None).await;
        let task = owner.task(&deal, "yours", "2026-03-09", Some(piotr)).await;
        let expected = [("Piotr".to_owned(), "yours".to_owned())];
        assert_eq!(told(&app).await, expected);
        owner.done("updateTask", json!({ "taskId": task, "dueOn": "2026-03-10" }), "").await;
        piotr.done("completeTask", json!({ "taskId": task }), "").await;
        let mia = json!({ "taskId": task, "assigneeId": scene.people.manager.id() });
        owner.done("updateTask", mia, "").await;
        assert_eq!(told(&app).await, expected, "what is done is nothing to do");
        owner.done("reopenTask", json!({ "taskId": task }), "").await;
        owner.done("updateTask", json!({ "taskId": task, "assigneeId": owner.id() }), "").await;
        assert_eq!(told(&app).await, expected);
    })
    .await;
}

#[tokio::test]
async fn a_closed_deal_takes_tasks_too() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        owner.done("loseDeal", json!({ "dealId": deal }), "").await;
        let task = owner.task(&deal, "Call next year", "2027-03-01", None).await;
        for (name, input) in [
            ("updateTask", json!({ "taskId": task, "title": "Write next year" })),
            ("completeTask", json!({ "taskId": task })),
            ("reopenTask", json!({ "taskId": task })),
        ] {
            owner.done(name, input, "deal { status }").await;
        }
        assert_eq!(owner.history(&deal).await.last().unwrap()["after"]["status"], "LOST");
    })
    .await;
}

#[tokio::test]
async fn events_tell_of_a_task_as_it_then_was() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let (owner, piotr) = (&scene.people.owner, &scene.people.participant);
        let task = owner.task(&deal, "Send", "2026-03-09", None).await;
        let update = json!({ "taskId": task, "title": "Write", "assigneeId": piotr.id(), "dueOn": "2026-03-10" });
        owner.done("updateTask", update, "").await;
        let document = "query($id: ID!) { deal(id: $id) { events(last: 2) { nodes {
            ... on TaskCreated { taskId title dueOn assignee { id } completion { id } task { title } }
            ... on TaskUpdated { title taskChanges { field textBefore textAfter assigneeIdBefore assigneeIdAfter
                dueOnBefore dueOnAfter } } } } } }";
        let data = owner.query(document, json!({ "id": deal })).await;
        let created = json!({ "taskId": task, "title": "Send", "dueOn": "2026-03-09",
            "assignee": { "id": owner.id() }, "completion": null, "task": { "title": "Write" } });
        let nothing = json!({ "textBefore": null, "textAfter": null, "assigneeIdBefore": null,
            "assigneeIdAfter": null, "dueOnBefore": null, "dueOnAfter": null });
        let change = |field: &str, place: &str, from: Value, to: Value| {
            let mut change = nothing.clone();
            change["field"] = json!(field);
            change[format!("{place}Before")] = from;
            change[format!("{place}After")] = to;
            change
        };
        let changes = [
            change("TITLE", "text", json!("Send"), json!("Write")),
            change("ASSIGNEE", "assigneeId", json!(owner.id()), json!(piotr.id())),
            change("DUE_ON", "dueOn", json!("2026-03-09"), json!("2026-03-10")),
        ];
        let updated = json!({ "title": "Write", "taskChanges": changes });
        assert_eq!(data["deal"]["events"]["nodes"], json!([created, updated]));
    })
    .await;
}
