//! The settings of an action, as they are read: live, in old versions and in templates alike.

use async_graphql::{ComplexObject, Enum, Object, SimpleObject};
use domain::process::{
    definition::{self, ActionDefinition},
    diff,
};
use entity::{action, ids::MemberId};

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    member::{self, Member},
    view::View,
};

/// The settings of an action, flattened into every object that shows them.
pub(crate) struct ActionSettings<'a> {
    view: &'a View,
    mandatory: bool,
    performers: &'a definition::Performers,
    evidence: action::Evidence,
    notify: &'a action::Notify,
    follow_ups: &'a action::FollowUps,
}

impl<'a> ActionSettings<'a> {
    /// The settings of this action, with members that are read in the view.
    pub(crate) fn new(view: &'a View, action: &'a ActionDefinition) -> Self {
        let ActionDefinition {
            action_id: _,
            name: _,
            hint: _,
            weight: _,
            mandatory,
            performers,
            evidence,
            notify,
            follow_ups,
        } = action;
        Self { view, mandatory: *mandatory, performers, evidence: *evidence, notify, follow_ups }
    }
}

/// The settings of an action besides its name, hint and weight.
#[Object]
impl ActionSettings<'_> {
    /// Whether it must be done before a deal can be won.
    async fn mandatory(&self) -> bool {
        self.mandatory
    }

    /// Who may do it.
    async fn performers(&self) -> Performers {
        performers(self.view, self.performers)
    }

    /// What must come along with doing it.
    async fn evidence(&self) -> Evidence {
        self.evidence.into()
    }

    /// Who is told when it is done.
    async fn notify(&self) -> Notify {
        notify(self.view, self.notify)
    }

    /// Which tasks follow.
    async fn follow_ups(&self) -> Vec<FollowUp> {
        follow_ups(self.view, self.follow_ups)
    }
}

/// A setting of an action besides its name and weight. More may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "diff::Setting")]
pub enum ActionSetting {
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

/// Who may do an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "action::PerformerGroup")]
pub enum PerformerGroup {
    /// Everyone who may change the deal.
    Everyone,
    /// Managers and administrators.
    Managers,
    /// Administrators.
    Administrators,
    /// The chosen members and nobody else, on any deal they may see.
    Chosen,
}

/// What must come along with doing an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "action::Evidence")]
pub enum Evidence {
    /// Nothing.
    None,
    /// A note.
    Note,
    /// A note with at least one file (`createFileUpload`).
    NoteWithFile,
}

/// A group of members told when an action is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "action::NotifyGroup")]
pub enum NotifyGroup {
    /// All administrators.
    Administrators,
    /// All managers.
    Managers,
    /// The deal's participants.
    Participants,
}

/// To whom a follow-up task goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AssigneeKind {
    /// Whoever did the action.
    Performer,
    /// The deal's owner.
    Owner,
    /// The member named.
    Member,
}

/// Who may do an action.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Performers {
    /// Which group.
    pub group: PerformerGroup,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    ids: Vec<MemberId>,
}

#[ComplexObject]
impl Performers {
    /// Who exactly, for `CHOSEN`; empty otherwise.
    #[graphql(directive = semanticNonNull::apply())]
    async fn members(&self) -> Field<Vec<Member>> {
        field(member::members(&self.view, &self.ids).await)
    }
}

/// Who is told when an action is done.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Notify {
    /// Whole groups.
    pub groups: Vec<NotifyGroup>,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    ids: Vec<MemberId>,
}

#[ComplexObject]
impl Notify {
    /// Single members.
    #[graphql(directive = semanticNonNull::apply())]
    async fn members(&self) -> Field<Vec<Member>> {
        field(member::members(&self.view, &self.ids).await)
    }
}

/// A task created when an action is done.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct FollowUp {
    /// What to do.
    pub title: String,
    /// More about it (Markdown).
    pub description: String,
    /// To whom it goes.
    pub assignee: AssigneeKind,
    /// Days from doing the action to the task's due date: 0 to 3650.
    pub due_in_days: u16,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    id: Option<MemberId>,
}

#[ComplexObject]
impl FollowUp {
    /// The member it goes to, when `assignee` is `MEMBER`; null otherwise.
    async fn assignee_member(&self) -> Field<Member> {
        member::member(&self.view, self.id?).await
    }
}

/// Performers as GraphQL shows them.
pub(crate) fn performers(view: &View, performers: &definition::Performers) -> Performers {
    view.expect_members(performers.members.iter().copied());
    let ids = performers.members.clone();
    Performers { group: performers.group.into(), view: view.clone(), ids }
}

/// Whom an action tells, as GraphQL shows it.
pub(crate) fn notify(view: &View, notify: &action::Notify) -> Notify {
    view.expect_members(notify.members.iter().copied());
    let groups = notify.groups.iter().map(|group| (*group).into()).collect();
    Notify { groups, view: view.clone(), ids: notify.members.clone() }
}

/// Follow-ups as GraphQL shows them.
pub(crate) fn follow_ups(view: &View, tasks: &action::FollowUps) -> Vec<FollowUp> {
    tasks.0.iter().map(|task| follow_up(view, task)).collect()
}

fn follow_up(view: &View, task: &action::FollowUp) -> FollowUp {
    let (assignee, id) = match task.assignee {
        action::Assignee::Performer => (AssigneeKind::Performer, None),
        action::Assignee::Owner => (AssigneeKind::Owner, None),
        action::Assignee::Member(id) => (AssigneeKind::Member, Some(id)),
    };
    view.expect_members(id);
    FollowUp {
        title: task.title.clone(),
        description: task.description.clone(),
        assignee,
        due_in_days: task.due_in_days,
        view: view.clone(),
        id,
    }
}
