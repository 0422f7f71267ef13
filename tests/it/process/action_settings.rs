//! All settings of an action: stored, validated and read back, live and in the recorded version.

use entity::{ids::MemberId, member::Role};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{
    Client, TestApp, each,
    process::{check, nobody, recorded},
};

const SETTINGS: &str = "action { name hint weight mandatory performers { group members { id } } evidence \
    notify { groups members { id } } followUps { title description assignee assigneeMember { id } dueInDays } }";

fn defaults(name: &str) -> Value {
    json!({
        "name": name, "hint": "", "weight": 10, "mandatory": false,
        "performers": { "group": "EVERYONE", "members": [] }, "evidence": "NONE",
        "notify": { "groups": [], "members": [] }, "followUps": [],
    })
}

/// What differs between the live action and the recorded one is only the id.
async fn assert_recorded(ada: &Client, process: &str, id: &str, settings: &Value) {
    let latest = ada.latest(process).await;
    let mut found = recorded(&latest, id).clone();
    found.as_object_mut().unwrap().remove("actionId");
    assert_eq!(found, *settings);
    check(&ada.app, process).await;
}

async fn deactivate(app: &TestApp, member: MemberId) {
    let conn = app.app.db().reader();
    let row = entity::member::Entity::find_by_id(member).one(conn).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.deactivated_at = Set(Some(app.app.clock().now()));
    row.update(conn).await.unwrap();
}

#[tokio::test]
async fn a_new_action_has_defaults_unless_it_says_otherwise() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let stage = sales.stage("Contact");
        let plain = json!({ "stageId": stage, "name": "Mail" });
        let mut added = ada.done("addAction", plain, &format!("{SETTINGS} process {{ id }}")).await;
        assert_eq!(added["action"].take(), defaults("Mail"));
        let nulls = json!({
            "stageId": stage, "name": "Fax", "hint": null, "weight": null, "mandatory": null, "performers": null,
            "evidence": null, "notify": null, "followUps": null,
        });
        assert_eq!(ada.done("addAction", nulls, SETTINGS).await["action"], defaults("Fax"));
    })
    .await;
}

#[tokio::test]
async fn every_setting_is_stored_and_read_back_and_null_makes_it_the_default() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sales = ada.sales().await;
        let id = sales.action("Call");
        let mut members = [ada.id(), sam.id()];
        members.sort();
        let given = json!({
            "actionId": id, "name": "Dzwonić", "hint": "- *now*\n- ☎", "weight": 1000, "mandatory": true,
            "performers": { "group": "CHOSEN", "memberIds": [sam.id(), ada.id(), sam.id()] },
            "evidence": "NOTE_WITH_FILE",
            "notify": { "groups": ["PARTICIPANTS", "MANAGERS", "MANAGERS"], "memberIds": [sam.id()] },
            "followUps": [
                { "title": " Thank ", "description": "Say *thanks*", "assignee": "MEMBER", "assigneeId": sam.id(), "dueInDays": 3650 },
                { "title": "Ask", "assignee": "PERFORMER", "dueInDays": 0 },
                { "title": "Look", "assignee": "OWNER", "dueInDays": 1 },
            ],
        });
        let expected = json!({
            "name": "Dzwonić", "hint": "- *now*\n- ☎", "weight": 1000, "mandatory": true,
            "performers": { "group": "CHOSEN", "members": [{ "id": members[0] }, { "id": members[1] }] },
            "evidence": "NOTE_WITH_FILE",
            "notify": { "groups": ["MANAGERS", "PARTICIPANTS"], "members": [{ "id": sam.id() }] },
            "followUps": [
                { "title": "Thank", "description": "Say *thanks*", "assignee": "MEMBER", "assigneeMember": { "id": sam.id() }, "dueInDays": 3650 },
                { "title": "Ask", "description": "", "assignee": "PERFORMER", "assigneeMember": null, "dueInDays": 0 },
                { "title": "Look", "description": "", "assignee": "OWNER", "assigneeMember": null, "dueInDays": 1 },
            ],
        });
        assert_eq!(ada.done("updateAction", given, SETTINGS).await["action"], expected);
        assert_recorded(&ada, &sales.id, id, &expected).await;
        let omitted = ada.done("updateAction", json!({ "actionId": id, "name": "Dzwonić" }), SETTINGS).await;
        assert_eq!(omitted["action"], expected);
        let nulls = json!({
            "actionId": id, "name": null, "hint": null, "weight": null, "mandatory": null, "performers": null,
            "evidence": null, "notify": null, "followUps": null,
        });
        assert_eq!(ada.done("updateAction", nulls, SETTINGS).await["action"], defaults("Dzwonić"));
        assert_recorded(&ada, &sales.id, id, &defaults("Dzwonić")).await;
    })
    .await;
}

#[tokio::test]
async fn each_setting_is_changed_alone() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let id = sales.action("Call");
        let mut expected = defaults("Call");
        for (field, given, read) in [
            ("hint", json!("Hint"), json!("Hint")),
            ("weight", json!(0), json!(0)),
            ("mandatory", json!(true), json!(true)),
            ("evidence", json!("NOTE"), json!("NOTE")),
            (
                "performers",
                json!({ "group": "MANAGERS" }),
                json!({ "group": "MANAGERS", "members": [] }),
            ),
            (
                "performers",
                json!({ "group": "ADMINISTRATORS", "memberIds": [] }),
                json!({ "group": "ADMINISTRATORS", "members": [] }),
            ),
            (
                "performers",
                json!({ "group": "CHOSEN", "memberIds": [ada.id()] }),
                json!({ "group": "CHOSEN", "members": [{ "id": ada.id() }] }),
            ),
            (
                "performers",
                json!({ "group": "EVERYONE" }),
                json!({ "group": "EVERYONE", "members": [] }),
            ),
            (
                "notify",
                json!({ "groups": ["ADMINISTRATORS"] }),
                json!({ "groups": ["ADMINISTRATORS"], "members": [] }),
            ),
            (
                "notify",
                json!({ "memberIds": [ada.id()] }),
                json!({ "groups": ["ADMINISTRATORS"], "members": [{ "id": ada.id() }] }),
            ),
            (
                "notify",
                json!({ "groups": [] }),
                json!({ "groups": [], "members": [{ "id": ada.id() }] }),
            ),
            ("notify", Value::Null, json!({ "groups": [], "members": [] })),
        ] {
            let input = json!({ "actionId": id, field: given });
            expected[field] = read;
            assert_eq!(
                ada.done("updateAction", input, SETTINGS).await["action"],
                expected,
                "{field}"
            );
            assert_recorded(&ada, &sales.id, id, &expected).await;
        }
    })
    .await;
}

#[tokio::test]
async fn settings_out_of_bounds_are_refused_at_their_field() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let task = |more: Value| {
            let mut task = json!({ "title": "t", "assignee": "OWNER", "dueInDays": 1 });
            task.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!([task])
        };
        let tasks = json!(vec![task(json!({}))[0].clone(); 21]);
        for (field, value, code, path) in [
            ("name", json!(""), "INVALID_VALUE", json!(["name"])),
            ("name", json!("x".repeat(201)), "INVALID_VALUE", json!(["name"])),
            ("name", json!("x".repeat(10_000)), "INVALID_VALUE", json!(["name"])),
            ("name", json!("a\u{0}b"), "INVALID_VALUE", json!(["name"])),
            ("name", json!("a\u{85}b"), "INVALID_VALUE", json!(["name"])),
            ("hint", json!("x".repeat(10_001)), "INVALID_VALUE", json!(["hint"])),
            ("hint", json!("a\u{0}b"), "INVALID_VALUE", json!(["hint"])),
            ("weight", json!(-1), "INVALID_VALUE", json!(["weight"])),
            ("weight", json!(1001), "INVALID_VALUE", json!(["weight"])),
            ("weight", json!(i32::MAX), "INVALID_VALUE", json!(["weight"])),
            ("performers", json!({ "group": "CHOSEN" }), "INVALID_VALUE", json!(["performers"])),
            (
                "performers",
                json!({ "group": "MANAGERS", "memberIds": [ada.id()] }),
                "INVALID_VALUE",
                json!(["performers"]),
            ),
            ("followUps", tasks, "LIMIT_REACHED", json!(["followUps"])),
            (
                "followUps",
                task(json!({ "title": " " })),
                "INVALID_VALUE",
                json!(["followUps", "0", "title"]),
            ),
            (
                "followUps",
                task(json!({ "description": "\u{0}" })),
                "INVALID_VALUE",
                json!(["followUps", "0", "description"]),
            ),
            (
                "followUps",
                task(json!({ "dueInDays": 3651 })),
                "INVALID_VALUE",
                json!(["followUps", "0", "dueInDays"]),
            ),
            (
                "followUps",
                task(json!({ "dueInDays": -1 })),
                "INVALID_VALUE",
                json!(["followUps", "0", "dueInDays"]),
            ),
            (
                "followUps",
                task(json!({ "assignee": "MEMBER" })),
                "INVALID_VALUE",
                json!(["followUps", "0", "assigneeId"]),
            ),
            (
                "followUps",
                task(json!({ "assigneeId": ada.id() })),
                "INVALID_VALUE",
                json!(["followUps", "0", "assigneeId"]),
            ),
        ] {
            let errors = ada
                .refused("updateAction", json!({ "actionId": sales.action("Call"), field: value }))
                .await;
            assert_eq!(errors.len(), 1, "{field}");
            assert_eq!((&errors[0]["code"], &errors[0]["path"]), (&json!(code), &path));
        }
        let weight = json!({ "actionId": sales.action("Call"), "weight": 1001 });
        let errors = ada.refused("setActionWeight", weight).await;
        assert_eq!(errors[0]["message"], "A weight is a whole number from 0 to 1000, not 1001.");
    })
    .await;
}

#[tokio::test]
async fn a_weight_that_is_no_whole_number_is_a_fault_of_the_request() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let before = app.fingerprint().await;
        let document = "mutation($input: SetActionWeightInput!) { setActionWeight(input: $input) { userErrors { code } } }";
        for weight in [json!(1.5), json!("10"), json!(1e300), json!(null), json!(u64::MAX)] {
            let input = json!({ "actionId": sales.action("Call"), "weight": weight });
            let response = ada.raw(document, json!({ "input": input })).await;
            assert!(response["errors"][0]["message"].is_string(), "{weight} {response}");
        }
        assert_eq!(app.fingerprint().await, before);
    })
    .await;
}

#[tokio::test]
async fn members_that_settings_name_must_be_there_and_active() {
    each(|app| async move {
        let ada = app.admin().await;
        let gone = app.member("Gus", Role::Salesperson).await;
        let sales = ada.sales().await;
        let call = sales.action("Call");
        let keep = json!({ "actionId": call, "performers": { "group": "CHOSEN", "memberIds": [gone.id()] } });
        ada.done("updateAction", keep, "").await;
        deactivate(&app, gone.member).await;
        for (id, code) in [(nobody("member"), "NOT_FOUND"), (gone.id(), "MEMBER_INACTIVE")] {
            for setting in [
                json!({ "performers": { "group": "CHOSEN", "memberIds": [ada.id(), id] } }),
                json!({ "notify": { "memberIds": [id, id] } }),
                json!({ "followUps": [{ "title": "t", "assignee": "MEMBER", "assigneeId": id, "dueInDays": 1 }] }),
            ] {
                let mut input = setting.clone();
                input["actionId"] = json!(sales.action("Send"));
                let errors = ada.refused("updateAction", input).await;
                // Each place that names them is told.
                let places = setting["notify"]["memberIds"].as_array().map_or(1, Vec::len);
                assert_eq!(errors.len(), places, "{errors:?}");
                for error in &errors {
                    assert_eq!((&error["code"], &error["nodeId"]), (&json!(code), &json!(id)));
                }
            }
        }
        let other = ada.process("Service", &[("Help", &[("Fix", 1)])]).await;
        let input = json!({ "actionId": other.action("Fix"), "notify": { "memberIds": [gone.id()] } });
        let errors = ada.refused("updateAction", input).await;
        assert_eq!((&errors[0]["code"], &errors[0]["nodeId"]), (&json!("MEMBER_INACTIVE"), &json!(gone.id())));
        assert_eq!(errors[0]["message"], "Gus is deactivated. Choose an active member.");
        ada.done("updateAction", json!({ "actionId": call, "hint": "Gus may stay" }), "").await;
        let elsewhere = json!({ "actionId": call, "notify": { "memberIds": [gone.id()] } });
        assert_eq!(ada.refusals("updateAction", elsewhere).await, ["MEMBER_INACTIVE"]);
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn shares_of_all_actions_add_up_to_one() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let document =
            "query($id: ID!) { process(id: $id) { totalWeight stages { actions { share } } } }";
        let read = async || {
            let data = ada.query(document, json!({ "id": sales.id })).await;
            let stages = data["process"]["stages"].as_array().unwrap().clone();
            let actions =
                stages.iter().flat_map(|stage| stage["actions"].as_array().unwrap().clone());
            let shares =
                actions.map(|action| action["share"].as_f64().unwrap()).collect::<Vec<_>>();
            (data["process"]["totalWeight"].as_i64().unwrap(), shares)
        };
        assert_eq!(read().await, (100, vec![0.1, 0.2, 0.3, 0.4]));
        for (_, id) in &sales.actions {
            ada.done("setActionWeight", json!({ "actionId": id, "weight": 0 }), "").await;
        }
        assert_eq!(read().await, (0, vec![0.25; 4]));
    })
    .await;
}
