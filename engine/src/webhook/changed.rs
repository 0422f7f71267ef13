//! What the audit log tells of endpoints and of what was changed of them: nothing that may be secret, which are their
//! secrets, and the path and the query of their addresses; and of their documents only that they are others.

use domain::webhook::place;
use entity::{
    audit_entry::{Change, Part},
    ids::{MemberId, ProcessId},
    webhook::{self, Kinds, Processes, Stop},
};
use serde::Serialize;

use crate::{
    audit::{self, Details},
    error::Result,
    member, process,
    tx::Tx,
};

/// Which endpoint it is.
pub(super) fn named(row: &webhook::Model) -> Details {
    Details { after: Some(place::origin(&row.url)), ..audit::named(&row.name) }
}

/// An endpoint that was added, and with whose rights it runs.
pub(super) async fn created(tx: &Tx, row: &webhook::Model) -> Result<Details> {
    let owner = name(tx, row.member_id).await?.pop();
    Ok(Details { owner, ..named(row) })
}

/// An endpoint that was changed, and what of it.
pub(super) async fn changed(
    tx: &Tx,
    before: &webhook::Model,
    after: &webhook::Model,
) -> Result<Details> {
    let mut changes = plain(before, after);
    if before.member_id != after.member_id {
        let (before, after) = (name(tx, before.member_id).await?, name(tx, after.member_id).await?);
        changes.push(Change { part: Part::Member, before, after });
    }
    if before.process_ids != after.process_ids {
        let before = processes(tx, before.process_ids.as_ref()).await?;
        let after = processes(tx, after.process_ids.as_ref()).await?;
        changes.push(Change { part: Part::Processes, before, after });
    }
    Ok(Details { changes, ..named(after) })
}

/// What can be told from the rows alone.
fn plain(before: &webhook::Model, after: &webhook::Model) -> Vec<Change> {
    let told = |part, of: fn(&webhook::Model) -> Vec<String>| Change {
        part,
        before: of(before),
        after: of(after),
    };
    let is_elsewhere = place::origin(&before.url) != place::origin(&after.url);
    let goes_on = (before.stop, before.not_before) != (after.stop, after.not_before);
    let all = [
        (before.name != after.name, told(Part::Name, |row| vec![row.name.clone()])),
        (is_elsewhere, told(Part::Origin, |row| vec![place::origin(&row.url)])),
        (before.url != after.url && !is_elsewhere, told(Part::Path, |_| Vec::new())),
        (before.document != after.document, told(Part::Document, document)),
        (before.kinds != after.kinds, told(Part::Events, |row| kinds(row.kinds.as_ref()))),
        (goes_on, told(Part::State, state)),
    ];
    all.into_iter().filter_map(|(is_changed, change)| is_changed.then_some(change)).collect()
}

/// That there is one, and not what it says: it may be long.
fn document(row: &webhook::Model) -> Vec<String> {
    row.document.iter().map(|_| "document".to_owned()).collect()
}

fn state(row: &webhook::Model) -> Vec<String> {
    match row.stop {
        None => vec!["ACTIVE".to_owned()],
        Some(Stop::Paused | Stop::Gone) => Vec::new(),
    }
}

/// The codes of kinds of events.
fn kinds(given: Option<&Kinds>) -> Vec<String> {
    given.into_iter().flat_map(|kinds| &kinds.0).filter_map(code).collect()
}

fn code(kind: &impl Serialize) -> Option<String> {
    serde_json::to_value(kind).ok()?.as_str().map(str::to_owned)
}

async fn name(tx: &Tx, id: MemberId) -> Result<Vec<String>> {
    let found = member::store::find_many(tx.conn(), [id]).await?;
    Ok(found.into_iter().map(|member| member.name).collect())
}

/// The names of processes, in the order in which they were given.
async fn processes(tx: &Tx, given: Option<&Processes>) -> Result<Vec<String>> {
    let Some(Processes(ids)) = given else { return Ok(Vec::new()) };
    let found = process::store::find_many(tx.conn(), ids.clone()).await?;
    let named = |id: &ProcessId| found.iter().find(|row| row.id == *id).map(|row| row.name.clone());
    Ok(ids.iter().filter_map(named).collect())
}
