//! One deal with everything that its mutations can name, and people who stand differently to it.

use entity::member::Role;
use serde_json::{Value, json};

use super::{Client, TestApp, builders::BuiltProcess};

/// Who stands how to the deal of a scene.
pub struct People {
    pub admin: Client,
    pub manager: Client,
    pub owner: Client,
    pub participant: Client,
    pub stranger: Client,
    /// The one who may do `Approve`, and takes part in nothing.
    pub lawyer: Client,
}

/// Two stages, and an action of each kind. `Call` and `Send` anyone may do, `Sign` is mandatory,
/// `Discount` is for managers, `Audit` for administrators, `Approve` for the lawyer, `Minutes` needs a
/// note, and `Scan` a file.
pub struct Scene {
    pub people: People,
    pub process: BuiltProcess,
    /// Another process, which has no deals.
    pub other: BuiltProcess,
}

pub const ACTIONS: [&str; 8] =
    ["Call", "Minutes", "Send", "Sign", "Discount", "Audit", "Approve", "Scan"];

impl People {
    pub async fn new(app: &TestApp) -> Self {
        Self {
            admin: app.admin().await,
            manager: app.member("Mia", Role::Manager).await,
            owner: app.member("Olga", Role::Salesperson).await,
            participant: app.member("Piotr", Role::Salesperson).await,
            stranger: app.member("Stan", Role::Salesperson).await,
            lawyer: app.member("Laura", Role::Salesperson).await,
        }
    }

    /// Everybody, by name.
    pub fn all(&self) -> [(&'static str, &Client); 6] {
        [
            ("administrator", &self.admin),
            ("manager", &self.manager),
            ("owner", &self.owner),
            ("participant", &self.participant),
            ("stranger", &self.stranger),
            ("chosen performer", &self.lawyer),
        ]
    }
}

impl Scene {
    pub async fn new(app: &TestApp) -> Self {
        let people = People::new(app).await;
        let contact: &[(&str, i64)] = &[("Call", 10), ("Minutes", 10)];
        let offer: &[(&str, i64)] = &[
            ("Send", 30),
            ("Sign", 10),
            ("Discount", 10),
            ("Audit", 10),
            ("Approve", 10),
            ("Scan", 10),
        ];
        let process =
            people.admin.process("Sales", &[("Contact", contact), ("Offer", offer)]).await;
        let chosen = json!({ "group": "CHOSEN", "memberIds": [people.lawyer.id()] });
        for (action, settings) in [
            ("Minutes", json!({ "evidence": "NOTE" })),
            ("Sign", json!({ "mandatory": true })),
            ("Discount", json!({ "performers": { "group": "MANAGERS" } })),
            ("Audit", json!({ "performers": { "group": "ADMINISTRATORS" } })),
            ("Approve", json!({ "performers": chosen })),
            ("Scan", json!({ "evidence": "NOTE_WITH_FILE" })),
        ] {
            let mut input = settings;
            input["actionId"] = json!(process.action(action));
            people.admin.done("updateAction", input, "").await;
        }
        let other = people.admin.process("Service", &[("Contact", contact)]).await;
        Self { people, process, other }
    }

    /// A deal of the owner that the participant takes part in; the owner did `Call`: the deal and the
    /// completion.
    pub async fn deal(&self, visibility: &str) -> (String, String) {
        let People { owner, participant, .. } = &self.people;
        let input = json!({ "processId": self.process.id, "title": "Chairs",
            "visibility": visibility, "participantIds": [participant.id()] });
        let deal = owner.deal_of(input).await;
        let completion = owner.complete(&deal, self.process.action("Call")).await;
        (deal, completion)
    }

    /// Every mutation of a deal but `createDeal`, with an input that works for whoever may (the deal
    /// must be closed for `reopenDeal`).
    pub fn mutations(&self, deal: &str, completion: &str) -> Vec<(&'static str, Value)> {
        let people = &self.people;
        vec![
            ("updateDeal", json!({ "dealId": deal, "title": "Tables" })),
            ("moveDeal", json!({ "dealId": deal, "stageId": self.process.stage("Offer") })),
            ("addParticipant", json!({ "dealId": deal, "memberId": people.manager.id() })),
            ("removeParticipant", json!({ "dealId": deal, "memberId": people.participant.id() })),
            ("addNote", json!({ "dealId": deal, "body": "they like it" })),
            ("createTask", json!({ "dealId": deal, "title": "Send", "dueOn": "2026-03-09" })),
            ("completeAction", json!({ "dealId": deal, "actionId": self.process.action("Sign") })),
            ("undoCompletion", json!({ "completionId": completion })),
            ("winDeal", json!({ "dealId": deal })),
            ("loseDeal", json!({ "dealId": deal })),
            ("outdateDeal", json!({ "dealId": deal })),
            ("reopenDeal", json!({ "dealId": deal })),
            ("changeDealProcess", json!({ "dealId": deal, "processId": self.other.id })),
        ]
    }
}
