//! The buttons beside those of deals: members, tokens, close reasons, processes, tasks, mail, and what the
//! viewer may do to the organisation as a whole. Each says what its mutations then answer: the same list in
//! the same order (rule 15). Those of deals and their actions are in `deal_buttons`.

use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, builders::text, each, scene::Scene};

const P: &str = "fragment P on Permission { allowed blockers { code message nodeId } }";

/// What is told before and after a click.
fn essence(problems: &Value) -> Vec<(String, String, Value)> {
    let all = problems.as_array().unwrap().iter();
    all.map(|one| (text(&one["code"]), text(&one["message"]), one["nodeId"].clone())).collect()
}

/// Presses a button: its mutation answers what was told before.
pub(super) async fn press(who: &Client, permission: &Value, name: &str, input: Value) {
    let told = essence(&permission["blockers"]);
    assert_eq!(permission["allowed"], told.is_empty(), "{name}: {permission}");
    if told.is_empty() {
        who.done(name, input, "").await;
    } else {
        let errors = Value::from(who.refused(name, input).await);
        assert_eq!(essence(&errors), told, "{name}");
    }
}

/// The permissions of a node, by the selection that asks for them.
pub(super) async fn of_node(who: &Client, id: &str, selection: &str) -> Value {
    let fragment = if selection.contains("...P") { P } else { "" };
    let document = format!("query($id: ID!) {{ node(id: $id) {{ {selection} }} }} {fragment}");
    who.query(&document, json!({ "id": id })).await["node"].take()
}

async fn add(ada: &Client, name: &str) -> String {
    let email = format!("{}@example.org", name.to_lowercase());
    let input = json!({ "name": name, "email": email, "role": "SALESPERSON" });
    text(&ada.done("addMember", input, "member { id }").await["member"]["id"])
}

const MEMBER: &str =
    "... on Member { permissions { rename { ...P } changeEmail { ...P } changeRole { ...P }
    deactivate { ...P } reactivate { ...P } createToken { ...P } transferDeals { ...P } } }";

/// The mutations behind the buttons of a member, each with something that is not so yet.
fn of_member(id: &str, role: &str, heir: &str) -> [(&'static str, &'static str, Value); 7] {
    let with = |field: &str, value: &str| json!({ "memberId": id, field: value });
    [
        ("rename", "updateMember", with("name", "Renamed")),
        ("changeEmail", "updateMember", with("email", "new@example.org")),
        ("changeRole", "updateMember", with("role", role)),
        ("createToken", "createToken", with("name", "laptop")),
        ("transferDeals", "transferDeals", json!({ "fromMemberId": id, "toMemberId": heir })),
        ("deactivate", "deactivateMember", json!({ "memberId": id })),
        ("reactivate", "reactivateMember", json!({ "memberId": id })),
    ]
}

/// Makes a member what they were before somebody pressed a button.
async fn restore(ada: &Client, before: &Value) {
    let id = &before["id"];
    let input = json!({ "memberId": id, "name": before["name"], "email": before["email"],
        "role": before["role"] });
    ada.done("updateMember", input, "").await;
    let name = if before["isActive"] == true { "reactivateMember" } else { "deactivateMember" };
    ada.done(name, json!({ "memberId": id }), "").await;
}

#[tokio::test]
async fn the_buttons_of_a_member_say_what_their_mutations_answer_for_every_role() {
    each(|app| async move {
        let ada = app.admin().await;
        let mia = app.member("Mia", Role::Manager).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let (active, heir) = (add(&ada, "Tom").await, add(&ada, "Heir").await);
        let gone = add(&ada, "Gina").await;
        ada.done("deactivateMember", json!({ "memberId": gone }), "").await;
        for who in [&ada, &mia, &sam] {
            for target in [&active, &gone, &ada.id(), &mia.id(), &sam.id()] {
                let facts = "... on Member { id name email role isActive }";
                let before = of_node(&ada, target, facts).await;
                let role = if before["role"] == "MANAGER" { "SALESPERSON" } else { "MANAGER" };
                for (button, name, input) in of_member(target, role, &heir) {
                    let needed = before["role"] != "SALESPERSON" || *target == sam.id();
                    let leaves = button == "deactivate" && needed;
                    if who.id() == ada.id() && *target != ada.id() && leaves {
                        continue; // they would lose the tokens that this test works with
                    }
                    let seen = of_node(who, target, MEMBER).await["permissions"].take();
                    press(who, &seen[button], name, input).await;
                    restore(&ada, &before).await;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_viewer_may_do_to_the_organisation_is_what_the_mutations_answer() {
    each(|app| async move {
        let ada = app.admin().await;
        let tom = add(&ada, "Tom").await;
        for (number, role) in
            [Role::Administrator, Role::Manager, Role::Salesperson].into_iter().enumerate()
        {
            let who = app.member(&format!("{role:?}"), role).await;
            let document = format!(
                "{{ viewer {{ manageMail {{ ...P }} permissions {{ createProcess {{ ...P }} \
                 addMember {{ ...P }} addCloseReason {{ ...P }} createTokenForOthers {{ ...P }} createWebhook {{ ...P }} }} }} }} {P}"
            );
            let viewer = who.query(&document, json!({})).await["viewer"].take();
            let seen = &viewer["permissions"];
            assert_eq!(seen["createProcess"]["allowed"], role == Role::Administrator, "{role:?}");
            let name = format!("New {number}");
            let email = format!("new{number}@example.org");
            let file = format!("process: File {number}\nstages: [{{stage: A}}]\n");
            let member = json!({ "name": name, "email": email, "role": "SALESPERSON" });
            let reason = json!({ "name": name, "status": "LOST" });
            press(&who, &seen["createProcess"], "createProcess", json!({ "name": name })).await;
            press(&who, &seen["createProcess"], "importProcess", json!({ "file": file })).await;
            press(&who, &seen["addMember"], "addMember", member).await;
            press(&who, &seen["addCloseReason"], "addCloseReason", reason).await;
            let webhook = json!({ "name": name, "url": "https://example.org/" });
            press(&who, &seen["createWebhook"], "createWebhook", webhook).await;
            press(&who, &viewer["manageMail"], "retryMail", json!({ "all": true })).await;
            // Whose token it is to be is known only to the mutation.
            let token = json!({ "memberId": tom, "name": "laptop" });
            let errors = who.mutate("createToken", token, "").await["userErrors"].take();
            let told = essence(&seen["createTokenForOthers"]["blockers"]);
            let texts = |list: &[(String, String, Value)]| {
                list.iter().map(|(code, message, _)| format!("{code} {message}")).collect::<Vec<_>>()
            };
            assert_eq!(texts(&essence(&errors)), texts(&told), "{role:?}");
            assert_eq!(told.is_empty(), role == Role::Administrator, "{role:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn configuring_a_process_is_allowed_or_forbidden_as_its_button_says() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let other = ada.process("Other", &[]).await;
        let (process, contact) = (sales.id.as_str(), sales.stage("Contact"));
        let call = sales.action("Call");
        let clients = [
            app.member("Mia", Role::Manager).await,
            app.member("Sam", Role::Salesperson).await,
            ada.clone(),
        ];
        for who in clients {
            let configure = "... on Process { configure { ...P } }";
            let seen = of_node(&who, process, configure).await["configure"].take();
            let save = ada.as_it_is(process).await;
            let restore = json!({ "processId": process, "version": save["expectedVersion"],
                "expectedVersion": save["expectedVersion"] });
            for (name, input) in [
                ("saveProcess", save),
                ("restoreProcessVersion", restore),
                ("updateProcess", json!({ "processId": process, "description": "How we sell" })),
                ("addStage", json!({ "processId": process, "name": "Contract" })),
                ("updateStage", json!({ "stageId": contact, "hint": "Smile" })),
                ("moveStage", json!({ "stageId": contact })),
                ("addAction", json!({ "stageId": contact, "name": "Mail" })),
                ("updateAction", json!({ "actionId": call, "mandatory": true })),
                ("setActionWeight", json!({ "actionId": call, "weight": 3 })),
                ("moveAction", json!({ "actionId": call })),
                ("removeAction", json!({ "actionId": call })),
                ("removeStage", json!({ "stageId": contact })),
                ("setDefaultProcess", json!({ "processId": process })),
                ("archiveProcess", json!({ "processId": process, "newDefaultId": other.id })),
            ] {
                press(&who, &seen, name, input).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn configuring_a_close_reason_is_allowed_or_forbidden_as_its_button_says() {
    each(|app| async move {
        let ada = app.admin().await;
        let reason = json!({ "name": "Price", "status": "LOST" });
        ada.done("addCloseReason", reason, "").await;
        let clients = [
            app.member("Mia", Role::Manager).await,
            app.member("Sam", Role::Salesperson).await,
            ada.clone(),
        ];
        for who in clients {
            let document = format!("{{ closeReasons {{ id configure {{ ...P }} }} }} {P}");
            let seen = who.query(&document, json!({})).await["closeReasons"][0].take();
            let id = &seen["id"];
            for (name, input) in [
                ("updateCloseReason", json!({ "reasonId": id, "name": "Cost" })),
                ("moveCloseReason", json!({ "reasonId": id, "afterId": null })),
                ("archiveCloseReason", json!({ "reasonId": id })),
                ("restoreCloseReason", json!({ "reasonId": id })),
            ] {
                press(&who, &seen["configure"], name, input).await;
            }
        }
    })
    .await;
}

const TASK: &str = "... on Task { state permissions { update { ...P } complete { ...P } reopen { ...P } delete { ...P } } }";

#[tokio::test]
async fn the_buttons_of_a_task_say_what_their_mutations_answer_open_or_done() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        for visibility in ["EVERYONE", "PARTICIPANTS"] {
            let (deal, _) = scene.deal(visibility).await;
            for closed in [false, true] {
                if closed {
                    scene.people.owner.done("loseDeal", json!({ "dealId": deal }), "").await;
                }
                let input = json!({ "dealId": deal, "title": "Send", "dueOn": "2026-03-09",
                    "assigneeId": scene.people.participant.id() });
                let made =
                    scene.people.owner.done("createTask", input.clone(), "task { id }").await;
                let task = text(&made["task"]["id"]);
                for (name, who) in scene.people.all() {
                    if of_node(who, &task, TASK).await.is_null() {
                        assert_eq!(visibility, "PARTICIPANTS", "{name} does not see it");
                        continue;
                    }
                    press_task(who, &task).await;
                    let made =
                        scene.people.owner.done("createTask", input.clone(), "task { id }").await;
                    let task = text(&made["task"]["id"]);
                    let seen = of_node(who, &task, TASK).await["permissions"]["delete"].take();
                    press(who, &seen, "deleteTask", json!({ "taskId": task })).await;
                }
            }
        }
    })
    .await;
}

async fn press_task(who: &Client, task: &str) {
    for (button, name) in [
        ("complete", "completeTask"),
        ("complete", "completeTask"),
        ("reopen", "reopenTask"),
        ("reopen", "reopenTask"),
        ("update", "updateTask"),
    ] {
        let seen = of_node(who, task, TASK).await["permissions"].take();
        let mut input = json!({ "taskId": task });
        if button == "update" {
            input["title"] = json!(format!("by {}", who.id()));
        }
        press(who, &seen[button], name, input).await;
    }
}

#[tokio::test]
async fn revoking_a_token_is_allowed_for_whoever_sees_it() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        for who in [&ada, &sam] {
            let (token, _) = app.token(sam.member).await;
            let (id, revoke) = (token.to_string(), "... on Token { revoke { ...P } }");
            let seen = of_node(who, &id, revoke).await["revoke"].take();
            press(who, &seen, "revokeToken", json!({ "tokenId": id })).await;
            press(who, &seen, "revokeToken", json!({ "tokenId": id })).await;
        }
    })
    .await;
}

/// Who may is said by name, before the click and after it: everyone may read members.
#[tokio::test]
async fn who_may_do_an_action_is_said_by_name() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let admin = &scene.people.admin;
        let mut chosen = vec![scene.people.lawyer.id()];
        let mut expected = vec!["Only Laura may do this. Ask them.".to_owned()];
        for name in ["Bea", "Cid", "Dan", "Eli", "Flo", "Gus"] {
            chosen.push(add(admin, name).await);
        }
        expected.push("Only Laura and Bea may do this. Ask one of them.".into());
        expected.push("Only Laura, Bea and Cid may do this. Ask one of them.".into());
        expected.push("Only Laura, Bea, Cid and Dan may do this. Ask one of them.".into());
        expected.push("Only Laura, Bea, Cid, Dan and Eli may do this. Ask one of them.".into());
        expected.push(
            "Only Laura, Bea, Cid, Dan, Eli and 1 other member may do this. Ask one of them.".into(),
        );
        expected.push(
            "Only Laura, Bea, Cid, Dan, Eli and 2 other members may do this. Ask one of them."
                .into(),
        );
        for (count, message) in (1..).zip(&expected) {
            let performers = json!({ "group": "CHOSEN", "memberIds": chosen[..count] });
            choose(&scene, performers).await;
            assert_eq!(told(&scene, &deal).await, *message);
        }
        app.deactivate(scene.people.lawyer.member).await;
        let performers = json!({ "group": "CHOSEN", "memberIds": chosen[..2] });
        choose(&scene, performers).await;
        assert_eq!(told(&scene, &deal).await, "Only Bea may do this. Ask them.");
        let performers = json!({ "group": "CHOSEN", "memberIds": chosen[..1] });
        choose(&scene, performers).await;
        let gone = "Only members who are deactivated now may do this. Ask an administrator to choose others.";
        assert_eq!(told(&scene, &deal).await, gone);
    })
    .await;
}

async fn choose(scene: &Scene, performers: Value) {
    let input = json!({ "actionId": scene.process.action("Approve"), "performers": performers });
    scene.people.admin.done("updateAction", input, "").await;
}

/// What the owner is told of `Approve`, by the checklist, by the item, in bulk and by the mutation alike.
async fn told(scene: &Scene, deal: &str) -> String {
    let owner = &scene.people.owner;
    let document = "query($id: ID!) { deal(id: $id) { checklist { id action { name } blockers { message } } } }";
    let data = owner.query(document, json!({ "id": deal })).await;
    let items = data["deal"]["checklist"].as_array().unwrap();
    let item = items.iter().find(|item| item["action"]["name"] == "Approve").unwrap();
    let before = text(&item["blockers"][0]["message"]);
    let id = text(&item["id"]);
    let node = of_node(owner, &id, "... on ChecklistItem { blockers { message } }").await;
    assert_eq!(node["blockers"][0]["message"], before);
    let input = json!({ "dealId": deal, "actionId": scene.process.action("Approve") });
    let errors = owner.refused("completeAction", input.clone()).await;
    assert_eq!(errors[0]["message"], before);
    let payload = owner
        .mutate(
            "completeActions",
            json!({ "items": [input] }),
            "results { userErrors { message } }",
        )
        .await;
    assert_eq!(payload["results"][0]["userErrors"][0]["message"], before);
    before
}

/// The matrix of `viewer.permissions`, as people read it.
#[tokio::test]
async fn only_administrators_may_change_the_organisation() {
    each(|app| async move { matrix(&app).await }).await;
}

async fn matrix(app: &TestApp) {
    let names = ["createProcess", "addMember", "addCloseReason", "createTokenForOthers"];
    let mut rows =
        vec![[&["role"] as &[_], &names].concat().iter().map(|name| (*name).into()).collect()];
    for role in [Role::Administrator, Role::Manager, Role::Salesperson] {
        let who = app.member(&format!("{role:?}"), role).await;
        let fields = names.map(|name| format!("{name} {{ allowed }}")).join(" ");
        let document = format!("{{ viewer {{ permissions {{ {fields} }} }} }}");
        let seen = who.query(&document, json!({})).await["viewer"]["permissions"].take();
        let mut row = vec![format!("{role:?}")];
        row.extend(names.map(|name| {
            if seen[name]["allowed"] == true { "yes".to_owned() } else { "no".to_owned() }
        }));
        rows.push(row);
    }
    insta::assert_snapshot!("viewer_permissions", crate::permissions::policy::table(&rows));
}
