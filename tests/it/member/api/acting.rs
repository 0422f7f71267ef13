//! Whoever loses their rights has lost them for what they began before, too (rule 17).

use entity::member::Role;
use serde_json::json;

use crate::support::each;

/// Root fields of a mutation are units of work, one after the other.
#[tokio::test]
async fn whoever_demotes_themselves_may_do_no_more_in_the_same_request() {
    each(|app| async move {
        let ada = app.admin().await;
        app.member("Bob", Role::Administrator).await;
        let document = "mutation($id: ID!) {
            demoted: updateMember(input: { memberId: $id, role: SALESPERSON }) { userErrors { code } }
            created: createProcess(input: { name: \"Late\" }) { userErrors { code } } }";
        let data = ada.query(document, json!({ "id": ada.id() })).await;
        assert_eq!(data["demoted"]["userErrors"], json!([]));
        assert_eq!(data["created"]["userErrors"], json!([{ "code": "FORBIDDEN" }]));
    })
    .await;
}

#[tokio::test]
async fn whoever_revokes_their_token_may_do_no_more_in_the_same_request() {
    each(|app| async move {
        let ada = app.admin().await;
        let document = "mutation($id: ID!) {
            revoked: revokeToken(input: { tokenId: $id }) { userErrors { code } }
            created: createProcess(input: { name: \"Late\" }) { userErrors { code } } }";
        let response = ada.raw(document, json!({ "id": ada.token.to_string() })).await;
        assert_eq!(response["data"]["revoked"]["userErrors"], json!([]), "{response:#}");
        assert_eq!(response["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{response:#}");
        assert_eq!(response["errors"][0]["path"], json!(["created"]));
        assert_eq!(response["data"].get("created"), Some(&json!(null)));
        let bob = app.member("Bob", Role::Salesperson).await;
        let processes = bob.query("{ processes { totalCount } }", json!({})).await;
        assert_eq!(processes["processes"]["totalCount"], 0);
    })
    .await;
}
