//! A deal decides by its process while somebody changes that process.

use serde_json::json;

use super::{ROUNDS, both, codes, deal, race, two};
use crate::support::{each, process::check};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_completion_never_commits_after_the_save_that_removed_its_action() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[("a", 50)])]).await;
        for round in 0..ROUNDS {
            let added =
                json!({ "stageId": sales.stage("A"), "name": format!("{round}"), "weight": 50 });
            let action = here.action(added).await;
            let chairs = here.deal(&sales.id, "Chairs").await;
            let complete = ("completeAction", json!({ "dealId": chairs, "actionId": action }));
            let remove = ("removeAction", json!({ "actionId": action }));
            let (completed, removed) = race((&here, complete), (&there, remove)).await;
            assert!(removed.is_empty(), "{removed:?}");
            let found = deal(&here, &chairs).await;
            assert_eq!(
                found["progress"],
                json!({ "percent": 0, "doneWeight": 0, "totalWeight": 50 })
            );
            let last = &found["events"]["nodes"][0];
            if completed.is_empty() {
                // The completion came first, so the save saw it and let the deal follow.
                assert_eq!(last["__typename"], "ProgressRecalculated");
                assert_eq!(last["before"]["percent"], 50);
            } else {
                assert_eq!(completed, ["ACTION_REMOVED"]);
                assert_eq!(last["__typename"], "DealCreated");
            }
        }
        check(&app, &sales.id).await;
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn progress_is_right_whatever_order_completions_and_weights_come_in() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[("a", 100), ("b", 0)])]).await;
        for round in 1..=ROUNDS {
            let chairs = here.deal(&sales.id, "Chairs").await;
            let complete =
                ("completeAction", json!({ "dealId": chairs, "actionId": sales.action("b") }));
            let weigh =
                ("setActionWeight", json!({ "actionId": sales.action("b"), "weight": round }));
            let outcome = race((&here, complete), (&there, weigh)).await;
            assert_eq!(outcome, (vec![], vec![]));
            let found = deal(&here, &chairs).await;
            let percent = round * 100 / (100 + round);
            let expected =
                json!({ "percent": percent, "doneWeight": round, "totalWeight": 100 + round });
            assert_eq!(found["progress"], expected);
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deal_is_never_won_by_rules_that_ask_for_more() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[("a", 1)])]).await;
        let action = sales.action("a");
        let (mut won_first, mut asked_first) = (0, 0);
        for _ in 0..ROUNDS {
            here.done("updateAction", json!({ "actionId": action, "mandatory": false }), "").await;
            let chairs = here.deal(&sales.id, "Chairs").await;
            let win = ("winDeal", json!({ "dealId": chairs }));
            let ask = ("updateAction", json!({ "actionId": action, "mandatory": true }));
            let (won, asked) = race((&here, win), (&there, ask)).await;
            assert!(asked.is_empty(), "{asked:?}");
            let found = deal(&here, &chairs).await;
            let mandatory = &found["checklist"][0]["definition"]["mandatory"];
            if won.is_empty() {
                won_first += 1;
                assert_eq!((&found["status"], mandatory), (&json!("WON"), &json!(false)));
            } else {
                asked_first += 1;
                assert_eq!(won, ["MANDATORY_MISSING"]);
                assert_eq!((&found["status"], mandatory), (&json!("OPEN"), &json!(true)));
            }
        }
        assert_eq!(won_first + asked_first, ROUNDS);
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_deal_begins_after_its_process_was_archived() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        for round in 0..ROUNDS {
            let process = here.process(&format!("Process {round}"), &[]).await.id;
            let create = codes(
                here.clone(),
                "createDeal",
                json!({ "processId": process, "title": "Chairs" }),
            );
            let archive = {
                let (there, process) = (there.clone(), process.clone());
                async move {
                    there.done("archiveProcess", json!({ "processId": process }), "").await;
                    count(&there, &process).await
                }
            };
            let (created, counted) = both(create, archive).await;
            let expected = usize::from(created.is_empty());
            assert_eq!(
                counted, expected,
                "as many deals as when the archiving was answered: {created:?}"
            );
            assert_eq!(count(&here, &process).await, expected);
            assert!(created.is_empty() || created == ["PROCESS_ARCHIVED"], "{created:?}");
        }
        there.app.stop().await;
    })
    .await;
}

async fn count(client: &crate::support::Client, process: &str) -> usize {
    let document = "query($id: ID!) { deals(filter: { processIds: [$id] }) { nodes { id } } }";
    let data = client.query(document, json!({ "id": process })).await;
    data["deals"]["nodes"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_deal_is_moved_to_a_stage_that_goes() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[])]).await;
        for round in 0..ROUNDS {
            let stage = here.stage(&sales.id, &format!("Stage {round}")).await;
            let chairs = here.deal(&sales.id, "Chairs").await;
            let to = ("moveDeal", json!({ "dealId": chairs, "stageId": stage }));
            let remove = ("removeStage", json!({ "stageId": stage }));
            let (moved, removed) = race((&here, to), (&there, remove)).await;
            let found = deal(&here, &chairs).await;
            if moved.is_empty() {
                assert_eq!(removed, ["STAGE_HAS_DEALS"]);
                assert_eq!(found["stage"], json!({ "id": stage, "removedAt": null }));
            } else {
                assert_eq!((moved, removed), (vec!["NOT_FOUND".into()], vec![]));
                assert!(found["stage"].is_null());
            }
        }
        check(&app, &sales.id).await;
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deal_moved_to_a_stage_that_is_replaced_ends_where_the_removal_says() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[])]).await;
        for round in 0..ROUNDS {
            let stage = here.stage(&sales.id, &format!("Stage {round}")).await;
            let chairs = here.deal(&sales.id, "Chairs").await;
            let to = ("moveDeal", json!({ "dealId": chairs, "stageId": stage }));
            let remove =
                ("removeStage", json!({ "stageId": stage, "moveDealsTo": sales.stage("A") }));
            let (moved, removed) = race((&here, to), (&there, remove)).await;
            assert!(removed.is_empty(), "{removed:?}");
            let found = deal(&here, &chairs).await;
            if moved.is_empty() {
                assert_eq!(found["stage"]["id"], sales.stage("A"));
                assert_eq!(found["events"]["nodes"][0]["__typename"], "ProgressRecalculated");
            } else {
                assert_eq!(moved, ["NOT_FOUND"]);
            }
        }
        there.app.stop().await;
    })
    .await;
}
