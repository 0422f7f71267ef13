//! The settings of an action, as every input of a process takes them.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::{
    action::{self, Assignee},
    ids::MemberId,
};

use super::{
    id::Ids,
    mutate::setting,
    settings::{AssigneeKind, Evidence, NotifyGroup, PerformerGroup},
};
use crate::{
    error::{Problems, Result},
    process::{
        change::{ActionSettings, DEFAULT_WEIGHT},
        definition,
    },
    text::invalid,
};

/// Who may do an action.
#[derive(Clone, InputObject)]
pub struct PerformersInput {
    /// Which group.
    pub group: PerformerGroup,
    /// Who exactly: at least one for `CHOSEN`, none otherwise.
    pub member_ids: Option<Vec<ID>>,
}

/// Who is told when an action is done.
#[derive(Clone, InputObject)]
pub struct NotifyInput {
    /// Whole groups.
    pub groups: Option<Vec<NotifyGroup>>,
    /// Single members.
    pub member_ids: Option<Vec<ID>>,
}

/// A task created when an action is done.
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
    pub fn settings(self, ids: &mut Ids) -> Result<ActionSettings> {
        let weight = || i64::from(DEFAULT_WEIGHT);
        let performers = self.performers.map_value(|given| given.read(ids));
        let notify = self.notify.map_value(|given| given.read(ids));
        let tasks = self.follow_ups.map_value(|given| follow_ups(&given, ids));
        Ok(ActionSettings {
            name: self.name,
            hint: setting(self.hint, String::new),
            weight: setting(self.weight, weight),
            mandatory: setting(self.mandatory, || false),
            performers: setting(performers.transpose()?, Default::default),
            evidence: setting(self.evidence.map_value(Into::into), Default::default),
            notify: setting(notify.transpose()?, Default::default),
            follow_ups: setting(tasks.transpose()?, Vec::new),
        })
    }
}

impl PerformersInput {
    /// The performers, or what is wrong with their ids.
    pub fn read(&self, ids: &mut Ids) -> Result<definition::Performers> {
        let members = members(self.member_ids.as_deref(), "performers", ids)?;
        Ok(definition::Performers { group: self.group.into(), members })
    }
}

impl NotifyInput {
    /// Who is told, or what is wrong with their ids.
    pub fn read(&self, ids: &mut Ids) -> Result<action::Notify> {
        let groups = self.groups.clone().unwrap_or_default();
        let members = members(self.member_ids.as_deref(), "notify", ids)?;
        Ok(action::Notify { groups: groups.into_iter().map(Into::into).collect(), members })
    }
}

/// The members that a setting names, each wrong id at its place below the setting.
fn members(given: Option<&[ID]>, setting: &str, ids: &mut Ids) -> Result<Vec<MemberId>> {
    let mut own = Ids::default();
    let members = own.all(given.unwrap_or_default(), "memberIds")?;
    let checked = own.check().map(|()| members).map_err(|error| error.at(setting));
    Ok(ids.value(checked)?.unwrap_or_default())
}

/// The tasks, or what is wrong with them.
pub fn follow_ups(given: &[FollowUpInput], ids: &mut Ids) -> Result<Vec<action::FollowUp>> {
    let mut read = Vec::with_capacity(given.len());
    for (index, task) in given.iter().enumerate() {
        let one = task.read().map_err(|error| error.at(&index.to_string()).at("followUps"));
        read.extend(ids.value(one)?);
    }
    Ok(read)
}

impl FollowUpInput {
    fn read(&self) -> Result<action::FollowUp> {
        let mut problems = Problems::default();
        let wrong = |_| invalid("A follow-up is due in 0 to 3650 days.").at("dueInDays").into();
        let due = problems.take(u16::try_from(self.due_in_days).map_err(wrong))?;
        let assignee = problems.take(self.read_assignee())?;
        problems.check()?;
        Ok(action::FollowUp {
            title: self.title.clone(),
            description: self.description.clone().unwrap_or_default(),
            assignee: assignee.unwrap_or(Assignee::Performer),
            due_in_days: due.unwrap_or_default(),
        })
    }

    fn read_assignee(&self) -> Result<Assignee> {
        match (self.assignee, &self.assignee_id) {
            (AssigneeKind::Performer, None) => Ok(Assignee::Performer),
            (AssigneeKind::Owner, None) => Ok(Assignee::Owner),
            (AssigneeKind::Member, Some(id)) => {
                Ok(Assignee::Member(super::id::parse(id, "assigneeId")?))
            }
            (AssigneeKind::Member, None) => {
                Err(invalid("MEMBER needs the id of the member.").at("assigneeId").into())
            }
            _ => Err(invalid("A member can be named only for MEMBER.").at("assigneeId").into()),
        }
    }
}
