//! The lists of settings agree, and what is stored keeps its form.

use entity::action::NotifyGroup;

use super::*;

/// An action that differs in everything from a new one.
fn other() -> ActionDefinition {
    let task = FollowUp {
        title: "Call back".into(),
        description: String::new(),
        assignee: Assignee::Member(member(3)),
        due_in_days: 2,
    };
    ActionDefinition {
        action_id: id(),
        name: "Check".into(),
        hint: "All pages".into(),
        weight: 25,
        mandatory: true,
        performers: Performers { group: PerformerGroup::Chosen, members: vec![member(1)] },
        evidence: Evidence::NoteWithFile,
        notify: Notify { groups: vec![NotifyGroup::Managers], members: vec![member(2)] },
        follow_ups: FollowUps(vec![task]),
    }
}

fn id() -> ActionId {
    ActionId::from_uuid(uuid::Uuid::from_u128(7))
}

fn member(number: u128) -> MemberId {
    MemberId::from_uuid(uuid::Uuid::from_u128(number))
}

#[test]
fn every_setting_that_is_another_is_told() {
    assert_eq!(ActionDefinition::new(id()).different(&other()), Setting::ALL);
    assert_eq!(other().different(&other()), []);
}

#[test]
fn a_change_to_all_settings_of_an_action_makes_another_the_same() {
    let mut action = ActionDefinition::new(id());
    assert!(action.fill(&other().settings(), true).done().is_ok());
    assert_eq!(action, other());
}

#[test]
fn a_change_that_says_nothing_changes_nothing() {
    let mut action = other();
    assert!(action.fill(&ActionSettings::default(), false).done().is_ok());
    assert_eq!(action, other());
}

#[test]
fn a_change_names_the_members_of_the_action_that_it_makes() {
    let told: Vec<_> = other().members().collect();
    let named = other().settings().members().into_iter().map(|one| (one.setting, one.member));
    assert_eq!(named.collect::<Vec<_>>(), told);
    assert_eq!(told.len(), 3);
}

#[test]
fn an_action_is_stored_as_before() {
    let text = concat!(
        r#"{"action_id":"action_00000000000000000000000007","name":"Check","hint":"All pages","weight":25,"#,
        r#""mandatory":true,"performers":{"group":"CHOSEN","members":["member_00000000000000000000000001"]},"#,
        r#""evidence":"NOTE_WITH_FILE","notify":{"groups":["MANAGERS"],"members":["member_00000000000000000000000002"]},"#,
        r#""follow_ups":[{"title":"Call back","assignee":{"MEMBER":"member_00000000000000000000000003"},"due_in_days":2}]}"#,
    );
    assert_eq!(serde_json::to_string(&other()).unwrap(), text);
    assert_eq!(serde_json::from_str::<ActionDefinition>(text).unwrap(), other());
}

#[test]
fn an_action_that_was_stored_before_a_setting_came_has_its_default() {
    let text = r#"{"action_id":"action_00000000000000000000000007","name":"","weight":10}"#;
    let stored = serde_json::from_str::<ActionDefinition>(text).unwrap();
    assert_eq!(stored, ActionDefinition::new(id()));
}
