//! Tasks and close reasons at the same moment as what they depend on.

use entity::{close_reason, ids};
use sea_orm::EntityTrait;
use serde_json::json;

use super::{CROWD, ROUNDS, amid, change_and_count, codes, crowd, race, two};
use crate::support::each;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_deal_is_closed_with_a_reason_after_it_was_archived() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        here.reason("LOST", "Other").await;
        let sales = here.process("Sales", &[]).await;
        for round in 0..ROUNDS {
            let reason = here.reason("LOST", &format!("{round}")).await;
            let deals = crowd(&here, &sales.id).await;
            let with = json!({ "closeReasonIds": [reason] });
            let archive = ("archiveCloseReason", json!({ "reasonId": reason }));
            let archive = change_and_count(there.clone(), archive, with.clone());
            let lose = |deal| ("loseDeal", json!({ "dealId": deal, "reasonId": reason }));
            let (outcomes, counted) = amid(&here, deals.iter().map(lose), archive).await;
            let refused = outcomes.iter().filter(|codes| !codes.is_empty()).count();
            assert!(
                outcomes.iter().flatten().all(|code| code == "CLOSE_REASON_ARCHIVED"),
                "{outcomes:?}"
            );
            assert_eq!(super::count(&here, with).await, CROWD - refused);
            assert_eq!(counted, CROWD - refused, "closed when it was archived: {outcomes:?}");
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reasons_added_and_moved_at_once_have_one_order_without_gaps() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let first = here.reason("WON", "First").await;
        for round in 0..ROUNDS {
            let add = |name: String| ("addCloseReason", json!({ "status": "WON", "name": name }));
            let outcome =
                race((&here, add(format!("{round}"))), (&there, add(format!("{round}")))).await;
            let mut outcomes = [outcome.0, outcome.1];
            outcomes.sort();
            assert_eq!(outcomes, [vec![], vec!["NAME_TAKEN".to_owned()]], "one name, one reason");
            let to_first = ("moveCloseReason", json!({ "reasonId": first, "afterId": null }));
            let outcome = race((&here, to_first), (&there, add(format!("more {round}")))).await;
            assert_eq!(outcome, (vec![], vec![]));
        }
        let rows = close_reason::Entity::find().all(app.app.db().reader()).await.unwrap();
        let mut positions: Vec<_> = rows.iter().map(|row| row.position).collect();
        positions.sort_unstable();
        assert_eq!(positions, (0..=2 * i32::try_from(ROUNDS).unwrap()).collect::<Vec<_>>());
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_task_done_at_once_by_two_is_done_once_and_made_at_once_is_made_once() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[]).await;
        let deal = here.deal(&sales.id, "Chairs").await;
        for round in 1..=ROUNDS {
            let id = here.new_id::<ids::Task>();
            let input =
                json!({ "dealId": deal, "newId": id, "title": "Send", "dueOn": "2026-03-09" });
            let create = ("createTask", input);
            assert_eq!(race((&here, create.clone()), (&there, create)).await, (vec![], vec![]));
            let complete = ("completeTask", json!({ "taskId": id }));
            assert_eq!(race((&here, complete.clone()), (&there, complete)).await, (vec![], vec![]));
            let document = "query($id: ID!) { deal(id: $id) { version tasks { totalCount } } }";
            let data = here.query(document, json!({ "id": deal })).await;
            let expected = json!({ "version": 1 + 2 * round, "tasks": { "totalCount": round } });
            assert_eq!(data["deal"], expected);
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_action_done_at_once_by_two_has_its_follow_ups_once() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[("a", 1)])]).await;
        let follow_ups = json!([{ "title": "Ask", "assignee": "OWNER", "dueInDays": 1 }]);
        let input = json!({ "actionId": sales.action("a"), "followUps": follow_ups });
        here.done("updateAction", input, "").await;
        for _ in 0..ROUNDS {
            let deal = here.deal(&sales.id, "Chairs").await;
            let input = json!({ "dealId": deal, "actionId": sales.action("a") });
            let one = codes(here.clone(), "completeAction", input.clone());
            let other = codes(there.clone(), "completeAction", input);
            assert_eq!(super::both(one, other).await, (vec![], vec![]));
            let document = "query($id: ID!) { deal(id: $id) { tasks { totalCount } } }";
            let data = here.query(document, json!({ "id": deal })).await;
            assert_eq!(data["deal"]["tasks"]["totalCount"], 1);
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_note_is_withdrawn_or_shows_that_an_action_was_done_and_never_both() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[("a", 1)])]).await;
        for _ in 0..ROUNDS {
            let deal = here.deal(&sales.id, "Chairs").await;
            let note = json!({ "dealId": deal, "body": "see" });
            let note = here.done("addNote", note, "note { id }").await["note"]["id"].take();
            let done = json!({ "dealId": deal, "actionId": sales.action("a"), "noteId": note });
            let withdraw = ("withdrawNote", json!({ "noteId": note }));
            let outcome = race((&here, withdraw), (&there, ("completeAction", done))).await;
            let code = |code: &str| vec![code.to_owned()];
            let expected = [(code("NOTE_IS_EVIDENCE"), vec![]), (vec![], code("NOT_FOUND"))];
            assert!(expected.contains(&outcome), "{outcome:?}");
        }
        there.app.stop().await;
    })
    .await;
}
