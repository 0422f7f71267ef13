//! Who may do what, as a table that people read: role × relation to the deal × visibility × permission,
//! compared with rules written here a second time, from the document (rules 12, 13, 14 and 16).

use domain::policy::{
    self, Actor, DealFacts, Denial, MemberActor, NoteFacts, Permission, Subject, TaskFacts,
};
use entity::{
    action::PerformerGroup,
    deal::Visibility,
    ids::{DealId, MemberId, ProcessId},
    member::Role,
};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Relation {
    Owner,
    Participant,
    Stranger,
}

const ROLES: [Role; 3] = [Role::Administrator, Role::Manager, Role::Salesperson];
const RELATIONS: [Relation; 3] = [Relation::Owner, Relation::Participant, Relation::Stranger];
const VISIBILITIES: [Visibility; 2] = [Visibility::Everyone, Visibility::Participants];
const GROUPS: [PerformerGroup; 4] = [
    PerformerGroup::Everyone,
    PerformerGroup::Managers,
    PerformerGroup::Administrators,
    PerformerGroup::Chosen,
];
const ON_DEALS: [Permission; 5] = [
    Permission::SeeDeal,
    Permission::ChangeDeal,
    Permission::DoActions,
    Permission::ReopenDeal,
    Permission::ChangeTasks,
];
const ON_TASKS: [Permission; 3] =
    [Permission::SeeTask, Permission::ChangeTasks, Permission::DoTask];
const ON_ORGANISATION: [Permission; 10] = [
    Permission::CreateDeal,
    Permission::ConfigureProcess,
    Permission::ConfigureCloseReasons,
    Permission::ManageMembers,
    Permission::ManageTokens,
    Permission::ManageMail,
    Permission::SeeAuditLog,
    Permission::SeeMetrics,
    Permission::ManageWebhooks,
    Permission::ImportHistory,
];

fn me() -> MemberId {
    MemberId::from_uuid(Uuid::from_u128(1))
}

fn somebody() -> MemberId {
    MemberId::from_uuid(Uuid::from_u128(2))
}

fn actor(role: Role) -> Actor {
    Actor::Member(MemberActor { id: me(), role, credential: None })
}

fn deal(relation: Relation, visibility: Visibility) -> DealFacts {
    DealFacts {
        id: DealId::from_uuid(Uuid::from_u128(3)),
        process_id: ProcessId::from_uuid(Uuid::from_u128(4)),
        owner_id: if relation == Relation::Owner { me() } else { somebody() },
        visibility,
        takes_part: relation != Relation::Stranger,
    }
}

fn cell(decided: Result<(), Denial>) -> &'static str {
    match decided {
        Ok(()) => "yes",
        Err(Denial::Forbidden(_)) => "no",
        Err(Denial::Unseen) => "unseen",
    }
}

/// Rule 16, and 14 for reopening, in words of this test.
fn rule(
    role: Role,
    relation: Relation,
    visibility: Visibility,
    permission: Permission,
) -> &'static str {
    let leads = matches!(role, Role::Administrator | Role::Manager);
    let hidden = visibility == Visibility::Participants && relation == Relation::Stranger;
    if hidden && !leads {
        return "unseen";
    }
    let may = match permission {
        // Everyone who sees it may try; who may do which action is the next table.
        Permission::SeeDeal | Permission::DoActions => true,
        Permission::ChangeDeal | Permission::ChangeTasks => leads || relation != Relation::Stranger,
        Permission::ReopenDeal => leads || relation == Relation::Owner,
        other => panic!("{other:?} is not about a deal"),
    };
    if may { "yes" } else { "no" }
}

/// Rule 16 on performers.
fn performs(role: Role, relation: Relation, group: PerformerGroup, chosen: bool) -> bool {
    match group {
        PerformerGroup::Everyone => role != Role::Salesperson || relation != Relation::Stranger,
        PerformerGroup::Managers => role != Role::Salesperson,
        PerformerGroup::Administrators => role == Role::Administrator,
        PerformerGroup::Chosen => chosen,
    }
}

/// A table with aligned columns.
pub fn table(rows: &[Vec<String>]) -> String {
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..rows[0].len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

fn heading(first: &[&str], rest: impl IntoIterator<Item = String>) -> Vec<String> {
    first.iter().map(|text| (*text).to_owned()).chain(rest).collect()
}

#[test]
fn the_policy_on_deals_is_what_rule_16_says() {
    let names = ON_DEALS.map(|permission| format!("{permission:?}"));
    let mut rows = vec![heading(&["role", "relation", "visibility"], names)];
    for role in ROLES {
        for relation in RELATIONS {
            for visibility in VISIBILITIES {
                let mut row =
                    vec![format!("{role:?}"), format!("{relation:?}"), format!("{visibility:?}")];
                for permission in ON_DEALS {
                    let subject = Subject::Deal(deal(relation, visibility));
                    let decided = cell(policy::decide(&actor(role), permission, subject));
                    assert_eq!(
                        decided,
                        rule(role, relation, visibility, permission),
                        "{row:?} {permission:?}"
                    );
                    let required = policy::require(&actor(role), permission, subject);
                    assert_eq!(
                        required.is_ok(),
                        decided == "yes",
                        "a grant is given where it is due"
                    );
                    row.push(decided.into());
                }
                rows.push(row);
            }
        }
    }
    insta::assert_snapshot!("policy_on_deals", table(&rows));
}

/// Who sees the deal sees its tasks, who may change it changes them, and the assignee does their own.
fn task_rule(
    role: Role,
    relation: Relation,
    visibility: Visibility,
    assigned: bool,
    permission: Permission,
) -> &'static str {
    let changes = rule(role, relation, visibility, Permission::ChangeDeal);
    match permission {
        _ if changes == "unseen" && !assigned => "unseen",
        Permission::SeeTask => "yes",
        Permission::DoTask if assigned => "yes",
        _ if changes == "yes" => "yes",
        _ => "no",
    }
}

#[test]
fn the_policy_on_tasks_lets_the_assignee_do_them_whatever_the_deal() {
    let names = ON_TASKS.map(|permission| format!("{permission:?}"));
    let mut rows = vec![heading(&["role", "relation", "visibility", "assigned"], names)];
    for role in ROLES {
        for relation in RELATIONS {
            for visibility in VISIBILITIES {
                for assigned in [true, false] {
                    let facts = deal(relation, visibility);
                    let assignee_id = if assigned { me() } else { somebody() };
                    let mut row = vec![
                        format!("{role:?}"),
                        format!("{relation:?}"),
                        format!("{visibility:?}"),
                        assigned.to_string(),
                    ];
                    for permission in ON_TASKS {
                        let decide = |deal| {
                            let task = TaskFacts { deal_id: facts.id, deal, assignee_id };
                            cell(policy::decide(&actor(role), permission, Subject::Task(task)))
                        };
                        let decided = decide(Some(facts));
                        let expected = task_rule(role, relation, visibility, assigned, permission);
                        assert_eq!(decided, expected, "{row:?} {permission:?}");
                        if !policy::sees(&actor(role), &facts) {
                            assert_eq!(decide(None), decided, "left out where it is not seen");
                        }
                        row.push(decided.into());
                    }
                    rows.push(row);
                }
            }
        }
    }
    insta::assert_snapshot!("policy_on_tasks", table(&rows));
}

/// Who wrote a note changes it as long as they may change the deal, and administrators do.
fn note_rule(role: Role, relation: Relation, visibility: Visibility, wrote: bool) -> &'static str {
    match rule(role, relation, visibility, Permission::ChangeDeal) {
        "unseen" => "unseen",
        "yes" if wrote || role == Role::Administrator => "yes",
        _ => "no",
    }
}

#[test]
fn the_policy_on_notes_lets_their_authors_and_administrators_change_them() {
    let names = [format!("{:?}", Permission::ChangeNote)];
    let mut rows = vec![heading(&["role", "relation", "visibility", "wrote"], names)];
    for role in ROLES {
        for relation in RELATIONS {
            for visibility in VISIBILITIES {
                for wrote in [true, false] {
                    let author_id = if wrote { me() } else { somebody() };
                    let note = NoteFacts { deal: deal(relation, visibility), author_id };
                    let subject = Subject::Note(note);
                    let decided = policy::decide(&actor(role), Permission::ChangeNote, subject);
                    let expected = note_rule(role, relation, visibility, wrote);
                    let row =
                        [format!("{role:?}"), format!("{relation:?}"), format!("{visibility:?}")];
                    assert_eq!(cell(decided), expected, "{row:?} {wrote}");
                    let more = [wrote.to_string(), expected.to_owned()];
                    rows.push(row.into_iter().chain(more).collect());
                }
            }
        }
    }
    insta::assert_snapshot!("policy_on_notes", table(&rows));
}

#[test]
fn the_policy_on_the_organisation_is_what_rule_16_says() {
    let names = ON_ORGANISATION.map(|permission| format!("{permission:?}"));
    let mut rows = vec![heading(&["role"], names)];
    for role in ROLES {
        let mut row = vec![format!("{role:?}")];
        for permission in ON_ORGANISATION {
            let decided = cell(policy::decide(&actor(role), permission, Subject::Organisation));
            let may = match permission {
                Permission::CreateDeal => true,
                Permission::ImportHistory => false,
                _ => role == Role::Administrator,
            };
            assert_eq!(decided == "yes", may, "{role:?} {permission:?}");
            row.push(decided.into());
        }
        rows.push(row);
    }
    insta::assert_snapshot!("policy_on_the_organisation", table(&rows));
}

#[test]
fn everyone_does_some_of_it_for_themselves_and_administrators_for_all() {
    for role in ROLES {
        let may = |permission, member| {
            policy::decide(&actor(role), permission, Subject::Member(member)).is_ok()
        };
        let administers = role == Role::Administrator;
        for permission in [Permission::RenameMember, Permission::ManageTokens] {
            assert!(may(permission, me()), "{role:?} {permission:?}");
            assert_eq!(may(permission, somebody()), administers, "{role:?} {permission:?}");
        }
        assert!(may(Permission::TransferDeals, me()));
        assert_eq!(may(Permission::TransferDeals, somebody()), role != Role::Salesperson);
        for member in [me(), somebody()] {
            assert_eq!(may(Permission::ManageMembers, member), administers, "{role:?}");
        }
    }
}

#[test]
fn a_grant_for_many_deals_covers_these_and_is_given_for_all_or_none() {
    let mine = deal(Relation::Owner, Visibility::Everyone);
    let id = DealId::from_uuid(Uuid::from_u128(5));
    let other = DealFacts { id, ..deal(Relation::Stranger, Visibility::Everyone) };
    let sales = actor(Role::Salesperson);
    let require = |deals: &[DealFacts]| policy::require_all(&sales, Permission::ChangeDeal, deals);
    assert!(require(&[mine, other]).is_err());
    let grant = require(&[mine]).unwrap();
    assert!(grant.covers(&sales, mine.id, mine.process_id));
    assert!(!grant.covers(&sales, other.id, other.process_id));
}

#[test]
fn performers_are_whom_rule_16_says() {
    let names = GROUPS.iter().map(|group| format!("{group:?}"));
    let mut rows = vec![heading(&["role", "relation", "chosen"], names)];
    for role in ROLES {
        for relation in RELATIONS {
            for chosen in [true, false] {
                let mut row =
                    vec![format!("{role:?}"), format!("{relation:?}"), chosen.to_string()];
                for group in GROUPS {
                    let members = if chosen { [me()] } else { [somebody()] };
                    let facts = deal(relation, Visibility::Everyone);
                    let may = policy::performs(&actor(role), &facts, group, &members);
                    assert_eq!(may, performs(role, relation, group, chosen), "{row:?} {group:?}");
                    row.push(if may { "yes" } else { "no" }.into());
                }
                rows.push(row);
            }
        }
    }
    insta::assert_snapshot!("performers", table(&rows));
}

#[test]
fn the_system_may_do_everything_but_what_the_chosen_do() {
    let system = Actor::System("test");
    let facts = deal(Relation::Stranger, Visibility::Participants);
    for permission in ON_DEALS {
        assert_eq!(policy::decide(&system, permission, Subject::Deal(facts)), Ok(()));
    }
    for permission in ON_ORGANISATION {
        assert_eq!(policy::decide(&system, permission, Subject::Organisation), Ok(()));
    }
    assert!(!policy::performs(&system, &facts, PerformerGroup::Chosen, &[me()]));
}

#[test]
fn undoing_is_for_the_performer_and_those_who_lead() {
    for role in ROLES {
        assert!(policy::undoes(&actor(role), me()));
        assert_eq!(policy::undoes(&actor(role), somebody()), role != Role::Salesperson);
    }
}

#[test]
fn a_grant_covers_its_own_deal_and_no_other() {
    let facts = deal(Relation::Owner, Visibility::Everyone);
    let other = DealId::from_uuid(Uuid::from_u128(9));
    let admin = actor(Role::Administrator);
    let grant = |subject| policy::require(&admin, Permission::ReopenDeal, subject);
    let one = grant(Subject::Deal(facts)).unwrap();
    assert!(one.covers(&admin, facts.id, facts.process_id));
    assert!(!one.covers(&admin, other, facts.process_id));
    let process = grant(Subject::Process(facts.process_id)).unwrap();
    assert!(process.covers(&admin, other, facts.process_id));
    assert!(!process.covers(&admin, other, ProcessId::from_uuid(Uuid::from_u128(9))));
    assert!(!one.covers(&actor(Role::Manager), facts.id, facts.process_id), "another's grant");
    let task = TaskFacts { deal_id: facts.id, deal: None, assignee_id: me() };
    let task = policy::require(&admin, Permission::DoTask, Subject::Task(task)).unwrap();
    assert!(task.covers(&admin, facts.id, facts.process_id));
    assert!(!task.covers(&admin, other, facts.process_id));
    let note = Subject::Note(NoteFacts { deal: facts, author_id: me() });
    let note = policy::require(&admin, Permission::ChangeNote, note).unwrap();
    assert!(note.covers(&admin, facts.id, facts.process_id));
    assert!(!note.covers(&admin, other, facts.process_id));
    let seen = policy::require(&admin, Permission::SeeDeal, Subject::Deal(facts)).unwrap();
    assert!(!seen.covers(&admin, facts.id, facts.process_id), "seeing is no right to record");
    let all = policy::require(&admin, Permission::CreateDeal, Subject::Organisation).unwrap();
    assert!(!all.covers(&admin, facts.id, facts.process_id));
}
