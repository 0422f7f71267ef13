//! What it means for processes that a member leaves, told before and after.

use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{Client, each, process::names};

const IMPACT: &str = "actionCount actionsWithoutPerformer { name mandatory stage { name process { name } } } \
    unwinnableProcesses { name }";

async fn preview(who: &Client, member: &str) -> Value {
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Member {{ deactivationPreview {{ {IMPACT} }} }} }} }}"
    );
    who.query(&document, json!({ "id": member })).await["node"]["deactivationPreview"].take()
}

async fn choose(ada: &Client, action: &str, who: &[&Client], mandatory: bool) {
    let ids: Vec<_> = who.iter().map(|one| one.id()).collect();
    let performers = json!({ "group": "CHOSEN", "memberIds": ids });
    let input = json!({ "actionId": action, "performers": performers, "mandatory": mandatory });
    ada.done("updateAction", input, "").await;
}

#[tokio::test]
async fn the_actions_that_nobody_else_can_do_are_told_before_and_after() {
    each(|app| async move {
        let ada = app.admin().await;
        let (lou, bob) = (
            app.member("Lou", Role::Salesperson).await,
            app.member("Bob", Role::Salesperson).await,
        );
        let gone = app.member("Gone", Role::Salesperson).await;
        let sales = ada.sales().await;
        let other = ada.process("Service", &[("Z", &[("z", 1), ("y", 1)])]).await;
        choose(&ada, sales.action("Send"), &[&lou, &gone], true).await;
        choose(&ada, sales.action("Call"), &[&lou], false).await;
        choose(&ada, sales.action("Meet"), &[&lou, &bob], true).await;
        choose(&ada, other.action("z"), &[&lou], false).await;
        choose(&ada, other.action("y"), &[&lou], true).await;
        app.deactivate(gone.member).await;
        ada.done("removeAction", json!({ "actionId": other.action("y") }), "").await;

        let told = preview(&bob, &lou.id()).await;
        assert_eq!(told["actionCount"], 3);
        assert_eq!(
            names(&told["actionsWithoutPerformer"]),
            ["Call", "Send", "z"],
            "process by process, in order"
        );
        let stage = json!({ "name": "Offer", "process": { "name": "Sales" } });
        assert_eq!(told["actionsWithoutPerformer"][1]["stage"], stage);
        assert_eq!(names(&told["unwinnableProcesses"]), ["Sales"]);
        assert_eq!(preview(&bob, &bob.id()).await["actionCount"], 0);

        let input = json!({ "memberId": lou.id() });
        let selection = format!("impact {{ {IMPACT} }}");
        let refused = bob.mutate("deactivateMember", input.clone(), &selection).await;
        assert_eq!(refused["impact"], Value::Null);
        let done = ada.done("deactivateMember", input.clone(), &selection).await;
        assert_eq!(done["impact"], told);
        assert_eq!(ada.calm("deactivateMember", input, &selection).await["impact"], told);
        choose(&ada, sales.action("Send"), &[&bob], true).await;
        let left = preview(&ada, &lou.id()).await;
        assert_eq!((&left["actionCount"], &left["unwinnableProcesses"]), (&json!(2), &json!([])));
        assert_eq!(
            preview(&ada, &bob.id()).await["actionCount"],
            2,
            "whoever is left alone with it"
        );
    })
    .await;
}

#[tokio::test]
async fn many_members_cost_as_many_statements_as_one() {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let document = format!(
            "{{ members {{ nodes {{ openTaskCount deactivationPreview {{ {IMPACT} }} }} }} }}"
        );
        let mut people = Vec::new();
        for name in ["Lou", "Bob", "Eve"] {
            people.push(app.member(name, Role::Salesperson).await);
        }
        choose(&ada, sales.action("Send"), &[&people[0]], true).await;
        ada.query(&document, json!({})).await;
        let (one, _) = app.statements(ada.query(&document, json!({}))).await;
        choose(&ada, sales.action("Call"), &[&people[1]], true).await;
        choose(&ada, sales.action("Meet"), &[&people[2]], true).await;
        ada.query(&document, json!({})).await;
        let (many, _) = app.statements(ada.query(&document, json!({}))).await;
        assert_eq!(one, many);
    })
    .await;
}
