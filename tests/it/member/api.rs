//! `addMember`, `updateMember`, `deactivateMember` and `reactivateMember`: works, twice, unknown, not allowed;
//! and the last administrator stays (rules 16 to 18).

mod acting;
mod leaving;
mod sockets;

use entity::{ids, member::Role};
use serde_json::{Value, json};

use crate::support::{Client, builders::text, each, story::exactly};

const MEMBER: &str = "member { id name email role isActive deactivatedAt openDealCount }";

async fn read(who: &Client, member: &str) -> Value {
    let document =
        "query($id: ID!) { node(id: $id) { ... on Member { name email role isActive } } }";
    who.query(document, json!({ "id": member })).await["node"].take()
}

fn is(name: &str, email: &str, role: &str, active: bool) -> Value {
    json!({ "name": name, "email": email, "role": role, "isActive": active })
}

#[tokio::test]
async fn an_administrator_adds_a_member_and_the_same_call_again_answers_with_them() {
    each(|app| async move {
        let ada = app.admin().await;
        let input = json!({ "newId": ada.new_id::<ids::Member>(), "email": " Łucja@Example.org",
            "name": " Łucja ", "role": "MANAGER" });
        let payload = ada.done("addMember", input.clone(), MEMBER).await;
        let expected = json!({ "id": input["newId"], "name": "Łucja", "email": "Łucja@Example.org",
            "role": "MANAGER", "isActive": true, "deactivatedAt": null, "openDealCount": 0 });
        assert_eq!(payload["member"], expected);
        assert_eq!(ada.calm("addMember", input.clone(), MEMBER).await, payload);
        let mut other = input.clone();
        other["name"] = json!("Lucy");
        assert_eq!(ada.refusals("addMember", other).await, ["ID_TAKEN", "EMAIL_TAKEN"]);
        let mut taken = input;
        taken["newId"] = Value::Null;
        taken["email"] = json!("łucja@example.ORG");
        taken["name"] = json!(" ");
        let refusals = ada.refusals("addMember", taken).await;
        assert_eq!(refusals, ["EMAIL_TAKEN", "INVALID_VALUE"], "all problems at once");
    })
    .await;
}

#[tokio::test]
async fn only_administrators_add_deactivate_and_reactivate_members() {
    each(|app| async move {
        let ada = app.admin().await;
        let gone = app.member("Gone", Role::Salesperson).await;
        app.deactivate(gone.member).await;
        for role in [Role::Manager, Role::Salesperson] {
            let who = app.member(&format!("{role:?}"), role).await;
            let new = json!({ "email": "new@example.org", "name": "New", "role": "SALESPERSON" });
            assert_eq!(who.refusal("addMember", new).await, "FORBIDDEN");
            for id in [ada.id(), who.id()] {
                let input = json!({ "memberId": id });
                assert_eq!(who.refusal("deactivateMember", input).await, "FORBIDDEN");
            }
            let back = json!({ "memberId": gone.id() });
            assert_eq!(who.refusal("reactivateMember", back).await, "FORBIDDEN");
        }
    })
    .await;
}

#[tokio::test]
async fn an_administrator_changes_name_address_and_role() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let input = json!({ "memberId": sam.id(), "name": "Samuel", "email": "S.Long@example.org",
            "role": "MANAGER" });
        ada.done("updateMember", input.clone(), MEMBER).await;
        let expected = is("Samuel", "S.Long@example.org", "MANAGER", true);
        assert_eq!(read(&sam, &sam.id()).await, expected);
        ada.calm("updateMember", input, "").await;
        ada.calm("updateMember", json!({ "memberId": sam.id() }), "").await;
        let case = json!({ "memberId": sam.id(), "email": "s.long@example.org" });
        ada.done("updateMember", case, "").await;
        let wrong = json!({ "memberId": sam.id(), "name": "", "email": "ADA@example.org" });
        let errors = ada.refused("updateMember", wrong).await;
        let paths: Vec<_> = errors.iter().map(|error| text(&error["path"][0])).collect();
        assert_eq!(paths, ["name", "email"]);
        assert_eq!(errors[1]["nodeId"], ada.id());
        let unknown = json!({ "memberId": ada.new_id::<ids::Member>(), "name": "X" });
        assert_eq!(ada.refusal("updateMember", unknown).await, "NOT_FOUND memberId");
        let wrong = json!({ "memberId": ada.new_id::<ids::Deal>(), "name": "X" });
        assert_eq!(ada.refusal("updateMember", wrong).await, "INVALID_ID memberId");
    })
    .await;
}

#[tokio::test]
async fn everyone_may_change_their_own_name_and_nothing_else() {
    each(|app| async move {
        let ada = app.admin().await;
        for role in [Role::Manager, Role::Salesperson] {
            let who = app.member(&format!("{role:?}"), role).await;
            let own = json!({ "memberId": who.id(), "name": "Me" });
            let payload = who.done("updateMember", own, MEMBER).await;
            assert_eq!(payload["member"]["name"], "Me");
            let same = json!({ "memberId": who.id(), "role": payload["member"]["role"],
                "email": payload["member"]["email"] });
            who.calm("updateMember", same, "").await;
            let more = json!({ "memberId": who.id(), "name": "Boss", "role": "ADMINISTRATOR",
                "email": "boss@example.org" });
            let errors = who.refused("updateMember", more).await;
            let paths: Vec<_> = errors.iter().map(|error| text(&error["path"][0])).collect();
            assert_eq!(paths, ["email", "role"]);
            let other = json!({ "memberId": ada.id(), "name": "Eve" });
            assert_eq!(who.refusal("updateMember", other).await, "FORBIDDEN name");
            let same = json!({ "memberId": ada.id(), "role": "ADMINISTRATOR", "email": "ada@example.org" });
            let errors = who.refused("updateMember", same).await;
            let said: Vec<_> = errors.iter().map(exactly).collect();
            assert_eq!(said, ["FORBIDDEN email", "FORBIDDEN role"]);
            let nothing = json!({ "memberId": ada.id() });
            assert_eq!(who.refusal("updateMember", nothing).await, "FORBIDDEN");
        }
    })
    .await;
}

#[tokio::test]
async fn a_deactivated_member_cannot_sign_in_and_comes_back_with_a_new_token_only() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sales = ada.process("Sales", &[]).await;
        let deal = sam.deal(&sales.id, "Chairs").await;
        let input = json!({ "memberId": sam.id() });
        let payload = ada.done("deactivateMember", input.clone(), MEMBER).await;
        let member = &payload["member"];
        assert_eq!((&member["isActive"], &member["openDealCount"]), (&json!(false), &json!(1)));
        assert_eq!(member["deactivatedAt"], "2026-03-02T08:00:00.000Z");
        assert_eq!(sam.error("{ viewer { member { id } } }", json!({})).await, "UNAUTHENTICATED");
        app.app.clock().set("2026-03-02T09:00:00Z".parse().unwrap());
        assert_eq!(ada.calm("deactivateMember", input.clone(), MEMBER).await, payload);
        let document = "query($id: ID!) { deal(id: $id) { owner { id isActive } } }";
        let data = ada.query(document, json!({ "id": deal })).await;
        assert_eq!(data["deal"]["owner"], json!({ "id": sam.id(), "isActive": false }));

        ada.done("reactivateMember", input.clone(), MEMBER).await;
        ada.calm("reactivateMember", input, "").await;
        assert_eq!(sam.error("{ viewer { member { id } } }", json!({})).await, "UNAUTHENTICATED");
        let (token, secret) = app.token(sam.member).await;
        let back = Client { token, secret, ..sam.clone() };
        assert_eq!(read(&back, &sam.id()).await["isActive"], true);
        let tokens = "query($id: ID!) { node(id: $id) { ... on Member { tokens { id } } } }";
        let data = ada.query(tokens, json!({ "id": sam.id() })).await;
        assert_eq!(data["node"]["tokens"], json!([{ "id": token.to_string() }]));
        for name in ["deactivateMember", "reactivateMember"] {
            let unknown = json!({ "memberId": ada.new_id::<ids::Member>() });
            assert_eq!(ada.refusal(name, unknown).await, "NOT_FOUND memberId");
        }
    })
    .await;
}

#[tokio::test]
async fn the_last_active_administrator_stays_one() {
    each(|app| async move {
        let ada = app.admin().await;
        let bob = app.member("Bob", Role::Administrator).await;
        ada.done("deactivateMember", json!({ "memberId": bob.id() }), "").await;
        let leave = json!({ "memberId": ada.id() });
        assert_eq!(ada.refusal("deactivateMember", leave.clone()).await, "LAST_ADMINISTRATOR");
        let demote = json!({ "memberId": ada.id(), "role": "MANAGER" });
        let refused = ada.refused("updateMember", demote.clone()).await.remove(0);
        assert_eq!((&refused["code"], &refused["path"]), (&json!("LAST_ADMINISTRATOR"), &json!(["role"])));
        assert_eq!(refused["message"], "Ada is the only active administrator. Make another active member an administrator first.");
        assert_eq!(refused["nodeId"], ada.id());
        // One who is deactivated does not count, and may be demoted.
        ada.done("updateMember", json!({ "memberId": bob.id(), "role": "MANAGER" }), "").await;
        ada.done("updateMember", json!({ "memberId": bob.id(), "role": "ADMINISTRATOR" }), "").await;
        assert_eq!(ada.refusal("deactivateMember", leave.clone()).await, "LAST_ADMINISTRATOR");
        ada.done("reactivateMember", json!({ "memberId": bob.id() }), "").await;
        ada.done("updateMember", demote, "").await;
        assert_eq!(ada.refusal("deactivateMember", leave).await, "FORBIDDEN");
    })
    .await;
}

const BUTTONS: &str = "query($id: ID!) { node(id: $id) { ... on Member { permissions { rename { ...P } changeEmail { ...P }
    changeRole { ...P } deactivate { ...P } reactivate { ...P } createToken { ...P } transferDeals { ...P } } } } }
  fragment P on Permission { allowed blockers { code message nodeId } }";

/// What a button says, and the mutation that it presses.
fn buttons(of: &str, to: &str, role: &str) -> [(&'static str, &'static str, Value); 7] {
    let input = |field: &str, value: &str| json!({ "memberId": of, field: value });
    [
        ("rename", "updateMember", input("name", "Renamed")),
        ("changeEmail", "updateMember", input("email", &format!("{of}@example.org"))),
        ("createToken", "createToken", input("name", "laptop")),
        ("transferDeals", "transferDeals", json!({ "fromMemberId": of, "toMemberId": to })),
        ("reactivate", "reactivateMember", json!({ "memberId": of })),
        ("changeRole", "updateMember", input("role", role)),
        ("deactivate", "deactivateMember", json!({ "memberId": of })),
    ]
}

/// Presses every button of everybody: the mutation answers what the button told.
async fn press_all(who: &Client, of: &Client, to: &Client) {
    let is_manager = read(to, &of.id()).await["role"] == "MANAGER";
    let role = if is_manager { "SALESPERSON" } else { "MANAGER" };
    for (button, mutation, input) in buttons(&of.id(), &to.id(), role) {
        let seen = who.query(BUTTONS, json!({ "id": of.id() })).await;
        let permission = seen["node"]["permissions"][button].clone();
        let payload = who.mutate(mutation, input, "").await;
        let errors = payload["userErrors"].as_array().unwrap();
        assert_eq!(permission["allowed"], json!(errors.is_empty()), "{button}: {payload}");
        for (blocker, error) in permission["blockers"].as_array().unwrap().iter().zip(errors) {
            for part in ["code", "message", "nodeId"] {
                let told = &blocker[part];
                // the policy alone knows no id for a refusal of a token or a transfer
                assert!(
                    told == &error[part] || error[part].is_null(),
                    "{button}: {blocker} {error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn what_a_button_of_a_member_says_is_what_its_mutation_answers() {
    each(|app| async move {
        let ada = app.admin().await;
        let mia = app.member("Mia", Role::Manager).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let tom = app.member("Tom", Role::Salesperson).await;
        for who in [&sam, &mia] {
            for of in [&sam, &mia, &ada] {
                press_all(who, of, &tom).await;
            }
        }
        press_all(&ada, &ada, &tom).await;
        press_all(&ada, &sam, &tom).await;
        press_all(&ada, &sam, &tom).await; // they are deactivated now
    })
    .await;
}

/// A member who left before leaving took their tokens: those are worth nothing either.
#[tokio::test]
async fn tokens_of_a_member_who_left_long_ago_do_not_come_back() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        app.deactivate(sam.member).await;
        ada.done("reactivateMember", json!({ "memberId": sam.id() }), "").await;
        assert_eq!(sam.error("{ viewer { member { id } } }", json!({})).await, "UNAUTHENTICATED");
    })
    .await;
}
