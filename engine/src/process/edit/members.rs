//! Members that a change names: why they cannot be.

use std::collections::HashSet;

use domain::{process::change::Named, refusal::Refusal};
use sea_orm::ConnectionTrait;

use crate::{
    error::Result,
    member,
    process::{definition::Definition, named},
};

/// Why members cannot be named that are named newly, each where it stands. Those that were named there before may have
/// left.
pub(super) async fn unknown_members(
    conn: &impl ConnectionTrait,
    before: &Definition,
    mut new: Vec<Named>,
) -> Result<Vec<Refusal>> {
    let known: HashSet<_> = before.actions().flat_map(named).collect();
    new.retain(|one| !known.contains(&(one.action, one.setting, one.member)));
    let ids: Vec<_> = new.iter().map(|one| one.member).collect();
    let refusals = member::why_not_now(conn, &ids).await?.into_iter().zip(&new);
    let refusals = refusals.filter_map(|(refusal, one)| Some(one.refused(refusal?)));
    Ok(each_once(refusals))
}

/// Where a stage comes back, several of its actions may name the same member at the same place.
fn each_once(refusals: impl Iterator<Item = Refusal>) -> Vec<Refusal> {
    let mut all = Vec::new();
    for refusal in refusals {
        if !all.contains(&refusal) {
            all.push(refusal);
        }
    }
    all
}
