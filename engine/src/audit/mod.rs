//! The audit log: who changed rights, tokens, processes, close reasons and webhooks. Each entry is written in the unit of work that
//! makes the change, so that there is none without the other.

use domain::policy::{self, Actor, Grant, Permission, Subject};
use entity::{
    audit_entry,
    ids::{AuditEntryId, Id, Kind as IdKind},
};

use crate::{error::Result, tx::Tx};

pub mod find;
pub mod store;

pub use domain::audit::{role, sentence};
pub use entity::audit_entry::{Details, Kind};

/// Notes that this was done here, to this.
pub(crate) async fn note<K: IdKind>(
    tx: &mut Tx,
    kind: Kind,
    subject: Id<K>,
    details: Details,
) -> Result<()> {
    let (actor_id, program) = match tx.actor() {
        Actor::Member(member) => (Some(member.id), None),
        Actor::System(reason) => (None, Some((*reason).to_owned())),
    };
    let (id, recorded_at): (AuditEntryId, _) = (tx.new_id(), tx.now());
    let subject = subject.to_string();
    let row = audit_entry::Model { id, recorded_at, actor_id, program, kind, subject, details };
    store::insert(tx, row).await
}

/// What is called so, and nothing else to tell.
pub(crate) fn named(name: &str) -> Details {
    Details { name: name.to_owned(), ..Details::default() }
}

/// What is called so, and what of it was this before and is that since.
pub(crate) fn changed(name: &str, before: &str, after: &str) -> Details {
    Details { before: Some(before.to_owned()), after: Some(after.to_owned()), ..named(name) }
}

/// Whether somebody may look into the log.
///
/// # Errors
/// They may not.
pub fn manage(actor: &Actor) -> Result<Grant> {
    Ok(policy::require(actor, Permission::SeeAuditLog, Subject::Organisation)?)
}
