//! `createToken` and `revokeToken`, and who sees which tokens (rules 16 and 17).

use engine::member::token::uses;
use entity::{ids, member::Role};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, builders::text, each, start, story::code_and_path};

const TOKEN: &str =
    "id name createdAt expiresAt revokedAt lastUsedAt member { id } revoke { allowed }";

async fn create(who: &Client, input: Value) -> (String, Client) {
    let payload = who.done("createToken", input, "secret token { id member { id } }").await;
    let id = text(&payload["token"]["id"]);
    let secret = text(&payload["secret"]);
    let member = text(&payload["token"]["member"]["id"]).parse().unwrap();
    (id.clone(), Client::new(who.app.clone(), member, id.parse().unwrap(), secret))
}

async fn signed_in(client: &Client) -> bool {
    client.raw("{ viewer { member { id } } }", json!({})).await["data"]["viewer"].is_object()
}

async fn tokens(who: &Client, of: &Client) -> Value {
    let document = "query($id: ID!) { node(id: $id) { ... on Member { tokens { id } } } }";
    who.query(document, json!({ "id": of.id() })).await["node"]["tokens"].take()
}

#[tokio::test]
async fn everyone_makes_a_token_for_themselves_and_its_secret_is_shown_once() {
    each(|app| async move {
        let sam = app.member("Sam", Role::Salesperson).await;
        let input = json!({ "name": " laptop ", "expiresAt": "2026-03-03T08:00:00Z" });
        let selection = format!("secret token {{ {TOKEN} }} member {{ tokens {{ id }} }}");
        let payload = sam.done("createToken", input.clone(), &selection).await;
        let id = &payload["token"]["id"];
        let expected = json!({ "id": id, "name": "laptop", "createdAt": "2026-03-02T08:00:00.000Z",
            "expiresAt": "2026-03-03T08:00:00.000Z", "revokedAt": null, "lastUsedAt": null,
            "member": { "id": sam.id() }, "revoke": { "allowed": true } });
        assert_eq!(payload["token"], expected);
        let all = payload["member"]["tokens"].as_array().unwrap();
        assert_eq!((all.len(), &all[0]["id"]), (2, id), "the newest first");
        let laptop = Client { secret: text(&payload["secret"]), ..sam.clone() };
        assert!(signed_in(&laptop).await);
        let (another, _) = create(&sam, input).await;
        assert_ne!(*id, json!(another), "a repeated call makes another one");
        let document =
            "query($id: ID!) { node(id: $id) { id } viewer { token { id } tokens { id } } }";
        let data = laptop.query(document, json!({ "id": id })).await;
        assert_eq!(data["node"]["id"], *id);
        assert_eq!(data["viewer"]["token"]["id"], *id);
        assert_eq!(data["viewer"]["tokens"].as_array().unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_makes_tokens_for_anyone_and_nobody_else_does() {
    each(|app| async move {
        let ada = app.admin().await;
        let mia = app.member("Mia", Role::Manager).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let (_, as_sam) = create(&ada, json!({ "memberId": sam.id(), "name": "phone" })).await;
        let data = as_sam.query("{ viewer { member { id role } } }", json!({})).await;
        let member = json!({ "id": sam.id(), "role": "SALESPERSON" });
        assert_eq!(data["viewer"]["member"], member);
        for who in [&mia, &sam] {
            let escalate = json!({ "memberId": ada.id(), "name": "mine" });
            assert_eq!(who.refusal("createToken", escalate).await, "FORBIDDEN");
            let unknown = json!({ "memberId": ada.new_id::<ids::Member>(), "name": "mine" });
            assert_eq!(who.refusal("createToken", unknown).await, "FORBIDDEN");
        }
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_with_a_token_is_told_at_once() {
    each(|app| async move {
        let ada = app.admin().await;
        let gone = app.member("Gone", Role::Salesperson).await;
        app.deactivate(gone.member).await;
        let input =
            json!({ "memberId": gone.id(), "name": "", "expiresAt": "2026-03-02T08:00:00Z" });
        let errors = ada.refused("createToken", input).await;
        let told: Vec<_> = errors.iter().map(code_and_path).collect();
        assert_eq!(
            told,
            ["MEMBER_INACTIVE memberId", "INVALID_VALUE name", "INVALID_VALUE expiresAt"]
        );
        let unknown = json!({ "memberId": ada.new_id::<ids::Member>(), "name": "x" });
        assert_eq!(ada.refusal("createToken", unknown).await, "NOT_FOUND memberId");
        let wrong = json!({ "memberId": ada.new_id::<ids::Deal>(), "name": "x" });
        assert_eq!(ada.refusal("createToken", wrong).await, "INVALID_ID memberId");
    })
    .await;
}

#[tokio::test]
async fn a_member_has_at_most_a_hundred_valid_tokens() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let mut last = sam.token.to_string();
        for number in 1..100 {
            last = create(
                &sam,
                json!({ "name": format!("{number}"),
                "expiresAt": (number == 1).then_some("2026-03-02T08:01:00Z") }),
            )
            .await
            .0;
        }
        let one_more = json!({ "memberId": sam.id(), "name": "one more" });
        assert_eq!(ada.refusal("createToken", one_more.clone()).await, "LIMIT_REACHED");
        sam.done("revokeToken", json!({ "tokenId": last }), "").await;
        create(&ada, one_more.clone()).await;
        assert_eq!(sam.refusal("createToken", one_more.clone()).await, "LIMIT_REACHED");
        app.app.clock().set(start() + chrono::TimeDelta::minutes(1));
        create(&ada, one_more).await; // one has expired
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_is_worth_nothing_and_revoking_it_again_changes_nothing() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let (laptop, as_laptop) = create(&sam, json!({ "name": "laptop" })).await;
        let input = json!({ "tokenId": laptop });
        let selection = "token { id revokedAt } member { id tokens { id } }";
        let payload = sam.done("revokeToken", input.clone(), selection).await;
        assert_eq!(payload["token"]["revokedAt"], "2026-03-02T08:00:00.000Z");
        assert_eq!(payload["member"]["tokens"], json!([{ "id": sam.token.to_string() }]));
        assert!(!signed_in(&as_laptop).await);
        app.app.clock().set(start() + chrono::TimeDelta::minutes(1));
        assert_eq!(sam.calm("revokeToken", input.clone(), selection).await, payload);
        ada.done("revokeToken", json!({ "tokenId": sam.token.to_string() }), "").await;
        assert!(!signed_in(&sam).await);
    })
    .await;
}

#[tokio::test]
async fn what_is_another_s_token_looks_to_others_like_no_token() {
    each(|app| async move {
        let ada = app.admin().await;
        let mia = app.member("Mia", Role::Manager).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        for (who, of) in [(&sam, &ada), (&mia, &sam)] {
            for id in [of.token.to_string(), of.new_id::<ids::Token>()] {
                let input = json!({ "tokenId": id });
                assert_eq!(who.refusal("revokeToken", input).await, "NOT_FOUND tokenId");
                let document = "query($id: ID!) { node(id: $id) { id } }";
                assert_eq!(who.query(document, json!({ "id": id })).await["node"], Value::Null);
            }
            assert_eq!(tokens(who, of).await, Value::Null);
        }
        for (who, of) in [(&ada, &sam), (&sam, &sam)] {
            assert_eq!(tokens(who, of).await, json!([{ "id": of.token.to_string() }]));
        }
    })
    .await;
}

async fn last_used(who: &Client) -> Value {
    let data = who.query("{ viewer { token { lastUsedAt } } }", json!({})).await;
    data["viewer"]["token"]["lastUsedAt"].clone()
}

async fn at(app: &TestApp, time: &str) {
    app.app.clock().set(format!("2026-03-02T{time}Z").parse().unwrap());
}

#[tokio::test]
async fn when_a_token_was_used_is_written_once_a_minute_and_never_by_a_request() {
    each(|app| async move {
        let ada = app.admin().await;
        let before = app.fingerprint().await;
        at(&app, "08:00:30").await;
        assert_eq!(last_used(&ada).await, Value::Null);
        assert_eq!(app.fingerprint().await, before, "a request writes nothing");
        uses::write(&app.app).await.unwrap();
        at(&app, "08:00:59").await;
        assert_eq!(last_used(&ada).await, "2026-03-02T08:00:00.000Z");
        let (statements, ()) = app.statements(async { uses::write(&app.app).await.unwrap() }).await;
        assert_eq!(statements, 0, "in the same minute there is nothing more to write");

        let sam = app.member("Sam", Role::Salesperson).await;
        at(&app, "08:05:10").await;
        for _ in 0..5 {
            last_used(&ada).await;
            last_used(&sam).await;
        }
        let (statements, ()) = app.statements(async { uses::write(&app.app).await.unwrap() }).await;
        assert_eq!(statements, 1, "one for all tokens of a minute");
        assert_eq!(last_used(&ada).await, "2026-03-02T08:05:00.000Z");
        assert_eq!(last_used(&sam).await, "2026-03-02T08:05:00.000Z");
        let wrong = Client { secret: "wp_not-a-token-of-anybody".into(), ..sam };
        assert!(!signed_in(&wrong).await);
    })
    .await;
}

#[tokio::test]
async fn what_another_server_knows_to_be_later_stays() {
    each(|app| async move {
        let ada = app.admin().await;
        let there = app.again().await;
        last_used(&ada).await;
        at(&there, "09:00:00").await;
        last_used(&ada.at(&there)).await;
        uses::write(&there.app).await.unwrap();
        uses::write(&app.app).await.unwrap();
        assert_eq!(last_used(&ada).await, "2026-03-02T09:00:00.000Z");
        there.stop().await;
    })
    .await;
}
