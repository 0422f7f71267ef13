//! A deal decides by its process while somebody changes that process.

use serde_json::json;

use super::{CROWD, ROUNDS, amid, change_and_count, codes, count, crowd, deal, race, two};
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
            let deals = crowd(&here, &sales.id).await;
            let complete = |deal| ("completeAction", json!({ "dealId": deal, "actionId": action }));
            let remove = codes(there.clone(), "removeAction", json!({ "actionId": action }));
            let (completed, removed) = amid(&here, deals.iter().map(complete), remove).await;
            assert!(removed.is_empty(), "{removed:?}");
            for (id, completed) in deals.iter().zip(completed) {
                let found = deal(&here, id).await;
                let nothing = json!({ "percent": 0, "doneWeight": 0, "totalWeight": 50 });
                assert_eq!(found["progress"], nothing, "{completed:?}");
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
async fn no_deal_is_won_after_a_save_asked_for_more() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        for round in 0..ROUNDS {
            let process = here.process(&format!("Process {round}"), &[("A", &[("a", 1)])]).await;
            let deals = crowd(&here, &process.id).await;
            let won = json!({ "processIds": [process.id], "statuses": ["WON"] });
            let ask = json!({ "actionId": process.action("a"), "mandatory": true });
            let ask = change_and_count(there.clone(), ("updateAction", ask), won.clone());
            let win = deals.iter().map(|deal| ("winDeal", json!({ "dealId": deal })));
            let (outcomes, counted) = amid(&here, win, ask).await;
            let refused = outcomes.iter().filter(|codes| !codes.is_empty()).count();
            assert!(
                outcomes.iter().flatten().all(|code| code == "MANDATORY_MISSING"),
                "{outcomes:?}"
            );
            assert_eq!(count(&here, won).await, CROWD - refused);
            assert_eq!(counted, CROWD - refused, "won when the save was answered: {outcomes:?}");
        }
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
            let all = json!({ "processIds": [process] });
            let archive = ("archiveProcess", json!({ "processId": process }));
            let archive = change_and_count(there.clone(), archive, all.clone());
            let create = |number: usize| {
                ("createDeal", json!({ "processId": process, "title": format!("Deal {number}") }))
            };
            let (outcomes, counted) = amid(&here, (0..CROWD).map(create), archive).await;
            let refused = outcomes.iter().filter(|codes| !codes.is_empty()).count();
            assert!(
                outcomes.iter().flatten().all(|code| code == "PROCESS_ARCHIVED"),
                "{outcomes:?}"
            );
            assert_eq!(count(&here, all).await, CROWD - refused);
            assert_eq!(counted, CROWD - refused, "there when it was archived: {outcomes:?}");
        }
        there.app.stop().await;
    })
    .await;
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
                assert_eq!((moved, removed), (vec!["STAGE_REMOVED".into()], vec![]));
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
                assert_eq!(moved, ["STAGE_REMOVED"]);
            }
        }
        there.app.stop().await;
    })
    .await;
}
