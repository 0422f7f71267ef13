//! A token is worth something until it is revoked or expires, and rights are read anew with every
//! request (rule 17).

use engine::member::token::{CreateToken, RevokeToken};
use entity::member::{self, Role};
use reqwest::StatusCode;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, each, start, steps, system};

mod api;

const VIEWER: &str = "{ viewer { member { name role } } }";

async fn signed_in(client: &Client) -> bool {
    let body = json!({ "query": VIEWER });
    let request = client.app.http.post(client.app.endpoint()).bearer_auth(&client.secret);
    let response = request.json(&body).send().await.unwrap();
    let status = response.status();
    let answer: Value = response.json().await.unwrap();
    if status == StatusCode::OK {
        return answer["data"]["viewer"]["member"]["name"].is_string();
    }
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(answer.get("data"), None);
    false
}

async fn revoke(app: &TestApp, client: &Client) {
    let revoke = app.app.write(system(), RevokeToken { token_id: client.token });
    revoke.await.unwrap();
}

async fn set_role(app: &TestApp, client: &Client, role: Role) {
    let change = app.app.write(
        system(),
        steps((client.member, role), |tx, (id, role)| {
            Box::pin(async move {
                let row =
                    member::ActiveModel { id: Set(*id), role: Set(*role), ..Default::default() };
                row.update(tx.conn()).await?;
                Ok(())
            })
        }),
    );
    change.await.unwrap();
}

#[tokio::test]
async fn a_revoked_token_is_worth_nothing_at_the_next_request() {
    each(|app| async move {
        let ada = app.admin().await;
        assert!(signed_in(&ada).await);
        revoke(&app, &ada).await;
        assert!(!signed_in(&ada).await);
        revoke(&app, &ada).await;
    })
    .await;
}

#[tokio::test]
async fn the_members_other_tokens_stay_good() {
    each(|app| async move {
        let ada = app.admin().await;
        let (token, secret) = app.token(ada.member).await;
        let laptop = Client::new(app.clone(), ada.member, token, secret);
        revoke(&app, &ada).await;
        assert!(signed_in(&laptop).await);
    })
    .await;
}

#[tokio::test]
async fn a_token_expires_at_its_moment() {
    each(|app| async move {
        let ada = app.admin().await;
        let hour = chrono::TimeDelta::hours(1);
        let command = CreateToken {
            member_id: ada.member,
            name: "an hour".into(),
            expires_at: Some(start() + hour),
            secret: None,
        };
        let create = app.app.write(system(), command);
        let (token, secret) = create.await.unwrap();
        let ada = Client::new(app.clone(), ada.member, token, secret);
        app.app.clock().set(start() + hour - chrono::TimeDelta::milliseconds(1));
        assert!(signed_in(&ada).await);
        app.app.clock().set(start() + hour);
        assert!(!signed_in(&ada).await);
    })
    .await;
}

#[tokio::test]
async fn a_deactivated_member_is_signed_out_and_their_history_stays() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
        let deal = sam.deal(&sales.id, "Chairs").await;
        sam.complete(&deal, sales.action("Call")).await;
        app.deactivate(sam.member).await;
        assert!(!signed_in(&sam).await);

        let document =
            "query($id: ID!) { deal(id: $id) { owner { name isActive } participants { name }
            checklist { completion { performer { name } } } } }";
        let data = ada.query(document, json!({ "id": deal })).await;
        let expected = json!({ "owner": { "name": "Sam", "isActive": false },
            "participants": [{ "name": "Sam" }],
            "checklist": [{ "completion": { "performer": { "name": "Sam" } } }] });
        assert_eq!(data["deal"], expected);
    })
    .await;
}

#[tokio::test]
async fn a_change_of_role_takes_effect_at_the_next_request() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let input = json!({ "name": "Mine" });
        assert_eq!(sam.refusal("createProcess", input.clone()).await, "FORBIDDEN");
        set_role(&app, &sam, Role::Administrator).await;
        sam.done("createProcess", input, "").await;
        set_role(&app, &ada, Role::Salesperson).await;
        assert_eq!(ada.refusal("createProcess", json!({ "name": "Hers" })).await, "FORBIDDEN");
    })
    .await;
}

#[tokio::test]
async fn whoever_sends_no_token_or_a_wrong_one_is_told_what_to_send() {
    each(|app| async move {
        let ada = app.admin().await;
        let almost = Client { secret: format!("{}x", ada.secret), ..ada.clone() };
        let unknown = Client { secret: "wp_nothing".into(), ..ada.clone() };
        for client in [almost, unknown] {
            assert!(!signed_in(&client).await);
            let answer = client.raw(VIEWER, json!({})).await;
            let message = answer["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains("Authorization: Bearer wp_"), "{message}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_is_made_for_an_active_member_only() {
    each(|app| async move {
        let gone = app.member("Gone", Role::Salesperson).await;
        app.deactivate(gone.member).await;
        let unknown = app.app.clock().new_id();
        for (member_id, text) in [(gone.member, "Gone is deactivated"), (unknown, "no such member")]
        {
            let command =
                CreateToken { member_id, name: "test".into(), expires_at: None, secret: None };
            let create = app.app.write(system(), command);
            let refusal = create.await.unwrap_err().to_string();
            assert!(refusal.contains(text), "{refusal}");
        }
    })
    .await;
}
