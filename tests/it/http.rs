//! GraphQL over HTTP and the server below it, as clients, browsers and enemies meet them.

use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use waypost::http::{Settings, rates::RateLimits};

use crate::support::{
    live::{Scratch, World, server::Server},
    raw::Raw,
};

mod browsers;
mod caching;
mod connections;
mod faults;
mod logs;
mod media;
mod negotiation;
mod often;
mod refused;
mod statuses;
mod strangers;
mod web;

/// A server of the tiny schema, with settings that a test changed.
struct Site {
    server: Server,
    _database: Scratch,
}

impl Site {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let database = Scratch::sqlite().await;
        let world = World::new(database.app().await).await;
        let mut settings = Settings::default();
        settings.limits.rates = RateLimits { member: None, address: None };
        change(&mut settings);
        Self { server: Server::configured(world, settings).await, _database: database }
    }

    fn post(&self) -> RequestBuilder {
        let request = Client::new().post(self.server.http("/graphql"));
        request.bearer_auth(self.server.secret())
    }

    fn get(&self, query: &str) -> RequestBuilder {
        let request = Client::new().get(self.server.http(&format!("/graphql?{query}")));
        request.bearer_auth(self.server.secret())
    }

    async fn raw(&self) -> Raw {
        Raw::connect(self.server.address()).await
    }

    /// The head of a `POST` of JSON, signed in, with more headers.
    fn head(&self, more: &str) -> String {
        format!(
            "POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\n{more}\r\n",
            self.server.secret()
        )
    }

    /// Whether it still answers.
    async fn assert_well(&self) {
        let response = self.post().body(r#"{"query":"{ me }"}"#);
        let response = response.header("content-type", "application/json").send().await.unwrap();
        assert_eq!(response.status(), 200);
    }
}

/// `400 BAD_REQUEST`: a refusal has a body with one error and without data.
async fn refusal(response: Response) -> String {
    let status = response.status().as_u16();
    assert!(response.headers().contains_key("x-request-id"));
    let body: Value = response.json().await.unwrap();
    assert!(body.get("data").is_none(), "{body}");
    assert!(!body["errors"][0]["message"].as_str().unwrap().is_empty(), "{body}");
    format!("{status} {}", body["errors"][0]["extensions"]["code"].as_str().unwrap())
}
