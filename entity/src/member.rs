//! A person of the organisation. Never deleted, only deactivated.

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{Timestamp, ids::MemberId, language::Language, notification};

/// What a member may do (rule 16).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Configures processes, close reasons, members and tokens; acts on every deal.
    #[sea_orm(string_value = "ADMINISTRATOR")]
    Administrator,
    /// Sees and acts on every deal.
    #[sea_orm(string_value = "MANAGER")]
    Manager,
    /// Works on the deals they own or take part in.
    #[sea_orm(string_value = "SALESPERSON")]
    Salesperson,
}

/// One row of `member`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member")]
pub struct Model {
    /// The member's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MemberId,
    /// The address as it was given.
    #[sea_orm(column_type = "Text")]
    pub email: String,
    /// The address as it is compared: unique.
    #[sea_orm(column_type = "Text", unique)]
    pub email_key: String,
    /// The name to show.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The name and the address as they are searched; none where a program of before wrote them.
    #[sea_orm(column_type = "Text", nullable)]
    pub search: Option<String>,
    /// The name as it is sorted; none where a program of before wrote it.
    #[sea_orm(column_type = "Text", nullable)]
    pub name_sort: Option<String>,
    /// What the member may do.
    pub role: Role,
    /// When the member joined.
    pub created_at: Timestamp,
    /// Since when the member is deactivated; none while active.
    pub deactivated_at: Option<Timestamp>,
    /// What the member wants no mail about.
    #[sea_orm(column_type = "JsonBinary")]
    pub muted_mail: MutedMail,
    /// The language in which the program writes to the member; none where they did not choose one.
    #[sea_orm(nullable)]
    pub locale: Option<Language>,
}

/// The kinds of notifications that a member wants no mail about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct MutedMail(pub Vec<notification::Kind>);

impl Model {
    /// Whether the member may still sign in and be chosen.
    pub fn is_active(&self) -> bool {
        self.deactivated_at.is_none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
