//! Members: added by the program, read by everyone; `tests/it/member/api.rs` is about the API.

mod address;
mod api;

use domain::{
    language::Language,
    policy::{Actor, MemberActor},
    refusal::Problem,
};
use engine::{
    error::{Error, Result},
    member::AddMember,
};
use entity::member::Role;
use serde_json::json;

use crate::support::{TestApp, each, system};

async fn add(app: &TestApp, actor: Actor, email: &str, name: &str) -> Result<String> {
    let command =
        AddMember { new_id: None, email: email.into(), name: name.into(), role: Role::Salesperson };
    let add = app.app.write(actor, command);
    add.await.map(|member| member.email)
}

/// Refused, and nothing changed: the problem and its path.
async fn refused(app: &TestApp, actor: Actor, email: &str, name: &str) -> (Problem, String) {
    let before = app.fingerprint().await;
    let Err(Error::Refused(refusals)) = add(app, actor, email, name).await else {
        panic!("{email} was not refused");
    };
    assert_eq!(before, app.fingerprint().await);
    (refusals[0].problem.clone(), refusals[0].path.join("."))
}

#[tokio::test]
async fn an_address_belongs_to_one_member_whatever_its_case() {
    each(|app| async move {
        assert_eq!(
            add(&app, system(), " Łucja@Example.org ", "Łucja").await.unwrap(),
            "Łucja@Example.org"
        );
        let (problem, path) = refused(&app, system(), "łucja@example.ORG", "Other").await;
        assert!(matches!(problem, Problem::EmailTaken { .. }));
        assert!(problem.message(Language::English).contains("is there already"));
        assert_eq!(path, "email");
    })
    .await;
}

#[tokio::test]
async fn an_address_must_look_like_one_and_a_name_must_be_there() {
    each(|app| async move {
        for wrong in ["", "  ", "ada", "@example.org", "ada@", "a da@example.org", &"x".repeat(201)]
        {
            let (problem, path) = refused(&app, system(), wrong, "Ada").await;
            assert_eq!(path, "email");
            assert!(
                problem.message(Language::English).contains("name@example.org"),
                "{}",
                problem.message(Language::English)
            );
        }
        let (_, path) = refused(&app, system(), "ada@example.org", " ").await;
        assert_eq!(path, "name");
    })
    .await;
}

#[tokio::test]
async fn only_administrators_add_members() {
    each(|app| async move {
        let ada = app.admin().await;
        for role in [Role::Manager, Role::Salesperson] {
            let actor = Actor::Member(MemberActor { id: ada.member, role, credential: None });
            let (problem, _) = refused(&app, actor, "new@example.org", "New").await;
            assert!(matches!(problem, Problem::Forbidden { .. }));
        }
        let role = Role::Administrator;
        let actor = Actor::Member(MemberActor { id: ada.member, role, credential: None });
        add(&app, actor, "new@example.org", "New").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn members_are_listed_by_name_and_found_by_a_part_of_it_or_of_the_address() {
    each(|app| async move {
        let ada = app.admin().await;
        for name in ["Sam", "Bob"] {
            app.member(name, Role::Salesperson).await;
        }
        let lucja = app.member("Lucja", Role::Manager).await;
        ada.done("updateMember", json!({ "memberId": lucja.id(), "name": "Łucja" }), "").await;
        app.member("Lucy", Role::Manager).await;
        let gone = app.member("Gone", Role::Manager).await;
        app.deactivate(gone.member).await;
        let document = "query($active: Boolean, $text: String) {
            members(active: $active, text: $text) { totalCount nodes { name } } }";
        for (variables, names) in [
            (json!({}), vec!["Ada", "Bob", "Gone", "Lucy", "Łucja", "Sam"]),
            (json!({ "active": true }), vec!["Ada", "Bob", "Lucy", "Łucja", "Sam"]),
            (json!({ "active": false }), vec!["Gone"]),
            (json!({ "text": "BOB@" }), vec!["Bob"]),
            (json!({ "text": "luc" }), vec!["Lucy", "Łucja"]),
            (json!({ "text": " ŁUCJA " }), vec!["Łucja"]),
            (json!({ "text": "lucja lucja" }), vec![]),
            (json!({ "text": "%" }), vec![]),
            (json!({ "text": "_" }), vec![]),
        ] {
            let data = ada.query(document, variables.clone()).await;
            let nodes: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
            let expected = json!({ "totalCount": names.len(), "nodes": nodes });
            assert_eq!(data["members"], expected, "{variables}");
        }
    })
    .await;
}
