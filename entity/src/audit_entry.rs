//! Who changed what others may do and how they work: rights, tokens, processes, close reasons and webhooks.

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    ids::{AuditEntryId, MemberId},
};

/// What was done. Entries of each kind stay for ever, so kinds are only ever added.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A member was added.
    #[sea_orm(string_value = "MEMBER_ADDED")]
    MemberAdded,
    /// A member has another name.
    #[sea_orm(string_value = "MEMBER_RENAMED")]
    MemberRenamed,
    /// A member has another address.
    #[sea_orm(string_value = "MEMBER_EMAIL_CHANGED")]
    MemberEmailChanged,
    /// A member has another role.
    #[sea_orm(string_value = "MEMBER_ROLE_CHANGED")]
    MemberRoleChanged,
    /// A member can sign in no longer, and none of their tokens is worth anything.
    #[sea_orm(string_value = "MEMBER_DEACTIVATED")]
    MemberDeactivated,
    /// A member can sign in again.
    #[sea_orm(string_value = "MEMBER_REACTIVATED")]
    MemberReactivated,
    /// A token was made.
    #[sea_orm(string_value = "TOKEN_CREATED")]
    TokenCreated,
    /// A token was taken back.
    #[sea_orm(string_value = "TOKEN_REVOKED")]
    TokenRevoked,
    /// A process was made.
    #[sea_orm(string_value = "PROCESS_CREATED")]
    ProcessCreated,
    /// A process has a new version.
    #[sea_orm(string_value = "PROCESS_SAVED")]
    ProcessSaved,
    /// A process was taken back to an old version: the save that did it has an entry, too.
    #[sea_orm(string_value = "PROCESS_RESTORED")]
    ProcessRestored,
    /// A process takes no new deals.
    #[sea_orm(string_value = "PROCESS_ARCHIVED")]
    ProcessArchived,
    /// An archived process takes deals again.
    #[sea_orm(string_value = "PROCESS_UNARCHIVED")]
    ProcessUnarchived,
    /// Deals that name no process take this one.
    #[sea_orm(string_value = "DEFAULT_PROCESS_CHANGED")]
    DefaultProcessChanged,
    /// A close reason was added.
    #[sea_orm(string_value = "CLOSE_REASON_ADDED")]
    CloseReasonAdded,
    /// A close reason has another name.
    #[sea_orm(string_value = "CLOSE_REASON_RENAMED")]
    CloseReasonRenamed,
    /// A close reason stands elsewhere among its siblings.
    #[sea_orm(string_value = "CLOSE_REASON_MOVED")]
    CloseReasonMoved,
    /// A close reason is offered no longer.
    #[sea_orm(string_value = "CLOSE_REASON_ARCHIVED")]
    CloseReasonArchived,
    /// A close reason is offered again.
    #[sea_orm(string_value = "CLOSE_REASON_RESTORED")]
    CloseReasonRestored,
    /// A webhook was added.
    #[sea_orm(string_value = "WEBHOOK_CREATED")]
    WebhookCreated,
    /// Something of a webhook was changed.
    #[sea_orm(string_value = "WEBHOOK_CHANGED")]
    WebhookChanged,
    /// A webhook is sent what happened after a place in the log again.
    #[sea_orm(string_value = "WEBHOOK_REPLAYED")]
    WebhookReplayed,
    /// A webhook is sent one event again.
    #[sea_orm(string_value = "WEBHOOK_REDELIVERED")]
    WebhookRedelivered,
    /// A webhook signs with another secret.
    #[sea_orm(string_value = "WEBHOOK_SECRET_ROTATED")]
    WebhookSecretRotated,
    /// A webhook was removed.
    #[sea_orm(string_value = "WEBHOOK_DELETED")]
    WebhookDeleted,
}

/// What can be changed of a webhook. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Part {
    /// What it is called.
    Name,
    /// The origin of its address.
    Origin,
    /// The rest of its address, which is told to nobody.
    Path,
    /// The member with whose rights it runs.
    Member,
    /// The document that selects what is sent, of which only is told that there was or is one.
    Document,
    /// The processes of which it is told; none: all.
    Processes,
    /// The kinds of events of which it is told; none: all.
    Events,
    /// Whether it is sent anything.
    State,
}

/// What of a webhook was changed, in the words of that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What.
    pub part: Part,
    /// What it was; empty: nothing, or nothing that may be told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
}

/// What there is to tell of it, in the words of that time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Details {
    /// What it is about was called so.
    pub name: String,
    /// The member whose token it is, or with whose rights a webhook runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What it was before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The number of the version that was saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// What of a webhook was changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// One row of `audit_entry`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    /// The entry's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEntryId,
    /// When it was done.
    pub recorded_at: Timestamp,
    /// Who did it; none where the program did.
    pub actor_id: Option<MemberId>,
    /// What the program did it for; none where a member did.
    #[sea_orm(column_type = "Text", nullable)]
    pub program: Option<String>,
    /// What was done.
    pub kind: Kind,
    /// The written id of what it was done to.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    /// What there is to tell of it.
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Details,
}

impl ActiveModelBehavior for ActiveModel {}
