//! May it be done, and what follows? The one rule engine (rule 15): the blockers shown before the
//! click and the refusals after it come from the same functions, on every path. Pure.

use entity::{
    action::Evidence,
    deal::Status,
    event::{ActionFact, Fact, ReasonFact},
    ids::{ActionId, CloseReasonId, CompletionId, NoteId, StageId},
    note,
};

use super::state::Deal;
use crate::{
    policy::{self, Actor, Denial, NoteFacts, Permission, Subject},
    process::{
        definition::{ActionDefinition, StageDefinition},
        version::Version,
    },
    refusal::{Problem, Refusal},
};

/// A deal, the process version it is decided by, and who asks.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The deal.
    pub deal: &'a Deal,
    /// The version that decides: the current one, or the one a closed deal was closed with.
    pub version: &'a Version,
    /// Who asks.
    pub actor: &'a Actor,
}

/// What a viewer can do to a deal as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DealOperation {
    /// Change title, value, owner or visibility.
    Update,
    /// Move it to a stage by hand.
    Move,
    /// Let it go through another process.
    ChangeProcess,
    /// Close it as this.
    Close(Status),
    /// Let it run again.
    Reopen,
    /// Write a note about it.
    AddNote,
    /// Add and remove participants.
    ChangeParticipants,
    /// Make a task for it.
    CreateTask,
}

/// The evidence that came along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// None.
    Nothing,
    /// This note, which was not evidence before.
    Note {
        /// Which.
        id: NoteId,
        /// Whether it has a file.
        has_file: bool,
        /// The field of the input that names it.
        at: &'static str,
    },
}

/// Why an action or a stage is not among those of the deciding version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// There is none of this id.
    Unknown,
    /// It belongs to another process.
    OtherProcess,
    /// It was removed.
    Removed,
    /// It came after the deal was closed: reopened, the deal has it.
    Later,
}

impl DealOperation {
    /// What the policy calls it.
    pub fn permission(self) -> Permission {
        match self {
            Self::Reopen => Permission::ReopenDeal,
            Self::CreateTask => Permission::ChangeTasks,
            _ => Permission::ChangeDeal,
        }
    }

    fn needs_open_deal(self) -> bool {
        matches!(self, Self::Move | Self::ChangeProcess | Self::Close(_))
    }
}

/// Everything that keeps the actor from doing this to the deal now; empty: it can be done.
pub fn blockers(case: Case<'_>, operation: DealOperation) -> Vec<Refusal> {
    let mut blockers = forbidden(case, operation.permission());
    match operation {
        DealOperation::Reopen if case.deal.is_open() => {
            blockers.push(about(case, Problem::DealOpen))
        }
        _ if operation.needs_open_deal() => blockers.extend(closed(case)),
        _ => {}
    }
    if operation == DealOperation::Close(Status::Won) && case.deal.is_open() {
        blockers.extend(mandatory_missing(case));
    }
    blockers
}

/// The mandatory actions that are not done, in process order (rule 14).
pub fn missing<'a>(deal: &Deal, version: &'a Version) -> Vec<&'a ActionDefinition> {
    let actions = version.definition.actions();
    actions
        .filter(|action| action.mandatory && deal.completion_of(action.action_id).is_none())
        .collect()
}

/// Everything that keeps the actor from doing an action now. Evidence that can be given with the
/// call is a need, never a blocker.
pub fn action_blockers(case: Case<'_>, action: &ActionDefinition) -> Vec<Refusal> {
    let mut blockers: Vec<_> = closed(case).into_iter().collect();
    let performers = &action.performers;
    let facts = case.deal.facts(case.actor);
    if !policy::performs(case.actor, &facts, performers.group, &performers.members) {
        let members = performers.members.clone();
        let problem = Problem::NotAPerformer { performers: performers.group, members, names: None };
        blockers.push(problem.refused().about(action.action_id));
    }
    blockers
}

/// Doing an action (rule 12): the fact, or every reason against it.
pub fn complete(
    case: Case<'_>,
    action_id: ActionId,
    absent: Absent,
    given: Result<Given, Vec<Refusal>>,
    completion_id: CompletionId,
) -> Result<Fact, Vec<Refusal>> {
    let Some((stage, action)) = case.version.action(action_id) else {
        let mut refusals = not_in_version(case, action_id, absent);
        refusals.append(&mut given.err().unwrap_or_default());
        return Err(refusals);
    };
    let mut refusals = action_blockers(case, action);
    let given = given.unwrap_or_else(|mut all| {
        refusals.append(&mut all);
        Given::Nothing
    });
    if !about_note(&refusals) {
        refusals.extend(lacking(action, given));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let note_id = match given {
        Given::Nothing => None,
        Given::Note { id, .. } => Some(id),
    };
    Ok(Fact::ActionCompleted { completion_id, action: action_fact(stage, action), note_id })
}

/// What the evidence that came along falls short of.
fn lacking(action: &ActionDefinition, given: Given) -> Option<Refusal> {
    let at = match (action.evidence, given) {
        (Evidence::None, _) | (Evidence::Note, Given::Note { .. }) => return None,
        (Evidence::NoteWithFile, Given::Note { has_file: true, .. }) => return None,
        (Evidence::NoteWithFile, Given::Note { at, .. }) => at,
        (Evidence::Note | Evidence::NoteWithFile, Given::Nothing) => "note",
    };
    let problem = Problem::EvidenceRequired { evidence: action.evidence };
    Some(problem.at(at).about(action.action_id))
}

/// A note that was refused is not also missing.
fn about_note(refusals: &[Refusal]) -> bool {
    refusals
        .iter()
        .any(|one| matches!(one.path.first().map(String::as_str), Some("note" | "noteId")))
}

fn not_in_version(case: Case<'_>, id: ActionId, absent: Absent) -> Vec<Refusal> {
    let mut refusals: Vec<_> = closed(case).into_iter().collect();
    let problem = match absent {
        Absent::Unknown => Problem::NotFound { kind: "action" },
        Absent::OtherProcess => Problem::ActionNotInProcess,
        Absent::Later if !refusals.is_empty() => return refusals,
        Absent::Later | Absent::Removed => Problem::ActionRemoved,
    };
    refusals.push(problem.at("actionId").about(id));
    refusals
}

/// What keeps the actor from undoing a completion of the deal (rule 13).
pub fn undo_blockers(case: Case<'_>, performer: entity::ids::MemberId) -> Vec<Refusal> {
    let mut blockers: Vec<_> = closed(case).into_iter().collect();
    if !policy::undoes(case.actor, performer) {
        let who_may = policy::WHO_MAY_UNDO;
        blockers.push(about(case, Problem::Forbidden { who_may }));
    }
    blockers
}

/// Everything that keeps the actor from editing or withdrawing a note of the deal. Administrators may when the
/// deal is closed, too; what shows that an action was done stays as long as it is done.
pub fn note_blockers(case: Case<'_>, note: &note::Model) -> Vec<Refusal> {
    let subject = Subject::Note(note_facts(case, note));
    let mut blockers = Vec::new();
    if let Err(Denial::Forbidden(who_may)) =
        policy::decide(case.actor, Permission::ChangeNote, subject)
    {
        blockers.push(Problem::Forbidden { who_may }.refused().about(note.id));
    }
    blockers.extend(closed(case).filter(|_| !case.actor.administers()));
    let evidence = case.deal.done.iter().find(|done| done.note_id == Some(note.id));
    blockers.extend(evidence.map(|done| Problem::NoteIsEvidence.refused().about(done.id)));
    blockers
}

/// What the policy needs to know of a note of the deal.
pub fn note_facts(case: Case<'_>, note: &note::Model) -> NoteFacts {
    NoteFacts { deal: case.deal.facts(case.actor), author_id: note.author_id }
}

/// Whether the deal is closed in just this way: as this, for this reason and with this comment (rule 14).
pub fn is_closed_so(
    deal: &Deal,
    status: Status,
    reason: Option<CloseReasonId>,
    comment: Option<&str>,
) -> bool {
    let row = &deal.row;
    let is = (row.status, row.close_reason_id, row.close_comment.as_deref());
    is == (status, reason, comment)
}

/// The fact of closing a deal.
pub fn closing(status: Status, comment: Option<String>, reason: Option<ReasonFact>) -> Fact {
    match status {
        Status::Lost => Fact::DealLost { comment, reason },
        Status::Outdated => Fact::DealOutdated { comment, reason },
        Status::Won | Status::Open => Fact::DealWon { comment, reason },
    }
}

/// The fact of reopening: a move by hand to a stage that is gone since is dropped (rule 14).
pub fn reopening(deal: &Deal, current: &Version, comment: Option<String>) -> Fact {
    let moved_to = deal.row.moved_stage_id;
    let dropped_move_to = moved_to.filter(|id| current.stage_index(*id).is_none());
    Fact::DealReopened { dropped_move_to, comment }
}

/// A move by hand (rule 10): the fact, none when it is where the last one led and the deal still is, or
/// every reason against it.
pub fn moving(
    case: Case<'_>,
    to: Option<StageId>,
    absent: Absent,
) -> Result<Option<Fact>, Vec<Refusal>> {
    let mut refusals = blockers(case, DealOperation::Move);
    let stage = to.and_then(|id| case.version.definition.stage(id));
    if let Some(id) = to.filter(|_| stage.is_none()) {
        refusals.extend(no_stage(case, id, absent));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let to_stage_name = stage.map(|stage| stage.name.clone());
    let fact = Fact::DealMoved { to_stage_id: to, to_stage_name };
    Ok((!case.deal.rests_at(to)).then_some(fact))
}

fn no_stage(case: Case<'_>, id: StageId, absent: Absent) -> Option<Refusal> {
    let kind = "stage";
    let problem = match absent {
        Absent::Unknown => Problem::NotFound { kind },
        Absent::OtherProcess => Problem::NodeOfOther { kind },
        Absent::Later if !case.deal.is_open() => return None,
        Absent::Later | Absent::Removed => Problem::NodeRemoved { kind },
    };
    Some(problem.at("stageId").about(id))
}

/// An action as events tell of it.
pub fn action_fact(stage: &StageDefinition, action: &ActionDefinition) -> ActionFact {
    ActionFact {
        action_id: action.action_id,
        action_name: action.name.clone(),
        stage_id: stage.stage_id,
        stage_name: stage.name.clone(),
    }
}

/// What the policy says against it: *not found* for what may not be seen.
pub fn forbidden(case: Case<'_>, permission: Permission) -> Vec<Refusal> {
    let subject = Subject::Deal(case.deal.facts(case.actor));
    match policy::decide(case.actor, permission, subject) {
        Ok(()) => Vec::new(),
        Err(Denial::Unseen) => vec![about(case, Problem::NotFound { kind: "deal" })],
        Err(Denial::Forbidden(who_may)) => vec![about(case, Problem::Forbidden { who_may })],
    }
}

fn closed(case: Case<'_>) -> Option<Refusal> {
    let status = case.deal.row.status;
    (!case.deal.is_open()).then(|| about(case, Problem::DealClosed { status }))
}

fn mandatory_missing(case: Case<'_>) -> Option<Refusal> {
    let missing = missing(case.deal, case.version);
    let actions: Vec<_> =
        missing.iter().map(|action| (action.action_id, action.name.clone())).collect();
    (!actions.is_empty()).then(|| about(case, Problem::MandatoryMissing { actions }))
}

fn about(case: Case<'_>, problem: Problem) -> Refusal {
    problem.refused().about(case.deal.row.id)
}
