//! A deal goes through another process while somebody works on it or saves one of the two.

use serde_json::json;

use super::{CROWD, ROUNDS, amid, codes, crowd, deal, race, two};
use crate::support::{BuiltProcess, Client, each};

async fn processes(here: &Client) -> (BuiltProcess, BuiltProcess) {
    let one = here.process("One", &[("A", &[("a", 50), ("b", 50)])]).await;
    let other = here.process("Other", &[("A", &[("a", 20), ("c", 80)])]).await;
    (one, other)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_completion_comes_before_the_change_and_follows_or_after_it_and_is_refused() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let (one, other) = processes(&here).await;
        for _ in 0..ROUNDS {
            let chairs = here.deal(&one.id, "Chairs").await;
            let complete =
                ("completeAction", json!({ "dealId": chairs, "actionId": one.action("a") }));
            let change = ("changeDealProcess", json!({ "dealId": chairs, "processId": other.id }));
            let (completed, changed) = race((&here, complete), (&there, change)).await;
            assert!(changed.is_empty(), "{changed:?}");
            let found = deal(&here, &chairs).await;
            assert_eq!(found["progress"]["totalWeight"], 100);
            if completed.is_empty() {
                assert_eq!(found["progress"]["percent"], 20, "it followed");
            } else {
                assert_eq!(completed, ["ACTION_NOT_IN_PROCESS"]);
                assert_eq!(found["progress"]["percent"], 0);
            }
            here.history(&chairs).await;
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn progress_is_right_whatever_order_a_save_of_either_process_comes_in() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let (one, other) = processes(&here).await;
        for round in 1..=ROUNDS {
            let saved = if round % 2 == 0 { one.action("a") } else { other.action("a") };
            let deals = crowd(&here, &one.id).await;
            for deal in &deals {
                here.complete(deal, one.action("a")).await;
            }
            let weigh = json!({ "actionId": saved, "weight": 20 + round });
            let weigh = codes(there.clone(), "setActionWeight", weigh);
            let change = |deal| ("changeDealProcess", json!({ "dealId": deal, "processId": other.id }));
            let (changed, weighed) = amid(&here, deals.iter().map(change), weigh).await;
            assert!(weighed.is_empty() && changed.iter().all(Vec::is_empty), "{weighed:?} {changed:?}");
            let weight = if round % 2 == 0 { 19 + round } else { 20 + round };
            for id in &deals {
                let progress = deal(&here, id).await["progress"].clone();
                let expected = json!({ "percent": weight * 100 / (80 + weight), "doneWeight": weight,
                    "totalWeight": 80 + weight });
                assert_eq!(progress, expected);
                here.history(id).await;
            }
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_take_a_deal_to_different_processes_are_taken_one_after_the_other() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let (one, other) = processes(&here).await;
        let third = here.process("Third", &[("A", &[("a", 10)])]).await;
        for _ in 0..ROUNDS {
            let chairs = here.deal(&one.id, "Chairs").await;
            here.complete(&chairs, one.action("a")).await;
            let to = |id: &str| ("changeDealProcess", json!({ "dealId": chairs, "processId": id }));
            let outcome = race((&here, to(&other.id)), (&there, to(&third.id))).await;
            assert_eq!(outcome, (vec![], vec![]));
            let percent = deal(&here, &chairs).await["progress"]["percent"].as_i64().unwrap();
            assert!(percent == 100 || percent < 30, "{percent}");
            assert!(percent > 0, "what was done followed twice");
            assert_eq!(here.history(&chairs).await.len(), 4);
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_deal_comes_to_a_process_after_it_was_archived() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let (one, _) = processes(&here).await;
        for round in 0..ROUNDS {
            let target = here.process(&format!("Target {round}"), &[]).await.id;
            let deals = crowd(&here, &one.id).await;
            let archive = ("archiveProcess", json!({ "processId": target }));
            let all = json!({ "processIds": [target] });
            let archive = super::change_and_count(there.clone(), archive, all.clone());
            let change =
                |deal| ("changeDealProcess", json!({ "dealId": deal, "processId": target }));
            let (outcomes, counted) = amid(&here, deals.iter().map(change), archive).await;
            let refused = outcomes.iter().filter(|codes| !codes.is_empty()).count();
            assert!(
                outcomes.iter().flatten().all(|code| code == "PROCESS_ARCHIVED"),
                "{outcomes:?}"
            );
            assert_eq!(counted, CROWD - refused, "there when it was archived: {outcomes:?}");
        }
        there.app.stop().await;
    })
    .await;
}
