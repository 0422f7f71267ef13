//! What happens to deals, as tests tell of it.

use entity::{
    ids::{Kind, MemberId},
    member,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};

use super::{Client, TestApp, steps, system};

const HISTORY: &str = "query($id: ID!) { deal(id: $id) { ...Now events(last: 100) { nodes {
    __typename summary occurredAt actor { id } before { ...State } after { ...State } } } } }
  fragment Now on Deal { version status stage { id name } progress { percent }
    value { amount currency } owner { id } }
  fragment State on DealState { version status stageId stageName percent
    value { amount currency } ownerId }";

impl Client {
    /// Everything that happened to a deal, the oldest first: each event begins where the one before it
    /// ended, and the deal is as the last one left it.
    pub async fn history(&self, deal: &str) -> Vec<Value> {
        let data = self.query(HISTORY, json!({ "id": deal })).await;
        let events = data["deal"]["events"]["nodes"].as_array().unwrap().clone();
        let mut state = Value::Null;
        for (index, event) in events.iter().enumerate() {
            assert_eq!(event["before"], state, "an event begins elsewhere");
            assert_eq!(event["after"]["version"], json!(index + 1), "a version is missing");
            state = event["after"].clone();
        }
        assert_eq!(now(&data["deal"]), state, "the deal is not what its last event says");
        events
    }

    /// A mutation leads to exactly these events (type and summary), all of them by this member.
    pub async fn happens(&self, deal: &str, name: &str, input: Value, events: &[(&str, &str)]) {
        let before = self.history(deal).await.len();
        self.done(name, input, "").await;
        let after = self.history(deal).await;
        assert_eq!(told(&after[before..]), events, "{name}");
        for event in &after[before..] {
            assert_eq!(event["actor"]["id"], json!(self.id()));
        }
    }

    /// A mutation that is not refused and changes nothing: its payload.
    pub async fn calm(&self, name: &str, input: Value, selection: &str) -> Value {
        let before = self.app.fingerprint().await;
        let payload = self.done(name, input, selection).await;
        assert_eq!(before, self.app.fingerprint().await, "{name} was not calm");
        payload
    }

    /// The one error of a mutation that must be refused, as `CODE path`.
    pub async fn refusal(&self, name: &str, input: Value) -> String {
        let errors = self.refused(name, input).await;
        assert_eq!(errors.len(), 1, "{errors:#?}");
        code_and_path(&errors[0])
    }

    /// A new id, as a client makes it.
    pub fn new_id<K: Kind>(&self) -> String {
        self.app.app.clock().new_id::<K>().to_string()
    }
}

impl TestApp {
    /// Deactivates a member without asking anybody, and tells no open socket.
    pub async fn deactivate(&self, id: MemberId) {
        let done = self.app.write(
            system(),
            steps(id, |tx, id| {
                Box::pin(async move {
                    let now = tx.now();
                    let row = member::ActiveModel {
                        id: Set(*id),
                        deactivated_at: Set(Some(now)),
                        ..Default::default()
                    };
                    row.update(tx.conn()).await?;
                    tx.raise_rights_epoch().await
                })
            }),
        );
        done.await.unwrap();
    }
}

/// An error as `CODE path.to.field`; as its code alone where it is about the whole, and so at what that is about.
pub fn code_and_path(error: &Value) -> String {
    let exact = exactly(error);
    let (code, path) = exact.split_once(' ').unwrap_or((&exact, ""));
    let about_all = ABOUT_ALL.contains(&code) && WHOLE.contains(&path);
    if about_all { code.to_owned() } else { exact }
}

/// Codes of what is about no single field.
const ABOUT_ALL: [&str; 7] = [
    "FORBIDDEN",
    "DEAL_CLOSED",
    "DEAL_OPEN",
    "NOT_A_PERFORMER",
    "MANDATORY_MISSING",
    "LAST_ADMINISTRATOR",
    "LIMIT_REACHED",
];
/// Fields that name what a whole input is about.
const WHOLE: [&str; 14] = [
    "dealId",
    "actionId",
    "completionId",
    "taskId",
    "memberId",
    "processId",
    "stageId",
    "newId",
    "id",
    "file",
    "reasonId",
    "tokenId",
    "fromMemberId",
    "muted",
];

/// An error as `CODE path.to.field`, whatever it is about.
pub fn exactly(error: &Value) -> String {
    let path: Vec<_> = error["path"].as_array().into_iter().flatten().collect();
    let path: Vec<_> = path.into_iter().map(|part| part.as_str().unwrap()).collect();
    format!("{} {}", error["code"].as_str().unwrap(), path.join(".")).trim_end().to_owned()
}

/// Type and summary of each event.
pub fn told(events: &[Value]) -> Vec<(&str, &str)> {
    events
        .iter()
        .map(|event| (event["__typename"].as_str().unwrap(), event["summary"].as_str().unwrap()))
        .collect()
}

/// The deal of now, in the shape of an event's state.
fn now(deal: &Value) -> Value {
    json!({
        "version": deal["version"],
        "status": deal["status"],
        "stageId": deal["stage"]["id"],
        "stageName": deal["stage"]["name"],
        "percent": deal["progress"]["percent"],
        "value": deal["value"],
        "ownerId": deal["owner"]["id"],
    })
}
