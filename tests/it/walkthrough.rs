//! A whole story: a process configured, a deal run through it to won.

use entity::member::Role;
use serde_json::json;

use crate::support::{builders::text, each};

#[tokio::test]
async fn a_deal_runs_from_its_beginning_to_won() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales =
            ada.process("Sales", &[("Contact", &[("Call", 30)]), ("Offer", &[("Send", 70)])]).await;
        let settings =
            json!({ "actionId": sales.action("Send"), "mandatory": true, "evidence": "NOTE" });
        ada.done("updateAction", settings, "").await;

        let sam = app.member("Sam", Role::Salesperson).await;
        let deal = sam.deal(&sales.id, "A hundred chairs").await;
        sam.complete(&deal, sales.action("Call")).await;
        assert_eq!(sam.state(&deal).await, (30, Some("Contact".into())));

        let refused = sam.refusals("winDeal", json!({ "dealId": deal })).await;
        assert_eq!(refused, ["MANDATORY_MISSING"]);

        let send =
            json!({ "dealId": deal, "actionId": sales.action("Send"), "note": { "body": "sent" } });
        sam.done("completeAction", send, "").await;
        let won = sam.done("winDeal", json!({ "dealId": deal }), "deal { status }").await;
        assert_eq!(text(&won["deal"]["status"]), "WON");
    })
    .await;
}
