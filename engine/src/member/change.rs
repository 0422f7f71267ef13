//! Changing members, and letting them come and go. Whoever may sign in, and as what, changes under one
//! lock, and every server judges anew within a second (rules 17 and 18).

use domain::{
    email,
    refusal::{Problem, Refusal},
    text,
};
use entity::{
    ids::MemberId,
    language::Language,
    member::{self, Role},
};
use sea_orm::{ActiveValue::Set, IntoActiveModel};

use super::{
    free_email, name,
    rules::{self, Case, MemberOperation},
    store, token,
};
use crate::{
    audit::{self, Kind},
    command::Command,
    error::{Error, Problems, Result, also},
    tx::Tx,
};

/// New fields for a member; those left out stay as they are.
#[derive(Clone, Debug)]
pub struct UpdateMember {
    /// Who.
    pub member_id: MemberId,
    /// The name to show.
    pub name: Option<String>,
    /// Their address: unique, whatever its case.
    pub email: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// The language in which they are written to; none: the one that their client asks for.
    pub locale: Option<Option<Language>>,
}

/// A member, while nobody else changes who the members are.
struct Held {
    row: member::Model,
    administrators: u64,
}

async fn hold(tx: &Tx, id: MemberId) -> Result<Held> {
    tx.lock_members().await?;
    let found = store::find_many(tx.conn(), [id]).await?.pop();
    let unknown = || Problem::NotFound { kind: "member" }.at("memberId").about(id);
    let row = found.ok_or_else(unknown)?;
    let administrators = store::count_administrators(tx.conn()).await?;
    Ok(Held { row, administrators })
}

impl Held {
    fn blockers(&self, tx: &Tx, operation: MemberOperation) -> Vec<Refusal> {
        let case =
            Case { member: &self.row, administrators: self.administrators, actor: tx.actor() };
        rules::blockers(case, operation)
    }

    fn authorize(&self, tx: &Tx, operation: MemberOperation) -> Result<()> {
        let blockers = self.blockers(tx, operation);
        if blockers.is_empty() { Ok(()) } else { Err(Error::Refused(blockers)) }
    }
}

impl Command for UpdateMember {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        update(tx, self).await
    }
}

/// Changes a member. A name and a language everyone may change for themselves; the rest is for administrators. What is
/// the same already changes nothing.
async fn update(tx: &mut Tx, command: &UpdateMember) -> Result<()> {
    let held = match hold(tx, command.member_id).await {
        Err(error) if error.is_not_found() => {
            return Err(also(error, of_nobody(tx, command).await?));
        }
        other => other?,
    };
    let mut wrong = Problems::default();
    // What somebody was called before less was taken, they may still be called.
    let new_name = command.name.as_deref().filter(|name| *name != held.row.name);
    let name = wrong.take(new_name.map(name).transpose())?.flatten();
    let new_email = command.email.as_ref().filter(|email| **email != held.row.email);
    let email = match new_email {
        Some(given) => wrong.take(free_email(tx.conn(), given, Some(held.row.id)).await)?,
        None => None,
    };
    let role = command.role.filter(|role| *role != held.row.role);
    let email = email.filter(|email| *email != held.row.email);
    let mut problems = Problems::default();
    // Whoever may change nothing of them is told so of all that was sent, also of what would change nothing.
    let none = !held.blockers(tx, MemberOperation::Rename).is_empty();
    let pressed = [
        ("name", MemberOperation::Rename, command.name.is_some()),
        (
            "email",
            MemberOperation::ChangeEmail,
            new_email.is_some() || none && command.email.is_some(),
        ),
        ("role", MemberOperation::ChangeRole, role.is_some() || none && command.role.is_some()),
        ("locale", MemberOperation::Rename, command.locale.is_some()),
    ];
    for (field, operation, _) in pressed.iter().filter(|(.., is_pressed)| *is_pressed) {
        let refusals = held.blockers(tx, *operation).into_iter();
        refusals.for_each(|refusal| problems.push(refusal.at(field)));
    }
    wrong.into_refusals().into_iter().for_each(|refusal| problems.push(refusal));
    problems.check()?;
    held.authorize(tx, MemberOperation::Rename)?; // also when nothing is to be changed
    let locale = command.locale.filter(|locale| *locale != held.row.locale);
    write(tx, held.row, (name, email, role), locale).await
}

/// What is wrong with new fields, whoever is to have them: told to whoever could give them to anyone.
async fn of_nobody(tx: &Tx, command: &UpdateMember) -> Result<Vec<Refusal>> {
    let mut problems = Problems::default();
    problems.take(command.name.as_deref().map(name).transpose())?;
    if let Some(given) = command.email.as_ref().filter(|_| tx.actor().administers()) {
        problems.take(free_email(tx.conn(), given, None).await)?;
    }
    Ok(problems.into_refusals())
}

async fn write(
    tx: &mut Tx,
    row: member::Model,
    (name, email, role): (Option<String>, Option<String>, Option<Role>),
    locale: Option<Option<Language>>,
) -> Result<()> {
    let name = name.filter(|name| *name != row.name);
    if name.is_none() && email.is_none() && role.is_none() && locale.is_none() {
        return Ok(());
    }
    if name.is_some() && !store::hold_with_deals(tx.conn(), row.id).await? {
        return Err(Error::Again);
    }
    note_changes(tx, &row, (name.as_deref(), email.as_deref(), role)).await?;
    let email_key = email.as_deref().map_or_else(|| row.email_key.clone(), email::key);
    let search = text::search_person(name.as_deref().unwrap_or(&row.name), &email_key);
    let mut row = row.into_active_model();
    row.search = Set(Some(search));
    if let Some(name) = name {
        row.name_sort = Set(Some(text::sort_key(&name)));
        row.name = Set(name);
    }
    if let Some(email) = email {
        row.email_key = Set(email_key);
        row.email = Set(email);
    }
    if let Some(role) = role {
        row.role = Set(role);
    }
    if let Some(locale) = locale {
        row.locale = Set(locale);
    }
    store::update(tx.conn(), row).await?;
    // a name and a language, too: what is kept of members by other servers is what it was before
    tx.raise_rights_epoch().await
}

/// An entry for each field that changes.
async fn note_changes(
    tx: &mut Tx,
    row: &member::Model,
    (name, email, role): (Option<&str>, Option<&str>, Option<Role>),
) -> Result<()> {
    if let Some(name) = name {
        let changed = audit::changed(name, &row.name, name);
        audit::note(tx, Kind::MemberRenamed, row.id, changed).await?;
    }
    let name = name.unwrap_or(&row.name);
    if let Some(email) = email {
        let changed = audit::changed(name, &row.email, email);
        audit::note(tx, Kind::MemberEmailChanged, row.id, changed).await?;
    }
    if let Some(role) = role {
        let changed = audit::changed(name, audit::role(row.role), audit::role(role));
        audit::note(tx, Kind::MemberRoleChanged, row.id, changed).await?;
    }
    Ok(())
}

/// Letting a member sign in no longer.
#[derive(Clone, Copy, Debug)]
pub struct DeactivateMember {
    /// The member.
    pub member_id: MemberId,
}

impl Command for DeactivateMember {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        deactivate(tx, self.member_id).await
    }
}

/// Lets a member sign in no longer, nor be chosen for anything. Their deals and their history stay as they
/// are; their tokens are worth nothing for ever (rule 17). Deactivated already, nothing happens.
async fn deactivate(tx: &mut Tx, id: MemberId) -> Result<()> {
    let held = hold(tx, id).await?;
    held.authorize(tx, MemberOperation::Deactivate)?;
    if !held.row.is_active() {
        return Ok(());
    }
    revoke_tokens(tx, id).await?;
    audit::note(tx, Kind::MemberDeactivated, id, audit::named(&held.row.name)).await?;
    let mut row = held.row.into_active_model();
    row.deactivated_at = Set(Some(tx.now()));
    store::update(tx.conn(), row).await?;
    tx.raise_rights_epoch().await
}

/// Every token that the member has, for ever: whoever comes back gets a new one.
async fn revoke_tokens(tx: &Tx, id: MemberId) -> Result<()> {
    token::store::revoke_all(tx.conn(), id, tx.now()).await
}

/// Letting a member sign in again.
#[derive(Clone, Copy, Debug)]
pub struct ReactivateMember {
    /// The member.
    pub member_id: MemberId,
}

impl Command for ReactivateMember {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        reactivate(tx, self.member_id).await
    }
}

/// Lets a member sign in again, with a new token: no old one comes back. Active already, nothing happens.
async fn reactivate(tx: &mut Tx, id: MemberId) -> Result<()> {
    let held = hold(tx, id).await?;
    held.authorize(tx, MemberOperation::Reactivate)?;
    if held.row.is_active() {
        return Ok(());
    }
    revoke_tokens(tx, id).await?; // those of members who left before leaving took their tokens
    audit::note(tx, Kind::MemberReactivated, id, audit::named(&held.row.name)).await?;
    let mut row = held.row.into_active_model();
    row.deactivated_at = Set(None);
    store::update(tx.conn(), row).await?;
    tx.raise_rights_epoch().await
}
