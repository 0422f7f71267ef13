//! Something to do for a deal at a stage, with its settings.

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    ids::{ActionId, MemberId, ProcessId, StageId},
};

/// Who may do an action.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PerformerGroup {
    /// Everyone who may change the deal.
    #[default]
    #[sea_orm(string_value = "EVERYONE")]
    Everyone,
    /// Managers and administrators.
    #[sea_orm(string_value = "MANAGERS")]
    Managers,
    /// Administrators.
    #[sea_orm(string_value = "ADMINISTRATORS")]
    Administrators,
    /// The chosen members and nobody else.
    #[sea_orm(string_value = "CHOSEN")]
    Chosen,
}

/// What must come along with doing an action.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Evidence {
    /// Nothing.
    #[default]
    #[sea_orm(string_value = "NONE")]
    None,
    /// A note.
    #[sea_orm(string_value = "NOTE")]
    Note,
    /// A note with a file.
    #[sea_orm(string_value = "NOTE_WITH_FILE")]
    NoteWithFile,
}

/// A group of members told when an action is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotifyGroup {
    /// All administrators.
    Administrators,
    /// All managers.
    Managers,
    /// The deal's participants.
    Participants,
}

/// Who is told when an action is done: groups and chosen members.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, FromJsonQueryResult,
)]
pub struct Notify {
    /// Whole groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<NotifyGroup>,
    /// Single members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberId>,
}

impl Notify {
    /// Whether nobody is told.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.members.is_empty()
    }
}

/// To whom a follow-up task goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Assignee {
    /// Whoever did the action.
    Performer,
    /// The deal's owner.
    Owner,
    /// This member.
    Member(MemberId),
}

/// A task created when an action is done.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FollowUp {
    /// What to do.
    pub title: String,
    /// More about it (Markdown).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who has to do it.
    pub assignee: Assignee,
    /// Days from doing the action to the task's due date: 0..=3650.
    pub due_in_days: u16,
}

/// The follow-ups of an action, in order.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, FromJsonQueryResult,
)]
#[serde(transparent)]
pub struct FollowUps(pub Vec<FollowUp>);

/// One row of `action`: the truth of now; a removed action stays as it last was.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action")]
pub struct Model {
    /// The action's id: the same through every rename and move (rule 3).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionId,
    /// Whose action it is.
    pub process_id: ProcessId,
    /// The stage it belongs to.
    pub stage_id: StageId,
    /// 0-based place among the stage's actions in use.
    pub position: i32,
    /// The name to show.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Advice for whoever does it (Markdown).
    #[sea_orm(column_type = "Text")]
    pub hint: String,
    /// How much doing it brings the deal closer to being won: 0..=1000.
    pub weight: i32,
    /// Whether it must be done before a deal can be won.
    pub mandatory: bool,
    /// Who may do it.
    pub performers: PerformerGroup,
    /// What must come along with doing it.
    pub evidence: Evidence,
    /// Who is told when it is done.
    #[sea_orm(column_type = "JsonBinary")]
    pub notify: Notify,
    /// Which tasks follow.
    #[sea_orm(column_type = "JsonBinary")]
    pub follow_ups: FollowUps,
    /// Since when it is no longer part of the process.
    pub removed_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
