//! The settings of nodes as changes give them: what is left out stays as it is, within each setting too.

use entity::{
    action::{Notify, NotifyGroup, PerformerGroup},
    ids::MemberId,
};
use serde::Serialize;

use crate::process::action::Performers;

/// The texts of a process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProcessSettings {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// What a change says of a stage; what it leaves out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StageSettings {
    /// Its name.
    pub name: Option<String>,
    /// Advice for whoever works at it.
    pub hint: Option<String>,
}

/// Who may do an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PerformersSettings {
    /// Which group.
    pub group: Option<PerformerGroup>,
    /// Who exactly, for `CHOSEN`.
    pub members: Option<Vec<MemberId>>,
}

/// Who is told that an action was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NotifySettings {
    /// Whole groups.
    pub groups: Option<Vec<NotifyGroup>>,
    /// Single members.
    pub members: Option<Vec<MemberId>>,
}

impl PerformersSettings {
    /// Everyone.
    pub fn by_default() -> Self {
        Performers::default().into()
    }

    /// The performers after this change. Of another group than the chosen ones nobody is chosen, unless the
    /// change says so.
    pub fn onto(&self, now: &Performers) -> Performers {
        let group = self.group.unwrap_or(now.group);
        let kept = || match group {
            PerformerGroup::Chosen => now.members.clone(),
            _ => Vec::new(),
        };
        Performers { group, members: self.members.clone().unwrap_or_else(kept) }
    }
}

impl NotifySettings {
    /// Nobody.
    pub fn by_default() -> Self {
        Notify::default().into()
    }

    /// Who is told after this change.
    pub fn onto(&self, now: &Notify) -> Notify {
        Notify {
            groups: self.groups.clone().unwrap_or_else(|| now.groups.clone()),
            members: self.members.clone().unwrap_or_else(|| now.members.clone()),
        }
    }
}

impl From<Performers> for PerformersSettings {
    fn from(whole: Performers) -> Self {
        Self { group: Some(whole.group), members: Some(whole.members) }
    }
}

impl From<Notify> for NotifySettings {
    fn from(whole: Notify) -> Self {
        Self { groups: Some(whole.groups), members: Some(whole.members) }
    }
}
