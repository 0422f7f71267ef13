//! Actions: added, moved and removed, and where a name may be used.

use serde_json::{Value, json};

use crate::support::{
    BuiltProcess, Client, each,
    process::{check, fresh, names, nobody},
};

async fn order(ada: &Client, process: &str) -> Vec<String> {
    let tree = ada.tree(process).await;
    tree.into_iter().map(|(stage, actions)| format!("{stage}:{}", actions.concat())).collect()
}

async fn world(ada: &Client) -> BuiltProcess {
    ada.process("Sales", &[("X", &[("a", 1), ("b", 2), ("c", 3)]), ("Y", &[("d", 4)])]).await
}

#[tokio::test]
async fn an_action_goes_first_last_or_after_another() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = world(&ada).await;
        let (x, a) = (sales.stage("X"), sales.action("a"));
        for (after, name) in [(Value::Null, "e"), (json!(a), "f")] {
            let input = json!({ "stageId": x, "afterId": after, "name": name });
            let added = ada.done("addAction", input, "action { stage { name } }").await;
            assert_eq!(added["action"]["stage"]["name"], "X");
        }
        ada.action(json!({ "stageId": x, "name": "g" })).await;
        assert_eq!(order(&ada, &sales.id).await, ["X:eafbcg", "Y:d"]);
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn an_action_moves_within_its_stage_and_to_another() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = world(&ada).await;
        for (action, stage, after, expected) in [
            ("c", None, None, ["X:cab", "Y:d"]),
            ("c", None, Some("b"), ["X:abc", "Y:d"]),
            ("a", Some("Y"), None, ["X:bc", "Y:ad"]),
            ("b", Some("Y"), Some("d"), ["X:c", "Y:adb"]),
            ("c", Some("Y"), Some("a"), ["X:", "Y:acdb"]),
            ("c", Some("X"), None, ["X:c", "Y:adb"]),
        ] {
            let stage = stage.map(|name| sales.stage(name));
            let after = after.map(|name| sales.action(name));
            let id = sales.action(action);
            let input = json!({ "actionId": id, "stageId": stage, "afterId": after });
            let moved = ada.done("moveAction", input, "action { id }").await;
            assert_eq!(moved["action"]["id"], id);
            assert_eq!(order(&ada, &sales.id).await, expected);
            check(&app, &sales.id).await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_action_moves_only_among_the_actions_of_one_stage_of_its_process() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = world(&ada).await;
        let other = ada.process("Service", &[("Z", &[("z", 1)])]).await;
        let (a, d) = (sales.action("a"), sales.action("d"));
        let itself = ada.refused("moveAction", json!({ "actionId": a, "afterId": a })).await;
        assert_eq!(itself[0]["code"], "NOT_A_SIBLING");
        let message =
            "afterId must name another action of the stage it goes to, or be null to come first.";
        for after in [d, other.action("z"), &nobody("action")] {
            let errors =
                ada.refused("moveAction", json!({ "actionId": a, "afterId": after })).await;
            assert_eq!(errors[0]["code"], "NOT_A_SIBLING");
            assert_eq!(
                (&errors[0]["path"], &errors[0]["message"]),
                (&json!(["afterId"]), &json!(message))
            );
            let add = json!({ "stageId": sales.stage("X"), "name": "e", "afterId": after });
            assert_eq!(ada.refusals("addAction", add).await, ["NOT_A_SIBLING"]);
        }
        for (stage, code) in
            [(other.stage("Z"), "STAGE_NOT_IN_PROCESS"), (&*nobody("stage"), "NOT_FOUND")]
        {
            let errors =
                ada.refused("moveAction", json!({ "actionId": a, "stageId": stage })).await;
            assert_eq!(
                (&errors[0]["code"], &errors[0]["path"]),
                (&json!(code), &json!(["stageId"]))
            );
        }
    })
    .await;
}

#[tokio::test]
async fn names_of_actions_are_unique_within_a_stage_whatever_their_case() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales =
            ada.process("Sales", &[("X", &[("ŁÓDŹ", 1), ("b", 2)]), ("Y", &[("łódź", 4)])]).await;
        let (upper, lower) = (sales.action("ŁÓDŹ"), sales.action("łódź"));
        for (name, input, twin) in [
            ("addAction", json!({ "stageId": sales.stage("X"), "name": "Łódź " }), upper),
            (
                "updateAction",
                json!({ "actionId": sales.action("b"), "name": "ło\u{301}dz\u{301}" }),
                upper,
            ),
            ("moveAction", json!({ "actionId": lower, "stageId": sales.stage("X") }), upper),
            (
                "moveAction",
                json!({ "actionId": upper, "stageId": sales.stage("Y"), "afterId": lower }),
                lower,
            ),
        ] {
            let errors = ada.refused(name, input).await;
            assert_eq!(
                (&errors[0]["__typename"], &errors[0]["nodeId"]),
                (&json!("NameTaken"), &json!(twin)),
                "{name}"
            );
        }
        ada.done("removeAction", json!({ "actionId": upper }), "").await;
        ada.done("moveAction", json!({ "actionId": lower, "stageId": sales.stage("X") }), "").await;
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn adding_an_action_again_with_its_id_answers_with_it() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = world(&ada).await;
        let new_id = fresh(&app, "action");
        let input =
            json!({ "stageId": sales.stage("X"), "newId": new_id, "name": "e", "weight": 7 });
        ada.done("addAction", input.clone(), "").await;
        let before = app.fingerprint().await;
        let again = ada.done("addAction", input.clone(), "action { id weight }").await;
        assert_eq!(again["action"], json!({ "id": new_id, "weight": 7 }));
        assert_eq!(app.fingerprint().await, before);
        let other =
            json!({ "stageId": sales.stage("X"), "newId": new_id, "name": "e", "weight": 8 });
        assert_eq!(ada.refusals("addAction", other).await, ["NAME_TAKEN", "ID_TAKEN"]);
        let eve = app.member("Eve", entity::member::Role::Administrator).await;
        assert_eq!(eve.refusals("addAction", input).await, ["NAME_TAKEN", "ID_TAKEN"]);
    })
    .await;
}

#[tokio::test]
async fn a_refused_creation_does_not_use_up_its_id() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = world(&ada).await;
        let new_id = fresh(&app, "action");
        let input =
            |name: &str| json!({ "stageId": sales.stage("X"), "newId": new_id, "name": name });
        assert_eq!(ada.refusals("addAction", input("a")).await, ["NAME_TAKEN"]);
        ada.done("addAction", input("e"), "").await;
    })
    .await;
}

#[tokio::test]
async fn a_removed_action_can_still_be_read_but_not_changed() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = world(&ada).await;
        let (a, b) = (sales.action("a"), sales.action("b"));
        let selection = "process { stages { actions { name } } } action { id name share removedAt stage { name } }";
        let done = ada.done("removeAction", json!({ "actionId": a }), selection).await;
        assert_eq!(names(&done["process"]["stages"][0]["actions"]), ["b", "c"]);
        assert_eq!(done["action"], json!({
            "id": a, "name": "a", "share": 0.0, "removedAt": "2026-03-02T08:00:00.000Z", "stage": { "name": "X" }
        }));
        for (name, input) in [
            ("updateAction", json!({ "actionId": a, "name": "x" })),
            ("setActionWeight", json!({ "actionId": a, "weight": 5 })),
            ("moveAction", json!({ "actionId": a })),
        ] {
            let errors = ada.refused(name, input).await;
            assert_eq!((&errors[0]["code"], &errors[0]["path"]), (&json!("ACTION_REMOVED"), &json!(["actionId"])), "{name}");
        }
        let after = json!({ "actionId": b, "afterId": a });
        assert_eq!(ada.refusals("moveAction", after).await, ["NOT_A_SIBLING"]);
        check(&app, &sales.id).await;
    })
    .await;
}
