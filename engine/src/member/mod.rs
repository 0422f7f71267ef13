//! The people of the organisation: the use cases.

use domain::{
    email,
    policy::{self, Permission, Subject},
    refusal::{Problem, Refusal},
    text,
};
use entity::{
    ids::MemberId,
    member::{self, MutedMail, Role},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde::Serialize;

use crate::{
    audit::{self, Details, Kind},
    command::Command,
    error::{Error, Problems, Result, also},
    tx::{Claim, Tx},
};

mod change;
pub mod find;
pub mod known;
mod named;
pub mod store;
pub mod token;

pub use domain::member::rules;

pub(crate) use named::{active, known};

pub use change::{DeactivateMember, ReactivateMember, UpdateMember};

/// A new member.
#[derive(Clone, Debug, Serialize)]
pub struct AddMember {
    /// The id that the client made.
    #[serde(skip)]
    pub new_id: Option<MemberId>,
    /// Their address: unique, whatever its case.
    pub email: String,
    /// The name to show.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl Command for AddMember {
    type Output = member::Model;

    async fn run(&self, tx: &mut Tx) -> Result<member::Model> {
        add(tx, self).await
    }
}

/// Adds a member: the same call again, by the id that the client made, answers with who is there.
async fn add(tx: &mut Tx, command: &AddMember) -> Result<member::Model> {
    let mut problems = Problems::default();
    let allowed = policy::require(tx.actor(), Permission::ManageMembers, Subject::Organisation);
    if let Err(forbidden) = allowed {
        problems.take(checked_email(&command.email))?;
        problems.take(name(&command.name))?;
        return Err(also(forbidden.into(), problems.into_refusals()));
    }
    let id = match problems.take(tx.claim(command.new_id, command).await)? {
        Some(Claim::Repeated(id)) => {
            let found = store::find_many(tx.conn(), [id]).await?.pop();
            return found.ok_or_else(|| Error::bug("a member was not added"));
        }
        Some(Claim::Fresh(id)) => id,
        None => tx.new_id(), // it is refused, and all else is told too
    };
    insert(tx, id, command, problems).await
}

async fn insert(
    tx: &mut Tx,
    id: MemberId,
    command: &AddMember,
    mut problems: Problems,
) -> Result<member::Model> {
    tx.lock_members().await?;
    let email = problems.take(free_email(tx.conn(), &command.email, None).await)?;
    let name = problems.take(name(&command.name))?;
    problems.check()?;
    let (email, name) = (email.unwrap_or_default(), name.unwrap_or_default());
    let row = member::ActiveModel {
        id: Set(id),
        email_key: Set(email::key(&email)),
        search: Set(Some(text::search_person(&name, &email::key(&email)))),
        name_sort: Set(Some(text::sort_key(&name))),
        email: Set(email),
        name: Set(name),
        role: Set(command.role),
        created_at: Set(tx.now()),
        deactivated_at: Set(None),
        muted_mail: Set(MutedMail::default()),
        locale: Set(None),
    };
    let row = store::insert(tx.conn(), row).await?;
    let details =
        Details { after: Some(audit::role(row.role).to_owned()), ..audit::named(&row.name) };
    audit::note(tx, Kind::MemberAdded, row.id, details).await?;
    Ok(row)
}

fn name(given: &str) -> Result<String> {
    text::name(given).map_err(|refusal| refusal.at("name").into())
}

/// An address that nobody else has. Whoever asks has locked the members: two who want the same one are
/// taken one after the other.
async fn free_email(
    conn: &impl ConnectionTrait,
    given: &str,
    of: Option<MemberId>,
) -> Result<String> {
    let email = checked_email(given)?;
    match store::find_by_email(conn, &email).await? {
        Some(other) if Some(other.id) != of => {
            Err(Problem::EmailTaken { email }.at("email").about(other.id).into())
        }
        _ => Ok(email),
    }
}

/// An address that mail can go to: every path that makes or changes a member asks here.
pub fn checked_email(given: &str) -> Result<String> {
    email::checked(given).map_err(|refusal| refusal.at("email").into())
}

/// For each of these members, in the same order: why they cannot be chosen now, if they cannot.
pub async fn why_not_now(
    conn: &impl ConnectionTrait,
    ids: &[MemberId],
) -> Result<Vec<Option<Refusal>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(judged(ids, &store::find_many(conn, ids.iter().copied()).await?))
}

/// Refuses members that do not exist or are deactivated, all of them at once; nobody deactivates them before the
/// unit of work ends.
pub async fn keep_active(tx: &Tx, ids: &[MemberId]) -> Result<()> {
    all_active(why_not(tx, ids).await?)
}

fn all_active(refusals: Vec<Option<Refusal>>) -> Result<()> {
    let mut problems = Problems::default();
    refusals.into_iter().flatten().for_each(|refusal| problems.push(refusal));
    problems.check()
}

/// For each of these members, in the same order: why they cannot be chosen, if they cannot. Until the end
/// of the unit of work they stay as they are.
pub async fn why_not(tx: &Tx, ids: &[MemberId]) -> Result<Vec<Option<Refusal>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = store::keep_many(tx.conn(), ids.iter().copied()).await?;
    Ok(judged(ids, &found))
}

fn judged(ids: &[MemberId], found: &[member::Model]) -> Vec<Option<Refusal>> {
    let problem = |id: &MemberId| match found.iter().find(|member| member.id == *id) {
        None => Some(Problem::NotFound { kind: "member" }),
        Some(member) if member.is_active() => None,
        Some(member) => Some(Problem::MemberInactive { name: member.name.clone() }),
    };
    ids.iter().map(|id| problem(id).map(|problem| problem.refused().about(id))).collect()
}

/// Refuses a member that does not exist; a deactivated one does.
pub async fn require_known(conn: &impl ConnectionTrait, id: MemberId) -> Result<()> {
    if store::find_many(conn, [id]).await?.is_empty() {
        return Err(Problem::NotFound { kind: "member" }.refused().about(id).into());
    }
    Ok(())
}
