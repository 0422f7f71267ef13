//! Whatever can be wrong is said in every language.

use entity::{
    action::{Evidence, PerformerGroup},
    deal::Status,
    ids::{ActionId, CloseReasonId, DealId, ProcessId, StageId},
};
use uuid::Uuid;

use super::*;
use crate::language::{Language, Message};

/// What can be looked for, by name.
const KINDS: [&str; 18] = [
    "action",
    "close reason",
    "completion",
    "deal",
    "delivery of a webhook",
    "event",
    "file",
    "mail",
    "member",
    "note",
    "notification",
    "organisation",
    "process",
    "stage",
    "task",
    "token",
    "version",
    "webhook",
];

/// How many kinds of problems there are: each has a number, so that none is left out below.
const PROBLEMS: usize = 40;

/// The number of a kind of problem. Whoever adds one adds it to [`samples`], too.
fn number(problem: &Problem) -> usize {
    match problem {
        Problem::NotFound { .. } => 0,
        Problem::Forbidden { .. } => 1,
        Problem::Invalid { .. } => 2,
        Problem::InFile { .. } => 3,
        Problem::InvalidId { .. } => 4,
        Problem::IdTaken => 5,
        Problem::TwiceInTree { .. } => 6,
        Problem::NameTaken { .. } => 7,
        Problem::LimitReached { .. } => 8,
        Problem::NoRoom { .. } => 9,
        Problem::VersionConflict { .. } => 10,
        Problem::NotASibling { .. } => 11,
        Problem::ProcessArchived => 12,
        Problem::StageHasDeals { .. } => 13,
        Problem::DealClosed { .. } => 14,
        Problem::DealOpen => 15,
        Problem::ActionNotInProcess => 16,
        Problem::NotAnActionOf { .. } => 17,
        Problem::ActionRemoved => 18,
        Problem::NotAPerformer { .. } => 19,
        Problem::EvidenceRequired { .. } => 20,
        Problem::NoteUsed => 21,
        Problem::FileNotReady => 22,
        Problem::FileUsed => 23,
        Problem::MandatoryMissing { .. } => 24,
        Problem::MemberInactive { .. } => 25,
        Problem::OwnerParticipates => 26,
        Problem::LastAdministrator { .. } => 27,
        Problem::CannotSeeDeal { .. } => 28,
        Problem::CloseReasonRequired { .. } => 29,
        Problem::CloseReasonOfOther { .. } => 30,
        Problem::CloseReasonArchived { .. } => 31,
        Problem::NodeRemoved { .. } => 32,
        Problem::StageOfActionRemoved => 33,
        Problem::NodeOfOther { .. } => 34,
        Problem::EmailTaken { .. } => 35,
        Problem::ExpectedVersionRequired { .. } => 36,
        Problem::DefaultProcess { .. } => 37,
        Problem::NoDefaultProcess => 38,
        Problem::NoteIsEvidence => 39,
    }
}

fn samples() -> Vec<Problem> {
    let id = Uuid::nil();
    let name = || "Nowak".to_owned();
    let names = |count| (0..count).map(|_| name()).collect::<Vec<_>>();
    let changes = Detail::new(());
    let process_id = ProcessId::from_uuid(id);
    let stage_id = StageId::from_uuid(id);
    let mut all: Vec<_> = KINDS.map(|kind| Problem::NotFound { kind }).into();
    all.push(Problem::Forbidden { who_may: "may-undo" });
    all.push(Problem::Invalid { reason: Message::of("value-negative") });
    all.push(Problem::InFile { at: At::default(), reason: Message::of("text-unseen") });
    for wrong in ["x", "deal_x", "00000000000000000000000000", "task_01jd8k2x7sfm5a9k2v0q3c4d5e"] {
        all.push(Problem::not_an_id(&wrong.parse::<DealId>().unwrap_err()));
    }
    for kind in ["stage", "action"] {
        all.push(Problem::TwiceInTree { kind });
        all.push(Problem::NotASibling { kind });
        all.push(Problem::NodeRemoved { kind });
        all.push(Problem::NodeOfOther { kind });
    }
    all.push(Problem::NotASibling { kind: "close reason" });
    for what in ["webhooks", "ids in a list", "stages in a process"] {
        all.push(Problem::LimitReached { what, limit: 7 });
    }
    for (limit, whose) in [(1, "Your files"), (5 << 20, "Your files"), (2 << 30, "")] {
        all.push(Problem::NoRoom { whose, limit, left: 0 });
    }
    for status in [Status::Open, Status::Won, Status::Lost, Status::Outdated] {
        all.push(Problem::DealClosed { status });
        all.push(Problem::CloseReasonOfOther { name: name(), status });
    }
    for performers in [
        PerformerGroup::Everyone,
        PerformerGroup::Managers,
        PerformerGroup::Administrators,
        PerformerGroup::Chosen,
    ] {
        let members = Vec::new();
        all.push(Problem::NotAPerformer { performers, members, names: None });
    }
    for count in [0, 1, 2, 5, 6, 8] {
        let (performers, members) = (PerformerGroup::Chosen, Vec::new());
        all.push(Problem::NotAPerformer { performers, members, names: Some(names(count)) });
    }
    for evidence in [Evidence::None, Evidence::Note, Evidence::NoteWithFile] {
        all.push(Problem::EvidenceRequired { evidence });
    }
    for deals in [1, 3, 5] {
        all.push(Problem::StageHasDeals { stage_id, stage_name: name(), deals });
    }
    all.extend([
        Problem::IdTaken,
        Problem::NameTaken { name: name() },
        Problem::VersionConflict { process_id, expected: 1, current: 2, changes },
        Problem::ProcessArchived,
        Problem::DealOpen,
        Problem::ActionNotInProcess,
        Problem::NotAnActionOf { process: name() },
        Problem::ActionRemoved,
        Problem::NoteUsed,
        Problem::NoteIsEvidence,
        Problem::FileNotReady,
        Problem::FileUsed,
        Problem::MandatoryMissing { actions: vec![(ActionId::from_uuid(id), name())] },
        Problem::MemberInactive { name: name() },
        Problem::OwnerParticipates,
        Problem::LastAdministrator { name: name() },
        Problem::CannotSeeDeal { name: name() },
        Problem::CloseReasonRequired { reasons: vec![(CloseReasonId::from_uuid(id), name())] },
        Problem::CloseReasonArchived { name: name() },
        Problem::StageOfActionRemoved,
        Problem::EmailTaken { email: name() },
        Problem::ExpectedVersionRequired { current: 3 },
        Problem::DefaultProcess { name: name() },
        Problem::NoDefaultProcess,
    ]);
    all
}

#[test]
fn whatever_is_wrong_is_said_in_every_language() {
    let samples = samples();
    let mut known = [false; PROBLEMS];
    for problem in &samples {
        known[number(problem)] = true;
        let [english, polish] = Language::ALL.map(|language| problem.message(language));
        for text in [&english, &polish] {
            assert!(text.contains(' ') && text.ends_with('.'), "{problem:?}: {text}");
            assert!(!text.contains("{$") && !text.contains("  "), "{problem:?}: {text}");
        }
        assert_ne!(english, polish, "{problem:?}");
    }
    assert!(known.iter().all(|known| *known), "a kind of problem is missing: {known:?}");
}

#[test]
fn what_is_not_found_has_a_word_in_polish() {
    for kind in KINDS {
        let text = Problem::NotFound { kind }.message(Language::Polish);
        assert!(!text.contains("elementu"), "{kind}: {text}");
    }
}
