//! What is wrong with an input whatever deal it is about: told together with a deal that there is not, or that the
//! actor may not see – the same for both.

use domain::{
    refusal::{Problem, Refusal},
    task::{CreateTask, UpdateTask as TaskFields},
    text,
};
use entity::ids::{CloseReasonId, MemberId, StageId};

use super::{ChangeProcess, CloseDeal, CompleteAction, DealFields, find, title, transfer};
use crate::{
    close_reason,
    error::{Error, Problems, Result, also},
    file, member, process,
    tx::Tx,
};

/// What came with a call about a deal.
pub(crate) enum Input<'a> {
    /// New fields.
    Update(&'a DealFields),
    /// A member to take part, or to take part no longer.
    Participant(MemberId, Presence),
    /// A stage to go to; none: to no stage.
    Move(Option<StageId>),
    /// An action that was done.
    Complete(&'a CompleteAction),
    /// The end.
    Close(&'a CloseDeal),
    /// What was said, and nothing else.
    Comment(Option<&'a str>),
    /// A note.
    Note(&'a super::AddNote),
    /// Another process.
    ChangeProcess(&'a ChangeProcess),
    /// A task to make.
    CreateTask(&'a CreateTask),
    /// New fields for a task.
    UpdateTask(&'a TaskFields),
}

/// Whether a member has to be active, or only to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// They join.
    Active,
    /// They leave.
    Known,
}

/// The outcome of a use case; where its deal or task is not to be seen, with all else that is wrong.
pub(crate) async fn with_all<T>(tx: &Tx, done: Result<T>, input: Input<'_>) -> Result<T> {
    match done {
        Err(error) if is_unseen(&error) => Err(also(error, input.wrong(tx).await?)),
        other => other,
    }
}

/// Whether it was not even looked at what else is wrong.
fn is_unseen(error: &Error) -> bool {
    let Error::Refused(all) = error else { return false };
    matches!(
        &all[..],
        [Refusal { problem: Problem::NotFound { kind: "deal" | "task" | "completion" }, .. }]
    )
}

impl Input<'_> {
    async fn wrong(&self, tx: &Tx) -> Result<Vec<Refusal>> {
        let mut problems = Problems::default();
        match self {
            Self::Update(update) => {
                problems.take(update.title.as_deref().map(title).transpose())?;
                active(tx, update.owner_id, "ownerId", &mut problems).await?;
            }
            Self::Participant(id, Presence::Active) => {
                active(tx, Some(*id), "memberId", &mut problems).await?;
            }
            Self::Participant(id, Presence::Known) => {
                let known = member::require_known(tx.conn(), *id).await;
                problems.take(known.map_err(|error| error.at("memberId")))?;
            }
            Self::Move(id) => stage(tx, *id, &mut problems).await?,
            Self::Complete(complete) => completion(tx, complete, &mut problems).await?,
            Self::Close(close) => {
                problems.extend(too_long(close.comment.as_deref(), "comment"));
                reason(tx, close.reason_id, &mut problems).await?;
            }
            Self::Comment(comment) => problems.extend(too_long(*comment, "comment")),
            Self::Note(note) => {
                problems.extend(text::filled(&note.body).err().map(|one| one.at("body")));
                problems.extend(file::why_not(tx, &note.files).await?);
                problems.take(tx.claim(note.new_id, *note).await)?;
            }
            Self::ChangeProcess(change) => {
                problems.take(process::existing(tx.conn(), change.process_id).await)?;
                problems.extend(transfer::wrong_anyway(tx, change).await?);
            }
            Self::CreateTask(task) => {
                problems.take(title(&task.title))?;
                problems.extend(too_long(Some(&task.description), "description"));
                active(tx, task.assignee_id, "assigneeId", &mut problems).await?;
                problems.take(tx.claim(task.new_id, *task).await)?;
            }
            Self::UpdateTask(task) => {
                problems.take(task.title.as_deref().map(title).transpose())?;
                problems.extend(too_long(task.description.as_deref(), "description"));
                active(tx, task.assignee_id, "assigneeId", &mut problems).await?;
            }
        }
        Ok(problems.into_refusals())
    }
}

/// Members are seen by everyone.
async fn active(tx: &Tx, id: Option<MemberId>, field: &str, problems: &mut Problems) -> Result<()> {
    let ids: Vec<_> = id.into_iter().collect();
    let active = member::keep_active(tx, &ids).await;
    problems.take(active.map_err(|error| error.at(field))).map(drop)
}

/// So are close reasons.
async fn reason(tx: &Tx, id: Option<CloseReasonId>, problems: &mut Problems) -> Result<()> {
    let Some(id) = id else { return Ok(()) };
    if close_reason::store::find(tx.conn(), id).await?.is_none() {
        problems.push(Problem::NotFound { kind: "close reason" }.at("reasonId").about(id));
    }
    Ok(())
}

/// And stages.
async fn stage(tx: &Tx, id: Option<StageId>, problems: &mut Problems) -> Result<()> {
    let Some(id) = id else { return Ok(()) };
    if process::store::stage(tx.conn(), id).await?.is_none() {
        problems.push(Problem::NotFound { kind: "stage" }.at("stageId").about(id));
    }
    Ok(())
}

/// And actions. A note is seen by whoever sees its deal.
async fn completion(tx: &Tx, complete: &CompleteAction, problems: &mut Problems) -> Result<()> {
    let id = complete.action_id;
    if process::store::action(tx.conn(), id).await?.is_none() {
        problems.push(Problem::NotFound { kind: "action" }.at("actionId").about(id));
    }
    let evidence = &complete.evidence;
    if let Some(body) = &evidence.note {
        let wrong_body = text::filled(body).err().map(|one| one.at("body"));
        let wrong_files = file::why_not(tx, &evidence.files).await?;
        problems.extend(wrong_body.into_iter().chain(wrong_files).map(|one| one.at("note")));
        let two = evidence.note_id.map(|_| super::two_notes());
        problems.extend(two);
    } else if let Some(id) = evidence.note_id
        && !find::sees_note(tx, id).await?
    {
        problems.push(Problem::NotFound { kind: "note" }.at("noteId").about(id));
    }
    Ok(())
}

fn too_long(given: Option<&str>, field: &str) -> Option<Refusal> {
    given.and_then(|given| text::long(given).err()).map(|refusal| refusal.at(field))
}
