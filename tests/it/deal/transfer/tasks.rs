//! What somebody has to do goes along with their deals, if that is asked for.

use serde_json::{Value, json};

use super::{World, world};
use crate::support::{Client, each, story::told};

const COUNTS: &str = "count taskCount tasksLeft";

impl World {
    fn with_tasks(&self) -> Value {
        let mut input = self.input();
        input["includeTasks"] = json!(true);
        input
    }
}

async fn unread(who: &Client) -> Value {
    who.query("{ viewer { unreadCount } }", json!({})).await["viewer"]["unreadCount"].take()
}

async fn assignee(who: &Client, task: &str) -> Value {
    who.task_now(task).await["assignee"]["id"].take()
}

#[tokio::test]
async fn open_tasks_go_along_and_their_new_assignee_is_told_once_a_deal() {
    each(|app| async move {
        let world = world(&app).await;
        let World { ada, mia, from, to, sales, .. } = &world;
        let own = from.deal(&sales.id, "Chairs").await;
        let lost = from.deal(&sales.id, "Lost").await;
        let others = mia.deal(&sales.id, "Tables").await;
        let task =
            async |deal: &str, title: &str| mia.task(deal, title, "2026-03-09", Some(from)).await;
        let moved = [
            task(&own, "Send").await,
            task(&own, "Call").await,
            task(&lost, "Bill").await,
            task(&others, "Ask").await,
        ];
        let done = task(&own, "Done").await;
        from.done("completeTask", json!({ "taskId": done }), "").await;
        from.done("loseDeal", json!({ "dealId": lost }), "").await;
        let by_another = mia.task(&own, "Mine", "2026-03-09", None).await;

        let without =
            json!({ "fromMemberId": from.id(), "toMemberId": to.id(), "includeTasks": false });
        let kept = mia.done("transferDeals", without, COUNTS).await;
        assert_eq!(
            (&kept["count"], &kept["taskCount"], &kept["tasksLeft"]),
            (&json!(1), &json!(0), &json!(0))
        );
        assert_eq!(assignee(ada, &moved[0]).await, from.id());
        let selection =
            format!("{COUNTS} fromMember {{ openTaskCount }} toMember {{ openTaskCount }}");
        let before = unread(to).await.as_i64().unwrap();
        let payload = mia.done("transferDeals", world.with_tasks(), &selection).await;
        assert_eq!(
            (&payload["count"], &payload["taskCount"], &payload["tasksLeft"]),
            (&json!(0), &json!(4), &json!(0))
        );
        assert_eq!(
            (&payload["fromMember"]["openTaskCount"], &payload["toMember"]["openTaskCount"]),
            (&json!(0), &json!(4))
        );
        for task in &moved {
            assert_eq!(assignee(ada, task).await, to.id());
        }
        assert_eq!(assignee(ada, &done).await, from.id(), "what is done was done by them");
        assert_eq!(assignee(ada, &by_another).await, mia.id());
        assert_eq!(unread(to).await, before + 3, "once for each deal");
        let history = mia.history(&lost).await;
        assert_eq!(
            told(&history[history.len() - 1..])[0].0,
            "TaskUpdated",
            "of a closed deal, too"
        );
        assert_eq!(ada.state(&lost).await, (0, None));
        ada.calm("transferDeals", world.with_tasks(), "").await;
    })
    .await;
}

#[tokio::test]
async fn tasks_stay_where_the_other_one_may_not_see_the_deal_or_it_is_not_theirs_to_change() {
    each(|app| async move {
        let world = world(&app).await;
        let World { mia, from, to, sales, service, .. } = &world;
        let open = mia.deal(&sales.id, "Tables").await;
        let task = mia.task(&open, "Ask", "2026-03-09", Some(from)).await;
        mia.done("updateDeal", json!({ "dealId": open, "visibility": "PARTICIPANTS" }), "").await;
        let done = mia.done("transferDeals", world.with_tasks(), COUNTS).await;
        assert_eq!(done, json!({ "count": 0, "taskCount": 0, "tasksLeft": 1, "userErrors": [] }));
        mia.done("updateDeal", json!({ "dealId": open, "visibility": "EVERYONE" }), "").await;
        let done = from.done("transferDeals", world.with_tasks(), COUNTS).await;
        assert_eq!(done["tasksLeft"], 1, "they may do it, and not give it away");
        assert_eq!(assignee(mia, &task).await, from.id());

        let mut other = world.with_tasks();
        other["processId"] = json!(service.id);
        let done = mia.done("transferDeals", other, COUNTS).await;
        assert_eq!(
            (&done["taskCount"], &done["tasksLeft"]),
            (&json!(0), &json!(0)),
            "of one process alone"
        );
        let done = mia.done("transferDeals", world.with_tasks(), COUNTS).await;
        assert_eq!((&done["taskCount"], &done["tasksLeft"]), (&json!(1), &json!(0)));
        let refused = to.mutate("transferDeals", world.with_tasks(), COUNTS).await;
        assert_eq!((&refused["taskCount"], &refused["tasksLeft"]), (&Value::Null, &Value::Null));
    })
    .await;
}
