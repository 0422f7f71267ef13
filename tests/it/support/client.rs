//! A signed-in client of the API.

use entity::ids::{MemberId, TokenId};
use serde_json::{Value, json};

use super::TestApp;

/// What one member's front end can do.
#[derive(Clone)]
pub struct Client {
    pub app: TestApp,
    pub member: MemberId,
    pub token: TokenId,
    pub secret: String,
}

impl Client {
    pub fn new(app: TestApp, member: MemberId, token: TokenId, secret: String) -> Self {
        Self { app, member, token, secret }
    }

    /// The member's id, as the API writes it.
    pub fn id(&self) -> String {
        self.member.to_string()
    }

    /// This member at another server.
    pub fn at(&self, app: &TestApp) -> Self {
        Self { app: app.clone(), ..self.clone() }
    }

    /// The whole response to a document.
    pub async fn raw(&self, document: &str, variables: Value) -> Value {
        let body = json!({ "query": document, "variables": variables });
        let request = self.app.http.post(self.app.endpoint()).bearer_auth(&self.secret);
        request.json(&body).send().await.unwrap().json().await.unwrap()
    }

    /// The data of a document that must succeed.
    pub async fn query(&self, document: &str, variables: Value) -> Value {
        let mut response = self.raw(document, variables).await;
        assert!(response.get("errors").is_none(), "{document}\n{response:#}");
        response["data"].take()
    }

    /// The code of the first top-level error of a document that must fail.
    pub async fn error(&self, document: &str, variables: Value) -> String {
        let response = self.raw(document, variables).await;
        let code = &response["errors"][0]["extensions"]["code"];
        code.as_str().unwrap_or_else(|| panic!("no code: {response:#}")).to_owned()
    }

    /// The payload of a mutation, refused or not: `userErrors` and what is selected.
    pub async fn mutate(&self, name: &str, input: Value, selection: &str) -> Value {
        let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
        let document = format!(
            "mutation($input: {kind}!) {{ {name}(input: $input) {{ \
             {selection} userErrors {{ __typename code message path nodeId }} }} }}"
        );
        self.query(&document, json!({ "input": input })).await[name].take()
    }

    /// The payload of a mutation that must succeed.
    pub async fn done(&self, name: &str, input: Value, selection: &str) -> Value {
        let payload = self.mutate(name, input, selection).await;
        assert_eq!(payload["userErrors"], json!([]), "{name} was refused");
        payload
    }

    /// The user errors of a mutation that must be refused *and change nothing*.
    pub async fn refused(&self, name: &str, input: Value) -> Vec<Value> {
        let before = self.app.fingerprint().await;
        let payload = self.mutate(name, input, "").await;
        let errors = payload["userErrors"].as_array().unwrap().clone();
        assert!(!errors.is_empty(), "{name} was not refused");
        assert_eq!(
            before,
            self.app.fingerprint().await,
            "{name} was refused and changed something"
        );
        errors
    }

    /// The codes of the same.
    pub async fn refusals(&self, name: &str, input: Value) -> Vec<String> {
        let errors = self.refused(name, input).await;
        errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect()
    }
}
