//! Who is told of what was done (rule 19), and reading it.

use entity::{ids, member::Role};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Client, builders::text, each, scene::Scene};

const INBOX: &str = "query($unread: Boolean! = false, $first: Int, $after: Cursor) { viewer { unreadCount
    notifications(unreadOnly: $unread, first: $first, after: $after) { totalCount unreadCount
        pageInfo { hasNextPage endCursor }
        nodes { id kind summary readAt createdAt actor { name } deal { id title } event { __typename }
            completion { id action { name } } } } } }";

async fn inbox(who: &Client) -> Value {
    who.query(INBOX, json!({})).await["viewer"].take()
}

async fn told(who: &Client) -> usize {
    let viewer = inbox(who).await;
    let nodes = viewer["notifications"]["nodes"].as_array().unwrap().len();
    assert_eq!(viewer["unreadCount"], json!(nodes));
    assert_eq!(viewer["notifications"]["totalCount"], json!(nodes));
    nodes
}

async fn first(who: &Client) -> String {
    text(&inbox(who).await["notifications"]["nodes"][0]["id"])
}

async fn notify(scene: &Scene, action: &str, notify: Value) {
    let input = json!({ "actionId": scene.process.action(action), "notify": notify });
    scene.people.admin.done("updateAction", input, "").await;
}

/// How often each of the people of a scene was told, in the order of `People::all`.
async fn counts(scene: &Scene) -> Vec<usize> {
    let mut counts = Vec::new();
    for (_, person) in scene.people.all() {
        counts.push(told(person).await);
    }
    counts
}

#[tokio::test]
async fn one_notification_for_a_recipient_however_many_groups_they_are_in() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        let all = json!({ "groups": ["ADMINISTRATORS", "MANAGERS", "PARTICIPANTS"],
            "memberIds": [people.manager.id(), people.stranger.id(), people.owner.id()] });
        notify(&scene, "Send", all).await;
        let (hidden, _) = scene.deal("PARTICIPANTS").await;
        let join = json!({ "dealId": hidden, "memberId": people.manager.id() });
        people.owner.done("addParticipant", join, "").await;
        people.owner.complete(&hidden, scene.process.action("Send")).await;
        // the manager is in three groups, the owner did it, the stranger may not see the deal
        assert_eq!(counts(&scene).await, [1, 1, 0, 1, 0, 0]);
        let (open, _) = scene.deal("EVERYONE").await;
        people.admin.complete(&open, scene.process.action("Send")).await;
        assert_eq!(counts(&scene).await, [1, 2, 1, 2, 1, 0]);
    })
    .await;
}

#[tokio::test]
async fn who_is_deactivated_is_not_told() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        notify(&scene, "Send", json!({ "groups": ["PARTICIPANTS"] })).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        app.deactivate(people.participant.member).await;
        people.admin.complete(&deal, scene.process.action("Send")).await;
        assert_eq!(told(&people.owner).await, 1);
        let rows = entity::notification::Entity::find().all(app.app.db().reader()).await.unwrap();
        let recipients: Vec<_> = rows.iter().map(|row| row.member_id).collect();
        assert_eq!(recipients, [people.owner.member]);
    })
    .await;
}

#[tokio::test]
async fn a_notification_tells_who_did_what_for_which_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        notify(&scene, "Send", json!({ "groups": ["MANAGERS"] })).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let completion = people.participant.complete(&deal, scene.process.action("Send")).await;
        let mut viewer = inbox(&people.manager).await;
        let told = viewer["notifications"]["nodes"][0].take();
        assert_eq!(told["summary"], "Piotr did “Send” for “Chairs”.");
        assert_eq!(told["kind"], "ACTION_COMPLETED");
        assert_eq!(told["actor"]["name"], "Piotr");
        assert_eq!(told["deal"]["id"], json!(deal));
        assert_eq!(told["completion"], json!({ "id": completion, "action": { "name": "Send" } }));
        assert_eq!(told["event"]["__typename"], "ActionCompleted");
        assert!(told["readAt"].is_null());
        let node = "query($id: ID!) { node(id: $id) { ... on Notification { summary } } }";
        let id = json!({ "id": told["id"] });
        let own = people.manager.query(node, id.clone()).await;
        assert_eq!(own["node"]["summary"], told["summary"]);
        let another = people.admin.query(node, id).await;
        assert!(another["node"].is_null(), "not even an administrator reads another's inbox");
    })
    .await;
}

#[tokio::test]
async fn what_was_refused_or_done_before_tells_nobody_and_done_again_it_tells_again() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        notify(&scene, "Discount", json!({ "groups": ["ADMINISTRATORS"] })).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let input = json!({ "dealId": deal, "actionId": scene.process.action("Discount") });
        people.owner.refused("completeAction", input.clone()).await;
        assert_eq!(told(&people.admin).await, 0);
        let completion = people.manager.complete(&deal, scene.process.action("Discount")).await;
        people.manager.calm("completeAction", input, "").await;
        assert_eq!(told(&people.admin).await, 1);
        people.manager.done("undoCompletion", json!({ "completionId": completion }), "").await;
        people.manager.complete(&deal, scene.process.action("Discount")).await;
        assert_eq!(told(&people.admin).await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_a_member_may_not_see_any_more_is_in_no_list_and_no_count() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        notify(&scene, "Send", json!({ "groups": ["PARTICIPANTS"] })).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        people.owner.complete(&deal, scene.process.action("Send")).await;
        let id = first(&people.participant).await;
        let leave = json!({ "dealId": deal, "memberId": people.participant.id() });
        people.owner.done("removeParticipant", leave.clone(), "").await;
        assert_eq!(told(&people.participant).await, 0);
        let node = "query($id: ID!) { node(id: $id) { id } }";
        let seen = people.participant.query(node, json!({ "id": id })).await;
        assert!(seen["node"].is_null());
        let input = json!({ "ids": [id] });
        let refusal = people.participant.refusal("markNotificationsRead", input).await;
        assert_eq!(refusal, "NOT_FOUND ids.0");
        people.owner.done("addParticipant", leave, "").await;
        assert_eq!(told(&people.participant).await, 1, "they see it again");
    })
    .await;
}

/// A manager who was told of three things, oldest first.
async fn three(scene: &Scene) -> (Client, Vec<String>) {
    for action in ["Send", "Sign", "Discount"] {
        notify(scene, action, json!({ "groups": ["MANAGERS"] })).await;
    }
    let (deal, _) = scene.deal("EVERYONE").await;
    for action in ["Send", "Sign", "Discount"] {
        scene.people.admin.complete(&deal, scene.process.action(action)).await;
    }
    let manager = scene.people.manager.clone();
    let viewer = inbox(&manager).await;
    let nodes = viewer["notifications"]["nodes"].as_array().unwrap();
    let summaries: Vec<_> = nodes.iter().map(|node| text(&node["summary"])).collect();
    assert_eq!(summaries[0], "Ada did “Discount” for “Chairs”.", "the newest first");
    (manager, nodes.iter().rev().map(|node| text(&node["id"])).collect())
}

const MARKED: &str = "notifications { id readAt } viewer { unreadCount }";

#[tokio::test]
async fn notifications_are_marked_as_read_once() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (manager, ids) = three(&scene).await;
        let one = json!({ "ids": [ids[1]] });
        let marked = manager.done("markNotificationsRead", one.clone(), MARKED).await;
        assert_eq!(marked["viewer"]["unreadCount"], 2);
        assert_eq!(marked["notifications"][0]["id"], json!(ids[1]));
        assert!(marked["notifications"][0]["readAt"].is_string());
        let again = manager.calm("markNotificationsRead", one, MARKED).await;
        assert_eq!(again, marked);
        let unread = manager.query(INBOX, json!({ "unread": true })).await;
        let unread = &unread["viewer"]["notifications"];
        assert_eq!((&unread["totalCount"], &unread["unreadCount"]), (&json!(2), &json!(2)));
        let twice = json!({ "ids": [ids[0], ids[0]] });
        let marked = manager.done("markNotificationsRead", twice, MARKED).await;
        assert_eq!(marked["viewer"]["unreadCount"], 1);
    })
    .await;
}

/// What is unread is counted once, and what happened since is added to it: on a server that is asked each time, and on one
/// that is asked seldom.
#[tokio::test]
async fn what_is_unread_is_counted_right_whatever_happens_to_an_inbox() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let other = app.again().await;
        notify(&scene, "Send", json!({ "groups": ["MANAGERS"] })).await;
        let (admin, manager) = (&scene.people.admin, &scene.people.manager);
        let (deal, _) = scene.deal("EVERYONE").await;
        let elsewhere = Client { app: other.clone(), ..manager.clone() };
        let mut ids = Vec::new();
        for number in 0..150_usize {
            match number % 5 {
                0..=2 => {
                    let done = admin.complete(&deal, scene.process.action("Send")).await;
                    let undo = json!({ "completionId": done });
                    admin.done("undoCompletion", undo, "").await;
                }
                3 => {
                    ids = unread(manager).await;
                    let some = json!({ "ids": ids[..ids.len() / 2] });
                    if !ids[..ids.len() / 2].is_empty() {
                        manager.done("markNotificationsRead", some, "").await;
                    }
                }
                _ if number % 25 == 24 => {
                    let all = json!({ "upTo": ids[0] });
                    manager.done("markNotificationsRead", all, "").await;
                }
                _ => {}
            }
            unread(manager).await;
            if number % 60 == 7 || number == 149 {
                unread(&elsewhere).await;
            }
        }
        other.stop().await;
    })
    .await;
}

/// Those that are not read, the newest first; their number is counted right.
async fn unread(who: &Client) -> Vec<String> {
    let viewer = who.query(INBOX, json!({ "unread": true, "first": 100 })).await["viewer"].take();
    let nodes = viewer["notifications"]["nodes"].as_array().unwrap();
    let ids: Vec<_> = nodes.iter().map(|node| text(&node["id"])).collect();
    assert_eq!(viewer["unreadCount"], json!(ids.len()));
    assert_eq!(viewer["notifications"]["unreadCount"], json!(ids.len()));
    ids
}

#[tokio::test]
async fn reading_up_to_one_leaves_what_came_later_unread() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (manager, ids) = three(&scene).await;
        let up_to = json!({ "upTo": ids[1] });
        let marked = manager.done("markNotificationsRead", up_to.clone(), MARKED).await;
        assert_eq!(marked["viewer"]["unreadCount"], 1);
        assert_eq!(marked["notifications"].as_array().unwrap().len(), 2);
        let again = manager.calm("markNotificationsRead", up_to, MARKED).await;
        assert_eq!(again["notifications"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn nobody_marks_what_is_not_theirs_and_nothing_of_it_is_done() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (manager, ids) = three(&scene).await;
        let unknown = app.app.clock().new_id::<ids::Notification>().to_string();
        let mixed = json!({ "ids": [ids[0], unknown] });
        let code = manager.refusal("markNotificationsRead", mixed).await;
        assert_eq!(code, "NOT_FOUND ids.1");
        let admin = &scene.people.admin;
        let code = admin.refusal("markNotificationsRead", json!({ "ids": [ids[0]] })).await;
        assert_eq!(code, "NOT_FOUND ids.0");
        let code = admin.refusal("markNotificationsRead", json!({ "upTo": ids[0] })).await;
        assert_eq!(code, "NOT_FOUND upTo");
        for (input, expected) in [
            (json!({}), "INVALID_VALUE ids"),
            (json!({ "ids": [], "upTo": ids[0] }), "INVALID_VALUE ids"),
            (json!({ "ids": [manager.id()] }), "INVALID_ID ids.0"),
            (json!({ "ids": vec![ids[0].clone(); 101] }), "LIMIT_REACHED ids"),
        ] {
            assert_eq!(manager.refusal("markNotificationsRead", input).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn a_long_inbox_is_read_page_by_page() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (manager, ids) = three(&scene).await;
        let mut found = Vec::new();
        let mut after = Value::Null;
        loop {
            let page = manager.query(INBOX, json!({ "first": 2, "after": after })).await;
            let page = &page["viewer"]["notifications"];
            let nodes = page["nodes"].as_array().unwrap();
            found.extend(nodes.iter().map(|node| text(&node["id"])));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        found.reverse();
        assert_eq!(found, ids);
    })
    .await;
}

#[tokio::test]
async fn everybody_chooses_their_own_mail() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let selection = "viewer { mailPreferences { muted isConfigured } }";
        let input = json!({ "muted": ["TASK_ASSIGNED", "TASK_ASSIGNED"] });
        let chosen = sam.done("updateMailPreferences", input.clone(), selection).await;
        let expected = json!({ "muted": ["TASK_ASSIGNED"], "isConfigured": false });
        assert_eq!(chosen["viewer"]["mailPreferences"], expected);
        sam.calm("updateMailPreferences", input, selection).await;
        let query = "{ viewer { mailPreferences { muted } } }";
        let other = ada.query(query, json!({})).await;
        assert_eq!(other["viewer"]["mailPreferences"]["muted"], json!([]));
        let none = sam.done("updateMailPreferences", json!({ "muted": [] }), selection).await;
        assert_eq!(none["viewer"]["mailPreferences"]["muted"], json!([]));
    })
    .await;
}
