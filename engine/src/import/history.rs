//! Replaying the history of one deal: the rules and events of the API, at the times given. Pure.

use domain::{
    deal::{
        money::Money,
        performers,
        rules::{self, Absent, Case, DealOperation, Given},
        state::{Deal, Stamp},
    },
    language::Language,
    policy::{self, Actor, MemberActor, Permission, Subject},
    process::version::Version,
    refusal::{Problem, Refusal},
    text,
};
use entity::{
    Timestamp,
    deal::Status,
    event::Fact,
    ids::{MemberId, NoteId},
    note,
};

use super::{
    names::Names,
    rows::{CompletionRow, DealRow, actor},
};
use crate::{
    clock::Clock,
    deal::{self},
};

/// Where and when history is replayed.
#[derive(Clone, Copy)]
pub(crate) struct Stage<'a> {
    /// The process version that decides.
    pub version: &'a Version,
    /// Makes the ids.
    pub clock: &'a Clock,
    /// When the events are written.
    pub now: Timestamp,
    /// Who the members are.
    pub names: &'a Names,
}

/// A deal after its history.
#[derive(Debug)]
pub(crate) struct Replayed {
    /// The deal, with everything that has to be written.
    pub deal: Deal,
    /// Completions of actions that were done already.
    pub repeated: usize,
}

/// What the rules did not allow.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    /// Completions: their places in the file, the columns to look at, and the reasons.
    pub completions: Vec<(usize, &'static str, String)>,
    /// Closing the deal as it was closed.
    pub closing: Vec<String>,
}

/// Replays a history: facts in the order of time, then of the file; closing last.
pub(crate) fn replay(
    stage: Stage<'_>,
    row: &DealRow,
    completions: &[CompletionRow],
) -> Result<Replayed, Refused> {
    let mut replay = Replay { stage, row, deal: new_deal(stage, row), refused: Refused::default() };
    replay.create(completions);
    let mut in_order: Vec<_> = completions.iter().collect();
    in_order.sort_by_key(|one| (one.done_at, one.index));
    let repeated = in_order.into_iter().filter(|one| !replay.complete(one)).count();
    replay.close();
    let Replay { deal, refused, .. } = replay;
    let allowed = refused.completions.is_empty() && refused.closing.is_empty();
    if allowed { Ok(Replayed { deal, repeated }) } else { Err(refused) }
}

fn new_deal(stage: Stage<'_>, row: &DealRow) -> Deal {
    let id = stage.clock.new_id();
    let process_id = stage.version.process_id;
    let mut blank = deal::blank(id, process_id, row.owner.id, row.opened_at);
    blank.external_id = Some(row.external_id.clone());
    blank.title_key = text::key(&row.title);
    blank.title = row.title.clone();
    (blank.value_amount, blank.value_currency) = Money::columns(row.value.clone());
    Deal::new(blank)
}

struct Replay<'a> {
    stage: Stage<'a>,
    row: &'a DealRow,
    deal: Deal,
    refused: Refused,
}

impl Replay<'_> {
    /// Whoever did something for the deal takes part from the start: they could not have done it
    /// otherwise (rule 24).
    fn create(&mut self, completions: &[CompletionRow]) {
        let mut participant_ids: Vec<MemberId> = vec![self.row.owner.id];
        for completion in completions {
            if !participant_ids.contains(&completion.done_by.id) {
                participant_ids.push(completion.done_by.id);
            }
        }
        let (title, visibility) = (self.row.title.clone(), self.deal.row.visibility);
        let fact = Fact::DealCreated { title, visibility, participant_ids };
        self.happen(fact, &self.row.owner, self.row.opened_at);
    }

    fn happen(&mut self, fact: Fact, by: &MemberActor, at: Timestamp) {
        let event_id = self.stage.clock.new_id();
        let recorded_at = self.stage.now;
        let stamp = Stamp { event_id, actor_id: Some(by.id), occurred_at: at, recorded_at };
        self.deal.happen(fact, self.stage.version, &stamp);
    }

    /// False when the action was done already.
    fn complete(&mut self, row: &CompletionRow) -> bool {
        if self.deal.completion_of(row.action_id).is_some() {
            return false;
        }
        if let Some(text) = self.out_of_time(row) {
            self.refused.completions.push((row.index, "done_at", text));
            return true;
        }
        let note = row.note.as_ref().map(|body| self.note(row, body));
        match self.decide(row, note.as_ref().map(|note| note.id)) {
            Ok(fact) => {
                self.happen(fact, &row.done_by, row.done_at);
                self.deal.pending.notes.extend(note);
            }
            Err(refusals) => {
                let reasons = refusals.iter();
                let reasons = reasons
                    .map(|one| (row.index, column(one), one.problem.message(Language::English)));
                self.refused.completions.extend(reasons);
            }
        }
        true
    }

    /// A closed deal takes no actions, and one that has not begun neither.
    fn out_of_time(&self, row: &CompletionRow) -> Option<String> {
        if row.done_at < self.row.opened_at {
            return Some(
                "This was before the deal was opened. Correct one of the two times.".into(),
            );
        }
        let closed_at = self.row.closed.map(|(_, at)| at);
        let after = closed_at.is_some_and(|closed_at| row.done_at > closed_at);
        after.then(|| "This was after the deal was closed. Correct one of the two times.".into())
    }

    fn decide(&self, row: &CompletionRow, note: Option<NoteId>) -> Result<Fact, Vec<Refusal>> {
        let actor = actor(&row.done_by);
        self.allow(&actor, Permission::DoActions)?;
        let written = |id| Given::Note { id, has_file: false, at: "note" };
        let given = note.map_or(Given::Nothing, written);
        let completion_id = self.stage.clock.new_id();
        let case = self.case(&actor);
        let fact = rules::complete(case, row.action_id, Absent::Unknown, Ok(given), completion_id);
        fact.map_err(|refusals| performers::named(refusals, |id| self.stage.names.member(id)))
    }

    fn note(&self, row: &CompletionRow, body: &str) -> note::Model {
        note::Model {
            id: self.stage.clock.new_id(),
            deal_id: self.deal.row.id,
            author_id: row.done_by.id,
            body: body.to_owned(),
            created_at: row.done_at,
            edited_at: None,
            withdrawn_at: None,
        }
    }

    fn case<'b>(&'b self, actor: &'b Actor) -> Case<'b> {
        Case { deal: &self.deal, version: self.stage.version, actor }
    }

    fn allow(&self, actor: &Actor, permission: Permission) -> Result<(), Vec<Refusal>> {
        let subject = Subject::Deal(self.deal.facts(actor));
        match policy::decide(actor, permission, subject) {
            Ok(()) => Ok(()),
            Err(_) => {
                Err(vec![Problem::Forbidden { who_may: policy::who_may(permission) }.refused()])
            }
        }
    }

    fn close(&mut self) {
        let Some((status, at)) = self.row.closed else { return };
        if let Err(refusals) = self.may_close(status) {
            self.refused.closing =
                refusals.iter().map(|one| one.problem.message(Language::English)).collect();
            return;
        }
        let (comment, reason) = (self.row.comment.clone(), self.row.reason.clone());
        let fact = rules::closing(status, comment, reason);
        self.happen(fact, &self.row.owner, at);
    }

    /// The owner closes the deal.
    fn may_close(&self, status: Status) -> Result<(), Vec<Refusal>> {
        let owner = actor(&self.row.owner);
        let blockers = rules::blockers(self.case(&owner), DealOperation::Close(status));
        if blockers.is_empty() { Ok(()) } else { Err(blockers) }
    }
}

/// The column that has to change for the rules to allow it.
fn column(refusal: &Refusal) -> &'static str {
    match refusal.problem {
        Problem::EvidenceRequired { .. } => "note",
        Problem::NotAPerformer { .. } | Problem::Forbidden { .. } => "done_by",
        _ => "action",
    }
}
