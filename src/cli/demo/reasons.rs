//! Why the invented team closes deals.

use domain::{close_reason::Position, policy::Actor};
use engine::{
    app::App,
    close_reason::{AddCloseReason, store},
    error::Result,
};
use entity::{deal::Status, ids::CloseReasonId};

use super::team::{Team, ZOFIA};

/// A reason, and a word of a closing comment that tells of it; the last of a status is for the rest.
type Reason = (Status, &'static str, &'static str);

const REASONS: [Reason; 9] = [
    (Status::Won, "We know their trade", "trade"),
    (Status::Won, "Price and terms", ""),
    (Status::Lost, "Another vendor", "vendor"),
    (Status::Lost, "Price", "expensive"),
    (Status::Lost, "No answer", "answer"),
    (Status::Lost, "Other", ""),
    (Status::Outdated, "No budget", "budget"),
    (Status::Outdated, "Postponed", "postponed"),
    (Status::Outdated, "Other", ""),
];

/// Adds the reasons, as the first administrator.
pub(crate) async fn create(app: &App, team: &Team) -> Result<()> {
    for (status, name, _) in REASONS {
        let author = Actor::Member(team.at(ZOFIA)?.clone());
        let name = name.to_owned();
        let command = AddCloseReason { new_id: None, status, name, place: Position::Last };
        app.write(author, command).await?;
    }
    Ok(())
}

/// The reason that a comment tells of.
pub(crate) async fn told_by(
    app: &App,
    status: Status,
    comment: &str,
) -> Result<Option<CloseReasonId>> {
    let tells = |(of, _, word): &&Reason| *of == status && comment.contains(word);
    let name = REASONS.iter().find(tells).map(|(_, name, _)| *name);
    let in_use = store::in_use(app.db().reader(), status).await?;
    Ok(in_use.iter().find(|row| Some(row.name.as_str()) == name).map(|row| row.id))
}
