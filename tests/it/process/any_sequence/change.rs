//! Small changes of the process, and what people do with deals.

use entity::{deal::Status, event::Fact};
use serde_json::{Value, json};

use super::{Small, Step, refusals, running::Running};
use crate::support::oracle;

fn pick<T>(all: &[T], index: usize) -> Option<&T> {
    all.get(index.checked_rem(all.len())?)
}

impl Running {
    /// A mutation of one node; refused, it changes nothing.
    pub async fn small(&mut self, small: Small) {
        let Some((name, input)) = self.call(small) else { return };
        let before = self.ada.app.fingerprint().await;
        let payload = self.ada.mutate(name, input.clone(), "").await;
        if !refusals(&payload).is_empty() {
            assert_eq!(before, self.ada.app.fingerprint().await, "{name} refused and changed");
            return;
        }
        let parse = |field: &str| input[field].as_str().map(|id| id.parse().unwrap());
        let removed = parse("stageId").zip(parse("moveDealsTo"));
        self.changed(&Vec::from_iter(removed)).await;
    }

    fn call(&self, small: Small) -> Option<(&'static str, Value)> {
        let tree = self.now.tree();
        let stages: Vec<_> = tree.stages.iter().map(|stage| stage.stage_id).collect();
        let actions: Vec<_> = tree.actions().map(|action| action.action_id).collect();
        let (stage, action) = (pick(&stages, small.node), pick(&actions, small.node));
        let to = pick(&stages, small.to);
        let after_stage = small.after.and_then(|at| pick(&stages, at));
        let siblings = to.and_then(|id| tree.stage(*id)).map(|stage| &stage.actions);
        let after_action = small.after.zip(siblings).and_then(|(at, all)| pick(all, at));
        let after_action = after_action.map(|action| action.action_id);
        let name = format!("N {}", small.to % 9);
        Some(match small.kind {
            0 => (
                "addStage",
                json!({ "processId": self.process, "name": name, "afterId": after_stage }),
            ),
            1 => ("updateStage", json!({ "stageId": stage?, "name": name })),
            2 => ("moveStage", json!({ "stageId": stage?, "afterId": after_stage })),
            3 => {
                let to = small.after.and(to);
                let to = to.filter(|to| Some(*to) != stage);
                ("removeStage", json!({ "stageId": stage?, "moveDealsTo": to }))
            }
            4 => (
                "addAction",
                json!({ "stageId": to?, "name": name, "weight": small.weight,
                    "afterId": after_action }),
            ),
            5 => (
                "updateAction",
                json!({ "actionId": action?, "name": name, "mandatory": small.weight.is_multiple_of(3) }),
            ),
            6 => (
                "moveAction",
                json!({ "actionId": action?, "stageId": to?, "afterId": after_action }),
            ),
            7 => ("setActionWeight", json!({ "actionId": action?, "weight": small.weight })),
            _ => ("removeAction", json!({ "actionId": action? })),
        })
    }

    /// Something that somebody does with a deal.
    pub async fn deal(&mut self, step: &Step) {
        let Some((index, name, input)) = self.deal_call(step) else { return };
        let (row, past) = &self.now.deals[index];
        let place = past.place(self.now.tree());
        let fine = match name {
            "winDeal" if row.status == Status::Open => Some(place.can_be_won),
            "winDeal" => Some(row.status == Status::Won),
            "moveDeal" | "undoCompletion" => Some(row.status == Status::Open),
            "reopenDeal" => Some(row.status != Status::Open),
            _ => None,
        };
        let payload = self.ada.mutate(name, input, "").await;
        let refused = !refusals(&payload).is_empty();
        assert!(fine.is_none_or(|fine| fine != refused), "{name}: {payload:#} {row:#?}");
        let old = self.look().await;
        for (at, (before, after)) in old.deals.iter().zip(&self.now.deals).enumerate() {
            let events = oracle::events(&self.ada.app, after.0.id).await;
            let new = events.iter().filter(|event| event.version > before.0.version);
            let (tasks, told): (Vec<_>, Vec<_>) =
                new.partition(|event| matches!(event.fact, Fact::TaskCreated { .. }));
            assert!(told.is_empty() || at == index && !refused, "{name}: on another deal");
            assert!(told.len() <= 1, "{name}: {told:#?}");
            // A task only follows from what was done just before it (rule 20).
            let follows =
                told.iter().all(|event| matches!(event.fact, Fact::ActionCompleted { .. }));
            assert!(tasks.is_empty() || follows && !told.is_empty(), "{name}: {tasks:#?}");
            if told.is_empty() {
                assert_eq!(before.0, after.0, "{name} changed a deal and told of nothing");
            }
        }
        assert_eq!(old.number(), self.now.number());
    }

    fn deal_call(&self, step: &Step) -> Option<(usize, &'static str, Value)> {
        let tree = self.now.tree();
        let deals = &self.now.deals;
        let index = match step {
            Step::Complete { deal, .. }
            | Step::Undo { deal, .. }
            | Step::Move { deal, .. }
            | Step::Close { deal, .. }
            | Step::Reopen { deal } => deal % deals.len(),
            _ => return None,
        };
        let (row, past) = &deals[index];
        let (name, input) = match step {
            Step::Complete { action, .. } => {
                let actions: Vec<_> = tree.actions().collect();
                let action = pick(&actions, *action)?.action_id;
                let note = json!({ "body": "they want to start in May" });
                ("completeAction", json!({ "dealId": row.id, "actionId": action, "note": note }))
            }
            Step::Undo { completion, .. } => {
                let done: Vec<_> = past.done.keys().collect();
                ("undoCompletion", json!({ "completionId": pick(&done, *completion)? }))
            }
            Step::Move { to, .. } => {
                let decides =
                    &self.now.versions[&row.closed_process_version.unwrap_or(self.now.number())];
                let to = to.and_then(|to| pick(&decides.stages, to)).map(|stage| stage.stage_id);
                ("moveDeal", json!({ "dealId": row.id, "stageId": to }))
            }
            Step::Close { how, .. } => {
                (["winDeal", "loseDeal", "outdateDeal"][how % 3], json!({ "dealId": row.id }))
            }
            _ => ("reopenDeal", json!({ "dealId": row.id })),
        };
        Some((index, name, input))
    }
}
