//! Why deals are closed: lists that administrators keep, one for each closing status.

use domain::{
    policy::{self, Permission, Subject},
    refusal::{Problem, Refusal},
    text,
};
use entity::{close_reason, deal::Status, ids::CloseReasonId};
use serde::Serialize;

use crate::{
    audit::{self, Details, Kind},
    command::Command,
    error::{Error, Problems, Result, also},
    tx::{Claim, Tx},
};

pub mod find;
pub mod store;

pub use domain::close_reason::{Position, rules};

/// Reasons in use that a status may have at most.
pub const MOST: usize = 100;

/// A new reason.
#[derive(Clone, Debug, Serialize)]
pub struct AddCloseReason {
    /// The id that the client made.
    pub new_id: Option<CloseReasonId>,
    /// The status that it is a reason for: any but open.
    pub status: Status,
    /// The name to show.
    pub name: String,
    /// Where it goes.
    pub place: Position,
}

impl Command for AddCloseReason {
    type Output = CloseReasonId;

    async fn run(&self, tx: &mut Tx) -> Result<CloseReasonId> {
        add(tx, self).await
    }
}

/// Adds a reason.
async fn add(tx: &mut Tx, command: &AddCloseReason) -> Result<CloseReasonId> {
    lock(tx).await?;
    let mut problems = Problems::default();
    let id = match problems.take(tx.claim(command.new_id, command).await)? {
        Some(Claim::Repeated(id)) => return Ok(id),
        Some(Claim::Fresh(id)) => id,
        None => tx.new_id(), // it is refused, and all else is told too
    };
    let mut order = store::in_use(tx.conn(), command.status).await?;
    let name = problems.take(name(&command.name, None, &order))?;
    if order.len() >= MOST {
        problems.push(too_many());
    }
    let row = row(tx, id, command.status, name.unwrap_or_default());
    problems.take(rules::insert(&mut order, row.clone(), command.place))?;
    problems.check()?;
    let details = Details { after: Some(status(row.status)), ..audit::named(&row.name) };
    store::insert(tx.conn(), row).await?;
    store::set_positions(tx.conn(), &order).await?;
    audit::note(tx, Kind::CloseReasonAdded, id, details).await?;
    Ok(id)
}

/// A status, as the audit log has it.
fn status(status: Status) -> String {
    let text = format!("{status:?}");
    text.to_lowercase()
}

fn row(tx: &Tx, id: CloseReasonId, status: Status, name: String) -> close_reason::Model {
    close_reason::Model {
        id,
        status,
        name_key: text::key(&name),
        name,
        position: -1, // its place is written with those of the others
        created_at: tx.now(),
        archived_at: None,
    }
}

fn too_many() -> Refusal {
    Problem::LimitReached { what: "reasons of a status", limit: MOST }.at("status")
}

/// Giving a reason another name.
#[derive(Clone, Debug)]
pub struct UpdateCloseReason {
    /// The reason.
    pub reason_id: CloseReasonId,
    /// The name to show; left out, it stays.
    pub name: Option<String>,
}

impl Command for UpdateCloseReason {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        update(tx, self.reason_id, self.name.as_deref()).await
    }
}

/// Gives a reason another name; deals closed with it show the new one, their events the old one.
async fn update(tx: &mut Tx, id: CloseReasonId, new_name: Option<&str>) -> Result<()> {
    let row = match held(tx, id).await {
        Err(error) if error.is_not_found() => return Err(also(error, wrong_name(new_name))),
        other => other?,
    };
    // What has this very name keeps it, whatever looks the same by now.
    let Some(given) = new_name.filter(|name| *name != row.name) else { return Ok(()) };
    let siblings = match row.archived_at {
        None => store::in_use(tx.conn(), row.status).await?,
        Some(_) => Vec::new(),
    };
    let name = name(given, Some(id), &siblings)?;
    if name == row.name {
        return Ok(());
    }
    let changed = audit::changed(&name, &row.name, &name);
    audit::note(tx, Kind::CloseReasonRenamed, id, changed).await?;
    let name_key = text::key(&name);
    store::update(tx.conn(), close_reason::Model { name, name_key, ..row }).await
}

/// What is wrong with a name, whichever reason is to have it.
fn wrong_name(given: Option<&str>) -> Vec<Refusal> {
    let wrong = given.and_then(|given| text::name(given).err());
    wrong.map(|refusal| refusal.at("name")).into_iter().collect()
}

/// Moving a reason among those of its status.
#[derive(Clone, Copy, Debug)]
pub struct MoveCloseReason {
    /// The reason.
    pub reason_id: CloseReasonId,
    /// Where it goes.
    pub place: Position,
}

impl Command for MoveCloseReason {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        move_to(tx, self.reason_id, self.place).await
    }
}

/// Moves a reason among those in use of its status.
async fn move_to(tx: &mut Tx, id: CloseReasonId, place: Position) -> Result<()> {
    let row = match held(tx, id).await {
        Err(error) if error.is_not_found() => return Err(also(error, nowhere(tx, place).await?)),
        other => other?,
    };
    let mut problems = Problems::default();
    if row.archived_at.is_some() {
        let name = row.name.clone();
        problems.push(Problem::CloseReasonArchived { name }.at("reasonId").about(id));
    }
    let mut order = store::in_use(tx.conn(), row.status).await?;
    let (name, before) = (row.name.clone(), ids(&order));
    problems.take(rules::insert(&mut order, row, place))?;
    problems.check()?;
    if ids(&order) == before {
        return Ok(());
    }
    store::set_positions(tx.conn(), &order).await?;
    audit::note(tx, Kind::CloseReasonMoved, id, audit::named(&name)).await
}

fn ids(order: &[close_reason::Model]) -> Vec<CloseReasonId> {
    order.iter().map(|row| row.id).collect()
}

/// What is wrong with a place, whichever reason is to stand there.
async fn nowhere(tx: &Tx, place: Position) -> Result<Vec<Refusal>> {
    let Position::After(id) = place else { return Ok(Vec::new()) };
    let found = store::find(tx.conn(), id).await?;
    Ok(found.is_none().then(|| rules::not_a_sibling(id)).into_iter().collect())
}

/// Offering a reason no longer.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveCloseReason {
    /// The reason.
    pub reason_id: CloseReasonId,
}

impl Command for ArchiveCloseReason {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        archive(tx, self.reason_id).await
    }
}

/// Offers a reason no longer; deals closed with it keep it. Archived already, nothing happens.
async fn archive(tx: &mut Tx, id: CloseReasonId) -> Result<()> {
    let row = held(tx, id).await?;
    if row.archived_at.is_some() {
        return Ok(());
    }
    audit::note(tx, Kind::CloseReasonArchived, id, audit::named(&row.name)).await?;
    let status = row.status;
    let archived_at = Some(tx.now());
    store::update(tx.conn(), close_reason::Model { archived_at, ..row }).await?;
    let order = store::in_use(tx.conn(), status).await?;
    store::set_positions(tx.conn(), &order).await
}

/// Offering a reason again.
#[derive(Clone, Copy, Debug)]
pub struct RestoreCloseReason {
    /// The reason.
    pub reason_id: CloseReasonId,
}

impl Command for RestoreCloseReason {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        restore(tx, self.reason_id).await
    }
}

/// Offers a reason again, after all others. In use already, nothing happens.
async fn restore(tx: &mut Tx, id: CloseReasonId) -> Result<()> {
    let row = held(tx, id).await?;
    if row.archived_at.is_none() {
        return Ok(());
    }
    let mut order = store::in_use(tx.conn(), row.status).await?;
    let mut problems = Problems::default();
    problems.take(name(&row.name, Some(id), &order).map_err(|error| renamed(error, id)))?;
    if order.len() >= MOST {
        problems.push(too_many().problem.at("reasonId").about(id));
    }
    problems.check()?;
    audit::note(tx, Kind::CloseReasonRestored, id, audit::named(&row.name)).await?;
    let row = close_reason::Model { archived_at: None, ..row };
    store::update(tx.conn(), row.clone()).await?;
    order.push(row);
    store::set_positions(tx.conn(), &order).await
}

/// There is no name in the input: it is the reason that is in the way.
fn renamed(error: Error, id: CloseReasonId) -> Error {
    let Error::Refused(all) = error else { return error };
    let at_reason = |one: Refusal| one.problem.at("reasonId").about(id);
    Error::Refused(all.into_iter().map(at_reason).collect())
}

async fn lock(tx: &Tx) -> Result<()> {
    policy::require(tx.actor(), Permission::ConfigureCloseReasons, Subject::Organisation)?;
    tx.lock_organisation().await
}

async fn held(tx: &Tx, id: CloseReasonId) -> Result<close_reason::Model> {
    lock(tx).await.map_err(|error| error.about(id))?;
    let unseen = || Problem::NotFound { kind: "close reason" }.at("reasonId").about(id).into();
    store::find(tx.conn(), id).await?.ok_or_else(unseen)
}

/// A name that no other reason in use of the status has.
fn name(
    given: &str,
    own: Option<CloseReasonId>,
    siblings: &[close_reason::Model],
) -> Result<String> {
    let name = text::name(given).map_err(|refusal| refusal.at("name"))?;
    let key = text::key(&name);
    match siblings.iter().find(|one| one.name_key == key && Some(one.id) != own) {
        Some(other) => Err(Problem::NameTaken { name }.at("name").about(other.id).into()),
        None => Ok(name),
    }
}
