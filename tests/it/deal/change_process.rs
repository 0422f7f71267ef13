//! A deal goes through another process: `changeDealProcess` and its preview.

mod history;
mod life;
mod mapping;
mod preview;
mod refusals;

use serde_json::{Value, json};

use crate::support::{Client, TestApp, builders::BuiltProcess, each};

/// Two processes with two actions of the same name, and a deal of the first.
pub struct Moving {
    pub ada: Client,
    /// Contact: Call 10, Meet 20. Offer: Write 30, Send 40.
    pub sales: BuiltProcess,
    /// Contact: Call 50. Repair: Send 25, Pay 25.
    pub service: BuiltProcess,
    pub deal: String,
}

impl Moving {
    pub async fn new(app: &TestApp) -> Self {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let repair: &[_] = &[("Send", 25), ("Pay", 25)];
        let stages = [("Contact", &[("Call", 50)][..]), ("Repair", repair)];
        let service = ada.process("Service", &stages).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        Self { ada, sales, service, deal }
    }

    /// A deal of which Call, Meet and Send were done, in this order.
    pub async fn worked(app: &TestApp) -> Self {
        let moving = Self::new(app).await;
        for action in ["Call", "Meet", "Send"] {
            moving.complete(moving.sales.action(action)).await;
        }
        moving
    }

    pub async fn complete(&self, action: &str) -> String {
        self.ada.complete(&self.deal, action).await
    }

    /// The input that takes the deal to a process.
    pub fn to(&self, process: &BuiltProcess) -> Value {
        json!({ "dealId": self.deal, "processId": process.id })
    }

    /// The input that takes the deal to service, with these actions of sales mapped to these of service.
    pub fn with(&self, pairs: &[(&str, &str)]) -> Value {
        let mut input = self.to(&self.service);
        let entry = |(from, to): &(&str, &str)| json!({ "fromActionId": self.sales.action(from), "toActionId": self.service.action(to) });
        input["mapping"] = pairs.iter().map(entry).collect();
        input
    }

    pub async fn go(&self, input: Value) {
        self.ada.done("changeDealProcess", input, "").await;
    }

    pub async fn state(&self) -> (i64, Option<String>) {
        self.ada.state(&self.deal).await
    }

    /// The names of what is done in the deal's checklist.
    pub async fn done(&self) -> Vec<String> {
        let document = "query($id: ID!) { deal(id: $id) { checklist { state action { name } } } }";
        let data = self.ada.query(document, json!({ "id": self.deal })).await;
        let items = data["deal"]["checklist"].as_array().unwrap().iter();
        let done = items.filter(|item| item["state"] == "DONE");
        done.map(|item| item["action"]["name"].as_str().unwrap().to_owned()).collect()
    }
}

pub fn at(percent: i64, stage: &str) -> (i64, Option<String>) {
    (percent, Some(stage.to_owned()))
}

#[tokio::test]
async fn what_was_done_under_the_same_name_follows_and_the_rest_stays_history() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        assert_eq!(moving.state().await, at(70, "Offer"));
        let summary = "Changed process from “Sales” to “Service”, and 2 completions followed \
                       (70 % → 75 %, Offer → Repair)";
        let event = [("DealProcessChanged", summary)];
        let input = moving.to(&moving.service);
        moving.ada.happens(&moving.deal, "changeDealProcess", input, &event).await;
        assert_eq!(moving.state().await, at(75, "Repair"));
        assert_eq!(moving.done().await, ["Call", "Send"]);
    })
    .await;
}

#[tokio::test]
async fn the_answer_has_everything_that_a_screen_must_refresh() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let board = "name unstagedDeals { totalCount } stages { name deals { nodes { id } } }";
        let selection = format!(
            "deal {{ version process {{ name }} }} process {{ {board} }} previousProcess {{ {board} }}"
        );
        let input = moving.to(&moving.service);
        let answer = moving.ada.done("changeDealProcess", input.clone(), &selection).await;
        assert_eq!(answer["deal"], json!({ "version": 5, "process": { "name": "Service" } }));
        assert_eq!(answer["process"]["stages"][1]["deals"]["nodes"], json!([{ "id": moving.deal }]));
        let empty = json!({ "name": "Offer", "deals": { "nodes": [] } });
        assert_eq!(answer["previousProcess"]["stages"][1], empty);
        assert_eq!(answer["previousProcess"]["name"], "Sales");

        let again = moving.ada.calm("changeDealProcess", input, &selection).await;
        assert_eq!(again["deal"], answer["deal"]);
        assert_eq!(again["process"], answer["process"]);
        assert_eq!(again["previousProcess"]["name"], "Service", "it came from there this time");
    })
    .await;
}

#[tokio::test]
async fn twice_is_calm_also_with_a_mapping_that_was_used_up() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let input = moving.with(&[("Meet", "Pay")]);
        moving.go(input.clone()).await;
        moving.ada.calm("changeDealProcess", input, "").await;
        moving.ada.calm("changeDealProcess", moving.to(&moving.service), "").await;
    })
    .await;
}

#[tokio::test]
async fn a_given_mapping_is_followed_to_the_letter() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        moving.go(moving.with(&[("Meet", "Pay"), ("Write", "Send")])).await;
        assert_eq!(moving.state().await, at(25, "Repair"));
        assert_eq!(moving.done().await, ["Pay"]);
    })
    .await;
}

#[tokio::test]
async fn an_empty_mapping_carries_nothing() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        moving.go(moving.with(&[])).await;
        assert_eq!(moving.state().await, (0, None));
        moving.go(moving.to(&moving.sales)).await;
        assert_eq!(moving.state().await, at(70, "Offer"), "what stayed counts again");
    })
    .await;
}

#[tokio::test]
async fn of_several_that_go_to_one_action_the_earliest_follows() {
    each(|app| async move {
        let moving = Moving::new(&app).await;
        let first = moving.complete(moving.sales.action("Send")).await;
        let second = moving.complete(moving.sales.action("Call")).await;
        moving.go(moving.with(&[("Call", "Pay"), ("Send", "Pay")])).await;
        assert_eq!(moving.state().await, at(25, "Repair"));
        let document =
            "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Completion { action { name } } } }";
        let data = moving.ada.query(document, json!({ "ids": [first, second] })).await;
        let expected = json!([{ "action": { "name": "Pay" } }, { "action": { "name": "Call" } }]);
        assert_eq!(data["nodes"], expected);
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_there_twice_follows_only_to_the_stage_of_the_same_name() {
    each(|app| async move {
        let ada = app.admin().await;
        let (one, two) = (&[("Call", 10)][..], &[("Call", 20)][..]);
        let sales = ada.process("Sales", &[("First", one), ("Second", two)]).await;
        let other = ada.process("Other", &[("Łódź", one), ("SECOND", two)]).await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        for (_, action) in &sales.actions {
            ada.complete(&deal, action).await;
        }
        let input = json!({ "dealId": deal, "processId": other.id });
        ada.done("changeDealProcess", input, "").await;
        assert_eq!(ada.state(&deal).await, at(66, "SECOND"), "20 of 30");
    })
    .await;
}

#[tokio::test]
async fn a_move_by_hand_goes_on_to_the_stage_of_the_same_name_or_is_dropped() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let contact = json!({ "dealId": moving.deal, "stageId": moving.sales.stage("Contact") });
        moving.ada.done("moveDeal", contact, "").await;
        moving.go(moving.to(&moving.service)).await;
        assert_eq!(moving.state().await, at(75, "Contact"), "it stays moved back");

        let repair = json!({ "dealId": moving.deal, "stageId": moving.service.stage("Repair") });
        moving.ada.done("moveDeal", repair, "").await;
        moving.go(moving.to(&moving.sales)).await;
        assert_eq!(moving.state().await, at(70, "Offer"), "what was done decides alone");
        let document = "query($id: ID!) { deal(id: $id) { events(last: 1) { nodes {
            ... on DealProcessChanged { droppedMoveTo } } } } }";
        let data = moving.ada.query(document, json!({ "id": moving.deal })).await;
        let event = &data["deal"]["events"]["nodes"][0];
        assert_eq!(event["droppedMoveTo"], moving.service.stage("Repair"));

        let nowhere = json!({ "dealId": moving.deal, "stageId": null });
        moving.ada.done("moveDeal", nowhere, "").await;
        moving.go(moving.to(&moving.service)).await;
        assert_eq!(moving.state().await, (75, None), "no stage is in every process");
    })
    .await;
}

#[tokio::test]
async fn what_an_action_was_done_for_before_it_was_removed_follows_when_asked_to() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        let remove = json!({ "actionId": moving.sales.action("Call") });
        moving.ada.done("removeAction", remove, "").await;
        moving.go(moving.to(&moving.service)).await;
        assert_eq!(moving.done().await, ["Send"], "by name only what counts follows");
        moving.go(moving.to(&moving.sales)).await;
        moving.go(moving.with(&[("Call", "Call")])).await;
        assert_eq!(moving.done().await, ["Call"]);
    })
    .await;
}

#[tokio::test]
async fn closed_in_the_new_process_it_keeps_that_version() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        moving.go(moving.to(&moving.service)).await;
        moving.ada.done("winDeal", json!({ "dealId": moving.deal }), "").await;
        let weigh = json!({ "actionId": moving.service.action("Pay"), "weight": 900 });
        moving.ada.done("setActionWeight", weigh, "").await;
        assert_eq!(moving.state().await, at(75, "Repair"));
        moving.ada.done("reopenDeal", json!({ "dealId": moving.deal }), "").await;
        assert_eq!(moving.state().await, at(7, "Repair"));
        moving.ada.history(&moving.deal).await;
    })
    .await;
}

#[tokio::test]
async fn saves_reach_a_deal_only_through_the_process_it_goes_through() {
    each(|app| async move {
        let moving = Moving::worked(&app).await;
        moving.go(moving.to(&moving.service)).await;
        let before = moving.ada.history(&moving.deal).await.len();
        let weigh = json!({ "actionId": moving.sales.action("Meet"), "weight": 900 });
        moving.ada.done("setActionWeight", weigh, "").await;
        assert_eq!(moving.ada.history(&moving.deal).await.len(), before);
        let weigh = json!({ "actionId": moving.service.action("Pay"), "weight": 75 });
        moving.ada.done("setActionWeight", weigh, "").await;
        assert_eq!(moving.state().await, at(50, "Repair"));
        assert_eq!(moving.ada.history(&moving.deal).await.len(), before + 1);
    })
    .await;
}

#[tokio::test]
async fn it_costs_the_same_however_much_follows() {
    each(|app| async move {
        let ada = app.admin().await;
        let names: Vec<_> = (0..12).map(|number| format!("a{number}")).collect();
        let actions: Vec<_> = names.iter().map(|name| (name.as_str(), 1)).collect();
        let one = ada.process("One", &[("A", &actions)]).await;
        let two = ada.process("Two", &[("A", &actions)]).await;
        let mut costs = Vec::new();
        for count in [1, 1, 12] {
            let deal = ada.deal(&one.id, "Chairs").await;
            for (_, action) in &one.actions[..count] {
                ada.complete(&deal, action).await;
            }
            let input = json!({ "dealId": deal, "processId": two.id });
            let selection =
                "deal { progress { percent } } process { name } previousProcess { name }";
            costs.push(app.statements(ada.done("changeDealProcess", input, selection)).await.0);
        }
        assert_eq!(costs[1], costs[2], "{costs:?}");
        assert!(costs[2] <= 20, "{costs:?}");
    })
    .await;
}
