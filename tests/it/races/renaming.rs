//! A member is renamed while deals become theirs and tasks about those are given to them: no deal is sorted by the name of
//! before.

use entity::member::Role;
use serde_json::json;

use super::{ROUNDS, amid, codes, crowd, two};
use crate::{keep::tools::assert_clean, support::each};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deal_that_becomes_a_members_while_they_are_renamed_is_sorted_by_the_new_name() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.sales().await;
        let mira = app.member("Mira", Role::Salesperson).await.id();
        for round in 0..ROUNDS {
            let deals = crowd(&here, &sales.id).await;
            let give = |deal: &String| ("updateDeal", json!({ "dealId": deal, "ownerId": mira }));
            let task = |deal: &String| {
                let input = json!({ "dealId": deal, "title": "Call", "assigneeId": mira,
                    "dueOn": "2026-03-01" });
                ("createTask", input)
            };
            let begin = json!({ "processId": sales.id, "title": "New", "ownerId": mira });
            let mut calls = vec![("createDeal", begin)];
            calls.extend(deals.iter().map(give));
            calls.extend(deals.iter().map(task));
            let name = format!("Mira {round}");
            let rename = json!({ "memberId": mira, "name": name });
            let rename = codes(there.clone(), "updateMember", rename);
            let (done, renamed) = amid(&here, calls.into_iter(), rename).await;
            assert!(renamed.is_empty() && done.iter().all(Vec::is_empty), "{renamed:?} {done:?}");
        }
        assert_clean(&app).await;
        there.app.stop().await;
    })
    .await;
}
