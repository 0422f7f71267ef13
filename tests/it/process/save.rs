//! Saving a whole process at once (rule 2): what is in the tree is kept, moved or new, what is not goes.

use entity::{ids, member::Role};
use serde_json::{Value, json};

mod conflict;
mod many;
mod message;

use crate::support::{
    BuiltProcess, Client, each, process::check, story::code_and_path, tree::summaries,
};

const SAVED: &str = "process { version stages { id name actions { id name } } } version { number message } \
    changes { __typename summary }";

async fn world(app: &crate::support::TestApp) -> (Client, BuiltProcess) {
    let ada = app.admin().await;
    let sales = ada.sales().await;
    (ada, sales)
}

/// The one error of a save that must be refused, as `CODE path`.
async fn refusal(ada: &Client, input: Value) -> String {
    ada.refusal("saveProcess", input).await
}

fn id(node: &str) -> Value {
    json!({ "id": node, "actions": [] })
}

#[tokio::test]
async fn one_save_adds_changes_moves_and_removes_and_tells_the_smallest_list_of_changes() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let version = ada.version(&sales.id).await;
        let (stage, action) = (ada.new_id::<ids::Stage>(), ada.new_id::<ids::Action>());
        let input = json!({
            "id": sales.id, "expectedVersion": version, "message": "Spring", "name": "Sales 2",
            "stages": [
                { "id": sales.stage("Offer"), "name": "Tender", "actions": [
                    { "id": sales.action("Send"), "weight": 45, "mandatory": true },
                    { "id": sales.action("Call") },
                ] },
                { "id": sales.stage("Contact"), "actions": [{ "id": sales.action("Meet") }] },
                { "newId": stage, "name": "Close", "hint": "Now", "actions": [
                    { "newId": action, "name": "Sign", "evidence": "NOTE" },
                ] },
            ],
        });
        let saved = ada.done("saveProcess", input, SAVED).await;
        assert_eq!(saved["version"], json!({ "number": version + 1, "message": "Spring" }));
        assert_eq!(saved["process"]["version"], version + 1);
        assert_eq!(saved["process"]["stages"], json!([
            { "id": sales.stage("Offer"), "name": "Tender", "actions": [
                { "id": sales.action("Send"), "name": "Send" }, { "id": sales.action("Call"), "name": "Call" }] },
            { "id": sales.stage("Contact"), "name": "Contact", "actions": [
                { "id": sales.action("Meet"), "name": "Meet" }] },
            { "id": stage, "name": "Close", "actions": [{ "id": action, "name": "Sign" }] },
        ]));
        assert_eq!(summaries(&saved["changes"]), [
            "Renamed the process “Sales” to “Sales 2”",
            "Removed “Write” from “Offer”",
            "Moved the stage “Tender”",
            "Renamed the stage “Offer” to “Tender”",
            "Added the stage “Close” with 1 action",
            "Changed the weight of “Send” from 40 to 45",
            "Changed “Send”: mandatory or not",
            "Moved “Call” from “Contact” to “Tender”",
        ]);
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn a_save_of_what_is_there_makes_no_version() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let input = ada.as_it_is(&sales.id).await;
        let saved = ada.calm("saveProcess", input.clone(), SAVED).await;
        assert_eq!(saved["version"]["number"], input["expectedVersion"]);
        assert_eq!(saved["changes"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn moving_one_of_twenty_is_one_move() {
    each(|app| async move {
        let ada = app.admin().await;
        let names: Vec<_> = (0..20).map(|number| format!("Stage {number}")).collect();
        let stages: Vec<_> = names.iter().map(|name| (name.as_str(), &[][..])).collect();
        let sales = ada.process("Sales", &stages).await;
        let mut input = ada.as_it_is(&sales.id).await;
        let all = input["stages"].as_array_mut().unwrap();
        let last = all.pop().unwrap();
        all.insert(3, last);
        let selection = "changes { __typename summary stageId ... on StageMoved { afterId } }";
        let saved = ada.done("saveProcess", input, selection).await;
        assert_eq!(
            saved["changes"],
            json!([{
                "__typename": "StageMoved",
                "summary": "Moved the stage “Stage 19”",
                "stageId": sales.stage("Stage 19"),
                "afterId": sales.stage("Stage 2"),
            }])
        );
    })
    .await;
}

#[tokio::test]
async fn settings_left_out_stay_and_null_makes_the_default() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let call = sales.action("Call");
        let full = json!({ "actionId": call, "hint": "Be kind", "weight": 7, "mandatory": true, "evidence": "NOTE",
            "performers": { "group": "CHOSEN", "memberIds": [ada.id()] }, "notify": { "groups": ["MANAGERS"] },
            "followUps": [{ "title": "Thank", "assignee": "OWNER", "dueInDays": 1 }] });
        ada.done("updateAction", full, "").await;
        let before = ada.latest(&sales.id).await["definition"].take();
        let mut input = ada.as_it_is(&sales.id).await;
        ada.calm("saveProcess", input.clone(), "").await;
        assert_eq!(ada.latest(&sales.id).await["definition"], before);

        let nothing = json!({ "id": call, "hint": null, "weight": null, "mandatory": null, "evidence": null,
            "performers": null, "notify": null, "followUps": null });
        input["stages"][0]["actions"][0] = nothing;
        let saved = ada.done("saveProcess", input, "changes { __typename ... on SettingsChanged { settings } }").await;
        assert_eq!(saved["changes"], json!([
            { "__typename": "WeightChanged" },
            { "__typename": "SettingsChanged",
              "settings": ["HINT", "MANDATORY", "PERFORMERS", "EVIDENCE", "NOTIFY", "FOLLOW_UPS"] },
        ]));
        let after = ada.latest(&sales.id).await["definition"]["stages"][0]["actions"][0].take();
        assert_eq!((&after["weight"], &after["performers"]["group"]), (&json!(10), &json!("EVERYONE")));
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn names_may_be_swapped_in_one_save() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let mut input = ada.as_it_is(&sales.id).await;
        input["stages"][0]["name"] = json!("Offer");
        input["stages"][1]["name"] = json!("Contact");
        input["stages"][0]["actions"][0]["name"] = json!("Meet");
        input["stages"][0]["actions"][1]["name"] = json!("Call");
        ada.done("saveProcess", input, "").await;
        let tree = ada.tree(&sales.id).await;
        assert_eq!(tree[0], ("Offer".into(), vec!["Meet".into(), "Call".into()]));
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn the_same_save_again_answers_with_what_is_there() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let mut input = ada.as_it_is(&sales.id).await;
        let new = json!({ "newId": ada.new_id::<ids::Stage>(), "name": "Close", "actions": [] });
        input["stages"].as_array_mut().unwrap().push(new);
        ada.done("saveProcess", input.clone(), "").await;
        let again = ada.calm("saveProcess", input.clone(), SAVED).await;
        assert_eq!(again["process"]["stages"][2]["name"], "Close");
    })
    .await;
}

#[tokio::test]
async fn only_administrators_save_and_a_process_that_is_not_there_is_not_found() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let input = ada.as_it_is(&sales.id).await;
        for role in [Role::Manager, Role::Salesperson] {
            let other = app.member(&format!("{role:?}"), role).await;
            assert_eq!(other.refusal("saveProcess", input.clone()).await, "FORBIDDEN");
            assert_eq!(codes(&other.preview(&input).await), ["FORBIDDEN"]);
        }
        let unknown =
            json!({ "id": ada.new_id::<ids::Process>(), "expectedVersion": 1, "stages": [] });
        assert_eq!(codes(&ada.preview(&unknown).await), ["NOT_FOUND id"]);
        assert_eq!(refusal(&ada, unknown).await, "NOT_FOUND id");
    })
    .await;
}

fn codes(preview: &Value) -> Vec<String> {
    preview["userErrors"].as_array().unwrap().iter().map(code_and_path).collect()
}

#[tokio::test]
async fn a_tree_that_makes_no_sense_is_refused_with_everything_that_is_wrong_by_save_and_preview_alike()
 {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let other = ada.process("Other", &[("X", &[("x", 1)])]).await;
        let removed = sales.action("Write");
        ada.done("removeAction", json!({ "actionId": removed }), "").await;
        let fresh = ada.new_id::<ids::Stage>();
        let (contact, call) = (sales.stage("Contact"), sales.action("Call"));
        let base = ada.as_it_is(&sales.id).await;
        let with = |stages: Value| {
            let mut input = base.clone();
            input["stages"] = stages;
            input
        };
        let many = |count: usize| (0..count).map(|at| json!({ "newId": ada.new_id::<ids::Stage>(), "name": format!("{at}"), "actions": [] })).collect::<Vec<_>>();
        let actions = |count: usize| (0..count).map(|at| json!({ "newId": ada.new_id::<ids::Action>(), "name": format!("{at}") })).collect::<Vec<_>>();
        let cases = [
            ("a stage of another process", with(json!([id(other.stage("X"))])), "STAGE_NOT_IN_PROCESS stages.0.id"),
            ("an action of another process", with(json!([{ "id": contact, "actions": [{ "id": other.action("x") }] }])), "ACTION_NOT_IN_PROCESS stages.0.actions.0.id"),
            ("a removed action with a wrong weight", with(json!([{ "id": contact, "actions": [{ "id": removed, "weight": -1 }] }])), "INVALID_VALUE stages.0.actions.0.weight"),
            ("a removed action twice", with(json!([{ "id": contact, "actions": [{ "id": removed }, { "id": removed }] }])), "INVALID_VALUE stages.0.actions.1.id"),
            ("a removed action as a new one", with(json!([{ "id": contact, "actions": [{ "newId": removed, "name": "x" }] }])), "ID_TAKEN stages.0.actions.0.newId"),
            ("a stage twice", with(json!([id(contact), id(contact)])), "INVALID_VALUE stages.1.id"),
            ("an action twice", with(json!([{ "id": contact, "actions": [{ "id": call }, { "id": call }] }])), "INVALID_VALUE stages.0.actions.1.id"),
            ("a new id twice", with(json!([{ "newId": fresh, "name": "a", "actions": [] }, { "newId": fresh, "name": "b", "actions": [] }])), "INVALID_VALUE stages.1.newId"),
            ("neither id nor newId", with(json!([{ "name": "a", "actions": [] }])), "INVALID_VALUE stages.0"),
            ("both id and newId", with(json!([{ "id": contact, "newId": fresh, "actions": [] }])), "INVALID_VALUE stages.0"),
            ("an action as a stage", with(json!([id(call)])), "INVALID_ID stages.0.id"),
            ("a new stage without a name", with(json!([{ "newId": fresh, "actions": [] }])), "INVALID_VALUE stages.0.name"),
            ("a name twice", with(json!([{ "id": contact, "name": "OFFER", "actions": [] }, id(sales.stage("Offer"))])), "NAME_TAKEN stages.1.name"),
            ("an empty name", with(json!([{ "id": contact, "name": " ", "actions": [] }])), "INVALID_VALUE stages.0.name"),
            ("a weight of 1001", with(json!([{ "id": contact, "actions": [{ "id": call, "weight": 1001 }] }])), "INVALID_VALUE stages.0.actions.0.weight"),
            ("51 stages", with(json!(many(51))), "LIMIT_REACHED stages"),
            ("101 actions", with(json!([{ "id": contact, "actions": actions(101) }])), "LIMIT_REACHED stages.0.actions"),
        ];
        for (about, input, expected) in cases {
            assert_eq!(codes(&ada.preview(&input).await), [expected], "{about}");
            assert_eq!(refusal(&ada, input).await, expected, "{about}");
        }
        let mut both = with(json!([{ "id": contact, "name": "", "actions": [{ "id": call, "weight": -1 }] }]));
        both["name"] = json!("Other");
        both["message"] = json!("x".repeat(10_001));
        let expected = ["INVALID_VALUE message", "INVALID_VALUE stages.0.name", "INVALID_VALUE stages.0.actions.0.weight", "NAME_TAKEN name"];
        assert_eq!(codes(&ada.preview(&both).await), expected);
        both["stages"] = base["stages"].clone();
        assert_eq!(codes(&ada.preview(&both).await), ["INVALID_VALUE message", "NAME_TAKEN name"]);
        assert_eq!(ada.refused("saveProcess", both).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn five_hundred_and_one_actions_are_too_many_and_five_hundred_are_not() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[]).await;
        let stage = |at: usize, count: usize| {
            let actions: Vec<_> = (0..count).map(|at| json!({ "newId": ada.new_id::<ids::Action>(), "name": format!("{at}") })).collect();
            json!({ "newId": ada.new_id::<ids::Stage>(), "name": format!("{at}"), "actions": actions })
        };
        let tree = |last: usize| {
            let stages: Vec<_> = (0..6).map(|at| stage(at, if at < 5 { 100 } else { last })).collect();
            json!({ "id": sales.id, "expectedVersion": 1, "stages": stages })
        };
        assert_eq!(refusal(&ada, tree(1)).await, "LIMIT_REACHED stages");
        ada.done("saveProcess", tree(0), "").await;
        check(&app, &sales.id).await;
    })
    .await;
}

#[tokio::test]
async fn open_deals_follow_a_save_with_one_event_each_and_closed_ones_stay() {
    each(|app| async move {
        let (ada, sales) = world(&app).await;
        let deals = [ada.deal(&sales.id, "1").await, ada.deal(&sales.id, "2").await];
        let closed = ada.deal(&sales.id, "3").await;
        ada.complete(&deals[0], sales.action("Call")).await;
        ada.complete(&closed, sales.action("Call")).await;
        ada.done("loseDeal", json!({ "dealId": closed }), "").await;
        let mut input = ada.as_it_is(&sales.id).await;
        input["stages"][0]["actions"][0]["weight"] = json!(90);
        input["stages"].as_array_mut().unwrap().reverse();
        ada.done("saveProcess", input, "").await;
        assert_eq!(ada.state(&deals[0]).await, (50, Some("Contact".into())));
        assert_eq!(ada.state(&closed).await, (10, Some("Contact".into())));
        let kinds = |events: Vec<Value>| {
            events
                .iter()
                .map(|one| one["__typename"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            kinds(ada.history(&deals[0]).await),
            ["DealCreated", "ActionCompleted", "ProgressRecalculated"]
        );
        assert_eq!(kinds(ada.history(&deals[1]).await), ["DealCreated"], "nothing changed for it");
        assert_eq!(
            kinds(ada.history(&closed).await),
            ["DealCreated", "ActionCompleted", "DealLost"]
        );
    })
    .await;
}

#[tokio::test]
async fn stages_that_open_deals_were_moved_to_go_only_when_others_take_their_place() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.process("Sales", &[("A", &[]), ("B", &[]), ("C", &[])]).await;
        let deals = [ada.deal(&sales.id, "1").await, ada.deal(&sales.id, "2").await];
        for (deal, stage) in deals.iter().zip(["A", "B"]) {
            ada.done("moveDeal", json!({ "dealId": deal, "stageId": sales.stage(stage) }), "").await;
        }
        let mut input = ada.as_it_is(&sales.id).await;
        input["stages"] = json!([id(sales.stage("C"))]);
        let errors = ada.refused("saveProcess", input.clone()).await;
        let told: Vec<_> = errors.iter().map(code_and_path).collect();
        assert_eq!(told, ["STAGE_HAS_DEALS removedStages", "STAGE_HAS_DEALS removedStages"]);
        assert_eq!(errors[0]["nodeId"], sales.stage("A"));
        let preview = ada.preview(&input).await;
        assert_eq!(codes(&preview), told);
        assert_eq!(preview["impact"]["stageChanges"], 2, "the rest of the preview is there all the same");

        let to = |from: &str, to: &str| json!({ "stageId": sales.stage(from), "moveDealsTo": to });
        let c = sales.stage("C");
        for (removed, expected) in [
            (json!([to("A", c), to("B", sales.stage("A"))]), "STAGE_REMOVED removedStages.1.moveDealsTo"),
            (json!([to("A", c), to("B", c), to("C", c)]), "INVALID_VALUE removedStages.2.stageId"),
            (json!([to("A", c), to("B", c), to("B", c)]), "INVALID_VALUE removedStages.2.stageId"),
            (json!([to("A", c), to("B", c), { "stageId": ada.new_id::<ids::Stage>(), "moveDealsTo": c }]), "NOT_FOUND removedStages.2.stageId"),
        ] {
            input["removedStages"] = removed;
            assert_eq!(refusal(&ada, input.clone()).await, expected);
        }
        let new = ada.new_id::<ids::Stage>();
        input["stages"].as_array_mut().unwrap().push(json!({ "newId": new, "name": "D", "actions": [] }));
        input["removedStages"] = json!([to("A", c), to("B", &new)]);
        ada.done("saveProcess", input, "").await;
        assert_eq!(ada.state(&deals[0]).await.1.as_deref(), Some("C"));
        assert_eq!(ada.state(&deals[1]).await.1.as_deref(), Some("D"));
        check(&app, &sales.id).await;
    })
    .await;
}
