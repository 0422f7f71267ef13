//! The members that a change names, each with its place in the input.

use entity::ids::{ActionId, MemberId};

use super::{ActionSettings, Change, Tree, TreeAction, tree::action_path};
use crate::{
    process::{
        action::Setting,
        definition::{ActionDefinition, Definition},
    },
    refusal::Refusal,
};

/// A member that a change names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The action that names them.
    pub action: ActionId,
    /// The setting of it.
    pub setting: Setting,
    /// The member.
    pub member: MemberId,
    path: Vec<String>,
}

impl Named {
    /// Those whom an action names, all at this place.
    pub(super) fn by(action: &ActionDefinition, path: &[String]) -> impl Iterator<Item = Self> {
        let id = action.action_id;
        action.members().map(move |(setting, member)| Self {
            action: id,
            setting,
            member,
            path: path.to_vec(),
        })
    }

    /// A refusal of the member, at its place.
    pub fn refused(&self, refusal: Refusal) -> Refusal {
        Refusal { path: self.path.clone(), ..refusal }
    }
}

impl Change {
    /// Every member that this change names, as often as it does.
    pub fn members(&self) -> Vec<Named> {
        match self {
            Self::AddAction(id, _, _, settings) | Self::UpdateAction(id, settings) => {
                of_action(*id, settings, &[])
            }
            Self::Save(tree) => of_tree(tree),
            Self::Replace(wanted) => of_tree(&Tree::of(wanted, &Definition::default())),
            _ => Vec::new(),
        }
    }
}

fn of_tree(tree: &Tree) -> Vec<Named> {
    let stages = tree.stages.iter().enumerate();
    let actions = stages.flat_map(|(stage, found)| {
        let actions = found.actions.iter().enumerate();
        actions.map(move |(at, action)| (action_path(stage, at), action))
    });
    let named = |(path, action): ([String; 4], &TreeAction)| {
        of_action(action.node.id(), &action.settings, &path)
    };
    actions.flat_map(named).collect()
}

fn of_action(action: ActionId, settings: &ActionSettings, path: &[String]) -> Vec<Named> {
    let members = settings.members().into_iter();
    let named = members.map(|one| Named {
        action,
        setting: one.setting,
        member: one.member,
        path: [path, &one.path].concat(),
    });
    named.collect()
}
