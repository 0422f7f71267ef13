//! Stages: added, renamed and moved.

use serde_json::json;

use crate::support::{
    Client, each,
    process::{check, fresh, nobody},
};

async fn order(ada: &Client, process: &str) -> String {
    ada.tree(process).await.into_iter().map(|(stage, _)| stage).collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn a_stage_goes_first_last_or_after_another() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[]), ("B", &[])]).await;
        let a = sales.stage("A");
        for (after, name) in [(json!(null), "C"), (json!(a), "D")] {
            let input = json!({ "processId": sales.id, "afterId": after, "name": name });
            ada.done("addStage", input, "").await;
        }
        ada.stage(&sales.id, "E").await;
        assert_eq!(order(&ada, &sales.id).await, "CADBE");
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_stage_moves_first_or_after_another() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[]), ("B", &[]), ("C", &[]), ("D", &[])]).await;
        for (stage, after, expected) in [
            ("D", None, "DABC"),
            ("A", Some("C"), "DBCA"),
            ("C", Some("D"), "DCBA"),
            ("A", Some("B"), "DCBA"),
        ] {
            let after = after.map(|name| sales.stage(name));
            let input = json!({ "stageId": sales.stage(stage), "afterId": after });
            ada.done("moveStage", input, "").await;
            assert_eq!(order(&ada, &sales.id).await, expected);
            check(&app, &sales.id).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_stage_moves_only_among_its_own_siblings() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[]), ("B", &[])]).await;
        let other = ada.process("Service", &[("C", &[])]).await;
        let removed = sales.stage("B");
        ada.done("removeStage", json!({ "stageId": removed }), "").await;
        let itself = json!({ "stageId": sales.stage("A"), "afterId": sales.stage("A") });
        let errors = ada.refused("moveStage", itself).await;
        assert_eq!(
            (&errors[0]["code"], &errors[0]["path"]),
            (&json!("NOT_A_SIBLING"), &json!(["afterId"]))
        );
        for after in [other.stage("C"), removed, &nobody("stage")] {
            let errors = ada
                .refused("moveStage", json!({ "stageId": sales.stage("A"), "afterId": after }))
                .await;
            assert_eq!(
                (&errors[0]["code"], &errors[0]["path"]),
                (&json!("NOT_A_SIBLING"), &json!(["afterId"]))
            );
            assert_eq!(errors[0]["nodeId"], after);
            assert_eq!(
                errors[0]["message"],
                "afterId must name another stage of this process, or be null to come first."
            );
            let add = json!({ "processId": sales.id, "name": "D", "afterId": after });
            assert_eq!(ada.refusals("addStage", add).await, ["NOT_A_SIBLING"]);
        }
        let errors = ada.refused("updateStage", json!({ "stageId": removed, "name": "D" })).await;
        assert_eq!(
            (&errors[0]["code"], &errors[0]["path"]),
            (&json!("STAGE_REMOVED"), &json!(["stageId"]))
        );
    })
    .await;
}

#[tokio::test]
async fn names_of_stages_are_unique_within_a_process_whatever_their_case() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("ŁÓDŹ", &[]), ("B", &[])]).await;
        let lodz = sales.stage("ŁÓDŹ");
        for (name, input) in [
            ("addStage", json!({ "processId": sales.id, "name": " łódź" })),
            ("updateStage", json!({ "stageId": sales.stage("B"), "name": "Ło\u{301}dz\u{301}" })),
        ] {
            let errors = ada.refused(name, input).await;
            assert_eq!(
                (&errors[0]["__typename"], &errors[0]["nodeId"]),
                (&json!("NameTaken"), &json!(lodz))
            );
            assert_eq!(errors[0]["path"], json!(["name"]));
        }
        ada.done("updateStage", json!({ "stageId": lodz, "name": "Łódź" }), "").await;
        ada.process("Service", &[("ŁÓDŹ", &[])]).await;
        ada.done("removeStage", json!({ "stageId": lodz }), "").await;
        ada.stage(&sales.id, "łódź").await;
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn names_and_hints_of_stages_have_bounds() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[])]).await;
        for bad in ["", " ", &"x".repeat(201), &"x".repeat(10_000), "a\0", "a\u{1b}b"] {
            let add = json!({ "processId": sales.id, "name": bad, "hint": "x".repeat(10_001) });
            let errors = ada.refused("addStage", add).await;
            let paths: Vec<_> = errors.iter().map(|error| error["path"][0].clone()).collect();
            assert_eq!(paths, ["name", "hint"]);
            let update = json!({ "stageId": sales.stage("A"), "name": bad });
            assert_eq!(ada.refusals("updateStage", update).await, ["INVALID_VALUE"]);
        }
        let fits =
            json!({ "processId": sales.id, "name": "ł".repeat(200), "hint": "ł\n".repeat(5_000) });
        ada.done("addStage", fits, "").await;
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_hint_left_out_stays_and_null_empties_it() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[])]).await;
        let a = sales.stage("A");
        for (input, expected) in [
            (
                json!({ "stageId": a, "hint": "## Be kind" }),
                json!({ "name": "A", "hint": "## Be kind" }),
            ),
            (json!({ "stageId": a, "name": "B" }), json!({ "name": "B", "hint": "## Be kind" })),
            (json!({ "stageId": a, "hint": null }), json!({ "name": "B", "hint": "" })),
        ] {
            let done = ada.done("updateStage", input, "stage { name hint }").await;
            assert_eq!(done["stage"], expected);
        }
    })
    .await;
}

#[tokio::test]
async fn adding_a_stage_again_with_its_id_answers_with_it_also_when_it_was_removed() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[])]).await;
        let new_id = fresh(&app, "stage");
        let input =
            json!({ "processId": sales.id, "newId": new_id, "name": "B", "expectedVersion": 2 });
        ada.done("addStage", input.clone(), "").await;
        let before = app.fingerprint().await;
        let again =
            ada.done("addStage", input.clone(), "process { version } stage { id name }").await;
        assert_eq!(again["stage"], json!({ "id": new_id, "name": "B" }));
        assert_eq!(app.fingerprint().await, before);
        for (name, codes) in [("C", vec!["ID_TAKEN"]), ("B", vec!["NAME_TAKEN", "ID_TAKEN"])] {
            let other =
                json!({ "processId": sales.id, "newId": new_id, "name": name, "afterId": null });
            assert_eq!(ada.refusals("addStage", other).await, codes);
        }
        ada.done("removeStage", json!({ "stageId": new_id }), "").await;
        let again = ada.done("addStage", input, "stage { id removedAt }").await;
        assert_eq!(again["stage"]["removedAt"], "2026-03-02T08:00:00.000Z");
    })
    .await;
}
