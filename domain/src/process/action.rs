//! An action with all its settings: the one place of the rules that lists them.
//!
//! Whatever has to look at every setting is here, and takes the action apart without `..`: a setting that is
//! added to [`ActionDefinition`] does not compile until each list has said what it means there.

use entity::{
    action::{Assignee, Evidence, FollowUp, FollowUps, Notify, PerformerGroup},
    ids::{ActionId, MemberId},
};
use serde::{Deserialize, Serialize};

use super::{
    change::{DEFAULT_WEIGHT, NotifySettings, PerformersSettings},
    check::{self, Findings},
};

/// An action as a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionDefinition {
    /// Which action it is.
    pub action_id: ActionId,
    /// Its name.
    pub name: String,
    /// Advice for whoever does it (Markdown).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// How much doing it brings the deal closer to being won: 0..=1000.
    pub weight: u16,
    /// Whether it must be done before a deal can be won.
    #[serde(default)]
    pub mandatory: bool,
    /// Who may do it.
    #[serde(default)]
    pub performers: Performers,
    /// What must come along with doing it.
    #[serde(default)]
    pub evidence: Evidence,
    /// Who is told when it is done.
    #[serde(default, skip_serializing_if = "Notify::is_empty")]
    pub notify: Notify,
    /// Which tasks follow.
    #[serde(default)]
    pub follow_ups: FollowUps,
}

/// Who may do an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Performers {
    /// Which group.
    pub group: PerformerGroup,
    /// Who exactly, for `CHOSEN`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberId>,
}

/// What a change says of an action; what it leaves out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ActionSettings {
    /// Its name.
    pub name: Option<String>,
    /// Advice for whoever does it.
    pub hint: Option<String>,
    /// How much it counts, as the caller gave it: 0..=1000 is checked where it is put in place.
    pub weight: Option<i64>,
    /// Whether it must be done before a deal can be won.
    pub mandatory: Option<bool>,
    /// Who may do it.
    pub performers: Option<PerformersSettings>,
    /// What must come along with doing it.
    pub evidence: Option<Evidence>,
    /// Who is told.
    pub notify: Option<NotifySettings>,
    /// Which tasks follow: all of them.
    pub follow_ups: Option<Vec<FollowUp>>,
}

/// A setting of an action besides its name and weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// Advice for whoever does it.
    Hint,
    /// Whether it must be done before a deal can be won.
    Mandatory,
    /// Who may do it.
    Performers,
    /// What must come along with doing it.
    Evidence,
    /// Who is told.
    Notify,
    /// Which tasks follow.
    FollowUps,
}

impl Setting {
    /// All of them, in the order in which people read them. Its length is that of the list of
    /// [`ActionDefinition::different`].
    pub const ALL: [Self; 6] = [
        Self::Hint,
        Self::Mandatory,
        Self::Performers,
        Self::Evidence,
        Self::Notify,
        Self::FollowUps,
    ];
}

impl ActionDefinition {
    /// A new action, without a name yet and with every setting at its default. It counts: one that weighed
    /// nothing would leave progress unmoved for no visible reason.
    pub fn new(action_id: ActionId) -> Self {
        Self {
            action_id,
            name: String::new(),
            hint: String::new(),
            weight: DEFAULT_WEIGHT,
            mandatory: false,
            performers: Performers::default(),
            evidence: Evidence::default(),
            notify: Notify::default(),
            follow_ups: FollowUps::default(),
        }
    }

    /// The change that gives an action these settings.
    pub fn settings(&self) -> ActionSettings {
        let Self {
            action_id: _,
            name,
            hint,
            weight,
            mandatory,
            performers,
            evidence,
            notify,
            follow_ups,
        } = self.clone();
        ActionSettings {
            name: Some(name),
            hint: Some(hint),
            weight: Some(i64::from(weight)),
            mandatory: Some(mandatory),
            performers: Some(performers.into()),
            evidence: Some(evidence),
            notify: Some(notify.into()),
            follow_ups: Some(follow_ups.0),
        }
    }

    /// Puts in place what is given and right, and finds everything that is wrong. What is new needs a name.
    pub fn fill(&mut self, given: &ActionSettings, is_new: bool) -> Findings {
        let ActionSettings {
            name,
            hint,
            weight,
            mandatory,
            performers,
            evidence,
            notify,
            follow_ups,
        } = given;
        let mut found = Findings::default();
        let name = check::renamed(name.as_deref(), &self.name, is_new);
        let performers = check::performers(performers.as_ref(), &self.performers);
        let notify = check::notify(notify.as_ref(), &self.notify);
        found.set(&mut self.name, name, "name");
        found.set(&mut self.hint, check::long(hint.as_deref()), "hint");
        found.set(&mut self.weight, check::weight(*weight), "weight");
        found.set(&mut self.mandatory, Ok(*mandatory), "mandatory");
        found.set(&mut self.performers, performers, "performers");
        found.set(&mut self.evidence, Ok(*evidence), "evidence");
        found.set(&mut self.notify, notify, "notify");
        found.follow_ups(&mut self.follow_ups, follow_ups.as_deref());
        found
    }

    /// Which settings are others after a change; name and weight are told apart from them.
    pub fn different(&self, after: &Self) -> Vec<Setting> {
        let Self {
            action_id: _,
            name: _,
            weight: _,
            hint,
            mandatory,
            performers,
            evidence,
            notify,
            follow_ups,
        } = self;
        let all: [(Setting, bool); Setting::ALL.len()] = [
            (Setting::Hint, *hint != after.hint),
            (Setting::Mandatory, *mandatory != after.mandatory),
            (Setting::Performers, *performers != after.performers),
            (Setting::Evidence, *evidence != after.evidence),
            (Setting::Notify, *notify != after.notify),
            (Setting::FollowUps, *follow_ups != after.follow_ups),
        ];
        all.into_iter().filter(|(_, differs)| *differs).map(|(setting, _)| setting).collect()
    }

    /// What of it the stage and progress of deals depend on: a save in which this stays the same everywhere
    /// touches no deal.
    pub fn counts(&self) -> (ActionId, u16) {
        let Self {
            action_id,
            weight,
            name: _,
            hint: _,
            mandatory: _,
            performers: _,
            evidence: _,
            notify: _,
            follow_ups: _,
        } = self;
        (*action_id, *weight)
    }

    /// Every member that the settings name: performers, told, assignees.
    pub fn members(&self) -> impl Iterator<Item = (Setting, MemberId)> + '_ {
        let Self {
            action_id: _,
            name: _,
            hint: _,
            weight: _,
            mandatory: _,
            evidence: _,
            performers,
            notify,
            follow_ups,
        } = self;
        let assignees = follow_ups.0.iter().filter_map(assignee);
        let assignees = assignees.map(|id| (Setting::FollowUps, id));
        let performers = performers.members.iter().map(|id| (Setting::Performers, *id));
        let notified = notify.members.iter().map(|id| (Setting::Notify, *id));
        performers.chain(notified).chain(assignees)
    }

    /// How many bytes it takes in memory, about.
    pub fn size(&self) -> usize {
        let Self {
            action_id: _,
            name,
            hint,
            weight: _,
            mandatory: _,
            performers,
            evidence: _,
            notify,
            follow_ups,
        } = self;
        let tasks = follow_ups.0.iter();
        let tasks = tasks.map(|task| size_of_val(task) + task.title.len() + task.description.len());
        let members = size_of_val(&*performers.members) + size_of_val(&*notify.members);
        size_of::<Self>() + name.len() + hint.len() + members + tasks.sum::<usize>()
    }
}

/// A member whom settings name.
pub struct NamedMember {
    /// By which setting.
    pub setting: Setting,
    /// Where in the settings: `performers`, `memberIds`, `0`.
    pub path: Vec<String>,
    /// The member.
    pub member: MemberId,
}

impl ActionSettings {
    /// Every member that they name, as often as they do: performers, told, assignees.
    pub fn members(&self) -> Vec<NamedMember> {
        let Self {
            name: _,
            hint: _,
            weight: _,
            mandatory: _,
            evidence: _,
            performers,
            notify,
            follow_ups,
        } = self;
        let performers = performers.iter().filter_map(|one| one.members.as_deref()).flatten();
        let notified = notify.iter().filter_map(|one| one.members.as_deref()).flatten();
        let assignees = follow_ups.iter().flatten().map(assignee).enumerate();
        let listed = |setting, field: &'static str| {
            move |(at, member): (usize, &MemberId)| {
                let path = [field, "memberIds", &at.to_string()].map(str::to_owned).into();
                NamedMember { setting, path, member: *member }
            }
        };
        let performers = performers.enumerate().map(listed(Setting::Performers, "performers"));
        let notified = notified.enumerate().map(listed(Setting::Notify, "notify"));
        let assignees = assignees.filter_map(|(at, member)| {
            let path = ["followUps", &at.to_string(), "assigneeId"].map(str::to_owned).into();
            Some(NamedMember { setting: Setting::FollowUps, path, member: member? })
        });
        performers.chain(notified).chain(assignees).collect()
    }
}

fn assignee(task: &FollowUp) -> Option<MemberId> {
    match task.assignee {
        Assignee::Member(id) => Some(id),
        Assignee::Performer | Assignee::Owner => None,
    }
}

#[cfg(test)]
mod tests;
