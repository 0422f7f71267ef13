//! Processes and deals, made through the API in a few words.

use serde_json::{Value, json};

use super::Client;

/// A process and the ids of its nodes, by name.
#[derive(Clone)]
pub struct BuiltProcess {
    pub id: String,
    pub stages: Vec<(String, String)>,
    pub actions: Vec<(String, String)>,
}

impl BuiltProcess {
    /// The id of a stage.
    pub fn stage(&self, name: &str) -> &str {
        find(&self.stages, name)
    }

    /// The id of an action.
    pub fn action(&self, name: &str) -> &str {
        find(&self.actions, name)
    }
}

fn find<'a>(all: &'a [(String, String)], name: &str) -> &'a str {
    &all.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1
}

impl Client {
    /// A process of these stages, each with actions of these names and weights.
    pub async fn process(&self, name: &str, stages: &[(&str, &[(&str, i64)])]) -> BuiltProcess {
        let made = self.done("createProcess", json!({ "name": name }), "process { id }").await;
        let id = text(&made["process"]["id"]);
        let mut built = BuiltProcess { id, stages: Vec::new(), actions: Vec::new() };
        for (stage, actions) in stages {
            let stage_id = self.stage(&built.id, stage).await;
            for (action, weight) in *actions {
                let input = json!({ "stageId": stage_id, "name": action, "weight": weight });
                built.actions.push((action.to_string(), self.action(input).await));
            }
            built.stages.push((stage.to_string(), stage_id));
        }
        built
    }

    /// A new stage at the end of a process: its id.
    pub async fn stage(&self, process: &str, name: &str) -> String {
        let input = json!({ "processId": process, "name": name });
        text(&self.done("addStage", input, "stage { id }").await["stage"]["id"])
    }

    /// A new action: its id.
    pub async fn action(&self, input: Value) -> String {
        text(&self.done("addAction", input, "action { id }").await["action"]["id"])
    }

    /// A new deal of a process: its id.
    pub async fn deal(&self, process: &str, title: &str) -> String {
        self.deal_of(json!({ "processId": process, "title": title })).await
    }

    /// A new deal: its id.
    pub async fn deal_of(&self, input: Value) -> String {
        text(&self.done("createDeal", input, "deal { id }").await["deal"]["id"])
    }

    /// Does an action: the completion's id.
    pub async fn complete(&self, deal: &str, action: &str) -> String {
        let input = json!({ "dealId": deal, "actionId": action });
        let done = self.done("completeAction", input, "completion { id }").await;
        text(&done["completion"]["id"])
    }

    /// A deal's progress in per cent and the name of its stage.
    pub async fn state(&self, deal: &str) -> (i64, Option<String>) {
        let document = "query($id: ID!) { deal(id: $id) { progress { percent } stage { name } } }";
        let data = self.query(document, json!({ "id": deal })).await;
        let deal = &data["deal"];
        let stage = deal["stage"]["name"].as_str().map(str::to_owned);
        (deal["progress"]["percent"].as_i64().unwrap(), stage)
    }
}

/// The text of a JSON value that must be one.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
