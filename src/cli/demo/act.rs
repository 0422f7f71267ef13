//! What the invented people do, each as a member who may, through the same use cases as the API.

use std::sync::Arc;

use domain::{
    policy::{self, Actor},
    process::{
        definition::{ActionDefinition, Performers},
        version::Version,
    },
};
use engine::{
    app::App,
    deal::{
        self, CloseDeal, CompleteAction, CreateDeal, Evidence, MoveDeal, ReopenDeal,
        UndoCompletion, find,
    },
    error::{Error, Result},
    process,
};
use entity::{completion, deal as row, deal::Status, ids::DealId};

use super::{
    reasons,
    team::{DEMO, Team},
};

const NOTES: [&str; 8] = [
    "They want to start before the summer.",
    "The price is not the problem; the board is.",
    "Asked for a reference from the same trade.",
    "Good talk. They know our product from a former job.",
    "Two other vendors are in the race.",
    "Please call again on Thursday after 14:00.",
    "They need it in Polish and in German.",
    "The budget is there, if it is signed this quarter.",
];

/// A deal as it is, with the version of its process that decides about it now.
pub(crate) struct View {
    /// The deal.
    pub row: row::Model,
    /// The version.
    pub version: Arc<Version>,
    participants: Vec<entity::ids::MemberId>,
    done: Vec<completion::Model>,
}

/// Which action to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The first that is not done.
    Any,
    /// The first mandatory one that is not done.
    Mandatory,
}

/// Looks at a deal.
pub(crate) async fn look(app: &App, id: DealId) -> Result<View> {
    let snapshot = app.read(DEMO);
    let gone = || Error::not_found("deal");
    let row = find::many(&snapshot, vec![id]).await?.pop().ok_or_else(gone)?;
    let process = process::find::many(&snapshot, vec![row.process_id]).await?.pop();
    let number = process.ok_or_else(gone)?.version;
    let key = (row.process_id, number);
    let version = process::find::versions(&snapshot, vec![key]).await?.remove(&key);
    let version = version.ok_or_else(gone)?;
    let participants = find::participants(&snapshot, vec![id]).await?.remove(&id);
    let done = find::done(&snapshot, vec![id]).await?.remove(&id);
    let (participants, done) = (participants.unwrap_or_default(), done.unwrap_or_default());
    Ok(View { row, version, participants, done })
}

impl View {
    fn owner(&self, team: &Team) -> Actor {
        team.actor(self.row.owner_id).unwrap_or(DEMO)
    }

    fn next(&self, which: Next) -> Option<&ActionDefinition> {
        self.version.definition.actions().find(|action| {
            let done = self.done.iter().any(|one| one.action_id == action.action_id);
            !done && (which == Next::Any || action.mandatory)
        })
    }

    /// Who does the action: the owner if they may, else the first of the team who may.
    fn performer(&self, team: &Team, action: &ActionDefinition) -> Option<Actor> {
        let Performers { group, members } = &action.performers;
        team.from(self.row.owner_id).find(|actor| {
            let takes_part = self.participants.iter().any(|id| actor.is(*id));
            let facts = deal::state::facts(&self.row, takes_part);
            policy::sees(actor, &facts) && policy::performs(actor, &facts, *group, members)
        })
    }

    /// A note where the action needs one: always the same for a deal and a place in it.
    fn note(&self, action: &ActionDefinition) -> Option<String> {
        let place = self.row.title.len() + self.done.len();
        let needed = action.evidence != entity::action::Evidence::None;
        needed.then(|| NOTES[place % NOTES.len()].to_owned())
    }
}

/// Begins a deal, as its owner.
pub(crate) async fn create(app: &App, team: &Team, command: CreateDeal) -> Result<DealId> {
    let owner = command.owner_id.and_then(|id| team.actor(id)).unwrap_or(DEMO);
    app.write(owner, command).await
}

/// Somebody who may does the next action; false: there is none.
pub(crate) async fn do_next(app: &App, team: &Team, id: DealId, which: Next) -> Result<bool> {
    let view = look(app, id).await?;
    let Some(action) = view.next(which) else { return Ok(false) };
    let Some(performer) = view.performer(team, action) else { return Ok(false) };
    let evidence = Evidence { note: view.note(action), ..Evidence::default() };
    let command =
        CompleteAction { deal_id: id, action_id: action.action_id, new_id: None, evidence };
    app.write(performer, command).await?;
    Ok(true)
}

/// Whoever did the latest action undoes it; false: nothing is done.
pub(crate) async fn undo_latest(app: &App, team: &Team, id: DealId) -> Result<bool> {
    let view = look(app, id).await?;
    let Some(latest) = view.done.iter().max_by_key(|one| one.deal_version) else {
        return Ok(false);
    };
    let performer = team.actor(latest.member_id).unwrap_or(DEMO);
    app.write(performer, UndoCompletion { completion_id: latest.id, comment: None }).await?;
    Ok(true)
}

/// The owner moves the deal to the stage at this place, or to none.
pub(crate) async fn move_to(
    app: &App,
    team: &Team,
    id: DealId,
    place: Option<usize>,
) -> Result<()> {
    let view = look(app, id).await?;
    let stages = &view.version.definition.stages;
    let stage = place.and_then(|place| stages.get(place)).map(|stage| stage.stage_id);
    app.write(view.owner(team), MoveDeal { deal_id: id, stage_id: stage }).await
}

/// The owner closes the deal.
pub(crate) async fn close(
    app: &App,
    team: &Team,
    id: DealId,
    status: Status,
    comment: &'static str,
) -> Result<()> {
    let owner = look(app, id).await?.owner(team);
    let reason_id = reasons::told_by(app, status, comment).await?;
    let comment = Some(comment.to_owned());
    app.write(owner, CloseDeal { deal_id: id, status, reason_id, comment }).await
}

/// The owner reopens the deal.
pub(crate) async fn reopen(app: &App, team: &Team, id: DealId) -> Result<()> {
    let owner = look(app, id).await?.owner(team);
    app.write(owner, ReopenDeal { deal_id: id, comment: None }).await
}
