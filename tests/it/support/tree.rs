//! A whole process as `saveProcess` takes it, to change and send back.

use serde_json::{Value, json};

use super::Client;

impl Client {
    /// The input that saves a process as it is: every node by its id, no settings.
    pub async fn as_it_is(&self, process: &str) -> Value {
        let document =
            "query($id: ID!) { process(id: $id) { id version stages { id actions { id } } } }";
        let mut process = self.query(document, json!({ "id": process })).await["process"].take();
        json!({
            "id": process["id"],
            "expectedVersion": process["version"],
            "stages": process["stages"].take(),
        })
    }

    /// What a save would do: changes, definition, impact and errors.
    pub async fn preview(&self, input: &Value) -> Value {
        let document =
            "query($input: SaveProcessInput!) { processPreview(input: $input) { ...Preview } }";
        let document = format!("{document} {PREVIEW}");
        self.query(&document, json!({ "input": input })).await["processPreview"].take()
    }
}

/// Everything that a preview tells, apart from the deals behind its numbers.
pub const PREVIEW: &str = "fragment Preview on ProcessPreview {
    changes { __typename stageId actionId summary }
    definition { name description stages { stageId name hint actions { actionId name weight mandatory } } }
    impact { openDeals stageChanges progressRises progressFalls largestFall winsBlocked winsUnblocked
        completionsDropped }
    userErrors { __typename code message path nodeId } }";

/// The summaries of a list of changes.
pub fn summaries(changes: &Value) -> Vec<&str> {
    let changes = changes.as_array().unwrap().iter();
    changes.map(|change| change["summary"].as_str().unwrap()).collect()
}
