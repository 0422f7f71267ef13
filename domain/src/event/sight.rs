//! What an event does to a board: does the deal change, come into sight, or go out of it (rule 23)? Pure.

use entity::{
    deal,
    deal::Visibility,
    event,
    event::{Fact, FieldChange},
    ids::{MemberId, ProcessId},
};

use super::cursor::Scope;
use crate::policy::Actor;

/// What a board shows of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The deal changed where it is.
    Changed,
    /// The deal came: it is to be shown from now on. It may have been there.
    Appeared,
    /// The deal went: it is to be shown no more. It may have gone before.
    Withdrawn,
    /// The deal went to another process and the viewer may not see it now: withdrawn if they could see it
    /// before, for which its history must be asked.
    WithdrawnIfSeen,
    /// Nothing: the viewer may not see the deal.
    Unseen,
}

/// Who looks at a board.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// Whether they may have come to see every deal only after the event.
    pub is_new: bool,
}

/// The deals that a board shows to this viewer.
pub fn scope(viewer: &Actor) -> Scope {
    if viewer.leads() { Scope::All } else { Scope::Own }
}

/// What the board of a process shows of an event to a viewer who now sees the deal so, or does not.
pub fn effect(
    event: &event::Model,
    process: ProcessId,
    viewer: &Viewer<'_>,
    deal: Option<&deal::Model>,
) -> Effect {
    match deal {
        Some(_) if leaves_process(event, process) => Effect::Withdrawn,
        Some(deal) if brings(event, process, viewer, deal) => Effect::Appeared,
        Some(_) => Effect::Changed,
        None if leaves_process(event, process) => Effect::WithdrawnIfSeen,
        None if hides(&event.fact, viewer.actor) => Effect::Withdrawn,
        None => Effect::Unseen,
    }
}

/// Whether the event may take the deal off the board of a viewer who does not see it now.
pub fn may_withdraw(event: &event::Model, process: ProcessId, viewer: &Actor) -> bool {
    leaves_process(event, process) || hides(&event.fact, viewer)
}

fn leaves_process(event: &event::Model, process: ProcessId) -> bool {
    event.from_process_id == Some(process) && event.process_id != process
}

/// Whether the deal may not have been on the board before. Once it is visible to everyone, taking part
/// brings nothing: the event that made it visible did, or will.
fn brings(
    event: &event::Model,
    process: ProcessId,
    viewer: &Viewer<'_>,
    deal: &deal::Model,
) -> bool {
    let came = event.from_process_id.is_some_and(|from| from != process);
    let joins = deal.visibility == Visibility::Participants;
    let member = viewer.actor;
    match &event.fact {
        _ if came => true,
        Fact::DealCreated { .. } => true,
        _ if member.leads() && !viewer.is_new => false,
        Fact::ParticipantAdded { member_id } => joins && member.is(*member_id),
        Fact::DealUpdated { changes } => changes.iter().any(|change| match change {
            FieldChange::Visibility { to, .. } => *to == Visibility::Everyone,
            FieldChange::Owner { to, .. } => joins && member.is(*to),
            _ => false,
        }),
        _ => false,
    }
}

/// Whether the viewer could see the deal before the event, and perhaps not after it.
fn hides(fact: &Fact, viewer: &Actor) -> bool {
    match fact {
        Fact::ParticipantRemoved { member_id } => viewer.is(*member_id),
        Fact::DealUpdated { changes } => changes.iter().any(|change| match change {
            FieldChange::Visibility { to, .. } => *to == Visibility::Participants,
            FieldChange::Owner { from, .. } => viewer.is(*from),
            _ => false,
        }),
        _ => false,
    }
}

/// Whether a salesperson could see the deal after these facts, which are all that had happened to it.
pub fn saw(facts: &[Fact], member: MemberId) -> bool {
    let (mut everyone, mut owns, mut takes_part) = (false, false, false);
    for fact in facts {
        match fact {
            Fact::DealCreated { visibility, participant_ids, .. } => {
                everyone = *visibility == Visibility::Everyone;
                takes_part = participant_ids.contains(&member);
            }
            Fact::ParticipantAdded { member_id } if *member_id == member => takes_part = true,
            Fact::ParticipantRemoved { member_id } if *member_id == member => takes_part = false,
            Fact::DealUpdated { changes } => {
                for change in changes {
                    match change {
                        FieldChange::Visibility { to, .. } => {
                            everyone = *to == Visibility::Everyone;
                        }
                        FieldChange::Owner { to, .. } => owns = *to == member,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    everyone || owns || takes_part
}
