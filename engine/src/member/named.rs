//! Members by what they are named with: by themselves, or by their role.

use std::collections::{BTreeMap, HashMap};

use entity::{
    ids::MemberId,
    member::{self, Role},
};

use super::store;
use crate::{
    error::Result,
    tx::{Question, Tx},
};

/// The members who are named so, active or not.
struct Named;

/// What members are named with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Name {
    Role(Role),
    Id(MemberId),
}

impl Question for Named {
    type Key = Name;
    type Answer = Vec<member::Model>;

    async fn answer(tx: &Tx, names: Vec<Name>) -> Result<HashMap<Name, Vec<member::Model>>> {
        let (mut roles, mut ids) = (Vec::new(), Vec::new());
        for name in names {
            match name {
                Name::Role(role) => roles.push(role),
                Name::Id(id) => ids.push(id),
            }
        }
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for member in store::of_roles_or_ids(tx.conn(), &roles, ids).await? {
            if roles.contains(&member.role) {
                found.entry(Name::Role(member.role)).or_default().push(member.clone());
            }
            found.insert(Name::Id(member.id), vec![member]);
        }
        Ok(found)
    }
}

/// The active members with one of these roles, and those with these ids; each once.
pub(crate) async fn active(
    tx: &Tx,
    roles: &[Role],
    ids: &[MemberId],
) -> Result<Vec<member::Model>> {
    let roles = roles.iter().copied().map(Name::Role);
    let mut found = named(tx, roles.chain(ids.iter().copied().map(Name::Id)).collect()).await?;
    found.retain(member::Model::is_active);
    Ok(found)
}

/// The members with these ids, active or not; each once.
pub(crate) async fn known(tx: &Tx, ids: &[MemberId]) -> Result<Vec<member::Model>> {
    named(tx, ids.iter().copied().map(Name::Id).collect()).await
}

async fn named(tx: &Tx, names: Vec<Name>) -> Result<Vec<member::Model>> {
    let found = tx.ask_all::<Named>(names).await?;
    let found = found.into_values().flatten().map(|member| (member.id, member));
    Ok(found.collect::<BTreeMap<_, _>>().into_values().collect())
}
