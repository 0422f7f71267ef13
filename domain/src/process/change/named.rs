//! The members that a change names, each with its place in the input.

use entity::{
    action::{Assignee, FollowUp},
    ids::{ActionId, MemberId},
};

use super::{ActionSettings, Change, Tree, TreeAction, tree::action_path};
use crate::{
    process::{definition::Definition, diff::Setting},
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
    let performers = settings.performers.iter().filter_map(|one| one.members.as_deref()).flatten();
    let notified = settings.notify.iter().filter_map(|one| one.members.as_deref()).flatten();
    let assignees = settings.follow_ups.iter().flatten().map(assignee).enumerate();
    let within = |field: &str, at: usize, last: [&str; 2]| {
        let [before, after] = last;
        let at = at.to_string();
        let parts = [field, before, &at, after].into_iter().filter(|part| !part.is_empty());
        path.iter().cloned().chain(parts.map(str::to_owned)).collect::<Vec<_>>()
    };
    let member = |setting, (at, member): (usize, &MemberId), field: &str| Named {
        action,
        setting,
        member: *member,
        path: within(field, at, ["memberIds", ""]),
    };
    let performers =
        performers.enumerate().map(|one| member(Setting::Performers, one, "performers"));
    let notified = notified.enumerate().map(|one| member(Setting::Notify, one, "notify"));
    let assignees = assignees.filter_map(|(at, member)| {
        let path = within("followUps", at, ["", "assigneeId"]);
        Some(Named { action, setting: Setting::FollowUps, member: member?, path })
    });
    performers.chain(notified).chain(assignees).collect()
}

fn assignee(task: &FollowUp) -> Option<MemberId> {
    match task.assignee {
        Assignee::Member(id) => Some(id),
        Assignee::Performer | Assignee::Owner => None,
    }
}
