//! Saying by name who may do an action, where its members were chosen. Pure: the names are the caller's to
//! read, and everyone may read members.

use std::collections::BTreeSet;

use entity::ids::MemberId;

use crate::refusal::{Problem, Refusal};

/// The members whose names these refusals need.
pub fn chosen<'a>(refusals: impl IntoIterator<Item = &'a Refusal>) -> BTreeSet<MemberId> {
    let mut all = BTreeSet::new();
    for refusal in refusals {
        if let Problem::NotAPerformer { members, .. } = &refusal.problem {
            all.extend(members.iter().copied());
        }
    }
    all
}

/// Refusals with the names of those of the chosen who are active. `member` gives the name of a member, and
/// whether they are active.
pub fn named<'a>(
    mut refusals: Vec<Refusal>,
    member: impl Fn(MemberId) -> Option<(&'a str, bool)>,
) -> Vec<Refusal> {
    for refusal in &mut refusals {
        if let Problem::NotAPerformer { members, names, .. } = &mut refusal.problem {
            let found = members.iter().filter_map(|id| member(*id));
            let active = found.filter(|(_, is_active)| *is_active);
            *names = Some(active.map(|(name, _)| name.to_owned()).collect());
        }
    }
    refusals
}
