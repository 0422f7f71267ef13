//! From the refusals of use cases to user errors and blockers, with the code of each.

use std::sync::Arc;

use async_graphql::ID;
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
pub fn user_errors(view: &View, refusals: Vec<Refusal>) -> Vec<UserError> {
    refusals.into_iter().map(|refusal| user_error(view, refusal)).collect()
}

/// Refusals as blockers.
pub fn blockers(view: &View, refusals: Vec<Refusal>) -> Vec<Blocker> {
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
    fn into_generic(self) -> GenericError {
        match self {
            Self::Generic(error) => error,
            Self::NameTaken(e) => generic(e.code, e.message, e.path, e.node_id),
            Self::File(e) => generic(e.code, e.message, e.path, e.node_id),
            Self::LimitReached(e) => generic(e.code, e.message, e.path, e.node_id),
            Self::VersionConflict(e) => generic(e.code, e.message, e.path, e.node_id),
            Self::StageHasDeals(e) => generic(e.code, e.message, e.path, e.node_id),
            Self::DealClosed(e) => generic(e.code, e.message, e.path, e.node_id),
            Self::NotAPerformer(e) => generic(e.code, e.message, e.path, e.node_id),
            Self::EvidenceRequired(e) => generic(e.code, e.message, e.path, e.node_id),
            Self::MandatoryMissing(e) => generic(e.code, e.message, e.path, e.node_id),
            Self::CloseReasonRequired(e) => generic(e.code, e.message, e.path, e.node_id),
        }
    }
}

fn generic(
    code: UserErrorCode,
    message: String,
    path: Vec<String>,
    node_id: Option<ID>,
) -> GenericError {
    GenericError { code, message, path, node_id }
}

fn user_error(view: &View, refusal: Refusal) -> UserError {
    let message = refusal.problem.message();
    let code = code(&refusal.problem);
    let Refusal { problem, path, node_id } = refusal;
    let node_id = node_id.map(ID::from);
    let view = view.clone();
    match problem {
        Problem::NameTaken { name } => {
            UserError::NameTaken(NameTaken { code, message, path, node_id, name })
        }
        Problem::InFile { at, .. } => {
            let (line, column) = (at.line, at.column);
            UserError::File(FileError { code, message, path, node_id, line, column })
        }
        Problem::LimitReached { limit, .. } => {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            UserError::LimitReached(LimitReached { code, message, path, node_id, limit })
        }
        Problem::VersionConflict { expected, current, changes, .. } => match changes.get() {
            None => UserError::Generic(generic(code, message, path, node_id)),
            Some(conflict) => UserError::VersionConflict(VersionConflict {
                code,
                message,
                path,
                node_id,
                expected_version: expected,
                current_version: current,
                view,
                conflict: Arc::new(Conflict::clone(conflict)),
            }),
        },
        Problem::StageHasDeals { stage_id, deals: deal_count, .. } => {
            UserError::StageHasDeals(StageHasDeals {
                code,
                message,
                path,
                node_id,
                deal_count,
                view,
                stage_id,
            })
        }
        Problem::DealClosed { status } => {
            let status = status.into();
            UserError::DealClosed(DealClosed { code, message, path, node_id, status })
        }
        Problem::NotAPerformer { performers, members, .. } => {
            let performers = performers.into();
            UserError::NotAPerformer(NotAPerformer {
                code,
                message,
                path,
                node_id,
                performers,
                view,
                members,
            })
        }
        Problem::EvidenceRequired { evidence } => {
            let evidence = evidence.into();
            UserError::EvidenceRequired(EvidenceRequired { code, message, path, node_id, evidence })
        }
        Problem::MandatoryMissing { actions } => {
            let actions: Vec<_> = actions.into_iter().map(|(id, _)| id).collect();
            view.expect_actions(actions.iter().copied());
            UserError::MandatoryMissing(MandatoryMissing {
                code,
                message,
                path,
                node_id,
                view,
                actions,
            })
        }
        Problem::CloseReasonRequired { reasons } => {
            let reasons = reasons.into_iter().map(|(id, _)| id).collect();
            UserError::CloseReasonRequired(CloseReasonRequired {
                code,
                message,
                path,
                node_id,
                view,
                reasons,
            })
        }
        _ => UserError::Generic(generic(code, message, path, node_id)),
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
        Problem::LimitReached { .. } => UserErrorCode::LimitReached,
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
        Problem::NodeRemoved { kind: "stage" } => UserErrorCode::StageRemoved,
        Problem::NodeRemoved { .. } => UserErrorCode::ActionRemoved,
        Problem::NodeOfOther { kind: "stage" } => UserErrorCode::StageNotInProcess,
        Problem::NodeOfOther { .. } => UserErrorCode::ActionNotInProcess,
        Problem::EmailTaken { .. } => UserErrorCode::EmailTaken,
        Problem::ExpectedVersionRequired { .. } => UserErrorCode::ExpectedVersionRequired,
        Problem::DefaultProcess { .. } => UserErrorCode::DefaultProcess,
        Problem::NoDefaultProcess => UserErrorCode::NoDefaultProcess,
    }
}
