//! From the refusals of use cases to user errors and blockers, with the code of each.

use std::sync::Arc;

use async_graphql::{ID, Value, resolver_utils::enum_value};
use domain::{
    process::conflict::Conflict,
    refusal::{Problem, Refusal},
};

use crate::graphql::{
    user_error::{
        Blocker, CloseReasonRequired, DealClosed, EvidenceRequired, FileError, GenericError,
        LimitReached, MandatoryMissing, NameTaken, NotAPerformer, StageHasDeals, UserError,
        UserErrorCode, VersionConflict,
    },
    view::View,
};

/// Refusals as user errors.
pub(crate) fn user_errors(view: &View, refusals: Vec<Refusal>) -> Vec<UserError> {
    refusals.into_iter().map(|refusal| user_error(view, refusal)).collect()
}

/// The code of a refusal, as clients get it.
pub(crate) fn code_of(refusal: &Refusal) -> String {
    match enum_value(code(&refusal.problem)) {
        Value::Enum(name) => name.to_string(),
        other => other.to_string(),
    }
}

/// Refusals as blockers.
pub(crate) fn blockers(view: &View, refusals: Vec<Refusal>) -> Vec<Blocker> {
    refusals.into_iter().map(|refusal| blocker(user_error(view, refusal))).collect()
}

fn blocker(error: UserError) -> Blocker {
    match error {
        UserError::DealClosed(error) => Blocker::DealClosed(error),
        UserError::NotAPerformer(error) => Blocker::NotAPerformer(error),
        UserError::MandatoryMissing(error) => Blocker::MandatoryMissing(error),
        other => Blocker::Generic(other.into_generic()),
    }
}

impl UserError {
    /// What it says, but for the facts.
    fn into_generic(self) -> GenericError {
        match self {
            Self::Generic(error) => error,
            Self::NameTaken(error) => error.base,
            Self::File(error) => error.base,
            Self::LimitReached(error) => error.base,
            Self::VersionConflict(error) => error.base,
            Self::StageHasDeals(error) => error.base,
            Self::DealClosed(error) => error.base,
            Self::NotAPerformer(error) => error.base,
            Self::EvidenceRequired(error) => error.base,
            Self::MandatoryMissing(error) => error.base,
            Self::CloseReasonRequired(error) => error.base,
        }
    }
}

fn user_error(view: &View, refusal: Refusal) -> UserError {
    let Refusal { problem, path, node_id } = refusal;
    let (code, message) = (code(&problem), problem.message(view.language()));
    let base = GenericError { code, message, path, node_id: node_id.map(ID::from) };
    let view = view.clone();
    match problem {
        Problem::NameTaken { name } => NameTaken { base, name }.into(),
        Problem::InFile { at, .. } => FileError { base, line: at.line, column: at.column }.into(),
        Problem::LimitReached { limit, .. } => {
            LimitReached { base, limit: i64::try_from(limit).unwrap_or(i64::MAX) }.into()
        }
        Problem::VersionConflict { expected, current, changes, .. } => match changes.get() {
            None => base.into(),
            Some(conflict) => VersionConflict {
                base,
                expected_version: expected,
                current_version: current,
                view,
                conflict: Arc::new(Conflict::clone(conflict)),
            }
            .into(),
        },
        Problem::StageHasDeals { stage_id, deals: deal_count, .. } => {
            StageHasDeals { base, deal_count, view, stage_id }.into()
        }
        Problem::DealClosed { status } => DealClosed { base, status: status.into() }.into(),
        Problem::NotAPerformer { performers, members, .. } => {
            NotAPerformer { base, performers: performers.into(), view, members }.into()
        }
        Problem::EvidenceRequired { evidence } => {
            EvidenceRequired { base, evidence: evidence.into() }.into()
        }
        Problem::MandatoryMissing { actions } => {
            let actions: Vec<_> = actions.into_iter().map(|(id, _)| id).collect();
            view.expect_actions(actions.iter().copied());
            MandatoryMissing { base, view, actions }.into()
        }
        Problem::CloseReasonRequired { reasons } => {
            let reasons = reasons.into_iter().map(|(id, _)| id).collect();
            CloseReasonRequired { base, view, reasons }.into()
        }
        // These have no facts beside their text. Whoever adds a problem says here whether it has.
        Problem::NotFound { .. }
        | Problem::Forbidden { .. }
        | Problem::Invalid { .. }
        | Problem::InvalidId { .. }
        | Problem::IdTaken
        | Problem::TwiceInTree { .. }
        | Problem::NoRoom { .. }
        | Problem::NotASibling { .. }
        | Problem::ProcessArchived
        | Problem::DealOpen
        | Problem::ActionNotInProcess
        | Problem::NotAnActionOf { .. }
        | Problem::ActionRemoved
        | Problem::NoteUsed
        | Problem::NoteIsEvidence
        | Problem::FileNotReady
        | Problem::FileUsed
        | Problem::MemberInactive { .. }
        | Problem::OwnerParticipates
        | Problem::LastAdministrator { .. }
        | Problem::CannotSeeDeal { .. }
        | Problem::CloseReasonOfOther { .. }
        | Problem::CloseReasonArchived { .. }
        | Problem::NodeRemoved { .. }
        | Problem::StageOfActionRemoved
        | Problem::NodeOfOther { .. }
        | Problem::EmailTaken { .. }
        | Problem::ExpectedVersionRequired { .. }
        | Problem::DefaultProcess { .. }
        | Problem::NoDefaultProcess => base.into(),
    }
}

/// The code of a problem: the contract, so one line each.
fn code(problem: &Problem) -> UserErrorCode {
    match problem {
        Problem::NotFound { .. } => UserErrorCode::NotFound,
        Problem::Forbidden { .. } => UserErrorCode::Forbidden,
        Problem::Invalid { .. } => UserErrorCode::InvalidValue,
        Problem::InFile { .. } => UserErrorCode::InvalidFile,
        Problem::InvalidId { .. } => UserErrorCode::InvalidId,
        Problem::IdTaken => UserErrorCode::IdTaken,
        Problem::TwiceInTree { .. } => UserErrorCode::InvalidValue,
        Problem::NameTaken { .. } => UserErrorCode::NameTaken,
        Problem::LimitReached { .. } | Problem::NoRoom { .. } => UserErrorCode::LimitReached,
        Problem::VersionConflict { .. } => UserErrorCode::VersionConflict,
        Problem::NotASibling { .. } => UserErrorCode::NotASibling,
        Problem::ProcessArchived => UserErrorCode::ProcessArchived,
        Problem::StageHasDeals { .. } => UserErrorCode::StageHasDeals,
        Problem::DealClosed { .. } => UserErrorCode::DealClosed,
        Problem::DealOpen => UserErrorCode::DealOpen,
        Problem::ActionNotInProcess | Problem::NotAnActionOf { .. } => {
            UserErrorCode::ActionNotInProcess
        }
        Problem::ActionRemoved => UserErrorCode::ActionRemoved,
        Problem::NotAPerformer { .. } => UserErrorCode::NotAPerformer,
        Problem::EvidenceRequired { .. } => UserErrorCode::EvidenceRequired,
        Problem::NoteUsed => UserErrorCode::NoteUsed,
        Problem::NoteIsEvidence => UserErrorCode::NoteIsEvidence,
        Problem::FileNotReady => UserErrorCode::FileNotReady,
        Problem::FileUsed => UserErrorCode::FileUsed,
        Problem::MandatoryMissing { .. } => UserErrorCode::MandatoryMissing,
        Problem::MemberInactive { .. } => UserErrorCode::MemberInactive,
        Problem::OwnerParticipates => UserErrorCode::OwnerParticipates,
        Problem::LastAdministrator { .. } => UserErrorCode::LastAdministrator,
        Problem::CannotSeeDeal { .. } => UserErrorCode::MemberCannotSeeDeal,
        Problem::CloseReasonRequired { .. } => UserErrorCode::CloseReasonRequired,
        Problem::CloseReasonOfOther { .. } => UserErrorCode::CloseReasonOfOtherStatus,
        Problem::CloseReasonArchived { .. } => UserErrorCode::CloseReasonArchived,
        Problem::NodeRemoved { kind: "stage" } | Problem::StageOfActionRemoved => {
            UserErrorCode::StageRemoved
        }
        Problem::NodeRemoved { .. } => UserErrorCode::ActionRemoved,
        Problem::NodeOfOther { kind: "stage" } => UserErrorCode::StageNotInProcess,
        Problem::NodeOfOther { .. } => UserErrorCode::ActionNotInProcess,
        Problem::EmailTaken { .. } => UserErrorCode::EmailTaken,
        Problem::ExpectedVersionRequired { .. } => UserErrorCode::ExpectedVersionRequired,
        Problem::DefaultProcess { .. } => UserErrorCode::DefaultProcess,
        Problem::NoDefaultProcess => UserErrorCode::NoDefaultProcess,
    }
}
