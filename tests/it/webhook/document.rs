//! Documents of webhooks: what is sent is what they select.

use serde_json::json;

use super::{deliver, deliveries, scene, webhook};
use crate::support::{each, receiver::Receiver};

const DOCUMENT: &str = "subscription { webhookEvent { __typename id summary
    ... on ActionCompleted { actionName completion { performer { name } } } after { percent } } }";

#[tokio::test]
async fn a_document_says_what_is_sent() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let with = json!({ "document": DOCUMENT, "memberId": scene.people.participant.id() });
        let (id, _) = webhook(admin, &receiver, with).await;
        scene.deal("PARTICIPANTS").await;
        deliver(&app, &id).await;
        let received = receiver.received();
        assert_eq!(received.len(), 2);
        assert_eq!(received[1].body["type"], "ACTION_COMPLETED");
        let id = &received[1].id;
        let expected = json!({ "__typename": "ActionCompleted", "id": id, "after": { "percent": 10 },
            "summary": "“Call” was done.", "actionName": "Call",
            "completion": { "performer": { "name": "Olga" } } });
        let mut data = received[1].body["data"].clone();
        assert!(data["summary"].is_string());
        data["summary"] = expected["summary"].clone();
        assert_eq!(data, expected);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_document_comes_through_the_front_door() {
    each(|app| async move {
        let receiver = Receiver::start().await;
        let (app, scene) = scene(&app).await;
        let admin = &scene.people.admin;
        let deal =
            "subscription { dealProgress(dealId: \"deal_01jd8k2x7sfm5a9k2v0q3c4d5e\") { cursor } }";
        let deep = format!(
            "subscription {{ webhookEvent {{ {} id {} }} }}",
            "actor { ".repeat(20),
            "}".repeat(20)
        );
        for wrong in [
            "",
            "{ viewer { member { id } } }",
            "subscription { webhookEvent { nothing } }",
            "mutation { winDeal(input: { dealId: \"x\" }) { userErrors { code } } }",
            "subscription($id: ID!) { webhookEvent { id } }",
            deal,
            &deep,
        ] {
            let input = json!({ "name": "ERP", "url": receiver.url(), "document": wrong });
            assert_eq!(admin.refusals("createWebhook", input).await, ["INVALID_VALUE"], "{wrong}");
        }
        let (id, _) = webhook(admin, &receiver, json!({ "document": DOCUMENT })).await;
        let back = json!({ "webhookId": id, "document": null });
        admin.done("updateWebhook", back, "webhook { document }").await;
        scene.deal("EVERYONE").await;
        deliver(&app, &id).await;
        assert_eq!(deliveries(admin, &id).await.len(), 2);
        assert_eq!(receiver.versions(), [1, 2]);
        app.stop().await;
    })
    .await;
}
