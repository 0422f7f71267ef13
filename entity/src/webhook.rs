//! An endpoint of somebody else's program that is told what happens: a reader of the log with its own place (rule 25).

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    event::Kind,
    ids::{MemberId, ProcessId, WebhookId},
};

/// Why nothing is sent to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Stop {
    /// An administrator said so.
    #[sea_orm(string_value = "PAUSED")]
    Paused,
    /// The endpoint answered that it is gone for ever (410).
    #[sea_orm(string_value = "GONE")]
    Gone,
}

/// The processes of which an endpoint is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Processes(pub Vec<ProcessId>);

/// The kinds of events of which an endpoint is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Kinds(pub Vec<Kind>);

/// What signs what is sent.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct Secret(pub String);

/// Leaves the secret out.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a secret")
    }
}

/// One row of `webhook`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub struct Model {
    /// The webhook's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookId,
    /// What it is called.
    pub name: String,
    /// Where to.
    #[sea_orm(column_type = "Text")]
    pub url: String,
    /// Of which processes; none: of all.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub process_ids: Option<Processes>,
    /// Of which kinds of events; none: of all.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub kinds: Option<Kinds>,
    /// With whose rights.
    pub member_id: MemberId,
    /// The subscription whose answer is sent; none: what happened, in full.
    #[sea_orm(column_type = "Text", nullable)]
    pub document: Option<String>,
    /// What signs.
    pub secret: Secret,
    /// What signs, too, for a while.
    pub old_secret: Option<Secret>,
    /// Until when.
    pub old_secret_until: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// How far the log has been read for it.
    pub position: i64,
    /// Before then nothing is sent: the endpoint wants to be left alone for so long.
    pub not_before: Option<Timestamp>,
    /// Since when administrators know that something could not be delivered; none since something was.
    pub told_at: Option<Timestamp>,
    /// Why nothing is sent; none: it is.
    pub stop: Option<Stop>,
    /// Since when.
    pub stopped_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
