//! How much a process holds (rule 8), also when it comes close.

use domain::process::definition::{ActionDefinition, Definition, Performers, StageDefinition};
use engine::{clock::Clock, process::CreateProcess};
use entity::{action::PerformerGroup, ids::MemberId, member::Role};
use serde_json::json;

use crate::support::{Client, TestApp, each, process::check, system};

/// A process of so many stages with so many actions each, every hint of a size, made in one go.
async fn create(app: &TestApp, stages: usize, actions: usize, hint: usize) -> String {
    create_with(app, stages, actions, hint, &[]).await
}

async fn create_with(
    app: &TestApp,
    stages: usize,
    actions: usize,
    hint: usize,
    chosen: &[MemberId],
) -> String {
    let clock: &Clock = app.app.clock();
    let stages = (0..stages).map(|stage| StageDefinition {
        stage_id: clock.new_id(),
        name: format!("Stage {stage}"),
        hint: String::new(),
        actions: (0..actions)
            .map(|action| ActionDefinition {
                action_id: clock.new_id(),
                name: format!("Action {action}"),
                hint: "x".repeat(hint),
                weight: 1,
                mandatory: false,
                performers: match chosen {
                    [] => Performers::default(),
                    chosen => {
                        Performers { group: PerformerGroup::Chosen, members: chosen.to_vec() }
                    }
                },
                evidence: Default::default(),
                notify: Default::default(),
                follow_ups: Default::default(),
            })
            .collect(),
    });
    let definition =
        Definition { name: "Full".into(), description: String::new(), stages: stages.collect() };
    let command = CreateProcess { new_id: None, definition, message: None };
    let create = app.app.write(system(), command);
    create.await.unwrap().to_string()
}

async fn first_stage(ada: &Client, process: &str) -> (String, Vec<String>) {
    let document = "query($id: ID!) { process(id: $id) { stages { id actions { id } } } }";
    let data = ada.query(document, json!({ "id": process })).await;
    let stages = data["process"]["stages"].as_array().unwrap().clone();
    let stage = stages[0]["id"].as_str().unwrap().to_owned();
    let actions = stages.iter().flat_map(|stage| stage["actions"].as_array().unwrap());
    (stage, actions.map(|action| action["id"].as_str().unwrap().to_owned()).collect())
}

#[tokio::test]
async fn a_process_has_at_most_fifty_stages() {
    each(|app| async move {
        let ada = app.admin().await;
        let full = create(&app, 50, 0, 0).await;
        let errors =
            ada.refused("addStage", json!({ "processId": full, "name": "One more" })).await;
        assert_eq!(
            (&errors[0]["__typename"], &errors[0]["code"]),
            (&json!("LimitReached"), &json!("LIMIT_REACHED"))
        );
        assert_eq!(
            errors[0]["message"],
            "There can be at most 50 stages in a process. Remove one first."
        );
        let (first, _) = first_stage(&ada, &full).await;
        ada.done("removeStage", json!({ "stageId": first }), "").await;
        ada.done("addStage", json!({ "processId": full, "name": "One more" }), "").await;
    })
    .await;
}

#[tokio::test]
async fn a_stage_has_at_most_a_hundred_actions() {
    each(|app| async move {
        let ada = app.admin().await;
        let full = create(&app, 2, 100, 0).await;
        let (stage, actions) = first_stage(&ada, &full).await;
        for (name, input) in [
            ("addAction", json!({ "stageId": stage, "name": "One more" })),
            ("moveAction", json!({ "actionId": actions[100], "stageId": stage })),
        ] {
            let mut codes = ada.refusals(name, input).await;
            codes.sort();
            let expected: &[&str] = match name {
                "addAction" => &["LIMIT_REACHED"],
                _ => &["LIMIT_REACHED", "NAME_TAKEN"],
            };
            assert_eq!(codes, expected);
        }
        ada.done("updateAction", json!({ "actionId": actions[100], "name": "Other" }), "").await;
        let moved = json!({ "actionId": actions[100], "stageId": stage });
        assert_eq!(ada.refusals("moveAction", moved).await, ["LIMIT_REACHED"]);
        ada.done("moveAction", json!({ "actionId": actions[0], "afterId": actions[99] }), "").await;
    })
    .await;
}

#[tokio::test]
async fn a_process_has_at_most_five_hundred_actions() {
    each(|app| async move {
        let ada = app.admin().await;
        let full = create(&app, 50, 10, 0).await;
        let (stage, _) = first_stage(&ada, &full).await;
        let errors =
            ada.refused("addAction", json!({ "stageId": stage, "name": "One more" })).await;
        assert_eq!(
            errors[0]["message"],
            "There can be at most 500 actions in a process. Remove one first."
        );
    })
    .await;
}

#[tokio::test]
async fn all_hints_of_a_process_have_at_most_512_kib() {
    each(|app| async move {
        let ada = app.admin().await;
        let full = create(&app, 1, 53, 9_892).await;
        let (stage, actions) = first_stage(&ada, &full).await;
        assert_eq!(53 * 9_892 + 12, 512 * 1024);
        ada.done("updateStage", json!({ "stageId": stage, "hint": "x".repeat(12) }), "").await;
        for (name, input) in [
            ("updateStage", json!({ "stageId": stage, "hint": "x".repeat(13) })),
            ("updateAction", json!({ "actionId": actions[0], "hint": "ł".repeat(9_892) })),
            ("addAction", json!({ "stageId": stage, "name": "One more", "hint": "x" })),
            ("addStage", json!({ "processId": full, "name": "One more", "hint": "x" })),
        ] {
            let errors = ada.refused(name, input).await;
            assert_eq!(
                errors[0]["message"],
                "All hints of a process together have at most 512 KiB. Shorten some."
            );
        }
        ada.done("updateAction", json!({ "actionId": actions[0], "name": "Renamed" }), "").await;
    })
    .await;
}

#[tokio::test]
async fn a_setting_names_at_most_a_hundred_members() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let clock = app.app.clock();
        let many: Vec<_> =
            (0..101).map(|_| clock.new_id::<entity::ids::Member>().to_string()).collect();
        for setting in [
            json!({ "performers": { "group": "CHOSEN", "memberIds": many } }),
            json!({ "notify": { "memberIds": many } }),
        ] {
            let mut input = setting;
            input["actionId"] = json!(sales.action("Call"));
            assert_eq!(ada.refusals("updateAction", input).await, ["LIMIT_REACHED"]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_process_with_as_many_chosen_performers_as_there_may_be_can_be_copied() {
    each(|app| async move {
        let ada = app.admin().await;
        let mut chosen = Vec::new();
        for number in 0..100 {
            chosen.push(app.member(&format!("m{number}"), Role::Salesperson).await.member);
        }
        chosen.sort();
        let full = create_with(&app, 4, 100, 0, &chosen).await;
        let copy =
            ada.done("duplicateProcess", json!({ "processId": full }), "process { id }").await;
        check(&app, copy["process"]["id"].as_str().unwrap()).await;
    })
    .await;
}
