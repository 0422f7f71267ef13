//! What tells people what is wrong and what to do: which text of the catalogues, and the facts in it.

use entity::{
    action::{Evidence, PerformerGroup},
    deal::Status,
    ids::ParseIdError,
};

use super::Problem;
use crate::language::{Fact, Message};

/// What is said of a problem.
pub(super) fn said(problem: &Problem) -> Message {
    match problem {
        Problem::NotFound { kind } => Message::of("not-found").choosing("kind", kind),
        Problem::Forbidden { who_may } => Message::of(who_may),
        Problem::Invalid { reason }
        | Problem::InFile { reason, .. }
        | Problem::InvalidId { reason } => reason.clone(),
        Problem::IdTaken => Message::of("id-taken"),
        Problem::TwiceInTree { kind } => Message::of("twice-in-tree").choosing("kind", kind),
        Problem::NameTaken { name } => Message::of("name-taken").with("name", name),
        Problem::LimitReached { what, limit } => {
            Message::of("limit-reached").choosing("what", what).with("limit", plain(*limit))
        }
        Problem::NoRoom { whose, limit, left } => Message::of("no-room")
            .choosing("whose", whose)
            .with("limit", size(*limit))
            .with("left", size(*left)),
        Problem::VersionConflict { expected, current, .. } => {
            Message::of("version-conflict").with("expected", *expected).with("current", *current)
        }
        Problem::NotASibling { kind } => Message::of("not-a-sibling").choosing("kind", kind),
        Problem::ProcessArchived => Message::of("process-archived"),
        Problem::StageHasDeals { stage_name, deals, .. } => {
            Message::of("stage-has-deals").with("stage", stage_name).with("deals", *deals)
        }
        Problem::DealClosed { status } => {
            Message::of("deal-closed").with("status", closed_as(*status))
        }
        Problem::DealOpen => Message::of("deal-open"),
        Problem::ActionNotInProcess => Message::of("action-not-in-process"),
        Problem::NotAnActionOf { process } => {
            Message::of("not-an-action-of").with("process", process)
        }
        Problem::ActionRemoved => Message::of("action-removed"),
        Problem::NotAPerformer {
            performers: PerformerGroup::Chosen, names: Some(names), ..
        } => only_these(names),
        Problem::NotAPerformer { performers, .. } => not_a_performer(*performers),
        Problem::EvidenceRequired { evidence } => evidence_required(*evidence),
        Problem::NoteUsed => Message::of("note-used"),
        Problem::NoteIsEvidence => Message::of("note-is-evidence"),
        Problem::FileNotReady => Message::of("file-not-ready"),
        Problem::FileUsed => Message::of("file-used"),
        Problem::MandatoryMissing { actions } => {
            Message::of("mandatory-missing").with("actions", quoted(actions))
        }
        Problem::MemberInactive { name } => Message::of("member-inactive").with("name", name),
        Problem::OwnerParticipates => Message::of("owner-participates"),
        Problem::LastAdministrator { name } => Message::of("last-administrator").with("name", name),
        Problem::CannotSeeDeal { name } => Message::of("cannot-see-deal").with("name", name),
        Problem::CloseReasonRequired { reasons } => {
            Message::of("close-reason-required").with("reasons", quoted(reasons))
        }
        Problem::CloseReasonOfOther { name, status } => Message::of("close-reason-of-other")
            .with("name", name)
            .with("status", closed_as(*status)),
        Problem::CloseReasonArchived { name } => {
            Message::of("close-reason-archived").with("name", name)
        }
        Problem::NodeRemoved { kind } => Message::of("node-removed").choosing("kind", kind),
        Problem::StageOfActionRemoved => Message::of("stage-of-action-removed"),
        Problem::NodeOfOther { kind } => Message::of("node-of-other").choosing("kind", kind),
        Problem::EmailTaken { email } => Message::of("email-taken").with("email", email),
        Problem::ExpectedVersionRequired { current } => {
            Message::of("expected-version-required").with("current", *current)
        }
        Problem::DefaultProcess { name } => Message::of("default-process").with("name", name),
        Problem::NoDefaultProcess => Message::of("no-default-process"),
    }
}

/// Why a text is not an id of the right kind.
pub(super) fn not_an_id(error: &ParseIdError) -> Message {
    match error {
        ParseIdError::OtherKind { expected, found } => {
            Message::of("id-of-other-kind").with("expected", *expected).with("found", found)
        }
        ParseIdError::NoPrefix { expected } => {
            Message::of("id-without-prefix").with("expected", *expected)
        }
        ParseIdError::Malformed { expected } => {
            Message::of("id-malformed").with("expected", *expected)
        }
    }
}

/// A number that stands beside no word that it counts.
fn plain(number: usize) -> String {
    number.to_string()
}

/// So many bytes, as people say it.
pub fn size(bytes: u64) -> Message {
    const MIB: u64 = 1024 * 1024;
    const GIB: u64 = 1024 * MIB;
    match bytes {
        _ if bytes >= GIB && bytes.is_multiple_of(GIB) => {
            Message::of("size-gibibytes").with("count", bytes / GIB)
        }
        _ if bytes >= MIB && bytes.is_multiple_of(MIB) => {
            Message::of("size-mebibytes").with("count", bytes / MIB)
        }
        _ => Message::of("size-bytes").with("count", bytes),
    }
}

fn closed_as(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Won => "won",
        Status::Lost => "lost",
        Status::Outdated => "outdated",
    }
}

/// Names of things, one after the other.
fn quoted<I>(named: &[(I, String)]) -> Vec<Message> {
    named.iter().map(|(_, name)| Message::of("quoted").with("name", name)).collect()
}

fn not_a_performer(performers: PerformerGroup) -> Message {
    Message::of(match performers {
        PerformerGroup::Everyone => "performers-everyone",
        PerformerGroup::Managers => "performers-managers",
        PerformerGroup::Administrators => "performers-administrators",
        PerformerGroup::Chosen => "performers-chosen",
    })
}

/// How many people a message names.
const NAMED: usize = 5;

fn only_these(names: &[String]) -> Message {
    match names {
        [] => Message::of("performers-nobody"),
        [one] => Message::of("performers-one").with("name", one),
        [most @ .., last] if names.len() <= NAMED => {
            Message::of("performers-few").with("names", people(most)).with("last", last)
        }
        _ => Message::of("performers-many")
            .with("names", people(names.get(..NAMED).unwrap_or_default()))
            .with("others", names.len() - NAMED),
    }
}

fn people(names: &[String]) -> Fact {
    Fact::List(names.iter().map(|name| Message::verbatim(name.clone())).collect())
}

fn evidence_required(evidence: Evidence) -> Message {
    Message::of(match evidence {
        Evidence::None => "evidence-none",
        Evidence::Note => "evidence-note",
        Evidence::NoteWithFile => "evidence-note-with-file",
    })
}
