//! The stage of a deal is derived (rule 10).

use serde_json::json;

use crate::support::{Client, TestApp, builders::BuiltProcess, each};

/// A deal of a process of four stages, each with one action; the last stage has none.
struct Story {
    ada: Client,
    sales: BuiltProcess,
    deal: String,
}

impl Story {
    async fn begin(app: &TestApp) -> Self {
        let ada = app.admin().await;
        let stages: [(&str, &[(&str, i64)]); 4] =
            [("1", &[("a", 1)]), ("2", &[("b", 1)]), ("3", &[("c", 1)]), ("4", &[])];
        let sales = ada.process("Sales", &stages).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        Self { ada, sales, deal }
    }

    async fn does(&self, action: &str) -> String {
        self.ada.complete(&self.deal, self.sales.action(action)).await
    }

    async fn undoes(&self, completion: &str) {
        self.ada.done("undoCompletion", json!({ "completionId": completion }), "").await;
    }

    async fn moves(&self, stage: &str) {
        let input = json!({ "dealId": self.deal, "stageId": self.sales.stage(stage) });
        self.ada.done("moveDeal", input, "").await;
    }

    async fn moves_to_none(&self) {
        self.ada.done("moveDeal", json!({ "dealId": self.deal, "stageId": null }), "").await;
    }

    async fn stage(&self) -> String {
        self.ada.state(&self.deal).await.1.unwrap_or_else(|| "none".into())
    }
}

#[tokio::test]
async fn nothing_done_and_never_moved_is_no_stage() {
    each(|app| async move {
        assert_eq!(Story::begin(&app).await.stage().await, "none");
    })
    .await;
}

#[tokio::test]
async fn the_furthest_action_done_says_the_stage_in_whatever_order_they_were_done() {
    each(|app| async move {
        let story = Story::begin(&app).await;
        for (action, stage) in [("b", "2"), ("a", "2"), ("c", "3")] {
            story.does(action).await;
            assert_eq!(story.stage().await, stage);
        }
    })
    .await;
}

#[tokio::test]
async fn a_deal_moved_ahead_stays_there_until_something_further_is_done() {
    each(|app| async move {
        let story = Story::begin(&app).await;
        story.moves("2").await;
        story.does("a").await;
        assert_eq!(story.stage().await, "2");
        story.does("c").await;
        assert_eq!(story.stage().await, "3");
    })
    .await;
}

#[tokio::test]
async fn a_deal_moved_back_stays_back_and_what_is_done_after_pushes_it_on() {
    each(|app| async move {
        let story = Story::begin(&app).await;
        let b = story.does("b").await;
        story.does("c").await;
        story.moves("1").await;
        assert_eq!(story.stage().await, "1", "older completions no longer push");
        story.undoes(&b).await;
        assert_eq!(story.stage().await, "1", "nor does undoing one of them");
        story.does("b").await;
        assert_eq!(story.stage().await, "2", "done again it is newer than the move");
    })
    .await;
}

#[tokio::test]
async fn a_deal_moved_to_none_is_at_none_until_something_is_done() {
    each(|app| async move {
        let story = Story::begin(&app).await;
        story.does("c").await;
        story.moves_to_none().await;
        assert_eq!(story.stage().await, "none");
        story.does("a").await;
        assert_eq!(story.stage().await, "1");
    })
    .await;
}

#[tokio::test]
async fn undoing_falls_back_to_what_is_left() {
    each(|app| async move {
        let story = Story::begin(&app).await;
        let (a, c) = (story.does("a").await, story.does("c").await);
        story.undoes(&c).await;
        assert_eq!(story.stage().await, "1");
        story.undoes(&a).await;
        assert_eq!(story.stage().await, "none");
        story.moves("4").await;
        let b = story.does("b").await;
        story.undoes(&b).await;
        assert_eq!(story.stage().await, "4", "the move is not undone with it");
    })
    .await;
}

#[tokio::test]
async fn only_the_last_move_counts() {
    each(|app| async move {
        let story = Story::begin(&app).await;
        story.moves("4").await;
        story.moves("1").await;
        story.does("b").await;
        assert_eq!(story.stage().await, "2");
    })
    .await;
}

#[tokio::test]
async fn the_order_is_the_one_that_the_process_now_has() {
    each(|app| async move {
        let story = Story::begin(&app).await;
        story.does("a").await;
        story.does("c").await;
        let last = json!({ "stageId": story.sales.stage("1"), "afterId": story.sales.stage("4") });
        story.ada.done("moveStage", last, "").await;
        assert_eq!(story.stage().await, "1");
    })
    .await;
}
