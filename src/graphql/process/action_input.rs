//! The settings of an action, as every input of a process takes them.

use async_graphql::{ID, InputObject, MaybeUndefined};
use domain::{
    process::change::{ActionSettings, DEFAULT_WEIGHT, NotifySettings, PerformersSettings},
    text::invalid,
};
use entity::{
    action::{self, Assignee},
    ids::MemberId,
};

use crate::graphql::{
    id::Ids,
    mutate::setting,
    process::settings::{AssigneeKind, Evidence, NotifyGroup, PerformerGroup},
};

/// Who may do an action. Of an action that is there already, what is left out stays as it is.
#[derive(Clone, InputObject)]
pub struct PerformersInput {
    /// Which group; left out, it stays; `null`: everyone. Another group than `CHOSEN` leaves nobody chosen.
    pub group: MaybeUndefined<PerformerGroup>,
    /// Who exactly: at least one for `CHOSEN`, none otherwise. Left out, the chosen stay; `null`: none.
    pub member_ids: MaybeUndefined<Vec<ID>>,
}

/// Who is told when an action is done. Of an action that is there already, what is left out stays as it is.
#[derive(Clone, InputObject)]
pub struct NotifyInput {
    /// Whole groups. Left out, they stay; `null`: none.
    pub groups: MaybeUndefined<Vec<NotifyGroup>>,
    /// Single members. Left out, they stay; `null`: none.
    pub member_ids: MaybeUndefined<Vec<ID>>,
}

/// A task created when an action is done. It has no id: the list says all tasks of the action, and replaces those
/// that there were.
#[derive(Clone, InputObject)]
pub struct FollowUpInput {
    /// What to do: 1 to 200 characters.
    pub title: String,
    /// More about it (Markdown).
    pub description: Option<String>,
    /// To whom it goes.
    pub assignee: AssigneeKind,
    /// The member it goes to: for `MEMBER`, and only for it.
    pub assignee_id: Option<ID>,
    /// Days from doing the action to the task's due date: 0 to 3650.
    pub due_in_days: i64,
}

/// The settings of an action as every input gives them: left out they stay, `null` is the default.
pub struct ActionFields {
    /// Its name.
    pub name: Option<String>,
    /// Advice for whoever does it.
    pub hint: MaybeUndefined<String>,
    /// How much it counts.
    pub weight: MaybeUndefined<i64>,
    /// Whether it must be done before a deal can be won.
    pub mandatory: MaybeUndefined<bool>,
    /// Who may do it.
    pub performers: MaybeUndefined<PerformersInput>,
    /// What must come along with doing it.
    pub evidence: MaybeUndefined<Evidence>,
    /// Who is told.
    pub notify: MaybeUndefined<NotifyInput>,
    /// Which tasks follow.
    pub follow_ups: MaybeUndefined<Vec<FollowUpInput>>,
}

impl ActionFields {
    /// The settings to change.
    pub fn settings(self, ids: &mut Ids) -> ActionSettings {
        let weight = || i64::from(DEFAULT_WEIGHT);
        let performers = self.performers.map_value(|given| given.read(ids));
        let notify = self.notify.map_value(|given| given.read(ids));
        let tasks = self.follow_ups.map_value(|given| follow_ups(&given, ids));
        ActionSettings {
            name: self.name,
            hint: setting(self.hint, String::new),
            weight: setting(self.weight, weight),
            mandatory: setting(self.mandatory, || false),
            performers: setting(performers, PerformersSettings::by_default),
            evidence: setting(self.evidence.map_value(Into::into), Default::default),
            notify: setting(notify, NotifySettings::by_default),
            follow_ups: setting(tasks, Vec::new),
        }
    }
}

impl PerformersInput {
    /// The performers to change.
    pub fn read(&self, ids: &mut Ids) -> PerformersSettings {
        let members = ids.below("performers", |ids| members(&self.member_ids, ids));
        let group = setting(self.group.map_value(Into::into), Default::default);
        PerformersSettings { group, members }
    }
}

impl NotifyInput {
    /// Who is told from now on.
    pub fn read(&self, ids: &mut Ids) -> NotifySettings {
        let groups = setting(self.groups.clone(), Vec::new);
        let groups = groups.map(|groups| groups.into_iter().map(Into::into).collect());
        NotifySettings {
            groups,
            members: ids.below("notify", |ids| members(&self.member_ids, ids)),
        }
    }
}

/// The members that a setting names, none for `null`; nothing when it does not say.
fn members(given: &MaybeUndefined<Vec<ID>>, ids: &mut Ids) -> Option<Vec<MemberId>> {
    let given = given.clone().map_value(|given| ids.all(&given, "memberIds"));
    setting(given, Vec::new)
}

/// The tasks.
pub fn follow_ups(given: &[FollowUpInput], ids: &mut Ids) -> Vec<action::FollowUp> {
    ids.each(given, "followUps", FollowUpInput::read)
}

impl FollowUpInput {
    fn read(&self, ids: &mut Ids) -> action::FollowUp {
        action::FollowUp {
            title: self.title.clone(),
            description: self.description.clone().unwrap_or_default(),
            assignee: self.read_assignee(ids),
            // What does not fit is too much in any case, and refused with all else that is wrong.
            due_in_days: u16::try_from(self.due_in_days).unwrap_or(u16::MAX),
        }
    }

    fn read_assignee(&self, ids: &mut Ids) -> Assignee {
        match (self.assignee, &self.assignee_id) {
            (AssigneeKind::Performer, None) => return Assignee::Performer,
            (AssigneeKind::Owner, None) => return Assignee::Owner,
            (AssigneeKind::Member, Some(id)) => {
                return Assignee::Member(ids.one(id, "assigneeId"));
            }
            (AssigneeKind::Member, None) => {
                ids.wrong(invalid("MEMBER needs the id of the member.").at("assigneeId"));
            }
            _ => ids.wrong(invalid("A member can be named only for MEMBER.").at("assigneeId")),
        }
        Assignee::Performer
    }
}
