//! The settings of an action, as every input of a process takes them.

use async_graphql::{ID, InputObject, MaybeUndefined};
use domain::{
    language::Message,
    process::change::{ActionSettings, DEFAULT_WEIGHT, NotifySettings, PerformersSettings},
    text::invalid,
};
use entity::{
    action::{self, Assignee},
    ids::MemberId,
};

use crate::graphql::{
    input::InputReader,
    mutate::setting,
    process::settings::{AssigneeKind, Evidence, NotifyGroup, PerformerGroup},
};

/// Who may do an action. Of an action that is there already, what is left out stays as it is.
#[derive(Clone, InputObject)]
pub(crate) struct PerformersInput {
    /// Which group; left out, it stays; `null`: everyone. Another group than `CHOSEN` leaves nobody chosen.
    pub group: MaybeUndefined<PerformerGroup>,
    /// Who exactly: at least one for `CHOSEN`, none otherwise. Left out, the chosen stay; `null`: none.
    pub member_ids: MaybeUndefined<Vec<ID>>,
}

/// Who is told when an action is done. Of an action that is there already, what is left out stays as it is.
#[derive(Clone, InputObject)]
pub(crate) struct NotifyInput {
    /// Whole groups. Left out, they stay; `null`: none.
    pub groups: MaybeUndefined<Vec<NotifyGroup>>,
    /// Single members. Left out, they stay; `null`: none.
    pub member_ids: MaybeUndefined<Vec<ID>>,
}

/// A task created when an action is done. It has no id: the list says all tasks of the action, and replaces those
/// that there were.
#[derive(Clone, InputObject)]
pub(crate) struct FollowUpInput {
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

/// The settings of an action that may be there already, flattened into every input that gives them: left out
/// they stay, `null` is the default.
#[derive(Clone, InputObject)]
pub(crate) struct ActionSettingsInput {
    /// Whether it must be done before a deal can be won.
    pub mandatory: MaybeUndefined<bool>,
    /// Who may do it.
    pub performers: MaybeUndefined<PerformersInput>,
    /// What must come along with doing it.
    pub evidence: MaybeUndefined<Evidence>,
    /// Who is told when it is done.
    pub notify: MaybeUndefined<NotifyInput>,
    /// Which tasks follow when it is done.
    pub follow_ups: MaybeUndefined<Vec<FollowUpInput>>,
}

/// The settings of a new action: the same, with texts that say what it has when they are left out.
#[derive(InputObject)]
pub(crate) struct NewActionSettingsInput {
    /// Whether it must be done before a deal can be won; `false` when left out.
    pub mandatory: Option<bool>,
    /// Who may do it; everyone who may change the deal when left out.
    pub performers: Option<PerformersInput>,
    /// What must come along with doing it; nothing when left out.
    pub evidence: Option<Evidence>,
    /// Who is told when it is done; nobody when left out.
    pub notify: Option<NotifyInput>,
    /// Which tasks follow when it is done; none when left out.
    pub follow_ups: Option<Vec<FollowUpInput>>,
}

/// What each input has besides the settings, because its text differs from input to input.
pub(crate) struct Described {
    /// Its name.
    pub name: Option<String>,
    /// Advice for whoever does it.
    pub hint: MaybeUndefined<String>,
    /// How much it counts.
    pub weight: MaybeUndefined<i64>,
}

impl ActionSettingsInput {
    /// The settings to change.
    pub(crate) fn read(&self, described: Described, reader: &mut InputReader) -> ActionSettings {
        let Self { mandatory, performers, evidence, notify, follow_ups } = self.clone();
        let Described { name, hint, weight } = described;
        let performers = performers.map_value(|given| given.read(reader));
        let notify = notify.map_value(|given| given.read(reader));
        let tasks = follow_ups.map_value(|given| tasks(&given, reader));
        ActionSettings {
            name,
            hint: setting(hint, String::new),
            weight: setting(weight, || i64::from(DEFAULT_WEIGHT)),
            mandatory: setting(mandatory, || false),
            performers: setting(performers, PerformersSettings::by_default),
            evidence: setting(evidence.map_value(Into::into), Default::default),
            notify: setting(notify, NotifySettings::by_default),
            follow_ups: setting(tasks, Vec::new),
        }
    }
}

impl From<&NewActionSettingsInput> for ActionSettingsInput {
    /// What is `null` or left out of a new action is at its default.
    fn from(new: &NewActionSettingsInput) -> Self {
        let NewActionSettingsInput { mandatory, performers, evidence, notify, follow_ups } = new;
        Self {
            mandatory: given(*mandatory),
            performers: given(performers.clone()),
            evidence: given(*evidence),
            notify: given(notify.clone()),
            follow_ups: given(follow_ups.clone()),
        }
    }
}

/// What an input says that takes `null` for left out.
pub(crate) fn given<T>(value: Option<T>) -> MaybeUndefined<T> {
    value.map_or(MaybeUndefined::Undefined, MaybeUndefined::Value)
}

impl PerformersInput {
    /// The performers to change.
    pub(crate) fn read(&self, reader: &mut InputReader) -> PerformersSettings {
        let members = reader.within("performers", |reader| members(&self.member_ids, reader));
        let group = setting(self.group.map_value(Into::into), Default::default);
        PerformersSettings { group, members }
    }
}

impl NotifyInput {
    /// Who is told from now on.
    pub(crate) fn read(&self, reader: &mut InputReader) -> NotifySettings {
        let groups = setting(self.groups.clone(), Vec::new);
        let groups = groups.map(|groups| groups.into_iter().map(Into::into).collect());
        NotifySettings {
            groups,
            members: reader.within("notify", |reader| members(&self.member_ids, reader)),
        }
    }
}

/// The members that a setting names, none for `null`; nothing when it does not say.
fn members(given: &MaybeUndefined<Vec<ID>>, reader: &mut InputReader) -> Option<Vec<MemberId>> {
    let given = given.clone().map_value(|given| reader.ids(&given, "memberIds"));
    setting(given, Vec::new)
}

/// The tasks.
fn tasks(given: &[FollowUpInput], reader: &mut InputReader) -> Vec<action::FollowUp> {
    reader.each(given, "followUps", FollowUpInput::read)
}

impl FollowUpInput {
    fn read(&self, reader: &mut InputReader) -> action::FollowUp {
        action::FollowUp {
            title: self.title.clone(),
            description: self.description.clone().unwrap_or_default(),
            assignee: self.read_assignee(reader),
            // What does not fit is too much in any case, and refused with all else that is wrong.
            due_in_days: u16::try_from(self.due_in_days).unwrap_or(u16::MAX),
        }
    }

    fn read_assignee(&self, reader: &mut InputReader) -> Assignee {
        match (self.assignee, &self.assignee_id) {
            (AssigneeKind::Performer, None) => return Assignee::Performer,
            (AssigneeKind::Owner, None) => return Assignee::Owner,
            (AssigneeKind::Member, Some(id)) => {
                return Assignee::Member(reader.id(id, "assigneeId"));
            }
            (AssigneeKind::Member, None) => {
                reader.refuse(invalid(Message::of("member-without-id")).at("assigneeId"));
            }
            _ => reader.refuse(invalid(Message::of("id-without-member")).at("assigneeId")),
        }
        Assignee::Performer
    }
}
