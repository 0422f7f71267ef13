//! What is left out of an input stays as it is, within the objects of an input too.

use serde_json::{Value, json};

use crate::support::{Client, each, scene::Scene};

const ACTION: &str = "action { performers { group members { name } } notify { groups members { name } } evidence mandatory }";

async fn settings(who: &Client, input: Value) -> Value {
    who.done("updateAction", input, ACTION).await["action"].take()
}

fn names(members: &Value) -> Vec<&str> {
    members.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_an_object_within_an_input_leaves_out_stays() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (admin, action) = (&scene.people.admin, scene.process.action("Call"));
        let (mia, olga) = (scene.people.manager.id(), scene.people.owner.id());
        let all = json!({ "actionId": action, "notify": { "groups": ["MANAGERS"], "memberIds": [mia] },
            "performers": { "group": "CHOSEN", "memberIds": [olga] } });
        settings(admin, all).await;

        let groups = json!({ "actionId": action, "notify": { "groups": ["PARTICIPANTS"] } });
        let now = settings(admin, groups).await;
        assert_eq!(now["notify"]["groups"], json!(["PARTICIPANTS"]));
        assert_eq!(names(&now["notify"]["members"]), ["Mia"]);
        let members = json!({ "actionId": action, "notify": { "memberIds": [olga] } });
        let now = settings(admin, members).await;
        assert_eq!(now["notify"]["groups"], json!(["PARTICIPANTS"]));
        assert_eq!(names(&now["notify"]["members"]), ["Olga"]);
        let none = json!({ "actionId": action, "notify": { "memberIds": null } });
        let now = settings(admin, none).await;
        assert_eq!(now["notify"], json!({ "groups": ["PARTICIPANTS"], "members": [] }));
        let nothing = json!({ "actionId": action, "notify": null });
        assert_eq!(settings(admin, nothing).await["notify"], json!({ "groups": [], "members": [] }));

        let same = json!({ "actionId": action, "performers": { "group": "CHOSEN" } });
        assert_eq!(names(&settings(admin, same).await["performers"]["members"]), ["Olga"]);
        let others = json!({ "actionId": action, "performers": { "memberIds": [mia] } });
        let now = settings(admin, others).await;
        assert_eq!(now["performers"]["group"], "CHOSEN");
        assert_eq!(names(&now["performers"]["members"]), ["Mia"]);
        let managers = json!({ "actionId": action, "performers": { "group": "MANAGERS" } });
        let now = settings(admin, managers).await;
        assert_eq!(now["performers"], json!({ "group": "MANAGERS", "members": [] }));
        let nobody = json!({ "actionId": action, "performers": { "group": "CHOSEN" } });
        assert_eq!(admin.refusal("updateAction", nobody).await, "INVALID_VALUE performers");
        let chosen = json!({ "actionId": action, "performers": { "memberIds": [mia] } });
        assert_eq!(admin.refusal("updateAction", chosen).await, "INVALID_VALUE performers");
        let default = json!({ "actionId": action, "performers": { "group": null } });
        assert_eq!(settings(admin, default).await["performers"]["group"], "EVERYONE");
    })
    .await;
}

#[tokio::test]
async fn so_it_does_when_a_whole_tree_is_saved() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (admin, process) = (&scene.people.admin, &scene.other);
        let (mia, call) = (scene.people.manager.id(), process.action("Call"));
        let notify = json!({ "groups": ["MANAGERS"], "memberIds": [mia] });
        let done = admin.done("updateAction", json!({ "actionId": call, "notify": notify }), "process { version }");
        let version = done.await["process"]["version"].clone();
        let input = json!({ "id": process.id, "expectedVersion": version, "stages": [{ "id": process.stage("Contact"),
            "actions": [{ "id": call, "notify": { "groups": [] } }, { "id": process.action("Minutes") }] }] });
        let selection = "process { stages { actions { notify { groups members { name } } } } }";
        let saved = admin.done("saveProcess", input, selection).await;
        let notify = &saved["process"]["stages"][0]["actions"][0]["notify"];
        assert_eq!(notify["groups"], json!([]));
        assert_eq!(names(&notify["members"]), ["Mia"]);
    })
    .await;
}
