//! Refusals as GraphQL shows them: the `userErrors` of mutations and the `blockers` of buttons are the
//! same types, each with the facts a front end needs to say it in its own words.

#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use std::{ops::Deref, sync::Arc};

use async_graphql::{ComplexObject, Context, Enum, ID, Interface, SimpleObject};
use domain::process::conflict::Conflict;
use entity::ids::{ActionId, CloseReasonId, MemberId, StageId};

use crate::graphql::{
    close_reason::{self, CloseReason},
    context::semanticNonNull,
    deal::DealStatus,
    error::{Field, field, maybe},
    member::{self, Member},
    process::{
        Process,
        action::Action,
        change::{self, ProcessChange},
        definition::ProcessVersion,
        settings::{Evidence, PerformerGroup},
        stage::Stage,
    },
    view::View,
};

/// What is wrong. Codes never change; new ones may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum UserErrorCode {
    /// It does not exist, or the viewer may not see it: the two cannot be told apart.
    NotFound,
    /// The viewer's role or relation to the deal does not allow it; the message says who may.
    Forbidden,
    /// A value breaks a limit or a format; the message says what a valid one looks like.
    InvalidValue,
    /// A text is not an id of the right kind.
    InvalidId,
    /// Something is wrong in a file; the error says in which line.
    InvalidFile,
    /// An id made by the client was used before, with another input.
    IdTaken,
    /// Another one whose name looks the same is there already: case, spaces and what nobody sees make no difference.
    NameTaken,
    /// There are as many as there may be.
    LimitReached,
    /// The process was saved since the caller read it.
    VersionConflict,
    /// `afterId` names something that is not among the same parent's children.
    NotASibling,
    /// The process takes no new deals.
    ProcessArchived,
    /// Open deals were moved to the stage by hand, and nothing says where they go.
    StageHasDeals,
    /// The deal is closed.
    DealClosed,
    /// The deal is open, so there is nothing to reopen.
    DealOpen,
    /// The action belongs to another process.
    ActionNotInProcess,
    /// The action was removed from the process.
    ActionRemoved,
    /// Others may do this action.
    NotAPerformer,
    /// The action needs evidence that did not come along.
    EvidenceRequired,
    /// The note was evidence once already.
    NoteUsed,
    /// The note shows that an action was done: undo the completion first, which `nodeId` names.
    NoteIsEvidence,
    /// The file was announced, and its bytes are not there yet.
    FileNotReady,
    /// The file is in another note already.
    FileUsed,
    /// Mandatory actions are not done.
    MandatoryMissing,
    /// The member is deactivated.
    MemberInactive,
    /// The owner always takes part.
    OwnerParticipates,
    /// Somebody must be able to manage the organisation: the last active administrator stays one.
    LastAdministrator,
    /// The member may not see the deal: make them a participant first.
    MemberCannotSeeDeal,
    /// Closing the deal so takes a reason, and none was given.
    CloseReasonRequired,
    /// The reason is for closing deals in another way.
    CloseReasonOfOtherStatus,
    /// The reason is no longer offered.
    CloseReasonArchived,
    /// The stage was removed from the process.
    StageRemoved,
    /// The stage belongs to another process.
    StageNotInProcess,
    /// Another member has this address; `nodeId` is theirs.
    EmailTaken,
    /// A whole tree would be replaced, and `expectedVersion` does not say which version it was made from.
    ExpectedVersionRequired,
    /// The process is the default one: `newDefaultId` says which one is to be it instead.
    DefaultProcess,
    /// No process is named, and there is none that new deals take instead.
    NoDefaultProcess,
}

/// A problem that its code and message tell all about.
#[derive(Clone, SimpleObject)]
pub(crate) struct GenericError {
    /// What is wrong, for programs.
    pub code: UserErrorCode,
    /// What is wrong and what to do, for people.
    pub message: String,
    /// The field below `input`, outermost first; what is about the whole has the field that says what it is
    /// about. Empty only in what is told before the click.
    pub path: Vec<String>,
    /// The id of the thing that is in the way.
    pub node_id: Option<ID>,
}

/// What every problem says stands in it: the fields of the interfaces are found there.
macro_rules! generic {
    ($($name:ident)*) => {$(
        impl Deref for $name {
            type Target = GenericError;

            fn deref(&self) -> &GenericError {
                &self.base
            }
        }
    )*};
}

generic! {
    NameTaken FileError LimitReached VersionConflict StageHasDeals DealClosed NotAPerformer EvidenceRequired
    MandatoryMissing CloseReasonRequired
}

/// Another one whose name looks the same is there already; `nodeId` is its id.
#[derive(Clone, SimpleObject)]
pub(crate) struct NameTaken {
    #[graphql(flatten)]
    pub(super) base: GenericError,
    /// The name that was asked for.
    pub(super) name: String,
}

/// Something is wrong in a file.
#[derive(Clone, SimpleObject)]
pub(crate) struct FileError {
    #[graphql(flatten)]
    pub(super) base: GenericError,
    /// The line of the file, as editors count: from 1.
    pub(super) line: u64,
    /// The character in the line, from 1.
    pub(super) column: u64,
}

/// There are as many as there may be.
#[derive(Clone, SimpleObject)]
pub(crate) struct LimitReached {
    #[graphql(flatten)]
    pub(super) base: GenericError,
    /// How many there may be.
    pub(super) limit: i64,
}

/// The process was saved since the caller read it: enough to merge both without another query.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub(crate) struct VersionConflict {
    #[graphql(flatten)]
    pub(super) base: GenericError,
    /// The version the caller started from.
    pub(super) expected_version: i64,
    /// The version it has now.
    pub(super) current_version: i64,
    #[graphql(skip)]
    pub(super) view: View,
    #[graphql(skip)]
    pub(super) conflict: Arc<Conflict>,
}

/// Open deals were moved to the stage by hand: say with `moveDealsTo` which stage takes its place.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub(crate) struct StageHasDeals {
    #[graphql(flatten)]
    pub(super) base: GenericError,
    /// How many open deals are in the way.
    pub(super) deal_count: u64,
    #[graphql(skip)]
    pub(super) view: View,
    #[graphql(skip)]
    pub(super) stage_id: StageId,
}

/// The deal is closed: it accepts no actions and no moves until it is reopened.
#[derive(Clone, SimpleObject)]
pub(crate) struct DealClosed {
    #[graphql(flatten)]
    pub(super) base: GenericError,
    /// How it ended.
    pub(super) status: DealStatus,
}

/// Others may do this action.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub(crate) struct NotAPerformer {
    #[graphql(flatten)]
    pub(super) base: GenericError,
    /// Which group may.
    pub(super) performers: PerformerGroup,
    #[graphql(skip)]
    pub(super) view: View,
    #[graphql(skip)]
    pub(super) members: Vec<MemberId>,
}

/// The action needs evidence that did not come along.
#[derive(Clone, SimpleObject)]
pub(crate) struct EvidenceRequired {
    #[graphql(flatten)]
    pub(super) base: GenericError,
    /// What is needed.
    pub(super) evidence: Evidence,
}

/// Mandatory actions are not done.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub(crate) struct MandatoryMissing {
    #[graphql(flatten)]
    pub(super) base: GenericError,
    #[graphql(skip)]
    pub(super) view: View,
    #[graphql(skip)]
    pub(super) actions: Vec<ActionId>,
}

/// Closing the deal so takes a reason: give the id of one of these as `reasonId`.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub(crate) struct CloseReasonRequired {
    #[graphql(flatten)]
    pub(super) base: GenericError,
    #[graphql(skip)]
    pub(super) view: View,
    #[graphql(skip)]
    pub(super) reasons: Vec<CloseReasonId>,
}

#[ComplexObject]
impl CloseReasonRequired {
    /// The reasons to choose from, in order.
    #[graphql(directive = semanticNonNull::apply())]
    async fn reasons(&self) -> Field<Vec<CloseReason>> {
        field(close_reason::many(&self.view, &self.reasons).await)
    }
}

#[ComplexObject]
impl VersionConflict {
    /// The process as it now is.
    #[graphql(directive = semanticNonNull::apply())]
    async fn process(&self) -> Field<Process> {
        maybe(Process::find(&self.view, self.conflict.process_id).await)
    }

    /// The version that was current when the save was refused, to merge with: who saved it meanwhile, when,
    /// and what they said. `theirs` leads to it. Somebody may have saved again since.
    #[graphql(directive = semanticNonNull::apply())]
    async fn latest(&self) -> Field<ProcessVersion> {
        match Process::get(&self.view, self.conflict.process_id).await {
            Ok(process) => maybe(process.read_version(self.conflict.current).await),
            Err(error) => field(Err(error)),
        }
    }

    /// Every save after the version the caller started from, the oldest first: who saved, when, what they
    /// said, and what each changed. The last one is `latest`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn since(&self, context: &Context<'_>) -> Field<Vec<ProcessVersion>> {
        let Conflict { process_id, expected, current, .. } = *self.conflict;
        field(ProcessVersion::between(context, &self.view, process_id, (expected, current)).await)
    }

    /// What others changed since the version the caller started from.
    async fn theirs(&self) -> Vec<ProcessChange> {
        change::objects(&self.view, &self.conflict.theirs)
    }

    /// What the caller wanted to change, from the same version.
    async fn yours(&self) -> Vec<ProcessChange> {
        change::objects(&self.view, &self.conflict.yours)
    }

    /// The ids of what both touch: the process itself, stages and actions. Where it is empty, the two
    /// can be put together without a decision.
    async fn overlapping(&self) -> Vec<ID> {
        self.conflict.overlapping.iter().map(ID::from).collect()
    }
}

#[ComplexObject]
impl StageHasDeals {
    /// The stage that would go.
    #[graphql(directive = semanticNonNull::apply())]
    async fn stage(&self) -> Field<Stage> {
        maybe(Stage::find(&self.view, self.stage_id).await)
    }
}

#[ComplexObject]
impl NotAPerformer {
    /// Who may, for `CHOSEN`; empty otherwise.
    #[graphql(directive = semanticNonNull::apply())]
    async fn members(&self) -> Field<Vec<Member>> {
        field(member::members(&self.view, &self.members).await)
    }
}

#[ComplexObject]
impl MandatoryMissing {
    /// The mandatory actions that are not done, in process order.
    #[graphql(directive = semanticNonNull::apply())]
    async fn actions(&self) -> Field<Vec<Action>> {
        let mut found = Vec::with_capacity(self.actions.len());
        for id in &self.actions {
            match Action::find(&self.view, *id).await {
                Ok(action) => found.extend(action),
                Err(error) => return field(Err(error)),
            }
        }
        field(Ok(found))
    }
}

/// Why a mutation did nothing. All problems are told at once.
#[derive(Clone, Interface)]
#[graphql(
    field(name = "code", ty = "&UserErrorCode", desc = "What is wrong, for programs."),
    field(name = "message", ty = "&String", desc = "What is wrong and what to do, for people."),
    field(
        name = "path",
        ty = "&Vec<String>",
        desc = "The field below `input`, outermost first; what is about the whole has the field that says what it is about."
    ),
    field(name = "node_id", ty = "&Option<ID>", desc = "The id of the thing that is in the way.")
)]
pub(crate) enum UserError {
    /// A problem that its code and message tell all about.
    Generic(GenericError),
    /// Another one of the same name.
    NameTaken(NameTaken),
    /// Wrong in a file.
    File(FileError),
    /// Too many.
    LimitReached(LimitReached),
    /// Saved meanwhile.
    VersionConflict(VersionConflict),
    /// Deals in the way.
    StageHasDeals(StageHasDeals),
    /// Closed.
    DealClosed(DealClosed),
    /// Others may.
    NotAPerformer(NotAPerformer),
    /// Evidence is missing.
    EvidenceRequired(EvidenceRequired),
    /// Mandatory actions are missing.
    MandatoryMissing(MandatoryMissing),
    /// A reason is missing.
    CloseReasonRequired(CloseReasonRequired),
}

/// Why something cannot be done now, told before the click. The same types as `UserError`.
#[derive(Clone, Interface)]
#[graphql(
    field(name = "code", ty = "&UserErrorCode", desc = "What is in the way, for programs."),
    field(name = "message", ty = "&String", desc = "What is in the way, for people."),
    field(name = "node_id", ty = "&Option<ID>", desc = "The id of the thing that is in the way.")
)]
pub(crate) enum Blocker {
    /// A problem that its code and message tell all about.
    Generic(GenericError),
    /// Closed.
    DealClosed(DealClosed),
    /// Others may.
    NotAPerformer(NotAPerformer),
    /// Mandatory actions are missing.
    MandatoryMissing(MandatoryMissing),
}
