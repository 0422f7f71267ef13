//! Every way in which doing an action can be tried: role × relation to the deal × visibility × performers ×
//! evidence × what was given × deal status. The pure rule's answer is compared with a table whose rules are
//! written here a second time, from the document (rules 12, 14 and 16); then one request through HTTP for
//! each answer that there is.

mod through_http;

use std::collections::BTreeMap;

use domain::{
    deal::{
        rules::{self, Absent, Case, Given},
        state::Deal,
    },
    language::Message,
    policy::{Actor, MemberActor, Permission},
    process::{definition::Performers, version::Version},
    refusal::{Problem, Refusal},
    text,
};
use entity::{
    Timestamp,
    action::{Evidence, PerformerGroup},
    deal::{self, Status, Visibility},
    ids::{CompletionId, DealId, MemberId, NoteId},
    member::Role,
};
use uuid::Uuid;

use crate::{
    permissions::policy::table,
    support::{
        process_model::{action_id, version},
        start,
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Owner,
    Participant,
    Stranger,
}

/// Who may do the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    Everyone,
    Managers,
    Administrators,
    /// Chosen members, who asks among them.
    Chosen,
    /// Chosen members, and not who asks.
    ChosenOthers,
}

/// The evidence that comes with the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    Nothing,
    Note,
    UsedNote,
    /// A note of another deal.
    ForeignNote,
    /// A new note and the id of one.
    TwoNotes,
    NoteWithFile,
    /// The id of a note added before, which was not evidence yet.
    NoteBefore,
    NoteBeforeWithFile,
}

/// One way to try it.
#[derive(Clone, Copy, Debug)]
struct Try {
    role: Role,
    relation: Relation,
    visibility: Visibility,
    may: May,
    evidence: Evidence,
    gives: Gives,
    status: Status,
}

const ROLES: [Role; 3] = [Role::Administrator, Role::Manager, Role::Salesperson];
const RELATIONS: [Relation; 3] = [Relation::Owner, Relation::Participant, Relation::Stranger];
const VISIBILITIES: [Visibility; 2] = [Visibility::Everyone, Visibility::Participants];
const MAY: [May; 5] =
    [May::Everyone, May::Managers, May::Administrators, May::Chosen, May::ChosenOthers];
const EVIDENCE: [Evidence; 3] = [Evidence::None, Evidence::Note, Evidence::NoteWithFile];
/// A note with a file comes last: the examples that go through HTTP are the first of their answer.
const GIVES: [Gives; 8] = [
    Gives::Nothing,
    Gives::Note,
    Gives::UsedNote,
    Gives::ForeignNote,
    Gives::TwoNotes,
    Gives::NoteWithFile,
    Gives::NoteBefore,
    Gives::NoteBeforeWithFile,
];
const STATUSES: [Status; 4] = [Status::Open, Status::Won, Status::Lost, Status::Outdated];

fn tries() -> Vec<Try> {
    let mut all = Vec::new();
    for gives in GIVES {
        for role in ROLES {
            for relation in RELATIONS {
                for visibility in VISIBILITIES {
                    for may in MAY {
                        for evidence in EVIDENCE {
                            all.extend(STATUSES.map(|status| Try {
                                role,
                                relation,
                                visibility,
                                may,
                                evidence,
                                gives,
                                status,
                            }));
                        }
                    }
                }
            }
        }
    }
    all
}

/// The codes of an answer, sorted; none: it is done.
type Answer = Vec<&'static str>;

/// The rules, in words of this test: they share nothing with the program's.
fn expected(one: &Try) -> Answer {
    let leads = matches!(one.role, Role::Administrator | Role::Manager);
    let belongs = matches!(one.relation, Relation::Owner | Relation::Participant);
    if one.visibility == Visibility::Participants && !leads && !belongs {
        return vec!["NOT_FOUND"]; // and nothing else is told of it
    }
    let mut codes = evidence_codes(one.evidence, one.gives);
    if one.status != Status::Open {
        codes.push("DEAL_CLOSED");
    }
    let performs = match one.may {
        May::Everyone => leads || belongs,
        May::Managers => leads,
        May::Administrators => one.role == Role::Administrator,
        May::Chosen => true,
        May::ChosenOthers => false,
    };
    if !performs {
        codes.push("NOT_A_PERFORMER");
    }
    codes.sort_unstable();
    codes
}

/// What the evidence alone is refused for.
fn evidence_codes(evidence: Evidence, gives: Gives) -> Answer {
    let mut codes = match gives {
        Gives::UsedNote => vec!["NOTE_USED"],
        Gives::ForeignNote => vec!["NOT_FOUND"],
        Gives::TwoNotes => vec!["INVALID_VALUE"],
        _ => vec![],
    };
    match evidence {
        Evidence::None => {}
        Evidence::Note if gives == Gives::Nothing => codes.push("EVIDENCE_REQUIRED"),
        Evidence::Note => {}
        Evidence::NoteWithFile
            if matches!(gives, Gives::Nothing | Gives::Note | Gives::NoteBefore) =>
        {
            codes.push("EVIDENCE_REQUIRED");
        }
        Evidence::NoteWithFile => {}
    }
    codes
}

/// The evidence as the use case hands it to the rule.
fn as_given(gives: Gives) -> Result<Given, Vec<Refusal>> {
    let note = NoteId::from_uuid(Uuid::from_u128(70));
    let refused = |problem: Problem| Err(vec![problem.at("noteId").about(note)]);
    match gives {
        Gives::Nothing => Ok(Given::Nothing),
        Gives::Note => Ok(Given::Note { id: note, has_file: false, at: "note" }),
        Gives::NoteWithFile => Ok(Given::Note { id: note, has_file: true, at: "note" }),
        Gives::NoteBefore => Ok(Given::Note { id: note, has_file: false, at: "noteId" }),
        Gives::NoteBeforeWithFile => Ok(Given::Note { id: note, has_file: true, at: "noteId" }),
        Gives::UsedNote => refused(Problem::NoteUsed),
        Gives::ForeignNote => refused(Problem::NotFound { kind: "note" }),
        Gives::TwoNotes => Err(vec![text::invalid(Message::of("note-twice")).at("noteId")]),
    }
}

fn code(refusal: &Refusal) -> &'static str {
    match &refusal.problem {
        Problem::NotFound { .. } => "NOT_FOUND",
        Problem::DealClosed { .. } => "DEAL_CLOSED",
        Problem::NotAPerformer { .. } => "NOT_A_PERFORMER",
        Problem::EvidenceRequired { .. } => "EVIDENCE_REQUIRED",
        Problem::NoteUsed => "NOTE_USED",
        Problem::Invalid { .. } => "INVALID_VALUE",
        other => panic!("nothing here is refused for {other:?}"),
    }
}

fn codes(refusals: &[Refusal]) -> Answer {
    let mut codes: Vec<_> = refusals.iter().map(code).collect();
    codes.sort_unstable();
    codes
}

fn me() -> MemberId {
    MemberId::from_uuid(Uuid::from_u128(1))
}

fn somebody() -> MemberId {
    MemberId::from_uuid(Uuid::from_u128(2))
}

fn process(one: &Try) -> Version {
    let mut definition = version(&vec![vec![10]]).definition;
    let action = &mut definition.stages[0].actions[0];
    action.evidence = one.evidence;
    let (group, members) = match one.may {
        May::Everyone => (PerformerGroup::Everyone, vec![]),
        May::Managers => (PerformerGroup::Managers, vec![]),
        May::Administrators => (PerformerGroup::Administrators, vec![]),
        May::Chosen => (PerformerGroup::Chosen, vec![somebody(), me()]),
        May::ChosenOthers => (PerformerGroup::Chosen, vec![somebody()]),
    };
    action.performers = Performers { group, members };
    Version::new(version(&vec![]).process_id, 1, definition)
}

fn deal(one: &Try, process: &Version) -> Deal {
    let now: Timestamp = start();
    let owner_id = if one.relation == Relation::Owner { me() } else { somebody() };
    let closed = one.status != Status::Open;
    let row = deal::Model {
        id: DealId::from_uuid(Uuid::from_u128(3)),
        external_id: None,
        process_id: process.process_id,
        title: "Chairs".into(),
        title_key: "chairs".into(),
        value_amount: None,
        value_currency: None,
        owner_id,
        visibility: one.visibility,
        status: one.status,
        version: 1,
        stage_id: None,
        stage_position: -1,
        moved_version: None,
        moved_stage_id: None,
        percent: 0,
        done_weight: 0,
        total_weight: 10,
        closed_process_version: closed.then_some(1),
        closed_at: closed.then_some(now),
        close_reason_id: None,
        close_comment: None,
        created_at: now,
        updated_at: now,
        last_activity_at: now,
    };
    let mut participants = vec![owner_id];
    if one.relation == Relation::Participant {
        participants.push(me());
    }
    Deal::loaded(row, participants, Vec::new())
}

/// What the program's rules say: what may not be seen is not found, and then the one rule decides.
fn decided(one: &Try) -> Answer {
    let process = process(one);
    let deal = deal(one, &process);
    let actor = Actor::Member(MemberActor { id: me(), role: one.role, credential: None });
    let case = Case { deal: &deal, version: &process, actor: &actor };
    let unseen = rules::forbidden(case, Permission::SeeDeal);
    if !unseen.is_empty() {
        return codes(&unseen);
    }
    let completion = CompletionId::from_uuid(Uuid::from_u128(80));
    let given = as_given(one.gives);
    match rules::complete(case, action_id(0), Absent::Unknown, given, completion) {
        Ok(_) => Vec::new(),
        Err(refusals) => codes(&refusals),
    }
}

/// Each answer, with how often it is given and the first try that it is given to.
fn answers() -> BTreeMap<Answer, (usize, Try)> {
    let mut answers = BTreeMap::new();
    for one in tries() {
        let (count, _) = answers.entry(expected(&one)).or_insert((0, one));
        *count += 1;
    }
    answers
}

fn named(answer: &Answer) -> String {
    if answer.is_empty() { "done".to_owned() } else { answer.join(" + ") }
}

#[test]
fn the_rule_answers_every_try_as_the_document_says() {
    let all = tries();
    assert_eq!(all.len(), 3 * 3 * 2 * 5 * 3 * 8 * 4);
    for one in &all {
        assert_eq!(decided(one), expected(one), "{one:?}");
    }
    let mut rows = vec![vec!["answer".to_owned(), "tries".to_owned()]];
    rows.extend(
        answers().iter().map(|(answer, (count, _))| vec![named(answer), count.to_string()]),
    );
    let text = format!("{} tries\n\n{}\n{}\n{}", all.len(), table(&rows), who(), with_what());
    insta::assert_snapshot!("completing_an_action", text);
}

/// Who may do which action of an open deal that needs no evidence.
fn who() -> String {
    let mut heading = vec!["open deal, no evidence".to_owned(), String::new(), String::new()];
    heading.extend(MAY.map(|may| format!("{may:?}")));
    let mut rows = vec![heading];
    for role in ROLES {
        for relation in RELATIONS {
            for visibility in VISIBILITIES {
                let mut row =
                    vec![format!("{role:?}"), format!("{relation:?}"), format!("{visibility:?}")];
                row.extend(MAY.map(|may| {
                    let (evidence, gives, status) = (Evidence::None, Gives::Nothing, Status::Open);
                    let one = Try { role, relation, visibility, may, evidence, gives, status };
                    named(&decided(&one))
                }));
                rows.push(row);
            }
        }
    }
    table(&rows)
}

/// Which evidence is taken from somebody who may, in a deal of each status.
fn with_what() -> String {
    let mut heading = vec!["its owner may".to_owned(), String::new()];
    heading.extend(GIVES.map(|gives| format!("{gives:?}")));
    let mut rows = vec![heading];
    for evidence in EVIDENCE {
        for status in [Status::Open, Status::Won] {
            let mut row = vec![format!("{evidence:?}"), format!("{status:?}")];
            row.extend(GIVES.map(|gives| {
                let (role, relation, may) = (Role::Salesperson, Relation::Owner, May::Everyone);
                let visibility = Visibility::Participants;
                let one = Try { role, relation, visibility, may, evidence, gives, status };
                named(&decided(&one))
            }));
            rows.push(row);
        }
    }
    table(&rows)
}
